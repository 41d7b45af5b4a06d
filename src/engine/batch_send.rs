//! `TIMMsgBatchSend` (spec 03 section 6.9): one message of its own for each receiver.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Done, Engine, Op, SendOp};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::{ObjectWriter, push_array};
use crate::model::messages::{BatchParam, ConvKey};

/// What has become of the sends of one call. The last one that ends, ends the call.
struct Results {
    items: Vec<(String, Option<Outcome>)>,
    open: usize,
    done: Option<Done>,
}

impl Engine {
    /// Sends the message to each receiver; the results are told together once all of them have ended.
    pub(super) fn batch_send(&mut self, param: BatchParam, done: Done) {
        let Some((Op::BatchSend(param), done)) = self.needs_login(Op::BatchSend(param), done) else {
            return;
        };
        let most = self.user.as_ref().map_or(0, |u| u.limits.batch_max as usize);
        let BatchParam { receivers, message } = param;
        let refusal = match &message {
            _ if receivers.is_empty() => {
                Refusal::invalid("msg_batch_send_param_identifier_array names no user")
            }
            _ if receivers.len() > most => Refusal::new(
                code::SVR_MSG_TO_ACCOUNT_COUNT_LIMIT,
                format!(
                    "msg_batch_send_param_identifier_array has {} users, the limit is {most}",
                    receivers.len()
                ),
            ),
            None => Refusal::invalid("msg_batch_send_param_msg is missing or no message"),
            Some(message) => return self.send_each(receivers, message, done),
        };
        self.refuse(done, refusal, "[]");
    }

    fn send_each(
        &mut self,
        receivers: Vec<String>,
        message: &crate::model::messages::MessageDraft,
        done: Done,
    ) {
        let results = Arc::new(Mutex::new(Results {
            items: receivers.iter().map(|id| (id.clone(), None)).collect(),
            open: receivers.len(),
            done: Some(done),
        }));
        let mut draft = message.clone();
        if !draft.forward {
            // Every receiver gets a message of its own, whatever the given one was.
            draft.given_id.clear();
        }
        self.media.begin_group();
        for (at, receiver) in receivers.into_iter().enumerate() {
            let results = results.clone();
            // Runs where completions run, one after the other.
            let done = Done::new(move |outcome| {
                let mut state = results.lock();
                if let Some(item) = state.items.get_mut(at) {
                    item.1 = Some(outcome);
                }
                state.open -= 1;
                if state.open > 0 {
                    return;
                }
                let (items, done) = (std::mem::take(&mut state.items), state.done.take());
                drop(state);
                if let Some(done) = done {
                    done.run(together(items));
                }
            });
            let op = SendOp {
                conv: ConvKey::c2c(receiver),
                draft: draft.clone(),
                identity: self.shared.new_identity(self.now),
                resend: false,
            };
            self.send(op, done);
        }
        self.media.end_group();
    }
}

/// The result of the call: every item's, and the code of the first that has failed.
fn together(items: Vec<(String, Option<Outcome>)>) -> Outcome {
    let mut json = String::new();
    push_array(&mut json, &items, |out, (receiver, outcome)| {
        let (code, desc, message) = match outcome {
            Some(o) if o.code == 0 => (0, "", o.json.as_str()),
            Some(o) => (o.code, &*o.desc, o.json.as_str()),
            None => (code::INTERNAL_ERROR, "", ""),
        };
        let mut w = ObjectWriter::new(out);
        w.int("msg_batch_send_result_code", i64::from(code))
            .string("msg_batch_send_result_desc", desc)
            .string("msg_batch_send_result_identifier", receiver);
        w.raw("msg_batch_send_result_msg", |out| {
            out.push_str(if message.is_empty() { "{}" } else { message });
        });
    });
    let failed = items
        .into_iter()
        .find_map(|(_, outcome)| outcome.filter(|o| o.code != 0));
    match failed {
        Some(failed) => Outcome::fail(failed.code, failed.desc, json),
        None => Outcome::ok(json),
    }
}
