//! The objects of profiles, user status and user search.

use timbre_macros::JsonObject;

use crate::model::enums::messages::TIMKeywordListMatchType;
use crate::model::enums::users::{
    TIMGenderType, TIMProfileAddPermission, TIMProfileChangeType, TIMUserStatusType,
};
use crate::model::json::JsonText;

/// Whose profiles to get. `TIMProfileGetUserProfileList` takes it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct FriendShipGetProfileListParam {
    /// User ids, 1 to 1000. Absent, empty, too many, or not an array of strings: 6017. Ids of a wrong form
    /// are left out; if all are, 7003.
    #[key(
        "friendship_getprofilelist_param_identifier_array",
        kTIMFriendShipGetProfileListParamIdentifierArray,
        in
    )]
    pub identifier_array: Option<Vec<String>>,
    /// True: ask the server for all of them, whatever is stored here. Default false.
    #[key(
        "friendship_getprofilelist_param_force_update",
        kTIMFriendShipGetProfileListParamForceUpdate,
        in
    )]
    pub force_update: Option<bool>,
}

/// The status of a user. `TIMGetUserStatus` and the callback of `TIMSetUserStatusChangedCallback` give an
/// array of them; `TIMSetSelfStatus` takes one and reads nothing but the custom status.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMUserStatus {
    /// User id.
    #[key("user_status_identifier", kTIMUserStatusIdentifier, out)]
    pub identifier: String,
    /// Whether the user can be reached; kept by the server.
    #[key("user_status_status_type", kTIMUserStatusStatusType, out)]
    pub status_type: TIMUserStatusType,
    /// Text that the user has set, at most 100 bytes; empty for none. The server empties it when the user's
    /// last connected device logs out or goes offline.
    #[key("user_status_custom_status", kTIMUserStatusCustomStatus, rw)]
    pub custom_status: String,
    /// Platforms of the devices that are connected, sorted and each once: `Android`, `Linux`, `Mac`, `Web`,
    /// `Windows`, `iPad`, `iPhone`. Empty unless the user is online.
    #[key("user_status_online_devices", kTIMUserStatusOnlineDevices, out)]
    pub online_devices: Vec<String>,
}

/// The profile of a user. `TIMProfileGetUserProfileList`, `TIMSearchUsers` and the callbacks of
/// `TIMSetSelfInfoUpdatedCallback` and `TIMSetUserInfoChangedCallback` give it, with all its keys; it is also
/// part of messages, reactions, friends and group members, where it may hold fewer facts.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserProfile {
    /// User id.
    #[key("user_profile_identifier", kTIMUserProfileIdentifier, out)]
    pub identifier: String,
    /// Nickname; empty if not set.
    #[key("user_profile_nick_name", kTIMUserProfileNickName, out)]
    pub nick_name: String,
    /// Gender.
    #[key("user_profile_gender", kTIMUserProfileGender, out)]
    pub gender: TIMGenderType,
    /// Address of the photo; empty if not set.
    #[key("user_profile_face_url", kTIMUserProfileFaceUrl, out)]
    pub face_url: String,
    /// The remark that the own user has given to this friend. Filled only where a profile describes the
    /// sender of a message, else empty.
    #[key("user_profile_friend_remark", kTIMUserProfileFriendRemark, out)]
    pub friend_remark: String,
    /// Personal signature; empty if not set.
    #[key("user_profile_self_signature", kTIMUserProfileSelfSignature, out)]
    pub self_signature: String,
    /// What happens to a friend request; 0 only when the profile is known in part.
    #[key("user_profile_add_permission", kTIMUserProfileAddPermission, out)]
    pub add_permission: TIMProfileAddPermission,
    /// Location as the user has set it, at most 16 bytes of text; what it means is up to the app.
    #[key("user_profile_location", kTIMUserProfileLocation, out)]
    pub location: String,
    /// Language, a number of the app; 0 if not set.
    #[key("user_profile_language", kTIMUserProfileLanguage, out)]
    pub language: u32,
    /// Birthday as the number yyyymmdd, such as 20000101; 0 if not set. Not checked to be a date.
    #[key("user_profile_birthday", kTIMUserProfileBirthDay, out)]
    pub birthday: u32,
    /// Level, a number of the app; 0 if not set.
    #[key("user_profile_level", kTIMUserProfileLevel, out)]
    pub level: u32,
    /// Role, a number of the app; 0 if not set.
    #[key("user_profile_role", kTIMUserProfileRole, out)]
    pub role: u32,
    /// Custom fields that have a value, names with their prefix.
    #[key("user_profile_custom_string_array", kTIMUserProfileCustomStringArray, out)]
    pub custom_string_array: Vec<UserProfileCustomStringInfo>,
}

