//! The numbers of groups and their members.

use timbre_macros::json_enum;

/// The field of a group that changed, in a tip.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupTipGroupChangeFlag {
    /// Nothing that this version knows.
    kTIMGroupTipChangeFlag_Unknown = 0,
    /// Name; the new one is the text value.
    kTIMGroupTipChangeFlag_Name = 1,
    /// Introduction; text value.
    kTIMGroupTipChangeFlag_Introduction = 2,
    /// Notice; text value.
    kTIMGroupTipChangeFlag_Notification = 3,
    /// Address of the picture; text value.
    kTIMGroupTipChangeFlag_FaceUrl = 4,
    /// Owner; the text value is the user id of the new one.
    kTIMGroupTipChangeFlag_Owner = 5,
    /// One custom field: its name is the key, its value the text value.
    kTIMGroupTipChangeFlag_Custom = 6,
    /// Attributes. Never sent: they have a callback of their own.
    kTIMGroupTipChangeFlag_Attribute = 7,
    /// Muting all members; boolean value.
    kTIMGroupTipChangeFlag_ShutupAll = 8,
    /// Custom string of a topic; text value.
    kTIMGroupTipChangeFlag_TopicCustomData = 9,
    /// The user's own receive option; integer value. No tip has it: it comes as the group report
    /// `kTIMGroupReport_GroupMessageRecvOption`.
    kTIMGroupTipChangeFlag_MessageReceiveOpt = 10,
    /// Who may join; integer value.
    kTIMGroupTipChangeFlag_GroupAddOpt = 11,
    /// Who may invite; integer value.
    kTIMGroupTipChangeFlag_GroupApproveOpt = 12,
    /// Permission groups; boolean value.
    kTIMGroupTipChangeFlag_EnablePermissionGroup = 13,
    /// Default permissions of a community or topic; 64-bit value.
    kTIMGroupTipChangeFlag_DefaultPermissions = 14,
    /// Who may join a private topic; integer value.
    kTIMGroupTipChangeFlag_TopicAddOpt = 15,
    /// Who may invite into a private topic; integer value.
    kTIMGroupTipChangeFlag_TopicApproveOpt = 16,
    /// Most members of a private topic; integer value.
    kTIMGroupTipChangeFlag_TopicMemberMaxCount = 17,
}

/// What happened in a group.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupTipType {
    /// Never sent.
    kTIMGroupTip_None = 0,
    /// Somebody became a member, in whatever way; the join type says how.
    kTIMGroupTip_Invite = 1,
    /// A member left.
    kTIMGroupTip_Quit = 2,
    /// Members were removed.
    kTIMGroupTip_Kick = 3,
    /// Members became admins.
    kTIMGroupTip_SetAdmin = 4,
    /// Admins became ordinary members.
    kTIMGroupTip_CancelAdmin = 5,
    /// The profile changed.
    kTIMGroupTip_GroupInfoChange = 6,
    /// Members were muted or unmuted.
    kTIMGroupTip_MemberInfoChange = 7,
    /// Members got or lost a mark.
    kTIMGroupTip_MemberMarkChange = 8,
    /// The profile of a topic changed.
    kTIMGroupTip_TopicInfoChange = 9,
    /// A message was pinned.
    KTIMGroupTip_PinnedMessageAdded = 10,
    /// A message was unpinned.
    KTIMGroupTip_PinnedMessageDeleted = 11,
}

/// Types of groups. A type is given at creation and never changes.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupType {
    /// Open to all who ask: the owner or an admin decides on each request. At most 2000 members by default.
    /// Users who want to join look it up by its id.
    kTIMGroup_Public = 0,
    /// Work group, once named Private: members bring in others directly, and nobody can ask to join unless
    /// the owner allows it. At most 200 members by default; no admins, no muting, and users cannot dismiss
    /// it.
    kTIMGroup_Private = 1,
    /// Meeting, once named ChatRoom: everybody may join, and read what was sent before. At most 6000 members
    /// by default, no unread count.
    kTIMGroup_ChatRoom = 2,
    /// An old type: taken as AVChatRoom at creation, never given out.
    kTIMGroup_BChatRoom = 3,
    /// Room for live broadcasts: everybody may join, without a limit of members. Messages are not stored,
    /// nothing is unread, and a device is a member only until it leaves, goes offline or ends the program.
    kTIMGroup_AVChatRoom = 4,
    /// Large group of at most 100000 members, everybody may join. Its messages may be divided into topics.
    kTIMGroup_Community = 5,
}

/// Who may join a group, or who may invite others into it.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupAddOption {
    /// Nobody.
    kTIMGroupAddOpt_Forbid = 0,
    /// Everybody; the owner or an admin has to agree.
    kTIMGroupAddOpt_Auth = 1,
    /// Everybody, at once.
    kTIMGroupAddOpt_Any = 2,
    /// At creation: what is usual for the type. Never given out.
    kTIMGroupAddOpt_Unknown = 3,
}

/// Role of a user in a group.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupMemberRole {
    /// No member.
    kTIMMemberRole_None = 0,
    /// Ordinary member.
    kTIMMemberRole_Normal = 200,
    /// Admin: edits the profile, decides on requests, removes and mutes ordinary members. With permission
    /// groups in a community the role gives nothing.
    kTIMMemberRole_Admin = 300,
    /// Owner: the only one who appoints admins, hands the group over and dismisses it.
    kTIMMemberRole_Owner = 400,
}

/// Fields in which a search for groups looks.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupSearchFieldKey {
    /// Group id.
    kTIMGroupSearchFieldKey_GroupId = 1,
    /// Name.
    kTIMGroupSearchFieldKey_GroupName = 2,
}

