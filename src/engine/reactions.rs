//! Reactions to messages (spec 04 section 12). What the server answered last is kept for when it cannot be asked.

use timbre_protocol::{
    GetReactionUsersRequest, GetReactionsRequest, MessageReactions, ReactRequest, Reaction, ReactionsChanged,
    Reactor, request, response,
};

use super::extensions::kept_under;
use super::login::is_network;
use super::receipts::{derived_id, one_conversation};
use super::reference::Reference;
use super::requests::Policy;
use super::{Done, Engine, EventKind, Op};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::JsonValue as _;
use crate::model::messages::MessageDraft;
use crate::model::messages::objects::{
    MessageReaction, MessageReactionChangeInfo, MessageReactionResult, MessageReactionUserResult,
};
use crate::model::users::objects::UserProfile;
use crate::store::StoreError;

/// Users that can be asked for of each reaction; so many are always fetched, for the copy that is kept.
const NAMED_USERS: u32 = 10;

/// A call about reactions.
#[derive(Debug)]
pub enum ReactionOp {
    /// `TIMMsgAddMessageReaction` and `TIMMsgRemoveMessageReaction`.
    React {
        /// The message.
        message: Box<MessageDraft>,
        /// The reaction.
        reaction: String,
        /// Take it back.
        remove: bool,
    },
    /// `TIMMsgGetMessageReactions`.
    Get {
        /// The messages.
        messages: Vec<MessageDraft>,
        /// Users to name of each reaction.
        users: u32,
    },
    /// `TIMMsgGetAllUserListOfMessageReaction`.
    Users {
        /// The message.
        message: Box<MessageDraft>,
        /// The reaction.
        reaction: String,
        /// What the last page gave; 0 at first.
        next: u32,
        /// Users of a page.
        count: u32,
    },
}

/// One message of a call that asks for reactions.
struct Asked {
    id: String,
    found: Result<Reference, Refusal>,
}

