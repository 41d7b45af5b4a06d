//! Login, logout, and what ends a session.

use std::net::IpAddr;
use std::sync::Arc;

use timbre_protocol::signed_out::Reason;
use timbre_protocol::{LoginReply, LoginRequest, Platform, SignOffRequest};

use super::{LoginOperation, Operation, Service, storage_refused, valid_user_id};
use crate::config::{Config, MultiTerminal};
use crate::error::{Refused, code};
use crate::hub::{Ending, Mailbox};
use crate::storage::{
    CloseSession, Device, DeviceInfo, DeviceState, Judge, Kick, OpenSession, SessionEnd, SessionOpened,
    Verdict,
};
use crate::usersig::{self, Verified};

const DAY_MS: i64 = 86_400_000;
const DEVICE_ID_BYTES: usize = 16;

impl Service {
    /// Logs a user in on the link whose session so far is `current`; `origin` is where its client came to. The checks' order: shape, rate, app,
    /// UserSig, revoked, banned, kick mark, multi-terminal policy. A refused login changes nothing.
    pub fn login(
        self: &Arc<Self>,
        current: Option<Arc<Mailbox>>,
        address: IpAddr,
        origin: Arc<str>,
        req: LoginRequest,
    ) -> LoginOperation {
        let service = self.clone();
        Box::pin(async move { service.log_in(current, address, origin, req).await })
    }

    async fn log_in(
        &self,
        current: Option<Arc<Mailbox>>,
        address: IpAddr,
        origin: Arc<str>,
        req: LoginRequest,
    ) -> Result<(Arc<Mailbox>, LoginReply), Refused> {
        let now_ms = self.clock.now_ms();
        self.check_shape(&req)?;
        // A core that comes back after a broken link does not count: on a bad network that happens often, and a
        // refusal would end its session.
        if !req.resume && !self.logins.allows_login(req.app_id, &req.user_id, now_ms) {
            return Err(too_many_logins());
        }
        let verified = self.check_signature(req.app_id, &req.user_id, &req.user_sig, address, now_ms)?;
        let opened = self
            .storage
            .open_session(self.open_operation(&req, verified, address, now_ms))
            .await
            .map_err(|error| storage_refused(&error, code::ACCOUNT_INTERNAL))?;
        let (account, generation, kicked) = match opened {
            SessionOpened::Opened {
                account,
                generation,
                kicked,
            } => (account, generation, kicked),
            SessionOpened::Refused(refused) => return Err(refused),
            SessionOpened::UnknownUser => {
                return Err(Refused::new(
                    code::ACCOUNT_NOT_FOUND,
                    "no such account, and auto_register is off",
                ));
            }
            SessionOpened::TooManyAccounts => {
                return Err(Refused::new(
                    code::ACCOUNT_LIMIT,
                    "the app has as many accounts as max_accounts allows",
                ));
            }
        };
        if !req.resume {
            self.logins.succeeded(req.app_id, &req.user_id, now_ms);
        }
        self.sign_out_kicked(account.no, &kicked);
        let mailbox = Mailbox::new(
            self.entropy.next_u64() >> 1,
            req.app_id,
            account.no,
            req.user_id,
            req.device_id.clone(),
            req.platform,
            generation,
            verified.expires_at,
        );
        let mailbox = Arc::new(mailbox.of_client(req.capabilities, origin));
        self.hub.register(mailbox.clone());
        // Entries from before the registration are in the head that is read after it; later ones are pushed.
        let view = self
            .storage
            .session_view(account.no, req.device_id, generation)
            .await;
        let view = view.map_err(|error| {
            self.link_lost(&mailbox);
            storage_refused(&error, code::ACCOUNT_INTERNAL)
        })?;
        if !view.current {
            // Another login came between and did not find this session in the hub yet.
            self.hub.end(&mailbox, Ending::Closed);
            return Err(Refused::new(
                code::KICKED_WHILE_AWAY,
                "displaced by another login",
            ));
        }
        mailbox.raise_head(view.head);
        if let Some(old) = current.filter(|old| old.account != account.no || old.device != mailbox.device) {
            drop(self.log_out(&old));
        }
        tracing::debug!(account = account.no, platform = mailbox.platform, "logged in");
        // A device that knows the epoch may stand at 0 and go on from there: its log was empty when it came.
        let reset = req.epoch != account.epoch || req.cursor < account.floor || req.cursor > view.head;
        let reply = LoginReply {
            tiny_id: account.no.unsigned_abs(),
            server_time_ms: self.clock.now_ms(),
            head: view.head,
            epoch: account.epoch,
            reset,
            sig_expires_at: verified.expires_at,
            limits: Some(self.limits()),
        };
        Ok((mailbox, reply))
    }

