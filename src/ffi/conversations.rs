//! The conversation list, its unread counts, drafts and marks.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{CompletionCallback, Text, UserData, accept, call_back, unbuilt_now};
use super::types::common::{TIMCommCallback, TIMConvType, c_bool};
use super::types::conversations::*;
use crate::engine::{CleanScope, Done, Op, Unbuilt};
use crate::model::conversations::decode_conv_params;
use crate::model::conversations::objects::TIMConversationListFilter;
use crate::model::error::{Outcome, code, sync};
use crate::model::json::{Checked, Object};
use crate::model::messages::ConvKey;

mod groups;

pub use groups::*;

/// What is said of an array of conversation ids that is none.
const INVALID_IDS: &str = "conversation_id_array is invalid";
/// The most bytes of the custom data of a conversation.
const CUSTOM_DATA_BYTES: usize = 256;
/// Marks that neither have a meaning nor belong to the app.
const RESERVED_MARKS: u64 = 0xffff_fff0;

/// A conversation by its bare id; a type that is neither one-to-one nor group is -5.
fn conv_key(conv_id: Text<'_>, conv_type: TIMConvType) -> Result<ConvKey, i32> {
    let id = conv_id.string()?.to_owned();
    let kind = super::messages::conv_type(conv_type).map_err(|_| sync::CONV)?;
    Ok(ConvKey { kind, id })
}

/// Unique conversation ids. An array that is empty or holds anything else is -3, and the callback runs
/// nevertheless (spec 05 section 5.1).
fn unique_ids(array: Text<'_>, cb: TIMCommCallback, user_data: UserData) -> Result<Vec<String>, i32> {
    let ids = match array.list::<String>() {
        Ok(ids) if ids.value.is_empty() => Err(sync::JSON),
        Ok(ids) => Ok(ids.value),
        Err(code) => Err(code),
    };
    if ids == Err(sync::JSON) {
        let outcome = Outcome::fail(code::INVALID_PARAMETERS, INVALID_IDS, "");
        call_back(cb, user_data, outcome);
    }
    ids
}

/// A filter on its way through the checks.
struct Filter {
    checked: Checked<TIMConversationListFilter>,
    /// The type of conversation as it was given, which is a fault of its own when it is none.
    conv_type: Option<i128>,
}

impl Filter {
    fn read(text: Text<'_>) -> Result<Self, i32> {
        let checked = text.object()?;
        let root = text.json()?;
        let conv_type =
            Object::from_value(&root).and_then(|object| object.integer("conversation_list_filter_conv_type"));
        Ok(Self { checked, conv_type })
    }

    /// -3 without any key.
    fn with_a_key(self) -> Result<Self, i32> {
        if self.checked == Checked::default() {
            return Err(sync::JSON);
        }
        Ok(self)
    }

    /// -4 for a type of conversation that is neither 0, for any, nor one of a conversation.
    fn checked(self) -> Result<Checked<TIMConversationListFilter>, i32> {
        match self.conv_type {
            None | Some(0..=2) => Ok(self.checked),
            Some(_) => Err(sync::PARAM),
        }
    }
}

/// A callback that gets success and an empty text where no database is open (spec 05 section 5.12).
struct SilentWithoutDatabase(TIMCommCallback);

impl CompletionCallback for SilentWithoutDatabase {
    fn completion(self, user_data: UserData) -> Done {
        let done = self.0.completion(user_data);
        Done::new(move |outcome| {
            done.run(match outcome.code {
                code::NOT_INITIALIZED | code::NOT_LOGGED_IN => Outcome::done(""),
                _ => outcome,
            });
        })
    }
}

/// Registers the callback for changes of the conversation list, in place of the one before; NULL removes it.
// CONV-46, CONV-47, CONV-48, CONV-49, CONV-50, CONV-51, CONV-52, CONV-53; spec 05 section 4.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvEventCallback(cb: TIMConvEventCallback, user_data: *const c_void) {
    process().registrations.conv_event.set(cb, user_data);
}

