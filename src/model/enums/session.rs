//! Enums of the session: the link, the login, the log, and two old filters of `TIMSetConfig`.

use timbre_macros::json_enum;

/// State of the link between this library and the server.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMNetworkStatus {
    /// Connected; the login is a separate step.
    kTIMConnected = 0,
    /// An open link was lost.
    kTIMDisconnected = 1,
    /// An attempt begins.
    kTIMConnecting = 2,
    /// An attempt failed; the next one follows.
    kTIMConnectFailed = 3,
}

/// State of the login.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMLoginStatus {
    /// Logged in.
    kTIMLoginStatus_Logined = 1,
    /// A login is running.
    kTIMLoginStatus_Logining = 2,
    /// Nobody is logged in.
    kTIMLoginStatus_UnLogined = 3,
    /// A logout is running.
    kTIMLoginStatus_Logouting = 4,
}

/// Weight of a log line.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMLogLevel {
    /// No lines.
    kTIMLog_Off = 0,
    /// Every line.
    kTIMLog_Test = 1,
    /// Details of details.
    kTIMLog_Verbose = 2,
    /// For those who look for a fault.
    kTIMLog_Debug = 3,
    /// What happens in normal operation.
    kTIMLog_Info = 4,
    /// Something unusual.
    kTIMLog_Warn = 5,
    /// Something failed that should not.
    kTIMLog_Error = 6,
    /// A fault of the library.
    kTIMLog_Assert = 7,
}

/// Fields of a group, as bits of `group_get_info_option_info_flag`. Accepted from older hosts, without
/// effect.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupGetInfoFlag {
    /// No field.
    kTIMGroupInfoFlag_None = 0,
    /// Name.
    kTIMGroupInfoFlag_Name = 1,
    /// Time of creation.
    kTIMGroupInfoFlag_CreateTime = 2,
    /// Owner.
    kTIMGroupInfoFlag_OwnerUin = 4,
    /// Sequence of the last change of the group.
    kTIMGroupInfoFlag_Seq = 8,
    /// Time of the last change of the group.
    kTIMGroupInfoFlag_LastTime = 16,
    /// Sequence that the next message will have.
    kTIMGroupInfoFlag_NextMsgSeq = 32,
    /// Time of the last message.
    kTIMGroupInfoFlag_LastMsgTime = 64,
    /// App that the group belongs to.
    kTIMGroupInfoFlag_AppId = 128,
    /// Number of members.
    kTIMGroupInfoFlag_MemberNum = 256,
    /// Most members that the group may have.
    kTIMGroupInfoFlag_MaxMemberNum = 512,
    /// Announcement.
    kTIMGroupInfoFlag_Notification = 1024,
    /// Introduction.
    kTIMGroupInfoFlag_Introduction = 2048,
    /// Address of the picture.
    kTIMGroupInfoFlag_FaceUrl = 4096,
    /// How requests to join are handled.
    kTIMGroupInfoFlag_AddOption = 8192,
    /// Type of the group.
    kTIMGroupInfoFlag_GroupType = 16384,
    /// Last message.
    kTIMGroupInfoFlag_LastMsg = 32768,
    /// Number of members who are online.
    kTIMGroupInfoFlag_OnlineNum = 65536,
    /// Whether the group can be seen by others than its members.
    kTIMGroupInfoFlag_Visible = 131072,
    /// Whether the group can be found by search.
    kTIMGroupInfoFlag_Searchable = 262144,
    /// Whether all members are muted.
    kTIMGroupInfoFlag_ShutupAll = 524288,
}

/// Fields of a group member, as bits of `group_member_get_info_option_info_flag`. Accepted from older hosts,
/// without effect.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupMemberInfoFlag {
    /// No field.
    kTIMGroupMemberInfoFlag_None = 0,
    /// Time of joining.
    kTIMGroupMemberInfoFlag_JoinTime = 1,
    /// Receive option for the messages of the group.
    kTIMGroupMemberInfoFlag_MsgFlag = 2,
    /// Sequence of the last message that the member has read.
    kTIMGroupMemberInfoFlag_MsgSeq = 4,
    /// Role.
    kTIMGroupMemberInfoFlag_MemberRole = 8,
    /// Time until which the member is muted.
    kTIMGroupMemberInfoFlag_ShutupUntill = 16,
    /// Name in the group.
    kTIMGroupMemberInfoFlag_NameCard = 32,
}