    fn check_shape(&self, req: &LoginRequest) -> Result<(), Refused> {
        let wrong = |text: String| Err(Refused::new(code::ACCOUNT_PARAMETERS, text));
        let config = &self.config;
        if !valid_user_id(&req.user_id, config.strict_user_id) {
            return wrong(match config.strict_user_id {
                true => "user_id: 1 to 32 letters, digits, _ or - are needed".into(),
                false => "user_id: 1 to 32 bytes of printable ASCII are needed".into(),
            });
        }
        if req.device_id.len() != DEVICE_ID_BYTES {
            return wrong(format!(
                "device_id has {} bytes, {DEVICE_ID_BYTES} are needed",
                req.device_id.len()
            ));
        }
        if Platform::try_from(req.platform).is_err() {
            return wrong(format!("platform {} is unknown", req.platform));
        }
        let lengths = [
            ("device_type", req.device_type.len(), config.device_type_bytes),
            (
                "system_version",
                req.system_version.len(),
                config.system_version_bytes,
            ),
            ("sdk_version", req.sdk_version.len(), 64),
            (
                "user_define_data",
                req.user_define_data.len(),
                config.user_define_bytes,
            ),
            (
                "custom_login_info",
                req.custom_login_info.len(),
                config.custom_login_info_bytes,
            ),
        ];
        for (name, length, limit) in lengths {
            if length > limit as usize {
                return wrong(format!("{name} has {length} bytes, the limit is {limit}"));
            }
        }
        Ok(())
    }

    fn check_signature(
        &self,
        app_id: u64,
        user_id: &str,
        user_sig: &str,
        address: IpAddr,
        now_ms: i64,
    ) -> Result<Verified, Refused> {
        if !self.logins.allows_attempt(app_id, user_id, address, now_ms) {
            return Err(too_many_logins());
        }
        let app = self.app(app_id)?;
        let limit = self.config.usersig_bytes as usize;
        let checked = if user_sig.len() > limit {
            Err(Refused::new(
                code::SIG_DAMAGED,
                format!("user_sig has {} bytes, the limit is {limit}", user_sig.len()),
            ))
        } else {
            let cap = self.config.usersig_max_expire_s;
            usersig::verify(&app, user_id, user_sig, now_ms.div_euclid(1000), cap)
        };
        checked.inspect_err(|_| self.logins.failed(app_id, user_id, address, now_ms))
    }

    fn open_operation(
        &self,
        req: &LoginRequest,
        verified: Verified,
        address: IpAddr,
        now_ms: i64,
    ) -> OpenSession {
        OpenSession {
            app_id: req.app_id,
            user_id: req.user_id.clone(),
            create_epoch: self.config.auto_register.then(|| self.entropy.next_u64().max(1)),
            max_accounts: self.config.max_accounts,
            device: req.device_id.clone(),
            platform: req.platform,
            info: DeviceInfo {
                device_type: req.device_type.clone(),
                system_version: req.system_version.clone(),
                brand: req.brand,
                ui_platform: req.ui_platform,
                sdk_version: req.sdk_version.clone(),
                user_define_data: req.user_define_data.clone(),
                custom_login_info: req.custom_login_info.clone(),
                address: address.to_string(),
            },
            zone_offset_s: req.zone_offset_s,
            now_ms,
            judge: judge(&self.config, req, verified, now_ms),
        }
    }

