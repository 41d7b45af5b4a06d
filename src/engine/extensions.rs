//! Keys and values that are attached to messages (spec 04 section 11).
//!
//! Each key has a version. A write names the one that this device knows; when somebody else was first, the server
//! answers with what there is now, which is kept, so that a second call of the host succeeds. Nothing is written a
//! second time by the core itself.

use std::collections::HashMap;

use timbre_protocol::{
    DeleteExtensionsRequest, Extension, ExtensionWrite, ExtensionsChanged, ExtensionsReply,
    GetExtensionsReply, GetExtensionsRequest, Limits, SetExtensionsRequest, flags, request, response,
};

use super::login::is_network;
use super::receipts::derived_id;
use super::reference::Reference;
use super::requests::Policy;
use super::{Done, Engine, EventKind, Op};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::{Checked, JsonValue as _, ObjectWriter, push_array};
use crate::model::messages::MessageDraft;
use crate::model::messages::objects::{MessageExtension, MessageExtensionResult};
use crate::store::StoreError;

/// A call about the extensions of a message.
#[derive(Debug)]
pub struct ExtensionOp {
    /// The message.
    pub message: MessageDraft,
    /// What to do.
    pub action: ExtensionAction,
}

/// What to do with extensions.
#[derive(Debug)]
pub enum ExtensionAction {
    /// `TIMMsgSetMessageExtensions`: the extensions, and the first of their values that is not allowed.
    Set(Checked<Vec<MessageExtension>>),
    /// `TIMMsgGetMessageExtensions`.
    Get,
    /// `TIMMsgDeleteMessageExtensions`; no key: all.
    Delete(Vec<String>),
}

impl Engine {
    pub(super) fn extensions(&mut self, op: Box<ExtensionOp>, done: Done) {
        let Some((Op::Extensions(op), done)) = self.needs_login(Op::Extensions(op), done) else {
            return;
        };
        let ExtensionOp { message, action } = *op;
        let ready = self
            .room_for_request()
            .and_then(|()| self.extended_message(&message));
        let result = match (ready, action) {
            (Err(refusal), _) => Err((refusal, done)),
            (Ok((found, id)), ExtensionAction::Get) => {
                self.get_extensions(&found, id, done);
                Ok(())
            }
            (Ok((found, id)), ExtensionAction::Set(extensions)) => match self.writes_of(&id, extensions) {
                Ok(writes) => {
                    let body = SetExtensionsRequest {
                        conversation: Some(found.conv().to_wire()),
                        message: Some(found.name()),
                        writes,
                    };
                    self.write_extensions(request::Body::SetExtensions(body), id, done);
                    Ok(())
                }
                Err(refusal) => Err((refusal, done)),
            },
            (Ok((found, id)), ExtensionAction::Delete(keys)) => match self.deletion_of(&found, &id, keys) {
                Ok(body) => {
                    self.write_extensions(request::Body::DeleteExtensions(body), id, done);
                    Ok(())
                }
                Err(refusal) => Err((refusal, done)),
            },
        };
        if let Err((refusal, done)) = result {
            self.refuse(done, refusal, "");
        }
    }

    /// The message of a call and the id that its extensions are kept under.
    fn extended_message(&mut self, draft: &MessageDraft) -> Result<(Reference, String), Refusal> {
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let found = user.resolve(draft)?;
        found.must_be_sent(false)?;
        if found.here().is_some_and(|m| m.flags & flags::EXTENSIONS == 0) {
            return Err(Refusal::invalid(
                "json_msg: the message was sent without message_support_message_extension",
            ));
        }
        let id = kept_under(&found, draft);
        Ok((found, id))
    }

    fn writes_of(
        &self,
        id: &str,
        extensions: Checked<Vec<MessageExtension>>,
    ) -> Result<Vec<ExtensionWrite>, Refusal> {
        if let Some(refusal) = extensions.refusal {
            return Err(refusal);
        }
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        check_count("json_extension_array", extensions.value.len(), 1, &user.limits)?;
        let mut writes: Vec<ExtensionWrite> = Vec::new();
        let mut place = HashMap::new();
        for MessageExtension { key, value } in extensions.value {
            check_key(&key, &user.limits)?;
            let most = user.limits.ext_value_bytes;
            if value.len() > most as usize {
                return Err(Refusal::invalid(format!(
                    "message_extension_value has {} bytes, the limit is {most}",
                    value.len()
                )));
            }
            // The last of two values for one key wins.
            match place.get(&key) {
                Some(&at) => {
                    if let Some(write) = writes.get_mut::<usize>(at) {
                        write.value = value;
                    }
                }
                None => {
                    let version = version_of(user.store.extension(id, &key))?;
                    place.insert(key.clone(), writes.len());
                    writes.push(ExtensionWrite { key, value, version });
                }
            }
        }
        Ok(writes)
    }

    fn deletion_of(
        &self,
        found: &Reference,
        id: &str,
        mut keys: Vec<String>,
    ) -> Result<DeleteExtensionsRequest, Refusal> {
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        check_count("json_extension_key_array", keys.len(), 0, &user.limits)?;
        let mut body = DeleteExtensionsRequest {
            conversation: Some(found.conv().to_wire()),
            message: Some(found.name()),
            all: keys.is_empty(),
            ..DeleteExtensionsRequest::default()
        };
        if body.all {
            body.known_seq = user
                .store
                .extension_head(id)
                .map_err(|e| Refusal::new(e.code(), e.to_string()))?;
        }
        let mut seen = std::collections::HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        for key in keys {
            check_key(&key, &user.limits)?;
            let version = version_of(user.store.extension(id, &key))?;
            body.keys.push(ExtensionWrite {
                key,
                version,
                ..ExtensionWrite::default()
            });
        }
        Ok(body)
    }

