//! Messages between the wire, the store and the host: conversion, finding by id, local custom data.

use std::collections::HashMap;

use super::user::User;
use super::{Done, Engine};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::Checked;
use crate::model::messages::objects::MsgLocator;
use crate::model::messages::{ConvKey, Message, MessageDraft, message_array};
use crate::store::StoreError;

/// The most locators of one call (spec 04 section 7.2).
const MAX_LOCATORS: usize = 100;

impl User {
    fn at_locators(&mut self, conv: &ConvKey, locators: &[MsgLocator]) -> Result<Vec<Message>, StoreError> {
        let Some(row) = self.conversation(conv)?.map(|c| c.row) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for locator in locators {
            // No message is of a time that its milliseconds do not fit.
            let Ok(second) = i64::try_from(locator.time) else {
                continue;
            };
            let candidates = self.store.at_second(row, second)?;
            found.extend(candidates.into_iter().find(|m| m.is_at(locator)));
        }
        Ok(found)
    }
}

impl Engine {
    /// One message as JSON, with the read state of its conversation.
    pub(super) fn message_json(&mut self, message: &Message) -> String {
        let state = match &mut self.user {
            Some(user) => user
                .conversation(&message.conv)
                .ok()
                .flatten()
                .map(|c| c.read_state())
                .unwrap_or_default(),
            None => Default::default(),
        };
        let mut json = String::new();
        crate::model::messages::write_message(&mut json, message, state);
        json
    }

    /// Several messages as a JSON array.
    pub(super) fn messages_json(&mut self, messages: &[Message]) -> Result<String, StoreError> {
        let Some(user) = &mut self.user else {
            return Ok("[]".to_owned());
        };
        let mut states = HashMap::new();
        for message in messages {
            let state = user
                .conversation(&message.conv)?
                .map(|c| c.read_state())
                .unwrap_or_default();
            states.insert(&message.conv, state);
        }
        Ok(message_array(messages, |m| {
            states.get(&m.conv).copied().unwrap_or_default()
        }))
    }

    /// `TIMMsgFindMessages` (spec 03 section 13).
    pub(super) fn find_messages(&mut self, ids: &[String], done: Done) {
        let Some(user) = &self.user else {
            return self.complete(
                done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", "[]"),
            );
        };
        let found = user.store.find(ids);
        let json = found.and_then(|messages| self.messages_json(&messages));
        self.answer(done, json, "[]");
    }

    /// `TIMMsgFindByMsgLocatorList` (FM-06): what each locator names, in their order; each names at most one.
    pub(super) fn find_by_locators(
        &mut self,
        conv: &ConvKey,
        locators: Checked<Vec<MsgLocator>>,
        done: Done,
    ) {
        let Some(user) = &mut self.user else {
            return self.complete(
                done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", "[]"),
            );
        };
        let refusal = locators.refusal.or_else(|| {
            (locators.value.len() > MAX_LOCATORS)
                .then(|| Refusal::invalid("json_msg_locator_array has more than 100 locators"))
        });
        if let Some(refusal) = refusal {
            return self.refuse(done, refusal, "[]");
        }
        let found = user.at_locators(conv, &locators.value);
        let json = found.and_then(|messages| self.messages_json(&messages));
        self.answer(done, json, "[]");
    }

    /// `TIMMsgSetLocalCustomData` (MSG-024, MSG-025): an unknown message is no error.
    pub(super) fn set_local_custom_data(&mut self, draft: &MessageDraft, done: Done) {
        if let Some(refusal) = &draft.refusal {
            return self.refuse(done, refusal.clone(), "");
        }
        let Some(user) = &mut self.user else {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not init database", ""));
        };
        let text = draft.custom_str.as_deref();
        let result = user
            .store
            .set_local_custom(&draft.given_id, text, draft.custom_int)
            .and_then(|changed| {
                if changed && let Some(message) = user.store.get(&draft.given_id)? {
                    user.refresh_preview(&message)?;
                }
                Ok(String::new())
            });
        self.answer(done, result, "");
    }

    /// Ends an operation of the message area with its result, or with what the store said.
    pub(super) fn answer(&mut self, done: Done, result: Result<String, StoreError>, empty: &str) {
        let outcome = match result {
            Ok(json) => Outcome::ok(json),
            Err(error) => Refusal::new(error.code(), error.to_string()).outcome(empty),
        };
        self.complete(done, outcome);
    }
}
