//! Who is logged in: login, logout, being kicked, a UserSig that expires (spec 01 sections 4.6 to 4.13).
//!
//! The user's database is opened when `TIMLogin` is called, so that what needs only the database works while
//! the login runs and after it has failed. Calls that need the server wait for the result of a running login.

use timbre_protocol::{
    LoginReply, LoginRequest, LogoutRequest, SignOffRequest, SignedOut, capabilities, request, response,
    signed_out, usersig,
};

use super::requests::Policy;
use super::{Done, Engine, EventKind, Op, SendOp, status};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::ConvKey;

/// A login without any link ends after this long.
const NO_LINK_MS: u64 = 30_000;
/// A logout waits this long for the server.
const LOGOUT_MS: u64 = 3_000;
/// Calls that may wait for one login or logout.
const MAX_WAITING: usize = 16;

/// Where the login stands.
#[derive(Debug)]
pub(super) enum Session {
    /// Nobody is logged in.
    Out,
    /// A login is running.
    LoggingIn(Attempt),
    /// Logged in; `established` on the present link.
    In(Established),
    /// A logout is running.
    LoggingOut {
        deadline: u64,
        done: Done,
        /// Logins called meanwhile.
        next: Vec<(String, String, Done)>,
    },
}

/// A running login.
#[derive(Debug)]
pub(super) struct Attempt {
    credentials: Credentials,
    dones: Vec<Done>,
    /// When it ends for want of a link.
    deadline: u64,
    request: Option<u64>,
    attempts: u32,
    last_error: Option<(i32, String)>,
    /// Calls that need the server.
    waiting: Vec<(Op, Done)>,
}

/// A session.
#[derive(Debug)]
pub(super) struct Established {
    credentials: Credentials,
    /// Established on the present link.
    established: bool,
    request: Option<u64>,
}

#[derive(Clone, PartialEq, Eq)]
struct Credentials {
    user_id: String,
    user_sig: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn deadline(&self) -> Option<u64> {
        match self {
            Self::LoggingIn(attempt) if attempt.request.is_none() => Some(attempt.deadline),
            Self::LoggingOut { deadline, .. } => Some(*deadline),
            _ => None,
        }
    }

    fn user_id(&self) -> Option<&str> {
        match self {
            Self::LoggingIn(attempt) => Some(&attempt.credentials.user_id),
            Self::In(session) => Some(&session.credentials.user_id),
            Self::Out | Self::LoggingOut { .. } => None,
        }
    }
}

impl Engine {
    /// CORE-090 and the table of spec 01 section 4.6.
    pub(super) fn login(&mut self, user_id: String, user_sig: String, done: Done) {
        if let Session::LoggingOut { next, .. } = &mut self.session {
            if next.len() < MAX_WAITING {
                next.push((user_id, user_sig, done));
            } else {
                let text = "too many logins are waiting for the logout";
                self.complete(done, Outcome::fail(code::LOGIN_IN_PROCESS, text, ""));
            }
            return;
        }
        if let Err(refusal) = self.check_login(&user_id, &user_sig) {
            let session_ends = refusal.code == code::USER_SIG_EXPIRED
                && matches!(&self.session, Session::In(s) if s.credentials.user_id == user_id);
            if session_ends {
                self.end_session();
            }
            if matches!(self.session, Session::Out) {
                self.shared.set_status(status::LOGGED_OUT);
            }
            return self.refuse(done, refusal, "");
        }
        let credentials = Credentials { user_id, user_sig };
        match &mut self.session {
            Session::LoggingIn(attempt) if attempt.credentials == credentials => {
                if attempt.dones.len() < MAX_WAITING {
                    attempt.dones.push(done);
                } else {
                    let text = "too many logins are waiting for this one";
                    self.complete(done, Outcome::fail(code::LOGIN_IN_PROCESS, text, ""));
                }
                return;
            }
            Session::LoggingIn(_) => {
                self.abandon_login(code::LOGGED_OUT_BEFORE_LOGIN_FINISHED, "another login was called");
            }
            Session::In(session) if session.credentials.user_id == credentials.user_id => {
                if self.knobs.ignore_repeat_login {
                    return self.complete(done, Outcome::done(""));
                }
                return self.renew(credentials, done);
            }
            Session::In(_) => self.switch_away(),
            Session::Out | Session::LoggingOut { .. } => {}
        }
        self.start_login(credentials, done);
    }