/// A change of the own profile: a key that is absent stays as it is, and one value that is not allowed leaves
/// all as they were. `TIMProfileModifySelfUserProfile` takes it; a ProfileChangeElem object holds it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserProfileItem {
    /// Nickname, at most 500 bytes, else 40601; an empty text clears it.
    #[key("user_profile_item_nick_name", kTIMUserProfileItemNickName, in)]
    pub nick_name: Option<String>,
    /// Gender; another number: 40605.
    #[key("user_profile_item_gender", kTIMUserProfileItemGender, in)]
    pub gender: Option<TIMGenderType>,
    /// Address of the photo, at most 500 bytes, else 40601; an empty text clears it.
    #[key("user_profile_item_face_url", kTIMUserProfileItemFaceUrl, in)]
    pub face_url: Option<String>,
    /// Personal signature, at most 500 bytes, else 40601; an empty text clears it.
    #[key("user_profile_item_self_signature", kTIMUserProfileItemSelfSignature, in)]
    pub self_signature: Option<String>,
    /// What happens to a friend request: 1, 2 or 3; another number, 0 too: 40605.
    #[key("user_profile_item_add_permission", kTIMUserProfileItemAddPermission, in)]
    pub add_permission: Option<TIMProfileAddPermission>,
    /// Location, at most 16 bytes of text, else 40601; what it means is up to the app.
    #[key("user_profile_item_location", kTIMUserProfileItemLocation, in)]
    pub location: Option<String>,
    /// Language, a number of the app; outside of 32 bits: 40610.
    #[key("user_profile_item_language", kTIMUserProfileItemLanguage, in)]
    pub language: Option<u32>,
    /// Birthday as the number yyyymmdd, not checked to be a date; outside of 32 bits: 40610.
    #[key("user_profile_item_birthday", kTIMUserProfileItemBirthDay, in)]
    pub birthday: Option<u32>,
    /// Level, a number of the app; outside of 32 bits: 40610.
    #[key("user_profile_item_level", kTIMUserProfileItemLevel, in)]
    pub level: Option<u32>,
    /// Role, a number of the app; outside of 32 bits: 40610.
    #[key("user_profile_item_role", kTIMUserProfileItemRole, in)]
    pub role: Option<u32>,
    /// Custom fields to set; those that are not named stay as they are.
    #[key(
        "user_profile_item_custom_string_array",
        kTIMUserProfileItemCustomStringArray,
        in
    )]
    pub custom_string_array: Option<Vec<UserProfileCustomStringInfo>>,
}

/// A custom field of a profile, in UserProfile and UserProfileItem objects.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserProfileCustomStringInfo {
    /// Name: `Tag_Profile_Custom_` and 1 to 8 letters and digits. The prefix may be left out when setting and
    /// is always there when reading. Another form: 9001; not declared on the server: 40009; not to be written
    /// by users: 40008.
    #[key("user_profile_custom_string_info_key", kTIMUserProfileCustomStringInfoKey, in)]
    pub key: Option<String>,
    /// Value, at most 500 bytes of text, else 40601; an empty text removes the field.
    #[key(
        "user_profile_custom_string_info_value",
        kTIMUserProfileCustomStringInfoValue,
        in
    )]
    pub value: Option<String>,
}

/// A notice that a user's profile has changed, as an element of old messages. New messages never hold it; it
/// is kept so that imported messages can be read.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct ProfileChangeElem {
    /// What has changed.
    #[key("profile_change_elem_change_type", kTIMProfileChangeElemChangeType, out)]
    pub change_type: TIMProfileChangeType,
    /// Id of the user whose profile has changed.
    #[key(
        "profile_change_elem_from_identifier",
        kTIMProfileChangeElemFromIdentifier,
        out
    )]
    pub from_identifier: String,
    /// The fields that have changed, with their new values.
    #[key(
        "profile_change_elem_user_profile_item",
        kTIMProfileChangeElemUserProfileItem,
        out
    )]
    pub user_profile_item: UserProfileItem,
}

/// What to look for. `TIMSearchUsers` takes it. At least one of the keywords, a gender and a bound of the
/// birthday has to be given, else 6017.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserSearchParam {
    /// Up to 5 words of 1 to 64 bytes each, spaces around them not counted. They are looked for anywhere in
    /// user ids and nicknames, in upper and lower case alike. Default: none.
    #[key("user_search_param_keyword_list", kTIMUserSearchParamKeywordList, in)]
    pub keyword_list: Option<Vec<String>>,
    /// Whether any keyword has to be found or all of them; each may be in the id or in the nickname. Default:
    /// any.
    #[key(
        "user_search_param_keyword_list_match_type",
        kTIMUserSearchParamKeywordListMatchType,
        in
    )]
    pub keyword_list_match_type: Option<TIMKeywordListMatchType>,
    /// Gender. Default 0, any.
    #[key("user_search_param_gender", kTIMUserSearchParamGender, in)]
    pub gender: Option<TIMGenderType>,
    /// The earliest birthday, itself included, as the number yyyymmdd. Default 0.
    #[key("user_search_param_min_birthday", kTIMUserSearchParamMinBirthday, in)]
    pub min_birthday: Option<u32>,
    /// The latest birthday, itself included, as the number yyyymmdd. 0 or absent: no bound. Earlier than the
    /// earliest: 6017.
    #[key("user_search_param_max_birthday", kTIMUserSearchParamMaxBirthday, in)]
    pub max_birthday: Option<u32>,
    /// Users on a page, 1 to 100, else 6017. Default 20.
    #[key("user_search_param_search_count", kTIMUserSearchParamSearchCount, in)]
    pub search_count: Option<u32>,
    /// Empty for the first page, then the cursor that the last page gave. A cursor older than 10 minutes or
    /// of another search: 6017.
    #[key("user_search_param_search_cursor", kTIMUserSearchParamSearchCursor, in)]
    pub search_cursor: Option<String>,
}

/// A page of users who were found. `TIMSearchUsers` gives it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserSearchResult {
    /// True on the last page.
    #[key("user_search_result_is_finished", kTIMUserSearchResultIsFinished, out)]
    pub is_finished: bool,
    /// Number of users found, on all pages together.
    #[key("user_search_result_total_count", kTIMUserSearchResultTotalCount, out)]
    pub total_count: u32,
    /// Where the next page begins; empty on the last one.
    #[key("user_search_result_next_cursor", kTIMUserSearchResultNextCursor, out)]
    pub next_cursor: String,
    /// The users of this page, best matches first: a string that holds the JSON of an array of UserProfile
    /// objects, `[]` when nobody was found.
    #[key("user_search_result_user_list", kTIMUserSearchResultUserList, out)]
    pub user_list: JsonText<Vec<UserProfile>>,
}
