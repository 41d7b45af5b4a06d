//! Enums of friends, friend requests, search, following, and the old element for changes of friends.

use timbre_macros::json_enum;

/// Whether adding, deleting or checking a friend looks at one friend list or at both.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendType {
    /// One-way: the own friend list alone.
    FriendTypeSingle = 0,
    /// Two-way: the friend lists of both users.
    FriendTypeBoth = 1,
}

/// The direction of a friend request.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendPendencyType {
    /// Incoming: somebody asks the user. Only such a request can be answered.
    FriendPendencyTypeComeIn = 0,
    /// Outgoing: the user asks somebody.
    FriendPendencyTypeSendOut = 1,
    /// Both directions. For getting and deleting requests; no request has it.
    FriendPendencyTypeBoth = 2,
}

/// The answer to a friend request.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendResponseAction {
    /// Accepted one-way: the user who answers enters the friend list of the one who asked.
    ResponseActionAgree = 0,
    /// Accepted two-way: each enters the friend list of the other.
    ResponseActionAgreeAndAdd = 1,
    /// Refused: no list changes.
    ResponseActionReject = 2,
}

/// What `TIMFriendshipCheckFriendType` finds. A is the user who checks, B the one who is checked.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendCheckRelation {
    /// None: neither has the other in the friend list. A one-way check gives it when A does not have B.
    FriendCheckNoRelation = 0,
    /// A has B in the friend list. All that a one-way check says; in a two-way check, B does not have A.
    FriendCheckAWithB = 1,
    /// B has A in the friend list, A does not have B.
    FriendCheckBWithA = 2,
    /// Each has the other in the friend list.
    FriendCheckBothWay = 3,
}

/// The fields that `TIMFriendshipSearchFriends` looks at. They can be added up.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendshipSearchFieldKey {
    /// The user id.
    kTIMFriendshipSearchFieldKey_Identifier = 1,
    /// The nickname.
    kTIMFriendshipSearchFieldKey_NickName = 2,
    /// The remark, of friends only.
    kTIMFriendshipSearchFieldKey_Remark = 4,
}

/// The relation between the user and another one, by their friend lists.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendshipRelationType {
    /// Neither has the other in the friend list.
    kTIMFriendshipRelationType_None = 0,
    /// The other one is in the user's friend list, not the other way round.
    kTIMFriendshipRelationType_InMyFriendList = 1,
    /// The user is in the other one's friend list, not the other way round.
    kTIMFriendshipRelationType_InOtherFriendList = 2,
    /// Each has the other in the friend list.
    kTIMFriendshipRelationType_BothFriend = 3,
}

/// Who follows whom, between the user and another one.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFollowType {
    /// Neither follows the other.
    kTIMFollowLTypeNone = 0,
    /// The user follows the other one, not the other way round.
    kTIMFollowLTypeInMyFollowingList = 1,
    /// The other one follows the user, not the other way round.
    kTIMFollowLTypeInMyFollowersList = 2,
    /// Each follows the other.
    kTIMFollowLTypeInBothFollowersList = 3,
}

/// What a FriendChangeElem object tells.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMFriendChangeType {
    /// Nothing.
    kTIMFriendChange_None = 0,
    /// Friends were added.
    kTIMFriendChange_FriendAdd = 1,
    /// Friends were deleted.
    kTIMFriendChange_FriendDel = 2,
    /// Friend requests came in or were sent.
    kTIMFriendChange_PendencyAdd = 3,
    /// Friend requests are gone.
    kTIMFriendChange_PendencyDel = 4,
    /// Users were blocked.
    kTIMFriendChange_BlackListAdd = 5,
    /// Users were unblocked.
    kTIMFriendChange_BlackListDel = 6,
    /// Friend requests were marked as read.
    kTIMFriendChange_PendencyReadedReport = 7,
    /// Friends changed.
    kTIMFriendChange_FriendProfileUpdate = 8,
    /// Friend groups were created.
    kTIMFriendChange_FriendGroupAdd = 9,
    /// Friend groups were deleted.
    kTIMFriendChange_FriendGroupDel = 10,
    /// Friend groups were changed.
    kTIMFriendChange_FriendGroupModify = 11,
}
