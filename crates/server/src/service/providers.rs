//! HTTP services of others that translate texts and turn recordings into text.
//!
//! A call is a POST of a JSON object, signed with a shared secret. It is tried again once when the service does
//! not answer in time, cannot be reached, or answers with a 5xx. What is in a call is never logged.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use parking_lot::Mutex;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use sha2::Sha256;
use tokio::sync::Semaphore;

use crate::clock::{Clock, Entropy};
use crate::error::{Refused, code};
use crate::storage::AccountNo;

/// The largest answer that is read.
const MAX_ANSWER: usize = 1 << 20;
/// Characters of a service's own words that are passed on.
const MAX_WORDS: usize = 500;
const DAY_MS: i64 = 86_400_000;

/// What a service is reached with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Its address.
    pub url: String,
    /// Signs the calls; empty: they are not signed.
    pub secret: String,
    /// Further headers, `Name: value`.
    pub headers: Vec<String>,
    /// For one attempt.
    pub timeout_ms: u64,
    /// Languages that may be named; empty: any.
    pub languages: Vec<String>,
    /// Calls under way at a time.
    pub concurrency: u32,
    /// Calls of one user and day (UTC); 0: any number.
    pub daily_quota: u32,
}

/// One service.
pub struct Provider {
    http: reqwest::Client,
    settings: ProviderSettings,
    headers: HeaderMap,
    slots: Semaphore,
    used: Mutex<Used>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// Calls of the day.
#[derive(Default)]
struct Used {
    day: i64,
    calls: HashMap<AccountNo, u32>,
}

/// Why an attempt brought nothing.
enum Failure {
    /// Perhaps another one does.
    Again(String),
    Refused(Refused),
}

/// Reads headers written as `Name: value`; the first one that is none is the error.
pub fn parse_headers(lines: &[String]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let parsed = line.split_once(':').and_then(|(name, value)| {
            let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
            let mut value = HeaderValue::from_str(value.trim()).ok()?;
            value.set_sensitive(true);
            Some((name, value))
        });
        let (name, value) = parsed.ok_or_else(|| line.clone())?;
        headers.append(name, value);
    }
    Ok(headers)
}

impl Provider {
    /// A service; `settings` have been checked.
    pub fn new(settings: ProviderSettings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Somebody else may have been faster, with the same effect.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let http = reqwest::Client::builder()
            // A call is signed for one address.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client can be made");
        Self {
            http,
            headers: parse_headers(&settings.headers).unwrap_or_default(),
            slots: Semaphore::new(settings.concurrency as usize),
            settings,
            used: Mutex::default(),
            clock,
            entropy,
        }
    }

    /// Refuses a language that is not in the list of those allowed.
    pub fn check_language(&self, language: &str) -> Result<(), Refused> {
        let allowed = &self.settings.languages;
        if allowed.is_empty() || allowed.iter().any(|known| known.eq_ignore_ascii_case(language)) {
            return Ok(());
        }
        Err(Refused::new(
            code::INVALID_PARAMETERS,
            format!("the language {language:?} is not offered on this server"),
        ))
    }

    /// Counts a call of `account`; -10113 when it is one too many today.
    pub fn count(&self, account: AccountNo) -> Result<(), Refused> {
        let most = self.settings.daily_quota;
        if most == 0 {
            return Ok(());
        }
        let today = self.clock.now_ms().div_euclid(DAY_MS);
        let mut used = self.used.lock();
        if used.day != today {
            *used = Used {
                day: today,
                ..Used::default()
            };
        }
        let calls = used.calls.entry(account).or_default();
        if *calls >= most {
            return Err(Refused::new(
                code::FREQ_LIMIT,
                format!("the daily quota of {most} calls is used up"),
            ));
        }
        *calls += 1;
        Ok(())
    }

    /// One call.
    pub async fn call(&self, body: &Value) -> Result<Value, Refused> {
        let timeout = Duration::from_millis(self.settings.timeout_ms);
        let body = bytes::Bytes::from(body.to_string());
        let id = format!("{:016x}{:016x}", self.entropy.next_u64(), self.entropy.next_u64());
        let Ok(Ok(_slot)) = tokio::time::timeout(timeout, self.slots.acquire()).await else {
            return Err(unreachable("it has too much to do"));
        };
        let mut last = String::new();
        for _ in 0..2 {
            let attempt = tokio::time::timeout(timeout, self.attempt(body.clone(), &id)).await;
            match attempt {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(Failure::Refused(refused))) => return Err(refused),
                Ok(Err(Failure::Again(why))) => last = why,
                Err(_) => last = "no answer in time".to_owned(),
            }
            tracing::debug!(request = id, why = last, "a provider failed");
        }
        Err(unreachable(&last))
    }

    async fn attempt(&self, body: bytes::Bytes, id: &str) -> Result<Value, Failure> {
        let mut request = self
            .http
            .post(&self.settings.url)
            .headers(self.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("X-Timbre-Timestamp", self.clock.now_s().to_string())
            .header("X-Timbre-Request-Id", id);
        if !self.settings.secret.is_empty() {
            request = request.header("X-Timbre-Signature", signature(&self.settings.secret, &body));
        }
        // The error's own words hold the address, which may hold a key.
        let mut response = request
            .body(body)
            .send()
            .await
            .map_err(|_| Failure::Again("it cannot be reached".to_owned()))?;
        let status = response.status();
        if status.is_server_error() {
            return Err(Failure::Again(format!(
                "it answers with status {}",
                status.as_u16()
            )));
        }
        let mut answer = Vec::new();
        while let Some(part) = response
            .chunk()
            .await
            .map_err(|_| Failure::Again("its answer breaks off".to_owned()))?
        {
            if answer.len() + part.len() > MAX_ANSWER {
                return Err(Failure::Refused(wrong_shape("its answer is larger than 1 MiB")));
            }
            answer.extend_from_slice(&part);
        }
        let value: Option<Value> = serde_json::from_slice(&answer).ok();
        if status.is_client_error() {
            let words = value
                .as_ref()
                .and_then(|value| value["error"].as_str())
                .map(|words| words.chars().take(MAX_WORDS).collect());
            let text =
                words.unwrap_or_else(|| format!("the provider answers with status {}", status.as_u16()));
            return Err(Failure::Refused(Refused::new(code::INVALID_PARAMETERS, text)));
        }
        match value {
            Some(value) if status == reqwest::StatusCode::OK => Ok(value),
            Some(_) => Err(Failure::Refused(wrong_shape(&format!(
                "it answers with status {}",
                status.as_u16()
            )))),
            None => Err(Failure::Refused(wrong_shape("its answer is no JSON"))),
        }
    }
}

/// The hexadecimal HMAC-SHA256 of a body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key may have any length");
    mac.update(body);
    timbre_protocol::hex::encode(&mac.finalize().into_bytes())
}

fn unreachable(why: &str) -> Refused {
    Refused::new(code::HTTP_FAILED, format!("the provider does not serve: {why}"))
}

/// 6001: an answer that is not as it should be.
pub(super) fn wrong_shape(why: &str) -> Refused {
    Refused::new(
        code::PARSE_FAILED,
        format!("the provider's answer cannot be used: {why}"),
    )
}
