//! Types of the group callbacks.

use std::ffi::{c_char, c_void};

/// Runs for every tip of the user's groups, on every device of every member, the operator's included.
///
/// - `json_group_tip`: one GroupTipsElem object.
pub type TIMGroupTipsEventCallback =
    Option<unsafe extern "C" fn(json_group_tip: *const c_char, user_data: *const c_void)>;

/// Runs when attributes of a group changed, on every device of every member, the writer's included.
///
/// - `group_id`: the group.
/// - `json_group_attribute_array`: all attributes that the group has now, as an array of GroupAttributes
///   objects; `[]` for none.
pub type TIMGroupAttributeChangedCallback = Option<
    unsafe extern "C" fn(
        group_id: *const c_char,
        json_group_attribute_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Runs when a counter of a group changed, once for each counter, on every device of every member, the
/// operator's included.
///
/// - `group_id`: the group.
/// - `group_counter_key`: the counter.
/// - `group_counter_new_value`: its new value.
pub type TIMGroupCounterChangedCallback = Option<
    unsafe extern "C" fn(
        group_id: *const c_char,
        group_counter_key: *const c_char,
        group_counter_new_value: i64,
        user_data: *const c_void,
    ),
>;

/// Runs when a topic was created, for all members of the community.
///
/// - `group_id`: the community.
/// - `topic_id`: the new topic.
pub type TIMGroupTopicCreatedCallback =
    Option<unsafe extern "C" fn(group_id: *const c_char, topic_id: *const c_char, user_data: *const c_void)>;

/// Runs when topics were deleted, for all members of the community; not when the community itself was
/// dismissed.
///
/// - `group_id`: the community.
/// - `topic_id_array`: an array of the ids of the topics.
pub type TIMGroupTopicDeletedCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, topic_id_array: *const c_char, user_data: *const c_void),
>;

/// Runs when the profile of a topic changed, for all who take part in it; and when what it is to the user
/// changed, on the own devices: newest message, unread count, mentions, receive option, mute, draft.
///
/// - `group_id`: the community.
/// - `topic_info`: the topic, a TIMGroupTopicInfo object.
pub type TIMGroupTopicChangedCallback = Option<
    unsafe extern "C" fn(group_id: *const c_char, topic_info: *const c_char, user_data: *const c_void),
>;