    fn check_login(&self, user_id: &str, user_sig: &str) -> Result<(), Refusal> {
        check_user_id(user_id)?;
        if self
            .expired_sig
            .as_ref()
            .is_some_and(|(u, d)| u == user_id && *d == digest(user_sig))
        {
            return Err(Refusal::new(
                code::USER_SIG_EXPIRED,
                "this UserSig was refused as expired before",
            ));
        }
        if self.shared.offset_known() {
            let expires = usersig::parse(user_sig).ok().and_then(|s| s.expires_at());
            if expires.is_some_and(|e| e.saturating_mul(1000) <= self.server_ms()) {
                return Err(Refusal::new(code::USER_SIG_EXPIRED, "the UserSig has expired"));
            }
        }
        Ok(())
    }

    fn start_login(&mut self, credentials: Credentials, done: Done) {
        if let Err(error) = self.open_user(&credentials.user_id) {
            self.shared.set_status(status::LOGGED_OUT);
            return self.complete(done, Outcome::fail(error.code(), error.to_string(), ""));
        }
        self.shared.set_status(status::LOGGING_IN);
        self.session = Session::LoggingIn(Attempt {
            credentials,
            dones: vec![done],
            deadline: self.now.mono_ms + NO_LINK_MS,
            request: None,
            attempts: 0,
            last_error: None,
            waiting: Vec::new(),
        });
        if self.link.ready().is_some() {
            self.send_login();
        } else {
            self.connect_now();
        }
    }

    /// Sends the login of the running attempt, or the resumption of the session, on the present link.
    fn send_login(&mut self) {
        let (credentials, resume) = match &self.session {
            Session::LoggingIn(attempt) => (attempt.credentials.clone(), false),
            Session::In(session) => (session.credentials.clone(), true),
            Session::Out | Session::LoggingOut { .. } => return,
        };
        let body = self.login_request(&credentials, resume);
        let id = self.request(
            request::Body::Login(body),
            Policy::Login,
            move |engine, result| {
                let result = result.and_then(login_reply);
                if resume {
                    engine.on_resumed(result)
                } else {
                    engine.on_login_answer(result)
                }
            },
        );
        match &mut self.session {
            Session::LoggingIn(attempt) => {
                attempt.request = Some(id);
                attempt.attempts += 1;
            }
            Session::In(session) => session.request = Some(id),
            Session::Out | Session::LoggingOut { .. } => {}
        }
    }

    fn login_request(&self, credentials: &Credentials, resume: bool) -> LoginRequest {
        let custom = self.knobs.custom_login_info.as_ref();
        let (cursor, epoch) = self.user.as_ref().map_or((0, 0), |u| (u.cursor, u.epoch));
        LoginRequest {
            app_id: self.config.app_id,
            user_id: credentials.user_id.clone(),
            user_sig: credentials.user_sig.clone(),
            device_id: self.config.device_id.to_vec().into(),
            platform: self.config.platform.into(),
            device_type: self.config.device_type.clone(),
            system_version: self.config.system_version.clone(),
            brand: self.config.brand,
            ui_platform: self.knobs.ui_platform,
            sdk_version: crate::SDK_VERSION.to_owned(),
            user_define_data: self.knobs.user_define_data.clone(),
            custom_login_info: custom
                .filter(|(user, _)| *user == credentials.user_id)
                .map(|(_, text)| text.clone())
                .unwrap_or_default(),
            cursor,
            epoch,
            resume,
            capabilities: capabilities::MERGED_MESSAGES,
            zone_offset_s: self.zone_offset_s,
        }
    }

