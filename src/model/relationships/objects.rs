//! JSON objects of friends, friend requests, friend groups, official accounts and following.

use timbre_macros::JsonObject;

use crate::model::enums::relationships::{
    TIMFollowType, TIMFriendChangeType, TIMFriendCheckRelation, TIMFriendPendencyType,
    TIMFriendResponseAction, TIMFriendType, TIMFriendshipRelationType,
};
use crate::model::users::objects::UserProfile;

/// One custom field of a friend, in FriendProfile and FriendProfileItem objects. A server has at most 20
/// such fields, which its operator sets up.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendProfileCustomStringInfo {
    /// Name: `Tag_SNS_Custom_` and a keyword of 1 to 8 ASCII letters. The prefix may be left out when giving
    /// it and is always there when getting it; another keyword is refused with 9001, one that is not set up
    /// with 30001.
    #[key(
        "friend_profile_custom_string_info_key",
        kTIMFriendProfileCustomStringInfoKey,
        in
    )]
    pub key: Option<String>,
    /// Value of at most 500 bytes; a longer one is refused with 9001. An empty value deletes the field.
    #[key(
        "friend_profile_custom_string_info_value",
        kTIMFriendProfileCustomStringInfoValue,
        in
    )]
    pub value: Option<String>,
}

/// A friend, or a blocked user: what the user keeps of this one, and the public profile. Given by
/// `TIMFriendshipGetFriendProfileList`, `TIMFriendshipGetBlackList`, inside of FriendInfoGetResult and
/// FriendProfileUpdate objects, and to the callbacks for the blocklist and for friend groups. All keys are
/// always there; of a user who is no friend only the id and the profile are filled, and of a blocked one the
/// time too.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendProfile {
    /// User id.
    #[key("friend_profile_identifier", kTIMFriendProfileIdentifier, out)]
    pub identifier: String,
    /// Names of the friend groups with this friend, in the order in which the groups were created.
    #[key("friend_profile_group_name_array", kTIMFriendProfileGroupNameArray, out)]
    pub group_names: Vec<String>,
    /// Remark, a private name for the friend; at most 96 bytes.
    #[key("friend_profile_remark", kTIMFriendProfileRemark, out)]
    pub remark: String,
    /// Text with which the friendship was asked for; at most 256 bytes.
    #[key("friend_profile_add_wording", kTIMFriendProfileAddWording, out)]
    pub add_wording: String,
    /// Where the friendship came from: `AddSource_Type_` and a keyword, or empty.
    #[key("friend_profile_add_source", kTIMFriendProfileAddSource, out)]
    pub add_source: String,
    /// Unix seconds of the friendship's beginning, or of the blocking; 0 for others.
    #[key("friend_profile_add_time", kTIMFriendProfileAddTime, out)]
    pub add_time: u64,
    /// Public profile. Its remark equals the one here.
    #[key("friend_profile_user_profile", kTIMFriendProfileUserProfile, out)]
    pub user_profile: UserProfile,
    /// Custom fields that have a value.
    #[key("friend_profile_custom_string_array", kTIMFriendProfileCustomStringArray, out)]
    pub custom_fields: Vec<FriendProfileCustomStringInfo>,
}

/// Changes of a friend for `TIMFriendshipModifyFriendProfile`, where a key that is left out changes nothing;
/// and the present state in FriendProfileUpdate objects, where all keys are there.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendProfileItem {
    /// Remark of at most 96 bytes, else 9002; empty for none.
    #[key("friend_profile_item_remark", kTIMFriendProfileItemRemark, in)]
    pub remark: Option<String>,
    /// Names of all friend groups that shall hold the friend; `[]` for none. Groups that do not exist are
    /// created.
    #[key(
        "friend_profile_item_group_name_array",
        kTIMFriendProfileItemGroupNameArray,
        in
    )]
    pub group_names: Option<Vec<String>>,
    /// Custom fields. Fields that are not named stay as they are.
    #[key(
        "friend_profile_item_custom_string_array",
        kTIMFriendProfileItemCustomStringArray,
        in
    )]
    pub custom_fields: Option<Vec<FriendProfileCustomStringInfo>>,
}

