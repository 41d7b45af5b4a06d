//! `TIMMsgGetMsgList`: pages of local history, and of cloud history merged into it (spec 03 section 10).
//!
//! A cloud pull fetches what the server has from the start point, stores it (a message that is already here
//! keeps what only this device knows) and then answers with the local page: the merge is the store. Whatever
//! keeps the server from answering in time, the local page is the answer (MSG-142).

use prost::Message as _;
use timbre_protocol::{ChatMessage, HistoryReply, HistoryRequest, request, response};

use super::requests::Policy;
use super::user::User;
use super::{Done, Engine, Output, ReadDone, ReadJob, ReadQuery, ReadRows};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::{ConvKey, ConvType, HistoryParam, Message, MessageDraft, Origin, Status};
use crate::store::StoreError;
use crate::store::messages::{PageQuery, PageStart, position};

/// Pages up to this size are read in the loop; larger ones by the reader.
const INLINE: u32 = 100;

/// What waits for the reader.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) done: Done,
}

/// A pull under way.
#[derive(Debug)]
struct Pull {
    key: ConvKey,
    query: PageQuery,
    /// Sequence from which the next cloud page starts; 0: from the time, or from the end.
    from_seq: u64,
    from_time_ms: i64,
    /// Usable messages still wanted.
    wanted: u32,
    /// Further pages that may yield nothing before the pull is ended.
    idle_pages: u32,
    done: Done,
}

impl Engine {
    pub(super) fn get_history(&mut self, key: ConvKey, param: HistoryParam, done: Done) {
        let Some(user) = &mut self.user else {
            return self.complete(
                done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", "[]"),
            );
        };
        if let Some(refusal) = param.refusal {
            return self.refuse(done, refusal, "[]");
        }
        if param.count == 0 && (param.seqs.is_empty() || key.kind == ConvType::C2c) {
            return self.complete(
                done,
                Outcome::fail(code::INVALID_PARAMETERS, "count is zero", "[]"),
            );
        }
        let now_s = u64::try_from(self.now.wall_ms / 1000).unwrap_or(0);
        let begun = match user.begin_page(&key, &param, now_s) {
            Ok(begun) => begun,
            Err(error) => return self.answer(done, Err(error), "[]"),
        };
        let Some((query, from_seq)) = begun else {
            return self.complete(done, Outcome::ok("[]"));
        };
        let online = self.session_established();
        let from_time_ms = match &query.start {
            PageStart::Beyond { time_ms, .. } if from_seq == 0 => *time_ms,
            _ if param.newer => query.min_time_ms.unwrap_or(0),
            _ => query.max_time_ms.unwrap_or(0),
        };
        let pull = Pull {
            key,
            query,
            from_seq,
            from_time_ms,
            wanted: param.count,
            idle_pages: self.user.as_ref().map_or(3, |u| u.limits.auto_pages),
            done,
        };
        // Groups have no cloud history on this build's server.
        if !param.cloud || pull.key.kind == ConvType::Group || !self.may_ask_server(online) {
            return self.answer_page(pull);
        }
        match self.is_complete_here(&pull) {
            Ok(false) => self.pull_page(pull),
            Ok(true) => self.answer_page(pull),
            Err(error) => self.answer(pull.done, Err(error), "[]"),
        }
    }

    /// A cloud pull waits up to 5 s for a link, when somebody is logged in.
    fn may_ask_server(&self, online: bool) -> bool {
        online
            || self
                .session_user()
                .is_some_and(|_| self.shared.status() == super::status::LOGGED_IN)
    }

    /// True when the page can be answered without the server: this device holds the range without a hole.
    fn is_complete_here(&mut self, pull: &Pull) -> Result<bool, StoreError> {
        let Some(user) = &mut self.user else {
            return Ok(true);
        };
        if !user.sync.is_live() {
            return Ok(false);
        }
        let Some(conv) = user.conversation(&pull.key)? else {
            return Ok(false);
        };
        let (row, last_seq) = (conv.row, conv.last_seq);
        // What the receive option keeps from this user is in no log: only the server knows what there is.
        let kept_out = matches!(conv.recv_opt, 1 | 4);
        if last_seq == 0 || kept_out {
            return Ok(false);
        }
        let page = user.store.page(&pull.query)?;
        let seqs: Vec<u64> = page.iter().map(|m| m.conv_seq).filter(|&s| s > 0).collect();
        let start = match (pull.from_seq, &pull.query.start) {
            (0, PageStart::End) if !pull.query.newer && pull.query.max_time_ms.is_none() => last_seq,
            (0, _) => match seqs.first() {
                Some(&first) => first,
                None => return Ok(false),
            },
            (seq, _) => seq,
        };
        let Some((low, high)) = user.store.covered(row, start)? else {
            // A start beyond the newest message has nothing newer to offer.
            return Ok(pull.query.newer && start > last_seq);
        };
        let inside = seqs.iter().all(|s| (low..=high).contains(s));
        let full = page.len() >= pull.query.limit as usize;
        let reaches_end = if pull.query.newer {
            high >= last_seq
        } else {
            low <= 1
        };
        Ok(inside && (full || reaches_end))
    }

