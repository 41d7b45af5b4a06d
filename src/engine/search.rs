//! `TIMMsgSearchLocalMessages` and `TIMMsgSearchCloudMessages` (spec 04 sections 15 and 16).

use std::collections::VecDeque;

use prost::Message as _;
use timbre_protocol::search::{keywords, wanted_kinds};
use timbre_protocol::{ChatMessage, Conversation, SearchReply, SearchRequest, request, response};

use super::requests::Policy;
use super::user::User;
use super::{Done, Engine, Op, ReadQuery};
use crate::model::enums::common::TIMConvType;
use crate::model::enums::messages::TIMKeywordListMatchType::TIMKeywordListMatchType_And;
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::{Checked, ObjectWriter, push_array};
use crate::model::messages::objects::MessageSearchParam;
use crate::model::messages::{ConvKey, ConvType, Message, Status, write_message};
use crate::store::StoreError;
use crate::store::search::{Found, FoundIn, Scope, SearchQuery};

/// What a search that fails answers with.
pub(super) const NOTHING: &str =
    r#"{"msg_search_result_search_cursor":"","msg_search_result_total_count":0}"#;

/// A parameter object whose values are allowed.
struct Wanted {
    keywords: Vec<String>,
    all: bool,
    senders: Vec<String>,
    kinds: u32,
    /// Kinds were given.
    by_kind: bool,
    place: Place,
    /// Unix seconds; 0: now.
    position: u64,
    /// Seconds; 0: no limit.
    period: u64,
}

/// Where to look (spec 04 section 15.2).
enum Place {
    All,
    Type(ConvType),
    One(ConvKey),
}

/// When cloud searches were made, monotonic milliseconds.
#[derive(Debug, Default)]
pub(super) struct SearchTimes(VecDeque<u64>);

impl SearchTimes {
    /// Takes note of a search; false, and no note, when it would be one too many within a second.
    fn allow(&mut self, now: u64, rate: u32) -> bool {
        if rate == 0 {
            return true;
        }
        while self.0.front().is_some_and(|at| now.saturating_sub(*at) >= 1000) {
            self.0.pop_front();
        }
        if self.0.len() >= rate as usize {
            return false;
        }
        self.0.push_back(now);
        true
    }
}

impl User {
    /// Checks a parameter object (spec 04 section 15.1).
    fn wanted(&mut self, param: &Checked<MessageSearchParam>) -> Result<Wanted, Refusal> {
        if let Some(refusal) = &param.refusal {
            return Err(refusal.clone());
        }
        let param = &param.value;
        let limit = |told: u32, otherwise: usize| if told == 0 { otherwise } else { told as usize };
        let limits = &self.limits;
        let keywords = keywords(
            &param.keyword_array,
            limit(limits.search_keywords, timbre_protocol::search::KEYWORDS),
            limit(
                limits.search_keyword_chars,
                timbre_protocol::search::KEYWORD_CHARS,
            ),
        )
        .map_err(|fault| Refusal::invalid(format!("msg_search_param_keyword_array: {fault}")))?;
        let mut senders = param.sender_identifier_array.clone().unwrap_or_default();
        senders.retain(|sender| !sender.is_empty());
        senders.sort_unstable();
        senders.dedup();
        let most = limit(limits.search_senders, timbre_protocol::search::SENDERS);
        if senders.len() > most {
            let text = format!(
                "msg_search_param_send_identifier_array: {} different senders, at most {most} are allowed",
                senders.len()
            );
            return Err(Refusal::invalid(text));
        }
        let types = param.message_type_array.clone().unwrap_or_default();
        if keywords.is_empty() && senders.is_empty() && types.is_empty() {
            return Err(Refusal::invalid(
                "msg_search_param_keyword_array is empty, and neither senders nor types are given",
            ));
        }
        let place = self.place(param)?;
        Ok(Wanted {
            keywords,
            all: param.keyword_list_match_type == Some(TIMKeywordListMatchType_And),
            senders,
            kinds: wanted_kinds(&types),
            by_kind: !types.is_empty(),
            place,
            position: param.search_time_position.unwrap_or(0),
            period: param.search_time_period.unwrap_or(0),
        })
    }

