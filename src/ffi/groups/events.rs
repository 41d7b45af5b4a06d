//! The callbacks of groups.

use std::ffi::c_void;

use timbre_macros::tim_api;

use crate::ffi::process::process;
use crate::ffi::types::groups::{
    TIMGroupAttributeChangedCallback, TIMGroupCounterChangedCallback, TIMGroupTipsEventCallback,
    TIMGroupTopicChangedCallback, TIMGroupTopicCreatedCallback, TIMGroupTopicDeletedCallback,
};

/// Registers the callback for group tips, in place of the one before; NULL removes it. It runs when something
/// happens in a group of the user that all members are told of: members come, go, are muted or get another
/// role, or the profile changes. Receivers of `TIMAddRecvNewMsgCallback` then get the same tip as a message,
/// unless the user does not receive messages of this group.
// GRP-20, GRP-21, GRP-23 to GRP-25, GRP-29; spec 06 sections 4 and 6.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetGroupTipsEventCallback(
    cb: TIMGroupTipsEventCallback,
    user_data: *const c_void,
) {
    process().registrations.group_tips_event.set(cb, user_data);
}

/// Registers the callback for changed group attributes, in place of the one before; NULL removes it. It runs
/// with all attributes of the group even if one of them changed. Several quick changes may be told in one
/// call.
// GRP-208; spec 06 sections 6.2 and 6.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetGroupAttributeChangedCallback(
    cb: TIMGroupAttributeChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.group_attribute_changed.set(cb, user_data);
}

/// Registers the callback for changed group counters, in place of the one before; NULL removes it. It runs
/// once for each counter that changed.
// GRP-215; spec 06 sections 6.2 and 6.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetGroupCounterChangedCallback(
    cb: TIMGroupCounterChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.group_counter_changed.set(cb, user_data);
}

/// Registers the callback for new topics, in place of the one before; NULL removes it. It runs for all
/// members of the community, after the callback of `TIMSetCommunityCreateTopicCallback`, which is told of the
/// same.
// COM-36; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetGroupTopicCreatedCallback(
    cb: TIMGroupTopicCreatedCallback,
    user_data: *const c_void,
) {
    process().registrations.group_topic_created.set(cb, user_data);
}

/// Registers the callback for deleted topics, in place of the one before; NULL removes it. It runs for all
/// members of the community, after the callback of `TIMSetCommunityDeleteTopicCallback`, which is told of the
/// same.
// COM-36; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetGroupTopicDeletedCallback(
    cb: TIMGroupTopicDeletedCallback,
    user_data: *const c_void,
) {
    process().registrations.group_topic_deleted.set(cb, user_data);
}

/// Registers the callback for changed topics, in place of the one before; NULL removes it. It runs when the
/// profile of a topic changed, and when its newest message, unread count, mentions, receive option, mute or
/// draft changed for the user; for new messages at most once per topic and second. The callback of
/// `TIMSetCommunityChangeTopicInfoCallback` is told of the same, and first.
// COM-36; spec 07 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetGroupTopicChangedCallback(
    cb: TIMGroupTopicChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.group_topic_changed.set(cb, user_data);
}
