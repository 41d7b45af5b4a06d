//! Forgetting what is too old, a bounded batch at a time so that sends are not held up.

use super::Service;
use crate::storage::{Expire, Expired, StorageError};

const DAY_MS: i64 = 86_400_000;
/// Messages of one batch: a few milliseconds of the writer.
const BATCH: u32 = 500;

/// What one batch of the retention sweep has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// Everything that is too old has gone.
    Done,
    /// There is more.
    More,
}

impl Service {
    /// Runs one batch of the retention sweep.
    pub async fn sweep(&self) -> Result<Sweep, StorageError> {
        let keep = i64::from(self.config.retention_days);
        if keep == 0 {
            return Ok(Sweep::Done);
        }
        let known = keep.max(i64::from(self.config.idempotency_days)).max(7);
        let now_ms = self.clock.now_ms();
        let op = Expire {
            erase_before_ms: now_ms.saturating_sub(keep * DAY_MS),
            forget_before_ms: now_ms.saturating_sub(known * DAY_MS),
            batch: BATCH,
        };
        let Expired { erased, forgotten } = self.storage.expire(op).await?;
        Ok(if erased < BATCH && forgotten < BATCH {
            Sweep::Done
        } else {
            Sweep::More
        })
    }
}
