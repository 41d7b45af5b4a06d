//! Enums of the message functions and of their JSON objects.

use timbre_macros::json_enum;

/// Where a message is in its life.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMMsgStatus {
    /// From the send call to its result.
    kTIMMsg_Sending = 1,
    /// Accepted by the server, or received.
    kTIMMsg_SendSucc = 2,
    /// The send ended with an error.
    kTIMMsg_SendFail = 3,
    /// Deleted on this device.
    kTIMMsg_Deleted = 4,
    /// Put into local storage by the app.
    kTIMMsg_LocalImported = 5,
    /// Recalled.
    kTIMMsg_Revoked = 6,
    /// The app cancelled the send.
    kTIMMsg_Cancel = 7,
}

/// How early a group message is dropped when a group is flooded.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMMsgPriority {
    /// Last.
    kTIMMsgPriority_High = 0,
    /// The default.
    kTIMMsgPriority_Normal = 1,
    /// Early.
    kTIMMsgPriority_Low = 2,
    /// First.
    kTIMMsgPriority_Lowest = 3,
}

/// Kind of the device that sent a message.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMPlatform {
    /// Another one.
    kTIMPlatform_Other = 0,
    /// Windows.
    kTIMPlatform_Windows = 1,
    /// Android.
    kTIMPlatform_Android = 2,
    /// iPhone or iPad.
    kTIMPlatform_IOS = 3,
    /// Mac.
    kTIMPlatform_Mac = 4,
    /// A simulator.
    kTIMPlatform_Simulator = 5,
}

/// Kind of a message element.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMElemType {
    /// Text.
    kTIMElem_Text = 0,
    /// An image.
    kTIMElem_Image = 1,
    /// A voice recording.
    kTIMElem_Sound = 2,
    /// Bytes that mean something to the app.
    kTIMElem_Custom = 3,
    /// A file.
    kTIMElem_File = 4,
    /// Notice of a change in a group.
    kTIMElem_GroupTips = 5,
    /// A sticker.
    kTIMElem_Face = 6,
    /// A place.
    kTIMElem_Location = 7,
    /// Notice about a group to those concerned.
    kTIMElem_GroupReport = 8,
    /// A video.
    kTIMElem_Video = 9,
    /// Notice of a change among friends.
    kTIMElem_FriendChange = 10,
    /// Notice of a change of a profile.
    kTIMElem_ProfileChange = 11,
    /// Several messages in one.
    kTIMElem_Merge = 12,
    /// None.
    kTIMElem_Invalid = -1,
}

/// What is sent of an image. Nothing is ever enlarged; GIFs, animations and files that cannot be decoded
/// are sent as they are.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMImageLevel {
    /// The file as it is.
    kTIMImageLevel_Orig = 0,
    /// A JPEG of quality 75 whose shorter side has at most 720 pixels.
    kTIMImageLevel_Compression = 1,
    /// A JPEG of quality 85 whose shorter side has at most 1080 pixels.
    kTIMImageLevel_HD = 2,
}

/// What a GroupReportElem tells.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupReportType {
    /// Never sent.
    kTIMGroupReport_None = 0,
    /// To owner and admins: somebody asks to join.
    kTIMGroupReport_AddRequest = 1,
    /// To the applicant: admitted, or joined without asking.
    kTIMGroupReport_AddAccept = 2,
    /// To the applicant: refused.
    kTIMGroupReport_AddRefuse = 3,
    /// To a member: removed from the group.
    kTIMGroupReport_BeKicked = 4,
    /// To all members: the group was dismissed.
    kTIMGroupReport_Delete = 5,
    /// To the creator's devices: the group was made. Not for display.
    kTIMGroupReport_Create = 6,
    /// To a user: added to the group without being asked.
    kTIMGroupReport_Invite = 7,
    /// To the devices of a member who left. Not for display.
    kTIMGroupReport_Quit = 8,
    /// To a member: made an admin.
    kTIMGroupReport_GrantAdmin = 9,
    /// To a member: no admin any more.
    kTIMGroupReport_CancelAdmin = 10,
    /// To all members: the server took the group back. Not for display.
    kTIMGroupReport_GroupRecycle = 11,
    /// To a user: invited, and asked to agree.
    kTIMGroupReport_InviteReqToInvitee = 12,
    /// To the inviter: the user agreed.
    kTIMGroupReport_InviteAccept = 13,
    /// To the inviter: the user refused.
    kTIMGroupReport_InviteRefuse = 14,
    /// To the reader's other devices: the group was marked as read.
    kTIMGroupReport_ReadReport = 15,
    /// To members: data of the app's back end. Only for those who are online.
    kTIMGroupReport_UserDefine = 16,
    /// To a member: muted, or not any more.
    kTIMGroupReport_ShutUpMember = 17,
    /// To members of a community: a topic was made.
    kTIMGroupReport_TopicCreate = 18,
    /// To members of a community: topics were deleted.
    kTIMGroupReport_TopicDelete = 19,
    /// To the sender of a message: its read receipts changed.
    kTIMGroupReport_GroupMessageRead = 20,
    /// To the user's own devices: the receive option for the group changed.
    kTIMGroupReport_GroupMessageRecvOption = 21,
    /// To a member: banned from the group for a time by the app's back end.
    kTIMGroupReport_BannedFromGroup = 22,
    /// To a user: the ban is over.
    kTIMGroupReport_UnbannedFromGroup = 23,
    /// To owner and admins: a member invites somebody and needs their consent.
    kTIMGroupReport_InviteReqToAdmin = 24,
}

/// What `TIMMsgDownloadElemToPath` downloads. Images have no value of their own: any is good for them.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMDownloadType {
    /// The picture of a video.
    kTIMDownload_VideoThumb = 0,
    /// A file.
    kTIMDownload_File = 1,
    /// A video.
    kTIMDownload_Video = 2,
    /// A voice recording.
    kTIMDownload_Sound = 3,
}

/// How several keywords of a search go together.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMKeywordListMatchType {
    /// One of them is enough.
    TIMKeywordListMatchType_Or = 0,
    /// All of them have to match.
    TIMKeywordListMatchType_And = 1,
}

/// Which members `TIMMsgGetGroupMessageReadMemberList` lists.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupMessageReadMembersFilter {
    /// Those who have read the message.
    TIM_GROUP_MESSAGE_READ_MEMBERS_FILTER_READ = 0,
    /// Those who have not.
    TIM_GROUP_MESSAGE_READ_MEMBERS_FILTER_UNREAD = 1,
}
