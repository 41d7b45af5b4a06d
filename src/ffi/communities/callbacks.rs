//! The setters of the callbacks for topics and permission groups.

use std::ffi::c_void;

use timbre_macros::tim_api;

use super::super::process::process;
use super::super::types::communities::*;

/// Registers the callback for new topics, in place of the one before; NULL removes it. It runs for every
/// member of a community in which a topic is created, before the one of `TIMSetGroupTopicCreatedCallback`.
// COM-20, COM-36, COM-37; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityCreateTopicCallback(
    cb: TIMCommunityCreateTopicCallback,
    user_data: *const c_void,
) {
    process().registrations.community_create_topic.set(cb, user_data);
}

/// Registers the callback for deleted topics, in place of the one before; NULL removes it. It runs for every
/// member of a community of which topics are deleted, before the one of `TIMSetGroupTopicDeletedCallback`. It
/// does not run when the whole community is dismissed.
// COM-24, COM-36, COM-37; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityDeleteTopicCallback(
    cb: TIMCommunityDeleteTopicCallback,
    user_data: *const c_void,
) {
    process().registrations.community_delete_topic.set(cb, user_data);
}

/// Registers the callback for changed topics, in place of the one before; NULL removes it. It runs when the
/// profile of a topic changes, and when the user's own unread number, mentions, receive option, mute or draft
/// in it changes; before the one of `TIMSetGroupTopicChangedCallback`.
// COM-27, COM-28, COM-29, COM-31, COM-36, COM-37, COM-44, COM-45, COM-52; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityChangeTopicInfoCallback(
    cb: TIMCommunityChangeTopicInfoCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_change_topic_info
        .set(cb, user_data);
}

/// Registers the callback for notices that a back end sends to a topic, in place of the one before; NULL
/// removes it. Only users who take part in the topic and are online get them. Notices to the whole community
/// do not come here.
// COM-38; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityReceiveTopicRESTCustomDataCallback(
    cb: TIMCommunityReceiveTopicRESTCustomDataCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_receive_topic_rest_custom_data
        .set(cb, user_data);
}

/// Registers the callback for new permission groups, in place of the one before; NULL removes it. It runs for
/// the owner of the community and for those who may manage permission groups or their members.
// COM-72; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityCreatePermissionGroupCallback(
    cb: TIMCommunityCreatePermissionGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_create_permission_group
        .set(cb, user_data);
}

/// Registers the callback for deleted permission groups, in place of the one before; NULL removes it. It runs
/// for the members of the permission group, for the owner of the community, and for those who may manage
/// permission groups or their members.
// COM-73; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityDeletePermissionGroupCallback(
    cb: TIMCommunityDeletePermissionGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_delete_permission_group
        .set(cb, user_data);
}

/// Registers the callback for changed permission groups, in place of the one before; NULL removes it. It runs
/// for the members of the permission group, for the owner of the community, and for those who may manage
/// permission groups or their members.
// COM-74; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityChangePermissionGroupInfoCallback(
    cb: TIMCommunityChangePermissionGroupInfoCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_change_permission_group_info
        .set(cb, user_data);
}

/// Registers the callback for members added to permission groups, in place of the one before; NULL removes
/// it. It runs for these members, for the others in the permission group, for the owner of the community, and
/// for those who may manage permission groups or their members.
// COM-77; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityAddMembersToPermissionGroupCallback(
    cb: TIMCommunityAddMembersToPermissionGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_add_members_to_permission_group
        .set(cb, user_data);
}

/// Registers the callback for members removed from permission groups, in place of the one before; NULL
/// removes it. It runs for these members, for the others in the permission group, for the owner of the
/// community, and for those who may manage permission groups or their members; also when a member leaves the
/// community.
// COM-78; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityRemoveMembersFromPermissionGroupCallback(
    cb: TIMCommunityRemoveMembersFromPermissionGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_remove_members_from_permission_group
        .set(cb, user_data);
}

/// Registers the callback for topic permissions added to permission groups, in place of the one before; NULL
/// removes it. It runs for the members of the permission group, for the owner of the community, and for those
/// who may manage permission groups, their members, or the permissions of the topic.
// COM-80; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityAddTopicPermissionCallback(
    cb: TIMCommunityAddTopicPermissionCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_add_topic_permission
        .set(cb, user_data);
}

/// Registers the callback for topic permissions deleted from permission groups, in place of the one before;
/// NULL removes it. It runs for the members of the permission group, for the owner of the community, and for
/// those who may manage permission groups, their members, or the permissions of the topic.
// COM-81; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityDeleteTopicPermissionCallback(
    cb: TIMCommunityDeleteTopicPermissionCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_delete_topic_permission
        .set(cb, user_data);
}

/// Registers the callback for topic permissions modified in permission groups, in place of the one before;
/// NULL removes it. It runs for the members of the permission group, for the owner of the community, and for
/// those who may manage permission groups, their members, or the permissions of the topic.
// COM-82; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetCommunityModifyTopicPermissionCallback(
    cb: TIMCommunityModifyTopicPermissionCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .community_modify_topic_permission
        .set(cb, user_data);
}