    fn on_login_answer(&mut self, result: Result<LoginReply, Refusal>) {
        let Session::LoggingIn(attempt) = &mut self.session else {
            return;
        };
        attempt.request = None;
        match result {
            Ok(reply) => self.on_logged_in(&reply),
            Err(refusal) if is_network(refusal.code) => {
                let tries = self.knobs.max_retry_count + 1;
                attempt.last_error = Some((refusal.code, refusal.desc.to_string()));
                if attempt.attempts >= tries {
                    return self.fail_login(refusal);
                }
                attempt.deadline = self.now.mono_ms + NO_LINK_MS;
                if self.link.ready().is_some() {
                    self.send_login();
                }
            }
            Err(refusal) => self.fail_login(refusal),
        }
    }

    fn on_logged_in(&mut self, reply: &LoginReply) {
        let Session::LoggingIn(attempt) = std::mem::replace(&mut self.session, Session::Out) else {
            return;
        };
        let Attempt {
            credentials,
            dones,
            waiting,
            ..
        } = attempt;
        let user_id = credentials.user_id.clone();
        self.session = Session::In(Established {
            credentials,
            established: true,
            request: None,
        });
        self.shared.next_generation();
        self.shared.set_user(&user_id, reply.tiny_id);
        self.shared.set_status(status::LOGGED_IN);
        self.log(4, "session", format!("{user_id} is logged in"));
        self.apply_login_reply(reply);
        for done in dones {
            self.complete(done, Outcome::done(""));
        }
        for (op, done) in waiting {
            self.call(op, done);
        }
        self.start_sync(reply);
    }

    fn apply_login_reply(&mut self, reply: &LoginReply) {
        if reply.server_time_ms > 0 {
            let offset = reply.server_time_ms - self.now.wall_ms;
            self.shared.set_offset(offset);
            self.remember_offset(offset);
        }
        if let Some(limits) = &reply.limits {
            self.set_heartbeat(limits.heartbeat_interval_s);
        }
        if let Some(user) = &mut self.user {
            user.on_login(reply);
        }
    }

    fn fail_login(&mut self, refusal: Refusal) {
        let Session::LoggingIn(attempt) = std::mem::replace(&mut self.session, Session::Out) else {
            return;
        };
        self.shared.set_status(status::LOGGED_OUT);
        self.note_refused_sig(&attempt.credentials, refusal.code);
        self.log(
            5,
            "session",
            format!("login of {} failed: {refusal}", attempt.credentials.user_id),
        );
        for done in attempt.dones {
            self.refuse(done, refusal.clone(), "");
        }
        self.end_calls(attempt.waiting, code::NOT_LOGGED_IN, "not login");
    }

    /// Remembers a UserSig that the server has called expired, so that logging in with the very same text
    /// answers without asking again (spec 01 section 4.6).
    fn note_refused_sig(&mut self, credentials: &Credentials, code: i32) {
        if code == code::SVR_USERSIG_EXPIRED {
            self.expired_sig = Some((credentials.user_id.clone(), digest(&credentials.user_sig)));
        }
    }

    fn abandon_login(&mut self, code: i32, text: &'static str) {
        let Session::LoggingIn(attempt) = std::mem::replace(&mut self.session, Session::Out) else {
            return;
        };
        if let Some(id) = attempt.request {
            self.disown_request(id);
        }
        self.shared.set_status(status::LOGGED_OUT);
        for done in attempt.dones {
            self.complete(done, Outcome::fail(code, text, ""));
        }
        self.end_calls(attempt.waiting, code::NOT_LOGGED_IN, "not login");
    }

