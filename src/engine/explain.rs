//! `timbre_explain`: what this device knows of a conversation, for the question why a message is missing.

use serde_json::{Value, json};

use super::{Done, Engine};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::ConvKey;
use crate::store::StoreError;

impl Engine {
    /// Answers an object with the conversation's sequence, the ranges of it that are here, its holes, the state
    /// of the log, the link and the last repair. Works as soon as the database is open.
    pub(super) fn explain(&mut self, key: &ConvKey, done: Done) {
        if self.user.is_none() {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not init database", ""));
        }
        match self.explanation(key) {
            Ok(value) => self.complete(done, Outcome::done(value.to_string())),
            Err(error) => self.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
        }
    }

    fn explanation(&mut self, key: &ConvKey) -> Result<Value, StoreError> {
        let now = self.now;
        let wall = |mono: Option<u64>| {
            mono.map(|at| now.wall_ms + i64::try_from(at).unwrap_or(i64::MAX) - now.mono_ms as i64)
        };
        let (link, next_attempt) = self.link.describe();
        let pending = self.requests.in_flight();
        let established = self.session_established();
        let Some(user) = &mut self.user else {
            return Ok(Value::Null);
        };
        let conversation = match user.conversation(key)?.cloned() {
            Some(conv) => {
                let ranges = user.store.ranges(conv.row)?;
                let holes = holes(&ranges, conv.last_seq);
                json!({
                    "known": true,
                    "listed": conv.listed,
                    "last_seq": conv.last_seq,
                    "read_seq": conv.read_seq,
                    "peer_read_seq": conv.peer_read_seq,
                    "unread": conv.unread,
                    "complete_ranges": ranges,
                    "holes": holes,
                })
            }
            None => json!({ "known": false }),
        };
        let (phase, head, waiting, next_pull) = user.sync.describe();
        let repair = user
            .sync
            .last_repair
            .map(|r| json!({ "at_ms": r.at_ms, "from": r.from, "entries": r.entries }));
        Ok(json!({
            "conv_id": key.id,
            "conv_type": key.kind.number(),
            "conversation": conversation,
            "log": {
                "applied": user.cursor,
                "head": head,
                "missing": head.saturating_sub(user.cursor),
                "waiting_for_a_gap": waiting,
                "phase": phase,
                "next_pull_ms": wall(next_pull),
                "last_repair": repair,
                "thrown_row": user.thrown,
            },
            "link": {
                "state": link,
                "session": established,
                "next_attempt_ms": wall(next_attempt),
                "requests_under_way": pending,
            },
        }))
    }
}

/// The parts of `1..=last` that no range covers.
fn holes(ranges: &[(u64, u64)], last: u64) -> Vec<(u64, u64)> {
    let mut holes = Vec::new();
    let mut next = 1;
    for &(low, high) in ranges {
        if low > next {
            holes.push((next, low - 1));
        }
        next = next.max(high + 1);
    }
    if next <= last {
        holes.push((next, last));
    }
    holes
}

#[cfg(test)]
mod tests {
    use super::holes;

    #[test]
    fn holes_are_what_lies_between_and_after_the_ranges() {
        assert_eq!(holes(&[(3, 5), (8, 9)], 12), [(1, 2), (6, 7), (10, 12)]);
        assert_eq!(holes(&[(1, 12)], 12), []);
        assert_eq!(holes(&[], 0), []);
    }
}