/// Argument of `TIMFriendshipModifyFriendProfile`, which returns -4 when one of the two keys is missing or
/// of another type.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipModifyFriendProfileParam {
    /// User id of the friend; -4 when empty.
    #[key(
        "friendship_modify_friend_profile_param_identifier",
        kTIMFriendshipModifyFriendProfileParamIdentifier,
        in
    )]
    pub identifier: Option<String>,
    /// What to change; 6017 when there is nothing in it.
    #[key(
        "friendship_modify_friend_profile_param_item",
        kTIMFriendshipModifyFriendProfileParamItem,
        in
    )]
    pub item: Option<FriendProfileItem>,
}

/// A changed friend, for `TIMUpdateFriendProfileCallback`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendProfileUpdate {
    /// User id of the friend.
    #[key("friend_profile_update_identifier", kTIMFriendProfileUpdateIdentifier, in)]
    pub identifier: String,
    /// Remark, groups and custom fields as they are now.
    #[key("friend_profile_update_item", kTIMFriendProfileUpdateItem, in)]
    pub item: FriendProfileItem,
    /// The whole friend as it is now.
    #[key("friend_profile_update_profile", kTimbreFriendProfileUpdateProfile, out)]
    pub profile: FriendProfile,
}

/// Argument of `TIMFriendshipAddFriend`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipAddFriendParam {
    /// User id; 6017 when missing or empty.
    #[key(
        "friendship_add_friend_param_identifier",
        kTIMFriendshipAddFriendParamIdentifier,
        in
    )]
    pub identifier: Option<String>,
    /// One-way or two-way; two-way when absent.
    #[key(
        "friendship_add_friend_param_friend_type",
        kTIMFriendshipAddFriendParamFriendType,
        in
    )]
    pub friend_type: Option<TIMFriendType>,
    /// Remark for the new friend, at most 96 bytes, else 9002.
    #[key("friendship_add_friend_param_remark", kTIMFriendshipAddFriendParamRemark, in)]
    pub remark: Option<String>,
    /// Friend group for the new friend, 1 to 30 bytes, else 9005. Created when it does not exist.
    #[key(
        "friendship_add_friend_param_group_name",
        kTIMFriendshipAddFriendParamGroupName,
        in
    )]
    pub group_name: Option<String>,
    /// Where the friendship comes from: `AddSource_Type_` and a keyword of 1 to 8 ASCII letters, else 9004.
    /// The prefix may be left out, and so may all of it.
    #[key(
        "friendship_add_friend_param_add_source",
        kTIMFriendshipAddFriendParamAddSource,
        in
    )]
    pub add_source: Option<String>,
    /// Text for the other user, at most 256 bytes, else 9003.
    #[key(
        "friendship_add_friend_param_add_wording",
        kTIMFriendshipAddFriendParamAddWording,
        in
    )]
    pub add_wording: Option<String>,
}

/// Argument of `TIMFriendshipDeleteFriend`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipDeleteFriendParam {
    /// One-way, for the own friend list alone, or two-way; two-way when absent.
    #[key(
        "friendship_delete_friend_param_friend_type",
        kTIMFriendshipDeleteFriendParamFriendType,
        in
    )]
    pub friend_type: Option<TIMFriendType>,
    /// 1 to 1000 user ids; 6017 when missing or empty, so that nobody deletes all friends by accident.
    #[key(
        "friendship_delete_friend_param_identifier_array",
        kTIMFriendshipDeleteFriendParamIdentifierArray,
        in
    )]
    pub identifiers: Option<Vec<String>>,
}

/// A friend request, for `TIMFriendAddRequestCallback`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendAddPendency {
    /// Incoming or outgoing.
    #[key("friend_add_pendency_type", kTIMFriendAddPendencyType, out)]
    pub kind: TIMFriendPendencyType,
    /// User id of the other user.
    #[key("friend_add_pendency_identifier", kTIMFriendAddPendencyIdentifier, out)]
    pub identifier: String,
    /// Nickname of the other user.
    #[key("friend_add_pendency_nick_name", kTIMFriendAddPendencyNickName, out)]
    pub nick_name: String,
    /// Avatar URL of the other user.
    #[key("friend_add_pendency_face_url", kTIMFriendAddPendencyFaceUrl, out)]
    pub face_url: String,
    /// Unix seconds, of the server, when it was sent last.
    #[key("friend_add_pendency_add_time", kTIMFriendAddPendencyAddTime, out)]
    pub add_time: u64,
    /// Where it came from: `AddSource_Type_` and a keyword, or empty.
    #[key("friend_add_pendency_add_source", kTIMFriendAddPendencyAddSource, out)]
    pub add_source: String,
    /// Text of the user who asks.
    #[key("friend_add_pendency_add_wording", kTIMFriendAddPendencyAddWording, out)]
    pub add_wording: String,
}

