//! Every JSON object of the C API, held to the rules that all of them follow (spec 01 section 2.2), by its own list of
//! keys.
#![allow(clippy::unwrap_used)]

use std::fmt::Debug;

use serde_json::{Map, Value, json};

use super::json::{self, Checked, JsonObject, JsonValue, Key, LIMIT, noting};

/// A value of a type that `key` cannot have.
fn wrong_type(key: &Key) -> Option<Value> {
    match key.expected {
        "any JSON" => None,
        "an object" | "a number" | "a boolean" => Some(json!("x")),
        _ => Some(json!(true)),
    }
}

/// What `T` is without any of its optional keys.
fn bare<T: JsonObject + JsonValue + Default>() -> Map<String, Value> {
    let mut text = String::new();
    T::default().push_json(&mut text);
    serde_json::from_str(&text).unwrap()
}

fn read<T: JsonObject>(object: &Map<String, Value>) -> (Result<Checked<T>, i32>, Vec<String>) {
    let text = serde_json::to_string(object).unwrap();
    noting(|| json::decode(&text, LIMIT))
}

fn with(object: &Map<String, Value>, key: &str, value: Value) -> Map<String, Value> {
    let mut object = object.clone();
    object.insert(key.to_owned(), value);
    object
}

/// The number of keys that the contract knows.
fn obeys_the_rules<T>() -> usize
where
    T: JsonObject
        + JsonValue
        + Default
        + PartialEq
        + Debug
        + serde::Serialize
        + for<'de> serde::Deserialize<'de>,
{
    let name = T::NAME;
    let base = bare::<T>();
    let fresh = Checked {
        value: T::default(),
        refusal: None,
    };
    let same = |object: &Map<String, Value>, what: &str| {
        let (result, notes) = read::<T>(object);
        assert_eq!(result.as_ref(), Ok(&fresh), "{name}: {what}");
        notes.len()
    };
    assert_eq!(same(&base, "what it writes, it reads"), 0);
    assert_eq!(
        same(&with(&base, "a key of another version", json!([])), "unknown key"),
        0
    );
    // serde sees what the C API shows.
    assert_eq!(
        serde_json::to_value(T::default()).unwrap(),
        Value::Object(base.clone()),
        "{name}"
    );
    assert_eq!(
        serde_json::from_value::<T>(Value::Object(base.clone())).unwrap(),
        T::default()
    );
    for key in T::KEYS {
        let Key {
            name: k, required, ..
        } = *key;
        let mut without = base.clone();
        without.remove(k);
        let null = with(&base, k, Value::Null);
        let wrong = wrong_type(key).map(|value| with(&base, k, value));
        if required {
            for object in [Some(without), Some(null), wrong].into_iter().flatten() {
                assert_eq!(read::<T>(&object).0.err(), Some(-3), "{name}: {k}: {object:?}");
                assert!(serde_json::from_value::<T>(Value::Object(object)).is_err());
            }
        } else {
            assert_eq!(same(&without, k), 0);
            assert_eq!(same(&null, k), 0);
            if let Some(wrong) = wrong {
                assert_eq!(same(&wrong, k), 1, "{name}: {k} is ignored and noted");
            }
        }
    }
    T::KEYS
        .iter()
        .filter(|key| !key.constant.starts_with("kTimbre"))
        .count()
}

macro_rules! all {
    ($($area:ident::$file:ident: $($object:ident)+;)*) => {
        vec![$({
            use super::$area::$file::*;
            vec![$(obeys_the_rules::<$object>()),+]
        }),*]
        .concat()
    };
}