/// Registers the callback for the total number of unread messages, in place of the one before; NULL removes
/// it. It runs after `TIMConvGetTotalUnreadMessageCount` has been called once.
// CONV-71; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvTotalUnreadMessageCountChangedCallback(
    cb: TIMConvTotalUnreadMessageCountChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.total_unread.set(cb, user_data);
}

/// Registers the callback for the unread numbers of subscribed filters, in place of the one before; NULL
/// removes it. It runs when the number changes for a filter that `TIMConvSubscribeUnreadMessageCountByFilter`
/// was given.
// CONV-76; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvUnreadMessageCountChangedByFilterCallback(
    cb: TIMConvTotalUnreadMessageCountChangedByFilterCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .conv_unread_message_count_changed_by_filter
        .set(cb, user_data);
}

/// Registers the callback for new conversation groups, in place of the one before; NULL removes it. It runs
/// on every device of the user, the one that created the group included.
// CONV-163; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvConversationGroupCreatedCallback(
    cb: TIMConvConversationGroupCreatedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .conversation_group_created
        .set(cb, user_data);
}

/// Registers the callback for deleted conversation groups, in place of the one before; NULL removes it. It
/// runs on every device of the user.
// CONV-164; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvConversationGroupDeletedCallback(
    cb: TIMConvConversationGroupDeletedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .conversation_group_deleted
        .set(cb, user_data);
}

/// Registers the callback for renamed conversation groups, in place of the one before; NULL removes it. It
/// runs on every device of the user.
// CONV-165; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvConversationGroupNameChangedCallback(
    cb: TIMConvConversationGroupNameChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .conversation_group_name_changed
        .set(cb, user_data);
}

/// Registers the callback for conversations added to a conversation group, in place of the one before; NULL
/// removes it. It runs on every device of the user.
// CONV-166; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvConversationsAddedToGroupCallback(
    cb: TIMConvConversationsAddedToGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .conversations_added_to_group
        .set(cb, user_data);
}

/// Registers the callback for conversations removed from a conversation group, in place of the one before;
/// NULL removes it. It runs on every device of the user, and also when a full group loses its oldest member.
// CONV-167, CONV-172; spec 05 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvConversationsDeletedFromGroupCallback(
    cb: TIMConvConversationsDeletedFromGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .conversations_deleted_from_group
        .set(cb, user_data);
}

/// Gets the whole conversation list, newest activity first, pinned ones before all others.
///
/// - `cb`: gets an array of ConvInfo objects, `[]` on failure. May be NULL.
///
/// Returns 0.
// CONV-30, CONV-31, CONV-32, CONV-38, CONV-72, CONV-102; spec 05 section 5.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConvList(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Op::GetConvList))
}

/// Gets some conversations.
///
/// - `json_get_conv_list_param`: an array of GetConversationListParam objects.
/// - `cb`: gets an array of the ConvInfo objects that are there, in the order asked; `[]` on failure. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// CONV-60, CONV-61, CONV-62; spec 05 section 5.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConvInfo(
    json_get_conv_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::GetConvInfo(decode_conv_params(
            json_get_conv_list_param.string()?,
        )?))
    })
}

/// Gets a page of the conversation list, of the conversations that match a filter, highest place first. Reads
/// what this device holds; no network is needed. A conversation that moves between two pages can be missed or
/// come twice: the callback for changes brings it too, so keep one for each id.
///
/// - `filter`: a TIMConversationListFilter object; `{}` for all conversations.
/// - `next_seq`: 0 for the first page, then what the page before gave.
/// - `count`: how many to get, at least 1; 100 is a good number, 2147483647 gets all.
/// - `cb`: gets a TIMConversationListResult object, without conversations on failure. May be NULL.
///
/// Returns 0, -3, or -4, also for a `count` of 0 and for a filter with a type of conversation other than 0,
/// 1, 2.
// CONV-36, CONV-37, CONV-39, CONV-40, CONV-41, CONV-42, CONV-43, CONV-44, CONV-137, CONV-160; spec 05 section 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConversationListByFilter(
    filter: *const c_char,
    next_seq: u64,
    count: u32,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = next_seq;
        let filter = Filter::read(filter)?;
        if count == 0 {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMConvGetConversationListByFilter.checked(filter.checked()?.refusal))
    })
}

