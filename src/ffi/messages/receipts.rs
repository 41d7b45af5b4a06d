//! Read receipts of single messages.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::{message, named_messages};
use crate::engine::{Op, ReceiptOp};
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::ffi::types::messages::{
    TIMGroupMessageReadMembersFilter, TIMMsgGroupMessageReadMemberListCallback,
};
use crate::model::enums::messages as enums;
use crate::model::error::sync;
use crate::model::json::LIMIT;

/// Tells the senders of messages that they were read, where they have asked for it. The unread count of the
/// conversation does not change.
///
/// - `json_msg_array`: an array of 1 to 30 Message objects of one conversation; `[]` is -4. Own messages,
///   those that ask for no receipt and those that have got one are skipped.
/// - `cb`: gets no result. 6017 for more than 30 messages or for several conversations. May be NULL.
///
/// Returns 0, -3 or -4.
// RR-04 to RR-07, RR-21; spec 04 section 5.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendMessageReadReceipts(
    json_msg_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let messages = named_messages(json_msg_array, LIMIT, sync::PARAM)?;
        Ok(Op::Receipts(ReceiptOp::Send(messages)))
    })
}

/// Gets the read receipts of the user's own messages that ask for some.
///
/// - `json_msg_array`: an array of 1 to 30 Message objects of one conversation; `[]` is -4. Messages of
///   others and those that ask for no receipt are skipped.
/// - `cb`: gets an array of MessageReceipt objects in the order asked; nothing on failure. 6017 for more than
///   30 messages or for several conversations, 10062 when no group message has receipts, 9508 without a
///   network. May be NULL.
///
/// Returns 0, -3 or -4.
// RR-10 to RR-12, RR-17; spec 04 section 5.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMessageReadReceipts(
    json_msg_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let messages = named_messages(json_msg_array, LIMIT, sync::PARAM)?;
        Ok(Op::Receipts(ReceiptOp::Get(messages)))
    })
}

/// Gets a page of the members who have, or have not, read a group message of the user's own that asks for
/// receipts.
///
/// - `json_msg`: a Message object that names the message.
/// - `filter`: a value of `enum TIMGroupMessageReadMembersFilter`; other numbers are -4.
/// - `next_seq`: 0 at first, then what the last page gave.
/// - `count`: members of a page, 1 to 100; 0 is -4, more than 100 counts as 100.
/// - `cb`: gets the page. It has no code: on failure it gets `[]`, 0 and true, and the log says why. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// RR-13 to RR-15, RR-26; spec 04 section 5.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetGroupMessageReadMemberList(
    json_msg: *const c_char,
    filter: TIMGroupMessageReadMembersFilter,
    next_seq: u64,
    count: u32,
    cb: TIMMsgGroupMessageReadMemberListCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = next_seq;
        let message = message(json_msg)?;
        if enums::TIMGroupMessageReadMembersFilter::from_number(filter).is_none() || count == 0 {
            return Err(sync::PARAM);
        }
        Ok(Op::Receipts(ReceiptOp::Members(Box::new(message))))
    })
}
