//! Merged messages (spec 03 section 9): what of this device goes into one that is sent, and opening a received one.

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, MergedElement, MergedList};

use super::media::ListWaiter;
use super::user::User;
use super::{Done, Engine, Op};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::{Message, MessageDraft, ReadState, merged, message_array};

impl User {
    /// Puts the messages of this device in the place of those that a host has passed in: what is merged is what was
    /// sent, not what the host says it was. `ids` are the message ids of the list's items, in their order.
    pub(super) fn merge_own(&self, body: &mut Body, ids: &[String]) -> Result<(), Refusal> {
        let merged = body
            .elements
            .iter_mut()
            .find_map(|element| match &mut element.kind {
                Some(Kind::Merged(merged)) if !merged.own_list.is_empty() => Some(merged),
                _ => None,
            });
        let Some(element) = merged else { return Ok(()) };
        merged::with_own(element, ids, |id| {
            self.store
                .get(id)
                .map_err(|e| Refusal::new(e.code(), e.to_string()))
        })
    }
}

impl Engine {
    /// `TIMMsgDownloadMergerMessage`. What is on this device answers even without a session.
    pub(super) fn download_merged(&mut self, draft: Box<MessageDraft>, done: Done) {
        let element = match self.merged_element(&draft) {
            Ok(element) => element,
            // Who is logged in comes before what is wrong with the message.
            Err(refusal) => {
                if let Some((_, done)) = self.needs_login(Op::DownloadMerged(draft), done) {
                    self.refuse(done, refusal, "[]");
                }
                return;
            }
        };
        if self.user.is_some() {
            match self.list_here(&element) {
                Ok(Some(list)) => return self.answer_list(&list, done),
                Ok(None) => {}
                Err(refusal) => return self.refuse(done, refusal, "[]"),
            }
        }
        let Some((_, done)) = self.needs_login(Op::DownloadMerged(draft), done) else {
            return;
        };
        let file = element.file.unwrap_or_default();
        if file.id.is_empty() {
            let text = "the merged element has no list";
            return self.refuse(done, Refusal::invalid(text), "[]");
        }
        self.fetch_list(file.url, ListWaiter { done, id: file.id });
    }

    /// The merged element that a host means: of the message it has passed in, else of this device's copy.
    fn merged_element(&self, draft: &MessageDraft) -> Result<MergedElement, Refusal> {
        let merged = |body: &Body| {
            body.elements.iter().find_map(|element| match &element.kind {
                Some(Kind::Merged(merged)) => Some(merged.clone()),
                _ => None,
            })
        };
        let given = merged(&draft.body);
        let whole = |m: &MergedElement| {
            m.is_too_deep() || !m.list.is_empty() || !m.own_list.is_empty() || m.file.is_some()
        };
        if let Some(element) = given.filter(whole) {
            return Ok(element);
        }
        let own = match &self.user {
            Some(user) if !draft.given_id.is_empty() => user
                .store
                .get(&draft.given_id)
                .map_err(|e| Refusal::new(e.code(), e.to_string()))?,
            _ => None,
        };
        own.as_ref()
            .and_then(|message| merged(&message.body))
            .ok_or_else(|| Refusal::invalid("no relay element exist"))
    }

    /// The list, where it does not have to be fetched.
    fn list_here(&self, element: &MergedElement) -> Result<Option<Bytes>, Refusal> {
        if element.is_too_deep() {
            return Err(Refusal::new(
                code::MERGED_TOO_DEEP,
                "merged messages are nested more than 100 deep",
            ));
        }
        if let Some(list) = [&element.list, &element.own_list]
            .into_iter()
            .find(|l| !l.is_empty())
        {
            return Ok(Some(list.clone()));
        }
        match (&element.file, &self.user) {
            (Some(file), Some(user)) => user
                .store
                .merged_list(&file.id)
                .map_err(|e| Refusal::new(e.code(), e.to_string())),
            _ => Ok(None),
        }
    }

    /// A list was fetched, or could not be.
    pub(super) fn on_list(&mut self, waiter: ListWaiter, result: Result<Bytes, Refusal>) {
        let ListWaiter { done, id } = waiter;
        let list = result.and_then(|bytes| match MergedList::decode(bytes.clone()) {
            Ok(list) if !list.items.is_empty() => Ok(bytes),
            _ => Err(Refusal::new(
                code::DOWNLOAD_FAILED,
                "what was downloaded is no list of messages",
            )),
        });
        match list {
            Ok(list) => {
                if let Some(user) = &mut self.user {
                    let kept = user.store.keep_merged_list(&id, &list);
                    self.guard(kept);
                }
                self.answer_list(&list, done);
            }
            Err(refusal) => self.refuse(done, refusal, "[]"),
        }
    }

    fn answer_list(&mut self, list: &Bytes, done: Done) {
        let user = self.user.as_ref().map_or("", |u| u.id.as_str());
        let mut messages: Vec<Message> = merged::items(list);
        for message in &mut messages {
            message.from_self = message.sender == user;
        }
        let json = message_array(&messages, |_| ReadState::default());
        self.complete(done, Outcome::done(json));
    }
}