/// Argument of `TIMFriendshipGetPendencyList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipGetPendencyListParam {
    /// Direction; both when absent.
    #[key(
        "friendship_get_pendency_list_param_type",
        kTIMFriendshipGetPendencyListParamType,
        in
    )]
    pub kind: Option<TIMFriendPendencyType>,
    /// Sequence after which to begin: 0 or absent for the first page, then `pendency_page_current_seq` of
    /// the page before.
    #[key(
        "friendship_get_pendency_list_param_start_seq",
        kTIMFriendshipGetPendencyListParamStartSeq,
        in
    )]
    pub start_seq: Option<u64>,
    /// Unix seconds: only requests of that time or later; 0 or absent for all.
    #[key(
        "friendship_get_pendency_list_param_start_time",
        kTIMFriendshipGetPendencyListParamStartTime,
        in
    )]
    pub start_time: Option<u64>,
    /// Size of the page, at most 100, which 0, absent and anything above stand for; 6017 when negative.
    #[key(
        "friendship_get_pendency_list_param_limited_size",
        kTIMFriendshipGetPendencyListParamLimitedSize,
        in
    )]
    pub limited_size: Option<i32>,
}

/// A page of friend requests, given by `TIMFriendshipGetPendencyList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PendencyPage {
    /// Unix seconds of the last request here when more follow; 0 when the list is complete.
    #[key("pendency_page_start_time", kTIMPendencyPageStartTime, out)]
    pub start_time: u64,
    /// Number of incoming requests that are not read, of all pages.
    #[key("pendency_page_unread_num", kTIMPendencyPageUnReadNum, out)]
    pub unread_num: u64,
    /// Sequence of the last request here, or the one asked for when there is none.
    #[key("pendency_page_current_seq", kTIMPendencyPageCurrentSeq, out)]
    pub current_seq: u64,
    /// Requests in the order of their sequences.
    #[key("pendency_page_pendency_info_array", kTIMPendencyPagePendencyInfoArray, out)]
    pub requests: Vec<FriendAddPendencyInfo>,
}

/// A friend request in a PendencyPage object.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendAddPendencyInfo {
    /// Incoming or outgoing.
    #[key("friend_add_pendency_info_type", kTIMFriendAddPendencyInfoType, out)]
    pub kind: TIMFriendPendencyType,
    /// User id of the other user.
    #[key(
        "friend_add_pendency_info_identifier",
        kTIMFriendAddPendencyInfoIdentifier,
        out
    )]
    pub identifier: String,
    /// Nickname of the other user, as it is now.
    #[key("friend_add_pendency_info_nick_name", kTIMFriendAddPendencyInfoNickName, out)]
    pub nick_name: String,
    /// Avatar URL of the other user, as it is now.
    #[key("friend_add_pendency_info_face_url", kTIMFriendAddPendencyInfoFaceUrl, out)]
    pub face_url: String,
    /// Unix seconds, of the server, when it was sent last.
    #[key("friend_add_pendency_info_add_time", kTIMFriendAddPendencyInfoAddTime, out)]
    pub add_time: u64,
    /// Where it came from: `AddSource_Type_` and a keyword, or empty.
    #[key(
        "friend_add_pendency_info_add_source",
        kTIMFriendAddPendencyInfoAddSource,
        out
    )]
    pub add_source: String,
    /// Text of the user who asks.
    #[key(
        "friend_add_pendency_info_add_wording",
        kTIMFriendAddPendencyInfoAddWording,
        out
    )]
    pub add_wording: String,
}

