//! Older forms of other functions.

use std::borrow::Cow;
use std::ffi::{c_char, c_int, c_void};
use std::mem;
use std::sync::Arc;

use parking_lot::Mutex;
use timbre_macros::tim_api;

use super::conversation;
use crate::driver::Entry;
use crate::engine::{CleanScope, Done, Op};
use crate::ffi::process::process;
use crate::ffi::support::{CompletionCallback as _, accept, decoded};
use crate::ffi::types::common::{TIMCommCallback, TIMConvType};
use crate::model::error::{Outcome, sync};
use crate::model::json::ObjectWriter;
use crate::model::messages::{ConvKey, ConvType, decode_message, decode_receipt_message};

/// Sends a message, as `TIMMsgSendMessage` does, without giving its id at once.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_msg_param`: a Message object, as in `TIMMsgSendMessage`.
/// - `cb`: gets the whole Message object, on failure too. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-105; spec 03 section 6.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendNewMsg(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    let call = decoded(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msg_param])?;
        Ok((conv, decode_message(json_msg_param.string()?)?))
    });
    match call {
        Ok(((conv, draft), done)) => {
            process().send(conv, draft, done);
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Sends a message, as `TIMMsgSendMessage` does, and tells its id through a callback.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_msg_param`: a Message object, as in `TIMMsgSendMessage`.
/// - `msgid_cb`: gets code 0, the desc `ok`, and an object with `message_conv_id`, `message_conv_type` and
///   `message_msg_id`. Unlike all other callbacks it runs inside of this call, on the calling thread, and
///   always before `res_cb`. It also runs when this returns -3 for the message, with an empty
///   `message_msg_id`. May be NULL.
/// - `res_cb`: gets the whole Message object, on failure too. May be NULL.
/// - `user_data`: for both.
///
/// Returns 0, -3 or -4.
// MSG-001, MSG-106; spec 03 section 6.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendNewMsgEx(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    msgid_cb: TIMCommCallback,
    res_cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // Known as soon as nothing but the message can be refused.
    let mut target = None;
    let call = decoded(res_cb, user_data, || {
        target = Some(conversation(conv_id, conv_type, &[json_msg_param])?);
        decode_message(json_msg_param.string()?)
    });
    let Some(conv) = target else {
        return call.err().unwrap_or(sync::SUCC);
    };
    let tell_id = |conv: &ConvKey, id: &str| {
        let outcome = Outcome {
            code: 0,
            desc: Cow::Borrowed("ok"),
            json: sent_id(conv, id),
        };
        msgid_cb.completion(user_data).run(outcome);
    };
    match call {
        Ok((draft, done)) => {
            let gate = Gate::default();
            let id = process().send(conv.clone(), draft, gate.guard(done));
            tell_id(&conv, &id);
            gate.open();
            sync::SUCC
        }
        Err(code) => {
            tell_id(&conv, "");
            code
        }
    }
}

/// What the id callback of `TIMMsgSendNewMsgEx` gets.
fn sent_id(conv: &ConvKey, id: &str) -> String {
    let mut json = String::new();
    ObjectWriter::new(&mut json)
        .string("message_conv_id", &conv.id)
        .uint("message_conv_type", u64::from(conv.kind.number()))
        .string("message_msg_id", id);
    json
}

/// Keeps the result of a send back until its id has been told. Nobody waits: a result that comes too early
/// goes to the end of the queue of callbacks when the gate opens.
#[derive(Default)]
struct Gate(Arc<Mutex<GateState>>);

#[derive(Default)]
enum GateState {
    #[default]
    Closed,
    /// The result came first.
    Kept(Done, Outcome),
    Open,
}

impl Gate {
    /// A completion that passes the gate before `done`.
    fn guard(&self, done: Done) -> Done {
        let state = self.0.clone();
        Done::new(move |outcome: Outcome| {
            let mut state = state.lock();
            if matches!(*state, GateState::Open) {
                drop(state);
                done.run(outcome);
            } else {
                *state = GateState::Kept(done, outcome);
            }
        })
    }

    fn open(self) {
        let before = mem::replace(&mut *self.0.lock(), GateState::Open);
        if let GateState::Kept(done, outcome) = before {
            process().world().dispatcher.push(Entry::Complete(done, outcome));
        }
    }
}

/// Marks a conversation as read. `TIMConvCleanConversationUnreadMessageCount` does the same and is newer.
///
/// - `conv_id`: as in `TIMMsgSendMessage`; NULL or an empty text: every conversation of the type.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `json_msg_param`: a Message object to read up to; NULL or an empty text: up to the newest one.
/// - `cb`: gets no result. 6017 for a message that is not known or belongs to another conversation, 9508
///   without a network. May be NULL.
///
/// Returns 0, -3 or -4.
// RD-01, RD-02, RD-04 to RD-08, RD-11, RD-12, CONV-77, CONV-78, CONV-80, CONV-86; spec 04 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgReportReaded(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let kind = super::conv_type(conv_type)?;
        let scope = match (conv_id.optional()?, kind) {
            (Some(id), kind) => CleanScope::One(ConvKey {
                kind,
                id: id.to_owned(),
            }),
            (None, ConvType::C2c) => CleanScope::AllC2c,
            (None, ConvType::Group) => CleanScope::AllGroups,
        };
        Ok(Op::ReportRead {
            scope,
            message: decode_receipt_message(json_msg_param.optional()?)?,
        })
    })
}

/// Marks all conversations as read, as `TIMConvCleanConversationUnreadMessageCount` does with an empty id.
///
/// - `cb`: gets no result. 9508 without a network; nothing has changed then. May be NULL.
///
/// Returns 0.
// RD-03, RD-07, RD-08, RD-12, CONV-79; spec 04 section 6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgMarkAllMessageAsRead(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::CleanUnread {
            scope: CleanScope::All,
            timestamp: 0,
            sequence: 0,
        })
    })
}
