//! Files on their way in: each in one file of its whole size, which its chunks are written into in any order.
//!
//! Which chunks are there is in the database; a chunk is told to be there only after its bytes are in the file. Should
//! the machine lose power between the two, the hash of the whole file says so at the commit.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};

use super::{CHUNK_BYTES, blocking, make_folder};
use crate::storage::StorageError;
use crate::storage::media::{MediaStorage, Upload};

/// Open files that nobody is writing to.
const KEPT_OPEN: usize = 256;
const SUFFIX: &str = ".upload";

/// All uploads under way.
pub struct Uploads {
    folder: PathBuf,
    storage: Arc<dyn MediaStorage>,
    open: Mutex<HashMap<String, Arc<OpenUpload>>>,
}

/// An upload and its file.
pub struct OpenUpload {
    /// What it is; `have` as of when it was opened.
    pub upload: Upload,
    /// Its file.
    pub path: PathBuf,
    /// Held by whoever makes a kept file of it.
    pub commit: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

struct State {
    file: File,
    have: HashSet<u32>,
    /// Chunks that are in the file and that the database is being told of: not to be written to any more.
    settled: HashSet<u32>,
    /// Which attempt at a chunk is the newest.
    writers: HashMap<u32, u64>,
    attempts: u64,
    closed: bool,
}

/// Why an upload cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The database refused.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The file cannot be opened.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Uploads {
    /// Uploads in this folder, which is made when the first one comes.
    pub(super) fn new(folder: PathBuf, storage: Arc<dyn MediaStorage>) -> Self {
        Self {
            folder,
            storage,
            open: Mutex::default(),
        }
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}{SUFFIX}"))
    }

    /// An upload that has not been committed; none: there is no such upload.
    pub async fn get(&self, id: &str) -> Result<Option<Arc<OpenUpload>>, UploadError> {
        if let Some(open) = self.open.lock().get(id) {
            return Ok(Some(open.clone()));
        }
        match self.storage.upload(id).await? {
            Some(upload) if upload.made.is_empty() => self.open_upload(upload).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Opens the file of `upload`, making it when it is not there.
    pub async fn open_upload(&self, mut upload: Upload) -> Result<Arc<OpenUpload>, UploadError> {
        if let Some(open) = self.open.lock().get(&upload.id) {
            return Ok(open.clone());
        }
        let path = self.path(&upload.id);
        let (at, size) = (path.clone(), upload.size);
        let folder = self.folder.clone();
        let (file, whole) = blocking(move || {
            make_folder(&folder)?;
            let file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(at)?;
            let whole = file.metadata()?.len() == size;
            file.set_len(size)?;
            Ok((file, whole))
        })
        .await?;
        if !whole && !upload.have.is_empty() {
            tracing::warn!(upload = %upload.id, "the file of an upload has gone; it begins anew");
            self.storage.reset_upload(&upload.id).await?;
            upload.have.clear();
        }
        let mut open = self.open.lock();
        if open.len() >= KEPT_OPEN {
            open.retain(|_, upload| Arc::strong_count(upload) > 1);
        }
        let state = State {
            file,
            have: upload.have.iter().copied().collect(),
            settled: HashSet::new(),
            writers: HashMap::new(),
            attempts: 0,
            closed: false,
        };
        let id = upload.id.clone();
        let new = || {
            Arc::new(OpenUpload {
                upload,
                path,
                commit: tokio::sync::Mutex::default(),
                state: Mutex::new(state),
            })
        };
        Ok(open.entry(id).or_insert_with(new).clone())
    }

    /// The upload is over: its file goes, and what is still being written to it is refused.
    pub async fn close(&self, id: &str) {
        let open = self.open.lock().remove(id);
        if let Some(open) = open {
            open.state.lock().closed = true;
        }
        let path = self.path(id);
        let removed = blocking(move || std::fs::remove_file(path)).await;
        if let Err(error) = removed
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, upload = id, "the file of an upload cannot be removed");
        }
    }

    /// Removes the files of uploads that the database does not know.
    pub async fn remove_leftovers(&self) -> Result<usize, UploadError> {
        let folder = self.folder.clone();
        let ids = blocking(move || {
            let mut ids = Vec::new();
            let entries = match std::fs::read_dir(folder) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(ids),
                entries => entries?,
            };
            for entry in entries {
                let name = entry?.file_name();
                if let Some(id) = name.to_str().and_then(|name| name.strip_suffix(SUFFIX)) {
                    ids.push(id.to_owned());
                }
            }
            Ok(ids)
        })
        .await?;
        let mut removed = 0;
        for ids in ids.chunks(500) {
            let known: HashSet<String> = self
                .storage
                .known_uploads(ids.to_vec())
                .await?
                .into_iter()
                .collect();
            for id in ids.iter().filter(|id| !known.contains(*id)) {
                self.close(id).await;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// A chunk is in the file: the database is told, then whoever asks. False: there is no such upload any more.
    pub async fn arrived(&self, open: &OpenUpload, chunk: u32, now_ms: i64) -> Result<bool, StorageError> {
        let _settled = Settled { open, chunk };
        let told = self.storage.put_chunk(&open.upload.id, chunk, now_ms).await;
        if told == Ok(true) {
            open.state.lock().have.insert(chunk);
        }
        told
    }
}

/// A chunk that nobody may write to while the database is told of it. The connection it came on, and with it the wait
/// for the database, may end in between: the chunk can be sent again then.
struct Settled<'a> {
    open: &'a OpenUpload,
    chunk: u32,
}