/// Argument of `TIMFriendshipHandleFriendAddRequest`, which returns -4 when a required key is missing or of
/// another type.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendResponse {
    /// User id of the one who asked; -4 when empty.
    #[key("friend_response_identifier", kTIMFriendResponseIdentifier, in, required)]
    pub identifier: String,
    /// Answer; 6017 for a number that is none.
    #[key("friend_response_action", kTIMFriendResponseAction, in, required)]
    pub action: TIMFriendResponseAction,
    /// Remark for the new friend, at most 96 bytes, else 9002. Only for a two-way answer.
    #[key("friend_response_remark", kTIMFriendResponseRemark, in)]
    pub remark: Option<String>,
    /// Friend group for the new friend, 1 to 30 bytes, else 9005. Only for a two-way answer.
    #[key("friend_response_group_name", kTIMFriendResponseGroupName, in)]
    pub group_name: Option<String>,
}

/// Argument of `TIMFriendshipDeletePendency`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipDeletePendencyParam {
    /// Direction; both when absent.
    #[key(
        "friendship_delete_pendency_param_type",
        kTIMFriendshipDeletePendencyParamType,
        in
    )]
    pub kind: Option<TIMFriendPendencyType>,
    /// 1 to 100 ids of the other users; 6017 when missing or empty.
    #[key(
        "friendship_delete_pendency_param_identifier_array",
        kTIMFriendshipDeletePendencyParamIdentifierArray,
        in
    )]
    pub identifiers: Option<Vec<String>>,
}

/// Argument of `TIMFriendshipCheckFriendType`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipCheckFriendTypeParam {
    /// One-way, which tells only whether they are in the own friend list, or two-way; two-way when absent.
    #[key(
        "friendship_check_friendtype_param_check_type",
        kTIMFriendshipCheckFriendTypeParamCheckType,
        in
    )]
    pub check_type: Option<TIMFriendType>,
    /// 1 to 1000 user ids; 6017 when missing or empty.
    #[key(
        "friendship_check_friendtype_param_identifier_array",
        kTIMFriendshipCheckFriendTypeParamIdentifierArray,
        in
    )]
    pub identifiers: Option<Vec<String>>,
}

/// The relation to one user, given by `TIMFriendshipCheckFriendType`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipCheckFriendTypeResult {
    /// User id.
    #[key(
        "friendship_check_friendtype_result_identifier",
        kTIMFriendshipCheckFriendTypeResultIdentifier,
        out
    )]
    pub identifier: String,
    /// Relation; none when the check failed.
    #[key(
        "friendship_check_friendtype_result_relation",
        kTIMFriendshipCheckFriendTypeResultRelation,
        out
    )]
    pub relation: TIMFriendCheckRelation,
    /// 0, or why this check failed.
    #[key(
        "friendship_check_friendtype_result_code",
        kTIMFriendshipCheckFriendTypeResultCode,
        out
    )]
    pub code: i32,
    /// Sentence for the code; empty for 0.
    #[key(
        "friendship_check_friendtype_result_desc",
        kTIMFriendshipCheckFriendTypeResultDesc,
        out
    )]
    pub desc: String,
}

/// What came of one user of a call, given by the functions that add, delete, answer and block, and by those
/// that change friend groups.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendResult {
    /// User id.
    #[key("friend_result_identifier", kTIMFriendResultIdentifier, out)]
    pub identifier: String,
    /// 0, 30539 for a friend request that waits for the answer, or why this one failed.
    #[key("friend_result_code", kTIMFriendResultCode, out)]
    pub code: i32,
    /// Sentence for the code; empty for 0.
    #[key("friend_result_desc", kTIMFriendResultDesc, out)]
    pub desc: String,
}

/// Argument of `TIMFriendshipCreateFriendGroup`, which returns -4 without names.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CreateFriendGroupParam {
    /// Names of the new groups: 1 to 32 of 1 to 30 bytes each, not of white space alone; 9005 for another
    /// name.
    #[key(
        "friendship_create_friend_group_param_name_array",
        kTIMFriendshipCreateFriendGroupParamNameArray,
        in
    )]
    pub names: Option<Vec<String>>,
    /// At most 1000 ids of friends who enter each of the groups. May be left out.
    #[key(
        "friendship_create_friend_group_param_identifier_array",
        kTIMFriendshipCreateFriendGroupParamIdentifierArray,
        in
    )]
    pub identifiers: Option<Vec<String>>,
}

