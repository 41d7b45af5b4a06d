//! How often something may be done.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use parking_lot::Mutex;

const WINDOW_MS: i64 = 60_000;
/// Users remembered at most; an attacker with many names must not fill the memory.
const MAX_USERS: usize = 100_000;

/// Lets `rate` things a second through, and `burst` at once.
#[derive(Debug, Clone, Copy)]
pub struct TokenBucket {
    rate: u32,
    burst: u32,
    /// Thousandths of a token.
    tokens: u64,
    at_ms: i64,
}

impl TokenBucket {
    /// A full bucket; a `rate` of 0 lets everything through.
    pub fn new(rate: u32, burst: u32, now_ms: i64) -> Self {
        let burst = if burst == 0 { rate } else { burst };
        Self {
            rate,
            burst,
            tokens: u64::from(burst) * 1000,
            at_ms: now_ms,
        }
    }

    /// Takes one token. False: there is none.
    pub fn take(&mut self, now_ms: i64) -> bool {
        if self.rate == 0 {
            return true;
        }
        let passed = u64::try_from(now_ms - self.at_ms).unwrap_or(0);
        self.at_ms = now_ms;
        let full = u64::from(self.burst) * 1000;
        self.tokens = full.min(
            self.tokens
                .saturating_add(passed.saturating_mul(u64::from(self.rate))),
        );
        if self.tokens < 1000 {
            return false;
        }
        self.tokens -= 1000;
        true
    }
}

/// Requests reach a server closer together or further apart than they left their core: this much is forgiven.
const JITTER_MS: i64 = 100;

/// So many of one thing a second for each user.
pub(super) struct UserLimit {
    rate: u32,
    done_at: Mutex<HashMap<i64, VecDeque<i64>>>,
}

impl UserLimit {
    /// A `rate` of 0 lets everything through.
    pub(super) fn new(rate: u32) -> Self {
        Self {
            rate,
            done_at: Mutex::default(),
        }
    }

    /// Takes note of one more; false, and no note, when it is one too many.
    pub(super) fn allow(&self, account: i64, now_ms: i64) -> bool {
        if self.rate == 0 {
            return true;
        }
        let mut done = self.done_at.lock();
        let recent = |at: &i64| now_ms - at < 1000 - JITTER_MS;
        let times = done.get(&account);
        if times.is_some_and(|times| times.iter().filter(|at| recent(at)).count() >= self.rate as usize) {
            return false;
        }
        note(&mut done, account, self.rate, now_ms);
        true
    }

    pub(super) fn forget_old(&self, now_ms: i64) {
        forget(&mut self.done_at.lock(), now_ms);
    }
}

type User = (u64, String);

/// Logins per user; failed logins per user and address.
pub(super) struct LoginLimits {
    logins: u32,
    failed: u32,
    succeeded_at: Mutex<HashMap<User, VecDeque<i64>>>,
    failed_at: Mutex<HashMap<(User, IpAddr), VecDeque<i64>>>,
}

impl LoginLimits {
    pub(super) fn new(logins: u32, failed: u32) -> Self {
        Self {
            logins,
            failed,
            succeeded_at: Mutex::default(),
            failed_at: Mutex::default(),
        }
    }

    /// Whether the user may log in once more now.
    pub(super) fn allows_login(&self, app_id: u64, user_id: &str, now_ms: i64) -> bool {
        if self.logins == 0 {
            return true;
        }
        let logins = self.succeeded_at.lock();
        let times = logins.get(&(app_id, user_id.to_owned()));
        let recent = times.map_or(0, |times| {
            times.iter().filter(|at| now_ms - **at < WINDOW_MS).count()
        });
        recent < self.logins as usize
    }

    /// Whether a UserSig of the user may be tried now from this address.
    pub(super) fn allows_attempt(&self, app_id: u64, user_id: &str, address: IpAddr, now_ms: i64) -> bool {
        let user = (app_id, user_id.to_owned());
        if self.failed == 0 {
            return true;
        }
        // The last so many failures are kept. All of them within one window: refused for a window.
        let failures = self.failed_at.lock();
        let Some(times) = failures.get(&(user, address)) else {
            return true;
        };
        let (Some(first), Some(last)) = (times.front(), times.back()) else {
            return true;
        };
        times.len() < self.failed as usize || last - first >= WINDOW_MS || now_ms - last >= WINDOW_MS
    }

    pub(super) fn succeeded(&self, app_id: u64, user_id: &str, now_ms: i64) {
        if self.logins > 0 {
            note(
                &mut self.succeeded_at.lock(),
                (app_id, user_id.to_owned()),
                self.logins,
                now_ms,
            );
        }
    }

    pub(super) fn failed(&self, app_id: u64, user_id: &str, address: IpAddr, now_ms: i64) {
        if self.failed > 0 {
            let key = ((app_id, user_id.to_owned()), address);
            note(&mut self.failed_at.lock(), key, self.failed, now_ms);
        }
    }

    pub(super) fn forget_old(&self, now_ms: i64) {
        forget(&mut self.succeeded_at.lock(), now_ms);
        forget(&mut self.failed_at.lock(), now_ms);
    }
}

fn note<K: std::hash::Hash + Eq>(map: &mut HashMap<K, VecDeque<i64>>, key: K, keep: u32, now_ms: i64) {
    if map.len() >= MAX_USERS {
        forget(map, now_ms);
        if map.len() >= MAX_USERS {
            map.clear();
        }
    }
    let times = map.entry(key).or_default();
    times.push_back(now_ms);
    while times.len() > keep as usize {
        times.pop_front();
    }
}

fn forget<K>(map: &mut HashMap<K, VecDeque<i64>>, now_ms: i64) {
    if !map.is_empty() {
        map.retain(|_, times| times.back().is_some_and(|last| now_ms - last < WINDOW_MS));
    }
}
