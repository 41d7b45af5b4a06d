//! Texts in another language, and recordings as text.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use timbre_protocol::{TranslateReply, TranslateRequest, VoiceToTextReply, VoiceToTextRequest};

use super::Service;
use super::providers::{Provider, wrong_shape};
use super::rates::Rate;
use super::recordings::Recording;
use crate::clock::{Clock, Entropy};
use crate::config::Config;
use crate::error::{Refused, code};
use crate::hub::Mailbox;

/// Translations that are remembered at most.
const MAX_REMEMBERED: usize = 10_000;
/// Find the language out.
const AUTO: &str = "auto";

type Key = ([u8; 32], String, String);

/// The two services, where they are set up, and translations of before.
pub(super) struct Languages {
    translation: Option<Provider>,
    voice: Option<Provider>,
    /// Translations, and until when they are good.
    remembered: Mutex<HashMap<Key, (String, i64)>>,
}

impl Languages {
    pub(super) fn new(config: &Config, clock: &Arc<dyn Clock>, entropy: &Arc<dyn Entropy>) -> Self {
        let provider = |settings| Provider::new(settings, clock.clone(), entropy.clone());
        Self {
            translation: config.translation_settings().map(provider),
            voice: config.voice_settings().map(provider),
            remembered: Mutex::default(),
        }
    }

    pub(super) fn has_translation(&self) -> bool {
        self.translation.is_some()
    }

    pub(super) fn has_voice(&self) -> bool {
        self.voice.is_some()
    }
}

fn wrong<T>(text: String) -> Result<T, Refused> {
    Err(Refused::new(code::INVALID_PARAMETERS, text))
}

fn not_set_up(setting: &str) -> Refused {
    Refused::new(
        code::NOT_SUPPORTED,
        format!("not supported: {setting} is none on this server"),
    )
}

impl Service {
    /// Translates texts.
    pub(super) async fn translate(
        &self,
        session: &Mailbox,
        req: TranslateRequest,
    ) -> Result<TranslateReply, Refused> {
        let config = &self.config;
        if req.texts.is_empty() || req.texts.len() > config.translate_max_texts as usize {
            return wrong(format!(
                "{} texts, 1 to {} are allowed",
                req.texts.len(),
                config.translate_max_texts
            ));
        }
        for text in &req.texts {
            let (length, most) = (text.chars().count(), config.translate_max_chars);
            if length == 0 || length > most as usize {
                return wrong(format!("a text has {length} characters, 1 to {most} are allowed"));
            }
        }
        if req.target.is_empty() {
            return wrong("target is empty".into());
        }
        let provider = self.languages.translation.as_ref();
        let provider = provider.ok_or_else(|| not_set_up("translation.provider"))?;
        provider.check_language(&req.target)?;
        let source = match req.source.as_str() {
            "" => AUTO,
            other => other,
        };
        if source != AUTO {
            provider.check_language(source)?;
        }
        self.rates
            .take(session.account, Rate::Translate, self.clock.now_ms())?;
        if source.eq_ignore_ascii_case(&req.target) {
            return Ok(TranslateReply { texts: req.texts });
        }
        let mut results: Vec<Option<String>> = req
            .texts
            .iter()
            .map(|text| self.remembered(text, source, &req.target))
            .collect();
        let missing: Vec<&str> = req
            .texts
            .iter()
            .zip(&results)
            .filter(|(_, known)| known.is_none())
            .map(|(text, _)| text.as_str())
            .collect();
        if !missing.is_empty() {
            provider.count(session.account)?;
            let body = json!({"texts": missing, "source": source, "target": req.target});
            let answer = provider.call(&body).await?;
            let translated = translations(&answer, &missing, &req.target)?;
            for (text, translation) in missing.iter().zip(&translated) {
                self.remember(text, source, &req.target, translation);
            }
            let mut translated = translated.into_iter();
            for result in results.iter_mut().filter(|result| result.is_none()) {
                *result = translated.next();
            }
        }
        Ok(TranslateReply {
            texts: results.into_iter().map(Option::unwrap_or_default).collect(),
        })
    }

    fn remembered(&self, text: &str, source: &str, target: &str) -> Option<String> {
        if self.config.translate_cache_ttl_secs == 0 {
            return None;
        }
        let remembered = self.languages.remembered.lock();
        let (translation, until) = remembered.get(&key(text, source, target))?;
        (self.clock.now_ms() < *until).then(|| translation.clone())
    }

    fn remember(&self, text: &str, source: &str, target: &str, translation: &str) {
        let ttl_s = i64::from(self.config.translate_cache_ttl_secs);
        if ttl_s == 0 {
            return;
        }
        let now_ms = self.clock.now_ms();
        let mut remembered = self.languages.remembered.lock();
        if remembered.len() >= MAX_REMEMBERED {
            remembered.retain(|_, (_, until)| now_ms < *until);
        }
        if remembered.len() < MAX_REMEMBERED {
            let entry = (translation.to_owned(), now_ms + ttl_s * 1000);
            remembered.insert(key(text, source, target), entry);
        }
    }

    /// Turns a recording into text.
    pub(super) async fn voice_to_text(
        &self,
        session: &Mailbox,
        req: VoiceToTextRequest,
    ) -> Result<VoiceToTextReply, Refused> {
        if req.url.is_empty() {
            return wrong("url is empty".into());
        }
        let provider = self.languages.voice.as_ref();
        let provider = provider.ok_or_else(|| not_set_up("voice.provider"))?;
        if !req.language.is_empty() {
            provider.check_language(&req.language)?;
        }
        self.rates
            .take(session.account, Rate::Voice, self.clock.now_ms())?;
        let recording = self.recording(session, &req.url).await?;
        let most = self.config.voice_max_secs;
        if recording.duration_s > most {
            return wrong(format!(
                "the recording has {} seconds, the limit is {most}",
                recording.duration_s
            ));
        }
        provider.count(session.account)?;
        let text = recognised(provider, &recording, &req.language).await?;
        Ok(VoiceToTextReply { text })
    }
}

fn key(text: &str, source: &str, target: &str) -> Key {
    let hash = Sha256::digest(text.as_bytes());
    (hash.into(), source.to_owned(), target.to_owned())
}

/// The translations in a service's answer. A text that turns out to be in the wanted language stays as it is.
fn translations(answer: &Value, texts: &[&str], target: &str) -> Result<Vec<String>, Refused> {
    let translated = strings(&answer["texts"]).ok_or_else(|| wrong_shape("it has no list of texts"))?;
    if translated.len() != texts.len() {
        return Err(wrong_shape(&format!(
            "{} texts for the {} that were given",
            translated.len(),
            texts.len()
        )));
    }
    let detected = strings(&answer["detected"]).unwrap_or_default();
    let same = |at: usize| {
        detected
            .get(at)
            .is_some_and(|language| language.eq_ignore_ascii_case(target))
    };
    Ok(translated
        .into_iter()
        .enumerate()
        .map(|(at, translation)| {
            if same(at) {
                texts[at].to_owned()
            } else {
                translation
            }
        })
        .collect())
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value
        .as_array()?
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// What a service hears in a recording.
pub(super) async fn recognised(
    provider: &Provider,
    recording: &Recording,
    language: &str,
) -> Result<String, Refused> {
    let body = json!({
        "url": recording.url,
        "language": language,
        "format": recording.format,
        "duration": recording.duration_s,
    });
    let answer = provider.call(&body).await?;
    let text = answer["text"].as_str();
    text.map(str::to_owned)
        .ok_or_else(|| wrong_shape("it has no text"))
}

#[cfg(test)]
#[path = "translation_tests.rs"]
mod tests;
