//! Permission groups of communities, and the permissions they give in topics.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::super::support::accept;
use super::super::types::common::TIMCommCallback;
use crate::engine::Unbuilt;

/// Creates a permission group. The owner may, and those who may manage permission groups, for rights that
/// they hold themselves. While the community has permission groups off, only the owner may.
///
/// - `json_permission_group_info`: a PermissionGroupInfo object with at least the community.
/// - `cb`: gets the id of the permission group as plain text, an empty text on failure. Codes: 6017 for
///   another JSON type or a missing community, 10004 for an unknown bit, a text that is too long or too many
///   permission groups, 10007 for a missing right or a community without topics, 10010 for an unknown
///   community, 10015 and 10021 for an illegal id and one in use, 11000 when permission groups are switched
///   off on the server. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-72, COM-84; spec 07 section 5.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityCreatePermissionGroupInCommunity(
    json_permission_group_info: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_permission_group_info.json()?;
        Ok(Unbuilt::TIMCommunityCreatePermissionGroupInCommunity.op())
    })
}

/// Deletes permission groups. The owner may, and those who may manage permission groups, if they hold every
/// right of the one to be deleted.
///
/// - `group_id`: the community.
/// - `json_permission_group_id_array`: an array of permission group ids, not empty.
/// - `cb`: gets an array of PermissionGroupOperationResult objects, `[]` on failure. Codes: 6017 for another
///   JSON type or an empty array, 10007, 10010. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-73; spec 07 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityDeletePermissionGroupFromCommunity(
    group_id: *const c_char,
    json_permission_group_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        json_permission_group_id_array.given()?;
        group_id.string()?;
        json_permission_group_id_array.json()?;
        Ok(Unbuilt::TIMCommunityDeletePermissionGroupFromCommunity.op())
    })
}

/// Changes the name, the rights or the custom data of a permission group. The owner may, and those who may
/// manage permission groups, if they hold every right of it, before and after.
///
/// - `json_permission_group_info`: a PermissionGroupInfo object with the community, the permission group and
///   what is to change. Without a flag every key that is there is taken.
/// - `cb`: gets an empty text. Codes: 6017 for another JSON type or a missing id, 10004 for an unknown
///   permission group or bit or a text that is too long, 10007 for a missing right, 10010 for an unknown
///   community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-74, COM-84; spec 07 section 5.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityModifyPermissionGroupInfoInCommunity(
    json_permission_group_info: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_permission_group_info.json()?;
        Ok(Unbuilt::TIMCommunityModifyPermissionGroupInfoInCommunity.op())
    })
}

/// Gets the permission groups that the user is in.
///
/// - `group_id`: the community.
/// - `cb`: gets an array of PermissionGroupInfoResult objects, `[]` on failure. Codes: 10007 for a user who
///   is no member of the community, 10010 for an unknown community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-75; spec 07 section 5.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityGetJoinedPermissionGroupListInCommunity(
    group_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        Ok(Unbuilt::TIMCommunityGetJoinedPermissionGroupListInCommunity.op())
    })
}

/// Gets permission groups of a community. Every member of it may.
///
/// - `group_id`: the community.
/// - `json_permission_group_id_array`: an array of permission group ids; NULL, an empty text, `null` or `[]`
///   for all.
/// - `cb`: gets an array of PermissionGroupInfoResult objects in the order asked, `[]` on failure. Codes:
///   6017 for another JSON type, 10007 for a user who is no member, 10010 for an unknown community. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// COM-76; spec 07 section 5.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityGetPermissionGroupListInCommunity(
    group_id: *const c_char,
    json_permission_group_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        json_permission_group_id_array.optional_json()?;
        Ok(Unbuilt::TIMCommunityGetPermissionGroupListInCommunity.op())
    })
}

/// Adds members of a community to a permission group. The owner may, and those who may manage the members of
/// permission groups, for rights that they hold themselves. A user can be in any number of permission groups.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `json_member_id_array`: an array of 1 to 50 user ids.
/// - `cb`: gets an array of PermissionGroupMemberOperationResult objects, `[]` on failure. Codes: 6017 for
///   another JSON type or an empty array, 10004 for an unknown permission group, 10005 for too many users,
///   10007 for a missing right, 10010 for an unknown community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-77; spec 07 section 5.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityAddCommunityMembersToPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    json_member_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        json_member_id_array.given()?;
        group_id.string()?;
        permission_group_id.string()?;
        json_member_id_array.json()?;
        Ok(Unbuilt::TIMCommunityAddCommunityMembersToPermissionGroup.op())
    })
}

