//! Searching messages: every message of the conversations that are searched is looked at, newest first, with the
//! matcher that cores use too. That takes time in proportion to their number, which [`SearchMessages::max_looks`]
//! bounds; an index would take its place here.

use std::cmp::Reverse;

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, params};
use timbre_protocol::search::{Matcher, kinds};
use timbre_protocol::{Body, ChatMessage, Conversation, SearchItem};

use super::conversations::user_id;
use super::working_set::{find_account, find_conversation};
use crate::storage::{AccountNo, SearchMessages, SearchPage, SearchPlace};

/// What the user `?3`, who has cleared the conversation up to `?4`, can find: a search finds nothing else.
const VISIBLE: &str = "message != x'' AND NOT recalled AND conv_seq > ?4
     AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = ?3 AND h.message = m.id)";

/// A conversation that is searched.
struct Searched {
    id: i64,
    peer: AccountNo,
    clear_seq: u64,
}

/// A message that matches.
struct Hit {
    seq: u64,
    time_ms: i64,
    message: Bytes,
}

/// A search under way.
struct Search<'a> {
    conn: &'a Connection,
    op: &'a SearchMessages,
    matcher: Matcher,
    senders: Option<Vec<AccountNo>>,
    until: i64,
    looks: u64,
}

pub(super) fn search(conn: &Connection, op: &SearchMessages) -> rusqlite::Result<SearchPage> {
    let until = match op.until {
        Some(until) => until,
        None => conn
            .prepare_cached("SELECT coalesce(max(id), 0) FROM messages")?
            .query_row([], |row| row.get(0))?,
    };
    let nothing = SearchPage {
        until,
        ..SearchPage::default()
    };
    let mut senders = None;
    if !op.senders.is_empty() {
        let mut known = Vec::new();
        for sender in &op.senders {
            known.extend(find_account(conn, op.app_id, sender)?);
        }
        if known.is_empty() {
            return Ok(nothing);
        }
        senders = Some(known);
    }
    let mut search = Search {
        conn,
        op,
        matcher: Matcher::new(&op.keywords, op.all),
        senders,
        until,
        looks: 0,
    };
    let page = match &op.peer {
        Some(peer) => {
            let peer = find_account(conn, op.app_id, peer)?;
            let found = match peer {
                Some(peer) => find_conversation(conn, op.account, peer)?.map(|mut c| Searched {
                    id: c.id,
                    peer,
                    clear_seq: c.side(op.account).clear_seq,
                }),
                None => None,
            };
            let Some(found) = found else {
                return Ok(nothing);
            };
            search.one(&found)?
        }
        None => search.all()?,
    };
    Ok(page.unwrap_or(SearchPage {
        gave_up: true,
        ..nothing
    }))
}