/// A friend group, given by `TIMFriendshipGetFriendGroupList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendGroupInfo {
    /// Name.
    #[key("friend_group_info_name", kTIMFriendGroupInfoName, out)]
    pub name: String,
    /// Number of members.
    #[key("friend_group_info_count", kTIMFriendGroupInfoCount, out)]
    pub count: u64,
    /// User ids of the members.
    #[key("friend_group_info_identifier_array", kTIMFriendGroupInfoIdentifierArray, out)]
    pub identifiers: Vec<String>,
}

/// Argument of `TIMFriendshipModifyFriendGroup`: the group and one change. A new name comes first, then
/// friends to put in, then friends to take out; of what is there and not empty only the first is done.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendshipModifyFriendGroupParam {
    /// Name of the group; 6017 when missing or empty.
    #[key(
        "friendship_modify_friend_group_param_name",
        kTIMFriendshipModifyFriendGroupParamName,
        in
    )]
    pub name: Option<String>,
    /// New name, 1 to 30 bytes, else 9005.
    #[key(
        "friendship_modify_friend_group_param_new_name",
        kTIMFriendshipModifyFriendGroupParamNewName,
        in
    )]
    pub new_name: Option<String>,
    /// User ids of friends to take out.
    #[key(
        "friendship_modify_friend_group_param_delete_identifier_array",
        kTIMFriendshipModifyFriendGroupParamDeleteIdentifierArray,
        in
    )]
    pub delete_identifiers: Option<Vec<String>>,
    /// User ids of friends to put in.
    #[key(
        "friendship_modify_friend_group_param_add_identifier_array",
        kTIMFriendshipModifyFriendGroupParamAddIdentifierArray,
        in
    )]
    pub add_identifiers: Option<Vec<String>>,
}

/// Argument of `TIMFriendshipSearchFriends`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendSearchParam {
    /// 1 to 5 keywords that are not empty, else 6017. One that matches is enough.
    #[key(
        "friendship_search_param_keyword_list",
        kTIMFriendshipSearchParamKeywordList,
        in
    )]
    pub keywords: Option<Vec<String>>,
    /// Fields to search: values of the enum, or sums of them; 6017 when missing or empty.
    #[key(
        "friendship_search_param_search_field_list",
        kTIMFriendshipSearchParamSearchFieldList,
        in,
        bits(TIMFriendshipSearchFieldKey)
    )]
    pub fields: Option<Vec<u32>>,
}

/// What is known of one user, given by `TIMFriendshipGetFriendsInfo` and `TIMFriendshipSearchFriends`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendInfoGetResult {
    /// User id.
    #[key(
        "friendship_friend_info_get_result_identifier",
        kTIMFriendshipFriendInfoGetResultIdentifier,
        out
    )]
    pub identifier: String,
    /// Relation; none for the user who asks and when the code is not 0. A search gives it as this device
    /// last knew it.
    #[key(
        "friendship_friend_info_get_result_relation_type",
        kTIMFriendshipFriendInfoGetResultRelationType,
        out
    )]
    pub relation_type: TIMFriendshipRelationType,
    /// 0, or why nothing is known of this user: 30003 for an unknown one, 7003 for a bad id.
    #[key(
        "friendship_friend_info_get_result_error_code",
        kTIMFriendshipFriendInfoGetResultErrorCode,
        out
    )]
    pub error_code: u32,
    /// Sentence for the code; empty for 0.
    #[key(
        "friendship_friend_info_get_result_error_message",
        kTIMFriendshipFriendInfoGetResultErrorMessage,
        out
    )]
    pub error_message: String,
    /// The friend. Of a user who is no friend only the id and the profile are filled.
    #[key(
        "friendship_friend_info_get_result_field_info",
        kTIMFriendshipFriendInfoGetResultFriendInfo,
        out
    )]
    pub friend_info: FriendProfile,
    /// User id once more, for programs that look for it under this name.
    #[key(
        "friendship_friend_info_get_result_userid",
        kTimbreFriendshipFriendInfoGetResultUserId,
        out
    )]
    pub user_id: String,
}