    /// A second login of the user who is logged in: a new UserSig for the session.
    fn renew(&mut self, credentials: Credentials, done: Done) {
        let body = self.login_request(&credentials, false);
        self.request(
            request::Body::Login(body),
            Policy::Write,
            move |engine, result| match result.and_then(login_reply) {
                Ok(_) => {
                    if let Session::In(session) = &mut engine.session
                        && session.credentials.user_id == credentials.user_id
                    {
                        session.credentials = credentials;
                    }
                    engine.complete(done, Outcome::done(""));
                }
                Err(refusal) => {
                    if !is_network(refusal.code) && matches!(engine.session, Session::In(_)) {
                        engine.note_refused_sig(&credentials, refusal.code);
                        engine.end_session();
                    }
                    engine.refuse(done, refusal, "");
                }
            },
        );
    }

    /// Another user logs in: the present one is signed off on the server without a callback.
    fn switch_away(&mut self) {
        self.sign_off();
        self.end_session();
        self.close_user();
    }

    fn sign_off(&mut self) {
        let Session::In(session) = &self.session else {
            return;
        };
        if session.established {
            self.request(request::Body::Logout(LogoutRequest {}), Policy::Login, |_, _| ());
            // The next login must find it sent.
            self.flush_requests();
            return;
        }
        let body = SignOffRequest {
            app_id: self.config.app_id,
            user_id: session.credentials.user_id.clone(),
            user_sig: session.credentials.user_sig.clone(),
            device_id: self.config.device_id.to_vec().into(),
        };
        self.sign_offs.push(body);
    }

    /// CORE-111, spec 01 section 4.7.
    pub(super) fn logout(&mut self, done: Done) {
        match &self.session {
            Session::LoggingOut { .. } => {
                return self.complete(
                    done,
                    Outcome::fail(code::LOGOUT_IN_PROCESS, "a logout is running", ""),
                );
            }
            Session::Out => {
                self.shared.set_status(status::LOGGED_OUT);
                self.close_user();
                return self.complete(done, Outcome::done(""));
            }
            Session::LoggingIn(_) => {
                self.abandon_login(code::LOGGED_OUT_BEFORE_LOGIN_FINISHED, "logout was called");
                self.close_user();
                return self.complete(done, Outcome::done(""));
            }
            Session::In(_) => {}
        }
        let told = matches!(&self.session, Session::In(s) if s.established);
        if told {
            self.fail_requests(true, code::NOT_LOGGED_IN, "not login");
            self.request(
                request::Body::Logout(LogoutRequest {}),
                Policy::Login,
                |engine, _| {
                    engine.finish_logout();
                },
            );
        } else {
            self.sign_off();
        }
        self.end_session();
        self.close_user();
        if told {
            self.shared.set_status(status::LOGGING_OUT);
            let deadline = self.now.mono_ms + LOGOUT_MS;
            self.session = Session::LoggingOut {
                deadline,
                done,
                next: Vec::new(),
            };
        } else {
            self.complete(done, Outcome::done(""));
        }
    }

    fn finish_logout(&mut self) {
        if !matches!(self.session, Session::LoggingOut { .. }) {
            return;
        }
        let Session::LoggingOut { done, next, .. } = std::mem::replace(&mut self.session, Session::Out)
        else {
            return;
        };
        self.shared.set_status(status::LOGGED_OUT);
        self.complete(done, Outcome::done(""));
        for (user_id, user_sig, done) in next {
            self.login(user_id, user_sig, done);
        }
    }

    /// The session is over on this device: what it owes ends with 6014, its events are not told any more. The
    /// database stays open.
    fn end_session(&mut self) {
        if !matches!(self.session, Session::In(_)) {
            return;
        }
        self.session = Session::Out;
        self.shared.set_status(status::LOGGED_OUT);
        self.sync_on_session_end();
        self.fail_requests(true, code::NOT_LOGGED_IN, "not login");
        self.end_waiting(code::NOT_LOGGED_IN, "not login");
        self.shared.next_generation();
    }