    fn sign_out_kicked(&self, account: i64, kicked: &[Kick]) {
        if kicked.is_empty() {
            return;
        }
        for mailbox in self.hub.sessions(account) {
            let Some(kick) = kicked.iter().find(|kick| kick.device == mailbox.device) else {
                continue;
            };
            let (reason, text) = match kick.same_platform {
                true => (
                    Reason::SamePlatform,
                    "logged in on another device of this platform",
                ),
                false => (Reason::OtherPlatform, "logged in on another platform"),
            };
            self.hub.end(&mailbox, Ending::SignedOut(reason, text.into()));
        }
    }

    /// Ends a session at its own wish.
    pub fn logout(self: &Arc<Self>, session: &Arc<Mailbox>) -> Operation<()> {
        let closed = self.log_out(session);
        Box::pin(async move {
            closed
                .await
                .map_err(|error| storage_refused(&error, code::ACCOUNT_INTERNAL))
        })
    }

    fn log_out(&self, session: &Mailbox) -> crate::storage::StorageFuture<()> {
        self.hub.end(session, Ending::Closed);
        self.close(session, SessionEnd::SignedOut)
    }

    /// Signs a device off without a session of its own.
    pub fn sign_off(self: &Arc<Self>, address: IpAddr, req: SignOffRequest) -> Operation<()> {
        let service = self.clone();
        Box::pin(async move {
            let now_ms = service.clock.now_ms();
            service.check_signature(req.app_id, &req.user_id, &req.user_sig, address, now_ms)?;
            let internal = |error| storage_refused(&error, code::ACCOUNT_INTERNAL);
            let account = service
                .storage
                .account(req.app_id, &req.user_id)
                .await
                .map_err(internal)?;
            // A user who never logged in has nothing to sign off.
            let Some(account) = account else { return Ok(()) };
            for mailbox in service.hub.sessions(account.no) {
                if mailbox.device == req.device_id {
                    service.hub.end(&mailbox, Ending::Replaced);
                }
            }
            let op = CloseSession {
                account: account.no,
                device: req.device_id,
                generation: None,
                end: SessionEnd::SignedOut,
                now_ms,
            };
            service.storage.close_session(op).await.map_err(internal)
        })
    }

    /// The link of a session is gone; the device stays signed in.
    pub fn link_lost(&self, session: &Mailbox) {
        if self.hub.end(session, Ending::Closed) {
            // Queued; nobody waits for it.
            drop(self.close(session, SessionEnd::Away));
        }
    }

    fn close(&self, session: &Mailbox, end: SessionEnd) -> crate::storage::StorageFuture<()> {
        self.storage.close_session(CloseSession {
            account: session.account,
            device: session.device.clone(),
            generation: Some(session.generation),
            end,
            now_ms: self.clock.now_ms(),
        })
    }

    /// Ends the sessions whose UserSig has run out.
    pub(super) fn end_expired_sessions(&self) {
        for mailbox in self.hub.expired(self.clock.now_s()) {
            let ending = Ending::SignedOut(Reason::SigExpired, "the UserSig has expired".into());
            if self.hub.end(&mailbox, ending) {
                drop(self.close(&mailbox, SessionEnd::SignedOut));
            }
        }
    }
}

fn too_many_logins() -> Refused {
    Refused::new(
        code::LOGIN_LIMIT,
        "too many logins of this user; try again in a minute",
    )
}

