//! What hosts get back: the Message object with exactly the keys of spec 03 section 3.1, in alphabetical order.

use timbre_protocol::{Recall, flags};

use super::element_json::write_element;
use super::push::normalise_push_text;
use super::{ConvType, IMPORTED_UNREAD, Message, Status};
use crate::model::json::{ObjectWriter, push_array};

/// What a conversation knows of its messages being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadState {
    /// The owner's read position as a conversation sequence.
    pub read_seq: u64,
    /// The peer's read position as a conversation sequence.
    pub peer_read_seq: u64,
}

/// The array of `messages`, each with the read state of its conversation.
pub fn message_array(messages: &[Message], state: impl Fn(&Message) -> ReadState) -> String {
    let mut out = String::with_capacity(messages.len() * 2048 + 2);
    push_array(&mut out, messages, |out, m| write_message(out, m, state(m)));
    out
}

/// What `TIMMsgRevokeCallback` gets of recalled messages: a locator and who recalled it, in one object (spec 04
/// section 3.5).
pub fn recall_array(messages: &[Message]) -> String {
    let mut out = String::with_capacity(messages.len() * 512 + 2);
    let no_recall = Recall::default();
    push_array(&mut out, messages, |out, m| {
        let recall = m.recall.as_deref().unwrap_or(&no_recall);
        ObjectWriter::new(out)
            .string("message_locator_conv_id", &m.conv.id)
            .uint("message_locator_conv_type", u64::from(m.conv.kind.number()))
            .boolean("message_locator_is_revoked", true)
            .boolean("message_locator_is_self", m.from_self)
            .uint("message_locator_rand", u64::from(m.rand))
            .uint("message_locator_seq", m.shown_seq())
            .uint(
                "message_locator_time",
                u64::try_from(m.server_time_ms / 1000).unwrap_or(0),
            )
            .uint("message_locator_unique_id", m.unique_id())
            .string("message_msg_id", &m.msg_id)
            .string("message_revoke_reason", &recall.reason)
            .string("message_revoker_face_url", &recall.operator_face)
            .string("message_revoker_nick_name", &recall.operator_nick)
            .string("message_revoker_user_id", &recall.operator);
    });
    out
}

/// Appends the Message object.
pub fn write_message(out: &mut String, m: &Message, state: ReadState) {
    let flag = |bit: u32| m.flags & bit != 0;
    let online = flag(flags::ONLINE_ONLY);
    let reached = |position: u64| m.conv_seq > 0 && m.conv_seq <= position;
    let imported = m.status == Status::Imported && !flag(IMPORTED_UNREAD);
    let is_read = m.from_self || imported || (!online && reached(state.read_seq));
    let is_peer_read = !m.from_self || (m.conv.kind == ConvType::C2c && reached(state.peer_read_seq));
    let no_recall = Recall::default();
    let recall = m.recall.as_deref().unwrap_or(&no_recall);

    let mut w = ObjectWriter::new(out);
    w.uint("message_client_time", u64::from(m.client_time))
        .bytes("message_cloud_custom_str", &m.body.cloud_custom)
        .string("message_conv_id", &m.conv.id)
        .uint("message_conv_type", u64::from(m.conv.kind.number()))
        .uint("message_custom_int", u64::from(m.custom_int))
        // Known to the sender alone; receivers have no use for the name of a moderation profile.
        .string(
            "message_custom_moderation_configuration_id",
            if m.from_self {
                &m.body.moderation_config
            } else {
                ""
            },
        )
        .bytes("message_custom_str", &m.custom_str);
    if flag(flags::NO_POST_HOOK) {
        w.boolean("message_disable_cloud_message_post_hook", true);
    }
    if flag(flags::NO_PRE_HOOK) {
        w.boolean("message_disable_cloud_message_pre_hook", true);
    }
    w.array("message_elem_array", &m.body.elements, write_element)
        .boolean(
            "message_excluded_from_content_moderation",
            flag(flags::NO_MODERATION),
        )
        .boolean("message_excluded_from_last_message", flag(flags::NO_PREVIEW))
        .uint("message_group_receipt_read_count", 0)
        .int("message_group_receipt_unread_count", -1)
        .boolean("message_has_risk_content", false)
        .boolean("message_has_sent_receipt", m.receipt.sent)
        .boolean("message_is_broadcast_message", false)
        .boolean("message_is_excluded_from_unread_count", flag(flags::NO_UNREAD))
        .boolean("message_is_from_self", m.from_self)
        .boolean("message_is_online_msg", online)
        .boolean("message_is_peer_read", is_peer_read)
        .boolean("message_is_read", is_read)
        .string("message_msg_id", &m.msg_id)
        .boolean("message_need_read_receipt", flag(flags::NEED_RECEIPT));
    if !m.body.push_config.is_empty()
        && let Some(config) = normalise_push_text(&m.body.push_config)
    {
        w.raw("message_offline_push_config", |out| out.push_str(&config));
    }
    w.string("message_pinner_face_url", "")
        .string("message_pinner_friend_remark", "")
        .string("message_pinner_name_card", "")
        .string("message_pinner_nick_name", "")
        .string("message_pinner_user_id", "")
        .uint("message_platform", u64::from(m.platform))
        .uint("message_priority", u64::from(m.priority))
        .uint("message_rand", u64::from(m.rand))
        .boolean("message_receipt_peer_read", m.receipt.peer_read_ms > 0)
        .string("message_revoke_reason", &recall.reason)
        .string("message_revoker_face_url", &recall.operator_face)
        .string("message_revoker_nick_name", &recall.operator_nick)
        .string("message_revoker_user_id", &recall.operator)
        .uint("message_risk_type_identified", 0)
        .string("message_sender", &m.sender);
    if m.conv.kind == ConvType::Group {
        w.object("message_sender_group_member_info", |w| write_member(w, &m.sender));
    }
    w.object("message_sender_profile", |w| {
        w.string("user_profile_face_url", &m.sender_face)
            .string("user_profile_friend_remark", "")
            .string("user_profile_identifier", &m.sender)
            .string("user_profile_nick_name", &m.sender_nick);
    });
    if m.sender_tiny != 0 {
        w.uint("message_sender_tiny_id", m.sender_tiny);
    }
    w.uint("message_seq", m.shown_seq())
        // Both 0 and never negative but for a message of a server that lies.
        .uint(
            "message_server_time",
            u64::try_from(m.server_time_ms / 1000).unwrap_or(0),
        )
        .uint("message_status", u64::from(m.status.number()))
        .boolean("message_support_message_extension", flag(flags::EXTENSIONS))
        .uint("message_unique_id", m.unique_id())
        .uint("message_version", u64::from(m.version));
}

/// The sender as a member of the group: only the identifier and the name card are ever filled.
fn write_member(w: &mut ObjectWriter<'_>, sender: &str) {
    w.empty_array("group_member_info_custom_info")
        .string("group_member_info_face_url", "")
        .string("group_member_info_friend_remark", "")
        .string("group_member_info_group_id", "")
        .string("group_member_info_identifier", sender)
        .boolean("group_member_info_is_online", false)
        .uint("group_member_info_join_time", 0)
        .uint("group_member_info_member_role", 0)
        .uint("group_member_info_msg_flag", 0)
        .uint("group_member_info_msg_seq", 0)
        .string("group_member_info_name_card", "")
        .string("group_member_info_nick_name", "")
        .empty_array("group_member_info_online_devices")
        .uint("group_member_info_shutup_time", 0);
}

#[cfg(test)]
#[path = "encode_tests.rs"]
mod tests;
