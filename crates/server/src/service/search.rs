//! Searching a user's messages (spec 04 section 16): limits, pages, and cursors that nobody else can use.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use prost::Message as _;
use sha2::Sha256;
use timbre_protocol::search::{KINDS, keywords};
use timbre_protocol::{SearchReply, SearchRequest};

use super::{REPLY_BYTES, Service, storage_refused, valid_user_id};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::storage::{AccountNo, SearchMessages, SearchPlace};

/// TIMConvType.
const C2C: u32 = 1;
const GROUP: u32 = 2;
/// Totals are exact up to this number.
const COUNT_TO: u32 = 10_000;
/// Messages that one search looks at: some seconds of one reader. A user who has more narrows the search.
const MAX_LOOKS: u64 = 1_000_000;

/// What a cursor says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    /// When it was given out, milliseconds.
    issued_ms: i64,
    /// What "now" was for the first page, Unix seconds.
    now_s: i64,
    /// The newest message that counts.
    until: i64,
    after: SearchPlace,
}

impl Service {
    /// Searches the messages of the session's user.
    pub(super) async fn search(&self, session: &Mailbox, req: SearchRequest) -> Result<SearchReply, Refused> {
        let config = &self.config;
        if !config.search_cloud_enabled {
            let text = "searching messages is switched off on this server (search.cloud.enabled)";
            return Err(Refused::new(code::SERVICE_OFF, text));
        }
        let now_ms = self.clock.now_ms();
        if !self.searches.allow(session.account, now_ms) {
            let text = format!("more than {} searches in a second", config.search_cloud_rate);
            return Err(Refused::new(code::FREQ_LIMIT, text));
        }
        let words = self.check_search(&req)?;
        let app = self.app(session.app_id)?;
        let cursor = match req.cursor.as_str() {
            "" => None,
            given => Some(
                read_cursor(&app.keys, session.account, &req, given)
                    .filter(|cursor| {
                        let age_ms = now_ms.saturating_sub(cursor.issued_ms);
                        age_ms <= i64::from(config.search_cloud_cursor_ttl_s) * 1000
                    })
                    .ok_or_else(|| {
                        let text = "the search cursor is too old, or of another search";
                        invalid(text)
                    })?,
            ),
        };
        let now_s = cursor.map_or(now_ms.div_euclid(1000), |c| c.now_s);
        let seconds = |s: u64| i64::try_from(s).unwrap_or(i64::MAX);
        let to = match req.time_position_s {
            0 => now_s,
            position => seconds(position),
        };
        let from = match req.time_period_s {
            0 => i64::MIN,
            period => to.saturating_sub(seconds(period)),
        };
        let peer = match &req.conversation {
            // There are no groups to be a member of.
            Some(one) if one.r#type == GROUP => return Ok(SearchReply::default()),
            Some(one) if !one.id.is_empty() => Some(one.id.clone()),
            _ => None,
        };
        let count = match req.count {
            0 => config.search_cloud_default_count,
            count => count,
        };
        let op = SearchMessages {
            app_id: session.app_id,
            account: session.account,
            keywords: words,
            all: req.match_all,
            senders: req.senders.clone(),
            kinds: if req.kinds == 0 { KINDS } else { req.kinds & KINDS },
            peer,
            times: (from, to),
            until: cursor.map(|c| c.until),
            after: cursor.map(|c| c.after),
            count,
            count_to: COUNT_TO,
            max_bytes: REPLY_BYTES,
            max_looks: MAX_LOOKS,
        };
        let page = self.storage.search(op).await;
        let page = page.map_err(|error| storage_refused(&error, code::MESSAGE_INTERNAL))?;
        if page.gave_up {
            let text =
                "the search would look at too many messages; search one conversation, or a shorter time";
            return Err(Refused::new(code::OVERLOAD, text));
        }
        let cursor = page.next.and_then(|after| {
            let cursor = Cursor {
                issued_ms: now_ms,
                now_s,
                until: page.until,
                after,
            };
            write_cursor(&app.keys, session.account, &req, cursor)
        });
        let mut items = page.items;
        for message in items.iter_mut().flat_map(|item| &mut item.messages) {
            *message = self.outgoing(session, message);
        }
        Ok(SearchReply {
            total: page.total,
            items,
            cursor: cursor.unwrap_or_default(),
        })
    }