    /// The server has ended the session (CORE-095, CORE-096).
    pub(super) fn on_signed_out(&mut self, signed_out: &SignedOut) {
        use signed_out::Reason;
        if !matches!(self.session, Session::In(_)) {
            return;
        }
        let reason = match signed_out.reason() {
            Reason::SigExpired => return self.on_sig_expired(),
            Reason::SamePlatform | Reason::Unspecified => "same_platform",
            Reason::OtherPlatform => "other_platform",
            Reason::RestApi => "rest_api",
            Reason::Banned => "banned",
            Reason::Deleted => "deleted",
        };
        self.on_kicked(reason);
    }

    fn on_kicked(&mut self, reason: &'static str) {
        self.log(5, "session", format!("kicked offline: {reason}"));
        self.end_session();
        self.event_for_all(EventKind::KickedOffline);
        self.event_for_all(EventKind::Notify {
            key: "kicked_reason",
            data: reason.to_owned(),
        });
    }

    fn on_sig_expired(&mut self) {
        if let Session::In(session) = &self.session {
            let credentials = session.credentials.clone();
            self.note_refused_sig(&credentials, code::SVR_USERSIG_EXPIRED);
        }
        self.log(5, "session", "the UserSig has expired".to_owned());
        self.end_session();
        self.event_for_all(EventKind::UserSigExpired);
    }

    pub(super) fn session_on_link_up(&mut self) {
        // Logouts that could not be told: kept in memory only, because they hold a UserSig.
        for body in std::mem::take(&mut self.sign_offs) {
            self.request(request::Body::SignOff(body), Policy::Login, |_, _| ());
        }
        match &self.session {
            Session::LoggingIn(_) | Session::In(_) => self.send_login(),
            Session::Out | Session::LoggingOut { .. } => {}
        }
    }

    pub(super) fn session_on_link_down(&mut self) {
        match &mut self.session {
            Session::In(session) => session.established = false,
            Session::LoggingOut { .. } => self.finish_logout(),
            Session::Out | Session::LoggingIn(_) => {}
        }
    }

    pub(super) fn session_on_connect_failed(&mut self, code: i32, text: &str) {
        if let Session::LoggingIn(attempt) = &mut self.session {
            attempt.last_error = Some((code, text.to_owned()));
        }
    }

    pub(super) fn session_on_time(&mut self) {
        if self.session.deadline().is_none_or(|d| d > self.now.mono_ms) {
            return;
        }
        match &mut self.session {
            Session::LoggingIn(attempt) => {
                let last = attempt.last_error.take();
                let text = match last {
                    Some((code, text)) => format!("no connection to the server within 30 s: {text} ({code})"),
                    None => "no connection to the server within 30 s".to_owned(),
                };
                self.fail_login(Refusal::new(code::NET_DISCONNECT, text));
            }
            Session::LoggingOut { .. } => self.finish_logout(),
            Session::Out | Session::In(_) => {}
        }
    }

    /// The answer to the login that the core made by itself after a broken link.
    fn on_resumed(&mut self, result: Result<LoginReply, Refusal>) {
        let Session::In(session) = &mut self.session else {
            return;
        };
        session.request = None;
        match result {
            Ok(reply) => {
                session.established = true;
                self.note_resumed(true);
                self.apply_login_reply(&reply);
                self.start_sync(&reply);
            }
            Err(refusal) if refusal.code == code::KICKED_OFF_BY_OTHER => self.on_kicked("same_platform"),
            Err(refusal) if refusal.code == code::SVR_USERSIG_EXPIRED => self.on_sig_expired(),
            Err(refusal) if refusal.code == code::SVR_USERSIG_VOIDED => self.on_kicked("rest_api"),
            Err(refusal) if (70_000..71_000).contains(&refusal.code) && refusal.code != 70_050 => {
                self.log(
                    5,
                    "session",
                    format!("the session could not be resumed: {refusal}"),
                );
                self.on_kicked("banned");
            }
            // The link failed, or the server is under pressure: the next link tries again.
            Err(refusal) => {
                self.note_resumed(false);
                self.drop_link(code::NET_DISCONNECT, &refusal.desc);
            }
        }
    }

