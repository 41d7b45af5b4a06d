//! The rules: who may do what, in which order things are checked, what a refusal is called.
//!
//! [`Service`] owns no thread, timer or runtime. Its operations are futures that anything may poll; what
//! happens with time happens in [`Service::tick`], which whoever runs the service calls every second.

use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use timbre_protocol::{Limits, LoginReply, request, response};

use crate::clock::{Clock, Entropy};
use crate::config::Config;
use crate::error::{Refused, code};
use crate::hub::{Hub, Mailbox};
use crate::media::{Media, urls::Urls};
use crate::storage::{App, Storage, StorageError};

mod annotations;
mod conversations;
pub mod limits;
mod media;
mod messages;
mod operations;
pub mod options;
pub mod providers;
mod rates;
mod recordings;
mod retention;
pub mod session;
mod translation;

use limits::LoginLimits;
use rates::Rates;
pub use retention::Sweep;
use translation::Languages;

/// Requests that one core may have under way.
pub const REQUESTS_IN_FLIGHT: u32 = 1000;
/// Bytes of entries or messages in one answer.
const REPLY_BYTES: usize = 512 << 10;

/// An operation under way.
pub type Operation<T> = Pin<Box<dyn Future<Output = Result<T, Refused>> + Send>>;
/// The answer to a request.
pub type Answer = Option<response::Body>;

/// A login that may still open a session although nobody waits for it any more.
pub type LoginOperation = Operation<(Arc<Mailbox>, LoginReply)>;

/// The rules, and what they work on.
pub struct Service {
    storage: Arc<dyn Storage>,
    hub: Arc<Hub>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    config: Config,
    apps: RwLock<HashMap<u64, Arc<App>>>,
    logins: LoginLimits,
    rates: Rates,
    languages: Languages,
    orphans: Mutex<Vec<LoginOperation>>,
    draining: AtomicBool,
    media: OnceLock<(Arc<Media>, Urls)>,
    leftovers: AtomicBool,
}