    /// Checks what is asked for; the keywords that are left.
    fn check_search(&self, req: &SearchRequest) -> Result<Vec<String>, Refused> {
        let config = &self.config;
        let chars = config.search_keyword_chars as usize;
        let words = keywords(&req.keywords, config.search_keywords as usize, chars)
            .map_err(|fault| invalid(format!("keywords: {fault}")))?;
        if req.senders.len() > config.search_senders as usize {
            return Err(invalid(format!(
                "{} senders, at most {} are allowed",
                req.senders.len(),
                config.search_senders
            )));
        }
        if req.kinds != 0 && req.kinds & KINDS == 0 {
            return Err(invalid("kinds: no kind that can be searched"));
        }
        if words.is_empty() && req.senders.is_empty() && req.kinds == 0 {
            return Err(invalid("no keyword, and neither senders nor kinds"));
        }
        if req.count > config.search_cloud_max_count {
            return Err(invalid(format!(
                "count is {}, at most {} are allowed",
                req.count, config.search_cloud_max_count
            )));
        }
        match &req.conversation {
            None => {}
            Some(one) if one.r#type == C2C && (one.id.is_empty() || valid_user_id(&one.id, false)) => {}
            // Nobody's conversation: nothing is found in it.
            Some(one) if one.r#type == C2C || one.r#type == GROUP => {}
            Some(one) => {
                return Err(invalid(format!(
                    "conversation type {} is neither one-to-one (1) nor group (2)",
                    one.r#type
                )));
            }
        }
        Ok(words)
    }
}

fn invalid(text: impl Into<String>) -> Refused {
    Refused::new(code::INVALID_PARAMETERS, text)
}

/// The seal of a cursor: over what it says, whose it is, and everything else that was asked for.
fn seal(key: &str, account: AccountNo, req: &SearchRequest, says: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    let asked = SearchRequest {
        cursor: String::new(),
        ..req.clone()
    };
    mac.update(b"search cursor");
    mac.update(&account.to_be_bytes());
    mac.update(&(says.len() as u64).to_be_bytes());
    mac.update(says);
    mac.update(&asked.encode_to_vec());
    Some(mac)
}

/// Bytes of a cursor before its seal.
const SAYS: usize = 41;

fn write_cursor(keys: &[String], account: AccountNo, req: &SearchRequest, cursor: Cursor) -> Option<String> {
    let mut bytes = Vec::with_capacity(SAYS + 32);
    let (form, a, b) = match cursor.after {
        SearchPlace::Conversation(time_ms, peer) => (0u8, time_ms, peer),
        SearchPlace::Seq(seq) => (1, seq.cast_signed(), 0),
    };
    bytes.push(form);
    for number in [cursor.issued_ms, cursor.now_s, cursor.until, a, b] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    let seal = seal(keys.first()?, account, req, &bytes)?.finalize().into_bytes();
    bytes.extend_from_slice(&seal);
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// None for what this server did not write for this user and search.
fn read_cursor(keys: &[String], account: AccountNo, req: &SearchRequest, given: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(given).ok()?;
    let (says, given_seal) = bytes.split_at_checked(SAYS)?;
    // The key may have been replaced since.
    let genuine = keys
        .iter()
        .any(|key| seal(key, account, req, says).is_some_and(|mac| mac.verify_slice(given_seal).is_ok()));
    if !genuine {
        return None;
    }
    let (&form, numbers) = says.split_first()?;
    let mut numbers = numbers
        .chunks_exact(8)
        .map(|b| b.try_into().map(i64::from_be_bytes).unwrap_or(0));
    let (issued_ms, now_s, until) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let (a, b) = (numbers.next()?, numbers.next()?);
    let after = match form {
        0 => SearchPlace::Conversation(a, b),
        _ => SearchPlace::Seq(a.cast_unsigned()),
    };
    Some(Cursor {
        issued_ms,
        now_s,
        until,
        after,
    })
}