    fn pull_page(&mut self, pull: Pull) {
        let page_max = self.user.as_ref().map_or(100, |u| u.limits.history_page.max(1));
        let body = HistoryRequest {
            conversation: Some(pull.key.to_wire()),
            from_seq: pull.from_seq,
            from_time_ms: if pull.from_seq == 0 { pull.from_time_ms } else { 0 },
            newer: pull.query.newer,
            count: pull.wanted.clamp(1, page_max),
            until_seq: 0,
        };
        self.request(
            request::Body::History(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::History(reply))) => engine.on_page(pull, reply),
                Ok(_) => engine.answer_page(pull),
                Err(refusal) if refusal.code == code::INTERRUPT || refusal.code == code::NOT_LOGGED_IN => {
                    engine.refuse(pull.done, refusal, "[]");
                }
                Err(refusal) => {
                    engine.log(4, "messages", format!("history from the local store: {refusal}"));
                    engine.answer_page(pull);
                }
            },
        );
    }

    fn on_page(&mut self, mut pull: Pull, reply: HistoryReply) {
        let Some(user) = &mut self.user else {
            return self.complete(pull.done, Outcome::fail(code::NOT_LOGGED_IN, "not login", "[]"));
        };
        let stored = user.store_page(&pull.key, &reply);
        let Some(usable) = self.guard(stored) else {
            return self.answer_page(pull);
        };
        pull.wanted = pull.wanted.saturating_sub(usable);
        if usable == 0 {
            pull.idle_pages = pull.idle_pages.saturating_sub(1);
        }
        if reply.finished || reply.low_seq == 0 || pull.wanted == 0 {
            return self.answer_page(pull);
        }
        if pull.idle_pages == 0 {
            let text = "total count of request cloud message exceed max limit";
            self.log(5, "messages", text.to_owned());
            return self.answer_page(pull);
        }
        pull.from_seq = if pull.query.newer {
            reply.high_seq + 1
        } else {
            reply.low_seq - 1
        };
        if pull.from_seq == 0 {
            return self.answer_page(pull);
        }
        self.pull_page(pull);
    }

    /// Answers with the local page.
    fn answer_page(&mut self, pull: Pull) {
        let Some(user) = &mut self.user else {
            return self.complete(
                pull.done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", "[]"),
            );
        };
        if pull.query.limit > INLINE
            && let Some(path) = user.store.path().map(ToOwned::to_owned)
        {
            user.last_ticket += 1;
            let ticket = user.last_ticket;
            user.reads.insert(ticket, Reading { done: pull.done });
            self.out.push(Output::Read(ReadJob {
                ticket,
                path,
                query: ReadQuery::Page(pull.query),
            }));
            return;
        }
        let page = user.store.page(&pull.query);
        let json = page.and_then(|messages| self.messages_json(&messages));
        self.answer(pull.done, json, "[]");
    }

    /// The reader has an answer.
    pub(super) fn on_read(&mut self, answer: ReadDone) {
        let reading = self.user.as_mut().and_then(|u| u.reads.remove(&answer.ticket));
        // An answer for a user who has gone: its call was ended then.
        let Some(Reading { done }) = reading else { return };
        match answer.result {
            Ok(ReadRows::Messages(messages)) => {
                let json = self.messages_json(&messages);
                self.answer(done, json, "[]");
            }
            Ok(ReadRows::Conversations(conversations)) => {
                let json = crate::model::conversations::conv_array(&conversations);
                self.complete(done, Outcome::done(json));
            }
            Err(error) => self.refuse(done, Refusal::new(error.code(), error.to_string()), "[]"),
        }
    }
}