/// Deletes a conversation and the user's whole history of it, on this device and on the server, for good.
/// Others keep their history, and friendship and membership of the group stay. Other devices of the user drop
/// the conversation only if the operator has switched that on. It comes back with the next message. Deleting
/// one that does not exist succeeds.
///
/// - `conv_id`: the user id or group id, without a prefix.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `cb`: gets an empty text. May be NULL.
///
/// Returns 0, -3, -4, or -5 for another `conv_type`.
// CONV-110, CONV-111, CONV-112, CONV-116; spec 05 section 5.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvDelete(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        conv_key(conv_id, conv_type)?;
        Ok(Unbuilt::TIMConvDelete.op())
    })
}

/// Deletes conversations, with their history or without. With it this is `TIMConvDelete` for each of them;
/// without it the messages stay and are there again when a conversation returns.
///
/// - `conversation_id_array`: an array of 1 to 100 unique ids: `c2c_` and a user id, or `group_` and a group
///   id.
/// - `clear_message`: true deletes the history too.
/// - `cb`: gets an array of TIMConversationOperationResult objects, one for each id; an empty text on
///   failure, such as 51006 for more than 100 ids. May be NULL.
///
/// Returns 0, -4, or -3 for an array that is empty or not of strings; then `cb` runs too, with 6017.
// CONV-113, CONV-139; spec 05 section 5.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvDeleteConversationList(
    conversation_id_array: *const c_char,
    clear_message: c_bool,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = clear_message;
        unique_ids(conversation_id_array, cb, user_data)?;
        Ok(Unbuilt::TIMConvDeleteConversationList.op())
    })
}

/// Keeps an unfinished message with a conversation, on this device only; it outlives restarts and logouts.
/// Adds the conversation to the list if it is not there, and moves it up. Setting the same draft again
/// changes nothing, and an empty one removes the draft. Without an open database nothing happens. There is no
/// callback: the conversation list tells of the change.
///
/// - `conv_id`: the user id or group id, without a prefix; or the id of a topic.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `json_draft_param`: a Draft object of at most 65,536 bytes. `{}`, or a message without anything in it,
///   removes the draft.
///
/// Returns 0; -3 also when `json_draft_param` is NULL or no object; -4, also for a draft that is too large;
/// or -5 for another `conv_type`.
// CONV-14, CONV-120, CONV-122, CONV-123, CONV-124; spec 05 section 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvSetDraft(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_draft_param: *const c_char,
) -> c_int {
    unbuilt_now(Unbuilt::TIMConvSetDraft, || {
        conv_id.given()?;
        // Whatever the object holds is a draft, an empty one at worst.
        let draft = json_draft_param.json().map_err(|_| sync::JSON)?;
        if !draft.is_object() {
            return Err(sync::JSON);
        }
        conv_key(conv_id, conv_type)?;
        Ok(())
    })
}

/// Removes the draft of a conversation. The conversation stays in the list where it is. Succeeds when there
/// is no draft, and does nothing without an open database.
///
/// - `conv_id`: the user id or group id, without a prefix; or the id of a topic.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
///
/// Returns 0, -3, -4, or -5 for another `conv_type`.
// CONV-123, CONV-125; spec 05 section 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCancelDraft(conv_id: *const c_char, conv_type: TIMConvType) -> c_int {
    unbuilt_now(Unbuilt::TIMConvCancelDraft, || {
        conv_key(conv_id, conv_type)?;
        Ok(())
    })
}