/// An official account, in GetOfficialAccountInfoResult objects and for the callbacks for official accounts.
/// The operator sets all but the numbers.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct OfficialAccountInfo {
    /// Id of at most 48 bytes, beginning with `@TOA#_`.
    #[key("official_account_id", kTIMOfficialAccountID, out)]
    pub id: String,
    /// Name, at most 150 bytes.
    #[key("official_account_name", kTIMOfficialAccountName, out)]
    pub name: String,
    /// Avatar URL, at most 500 bytes.
    #[key("official_account_face_url", kTIMOfficialAccountFaceUrl, out)]
    pub face_url: String,
    /// User id of the owner, who may do no more with it than others.
    #[key("official_account_owner_user_id", kTIMOfficialAccountOwnerUserID, out)]
    pub owner_user_id: String,
    /// Introduction, at most 400 bytes.
    #[key("official_account_introduction", kTIMOfficialAccountIntroduction, out)]
    pub introduction: String,
    /// Organization behind it, at most 500 bytes.
    #[key("official_account_organization", kTIMOfficialAccountOrganization, out)]
    pub organization: String,
    /// Unix seconds of its creation.
    #[key("official_account_create_time", kTIMOfficialAccountCreateTime, out)]
    pub create_time: u64,
    /// Number of subscribers.
    #[key("official_account_subscriber_count", kTIMOfficialAccountSubscriberCount, out)]
    pub subscriber_count: u64,
    /// Unix seconds of the user's own subscription; 0 without one.
    #[key("official_account_subscribe_time", kTIMOfficialAccountSubscribeTime, out)]
    pub subscribe_time: u64,
    /// Custom data, at most 3000 bytes.
    #[key("official_account_custom_data", kTIMOfficialAccountCustomData, out)]
    pub custom_data: String,
}

/// What is known of one official account, given by `TIMGetOfficialAccountsInfo`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GetOfficialAccountInfoResult {
    /// 0, or 30003 for an unknown account.
    #[key(
        "get_official_accounts_info_result_code",
        kTIMGetOfficialAccountInfoResultCode,
        out
    )]
    pub code: i32,
    /// Sentence for the code; empty for 0.
    #[key(
        "get_official_accounts_info_result_desc",
        kTIMGetOfficialAccountInfoResultDesc,
        out
    )]
    pub desc: String,
    /// The account; empty when the code is not 0.
    #[key("get_official_accounts_info", kTIMGetOfficialAccountInfo, out)]
    pub account: OfficialAccountInfo,
}

/// What came of one user, given by `TIMFollowUser` and `TIMUnfollowUser`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FollowOperationResult {
    /// User id.
    #[key("follow_operation_result_user_id", kTIMFollowOperationResultUserID, out)]
    pub user_id: String,
    /// 0, or why this one failed.
    #[key("follow_operation_result_code", kTIMFollowOperationResultCode, out)]
    pub code: i32,
    /// Sentence for the code; empty for 0. Mind the capital letter in the key.
    #[key("follow_operation_result_Info", kTIMFollowOperationResultInfo, out)]
    pub info: String,
}

/// A page of users, given by `TIMGetMyFollowingList`, `TIMGetMyFollowersList` and
/// `TIMGetMutualFollowersList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FollowListResult {
    /// What to ask the next page with; empty on the last page.
    #[key("follow_list_result_next_cursor", kTIMFollowListResultNextCursor, out)]
    pub next_cursor: String,
    /// Profiles, the newest first.
    #[key("follow_list_result_user_info_list", kTIMFollowListResultUerInfoList, out)]
    pub users: Vec<UserProfile>,
}

/// Numbers of one user, given by `TIMGetUserFollowInfo`. All are 0 when the code is not.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FollowInfo {
    /// 0, or 30003 for an unknown user.
    #[key("follow_info_result_code", kTIMFollowInfoResultCode, out)]
    pub code: i32,
    /// Sentence for the code; empty for 0.
    #[key("follow_info_result_info", kTIMFollowInfoResultInfo, out)]
    pub info: String,
    /// User id.
    #[key("follow_info_user_id", kTIMFollowInfoUserID, out)]
    pub user_id: String,
    /// How many users this one follows.
    #[key("follow_info_following_count", kTIMFollowInfoFollowingCount, out)]
    pub following_count: u64,
    /// How many users follow this one.
    #[key("follow_info_followers_count", kTIMFollowInfoFollowersCount, out)]
    pub followers_count: u64,
    /// How many users do both.
    #[key("follow_info_mutual_followers_count", kTIMFollowInfoMutualFollowersCount, out)]
    pub mutual_followers_count: u64,
}