impl User {
    /// The local query of a pull and the sequence from which the cloud is asked (0: none known). None when
    /// nothing can be found.
    fn begin_page(
        &mut self,
        key: &ConvKey,
        param: &HistoryParam,
        now_s: u64,
    ) -> Result<Option<(PageQuery, u64)>, StoreError> {
        let conv_row = match self.conversation(key)? {
            Some(conv) => conv.row,
            None if param.cloud => self.conv_row(key)?,
            None => return Ok(None),
        };
        let ms = |s: u64| i64::try_from(s.saturating_mul(1000)).unwrap_or(i64::MAX);
        let begin = if param.time_begin == 0 {
            now_s
        } else {
            param.time_begin
        };
        let (mut min_time_ms, mut max_time_ms) = (None, None);
        let bounded = param.time_begin != 0 || param.time_period != 0;
        if bounded && param.newer {
            min_time_ms = Some(ms(begin));
            max_time_ms = (param.time_period != 0)
                .then(|| ms(begin.saturating_add(param.time_period)).saturating_add(999));
        } else if bounded {
            max_time_ms = Some(ms(begin).saturating_add(999));
            min_time_ms = (param.time_period != 0).then(|| ms(begin.saturating_sub(param.time_period)));
        }
        let mut from_seq = 0;
        let start = match &param.last {
            Some(last) => match self.find_start(key, last)? {
                Some(found) => {
                    if found.conv_seq > 0 {
                        from_seq = if param.newer {
                            found.conv_seq + 1
                        } else {
                            found.conv_seq.saturating_sub(1)
                        };
                        if from_seq == 0 {
                            // Nothing is older than the first message.
                            from_seq = 1;
                        }
                    }
                    let (time_ms, ord) = position(&found);
                    PageStart::Beyond { time_ms, ord }
                }
                None if last.server_time > 0 => {
                    let time_ms = ms(last.server_time);
                    let (time_ms, ord) = if param.newer {
                        (time_ms.saturating_add(999), i64::MAX)
                    } else {
                        (time_ms, 0)
                    };
                    PageStart::Beyond { time_ms, ord }
                }
                None => return Ok(None),
            },
            // Newer than now: nothing, as long as the clocks agree.
            None if param.newer && !bounded => PageStart::Beyond {
                time_ms: ms(now_s).saturating_add(999),
                ord: i64::MAX,
            },
            None => PageStart::End,
        };
        let types = if param.cloud {
            Vec::new()
        } else {
            param.types.clone()
        };
        let query = PageQuery {
            conv_row,
            start,
            newer: param.newer,
            limit: param.count.min(i32::MAX as u32),
            min_time_ms,
            max_time_ms,
            types,
        };
        Ok(Some((query, from_seq)))
    }

    /// Where a page starts: by id, else by sequence, random part and time, which may come from another device.
    fn find_start(&mut self, key: &ConvKey, last: &MessageDraft) -> Result<Option<Message>, StoreError> {
        let mut named = last.clone();
        named.conv = Some(key.clone());
        Ok(self.find_named(&named)?.filter(|m| m.conv == *key))
    }

    /// Merges a cloud page into the store; answers how many of its messages a page may show.
    fn store_page(&mut self, key: &ConvKey, page: &HistoryReply) -> Result<u32, StoreError> {
        let row = self.conv_row(key)?;
        let mut usable = 0;
        for bytes in &page.messages {
            let Some(wire) = ChatMessage::decode(bytes.clone()).ok() else {
                continue;
            };
            let Some(message) = self.message_from_wire(wire).filter(|m| m.conv == *key) else {
                continue;
            };
            if self.merge_history(row, message)? {
                usable += 1;
            }
        }
        if page.low_seq > 0 && page.high_seq >= page.low_seq {
            self.store.cover(row, page.low_seq, page.high_seq)?;
        }
        Ok(usable)
    }

    /// Stores a message of the cloud as history: it is never thrown. True when a page may show it.
    pub(super) fn merge_history(&mut self, row: i64, mut message: Message) -> Result<bool, StoreError> {
        message.origin = Origin::History;
        let clear_seq = self.conversation(&message.conv)?.map_or(0, |c| c.clear_seq);
        if message.conv_seq <= clear_seq {
            return Ok(false);
        }
        let Some(known) = self.find_known(&message)? else {
            if let Some(message) = self.insert_history(row, message)? {
                self.offer_older_preview(&message)?;
            }
            return Ok(true);
        };
        let was_outbox = known.is_outbox();
        let now = self.absorb(known, &message)?;
        if was_outbox {
            self.offer_preview(&now)?;
        }
        Ok(now.status != Status::Deleted)
    }

    /// A preview that came with a snapshot.
    pub(super) fn store_history(&mut self, message: Message) -> Result<(), StoreError> {
        let row = self.conv_row(&message.conv)?;
        let (key, id) = (message.conv.clone(), message.msg_id.clone());
        self.note_seq(row, message.conv_seq)?;
        self.merge_history(row, message)?;
        if let Some(stored) = self.store.get(&id)?.filter(|m| m.conv == key) {
            self.offer_preview(&stored)?;
        }
        Ok(())
    }

    /// History fills an empty preview of a listed conversation, and never makes an entry.
    fn offer_older_preview(&mut self, message: &Message) -> Result<(), StoreError> {
        let listed = self.conversation(&message.conv)?.is_some_and(|c| c.listed);
        if listed {
            self.offer_preview(message)
        } else {
            Ok(())
        }
    }
}
