//! Texts in another language, and recordings as text (spec 04 section 14). The server asks a service for both; a
//! core only asks the server, and not even that when it has said at the login that it has no such service.

use timbre_protocol::{TranslateRequest, VoiceToTextRequest, request, response};

use super::requests::Policy;
use super::{Done, Engine, Op};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::JsonValue as _;
use crate::model::messages::objects::MessageTranslateTextResult;

/// A call about languages.
#[derive(Debug)]
pub enum LanguageOp {
    /// `TIMMsgTranslateText`.
    Translate {
        /// What to translate.
        texts: Vec<String>,
        /// `auto` or empty: found out.
        source: String,
        /// Language to translate into.
        target: String,
    },
    /// `TIMMsgConvertVoiceToText`.
    VoiceToText {
        /// Address of the recording.
        url: String,
        /// What is spoken; empty: up to the service.
        language: String,
    },
}

impl Engine {
    pub(super) fn languages(&mut self, op: LanguageOp, done: Done) {
        let Some((Op::Languages(op), done)) = self.needs_login(Op::Languages(op), done) else {
            return;
        };
        match op {
            LanguageOp::Translate {
                texts,
                source,
                target,
            } => self.translate(texts, source, target, done),
            LanguageOp::VoiceToText { url, language } => self.voice_to_text(url, language, done),
        }
    }

    fn translate(&mut self, texts: Vec<String>, source: String, target: String, done: Done) {
        let wait_ms = match self.check_translation(&texts) {
            Ok(wait_ms) => wait_ms,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let body = TranslateRequest {
            texts: texts.clone(),
            source,
            target,
        };
        self.request(
            request::Body::Translate(body),
            Policy::Patient(wait_ms),
            move |engine, result| match result {
                Ok(Some(response::Body::Translate(reply))) if reply.texts.len() == texts.len() => {
                    let pairs = texts.into_iter().zip(reply.texts);
                    let list: Vec<_> = pairs
                        .map(|(source_text, target_text)| MessageTranslateTextResult {
                            source_text,
                            target_text,
                        })
                        .collect();
                    let mut json = String::new();
                    list.push_json(&mut json);
                    engine.complete(done, Outcome::done(json));
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    /// Answers how long the server may take.
    fn check_translation(&self, texts: &[String]) -> Result<u32, Refusal> {
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let limits = &user.limits;
        if texts.len() > limits.translate_max_texts as usize {
            return Err(Refusal::invalid(format!(
                "json_source_text_array has {} texts, the limit is {}",
                texts.len(),
                limits.translate_max_texts
            )));
        }
        for text in texts {
            let (length, most) = (text.chars().count(), limits.translate_max_chars);
            if length == 0 || length > most as usize {
                return Err(Refusal::invalid(format!(
                    "json_source_text_array: a text has {length} characters, 1 to {most} are allowed"
                )));
            }
        }
        if !limits.translation {
            return Err(not_set_up("translation.provider"));
        }
        self.room_for_request()?;
        Ok(limits.translate_wait_ms)
    }

    fn voice_to_text(&mut self, url: String, language: String, done: Done) {
        let limits = self
            .user
            .as_ref()
            .map(|u| (u.limits.voice, u.limits.voice_wait_ms));
        let checked = match limits {
            Some((true, wait_ms)) => self.room_for_request().map(|()| wait_ms),
            Some((false, _)) => Err(not_set_up("voice.provider")),
            None => Err(Refusal::new(code::NOT_LOGGED_IN, "not login")),
        };
        let wait_ms = match checked {
            Ok(wait_ms) => wait_ms,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let body = VoiceToTextRequest { url, language };
        self.request(
            request::Body::VoiceToText(body),
            Policy::Patient(wait_ms),
            move |engine, result| match result {
                // The text itself, not JSON.
                Ok(Some(response::Body::VoiceToText(reply))) => {
                    engine.complete(done, Outcome::done(reply.text));
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }
}

fn not_set_up(setting: &str) -> Refusal {
    Refusal::new(
        code::NOT_SUPPORTED,
        format!("not supported: {setting} is none on this server"),
    )
}