impl Search<'_> {
    /// The page of conversations; none when there is too much to look at.
    fn all(&mut self) -> rusqlite::Result<Option<SearchPage>> {
        let mut found = Vec::new();
        for conversation in conversations(self.conn, self.op.account)? {
            let mut newest = None;
            let within = self.walk(&conversation, |hit| {
                newest = Some(hit.time_ms);
                false
            })?;
            if !within {
                return Ok(None);
            }
            if let Some(time_ms) = newest {
                let user_id = user_id(self.conn, conversation.peer)?;
                found.push((Reverse(time_ms), user_id, conversation));
            }
        }
        found.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let start = match self.op.after {
            Some(SearchPlace::Conversation(time_ms, peer)) => {
                let last = (Reverse(time_ms), user_id(self.conn, peer)?);
                found.partition_point(|(time_ms, user_id, _)| (*time_ms, user_id) <= (last.0, &last.1))
            }
            _ => 0,
        };
        let mut items = Vec::new();
        let mut next = None;
        let (mut bytes, mut left) = (0, 0);
        for (number, (time_ms, user_id, conversation)) in found.iter().enumerate().skip(start) {
            if items.len() >= self.op.count as usize || bytes > self.op.max_bytes {
                left = found.len() - number;
                break;
            }
            let Some((total, only)) = self.count(conversation)? else {
                return Ok(None);
            };
            let messages: Vec<Bytes> = only.into_iter().filter(|_| total == 1).collect();
            bytes += messages.iter().map(Bytes::len).sum::<usize>();
            items.push(SearchItem {
                conversation: Some(Conversation::c2c(user_id.as_str())),
                total,
                messages,
            });
            next = Some(SearchPlace::Conversation(time_ms.0, conversation.peer));
        }
        Ok(Some(SearchPage {
            total: u32::try_from(found.len())
                .unwrap_or(u32::MAX)
                .min(self.op.count_to),
            items,
            next: next.filter(|_| left > 0),
            until: self.until,
            gave_up: false,
        }))
    }

    /// How many messages of a conversation match, and the newest of them.
    fn count(&mut self, conversation: &Searched) -> rusqlite::Result<Option<(u32, Option<Bytes>)>> {
        let (mut total, mut first) = (0u32, None);
        let most = self.op.count_to;
        let within = self.walk(conversation, |hit| {
            total += 1;
            first.get_or_insert(hit.message);
            total < most
        })?;
        Ok(within.then_some((total, first)))
    }

    /// The page of messages of one conversation; none when there is too much to look at.
    fn one(&mut self, conversation: &Searched) -> rusqlite::Result<Option<SearchPage>> {
        let op = self.op;
        let before = match op.after {
            Some(SearchPlace::Seq(seq)) => seq,
            _ => u64::MAX,
        };
        let (mut total, mut bytes, mut more) = (0u32, 0, false);
        let (mut messages, mut last) = (Vec::new(), 0);
        let within = self.walk(conversation, |hit| {
            total = total.saturating_add(1);
            if hit.seq < before && !more {
                if messages.len() >= op.count as usize || bytes > op.max_bytes {
                    more = true;
                } else {
                    bytes += hit.message.len();
                    last = hit.seq;
                    messages.push(hit.message);
                }
            }
            !more || total < op.count_to
        })?;
        if !within {
            return Ok(None);
        }
        let total = total.min(op.count_to);
        let mut items = Vec::new();
        if !messages.is_empty() {
            items.push(SearchItem {
                conversation: Some(Conversation::c2c(user_id(self.conn, conversation.peer)?)),
                total,
                messages,
            });
        }
        Ok(Some(SearchPage {
            total,
            items,
            next: more.then_some(SearchPlace::Seq(last)),
            until: self.until,
            gave_up: false,
        }))
    }

    /// Hands each match of a conversation to `each`, newest first, until it answers false. False: there is too much to
    /// look at.
    fn walk(&mut self, conversation: &Searched, mut each: impl FnMut(Hit) -> bool) -> rusqlite::Result<bool> {
        let sql = format!(
            "SELECT conv_seq, time_ms, sender, message FROM messages m
             WHERE conversation = ?1 AND id <= ?2 AND {VISIBLE} ORDER BY conv_seq DESC"
        );
        let mut select = self.conn.prepare_cached(&sql)?;
        let mut rows = select.query(params![
            conversation.id,
            self.until,
            self.op.account,
            conversation.clear_seq
        ])?;
        let (from, to) = self.op.times;
        while let Some(row) = rows.next()? {
            self.looks += 1;
            if self.looks > self.op.max_looks {
                return Ok(false);
            }
            let time_ms: i64 = row.get(1)?;
            let at_s = time_ms.div_euclid(1000);
            if at_s < from {
                // Times never decrease along a conversation.
                break;
            }
            let sender: AccountNo = row.get(2)?;
            let stranger = self
                .senders
                .as_ref()
                .is_some_and(|known| !known.contains(&sender));
            if stranger || at_s > to {
                continue;
            }
            let message: Vec<u8> = row.get(3)?;
            let message = Bytes::from(message);
            let Ok(chat) = ChatMessage::decode(message.clone()) else {
                continue;
            };
            let Ok(body) = Body::decode(chat.body.clone()) else {
                continue;
            };
            if kinds(&body) & self.op.kinds == 0 || !self.matcher.matches(&body) {
                continue;
            }
            let hit = Hit {
                seq: row.get(0)?,
                time_ms,
                message,
            };
            if !each(hit) {
                break;
            }
        }
        Ok(true)
    }
}

/// The conversations of a user, and of nobody else.
fn conversations(conn: &Connection, account: AccountNo) -> rusqlite::Result<Vec<Searched>> {
    conn.prepare_cached(
        "SELECT id, high, low_clear_seq FROM conversations WHERE low = ?1
         UNION ALL SELECT id, low, high_clear_seq FROM conversations WHERE high = ?1 AND low != ?1",
    )?
    .query_map([account], |row| {
        Ok(Searched {
            id: row.get(0)?,
            peer: row.get(1)?,
            clear_seq: row.get(2)?,
        })
    })?
    .collect()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