/// The part of a login that is decided on the account's rows.
fn judge(config: &Config, req: &LoginRequest, verified: Verified, now_ms: i64) -> Judge {
    let (config, device, platform, resume) =
        (config.clone(), req.device_id.clone(), req.platform, req.resume);
    Arc::new(move |account, devices| {
        let refuse = |refused, clear_mark| Verdict::Refuse { refused, clear_mark };
        if let Err(refused) = usersig::check_revoked(verified.made_at, account.sig_not_before) {
            return refuse(refused, false);
        }
        if account.banned {
            return refuse(Refused::new(code::BANNED, "the account is banned"), false);
        }
        let known = devices.iter().find(|known| known.id == device);
        if let Some(known) = known
            && (known.kick_mark || (resume && known.state == DeviceState::Kicked))
        {
            let text = "this device was displaced by another login while it was away";
            return refuse(Refused::new(code::KICKED_WHILE_AWAY, text), true);
        }
        let signed_in = known.filter(|known| matches!(known.state, DeviceState::Online | DeviceState::Away));
        let login_ms = signed_in
            .filter(|_| resume)
            .map_or(now_ms, |known| known.login_ms);
        let others: Vec<_> = devices.iter().filter(|other| other.id != device).collect();
        Verdict::Admit {
            kick: displaced(&config, platform, &others, now_ms),
            login_ms,
        }
    })
}

#[derive(PartialEq, Eq)]
enum Class {
    Mobile,
    Desktop,
    Web,
}

fn class(platform: Platform) -> Class {
    match platform {
        Platform::Android | Platform::Iphone | Platform::Ipad => Class::Mobile,
        Platform::Web => Class::Web,
        Platform::Windows | Platform::Mac | Platform::Linux | Platform::Other => Class::Desktop,
    }
}

fn platform(number: i32) -> Platform {
    Platform::try_from(number).unwrap_or(Platform::Other)
}

fn max_instances(config: &Config, of: Platform) -> usize {
    let number = match of {
        Platform::Android => config.max_instances_android,
        Platform::Iphone => config.max_instances_iphone,
        Platform::Ipad => config.max_instances_ipad,
        Platform::Windows => config.max_instances_windows,
        Platform::Mac => config.max_instances_mac,
        Platform::Linux => config.max_instances_linux,
        Platform::Web => config.max_instances_web,
        Platform::Other => 1,
    };
    number as usize
}

/// Who of the user's other devices loses its session to a login from `newcomer`: everybody the policy does not
/// allow beside it, and the oldest of its own platform beyond the number allowed there.
pub fn displaced(config: &Config, newcomer: i32, others: &[&Device], now_ms: i64) -> Vec<Kick> {
    let newcomer = platform(newcomer);
    let mut signed_in: Vec<_> = others
        .iter()
        .filter(|other| holds_a_slot(config, other, now_ms))
        .collect();
    signed_in.sort_by_key(|other| std::cmp::Reverse((other.login_ms, other.generation)));
    let mut beside = max_instances(config, newcomer).saturating_sub(1);
    let mut kicked = Vec::new();
    for other in signed_in {
        let theirs = platform(other.platform);
        let same_platform = theirs == newcomer;
        let stays = if same_platform && beside > 0 {
            beside -= 1;
            true
        } else {
            !same_platform && allowed_together(config.multi_terminal, newcomer, theirs)
        };
        if !stays {
            let mark = other.state == DeviceState::Away && theirs != Platform::Web;
            kicked.push(Kick {
                device: other.id.clone(),
                mark,
                same_platform,
            });
        }
    }
    kicked
}

fn allowed_together(policy: MultiTerminal, a: Platform, b: Platform) -> bool {
    let (a, b) = (class(a), class(b));
    match policy {
        MultiTerminal::Single => false,
        MultiTerminal::Dual => (a == Class::Web) != (b == Class::Web),
        MultiTerminal::Triple => a != b,
        MultiTerminal::Multi => true,
    }
}

/// A device that is connected, or went away and was not logged out; a browser only for a while.
fn holds_a_slot(config: &Config, device: &Device, now_ms: i64) -> bool {
    let away_ms = now_ms.saturating_sub(device.seen_ms);
    match device.state {
        DeviceState::Online => true,
        DeviceState::Away if platform(device.platform) == Platform::Web => {
            away_ms < i64::from(config.heartbeat_timeout_s) * 1000
        }
        DeviceState::Away => away_ms < i64::from(config.offline_ttl_days) * DAY_MS,
        DeviceState::SignedOut | DeviceState::Kicked => false,
    }
}
