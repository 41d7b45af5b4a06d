//! How often one user may call what has a limit of its own.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::limits::TokenBucket;
use crate::config::Config;
use crate::error::{Refused, code};
use crate::storage::AccountNo;

/// A bucket is full again after a second; one that was not used for longer says nothing.
const IDLE_MS: i64 = 2_000;

/// What has a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Rate {
    /// Calls that set receive options or do-not-disturb.
    Options,
    /// Translations.
    Translate,
    /// Recordings turned into text.
    Voice,
}

/// The buckets of those who have called lately.
pub(super) struct Rates {
    options: u32,
    translate: u32,
    voice: u32,
    buckets: Mutex<HashMap<(AccountNo, Rate), (TokenBucket, i64)>>,
}

impl Rates {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            options: config.recvopt_rate,
            translate: config.translate_rate,
            voice: config.voice_rate,
            buckets: Mutex::default(),
        }
    }

    /// Counts one call; -10113 when it is one too many.
    pub(super) fn take(&self, account: AccountNo, rate: Rate, now_ms: i64) -> Result<(), Refused> {
        // A core counts these by itself; on the way here its calls can come closer to each other.
        let (key, per_second, burst) = match rate {
            Rate::Options => ("recvopt.c2c_rate", self.options, self.options * 2),
            Rate::Translate => ("translate.rate", self.translate, self.translate),
            Rate::Voice => ("voice.rate", self.voice, self.voice),
        };
        let mut buckets = self.buckets.lock();
        let (bucket, used_ms) = buckets
            .entry((account, rate))
            .or_insert_with(|| (TokenBucket::new(per_second, burst, now_ms), now_ms));
        *used_ms = now_ms;
        if bucket.take(now_ms) {
            return Ok(());
        }
        let text = format!("more calls a second than {key} ({per_second}) allows");
        Err(Refused::new(code::FREQ_LIMIT, text))
    }

    pub(super) fn forget_old(&self, now_ms: i64) {
        self.buckets
            .lock()
            .retain(|_, (_, used_ms)| now_ms - *used_ms < IDLE_MS);
    }
}