/// What of a group or topic to change; to be added up. All that a JSON key takes is a number of 32 bits
/// without a sign, so that `kTIMGroupModifyInfoFlag_Owner` is 2147483648 there.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupModifyInfoFlag {
    /// Nothing; refused with 6017.
    kTIMGroupModifyInfoFlag_None = 0,
    /// Name.
    kTIMGroupModifyInfoFlag_Name = 1,
    /// Notice.
    kTIMGroupModifyInfoFlag_Notification = 2,
    /// Introduction.
    kTIMGroupModifyInfoFlag_Introduction = 4,
    /// Address of the picture.
    kTIMGroupModifyInfoFlag_FaceUrl = 8,
    /// Who may join.
    kTIMGroupModifyInfoFlag_AddOption = 16,
    /// Most members.
    kTIMGroupModifyInfoFlag_MaxMemberNum = 32,
    /// Whether users who are no members may read the member list.
    kTIMGroupModifyInfoFlag_Visible = 64,
    /// Whether cloud searches find the group.
    kTIMGroupModifyInfoFlag_Searchable = 128,
    /// Muting all members; of a group or a topic.
    kTIMGroupModifyInfoFlag_ShutupAll = 256,
    /// Custom fields; for a topic the same as `kTIMGroupTopicModifyInfoFlag_CustomString`.
    kTIMGroupModifyInfoFlag_Custom = 512,
    /// Custom string of a topic; ignored for groups.
    kTIMGroupTopicModifyInfoFlag_CustomString = 2048,
    /// Who may invite.
    kTIMGroupModifyInfoFlag_ApproveOption = 4096,
    /// Permission groups; by the owner of a community only.
    kTIMGroupModifyInfoFlag_EnablePermissionGroup = 8192,
    /// Default permissions of a community; for a topic its draft, if there is one in the object, else its
    /// default permissions.
    kTIMGroupModifyInfoFlag_DefaultPermissions = 16384,
    /// Owner: hands the group over. It has to be the only flag. In C it is -2147483648, as the value of an
    /// enum is an int; in JSON it is the positive number 2147483648, and the negative one is taken as well.
    kTIMGroupModifyInfoFlag_Owner = -2147483648,
}

/// Which roles to list members of; to be added up.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupMemberRoleFlag {
    /// All members.
    kTIMGroupMemberRoleFlag_All = 0,
    /// The owner.
    kTIMGroupMemberRoleFlag_Owner = 1,
    /// Admins.
    kTIMGroupMemberRoleFlag_Admin = 2,
    /// Ordinary members.
    kTIMGroupMemberRoleFlag_Member = 4,
}

/// Fields in which a search for members looks.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupMemberSearchFieldKey {
    /// User id.
    kTIMGroupMemberSearchFieldKey_Identifier = 1,
    /// Nickname.
    kTIMGroupMemberSearchFieldKey_NickName = 2,
    /// The caller's remark on a friend.
    kTIMGroupMemberSearchFieldKey_Remark = 4,
    /// Name in the group.
    kTIMGroupMemberSearchFieldKey_NameCard = 8,
}

/// What of a member to change; to be added up.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupMemberModifyInfoFlag {
    /// Nothing.
    kTIMGroupMemberModifyFlag_None = 0,
    /// Receive option; of oneself only.
    kTIMGroupMemberModifyFlag_MsgFlag = 1,
    /// Role.
    kTIMGroupMemberModifyFlag_MemberRole = 2,
    /// Mute.
    kTIMGroupMemberModifyFlag_ShutupTime = 4,
    /// Name in the group.
    kTIMGroupMemberModifyFlag_NameCard = 8,
    /// Custom fields.
    kTIMGroupMemberModifyFlag_Custom = 16,
}

/// What became of one user who was invited or removed.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandleGroupMemberResult {
    /// Failed.
    kTIMGroupMember_HandledErr = 0,
    /// Done: a member now, or removed.
    kTIMGroupMember_HandledSuc = 1,
    /// Was a member before.
    kTIMGroupMember_Included = 2,
    /// Waits for somebody to agree.
    kTIMGroupMember_Invited = 3,
    /// Not added: the user is in too many groups.
    kTimbreGroupMember_OverLimit = 4,
}

/// Kinds of requests: who asks, and who decides.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupPendencyType {
    /// A user wants to join; the owner or an admin decides.
    kTIMGroupPendency_GroupJoinNeedApprovedByAdmin = 0,
    /// A member invited a user; the invited decides.
    kTIMGroupPendency_GroupInviteNeedApprovedByInvitee = 1,
    /// A member invited a user; the owner or an admin decides.
    kTIMGroupPendency_GroupInviteNeedApprovedByAdmin = 2,
}

/// Whether a request was decided.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupPendencyHandle {
    /// Not yet.
    kTIMGroupPendency_NotHandle = 0,
    /// By somebody else.
    kTIMGroupPendency_OtherHandle = 1,
    /// By the local user.
    kTIMGroupPendency_OperatorHandle = 2,
}

/// The decision on a request.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupPendencyHandleResult {
    /// Refused.
    kTIMGroupPendency_Refuse = 0,
    /// Accepted.
    kTIMGroupPendency_Accept = 1,
}

/// How a user became a member.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupJoinType {
    /// Does not say.
    kTIMGroupJoin_None = 0,
    /// By joining, freely or after a request.
    kTIMGroupJoin_Apply = 1,
    /// By being invited or added.
    kTIMGroupJoin_Invite = 2,
}
