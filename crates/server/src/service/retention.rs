//! Forgetting what is too old, a bounded batch at a time so that sends are not held up.

use std::sync::atomic::Ordering;

use super::Service;
use crate::storage::media::SweepMedia;
use crate::storage::{Expire, Expired, StorageError};

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
/// Messages of one batch: a few milliseconds of the writer.
const BATCH: u32 = 500;
/// Files of one batch: each may be a request to a bucket.
const FILES: u32 = 100;

/// What one batch of the retention sweep has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sweep {
    /// Everything that is too old has gone.
    Done,
    /// There is more.
    More,
}

impl Service {
    /// Runs one batch of the retention sweep: messages, then the files that no message refers to any more.
    pub async fn sweep(&self) -> Result<Sweep, StorageError> {
        let messages = self.sweep_messages().await?;
        let files = self.sweep_files().await?;
        Ok(match (messages, files) {
            (Sweep::Done, Sweep::Done) => Sweep::Done,
            _ => Sweep::More,
        })
    }

    async fn sweep_files(&self) -> Result<Sweep, StorageError> {
        let Some(media) = self.media() else {
            return Ok(Sweep::Done);
        };
        if self.leftovers.load(Ordering::Relaxed) {
            match media.uploads.remove_leftovers().await {
                Ok(count) => {
                    self.leftovers.store(false, Ordering::Relaxed);
                    if count > 0 {
                        tracing::info!(count, "removed the files of uploads that nobody knows");
                    }
                }
                Err(error) => tracing::warn!(%error, "the folder of uploads cannot be cleaned up"),
            }
        }
        let now_ms = self.clock.now_ms();
        let op = SweepMedia {
            now_ms,
            unused_before_ms: now_ms.saturating_sub(i64::from(self.config.media_unused_ttl_s) * 1000),
            batch: FILES,
        };
        let swept = self.storage.sweep_media(op).await?;
        for upload in &swept.uploads {
            media.uploads.close(upload).await;
        }
        let (mut gone, mut stuck) = (Vec::with_capacity(swept.objects.len()), Vec::new());
        for object in swept.objects {
            match media.store.delete(&object).await {
                Ok(()) => gone.push(object),
                Err(error) => {
                    tracing::warn!(%error, object, "an object cannot be deleted; it is tried again in an hour");
                    stuck.push(object);
                }
            }
        }
        if !stuck.is_empty() {
            self.storage
                .plan_objects(stuck, now_ms.saturating_add(HOUR_MS))
                .await?;
        }
        if !swept.uploads.is_empty() || swept.files > 0 || !gone.is_empty() {
            let (uploads, files, objects) = (swept.uploads.len(), swept.files, gone.len());
            tracing::info!(uploads, files, objects, "swept away what no message refers to");
        }
        if !gone.is_empty() {
            self.storage.objects_gone(gone).await?;
        }
        Ok(if swept.more { Sweep::More } else { Sweep::Done })
    }

    async fn sweep_messages(&self) -> Result<Sweep, StorageError> {
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