    fn place(&mut self, param: &MessageSearchParam) -> Result<Place, Refusal> {
        let kind = match param.conv_type {
            None | Some(TIMConvType::kTIMConv_Invalid) => None,
            Some(TIMConvType::kTIMConv_C2C) => Some(ConvType::C2c),
            Some(TIMConvType::kTIMConv_Group) => Some(ConvType::Group),
            Some(_) => {
                return Err(Refusal::invalid(
                    "msg_search_param_conv_type: conversations of this type are not searched",
                ));
            }
        };
        let id = param.conv_id.as_deref().unwrap_or_default();
        Ok(match (id, kind) {
            ("", None) => Place::All,
            ("", Some(kind)) => Place::Type(kind),
            (id, Some(kind)) => Place::One(ConvKey {
                kind,
                id: id.to_owned(),
            }),
            (id, None) => Place::One(match ConvKey::from_unique_id(id) {
                Some(key) => key,
                None => {
                    let group = ConvKey {
                        kind: ConvType::Group,
                        id: id.to_owned(),
                    };
                    let known = self.conversation(&group);
                    match known.map_err(|e| Refusal::new(e.code(), e.to_string()))? {
                        Some(_) => group,
                        None => ConvKey::c2c(id),
                    }
                }
            }),
        })
    }

    /// The query for what is wanted; none when nothing can be found.
    fn search_query(
        &mut self,
        wanted: Wanted,
        param: &MessageSearchParam,
        now_s: u64,
    ) -> Result<Option<SearchQuery>, StoreError> {
        let scope = match wanted.place {
            Place::All => Scope::All,
            Place::Type(kind) => Scope::Type(kind),
            Place::One(key) => match self.conversation(&key)? {
                Some(conv) => Scope::One(conv.row),
                None => return Ok(None),
            },
        };
        if wanted.kinds == 0 {
            return Ok(None);
        }
        let seconds = |s: u64| i64::try_from(s).unwrap_or(i64::MAX);
        let end = if wanted.position == 0 {
            now_s
        } else {
            wanted.position
        };
        let from = match wanted.period {
            0 => i64::MIN,
            period => seconds(end).saturating_sub(seconds(period)),
        };
        // No message is of a time after now but by clocks that differ, and such a one is to be found.
        let to = if wanted.position == 0 {
            i64::MAX
        } else {
            seconds(end)
        };
        Ok(Some(SearchQuery {
            keywords: wanted.keywords,
            all: wanted.all,
            senders: wanted.senders,
            kinds: wanted.kinds,
            scope,
            times: (from, to),
            page: u64::from(param.page_index.unwrap_or(0)),
            page_size: u64::from(param.page_size.unwrap_or(0)),
        }))
    }

    /// What a cloud search found, with what this device alone knows of its messages. Nothing of it is stored.
    fn found_in_cloud(&mut self, reply: &SearchReply) -> Result<Found, StoreError> {
        let mut items = Vec::new();
        for item in &reply.items {
            let conversation = item.conversation.clone().unwrap_or_default();
            let Some(kind) = ConvType::from_number(conversation.r#type) else {
                continue;
            };
            let mut messages = Vec::new();
            for bytes in &item.messages {
                let wire = ChatMessage::decode(bytes.clone()).ok();
                if let Some(message) = wire.and_then(|wire| self.message_from_wire(wire)) {
                    messages.extend(self.with_local_state(message)?);
                }
            }
            items.push(FoundIn {
                conv: ConvKey {
                    kind,
                    id: conversation.id,
                },
                total: u64::from(item.total),
                messages,
            });
        }
        Ok(Found {
            total: u64::from(reply.total),
            items,
            damaged: false,
        })
    }

    /// None for a message that was deleted on this device.
    fn with_local_state(&mut self, mut message: Message) -> Result<Option<Message>, StoreError> {
        let known = match self.find_own(&message)? {
            Some(own) => Some(own),
            None => self.store.get(&message.msg_id)?,
        };
        if let Some(known) = known.filter(|known| known.conv == message.conv) {
            if known.status == Status::Deleted {
                return Ok(None);
            }
            message.msg_id = known.msg_id;
            message.custom_int = known.custom_int;
            message.custom_str = known.custom_str;
            message.receipt = known.receipt;
        }
        Ok(Some(message))
    }
}

impl Engine {
    /// `TIMMsgSearchLocalMessages`.
    pub(super) fn search_local(&mut self, param: &Checked<MessageSearchParam>, done: Done) {
        let now_s = u64::try_from(self.server_ms() / 1000).unwrap_or(0);
        let Some(user) = &mut self.user else {
            let outcome = Outcome::fail(code::NOT_LOGGED_IN, "not init database", NOTHING);
            return self.complete(done, outcome);
        };
        let wanted = match user.wanted(param) {
            Ok(wanted) => wanted,
            Err(refusal) => return self.refuse(done, refusal, NOTHING),
        };
        match user.search_query(wanted, &param.value, now_s) {
            Ok(None) => self.tell_found(&Found::default(), "", done),
            Ok(Some(query)) if user.store.path().is_some() => {
                self.ask_reader(ReadQuery::Search(Box::new(query)), done, NOTHING);
            }
            Ok(Some(query)) => match user.store.search(&query) {
                Ok(found) => self.tell_found(&found, "", done),
                Err(error) => self.refuse_search(&error, done),
            },
            Err(error) => self.refuse_search(&error, done),
        }
    }