/// Who follows whom, given by `TIMCheckFollowType`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FollowTypeCheckResult {
    /// User id of the other user.
    #[key("follow_type_check_result_user_id", kTIMFollowTypeCheckResultUserID, out)]
    pub user_id: String,
    /// 0, or 30003 for an unknown user.
    #[key("follow_type_check_result_code", kTIMFollowTypeCheckResultCode, out)]
    pub code: i32,
    /// Sentence for the code; `OK` for 0.
    #[key("follow_type_check_result_info", kTIMFollowTypeCheckResultInfo, out)]
    pub info: String,
    /// Who follows whom; none when the code is not 0.
    #[key(
        "follow_type_check_result_follow_type",
        kTIMFollowTypeCheckResultFollowType,
        out
    )]
    pub follow_type: TIMFollowType,
}

/// An element of messages that tells of changed friends. The core never makes one; in an old message that
/// has one it is read.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendChangeElem {
    /// What changed, and so which of the other keys counts.
    #[key("friend_change_elem_change_type", kTIMFriendChangeElemChangeType, out)]
    pub change_type: TIMFriendChangeType,
    /// Ids of users who entered the friend list.
    #[key(
        "friend_change_elem_friend_add_identifier_array",
        kTIMFriendChangeElemFriendAddIdentifierArray,
        out
    )]
    pub added_friends: Vec<String>,
    /// Ids of users who left the friend list.
    #[key(
        "friend_change_elem_friend_del_identifier_array",
        kTIMFriendChangeElemFriendDelIdentifierArray,
        out
    )]
    pub deleted_friends: Vec<String>,
    /// Friend requests that came in or were sent.
    #[key(
        "friend_change_elem_friend_add_pendency_array",
        kTIMFriendChangeElemFriendAddPendencyItemArray,
        out
    )]
    pub added_requests: Vec<FriendAddPendency>,
    /// Ids of the other users of friend requests that are gone.
    #[key(
        "friend_change_elem_pendency_del_identifier_array",
        kTIMFriendChangeElemPendencyDelIdentifierArray,
        out
    )]
    pub deleted_requests: Vec<String>,
    /// Unix seconds up to which friend requests are read.
    #[key(
        "friend_change_elem_pendency_readed_report_timestamp",
        kTIMFriendChangeElemPendencyReadedReportTimestamp,
        out
    )]
    pub requests_read_time: u64,
    /// Ids of blocked users.
    #[key(
        "friend_change_elem_blacklist_add_identifier_array",
        kTIMFriendChangeElemBlackListAddIdentifierArray,
        out
    )]
    pub blocked: Vec<String>,
    /// Ids of unblocked users.
    #[key(
        "friend_change_elem_blacklist_del_identifier_array",
        kTIMFriendChangeElemBlackListDelIdentifierArray,
        out
    )]
    pub unblocked: Vec<String>,
    /// Changed friends.
    #[key(
        "friend_change_elem_friend_profile_update_item_array",
        kTIMFriendChangeElemFriendProfileUpdateItemArray,
        out
    )]
    pub changed_friends: Vec<FriendProfileUpdate>,
    /// Names of friend groups that were created.
    #[key(
        "friend_change_elem_friend_group_add_array",
        kTIMFriendChangeElemFriendGroupAddIdentifierArray,
        out
    )]
    pub created_groups: Vec<String>,
    /// Names of friend groups that were deleted.
    #[key(
        "friend_change_elem_friend_group_del_array",
        kTIMFriendChangeElemFriendGroupDelIdentifierArray,
        out
    )]
    pub deleted_groups: Vec<String>,
    /// Names of friend groups that were changed.
    #[key(
        "friend_change_elem_friend_group_update_array",
        kTIMFriendChangeElemFriendGroupModifyIdentifierArray,
        out
    )]
    pub changed_groups: Vec<String>,
}
