//! Callbacks for changes of topics and permission groups.

use std::ffi::{c_char, c_void};

/// A topic was created. Every member of the community hears of it, private topics included.
///
/// - `group_id`: the community.
/// - `topic_id`: the id of the topic, as plain text.
pub type TIMCommunityCreateTopicCallback =
    Option<unsafe extern "C" fn(group_id: *const c_char, topic_id: *const c_char, user_data: *const c_void)>;

/// Topics were deleted. Every member of the community hears of it; a community that is dismissed with its
/// topics does not run this.
///
/// - `group_id`: the community.
/// - `topic_id_array`: a JSON array of topic ids.
pub type TIMCommunityDeleteTopicCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, topic_id_array: *const c_char, user_data: *const c_void),
>;

/// A topic has changed: its profile, for everybody who takes part in it; its unread number, last message,
/// mentions, receive option or mute, for the user's own devices; its draft, for this device. New messages run
/// it at most once per topic and second.
///
/// - `group_id`: the community.
/// - `topic_info`: a TopicInfo object, complete.
pub type TIMCommunityChangeTopicInfoCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, topic_info: *const c_char, user_data: *const c_void),
>;

/// A back end has sent a notice to a topic. It reaches those who take part in the topic and are online, and
/// is not stored.
///
/// - `topic_id`: the topic.
/// - `custom_data`: the text of the notice.
pub type TIMCommunityReceiveTopicRESTCustomDataCallback = Option<
    unsafe extern "C" fn(topic_id: *const c_char, custom_data: *const c_char, user_data: *const c_void),
>;

/// A permission group was created. The owner, those who may manage permission groups or their members, and
/// the devices of the user who did it hear of it.
///
/// - `group_id`: the community.
/// - `permission_group_info`: a PermissionGroupInfo object.
pub type TIMCommunityCreatePermissionGroupCallback = Option<
    unsafe extern "C" fn(
        group_id: *const c_char,
        permission_group_info: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Permission groups were deleted. Their members hear of it, and those who hear of new ones.
///
/// - `group_id`: the community.
/// - `permission_group_id_array`: a JSON array of permission group ids.
pub type TIMCommunityDeletePermissionGroupCallback = Option<
    unsafe extern "C" fn(
        group_id: *const c_char,
        permission_group_id_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// A permission group has changed. Its members hear of it, and those who hear of new ones.
///
/// - `group_id`: the community.
/// - `permission_group_info`: a PermissionGroupInfo object, complete.
pub type TIMCommunityChangePermissionGroupInfoCallback = Option<
    unsafe extern "C" fn(
        group_id: *const c_char,
        permission_group_info: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Members were added to a permission group. They hear of it, the other members of it, and those who hear of
/// new permission groups.
///
/// - `group_id`: the community.
/// - `json_result`: a PermissionGroupCallback object with the permission group and the user ids.
pub type TIMCommunityAddMembersToPermissionGroupCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, json_result: *const c_char, user_data: *const c_void),
>;

/// Members were removed from a permission group, or left the community. They hear of it, the other members of
/// the permission group, and those who hear of new ones.
///
/// - `group_id`: the community.
/// - `json_result`: a PermissionGroupCallback object with the permission group and the user ids.
pub type TIMCommunityRemoveMembersFromPermissionGroupCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, json_result: *const c_char, user_data: *const c_void),
>;

/// A permission group has got permissions in further topics. Its members hear of it, those who hear of new
/// permission groups, and those who may manage the permissions of such a topic.
///
/// - `group_id`: the community.
/// - `json_result`: a PermissionGroupCallback object with the permission group and the topics with their
///   permissions.
pub type TIMCommunityAddTopicPermissionCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, json_result: *const c_char, user_data: *const c_void),
>;

/// A permission group has lost its permissions in topics. Those who hear of added ones hear of it.
///
/// - `group_id`: the community.
/// - `json_result`: a PermissionGroupCallback object with the permission group and the topic ids.
pub type TIMCommunityDeleteTopicPermissionCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, json_result: *const c_char, user_data: *const c_void),
>;

/// The permissions of a permission group in topics have changed. Those who hear of added ones hear of it.
///
/// - `group_id`: the community.
/// - `json_result`: a PermissionGroupCallback object with the permission group and the topics with their
///   permissions.
pub type TIMCommunityModifyTopicPermissionCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, json_result: *const c_char, user_data: *const c_void),
>;