#[test]
fn every_object_obeys_the_rules() {
    let keys = all! {
        communities::objects: TopicInfo TopicInfoResult TopicOperationResult PermissionGroupInfo TopicPermission PermissionGroupInfoResult PermissionGroupOperationResult PermissionGroupMemberOperationResult PermissionGroupMemberInfoResult TopicPermissionResult PermissionGroupCallback;
        conversations::objects: Draft GroupAtInfo ConvInfo TIMConversationListFilter TIMConversationListResult GetConversationListParam GetTotalUnreadNumberResult TIMConversationOperationResult;
        experimental::objects: SSODataParam SSODataRes UserInfo ServerAddress CustomServerInfo QuicChannelInfo SM4GCMCallbackParam CosSaveRegionForConversationParam DatabaseEncryptInfo CommercialAbilityResult LogSetting RequestParam ResponseInfo;
        groups::objects: CreateGroupParam CreateGroupResult GroupSelfInfo GroupBaseInfo GroupInfoCustomString GroupDetailInfo GetGroupInfoResult GroupSearchParam GroupSearchResult GroupModifyInfoParam GroupAttributes GroupCounter GroupGetOnlineMemberCountResult TIMGroupTopicInfo TIMGroupTopicOperationResult TIMGroupTopicInfoResult GroupMemberInfo GroupMemberGetInfoOption GroupGetMemberInfoListParam GroupGetMemberInfoListResult GroupMemberSearchParam GroupSearchGroupMembersResult GroupMemberSearchResult GroupMemberInfoCustomString GroupModifyMemberInfoParam GroupInviteMemberParam GroupInviteMemberResult GroupDeleteMemberParam GroupDeleteMemberResult GroupPendencyOption GroupPendency GroupPendencyResult GroupHandlePendencyParam GroupTipGroupChangeInfo GroupTipMemberChangeInfo GroupTipMemberMarkChangeInfo GroupTipsElem;
        messages::elements: ElemType TextElem CustomElem ImageElem SoundElem VideoElem FileElem LocationElem FaceElem MergerElem GroupReportElem;
        messages::objects: Message MsgBatchSendParam MsgBatchSendResult DownloadElemParam MsgDownloadElemResult MsgGetMsgListParam MsgLocator MessageSearchParam MessageSearchResultItem MessageSearchResult MsgDeleteParam GetC2CRecvMsgOptResult TIMReceiveMessageOptInfo MessageTranslateTextResult MessageReceipt MessageExtension MessageExtensionResult MessageReaction MessageReactionResult MessageReactionUserResult MessageReactionChangeInfo MessageInternalField;
        push::objects: OfflinePushToken IOSOfflinePushConfig AndroidOfflinePushConfig HarmonyOfflinePushConfig OfflinePushConfig;
        relationships::objects: FriendProfileCustomStringInfo FriendProfile FriendProfileItem FriendshipModifyFriendProfileParam FriendProfileUpdate FriendshipAddFriendParam FriendshipDeleteFriendParam FriendAddPendency FriendshipGetPendencyListParam PendencyPage FriendAddPendencyInfo FriendResponse FriendshipDeletePendencyParam FriendshipCheckFriendTypeParam FriendshipCheckFriendTypeResult FriendResult CreateFriendGroupParam FriendGroupInfo FriendshipModifyFriendGroupParam FriendSearchParam FriendInfoGetResult OfficialAccountInfo GetOfficialAccountInfoResult FollowOperationResult FollowListResult FollowInfo FollowTypeCheckResult FriendChangeElem;
        session::objects: SdKConfig UserConfig HttpProxyInfo Socks5ProxyInfo PACProxyInfo SetConfig GroupGetInfoOption;
        signaling::objects: SignalingInfo;
        users::objects: FriendShipGetProfileListParam TIMUserStatus UserProfile UserProfileItem UserProfileCustomStringInfo ProfileChangeElem UserSearchParam UserSearchResult;
    };
    // 902 keys, 39 of which are texts that stand for something and belong to no object.
    assert_eq!((keys.len(), keys.iter().sum::<usize>()), (151, 863));
}

#[test]
fn numbers_out_of_range_are_refused_by_value() {
    use super::groups::objects::GroupModifyMemberInfoParam;
    use super::users::objects::UserProfileItem;

    let checked: Checked<UserProfileItem> = json::decode(
        r#"{"user_profile_item_gender":9,"user_profile_item_level":-1}"#,
        LIMIT,
    )
    .unwrap();
    assert_eq!(checked.value, UserProfileItem::default());
    let refusal = checked.refusal.unwrap();
    assert_eq!(refusal.code, 6017);
    assert_eq!(
        refusal.desc, "user_profile_item_gender: 9 is no value of TIMGenderType",
        "the first one"
    );
    // In required keys too: the shape is right.
    let text = r#"{"group_modify_member_info_group_id":"g","group_modify_member_info_identifier":"bob",
        "group_modify_member_info_modify_flag":-1}"#;
    let checked = json::decode::<GroupModifyMemberInfoParam>(text, LIMIT).unwrap();
    assert_eq!(checked.refusal.unwrap().code, 6017);
}

#[test]
fn conversions_are_the_allowed_ones() {
    use super::users::objects::UserProfileItem;

    let read = |value: &str| {
        let text = format!("{{\"user_profile_item_level\":{value}}}");
        json::decode::<UserProfileItem>(&text, LIMIT).unwrap().value.level
    };
    assert_eq!(read("7"), Some(7));
    assert_eq!(read("7.0"), Some(7));
    assert_eq!(read("true"), Some(1));
    assert_eq!(read("7.5"), None);
    assert_eq!(read("\"7\""), None, "a decimal text only where the area says so");
}