    fn write_extensions(&mut self, body: request::Body, id: String, done: Done) {
        self.request_once(body, Policy::Write, move |engine, result| match result {
            Ok(Some(response::Body::SetExtensions(reply) | response::Body::DeleteExtensions(reply))) => {
                let told = engine.note_outcomes(&id, reply);
                match told {
                    Ok(json) => engine.complete(done, Outcome::done(json)),
                    Err(error) => engine.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
                }
            }
            other => engine.refuse_answer(other, done, ""),
        });
    }

    fn note_outcomes(&mut self, id: &str, reply: ExtensionsReply) -> Result<String, StoreError> {
        let mut told = Vec::new();
        for outcome in reply.outcomes {
            let now = outcome.now.unwrap_or_default();
            if let Some(user) = &mut self.user {
                user.store.put_extension(id, &now, outcome.code != 0)?;
            }
            told.push(MessageExtensionResult {
                code: u32::try_from(outcome.code).unwrap_or(0),
                info: outcome.text,
                item: MessageExtension {
                    key: now.key,
                    value: now.value,
                },
            });
        }
        let mut json = String::new();
        told.push_json(&mut json);
        Ok(json)
    }

    fn get_extensions(&mut self, found: &Reference, id: String, done: Done) {
        let head = self.user.as_ref().map_or(Ok(0), |u| u.store.extension_head(&id));
        let after_seq = match head {
            Ok(head) => head,
            Err(error) => return self.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
        };
        let body = GetExtensionsRequest {
            conversation: Some(found.conv().to_wire()),
            message: Some(found.name()),
            after_seq,
        };
        self.request(
            request::Body::GetExtensions(body),
            Policy::Read,
            move |engine, result| {
                let merged = match result {
                    Ok(Some(response::Body::GetExtensions(reply))) => engine.merge_extensions(&id, &reply),
                    Err(refusal) if is_network(refusal.code) => Ok(()),
                    other => return engine.refuse_answer(other, done, ""),
                };
                let list = match &engine.user {
                    Some(user) => merged.and_then(|()| user.store.extensions(&id)),
                    None => Ok(Vec::new()),
                };
                match list {
                    Ok(list) => engine.complete(done, Outcome::done(pairs(&list))),
                    Err(error) => engine.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
                }
            },
        );
    }

    fn merge_extensions(&mut self, id: &str, reply: &GetExtensionsReply) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        if reply.full {
            user.store.forget_extensions(id)?;
        }
        for extension in &reply.extensions {
            user.store.put_extension(id, extension, false)?;
        }
        user.store.set_extension_head(id, reply.latest_seq)
    }

    /// Somebody has changed the extensions of a message, perhaps this device.
    pub(super) fn on_extensions(&mut self, change: &ExtensionsChanged) -> Result<(), StoreError> {
        let (Some(user), Some(name)) = (&mut self.user, &change.name) else {
            return Ok(());
        };
        let msg_id = match user.find_by_name(name)? {
            Some(message) => message.msg_id,
            None => derived_id(name),
        };
        for extension in &change.extensions {
            user.store.put_extension(&msg_id, extension, false)?;
        }
        // A device that has missed a change asks from where it stands.
        if user.store.extension_head(&msg_id)? == change.prev_seq {
            user.store.set_extension_head(&msg_id, change.latest_seq)?;
        }
        let (deleted, set): (Vec<_>, Vec<_>) = change.extensions.iter().cloned().partition(|e| e.deleted);
        if !set.is_empty() {
            let (msg_id, json) = (msg_id.clone(), pairs(&set));
            self.event(EventKind::ExtensionsChanged { msg_id, json });
        }
        if !deleted.is_empty() {
            let mut json = String::new();
            push_array(&mut json, &deleted, |out, extension| {
                ObjectWriter::new(out).string("message_extension_key", &extension.key);
            });
            self.event(EventKind::ExtensionsDeleted { msg_id, json });
        }
        Ok(())
    }
}

/// What is kept of a message that is not here is kept under the id that the host gives, or else under its numbers.
pub(super) fn kept_under(found: &Reference, draft: &MessageDraft) -> String {
    match found {
        Reference::Here(message) => message.msg_id.clone(),
        Reference::There { .. } if !draft.given_id.is_empty() => draft.given_id.clone(),
        Reference::There { conv, name } => format!(
            "{}/{}/{}/{}",
            conv.unique_id(),
            name.client_seq,
            name.random,
            name.server_time_s
        ),
    }
}

fn check_count(argument: &str, count: usize, least: usize, limits: &Limits) -> Result<(), Refusal> {
    let most = limits.ext_per_call as usize;
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "{argument} has {count} keys, {least} to {most} are allowed"
    )))
}

fn check_key(key: &str, limits: &Limits) -> Result<(), Refusal> {
    let most = limits.ext_key_bytes as usize;
    if (1..=most).contains(&key.len()) {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "message_extension_key has {} bytes, 1 to {most} are allowed",
        key.len()
    )))
}

fn version_of(kept: Result<Option<Extension>, StoreError>) -> Result<u64, Refusal> {
    kept.map(|kept| kept.map_or(0, |extension| extension.version))
        .map_err(|e| Refusal::new(e.code(), e.to_string()))
}

/// The pairs that are there, as hosts read them.
fn pairs(list: &[Extension]) -> String {
    let list: Vec<_> = list
        .iter()
        .filter(|extension| !extension.deleted)
        .map(|extension| MessageExtension {
            key: extension.key.clone(),
            value: extension.value.clone(),
        })
        .collect();
    let mut json = String::new();
    list.push_json(&mut json);
    json
}
