//! Files: [`store`] keeps their bytes, [`uploads`] takes them in, [`images`] looks into them and makes renditions,
//! [`urls`] says where they are fetched from and finds them in messages.
//!
//! The rules are in `service/media.rs`, the HTTP in `gateway/media.rs`. Unlike the rest of the service this works on
//! the runtime's threads for blocking work, and needs a tokio runtime.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::config::Config;
use crate::storage::media::MediaStorage;

pub mod images;
pub mod store;
pub mod uploads;
pub mod urls;

/// Bytes of every chunk of an upload but the last.
pub const CHUNK_BYTES: u32 = 1 << 20;
/// Bytes of a list of merged messages: 300 messages of the largest size with room to spare.
pub const MERGED_BYTES: u64 = 16 << 20;
const LISTS_AT_ONCE: usize = 4;

/// What keeps files.
pub struct Media {
    /// Kept files.
    pub store: store::Store,
    /// Uploads under way.
    pub uploads: uploads::Uploads,
    /// Makes renditions.
    pub images: images::Images,
    /// Lists of merged messages that are read at once: each is in memory as a whole.
    pub lists: Semaphore,
}

impl Media {
    /// Opens the folders, or the bucket, that `config` names.
    pub fn open(config: &Config, storage: Arc<dyn MediaStorage>) -> io::Result<Self> {
        let folder = |given: &Option<PathBuf>, name: &str| match given {
            Some(path) => path.clone(),
            None => config.data.join(name),
        };
        tracing::debug!(store = ?config.media_store, addresses = ?config.media_url_mode, "files are kept");
        Ok(Self {
            store: store::Store::open(config, folder(&config.media_dir, "media"))?,
            uploads: uploads::Uploads::new(folder(&config.media_upload_dir, "uploads"), storage),
            images: images::Images::new(config.media_pixels_max),
            lists: Semaphore::new(LISTS_AT_ONCE),
        })
    }
}

/// Runs `work` where it may block.
async fn blocking<T, F>(work: F) -> io::Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> io::Result<T> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Makes a folder and those above it, for this user alone.
fn make_folder(path: &std::path::Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
