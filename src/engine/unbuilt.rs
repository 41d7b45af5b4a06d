//! The functions whose area is not built yet: every one of them, and nothing else knows of them.
//!
//! Such a function checks its arguments and the state as it always will, and then ends with 7013. A line leaves this
//! table when its function is built; `tests/contract/unbuilt.txt` holds the table to that.

use super::{Done, Engine, Op};
use crate::model::error::{Outcome, Refusal, code};

/// What a function needs before its values are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// A user whose database is open; 6014 `not init database` without.
    Database,
    /// A user who is logged in; 6014 `not login` without.
    Login,
}

macro_rules! unbuilt {
    ($($name:ident: $gate:ident, $empty:expr;)*) => {
        /// A function whose area is not built yet, under its name in C.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Unbuilt {
            $($name,)*
        }

        impl Unbuilt {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }

            /// What it needs.
            const fn gate(self) -> Gate {
                match self {
                    $(Self::$name => Gate::$gate,)*
                }
            }

            /// Its `json_params` when it fails.
            pub(super) const fn empty(self) -> &'static str {
                match self {
                    $(Self::$name => $empty,)*
                }
            }
        }
    };
}

unbuilt! {
    // Users
    TIMProfileGetUserProfileList: Database, "";
    TIMProfileModifySelfUserProfile: Login, "";
    TIMSubscribeUserInfo: Login, "";
    TIMUnsubscribeUserInfo: Login, "";
    TIMSearchUsers: Login, "";
    TIMGetUserStatus: Login, "[]";
    TIMSetSelfStatus: Login, "";
    TIMSubscribeUserStatus: Login, "";
    TIMUnsubscribeUserStatus: Login, "";

    // messages
    TIMMsgSetGroupReceiveMessageOpt: Login, "";
    TIMMsgSearchLocalMessages: Database, r#"{"msg_search_result_search_cursor":"","msg_search_result_total_count":0}"#;
    TIMMsgSearchCloudMessages: Login, r#"{"msg_search_result_search_cursor":"","msg_search_result_total_count":0}"#;
    TIMPinGroupMessage: Login, "";
    TIMGetPinnedGroupMessageList: Database, "[]";

    // conversations
    TIMConvGetConversationListByFilter: Database, r#"{"conversation_list_result_conv_list":[],"conversation_list_result_is_finished":false,"conversation_list_result_next_seq":0}"#;
    TIMConvDelete: Login, "";
    TIMConvDeleteConversationList: Login, "";
    TIMConvSetDraft: Database, "";
    TIMConvCancelDraft: Database, "";
    TIMConvSetConversationCustomData: Login, "";
    TIMConvPinConversation: Login, "";
    TIMConvMarkConversation: Login, "";
    TIMConvGetUnreadMessageCountByFilter: Database, r#"{"conv_get_total_unread_message_count_result_unread_count":0}"#;
    TIMConvSubscribeUnreadMessageCountByFilter: Database, "";
    TIMConvUnsubscribeUnreadMessageCountByFilter: Database, "";
    TIMConvCreateConversationGroup: Login, "[]";
    TIMConvGetConversationGroupList: Database, "[]";
    TIMConvDeleteConversationGroup: Login, "";
    TIMConvRenameConversationGroup: Login, "";
    TIMConvAddConversationsToGroup: Login, "";
    TIMConvDeleteConversationsFromGroup: Login, "";
    TIMConvCreate: Database, "";

    // groups
    TIMGroupCreate: Login, "";
    TIMGroupDelete: Login, "";
    TIMGroupJoin: Login, "";
    TIMGroupQuit: Login, "";
    TIMGroupGetJoinedGroupList: Database, "";
    TIMGroupGetGroupInfoList: Login, "[]";
    TIMGroupSearchGroups: Database, "[]";
    TIMGroupSearchCloudGroups: Login, r#"{"group_search_result_group_list":[],"group_search_result_is_finished":false,"group_search_result_next_cursor":"","group_search_result_total_count":0}"#;
    TIMGroupModifyGroupInfo: Login, "";
    TIMGroupInitGroupAttributes: Login, "";
    TIMGroupSetGroupAttributes: Login, "";
    TIMGroupDeleteGroupAttributes: Login, "";
    TIMGroupGetGroupAttributes: Login, "[]";
    TIMGroupGetOnlineMemberCount: Login, r#"{"group_get_online_member_count_result":0}"#;
    TIMGroupSetGroupCounters: Login, "[]";
    TIMGroupGetGroupCounters: Login, "[]";
    TIMGroupIncreaseGroupCounter: Login, "[]";
    TIMGroupDecreaseGroupCounter: Login, "[]";
    TIMGroupGetJoinedCommunityList: Database, "[]";
    TIMGroupCreateTopicInCommunity: Login, "";
    TIMGroupDeleteTopicFromCommunity: Login, "[]";
    TIMGroupSetTopicInfo: Login, "";
    TIMGroupGetTopicInfoList: Login, "[]";
    TIMGroupGetMemberInfoList: Login, r#"{"group_get_member_info_list_result_info_array":[],"group_get_member_info_list_result_next_seq":0,"group_get_memeber_info_list_result_info_array":[],"group_get_memeber_info_list_result_next_seq":0}"#;
    TIMGroupSearchGroupMembers: Database, "[]";
    TIMGroupSearchCloudGroupMembers: Login, r#"{"group_member_search_result_is_finished":false,"group_member_search_result_member_list":"[]","group_member_search_result_next_cursor":"","group_member_search_result_total_count":0}"#;
    TIMGroupModifyMemberInfo: Login, "";
    TIMGroupInviteMember: Login, "[]";
    TIMGroupDeleteMember: Login, "[]";
    TIMGroupMarkGroupMemberList: Login, "";
    TIMGroupGetPendencyList: Login, "";
    TIMGroupHandlePendency: Login, "";
    TIMGroupReportPendencyReaded: Login, "";

    // communities
    TIMCommunityCreate: Login, "";
    TIMCommunityGetJoinedCommunityList: Database, "[]";
    TIMCommunityCreateTopicInCommunity: Login, "";
    TIMCommunityDeleteTopicFromCommunity: Login, "[]";
    TIMCommunitySetTopicInfo: Login, "";
    TIMCommunityGetTopicInfoList: Login, "[]";
    TIMCommunitySetTopicInheritMessageReceiveOptionFromCommunity: Login, "";
    TIMCommunityCreatePermissionGroupInCommunity: Login, "";
    TIMCommunityDeletePermissionGroupFromCommunity: Login, "[]";
    TIMCommunityModifyPermissionGroupInfoInCommunity: Login, "";
    TIMCommunityGetJoinedPermissionGroupListInCommunity: Login, "[]";
    TIMCommunityGetPermissionGroupListInCommunity: Login, "[]";
    TIMCommunityAddCommunityMembersToPermissionGroup: Login, "[]";
    TIMCommunityRemoveCommunityMembersFromPermissionGroup: Login, "[]";
    TIMCommunityGetCommunityMemberListInPermissionGroup: Login, r#"{"permission_group_member_info_result_array":[],"permission_group_member_info_result_next_cursor":""}"#;
    TIMCommunityAddTopicPermissionToPermissionGroup: Login, "[]";
    TIMCommunityDeleteTopicPermissionFromPermissionGroup: Login, "[]";
    TIMCommunityModifyTopicPermissionInPermissionGroup: Login, "[]";
    TIMCommunityGetTopicPermissionInPermissionGroup: Login, "[]";

    // relationships
    TIMFriendshipGetFriendProfileList: Database, "";
    TIMFriendshipGetFriendsInfo: Database, "";
    TIMFriendshipModifyFriendProfile: Login, "";
    TIMFriendshipSearchFriends: Database, "";
    TIMFriendshipAddFriend: Login, "";
    TIMFriendshipDeleteFriend: Login, "";
    TIMFriendshipCheckFriendType: Login, "";
    TIMFriendshipGetPendencyList: Login, "";
    TIMFriendshipHandleFriendAddRequest: Login, "";
    TIMFriendshipReportPendencyReaded: Login, "";
    TIMFriendshipDeletePendency: Login, "";
    TIMFriendshipGetBlackList: Login, "";
    TIMFriendshipAddToBlackList: Login, "";
    TIMFriendshipDeleteFromBlackList: Login, "";
    TIMFriendshipCreateFriendGroup: Login, "";
    TIMFriendshipGetFriendGroupList: Login, "";
    TIMFriendshipDeleteFriendGroup: Login, "";
    TIMFriendshipModifyFriendGroup: Login, "";
    TIMSubscribeOfficialAccount: Login, "";
    TIMUnsubscribeOfficialAccount: Login, "";
    TIMGetOfficialAccountsInfo: Login, "";
    TIMFollowUser: Login, "[]";
    TIMUnfollowUser: Login, "[]";
    TIMGetMyFollowingList: Login, r#"{"follow_list_result_next_cursor":"","follow_list_result_user_info_list":[]}"#;
    TIMGetMyFollowersList: Login, r#"{"follow_list_result_next_cursor":"","follow_list_result_user_info_list":[]}"#;
    TIMGetMutualFollowersList: Login, r#"{"follow_list_result_next_cursor":"","follow_list_result_user_info_list":[]}"#;
    TIMGetUserFollowInfo: Login, "[]";
    TIMCheckFollowType: Login, "[]";

    // signaling
    TIMSignalingInvite: Login, "";
    TIMSignalingInviteInGroup: Login, "";
    TIMSignalingCancel: Login, "";
    TIMSignalingAccept: Login, "";
    TIMSignalingReject: Login, "";
    TIMSignalingModifyInvitation: Login, "";

    // push
    TIMMsgSetOfflinePushToken: Login, "";
    TIMMsgDoBackground: Login, "";
    TIMMsgDoForeground: Login, "";
}