/// Removes members from a permission group; they stay in the community. The owner may, and those who may
/// manage the members of permission groups.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `json_member_id_array`: an array of 1 to 50 user ids.
/// - `cb`: gets an array of PermissionGroupMemberOperationResult objects, `[]` on failure. Codes: 6017 for
///   another JSON type or an empty array, 10004 for an unknown permission group, 10005 for too many users,
///   10007 for a missing right, 10010 for an unknown community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-78; spec 07 section 5.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityRemoveCommunityMembersFromPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    json_member_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        json_member_id_array.given()?;
        group_id.string()?;
        permission_group_id.string()?;
        json_member_id_array.json()?;
        Ok(Unbuilt::TIMCommunityRemoveCommunityMembersFromPermissionGroup.op())
    })
}

/// Gets a page of the members of a permission group.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `next_cursor`: an empty text for the first page, then what the page before says. Not NULL.
/// - `cb`: gets a PermissionGroupMemberInfoResult object, an empty one on failure. Codes: 10004 for an
///   unknown permission group, 10007 for a user who is no member of the community, 10010 for an unknown
///   community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-79; spec 07 section 5.13
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityGetCommunityMemberListInPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    next_cursor: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        next_cursor.not_null()?;
        group_id.string()?;
        permission_group_id.string()?;
        Ok(Unbuilt::TIMCommunityGetCommunityMemberListInPermissionGroup.op())
    })
}

/// Gives a permission group rights in topics for which it has no entry yet. The owner may, those who may
/// manage permission groups, and those who may manage the permissions of the topic, for rights that they hold
/// themselves.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `json_topic_permission_map`: an array of 1 to 50 TopicPermission objects.
/// - `cb`: gets an array of TopicOperationResult objects, with 10004 for a topic that has an entry; `[]` on
///   failure. Codes: 6017 for another JSON type, and for NULL, an empty text or an empty array; 10004 for an
///   unknown permission group or bit, 10005 for too many topics, 10007, 10010. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-80, COM-85; spec 07 section 5.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityAddTopicPermissionToPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    json_topic_permission_map: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        group_id.string()?;
        permission_group_id.string()?;
        json_topic_permission_map.optional_json()?;
        Ok(Unbuilt::TIMCommunityAddTopicPermissionToPermissionGroup.op())
    })
}

/// Deletes the entries of topics from a permission group, and with them the rights that it gives there. The
/// owner may, those who may manage permission groups, and those who may manage the permissions of the topic.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `json_topic_id_array`: an array of 1 to 50 topic ids.
/// - `cb`: gets an array of TopicOperationResult objects, `[]` on failure. Codes: 6017 for another JSON type,
///   and for NULL, an empty text or an empty array; 10004 for an unknown permission group, 10005 for too many
///   topics, 10007, 10010. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-81; spec 07 section 5.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityDeleteTopicPermissionFromPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    json_topic_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        group_id.string()?;
        permission_group_id.string()?;
        json_topic_id_array.optional_json()?;
        Ok(Unbuilt::TIMCommunityDeleteTopicPermissionFromPermissionGroup.op())
    })
}

/// Changes the rights of a permission group in topics for which it has an entry. The owner may, those who may
/// manage permission groups, and those who may manage the permissions of the topic, for rights that they hold
/// themselves.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `json_topic_permission_map`: an array of 1 to 50 TopicPermission objects.
/// - `cb`: gets an array of TopicOperationResult objects, with 10004 for a topic without an entry; `[]` on
///   failure. Codes: 6017 for another JSON type, and for NULL, an empty text or an empty array; 10004 for an
///   unknown permission group or bit, 10005 for too many topics, 10007, 10010. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-82, COM-85; spec 07 section 5.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityModifyTopicPermissionInPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    json_topic_permission_map: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        group_id.string()?;
        permission_group_id.string()?;
        json_topic_permission_map.optional_json()?;
        Ok(Unbuilt::TIMCommunityModifyTopicPermissionInPermissionGroup.op())
    })
}

/// Gets the rights that a permission group gives in topics. Every member of the community may.
///
/// - `group_id`: the community.
/// - `permission_group_id`: the permission group.
/// - `json_topic_id_array`: an array of at most 50 topic ids; NULL, an empty text, `null` or `[]` for every
///   topic of the permission group.
/// - `cb`: gets an array of TopicPermissionResult objects, `[]` on failure. Codes: 6017 for another JSON
///   type, 10004 for an unknown permission group, 10005 for too many topics, 10007 for a user who is no
///   member, 10010 for an unknown community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-83, COM-85; spec 07 section 5.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityGetTopicPermissionInPermissionGroup(
    group_id: *const c_char,
    permission_group_id: *const c_char,
    json_topic_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        permission_group_id.given()?;
        group_id.string()?;
        permission_group_id.string()?;
        json_topic_id_array.optional_json()?;
        Ok(Unbuilt::TIMCommunityGetTopicPermissionInPermissionGroup.op())
    })
}
