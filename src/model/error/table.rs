//! The error table: every code of the API by its name in C, with its text and who raises it (spec 10 section 4).
//!
//! The text of a code is its doc comment: what the headers and the reference show, and what a callback says where
//! whoever raised the code said nothing.

use timbre_macros::error_table;

use super::origin::{ErrorCode, Origin};

/// Codes of completion callbacks. 0 is success.
#[error_table]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(non_camel_case_types)]
pub enum TIMErrCode {
    /// Success. A batch may still have elements that failed: each carries its own code.
    #[raised_by(core, server, rest)]
    ERR_SUCC = 0,
    /// The same operation is still running and may run only once at a time. Wait for its callback.
    #[raised_by(core)]
    ERR_IN_PROGESS = 6015,
    /// A value in the arguments is not allowed. `desc` names the key or the argument.
    #[raised_by(core, server)]
    ERR_INVALID_PARAMETERS = 6017,
    /// A local file could not be read or written: the disk is full, a right is missing, or the device failed.
    #[raised_by(core)]
    ERR_IO_OPERATION_FAILED = 6022,
    /// JSON inside a string of a JSON argument is malformed. A malformed argument itself makes the function
    /// return -3.
    #[raised_by(core)]
    ERR_INVALID_JSON = 6027,
    /// There is not enough memory, or the result would be larger than the core allows. The operation was
    /// undone.
    #[raised_by(core)]
    ERR_OUT_OF_MEMORY = 6028,
    /// An answer of the server, or of a provider behind it, cannot be decoded. It is not asked for again.
    #[raised_by(core, server)]
    ERR_PARSE_RESPONSE_FAILED = 6001,
    /// The core could not encode its request. This is a fault of the core.
    #[raised_by(core)]
    ERR_SERIALIZE_REQ_FAILED = 6002,
    /// The library is not initialised: `TIMInit` was not called, or `TIMUninit` was.
    #[raised_by(core)]
    ERR_SDK_NOT_INITIALIZED = 6013,
    /// Messages cannot be loaded because the local database is damaged. It is set aside and filled anew from
    /// the server.
    #[raised_by(core)]
    ERR_LOADMSG_FAILED = 6005,
    /// Reserved: a failure of the local database is reported as 7010.
    #[raised_by(nobody)]
    ERR_DATABASE_OPERATE_FAILED = 6019,
    /// Reserved: every function may be called from any thread, so no call is on the wrong one.
    #[raised_by(nobody)]
    ERR_SDK_COMM_CROSS_THREAD = 7001,
    /// Reserved: accounts need no internal number here, so none can be missing.
    #[raised_by(nobody)]
    ERR_SDK_COMM_TINYID_EMPTY = 7002,
    /// A user id is empty, longer than 32 bytes, or not printable ASCII. In a list it is the code of that
    /// element.
    #[raised_by(core)]
    ERR_SDK_COMM_INVALID_IDENTIFIER = 7003,
    /// A file named in an argument does not exist. For the files of a message the code is 7006.
    #[raised_by(core)]
    ERR_SDK_COMM_FILE_NOT_FOUND = 7004,
    /// The file is too large: the default limit is 28 MiB for images and voice, 100 MiB for videos and other
    /// files.
    #[raised_by(core)]
    ERR_SDK_COMM_FILE_TOO_LARGE = 7005,
    /// The file is empty. For the files of a message also: the path is missing, names nothing or names a
    /// folder.
    #[raised_by(core)]
    ERR_SDK_COMM_FILE_SIZE_EMPTY = 7006,
    /// The file exists and cannot be opened for reading: a right is missing, or another program holds it.
    #[raised_by(core)]
    ERR_SDK_COMM_FILE_OPEN_FAILED = 7007,
    /// The function was called more often than the client allows. Nothing was sent; wait and call again.
    #[raised_by(core)]
    ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT = 7008,
    /// `TIMUninit` or the closing of the database cut the operation off. A change that was already sent may
    /// have happened.
    #[raised_by(core)]
    ERR_SDK_COMM_INTERRUPT = 7009,
    /// The local database cannot be opened, or a statement on it failed.
    #[raised_by(core)]
    ERR_SDK_COMM_DATABASE_FAILURE = 7010,
    /// What was asked for is not in the local database.
    #[raised_by(core)]
    ERR_SDK_COMM_DATABASE_NOTFOUND = 7011,
    /// A fault of the core ended the call. The log holds the details.
    #[raised_by(core)]
    ERR_SDK_INTERNAL_ERROR = 7012,
    /// Neither this build nor the connected server offers the function.
    #[raised_by(core)]
    ERR_SDK_INTERFACE_NOT_SUPPORT = 7013,
    /// The operation makes no sense for this object or in this state.
    #[raised_by(core, server)]
    ERR_SDK_INVALID_OPERATION = 7014,
    /// No user is logged in: there was no login, or it ended by a logout, a kick or an expired UserSig.
    #[raised_by(core)]
    ERR_SDK_NOT_LOGGED_IN = 6014,
    /// Reserved: there is no automatic login, and so no earlier login to be missing.
    #[raised_by(nobody)]
    ERR_NO_PREVIOUS_LOGIN = 6026,
    /// This device knows that the UserSig has expired, so the server was not asked. Log in with a new one.
    #[raised_by(core)]
    ERR_USER_SIG_EXPIRED = 6206,
    /// Another login displaced this device while it was offline. Given once, at the next login; log in again
    /// to go on.
    #[raised_by(core, server)]
    ERR_LOGIN_KICKED_OFF_BY_OTHER = 6208,
    /// A login is already running, and too many calls are waiting for it.
    #[raised_by(core)]
    ERR_SDK_ACCOUNT_LOGIN_IN_PROCESS = 7501,
    /// A logout is running. Wait for its callback.
    #[raised_by(core)]
    ERR_SDK_ACCOUNT_LOGOUT_IN_PROCESS = 7502,
    /// Reserved: the ticket library could not start. UserSigs are checked by the server.
    #[raised_by(nobody)]
    ERR_SDK_ACCOUNT_TLS_INIT_FAILED = 7503,
    /// Reserved: the ticket library was not started. UserSigs are checked by the server.
    #[raised_by(nobody)]
    ERR_SDK_ACCOUNT_TLS_NOT_INITIALIZED = 7504,
    /// Reserved: the ticket library met a packet of a wrong format. UserSigs are checked by the server.
    #[raised_by(nobody)]
    ERR_SDK_ACCOUNT_TLS_TRANSPKG_ERROR = 7505,
    /// Reserved: the ticket library could not decrypt. UserSigs are checked by the server.
    #[raised_by(nobody)]
    ERR_SDK_ACCOUNT_TLS_DECRYPT_FAILED = 7506,
    /// Reserved: a request of the ticket library failed. UserSigs are checked by the server.
    #[raised_by(nobody)]
    ERR_SDK_ACCOUNT_TLS_REQUEST_FAILED = 7507,
    /// Reserved: a request of the ticket library timed out. UserSigs are checked by the server.
    #[raised_by(nobody)]
    ERR_SDK_ACCOUNT_TLS_REQUEST_TIMEOUT = 7508,
    /// The conversation id or type is malformed, or there is no such conversation where one has to be.
    #[raised_by(core)]
    ERR_INVALID_CONVERSATION = 6004,
    /// The file service refused the ticket for an upload or download: it has expired or belongs to another
    /// user.
    #[raised_by(core)]
    ERR_FILE_TRANS_AUTH_FAILED = 6006,
    /// The server has announced no file service, so no file can be sent or fetched.
    #[raised_by(core)]
    ERR_FILE_TRANS_NO_SERVER = 6007,
    /// The upload failed after all retries. The message counts as failed and can be sent again.
    #[raised_by(core)]
    ERR_FILE_TRANS_UPLOAD_FAILED = 6008,
    /// The file given as an image does not begin like any known image format.
    #[raised_by(core)]
    ERR_IMAGE_UPLOAD_FAILED_NOTIMAGE = 6031,
    /// The download failed, or the file is past the time for which it is kept. `desc` holds the HTTP status,
    /// if there is one.
    #[raised_by(core)]
    ERR_FILE_TRANS_DOWNLOAD_FAILED = 6009,
    /// The URL of a transfer is not valid, HTTP is switched off, or a provider behind the server failed.
    #[raised_by(core, server)]
    ERR_HTTP_REQ_FAILED = 6010,
    /// An element of the message has a type that cannot be sent, or lacks a required field, which `desc`
    /// names.
    #[raised_by(core)]
    ERR_INVALID_MSG_ELEM = 6016,
    /// Reserved: a message that lacks the fields that identify it is reported as 6017, in an edit as 20026.
    #[raised_by(nobody)]
    ERR_INVALID_SDK_OBJECT = 6021,
    /// The receiver of a one-to-one message is not a valid user id. A malformed group id is 8501.
    #[raised_by(core)]
    ERR_INVALID_MSG_RECEIVER = 6032,
    /// The message is larger than 12 KB, all its elements and its custom data taken together. The server may
    /// set another limit.
    #[raised_by(core)]
    ERR_SDK_MSG_BODY_SIZE_LIMIT = 8001,
    /// Reserved: the keys of request and response differ. Answers are matched to their requests by id.
    #[raised_by(nobody)]
    ERR_SDK_MSG_KEY_REQ_DIFFER_RSP = 8002,
    /// Reserved: an image could not be converted. A thumbnail that cannot be made does not fail the message.
    #[raised_by(nobody)]
    ERR_SDK_IMAGE_CONVERT_ERROR = 8003,
    /// Reserved: a thumbnail was refused. Refused images are reported as 80004.
    #[raised_by(nobody)]
    ERR_SDK_IMAGE_CI_BLOCK = 8004,
    /// Merged messages are nested more than 100 levels deep.
    #[raised_by(core)]
    ERR_MERGER_MSG_LAYERS_OVER_LIMIT = 8005,
    /// Somebody else edited the message meanwhile. The callback carries the newer message.
    #[raised_by(core, server)]
    ERR_SDK_MSG_MODIFY_CONFLICT = 8006,
    /// The invitation is unknown or over, or this user has answered it already.
    #[raised_by(core, server)]
    ERR_SDK_SIGNALING_INVALID_INVITE_ID = 8010,
    /// Only the inviter may cancel or modify an invitation, and only an invitee may answer it.
    #[raised_by(server)]
    ERR_SDK_SIGNALING_NO_PERMISSION = 8011,
    /// There is no sending to cancel: no such message is being sent, or it has been sent already.
    #[raised_by(core)]
    ERR_SDK_INVALID_CANCEL_MESSAGE = 8020,
    /// The message was not sent because its sending was cancelled.
    #[raised_by(core)]
    ERR_SDK_SEND_MESSAGE_FAILED_WITH_CANCEL = 8021,
    /// A group id is malformed: not printable ASCII, longer than 48 bytes, or a chosen id with the reserved
    /// prefix.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVALID_ID = 8501,
    /// The group name is empty, too long (100 bytes by default), or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVALID_NAME = 8502,
    /// The introduction of the group is too long (400 bytes by default) or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVALID_INTRODUCTION = 8503,
    /// The notice of the group is too long (400 bytes by default) or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVALID_NOTIFICATION = 8504,
    /// The avatar URL of the group is too long (500 bytes by default).
    #[raised_by(core)]
    ERR_SDK_GROUP_INVALID_FACE_URL = 8505,
    /// The name card is longer than 50 bytes or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVALID_NAME_CARD = 8506,
    /// The group is to be created with more members than one call may give it.
    #[raised_by(core)]
    ERR_SDK_GROUP_MEMBER_COUNT_LIMIT = 8507,
    /// A Work group cannot be asked to let somebody join; its members invite.
    #[raised_by(core)]
    ERR_SDK_GROUP_JOIN_PRIVATE_GROUP_DENY = 8508,
    /// The list of first members gives one of them the role of the owner.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVITE_SUPER_DENY = 8509,
    /// The list of users to invite is empty.
    #[raised_by(core)]
    ERR_SDK_GROUP_INVITE_NO_MEMBER = 8510,
    /// Group attributes are used too fast: at most 10 changes and 20 reads in 5 seconds.
    #[raised_by(core)]
    ERR_SDK_GROUP_ATTR_FREQUENCY_LIMIT = 8511,
    /// The number of online members was asked for too often: once in 60 seconds for a group.
    #[raised_by(core)]
    ERR_SDK_GROUP_GET_ONLINE_MEMBER_COUNT_LIMIT = 8512,
    /// Group information was asked for too often. Wait and ask again.
    #[raised_by(core)]
    ERR_SDK_GROUP_GET_GROUPS_INFO_LIMIT = 8513,
    /// The list of joined groups was asked for too often. Wait and ask again.
    #[raised_by(core)]
    ERR_SDK_GROUP_GET_JOINED_GROUP_LIMIT = 8514,
    /// The key of a custom field is not 1 to 8 letters (digits too in a profile), or a friend field is over
    /// 500 bytes.
    #[raised_by(core)]
    ERR_SDK_FRIENDSHIP_INVALID_PROFILE_KEY = 9001,
    /// The remark is longer than 96 bytes or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_FRIENDSHIP_INVALID_ADD_REMARK = 9002,
    /// The wording of the friend request is longer than 256 bytes or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_FRIENDSHIP_INVALID_ADD_WORDING = 9003,
    /// The source of the friend request is not `AddSource_Type_` with 1 to 8 letters behind it.
    #[raised_by(core)]
    ERR_SDK_FRIENDSHIP_INVALID_ADD_SOURCE = 9004,
    /// The name of the friend group is empty, longer than 30 bytes, or not UTF-8.
    #[raised_by(core)]
    ERR_SDK_FRIENDSHIP_FRIEND_GROUP_EMPTY = 9005,
    /// The call names more users than the server allows in one relationship call.
    #[raised_by(core)]
    ERR_SDK_FRIENDSHIP_EXCEED_THE_LIMIT = 9006,
    /// Reserved: a packet could not be encrypted. The connection is protected by TLS.
    #[raised_by(nobody)]
    ERR_SDK_NET_ENCODE_FAILED = 9501,
    /// Reserved: a packet could not be decrypted. The connection is protected by TLS.
    #[raised_by(nobody)]
    ERR_SDK_NET_DECODE_FAILED = 9502,
    /// The TLS or protocol handshake failed: an untrusted certificate, the wrong server, or a version that it
    /// refuses.
    #[raised_by(core)]
    ERR_SDK_NET_AUTH_INVALID = 9503,
    /// A packet could not be compressed.
    #[raised_by(core)]
    ERR_SDK_NET_COMPRESS_FAILED = 9504,
    /// A packet could not be decompressed. The connection is closed and made anew.
    #[raised_by(core)]
    ERR_SDK_NET_UNCOMPRESS_FAILED = 9505,
    /// The core's own limit on requests of all kinds together, which is off by default, was reached.
    #[raised_by(core)]
    ERR_SDK_NET_FREQ_LIMIT = 9506,
    /// More than 1,000 requests are waiting for their answers.
    #[raised_by(core)]
    ERR_SDK_NET_REQ_COUNT_LIMIT = 9507,
    /// There is no connection to the server, and none came up in time.
    #[raised_by(core)]
    ERR_SDK_NET_DISCONNECT = 9508,
    /// Reserved: a connection is there already. The core makes one at a time.
    #[raised_by(nobody)]
    ERR_SDK_NET_ALLREADY_CONN = 9509,
    /// Connecting to the server took too long.
    #[raised_by(core)]
    ERR_SDK_NET_CONN_TIMEOUT = 9510,
    /// The server's host refused the connection.
    #[raised_by(core)]
    ERR_SDK_NET_CONN_REFUSE = 9511,
    /// There is no route to the server.
    #[raised_by(core)]
    ERR_SDK_NET_NET_UNREACH = 9512,
    /// The system has no socket buffers left.
    #[raised_by(core)]
    ERR_SDK_NET_SOCKET_NO_BUFF = 9513,
    /// The server reset the connection. The core connects again by itself.
    #[raised_by(core)]
    ERR_SDK_NET_RESET_BY_PEER = 9514,
    /// Reserved: a socket is not valid. The core uses none that it does not own.
    #[raised_by(nobody)]
    ERR_SDK_NET_SOCKET_INVALID = 9515,
    /// The server's name cannot be resolved, or no server address is configured.
    #[raised_by(core)]
    ERR_SDK_NET_HOST_GETADDRINFO_FAILED = 9516,
    /// The connection was reset on the way. The core connects again by itself.
    #[raised_by(core)]
    ERR_SDK_NET_CONNECT_RESET = 9517,
    /// The request waited too long in the core's queue and was never sent.
    #[raised_by(core)]
    ERR_SDK_NET_WAIT_INQUEUE_TIMEOUT = 9518,
    /// The request waited for the connection and was not sent in time.
    #[raised_by(core)]
    ERR_SDK_NET_WAIT_SEND_TIMEOUT = 9519,
    /// The request was sent and no answer came in time. The server may or may not have carried it out.
    #[raised_by(core)]
    ERR_SDK_NET_WAIT_ACK_TIMEOUT = 9520,
    /// Only a part of a large request was sent in time.
    #[raised_by(core)]
    ERR_SDK_NET_WAIT_SEND_REMAINING_TIMEOUT = 9521,
    /// The request is larger than 1 MB.
    #[raised_by(core)]
    ERR_SDK_NET_PKG_SIZE_LIMIT = 9522,
    /// The request was not sent in time, and the device reports no network.
    #[raised_by(core)]
    ERR_SDK_NET_WAIT_SEND_TIMEOUT_NO_NETWORK = 9523,
    /// The request was sent, no answer came in time, and the device reports no network.
    #[raised_by(core)]
    ERR_SDK_NET_WAIT_ACK_TIMEOUT_NO_NETWORK = 9524,
    /// Only a part of the request was sent in time, and the device reports no network.
    #[raised_by(core)]
    ERR_SDK_NET_SEND_REMAINING_TIMEOUT_NO_NETWORK = 9525,
    /// The server takes no more connections, in all or from this address. The core tries again later.
    #[raised_by(server)]
    ERR_SVR_SSO_CONNECT_LIMIT = -302,
    /// Reserved: the access layer asked for a captcha.
    #[raised_by(nobody)]
    ERR_SVR_SSO_VCODE = -10000,
    /// Reserved: the session key of the access layer has expired.
    #[raised_by(nobody)]
    ERR_SVR_SSO_D2_EXPIRED = -10001,
    /// Reserved: the access layer refused an expired ticket on the way up.
    #[raised_by(nobody)]
    ERR_SVR_SSO_A2_UP_INVALID = -10003,
    /// Reserved: the access layer refused a ticket on the way down.
    #[raised_by(nobody)]
    ERR_SVR_SSO_A2_DOWN_INVALID = -10004,
    /// Reserved: a key of the access layer is empty.
    #[raised_by(nobody)]
    ERR_SVR_SSO_EMPTY_KEY = -10005,
    /// Reserved: key and header of a packet name different accounts.
    #[raised_by(nobody)]
    ERR_SVR_SSO_UIN_INVALID = -10006,
    /// Reserved: a captcha of the access layer was not answered in time.
    #[raised_by(nobody)]
    ERR_SVR_SSO_VCODE_TIMEOUT = -10007,
    /// Reserved: a packet came with neither key nor ticket.
    #[raised_by(nobody)]
    ERR_SVR_SSO_NO_IMEI_AND_A2 = -10008,
    /// Reserved: a cookie of the access layer does not match.
    #[raised_by(nobody)]
    ERR_SVR_SSO_COOKIE_INVALID = -10009,
    /// Reserved: the key expired while a prompt was being sent.
    #[raised_by(nobody)]
    ERR_SVR_SSO_DOWN_TIP = -10101,
    /// Reserved: the access layer lost the connection. The numbers for that are 9508 to 9525.
    #[raised_by(nobody)]
    ERR_SVR_SSO_DISCONNECT = -10102,
    /// Reserved: the identity is no longer valid in the access layer.
    #[raised_by(nobody)]
    ERR_SVR_SSO_IDENTIFIER_INVALID = -10103,
    /// Reserved: the access layer saw the client quit.
    #[raised_by(nobody)]
    ERR_SVR_SSO_CLIENT_CLOSE = -10104,
    /// Reserved: the transport library quit.
    #[raised_by(nobody)]
    ERR_SVR_SSO_MSFSDK_QUIT = -10105,
    /// Reserved: decryption failed too often, and the key has to be renewed.
    #[raised_by(nobody)]
    ERR_SVR_SSO_D2KEY_WRONG = -10106,
    /// Reserved: the access layer cannot take packets together.
    #[raised_by(nobody)]
    ERR_SVR_SSO_UNSURPPORT = -10107,
    /// Reserved: a prepaid balance is used up.
    #[raised_by(nobody)]
    ERR_SVR_SSO_PREPAID_ARREARS = -10108,
    /// The server could not decode a frame, or the frame is too large. The connection is closed.
    #[raised_by(server)]
    ERR_SVR_SSO_PACKET_WRONG = -10109,
    /// Reserved: the access layer has blocked the app id.
    #[raised_by(nobody)]
    ERR_SVR_SSO_APPID_BLACK_LIST = -10110,
    /// The operator has switched this command off for the app.
    #[raised_by(server)]
    ERR_SVR_SSO_CMD_BLACK_LIST = -10111,
    /// The operator has suspended the app. Its sessions are closed.
    #[raised_by(server)]
    ERR_SVR_SSO_APPID_WITHOUT_USING = -10112,
    /// This user or session sends too many requests of one kind. Wait and try again.
    #[raised_by(server)]
    ERR_SVR_SSO_FREQ_LIMIT = -10113,
    /// The server is overloaded and refuses requests. Wait and try again.
    #[raised_by(server)]
    ERR_SVR_SSO_OVERLOAD = -10114,
    /// Reserved: a device is over its rate. The number is not 20009, which is about friends.
    #[raised_by(nobody)]
    ERR_SVR_SSO_FREQUENCY_LIMIT = -20009,
    /// The stored file does not exist or has been removed.
    #[raised_by(server)]
    ERR_SVR_RES_NOT_FOUND = 114000,
    /// The user may not read this file.
    #[raised_by(server)]
    ERR_SVR_RES_ACCESS_DENY = 114001,
    /// The upload is larger than the server allows for files of its kind.
    #[raised_by(server)]
    ERR_SVR_RES_SIZE_LIMIT = 114002,
    /// The server broke the transfer off. A transfer that the caller cancelled ends with 8021.
    #[raised_by(server)]
    ERR_SVR_RES_SEND_CANCEL = 114003,
    /// The local file could not be read during the upload.
    #[raised_by(core)]
    ERR_SVR_RES_READ_FAILED = 114004,
    /// The transfer made no progress for too long.
    #[raised_by(core)]
    ERR_SVR_RES_TRANSFER_TIMEOUT = 114005,
    /// The request for an upload or download has wrong parameters.
    #[raised_by(server)]
    ERR_SVR_RES_INVALID_PARAMETERS = 114011,
    /// The digest of the uploaded file is not the one that was announced.
    #[raised_by(server)]
    ERR_SVR_RES_INVALID_FILE_MD5 = 115066,
    /// The digest of a part of the upload is wrong, even after the part was sent again.
    #[raised_by(server)]
    ERR_SVR_RES_INVALID_PART_MD5 = 115068,
    /// The URL, the method or the content type of the HTTP request is wrong.
    #[raised_by(rest)]
    ERR_SVR_COMM_INVALID_HTTP_URL = 60002,
    /// The body of the request is not a JSON object.
    #[raised_by(rest)]
    ERR_SVR_COMM_REQ_JSON_PARSE_FAILED = 60003,
    /// The URL lacks the `identifier` of the caller.
    #[raised_by(rest)]
    ERR_SVR_COMM_INVALID_ACCOUNT = 60004,
    /// The account that the body of the request names is not valid. In the URL the code is 60004.
    #[raised_by(rest)]
    ERR_SVR_COMM_INVALID_ACCOUNT_EX = 60005,
    /// There is no app with this id.
    #[raised_by(rest)]
    ERR_SVR_COMM_INVALID_SDKAPPID = 60006,
    /// The command is called faster than its rate allows. Wait and try again.
    #[raised_by(rest)]
    ERR_SVR_COMM_REST_FREQ_LIMIT = 60007,
    /// The request did not finish in time. It may or may not have been carried out.
    #[raised_by(rest)]
    ERR_SVR_COMM_REQUEST_TIMEOUT = 60008,
    /// There is no such command.
    #[raised_by(rest)]
    ERR_SVR_COMM_INVALID_RES = 60009,
    /// The caller is not an administrator of the app.
    #[raised_by(rest)]
    ERR_SVR_COMM_ID_NOT_ADMIN = 60010,
    /// All commands of the app together are over its rate. Wait and try again.
    #[raised_by(rest)]
    ERR_SVR_COMM_SDKAPPID_FREQ_LIMIT = 60011,
    /// The URL lacks the app id.
    #[raised_by(rest)]
    ERR_SVR_COMM_SDKAPPID_MISS = 60012,
    /// Reserved: an answer could not be made into JSON.
    #[raised_by(nobody)]
    ERR_SVR_COMM_RSP_JSON_PARSE_FAILED = 60013,
    /// Looking up an account took too long.
    #[raised_by(rest)]
    ERR_SVR_COMM_EXCHANGE_ACCOUNT_TIMEUT = 60014,
    /// A user id in the body of the request is not a string.
    #[raised_by(rest)]
    ERR_SVR_COMM_INVALID_ID_FORMAT = 60015,
    /// The app is disabled.
    #[raised_by(server, rest)]
    ERR_SVR_COMM_SDKAPPID_FORBIDDEN = 60016,
    /// The command is disabled for the app.
    #[raised_by(rest)]
    ERR_SVR_COMM_REQ_FORBIDDEN = 60017,
    /// The server protects itself from overload. Slow down.
    #[raised_by(server, rest)]
    ERR_SVR_COMM_REQ_FREQ_LIMIT = 60018,
    /// Reserved: a second number for overload, which is reported as 60018.
    #[raised_by(nobody)]
    ERR_SVR_COMM_REQ_FREQ_LIMIT_EX = 60019,
    /// The function needs a service, such as cloud search, that the operator has not switched on.
    #[raised_by(server)]
    ERR_SVR_COMM_INVALID_SERVICE = 60020,
    /// The content filter refused a text.
    #[raised_by(server, rest)]
    ERR_SVR_COMM_SENSITIVE_TEXT = 80001,
    /// The server found the body of the message to be larger than 12 KB.
    #[raised_by(server, rest)]
    ERR_SVR_COMM_BODY_SIZE_LIMIT = 80002,
    /// The content filter refused an image.
    #[raised_by(server, rest)]
    ERR_SVR_COMM_SENSITIVE_IMAGE = 80004,
    /// The UserSig has expired. Make a new one and log in with it.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_EXPIRED = 70001,
    /// The UserSig is empty.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_EMPTY = 70002,
    /// The UserSig cannot be decoded: it is cut off, badly encoded, lacks fields or has an unknown version.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_CHECK_FAILED = 70003,
    /// The UserSig can be decoded, but its fields contradict each other or are out of range.
    #[raised_by(server)]
    ERR_SVR_ACCOUNT_USERSIG_CHECK_FAILED_EX = 70005,
    /// The signature does not fit any key of the app.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_MISMATCH_PUBLICKEY = 70009,
    /// The UserSig was made for another user id.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_MISMATCH_ID = 70013,
    /// The UserSig was made for another app id.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_MISMATCH_SDKAPPID = 70014,
    /// The app has no key to check signatures with.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_USERSIG_PUBLICKEY_NOT_FOUND = 70016,
    /// There is no app with this id, as the login found.
    #[raised_by(server)]
    ERR_SVR_ACCOUNT_SDKAPPID_NOT_FOUND = 70020,
    /// The UserSig was revoked: it is older than the last forced logout of the account.
    #[raised_by(server)]
    ERR_SVR_ACCOUNT_INVALID_USERSIG = 70052,
    /// There is no such account.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_NOT_FOUND = 70107,
    /// Reserved: a security restriction on an account. Banned accounts are reported as 70051.
    #[raised_by(nobody)]
    ERR_SVR_ACCOUNT_SEC_RSTR = 70114,
    /// The account service did not get an answer in time.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_INTERNAL_TIMEOUT = 70169,
    /// The batch names too many accounts, or none.
    #[raised_by(rest)]
    ERR_SVR_ACCOUNT_INVALID_COUNT = 70206,
    /// A parameter of an account operation is missing or malformed, such as a user id that is not allowed.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_INVALID_PARAMETERS = 70402,
    /// The account operation is for administrators of the app. The server answers 60010 instead.
    #[raised_by(rest)]
    ERR_SVR_ACCOUNT_ADMIN_REQUIRED = 70403,
    /// Too many logins failed. Further ones are refused for a minute.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_FREQ_LIMIT = 70050,
    /// The operator has banned the account.
    #[raised_by(server)]
    ERR_SVR_ACCOUNT_BLACKLIST = 70051,
    /// The app has as many accounts as its configuration allows.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_COUNT_LIMIT = 70398,
    /// The account service failed inside. `desc` holds an id of the request.
    #[raised_by(server, rest)]
    ERR_SVR_ACCOUNT_INTERNAL_ERROR = 70500,
    /// User status is switched off on the server.
    #[raised_by(server)]
    ERR_SVR_ACCOUNT_USER_STATUS_DISABLED = 72001,
    /// A parameter of a profile operation is wrong.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_INVALID_PARAMETERS = 40001,
    /// No user was named whose profile is to be read.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_ACCOUNT_MISS = 40002,
    /// There is no such account. In a batch it is the code of that element.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_ACCOUNT_NOT_FOUND = 40003,
    /// The profile operation is for administrators of the app. The server answers 60010 instead.
    #[raised_by(rest)]
    ERR_SVR_PROFILE_ADMIN_REQUIRED = 40004,
    /// The content filter refused a field of the profile.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_SENSITIVE_TEXT = 40005,
    /// The profile service failed inside. `desc` holds an id of the request.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_INTERNAL_ERROR = 40006,
    /// The caller has no right to read this field of the profile.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_READ_PERMISSION_REQUIRED = 40007,
    /// The caller has no right to write this field of the profile, which only an administrator may set.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_WRITE_PERMISSION_REQUIRED = 40008,
    /// The field of the profile is not declared.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_TAG_NOT_FOUND = 40009,
    /// The value of a profile field is longer than 500 bytes.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_SIZE_LIMIT = 40601,
    /// The value of a standard profile field is outside of its range.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_VALUE_ERROR = 40605,
    /// The value has the wrong type for this field of the profile.
    #[raised_by(server, rest)]
    ERR_SVR_PROFILE_INVALID_VALUE_FORMAT = 40610,
    /// Following the profiles of strangers is switched off on the server.
    #[raised_by(server)]
    ERR_SVR_PROFILE_SUBSCRIPTION_DISABLED = 72012,
    /// A parameter does not fit the state: the caller as target, no friend, a missing group, an
    /// undeclared field.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_INVALID_PARAMETERS = 30001,
    /// Reserved: two app ids differ. That is reported as 70014 or 60006.
    #[raised_by(nobody)]
    ERR_SVR_FRIENDSHIP_INVALID_SDKAPPID = 30002,
    /// There is no such user or official account.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_ACCOUNT_NOT_FOUND = 30003,
    /// The relationship operation is for administrators of the app. The server answers 60010 instead.
    #[raised_by(rest)]
    ERR_SVR_FRIENDSHIP_ADMIN_REQUIRED = 30004,
    /// The content filter refused a remark, a wording or the name of a friend group.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_SENSITIVE_TEXT = 30005,
    /// The relationship service failed inside. `desc` holds an id of the request.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_INTERNAL_ERROR = 30006,
    /// The store of the relationship service did not answer in time.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_NET_TIMEOUT = 30007,
    /// Several changes met, and trying three more times did not help. Try again.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_WRITE_CONFLICT = 30008,
    /// The operator forbids this user to send friend requests, or a webhook refused the request.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_ADD_FRIEND_DENY = 30009,
    /// The user's own friend list is full (3,000 by default).
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_COUNT_LIMIT = 30010,
    /// The user has as many friend groups as allowed (32 by default).
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_GROUP_COUNT_LIMIT = 30011,
    /// One side has as many waiting friend requests as allowed (100 by default).
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_PENDENCY_LIMIT = 30012,
    /// The user's own blocklist is full (1,000 by default).
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_BLACKLIST_LIMIT = 30013,
    /// The friend list of the other user, or the subscriber list of the official account, is full.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_PEER_FRIEND_LIMIT = 30014,
    /// The two users are friends already.
    #[raised_by(server)]
    ERR_SVR_FRIENDSHIP_ALREADY_FRIENDS = 30015,
    /// The other user is in the user's own blocklist.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_IN_SELF_BLACKLIST = 30515,
    /// The other user accepts no friend requests.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_ALLOW_TYPE_DENY_ANY = 30516,
    /// The user is in the other user's blocklist.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_IN_PEER_BLACKLIST = 30525,
    /// The request is stored and waits for the other user's approval. This is a success with a number of its
    /// own.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_ALLOW_TYPE_NEED_CONFIRM = 30539,
    /// Friends are added too fast. Wait and try again.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_ADD_FRIEND_SEC_RSTR = 30540,
    /// There is no such waiting friend request.
    #[raised_by(server)]
    ERR_SVR_FRIENDSHIP_PENDENCY_NOT_FOUND = 30614,
    /// The user to delete is not a friend.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_DEL_NONFRIEND = 31704,
    /// Friends are deleted too fast. Wait and try again.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_DEL_FRIEND_SEC_RSTR = 31707,
    /// Reserved: a second number for a user who does not exist, reported as 30003.
    #[raised_by(nobody)]
    ERR_SVR_FRIENDSHIP_ACCOUNT_NOT_FOUND_EX = 31804,
    /// The user follows as many others as allowed (5,000 by default).
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_SELF_FOLLOWING_COUNT_EXCEEDS_LIMIT = 32100,
    /// The other user has as many followers as allowed.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_PEER_FOLLOWERS_COUNT_EXCEEDS_LIMIT = 32101,
    /// The user's own list of mutual followers is full.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_SELF_MUTUAL_FOLLOWERS_COUNT_EXCEEDS_LIMIT = 32102,
    /// The other user's list of mutual followers is full.
    #[raised_by(server, rest)]
    ERR_SVR_FRIENDSHIP_PEER_MUTUAL_FOLLOWERS_COUNT_EXCEEDS_LIMIT = 32103,
    /// The one-to-one conversation is with a user who does not exist.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_ACCOUNT_NOT_FOUND = 50001,
    /// A parameter of a conversation operation is wrong, or a conversation group has that name already.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_INVALID_PARAMETERS = 50002,
    /// The conversation operation is for administrators of the app. The server answers 60010 instead.
    #[raised_by(rest)]
    ERR_SVR_CONV_ADMIN_REQUIRED = 50003,
    /// The conversation service failed inside. `desc` holds an id of the request.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_INTERNAL_ERROR = 50004,
    /// The store of the conversation service did not answer in time.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_NET_TIMEOUT = 50005,
    /// One call names more than 100 conversations to mark, group, delete or give custom data.
    #[raised_by(core, server, rest)]
    ERR_SVR_CONV_CONV_MARK_REQ_COUNT_EXCEED_LIMIT = 51006,
    /// The group conversation cannot take part: the group is gone, is of a wrong type, or the user is no
    /// member.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_CONV_MARK_OPERATE_FAILED = 51007,
    /// More than 1,000 conversations would carry a mark or custom data, or one conversation group would be
    /// too large.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_CONV_MARK_TOTAL_COUNT_EXCEED_LIMIT = 51008,
    /// There is no conversation group with this name.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_CONV_GROUP_NOT_EXIST = 51009,
    /// There are 20 conversation groups already, which is the most a user may have.
    #[raised_by(server, rest)]
    ERR_SVR_CONV_CONV_GROUP_TOTAL_COUNT_EXCEED_LIMIT = 51010,
    /// The name of the conversation group is empty or longer than 32 bytes.
    #[raised_by(core, server, rest)]
    ERR_SVR_CONV_CONV_GROUP_NAME_EXCEED_LENGTH = 51011,
    /// The request to send a one-to-one message is malformed.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_PKG_PARSE_FAILED = 20001,
    /// A one-to-one message can be recalled only by its sender, or one part of the server did not trust
    /// another.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_INTERNAL_AUTH_FAILED = 20002,
    /// The sender or the receiver of the message does not exist.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_INVALID_ID = 20003,
    /// A node of the server could not be reached. Try again.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_NET_ERROR = 20004,
    /// The service for one-to-one messages failed inside. `desc` holds an id of the request.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_INTERNAL_ERROR1 = 20005,
    /// A webhook refused the message before it was sent.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_PUSH_DENY = 20006,
    /// One of the two users has blocked the other.
    #[raised_by(server)]
    ERR_SVR_MSG_IN_PEER_BLACKLIST = 20007,
    /// Messages need a friendship here, and neither user is the other's friend; or an official account is not
    /// subscribed to.
    #[raised_by(server)]
    ERR_SVR_MSG_BOTH_NOT_FRIEND = 20009,
    /// Messages need a friendship here, and the sender is not in the receiver's friend list.
    #[raised_by(server)]
    ERR_SVR_MSG_NOT_PEER_FRIEND = 20010,
    /// Messages need a friendship here, and the receiver is not in the sender's friend list.
    #[raised_by(server)]
    ERR_SVR_MSG_NOT_SELF_FRIEND = 20011,
    /// The sender is muted in one-to-one conversations.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_SHUTUP_DENY = 20012,
    /// The one-to-one message is too old to be recalled (2 minutes by default).
    #[raised_by(server)]
    ERR_SVR_MSG_REVOKE_TIME_LIMIT = 20016,
    /// Deleting the history failed inside of the server.
    #[raised_by(server)]
    ERR_SVR_MSG_DEL_RAMBLE_INTERNAL_ERROR = 20018,
    /// Another user changed the key of the message extension first. The answer carries the value it has now.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_EXTENSION_CONFLICT = 23001,
    /// The key of the message extension, or the message itself, does not exist.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_EXTENSION_NOT_EXIST = 23004,
    /// The message has as many kinds of reactions as allowed.
    #[raised_by(server)]
    ERR_SVR_MSG_REACTION_COUNT_LIMIT = 23005,
    /// As many users as allowed have given this reaction.
    #[raised_by(server)]
    ERR_SVR_MSG_REACTION_USER_COUNT_LIMIT = 23006,
    /// The user has already given this reaction.
    #[raised_by(server)]
    ERR_SVR_MSG_REACTION_ALREADY_CONTAIN_USER = 23007,
    /// The message has no such reaction.
    #[raised_by(server)]
    ERR_SVR_MSG_REACTION_NOT_EXISTS = 23008,
    /// The user has not given this reaction and cannot take it back.
    #[raised_by(server)]
    ERR_SVR_MSG_REACTION_NOT_CONTAIN_USER = 23009,
    /// The body of the message command is not a JSON object.
    #[raised_by(rest)]
    ERR_SVR_MSG_JSON_PARSE_FAILED = 90001,
    /// `MsgBody` does not follow the format of message elements.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_JSON_BODY_FORMAT = 90002,
    /// `To_Account` is missing or has a wrong type.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_TO_ACCOUNT = 90003,
    /// `MsgRandom` is missing or not an integer.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_RAND = 90005,
    /// `MsgTimeStamp` is missing or not an integer.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_TIMESTAMP = 90006,
    /// `MsgBody` is not an array.
    #[raised_by(rest)]
    ERR_SVR_MSG_BODY_NOT_ARRAY = 90007,
    /// The message command is for administrators of the app. The server answers 60010 instead.
    #[raised_by(rest)]
    ERR_SVR_MSG_ADMIN_REQUIRED = 90009,
    /// The message as a whole does not follow the format.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_JSON_FORMAT = 90010,
    /// The batch has more than 500 receivers.
    #[raised_by(core, rest)]
    ERR_SVR_MSG_TO_ACCOUNT_COUNT_LIMIT = 90011,
    /// A receiver of the batch does not exist.
    #[raised_by(rest)]
    ERR_SVR_MSG_TO_ACCOUNT_NOT_FOUND = 90012,
    /// The message is to be kept offline for longer than 7 days, or for a time that is not valid.
    #[raised_by(rest)]
    ERR_SVR_MSG_TIME_LIMIT = 90026,
    /// `SyncOtherMachine` is not an integer.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_SYNCOTHERMACHINE = 90031,
    /// `MsgLifeTime` is not an integer.
    #[raised_by(rest)]
    ERR_SVR_MSG_INVALID_MSGLIFETIME = 90044,
    /// An account that the request names does not exist.
    #[raised_by(server, rest)]
    ERR_SVR_MSG_ACCOUNT_NOT_FOUND = 90048,
    /// The query for the state of users failed inside of the server.
    #[raised_by(rest)]
    ERR_SVR_MSG_INTERNAL_ERROR2 = 90994,
    /// Reserved: another number for an internal error, reported as 91000, or as 90994 for the state of users.
    #[raised_by(nobody)]
    ERR_SVR_MSG_INTERNAL_ERROR3 = 90995,
    /// The message service failed inside.
    #[raised_by(rest)]
    ERR_SVR_MSG_INTERNAL_ERROR4 = 91000,
    /// A service behind the message service failed inside.
    #[raised_by(rest)]
    ERR_SVR_MSG_INTERNAL_ERROR5 = 90992,
    /// The JSON packet is larger than a message may be.
    #[raised_by(rest)]
    ERR_SVR_MSG_BODY_SIZE_LIMIT = 93000,
    /// The account has too many web sessions, and this one was displaced by a newer one.
    #[raised_by(server)]
    ERR_SVR_MSG_LONGPOLLING_COUNT_LIMIT = 91101,
    /// The group service failed inside. `desc` holds an id of the request.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_INTERNAL_ERROR = 10002,
    /// There is no such group command.
    #[raised_by(rest)]
    ERR_SVR_GROUP_API_NAME_ERROR = 10003,
    /// A parameter of a group operation is wrong. `desc` names it.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_INVALID_PARAMETERS = 10004,
    /// One group call names more accounts than allowed.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_ACOUNT_COUNT_LIMIT = 10005,
    /// Group operations come too fast, or the app has made as many new groups today as allowed.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_FREQ_LIMIT = 10006,
    /// The caller lacks the right: not a member, a role that is too low, or a group type that does not allow
    /// it.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_PERMISSION_DENY = 10007,
    /// The request contradicts itself, or it answers an application that has changed since.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_INVALID_REQ = 10008,
    /// The owner may not leave a group of this type; transfer or dissolve it first.
    #[raised_by(server)]
    ERR_SVR_GROUP_SUPER_NOT_ALLOW_QUIT = 10009,
    /// There is no such group, or it has been dissolved.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_NOT_FOUND = 10010,
    /// The body of the group command is not valid JSON.
    #[raised_by(rest)]
    ERR_SVR_GROUP_JSON_PARSE_FAILED = 10011,
    /// The id of the acting user is malformed, or the group service does not know it.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_INVALID_ID = 10012,
    /// The user is a member already.
    #[raised_by(server)]
    ERR_SVR_GROUP_ALLREADY_MEMBER = 10013,
    /// The group is full.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_FULL_MEMBER_COUNT = 10014,
    /// The group id is malformed.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_INVALID_GROUPID = 10015,
    /// A webhook refused the group operation.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_REJECT_FROM_THIRDPARTY = 10016,
    /// The sender, or every member of the group, is muted.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_SHUTUP_DENY = 10017,
    /// The answer would be larger than 1 MB. Ask for less.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_RSP_SIZE_LIMIT = 10018,
    /// A user whom the request names does not exist.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_ACCOUNT_NOT_FOUND = 10019,
    /// The group id is taken by a group of another owner.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_GROUPID_IN_USED = 10021,
    /// Messages to this group come too fast (40 in a second by default).
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_SEND_MSG_FREQ_LIMIT = 10023,
    /// The application or invitation has already been handled.
    #[raised_by(server)]
    ERR_SVR_GROUP_REQ_ALLREADY_BEEN_PROCESSED = 10024,
    /// The group id is taken by a group that the caller owns, which can be used as it is.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_GROUPID_IN_USED_FOR_SUPER = 10025,
    /// The group command is switched off for the app.
    #[raised_by(rest)]
    ERR_SVR_GROUP_SDKAPPID_DENY = 10026,
    /// The group message to recall does not exist.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_REVOKE_MSG_NOT_FOUND = 10030,
    /// The group message is too old to be recalled (2 minutes by default).
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_REVOKE_MSG_TIME_LIMIT = 10031,
    /// This group message cannot be recalled.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_REVOKE_MSG_DENY = 10032,
    /// Messages cannot be recalled in a group of this type.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_NOT_ALLOW_REVOKE_MSG = 10033,
    /// A message of this kind cannot be deleted.
    #[raised_by(server)]
    ERR_SVR_GROUP_REMOVE_MSG_DENY = 10034,
    /// Messages of an AVChatRoom cannot be deleted.
    #[raised_by(server)]
    ERR_SVR_GROUP_NOT_ALLOW_REMOVE_MSG = 10035,
    /// The app has as many AVChatRooms as allowed.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_AVCHATROOM_COUNT_LIMIT = 10036,
    /// The user is in as many groups, or has made as many, as allowed.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_COUNT_LIMIT = 10037,
    /// The maximum number of members cannot be raised that far.
    #[raised_by(server, rest)]
    ERR_SVR_GROUP_MEMBER_COUNT_LIMIT = 10038,
    /// The group attributes changed meanwhile. Read them and try again.
    #[raised_by(server)]
    ERR_SVR_GROUP_ATTRIBUTE_WRITE_CONFILCT = 10056,
    /// The group has as many pinned messages as allowed (10 by default).
    #[raised_by(server)]
    ERR_SVR_GROUP_PINNED_MESSAGE_COUNT_LIMIT = 10070,
    /// The message is pinned already.
    #[raised_by(server)]
    ERR_SVR_GROUP_MESSAGE_ALREADY_PINNED = 10071,
    /// Reserved: no element of a batch succeeded. Such a batch ends with 0 and a code for each element.
    #[raised_by(nobody)]
    ERR_NO_SUCC_RESULT = 6003,
    /// Reserved: the receiver is not valid. That is reported as 6032 or 20003.
    #[raised_by(nobody)]
    ERR_TO_USER_INVALID = 6011,
    /// Reserved: a request timed out. That is reported as 9520 or one of its neighbours.
    #[raised_by(nobody)]
    ERR_REQUEST_TIME_OUT = 6012,
    /// Reserved: the core module could not start.
    #[raised_by(nobody)]
    ERR_INIT_CORE_FAIL = 6018,
    /// Reserved: a node of the session is missing.
    #[raised_by(nobody)]
    ERR_EXPIRED_SESSION_NODE = 6020,
    /// The login was overtaken, before it finished, by a logout or by a login with other credentials.
    #[raised_by(core)]
    ERR_LOGGED_OUT_BEFORE_LOGIN_FINISHED = 6023,
    /// Reserved: the ticket library of older versions was not started.
    #[raised_by(nobody)]
    ERR_TLSSDK_NOT_INITIALIZED = 6024,
    /// Reserved: the ticket library of older versions does not know the user.
    #[raised_by(nobody)]
    ERR_TLSSDK_USER_NOT_FOUND = 6025,
    /// Reserved: binding a device failed for an unknown cause.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_UNKNOWN = 6100,
    /// Reserved: a device was to be bound without a ticket.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_NO_SSOTICKET = 6101,
    /// Reserved: a device was bound twice.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_REPEATD_BIND = 6102,
    /// Reserved: a device was to be bound without the number of an account.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_TINYID_NULL = 6103,
    /// Reserved: a device was to be bound without an id of its own.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_GUID_NULL = 6104,
    /// Reserved: a registration packet cannot be read.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_UNPACK_REGPACK_FAILED = 6105,
    /// Reserved: the registration of a device timed out.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_REG_TIMEOUT = 6106,
    /// Reserved: a device is being bound already.
    #[raised_by(nobody)]
    ERR_BIND_FAIL_ISBINDING = 6107,
    /// Reserved: a packet failed for an unknown cause.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_UNKNOWN = 6120,
    /// Reserved: there was no network to send a request.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_REQ_NO_NET = 6121,
    /// Reserved: there was no network to receive a reply.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_RESP_NO_NET = 6122,
    /// Reserved: a request was not authorised.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_REQ_NO_AUTH = 6123,
    /// Reserved: the access layer of older versions failed.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_SSO_ERR = 6124,
    /// Reserved: a packet's request timed out.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_REQ_TIMEOUT = 6125,
    /// Reserved: a packet's reply timed out.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_RESP_TIMEOUT = 6126,
    /// Reserved: a packet could not be sent again.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_REQ_ON_RESEND = 6127,
    /// Reserved: a packet that was to be sent again was not sent.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_RESP_NO_RESEND = 6128,
    /// Reserved: a packet to be saved was filtered out.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_FLOW_SAVE_FILTERED = 6129,
    /// Reserved: too many packets are being sent.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_REQ_OVER_LOAD = 6130,
    /// Reserved: the data of a packet contradict each other.
    #[raised_by(nobody)]
    ERR_PACKET_FAIL_LOGIC_ERR = 6131,
    /// Reserved: the local mirror of the relationships is not synchronised.
    #[raised_by(nobody)]
    ERR_FRIENDSHIP_PROXY_NOT_SYNCED = 6150,
    /// Reserved: the local mirror of the relationships is being synchronised.
    #[raised_by(nobody)]
    ERR_FRIENDSHIP_PROXY_SYNCING = 6151,
    /// Reserved: the local mirror of the relationships could not be synchronised.
    #[raised_by(nobody)]
    ERR_FRIENDSHIP_PROXY_SYNCED_FAIL = 6152,
    /// Reserved: the local mirror of the relationships refused a parameter.
    #[raised_by(nobody)]
    ERR_FRIENDSHIP_PROXY_LOCAL_CHECK_ERR = 6153,
    /// Reserved: a field of the local group mirror is not declared.
    #[raised_by(nobody)]
    ERR_GROUP_INVALID_FIELD = 6160,
    /// Reserved: the local group mirror has its storage switched off.
    #[raised_by(nobody)]
    ERR_GROUP_STORAGE_DISABLED = 6161,
    /// Reserved: the local group mirror could not be loaded.
    #[raised_by(nobody)]
    ERR_LOADGRPINFO_FAILED = 6162,
    /// Reserved: there is no network for the request. That is reported as 9508.
    #[raised_by(nobody)]
    ERR_REQ_NO_NET_ON_REQ = 6200,
    /// Reserved: there is no network for the reply. That is reported as 9524.
    #[raised_by(nobody)]
    ERR_REQ_NO_NET_ON_RSP = 6201,
    /// Reserved: the transport is not ready.
    #[raised_by(nobody)]
    ERR_SERIVCE_NOT_READY = 6205,
    /// Reserved: an account could not be converted at login.
    #[raised_by(nobody)]
    ERR_LOGIN_AUTH_FAILED = 6207,
    /// Reserved: nobody has tried to connect since the start.
    #[raised_by(nobody)]
    ERR_NEVER_CONNECT_AFTER_LAUNCH = 6209,
    /// Reserved: the transport failed.
    #[raised_by(nobody)]
    ERR_REQ_FAILED = 6210,
    /// Reserved: a request is malformed.
    #[raised_by(nobody)]
    ERR_REQ_INVALID_REQ = 6211,
    /// Reserved: the queue of requests is full. That is reported as 9507.
    #[raised_by(nobody)]
    ERR_REQ_OVERLOADED = 6212,
    /// Reserved: another device displaced this one. That is reported as 6014.
    #[raised_by(nobody)]
    ERR_REQ_KICK_OFF = 6213,
    /// Reserved: the service is suspended.
    #[raised_by(nobody)]
    ERR_REQ_SERVICE_SUSPEND = 6214,
    /// Reserved: the access layer refused a signature.
    #[raised_by(nobody)]
    ERR_REQ_INVALID_SIGN = 6215,
    /// Reserved: a cookie is not valid.
    #[raised_by(nobody)]
    ERR_REQ_INVALID_COOKIE = 6216,
    /// Reserved: the reply to a login has a wrong length.
    #[raised_by(nobody)]
    ERR_LOGIN_TLS_RSP_PARSE_FAILED = 6217,
    /// Reserved: reporting the status at login timed out.
    #[raised_by(nobody)]
    ERR_LOGIN_OPENMSG_TIMEOUT = 6218,
    /// Reserved: the reply to the status report at login cannot be read.
    #[raised_by(nobody)]
    ERR_LOGIN_OPENMSG_RSP_PARSE_FAILED = 6219,
    /// Reserved: decryption failed at login.
    #[raised_by(nobody)]
    ERR_LOGIN_TLS_DECRYPT_FAILED = 6220,
    /// Reserved: the Wi-Fi network wants the user to sign in on a page.
    #[raised_by(nobody)]
    ERR_WIFI_NEED_AUTH = 6221,
    /// Reserved: the user cancelled the operation. A cancelled sending is reported as 8021.
    #[raised_by(nobody)]
    ERR_USER_CANCELED = 6222,
    /// Reserved: a message is too old to be recalled. That is reported as 20016 or 10031.
    #[raised_by(nobody)]
    ERR_REVOKE_TIME_LIMIT_EXCEED = 6223,
    /// Reserved: an add-on for uploading videos is missing.
    #[raised_by(nobody)]
    ERR_LACK_UGC_EXT = 6224,
    /// Reserved: an automatic login needs a new UserSig.
    #[raised_by(nobody)]
    ERR_AUTOLOGIN_NEED_USERSIG = 6226,
    /// Reserved: there is no short connection to use.
    #[raised_by(nobody)]
    ERR_QAL_NO_SHORT_CONN_AVAILABLE = 6300,
    /// Reserved: a content was refused. That is reported as 80001 or 80004.
    #[raised_by(nobody)]
    ERR_REQ_CONTENT_ATTACK = 80101,
    /// Reserved: a ticket expired at login. That is reported as 6206 or 70001.
    #[raised_by(nobody)]
    ERR_LOGIN_SIG_EXPIRE = 70101,
    /// Reserved: the library is initialised already. A second `TIMInit` returns 0.
    #[raised_by(nobody)]
    ERR_SDK_HAD_INITIALIZED = 90101,
    /// Reserved: the first number of an upload library.
    #[raised_by(nobody)]
    ERR_OPENBDH_BASE = 115000,
    /// Reserved: there is no network for the request (a second number for 6200).
    #[raised_by(nobody)]
    ERR_REQUEST_NO_NET_ONREQ = 6250,
    /// Reserved: there is no network for the reply (a second number for 6201).
    #[raised_by(nobody)]
    ERR_REQUEST_NO_NET_ONRSP = 6251,
    /// Reserved: the transport failed (a second number for 6210).
    #[raised_by(nobody)]
    ERR_REQUEST_FAILED = 6252,
    /// Reserved: a request is malformed (a second number for 6211).
    #[raised_by(nobody)]
    ERR_REQUEST_INVALID_REQ = 6253,
    /// Reserved: the queue of requests is full (a second number for 6212).
    #[raised_by(nobody)]
    ERR_REQUEST_OVERLOADED = 6254,
    /// Reserved: another device displaced this one (a second number for 6213).
    #[raised_by(nobody)]
    ERR_REQUEST_KICK_OFF = 6255,
    /// Reserved: the service is suspended (a second number for 6214).
    #[raised_by(nobody)]
    ERR_REQUEST_SERVICE_SUSPEND = 6256,
    /// Reserved: the access layer refused a signature (a second number for 6215).
    #[raised_by(nobody)]
    ERR_REQUEST_INVALID_SIGN = 6257,
    /// Reserved: a cookie is not valid (a second number for 6216).
    #[raised_by(nobody)]
    ERR_REQUEST_INVALID_COOKIE = 6258,
}