impl Unbuilt {
    /// The call, its arguments being in order.
    pub fn op(self) -> Op {
        self.checked(None)
    }

    /// The call, with the first value of its arguments that is not allowed.
    pub fn checked(self, refusal: Option<Refusal>) -> Op {
        Op::Unbuilt(self, refusal.map(Box::new))
    }
}

impl Engine {
    /// A call of a function that is not built: state, values, 7013.
    pub(super) fn unbuilt(&mut self, function: Unbuilt, refusal: Option<Box<Refusal>>, done: Done) {
        let (op, done) = match function.gate() {
            Gate::Database if self.user.is_none() => {
                let outcome = Outcome::fail(code::NOT_LOGGED_IN, "not init database", function.empty());
                return self.complete(done, outcome);
            }
            Gate::Database => (Op::Unbuilt(function, refusal), done),
            Gate::Login => match self.needs_login(Op::Unbuilt(function, refusal), done) {
                Some(call) => call,
                None => return,
            },
        };
        let Op::Unbuilt(function, refusal) = op else {
            return;
        };
        let refusal = refusal.map_or_else(
            || Refusal::new(code::NOT_SUPPORTED, format!("not supported: {}", function.name())),
            |refusal| *refusal,
        );
        self.refuse(done, refusal, function.empty());
    }
}