/// Sets a text of the app's own for conversations. The user has it on every device, it replaces the one
/// before, and it stays when a conversation is deleted. A conversation need not be in the list.
///
/// - `conversation_id_array`: an array of 1 to 100 unique ids: `c2c_` and a user id, or `group_` and a group
///   id.
/// - `custom_data`: at most 256 bytes of UTF-8; an empty text removes it.
/// - `cb`: gets an array of TIMConversationOperationResult objects, one for each id, with 51008 for one that
///   would be the 1,001st with a mark or such a text; an empty text on failure, such as 51006 for more than
///   100 ids. May be NULL.
///
/// Returns 0; -4, also for a text that is too long or not UTF-8; or -3 for an array that is empty or not of
/// strings; then `cb` runs too, with 6017.
// CONV-21, CONV-139, CONV-140, CONV-141; spec 05 section 5.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvSetConversationCustomData(
    conversation_id_array: *const c_char,
    custom_data: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        conversation_id_array.given()?;
        let custom_data = custom_data.not_null().map_err(|_| sync::PARAM)?;
        unique_ids(conversation_id_array, cb, user_data)?;
        if custom_data.len() > CUSTOM_DATA_BYTES {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMConvSetConversationCustomData.op())
    })
}

/// Pins a conversation to the top of the list, or unpins it, on every device of the user. Pinned
/// conversations keep their order among each other. One that is not in the list is added to it.
///
/// - `conv_id`: the user id or group id, without a prefix.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `is_pinned`: true pins, false unpins.
/// - `cb`: gets an empty text; 51012 when 50 conversations are pinned already, 50001 for an unknown user,
///   51007 for an AVChatRoom and for a group that is gone or does not have the user as a member. May be NULL.
///
/// Returns 0, -3, -4, or -5 for another `conv_type`.
// CONV-100, CONV-101, CONV-102, CONV-103, CONV-104, CONV-106; spec 05 section 5.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvPinConversation(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    is_pinned: c_bool,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = is_pinned;
        conv_key(conv_id, conv_type)?;
        Ok(Unbuilt::TIMConvPinConversation.op())
    })
}

/// Sets or removes marks of conversations, on every device of the user. A mark is only remembered: it changes
/// no unread number and no order, and it stays when a conversation is deleted. A conversation need not be in
/// the list.
///
/// - `conversation_id_array`: an array of 1 to 100 unique ids: `c2c_` and a user id, or `group_` and a group
///   id.
/// - `mark_type`: one or several marks, OR-ed together: values of `enum TIMConversationMarkType`, and the
///   powers of two from 2^32 to 2^63 for marks of the app's own.
/// - `enable_mark`: true sets them, false removes them.
/// - `cb`: gets an array of TIMConversationOperationResult objects, one for each id, with 51008 for one that
///   would be the 1,001st with a mark or custom data; an empty text on failure, such as 51006 for more than
///   100 ids. May be NULL.
///
/// Returns 0; -4, also for a `mark_type` of 0 or with any other bit; or -3 for an array that is empty or not
/// of strings; then `cb` runs too, with 6017.
// CONV-130, CONV-131, CONV-132, CONV-133, CONV-134, CONV-135, CONV-136, CONV-139, CONV-140; spec 05 section 5.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvMarkConversation(
    conversation_id_array: *const c_char,
    mark_type: u64,
    enable_mark: c_bool,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = enable_mark;
        unique_ids(conversation_id_array, cb, user_data)?;
        if mark_type == 0 || mark_type & RESERVED_MARKS != 0 {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMConvMarkConversation.op())
    })
}

/// Gets the number of unread messages of all conversations, and switches its change callback on.
///
/// - `cb`: gets a GetTotalUnreadNumberResult object. May be NULL.
///
/// Returns 0.
// CONV-70, CONV-73; spec 05 section 5.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetTotalUnreadMessageCount(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || Ok(Op::GetTotalUnread))
}

/// Gets the number of unread messages of the conversations that match a filter. Conversations that the total
/// leaves out are left out here too. Reads what this device holds; no network is needed.
///
/// - `filter`: a TIMConversationListFilter object with at least one of its keys.
/// - `cb`: gets a GetTotalUnreadNumberResult object, with 0 on failure. May be NULL.
///
/// Returns 0; -3, also for a filter without any key; or -4, also for a filter with a type of conversation
/// other than 0, 1, 2.
// CONV-75; spec 05 section 5.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetUnreadMessageCountByFilter(
    filter: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let filter = Filter::read(filter)?.with_a_key()?.checked()?;
        Ok(Unbuilt::TIMConvGetUnreadMessageCountByFilter.checked(filter.refusal))
    })
}