    pub(super) fn session_established(&self) -> bool {
        matches!(&self.session, Session::In(session) if session.established)
    }

    /// Holds a call that needs the server: gives it back when somebody is logged in, keeps it while a login
    /// runs, ends it with 6014 otherwise.
    pub(super) fn needs_login(&mut self, op: Op, done: Done) -> Option<(Op, Done)> {
        match &mut self.session {
            Session::In(_) => return Some((op, done)),
            Session::LoggingIn(attempt) if attempt.waiting.len() < super::requests::MAX_IN_FLIGHT => {
                attempt.waiting.push((op, done));
            }
            Session::LoggingIn(_) => {
                self.end_calls(
                    vec![(op, done)],
                    code::REQ_COUNT_LIMIT,
                    "too many calls wait for the login",
                );
            }
            Session::Out | Session::LoggingOut { .. } => {
                self.end_calls(vec![(op, done)], code::NOT_LOGGED_IN, "not login");
            }
        }
        None
    }

    /// Takes back a send of `conv` that waits for the login to end.
    pub(super) fn take_waiting_send(&mut self, conv: &ConvKey, msg_id: &str) -> Option<(Box<SendOp>, Done)> {
        let Session::LoggingIn(attempt) = &mut self.session else {
            return None;
        };
        let at = attempt.waiting.iter().position(
            |(op, _)| matches!(op, Op::Send(send) if send.identity.msg_id == msg_id && send.conv == *conv),
        )?;
        match attempt.waiting.remove(at) {
            (Op::Send(send), done) => Some((send, done)),
            other => {
                attempt.waiting.insert(at, other);
                None
            }
        }
    }

    /// Ends calls that never began.
    fn end_calls(&mut self, calls: Vec<(Op, Done)>, code: i32, text: &'static str) {
        for (op, done) in calls {
            match op {
                Op::Send(op) => self.refuse_send(&op, done, Refusal::new(code, text)),
                op => self.complete(done, Outcome::fail(code, text, op.empty())),
            }
        }
    }

    /// `TIMUninit`: what a login or logout owes.
    pub(super) fn end_session_calls(&mut self, code: i32, text: &'static str) {
        match std::mem::replace(&mut self.session, Session::Out) {
            Session::LoggingIn(attempt) => {
                for done in attempt.dones {
                    self.complete(done, Outcome::fail(code, text, ""));
                }
                self.end_calls(attempt.waiting, code, text);
            }
            Session::LoggingOut { done, next, .. } => {
                for done in std::iter::once(done).chain(next.into_iter().map(|(_, _, done)| done)) {
                    self.complete(done, Outcome::fail(code, text, ""));
                }
            }
            Session::Out | Session::In(_) => {}
        }
    }

    /// The user whose database may be opened without asking: the one of the session.
    pub(super) fn session_user(&self) -> Option<&str> {
        self.session.user_id()
    }
}

fn login_reply(body: Option<response::Body>) -> Result<LoginReply, Refusal> {
    match body {
        Some(response::Body::Login(reply)) => Ok(reply),
        _ => Err(Refusal::new(
            code::PARSE_RESPONSE_FAILED,
            "the answer to the login has no content",
        )),
    }
}

/// 1 to 32 bytes of printable ASCII (CORE-092).
pub(super) fn check_user_id(user_id: &str) -> Result<(), Refusal> {
    let text = match user_id.len() {
        0 => "user_id is empty",
        33.. => "user_id is longer than 32 bytes",
        _ if !user_id.bytes().all(|b| (0x20..=0x7e).contains(&b)) => "user_id is not printable ASCII",
        _ => return Ok(()),
    };
    Err(Refusal::new(code::INVALID_IDENTIFIER, text))
}

pub(super) fn is_network(code: i32) -> bool {
    (9500..9600).contains(&code) || matches!(code, -302 | -10113 | -10114)
}

fn digest(text: &str) -> u64 {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(text.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(first)
}