impl Service {
    /// A service over `storage` for `apps`; listens to its commits.
    pub fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        config: Config,
        apps: Vec<App>,
    ) -> Arc<Self> {
        let hub = Arc::new(Hub::default());
        let listener = hub.clone();
        storage.on_commit(Arc::new(move |events| listener.fan_out(events)));
        let logins = LoginLimits::new(config.logins_per_min, config.failed_logins_per_min);
        let rates = Rates::new(&config);
        let languages = Languages::new(&config, &clock, &entropy);
        let apps = RwLock::new(apps.into_iter().map(|app| (app.id, Arc::new(app))).collect());
        let orphans = Mutex::default();
        let draining = AtomicBool::new(false);
        Arc::new(Self {
            storage,
            hub,
            clock,
            entropy,
            config,
            apps,
            logins,
            rates,
            languages,
            orphans,
            draining,
            media: OnceLock::new(),
            leftovers: AtomicBool::new(true),
        })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Who is connected.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The store.
    pub fn storage(&self) -> &Arc<dyn Storage> {
        &self.storage
    }

    /// An app's id and keys have changed, or it is new.
    pub fn put_app(&self, app: App) {
        self.apps.write().insert(app.id, Arc::new(app));
    }

    /// From now on requests and links are refused with -10114.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// The service is shutting down.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// What is due at this time: to be called every second.
    pub fn tick(&self) {
        self.end_expired_sessions();
        self.logins.forget_old(self.clock.now_ms());
        self.rates.forget_old(self.clock.now_ms());
        let mut orphans = self.orphans.lock();
        orphans.retain_mut(
            |login| match login.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Pending => true,
                Poll::Ready(result) => {
                    if let Ok((mailbox, _)) = result {
                        self.link_lost(&mailbox);
                    }
                    false
                }
            },
        );
    }

    /// Takes over a login whose link has gone: once it is through, its session is closed again.
    pub fn adopt(&self, login: LoginOperation) {
        self.orphans.lock().push(login);
    }

    /// Starts what a logged-in session asks for; `key` is the request's idempotency key. Polled once, the future
    /// has queued its write: of two requests the one polled first takes effect first.
    pub fn handle(
        self: &Arc<Self>,
        session: &Arc<Mailbox>,
        key: Bytes,
        body: request::Body,
    ) -> Operation<Answer> {
        use request::Body;
        use response::Body as Reply;
        let (service, session) = (self.clone(), session.clone());
        match body {
            Body::Send(req) => {
                Box::pin(async move { service.send(&session, req).await.map(Reply::Send).map(Some) })
            }
            Body::CheckSend(req) => Box::pin(async move {
                service
                    .check_send(&session, req)
                    .await
                    .map(Reply::CheckSend)
                    .map(Some)
            }),
            Body::History(req) => {
                Box::pin(async move { service.history(&session, req).await.map(Reply::History).map(Some) })
            }
            Body::Pull(req) => {
                Box::pin(async move { service.pull(&session, req).await.map(Reply::Pull).map(Some) })
            }
            Body::Snapshot(_) => {
                Box::pin(async move { service.snapshot(&session).await.map(Reply::Snapshot).map(Some) })
            }
            Body::MarkRead(req) => Box::pin(async move {
                service
                    .mark_read(&session, req)
                    .await
                    .map(Reply::MarkRead)
                    .map(Some)
            }),
            Body::SendReceipts(req) => Box::pin(async move {
                let reply = service.send_receipts(&session, req).await?;
                Ok(Some(Reply::SendReceipts(reply)))
            }),
            Body::ReadReceipts(req) => Box::pin(async move {
                let reply = service.read_receipts(&session, req).await?;
                Ok(Some(Reply::ReadReceipts(reply)))
            }),
            Body::SetExtensions(req) => Box::pin(async move {
                let reply = service.set_extensions(&session, key, req).await?;
                Ok(Some(Reply::SetExtensions(reply)))
            }),
            Body::DeleteExtensions(req) => Box::pin(async move {
                let reply = service.delete_extensions(&session, key, req).await?;
                Ok(Some(Reply::DeleteExtensions(reply)))
            }),
            Body::GetExtensions(req) => Box::pin(async move {
                let reply = service.get_extensions(&session, req).await?;
                Ok(Some(Reply::GetExtensions(reply)))
            }),
            Body::React(req) => Box::pin(async move {
                let reply = service.react(&session, key, req).await?;
                Ok(Some(Reply::React(reply)))
            }),
            Body::GetReactions(req) => Box::pin(async move {
                let reply = service.get_reactions(&session, req).await?;
                Ok(Some(Reply::GetReactions(reply)))
            }),
            Body::GetReactionUsers(req) => Box::pin(async move {
                let reply = service.get_reaction_users(&session, req).await?;
                Ok(Some(Reply::GetReactionUsers(reply)))
            }),
            Body::SetReceiveOption(req) => Box::pin(async move {
                let reply = service.set_receive_option(&session, req).await?;
                Ok(Some(Reply::SetReceiveOption(reply)))
            }),
            Body::GetReceiveOptions(req) => Box::pin(async move {
                let reply = service.get_receive_options(&session, req).await?;
                Ok(Some(Reply::GetReceiveOptions(reply)))
            }),
            Body::SetDoNotDisturb(req) => Box::pin(async move {
                let reply = service.set_do_not_disturb(&session, req).await?;
                Ok(Some(Reply::SetDoNotDisturb(reply)))
            }),
            Body::GetDoNotDisturb(_) => Box::pin(async move {
                let reply = service.get_do_not_disturb(&session).await?;
                Ok(Some(Reply::GetDoNotDisturb(reply)))
            }),
            Body::Translate(req) => Box::pin(async move {
                let reply = service.translate(&session, req).await?;
                Ok(Some(Reply::Translate(reply)))
            }),
            Body::VoiceToText(req) => Box::pin(async move {
                let reply = service.voice_to_text(&session, req).await?;
                Ok(Some(Reply::VoiceToText(reply)))
            }),
            Body::Recall(req) => {
                Box::pin(async move { service.recall(&session, req).await.map(Reply::Recall).map(Some) })
            }
            Body::Modify(req) => {
                Box::pin(async move { service.modify(&session, req).await.map(Reply::Modify).map(Some) })
            }
            Body::Delete(req) => {
                Box::pin(async move { service.delete(&session, req).await.map(Reply::Delete).map(Some) })
            }
            Body::Clear(req) => {
                Box::pin(async move { service.clear(&session, req).await.map(Reply::Clear).map(Some) })
            }
            Body::Upload(req) => {
                Box::pin(async move { service.upload(&session, req).await.map(Reply::Upload).map(Some) })
            }
            Body::CommitUpload(req) => Box::pin(async move {
                service
                    .commit_upload(&session, req)
                    .await
                    .map(Reply::CommitUpload)
                    .map(Some)
            }),
            Body::MediaUrl(req) => Box::pin(async move {
                service
                    .media_url(&session, req)
                    .await
                    .map(Reply::MediaUrl)
                    .map(Some)
            }),
            Body::Login(_) | Body::Logout(_) | Body::SignOff(_) => Box::pin(async {
                // The gateway calls `login`, `logout` and `sign_off` for these.
                Err(Refused::new(
                    code::INVALID_PARAMETERS,
                    "a request that changes the session came out of turn",
                ))
            }),
        }
    }

    fn app(&self, id: u64) -> Result<Arc<App>, Refused> {
        let app = self.apps.read().get(&id).cloned();
        let app = app.ok_or_else(|| Refused::new(code::APP_NOT_FOUND, format!("unknown app id {id}")))?;
        if app.disabled {
            return Err(Refused::new(code::APP_FORBIDDEN, format!("app {id} is disabled")));
        }
        Ok(app)
    }

    fn limits(&self) -> Limits {
        let config = &self.config;
        Limits {
            msg_bytes: config.msg_bytes,
            elems_max: config.elems_max,
            history_page: config.history_page,
            auto_pages: config.auto_pages,
            c2c_unread_conversations: config.c2c_unread_conversations,
            c2c_unread_per_conversation: config.c2c_unread_per_conversation,
            c2c_unread_days: config.c2c_unread_days,
            heartbeat_interval_s: config.heartbeat_interval_s,
            requests_in_flight: REQUESTS_IN_FLIGHT,
            delete_max: config.delete_max,
            batch_max: config.batch_max,
            receipt_send_batch: config.receipt_send_batch,
            receipt_get_batch: config.receipt_get_batch,
            recvopt_batch: config.recvopt_batch,
            recvopt_rate: config.recvopt_rate,
            ext_key_bytes: config.ext_key_bytes,
            ext_value_bytes: config.ext_value_bytes,
            ext_per_call: config.ext_per_call,
            reaction_batch: config.reaction_batch,
            reaction_id_bytes: config.reaction_id_bytes,
            reaction_user_page: config.reaction_user_page,
            translate_max_texts: config.translate_max_texts,
            translate_max_chars: config.translate_max_chars,
            translation: self.languages.has_translation(),
            voice: self.languages.has_voice(),
            // One wait for a free slot and two attempts.
            translate_wait_ms: config.translate_timeout_ms.saturating_mul(3),
            voice_wait_ms: config.voice_timeout_ms.saturating_mul(3),
            image_max: config.media_image_max,
            sound_max: config.media_sound_max,
            video_max: config.media_video_max,
            file_max: config.media_file_max,
            merger_inline_max: config.merger_inline_max,
        }
    }
}

/// The refusal for a storage that failed; `internal` is the area's code.
fn storage_refused(error: &StorageError, internal: i32) -> Refused {
    match error {
        StorageError::Closed => Refused::new(code::OVERLOAD, "the server is shutting down"),
        StorageError::Overloaded => Refused::new(code::OVERLOAD, "the server is overloaded; try again later"),
        StorageError::Failed(_) => {
            Refused::new(internal, "internal error: the database refused the operation")
        }
    }
}

/// Checks a user id: 1 to 32 bytes of printable ASCII; with `strict` letters, digits, `_` and `-` only.
fn valid_user_id(id: &str, strict: bool) -> bool {
    let byte = |b: u8| match strict {
        true => b.is_ascii_alphanumeric() || b == b'_' || b == b'-',
        false => (0x20..=0x7e).contains(&b),
    };
    (1..=32).contains(&id.len()) && id.bytes().all(byte)
}

/// Where a client comes from.
pub type Address = IpAddr;