/// Subscribes to the number of unread messages of the conversations that match a filter. The callback of
/// `TIMSetConvUnreadMessageCountChangedByFilterCallback` runs when it changes, not at once. Subscribing twice
/// is the same as once. Subscriptions end with the logout, and without an open database there are none.
///
/// - `filter`: a TIMConversationListFilter object with at least one of its keys. A filter without a key is
///   another one than a filter with any value of it.
///
/// Returns 0; -3, also for a filter without any key; or -4, also for a value in the filter that is not
/// allowed and for the 101st subscription.
// CONV-76; spec 05 section 5.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvSubscribeUnreadMessageCountByFilter(filter: *const c_char) -> c_int {
    unbuilt_now(Unbuilt::TIMConvSubscribeUnreadMessageCountByFilter, || {
        let filter = Filter::read(filter)?.with_a_key()?.checked()?;
        // There is no callback to say it with.
        filter.refusal.map_or(Ok(()), |_| Err(sync::PARAM))
    })
}

/// Ends a subscription of `TIMConvSubscribeUnreadMessageCountByFilter`. Succeeds when there is none.
///
/// - `filter`: a TIMConversationListFilter object with the same keys and values as the one that was
///   subscribed.
///
/// Returns 0; -3, also for a filter without any key; or -4, also for a value in the filter that is not
/// allowed.
// CONV-76; spec 05 section 5.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvUnsubscribeUnreadMessageCountByFilter(filter: *const c_char) -> c_int {
    unbuilt_now(Unbuilt::TIMConvUnsubscribeUnreadMessageCountByFilter, || {
        let filter = Filter::read(filter)?.with_a_key()?.checked()?;
        // There is no callback to say it with.
        filter.refusal.map_or(Ok(()), |_| Err(sync::PARAM))
    })
}

/// Marks messages as read.
///
/// - `conversation_id`: `c2c_` and a user id, or `group_` and a group id; `c2c` or `group` for all of a kind;
///   NULL or an empty text for everything.
/// - `clean_timestamp`: one-to-one: messages up to this Unix second become read, 0 all.
/// - `clean_sequence`: group: messages up to this sequence become read, 0 all.
/// - `cb`: may be NULL.
///
/// Returns 0, -3, or -5 for an id of another form.
// CONV-77, CONV-78, CONV-79, CONV-80, CONV-81, CONV-82; spec 05 section 5.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCleanConversationUnreadMessageCount(
    conversation_id: *const c_char,
    clean_timestamp: u64,
    clean_sequence: u64,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let scope = match conversation_id.optional()? {
            None => CleanScope::All,
            Some("c2c") => CleanScope::AllC2c,
            Some("group") => CleanScope::AllGroups,
            Some(id) => CleanScope::One(ConvKey::from_unique_id(id).ok_or(sync::CONV)?),
        };
        Ok(Op::CleanUnread {
            scope,
            timestamp: clean_timestamp,
            sequence: clean_sequence,
        })
    })
}

/// Gets a conversation, and adds it to the list of this device if it is not there. Nothing is sent to the
/// server, and nobody checks that the user or group exists. Deprecated: a conversation comes into being with
/// its first message.
///
/// - `conv_id`: the user id or group id, without a prefix.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `cb`: gets one ConvInfo object. Without an open database nothing is added, and it gets 0 and an empty
///   text. May be NULL.
///
/// Returns 0, -3, -4, or -5 for another `conv_type`.
// CONV-66; spec 05 section 5.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCreate(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(SilentWithoutDatabase(cb), user_data, || {
        conv_key(conv_id, conv_type)?;
        Ok(Unbuilt::TIMConvCreate.op())
    })
}