    /// `TIMMsgSearchCloudMessages`.
    pub(super) fn search_cloud(&mut self, param: Box<Checked<MessageSearchParam>>, done: Done) {
        let Some((Op::SearchCloud(param), done)) = self.needs_login(Op::SearchCloud(param), done) else {
            return;
        };
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not login", NOTHING));
        };
        let wanted = user.wanted(&param).and_then(|wanted| {
            let count = param.value.search_count.unwrap_or(0);
            let most = match user.limits.search_cloud_max_count {
                0 => 100,
                most => most,
            };
            if count > most {
                let text = format!("msg_search_param_search_count is {count}, at most {most} are allowed");
                return Err(Refusal::invalid(text));
            }
            Ok(wanted)
        });
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(refusal) => return self.refuse(done, refusal, NOTHING),
        };
        if wanted.kinds == 0 {
            return self.tell_found(&Found::default(), "", done);
        }
        let rate = user.limits.search_cloud_rate;
        if !user.cloud_searches.allow(now, rate) {
            let text = format!("more than {rate} cloud searches in a second");
            return self.refuse(done, Refusal::new(code::FREQUENCY_LIMIT, text), NOTHING);
        }
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, NOTHING);
        }
        let body = SearchRequest {
            keywords: wanted.keywords,
            match_all: wanted.all,
            senders: wanted.senders,
            kinds: if wanted.by_kind { wanted.kinds } else { 0 },
            conversation: match wanted.place {
                Place::All => None,
                Place::Type(kind) => Some(Conversation {
                    r#type: kind.number(),
                    id: String::new(),
                }),
                Place::One(key) => Some(key.to_wire()),
            },
            time_position_s: wanted.position,
            time_period_s: wanted.period,
            count: param.value.search_count.unwrap_or(0),
            cursor: param.value.search_cursor.unwrap_or_default(),
        };
        self.request(
            request::Body::Search(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::Search(reply))) => engine.on_cloud_found(&reply, done),
                Ok(_) => {
                    let text = "the server's answer holds no result";
                    engine.refuse(done, Refusal::new(code::PARSE_RESPONSE_FAILED, text), NOTHING);
                }
                Err(refusal) => engine.refuse(done, refusal, NOTHING),
            },
        );
    }

    fn on_cloud_found(&mut self, reply: &SearchReply, done: Done) {
        let Some(user) = &mut self.user else {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not login", NOTHING));
        };
        match user.found_in_cloud(reply) {
            Ok(found) => self.tell_found(&found, &reply.cursor, done),
            Err(error) => self.refuse_search(&error, done),
        }
    }

    /// Ends a search with what was found.
    pub(super) fn tell_found(&mut self, found: &Found, cursor: &str, done: Done) {
        match self.found_json(found, cursor) {
            Ok(json) => self.complete(done, Outcome::done(json)),
            Err(error) => self.refuse_search(&error, done),
        }
    }

    fn refuse_search(&mut self, error: &StoreError, done: Done) {
        self.refuse(done, Refusal::new(error.code(), error.to_string()), NOTHING);
    }

    /// The MessageSearchResult object (spec 04 section 15.5).
    fn found_json(&mut self, found: &Found, cursor: &str) -> Result<String, StoreError> {
        let mut states = Vec::new();
        for item in &found.items {
            let conv = match &mut self.user {
                Some(user) if !item.messages.is_empty() => user.conversation(&item.conv)?,
                _ => None,
            };
            states.push(conv.map(|c| c.read_state()).unwrap_or_default());
        }
        let mut json = String::new();
        let mut w = ObjectWriter::new(&mut json);
        let items: Vec<_> = found.items.iter().zip(states).collect();
        w.raw("msg_search_result_item_array", |out| {
            push_array(out, &items, |out, (item, state)| {
                let mut w = ObjectWriter::new(out);
                w.string("msg_search_result_item_conv_id", &item.conv.id)
                    .uint(
                        "msg_search_result_item_conv_type",
                        u64::from(item.conv.kind.number()),
                    )
                    .raw("msg_search_result_item_message_array", |out| {
                        push_array(out, &item.messages, |out, m| write_message(out, m, *state));
                    })
                    .uint("msg_search_result_item_total_message_count", item.total);
            });
        })
        .string("msg_search_result_search_cursor", cursor)
        .uint("msg_search_result_total_count", found.total);
        drop(w);
        Ok(json)
    }
}