impl Drop for Settled<'_> {
    fn drop(&mut self) {
        self.open.state.lock().settled.remove(&self.chunk);
    }
}

/// Number of chunks of a file.
pub fn chunks(size: u64) -> u64 {
    size.div_ceil(u64::from(CHUNK_BYTES))
}

impl OpenUpload {
    /// Bytes of a chunk; none: there is no such chunk.
    pub fn chunk_bytes(&self, chunk: u32) -> Option<u64> {
        let start = u64::from(chunk) * u64::from(CHUNK_BYTES);
        let left = self.upload.size.checked_sub(start).filter(|left| *left > 0)?;
        Some(left.min(u64::from(CHUNK_BYTES)))
    }

    /// Numbers of the chunks that are there, in order.
    pub fn have(&self) -> Vec<u32> {
        let mut have: Vec<u32> = self.state.lock().have.iter().copied().collect();
        have.sort_unstable();
        have
    }

    /// How many chunks are missing.
    pub fn missing(&self) -> u64 {
        chunks(self.upload.size) - self.state.lock().have.len() as u64
    }

    /// Begins to write a chunk, and ends every other attempt at it: a client that comes back on a new connection does
    /// not have to wait until the old one is found dead. None: the chunk is there.
    pub fn begin(self: &Arc<Self>, chunk: u32) -> Option<ChunkWriter> {
        let mut state = self.state.lock();
        if state.have.contains(&chunk) {
            return None;
        }
        state.attempts += 1;
        let attempt = state.attempts;
        state.writers.insert(chunk, attempt);
        Some(ChunkWriter {
            upload: self.clone(),
            chunk,
            attempt,
            at: u64::from(chunk) * u64::from(CHUNK_BYTES),
            hash: Sha256::new(),
        })
    }
}

/// Writes one chunk, piece by piece.
pub struct ChunkWriter {
    upload: Arc<OpenUpload>,
    chunk: u32,
    attempt: u64,
    at: u64,
    hash: Sha256,
}

impl ChunkWriter {
    /// Writes the next bytes. [`io::ErrorKind::Interrupted`]: another attempt has taken over, or the upload is over.
    pub async fn write(mut self, bytes: Vec<u8>) -> io::Result<Self> {
        blocking(move || {
            self.hash.update(&bytes);
            let mut state = self.upload.state.lock();
            self.check(&state)?;
            state.file.seek(SeekFrom::Start(self.at))?;
            state.file.write_all(&bytes)?;
            self.at += bytes.len() as u64;
            drop(state);
            Ok(self)
        })
        .await
    }

    /// All bytes are written. False: they do not have this hash, and the chunk is not there. True: nobody writes to
    /// the chunk any more, and [`Uploads::arrived`] is to be called. The error is that of [`ChunkWriter::write`].
    pub fn finish(mut self, sha256: &[u8; 32]) -> io::Result<bool> {
        let hash: [u8; 32] = std::mem::take(&mut self.hash).finalize().into();
        let mut state = self.upload.state.lock();
        self.check(&state)?;
        state.writers.remove(&self.chunk);
        Ok(hash == *sha256 && state.settled.insert(self.chunk))
    }

    fn check(&self, state: &State) -> io::Result<()> {
        if state.closed
            || state.writers.get(&self.chunk) != Some(&self.attempt)
            || state.have.contains(&self.chunk)
            || state.settled.contains(&self.chunk)
        {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(())
    }
}

/// The hash of a whole file.
pub async fn hash_file(path: &Path) -> io::Result<[u8; 32]> {
    let path = path.to_owned();
    blocking(move || {
        let mut file = File::open(path)?;
        let mut hash = Sha256::new();
        let mut bytes = vec![0; 256 << 10];
        loop {
            let count = file.read(&mut bytes)?;
            if count == 0 {
                return Ok(hash.finalize().into());
            }
            hash.update(&bytes[..count]);
        }
    })
    .await
}