impl Engine {
    pub(super) fn reactions(&mut self, op: ReactionOp, done: Done) {
        let Some((Op::Reactions(op), done)) = self.needs_login(Op::Reactions(op), done) else {
            return;
        };
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, "");
        }
        match op {
            ReactionOp::React {
                message,
                reaction,
                remove,
            } => self.react(&message, reaction, remove, done),
            ReactionOp::Get { messages, users } => self.get_reactions(&messages, users, done),
            ReactionOp::Users {
                message,
                reaction,
                next,
                count,
            } => self.reaction_users(&message, reaction, next, count, done),
        }
    }

    fn reacted_message(&mut self, draft: &MessageDraft, reaction: &str) -> Result<Reference, Refusal> {
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let most = user.limits.reaction_id_bytes;
        if reaction.len() > most as usize {
            return Err(Refusal::invalid(format!(
                "reaction_id has {} bytes, the limit is {most}",
                reaction.len()
            )));
        }
        let found = user.resolve(draft)?;
        found.must_be_sent(false)?;
        Ok(found)
    }

    fn react(&mut self, draft: &MessageDraft, reaction: String, remove: bool, done: Done) {
        let found = match self.reacted_message(draft, &reaction) {
            Ok(found) => found,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let body = ReactRequest {
            conversation: Some(found.conv().to_wire()),
            message: Some(found.name()),
            reaction,
            remove,
        };
        self.request_once(
            request::Body::React(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::React(_))) => engine.complete(done, Outcome::done("")),
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    fn get_reactions(&mut self, drafts: &[MessageDraft], users: u32, done: Done) {
        let asked = match self.asked(drafts, users) {
            Ok(asked) => asked,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let found: Vec<_> = asked.iter().filter_map(|one| one.found.as_ref().ok()).collect();
        let Some(conversation) = found.first().map(|r| r.conv().to_wire()) else {
            // The server has nothing to say of any of them.
            let list = results(&asked, Vec::new(), users);
            return self.complete(done, Outcome::done(list));
        };
        let body = GetReactionsRequest {
            conversation: Some(conversation),
            messages: found.iter().map(|r| r.name()).collect(),
            users: NAMED_USERS,
        };
        self.request(
            request::Body::GetReactions(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::GetReactions(reply))) => {
                    let kept = engine.keep_reactions(&asked, &reply.messages);
                    match kept {
                        Ok(()) => {
                            let list = results(&asked, reply.messages, users);
                            engine.complete(done, Outcome::done(list));
                        }
                        Err(error) => engine.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
                    }
                }
                Err(refusal) if is_network(refusal.code) => {
                    engine.answer_reactions_from_here(&asked, users, refusal, done);
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    fn asked(&mut self, drafts: &[MessageDraft], users: u32) -> Result<Vec<Asked>, Refusal> {
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let most = user.limits.reaction_batch;
        if drafts.len() > most as usize {
            let text = format!(
                "json_msg_array has {} messages, the limit is {most}",
                drafts.len()
            );
            return Err(Refusal::invalid(text));
        }
        if users > NAMED_USERS {
            return Err(Refusal::invalid(format!(
                "max_user_count_per_reaction is {users}, 0 to {NAMED_USERS} are allowed"
            )));
        }
        let asked: Vec<_> = drafts
            .iter()
            .map(|draft| {
                let found = user
                    .resolve(draft)
                    .and_then(|found| found.must_be_sent(false).map(|()| found));
                let id = match &found {
                    Ok(found) => kept_under(found, draft),
                    Err(_) => draft.given_id.clone(),
                };
                Asked { id, found }
            })
            .collect();
        one_conversation(asked.iter().filter_map(|one| one.found.as_ref().ok()))?;
        Ok(asked)
    }

    fn keep_reactions(&mut self, asked: &[Asked], answers: &[MessageReactions]) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let found = asked.iter().filter(|one| one.found.is_ok());
        for (one, answer) in found.zip(answers).filter(|(_, answer)| answer.code == 0) {
            user.store.put_reactions(&one.id, answer)?;
        }
        Ok(())
    }

    fn answer_reactions_from_here(&mut self, asked: &[Asked], users: u32, refusal: Refusal, done: Done) {
        let mut answers = Vec::new();
        let mut known = false;
        for one in asked.iter().filter(|one| one.found.is_ok()) {
            let kept = match &self.user {
                Some(user) => user.store.reactions(&one.id),
                None => Ok(None),
            };
            match kept {
                Ok(Some(kept)) => {
                    known = true;
                    answers.push(kept);
                }
                Ok(None) => answers.push(MessageReactions {
                    code: code::NET_DISCONNECT,
                    text: "no connection to the server, and never asked for before".to_owned(),
                    reactions: Vec::new(),
                }),
                Err(error) => return self.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
            }
        }
        if known {
            let list = results(asked, answers, users);
            self.complete(done, Outcome::done(list));
        } else {
            self.refuse(done, refusal, "");
        }
    }

    fn reaction_users(&mut self, draft: &MessageDraft, reaction: String, next: u32, count: u32, done: Done) {
        let most = self.user.as_ref().map_or(0, |u| u.limits.reaction_user_page);
        let checked = if (1..=most).contains(&count) {
            self.reacted_message(draft, &reaction)
        } else {
            Err(Refusal::invalid(format!(
                "count is {count}, 1 to {most} are allowed"
            )))
        };
        let found = match checked {
            Ok(found) => found,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let body = GetReactionUsersRequest {
            conversation: Some(found.conv().to_wire()),
            message: Some(found.name()),
            reaction,
            after: next,
            count,
        };
        self.request(
            request::Body::GetReactionUsers(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::GetReactionUsers(page))) => {
                    let page = MessageReactionUserResult {
                        user_info_array: page.users.iter().map(profile).collect(),
                        next_seq: page.next,
                        is_finished: page.finished,
                    };
                    let mut json = String::new();
                    page.push_json(&mut json);
                    engine.complete(done, Outcome::done(json));
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    /// Somebody has reacted to a message, perhaps this user.
    pub(super) fn on_reactions(&mut self, change: ReactionsChanged) -> Result<(), StoreError> {
        let (Some(user), Some(name)) = (&mut self.user, &change.name) else {
            return Ok(());
        };
        let msg_id = match user.find_by_name(name)? {
            Some(message) => message.msg_id,
            None => derived_id(name),
        };
        if let Some(mut kept) = user.store.reactions(&msg_id)? {
            for changed in &change.reactions {
                match kept.reactions.iter_mut().find(|known| known.id == changed.id) {
                    Some(known) => known.clone_from(changed),
                    None => kept.reactions.push(changed.clone()),
                }
            }
            kept.reactions.retain(|reaction| reaction.total > 0);
            user.store.put_reactions(&msg_id, &kept)?;
        }
        let told = vec![MessageReactionChangeInfo {
            msg_id,
            reaction_list: shown(change.reactions, NAMED_USERS),
        }];
        let mut json = String::new();
        told.push_json(&mut json);
        self.event(EventKind::ReactionsChanged { json });
        Ok(())
    }
}

/// One result for each message that was asked for; `answers` are those of the ones that were found.
fn results(asked: &[Asked], answers: Vec<MessageReactions>, users: u32) -> String {
    let mut answers = answers.into_iter();
    let list: Vec<_> = asked
        .iter()
        .map(|one| {
            let answer = match &one.found {
                Ok(_) => answers.next().unwrap_or_default(),
                Err(refusal) => MessageReactions {
                    code: refusal.code,
                    text: refusal.desc.to_string(),
                    reactions: Vec::new(),
                },
            };
            MessageReactionResult {
                code: u32::try_from(answer.code).unwrap_or(0),
                info: answer.text,
                msg_id: one.id.clone(),
                reaction_list: shown(answer.reactions, users),
            }
        })
        .collect();
    let mut json = String::new();
    list.push_json(&mut json);
    json
}

fn shown(reactions: Vec<Reaction>, users: u32) -> Vec<MessageReaction> {
    reactions
        .into_iter()
        .map(|reaction| MessageReaction {
            id: reaction.id,
            total_user_count: reaction.total,
            partial_user_info_array: reaction.users.iter().take(users as usize).map(profile).collect(),
            reacted_by_myself: reaction.mine,
        })
        .collect()
}

fn profile(user: &Reactor) -> UserProfile {
    UserProfile {
        identifier: user.user_id.clone(),
        nick_name: user.nick.clone(),
        face_url: user.face.clone(),
        ..UserProfile::default()
    }
}
