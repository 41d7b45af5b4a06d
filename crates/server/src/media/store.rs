//! The bytes of kept files: in a folder, or in a bucket.
//!
//! An object is written once, completely, and never changed. In the folder it appears under its name only when it is
//! on disk.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig,
    WriteMultipart,
};

use super::{blocking, make_folder};
use crate::config::{Config, MediaStore};

/// Bytes that are read at a time.
const READ_BYTES: usize = 128 << 10;
/// Bytes of a part of an object that is sent to a bucket in parts; smaller objects are sent whole.
const PART_BYTES: usize = 8 << 20;

/// The bytes of an object, as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Where the bytes of kept files are.
pub enum Store {
    /// In a folder.
    Local(PathBuf),
    /// In a bucket.
    Remote(Arc<dyn ObjectStore>),
}

impl Store {
    /// The store that `config` names; `folder` is where it is when it is a local one.
    pub fn open(config: &Config, folder: PathBuf) -> io::Result<Self> {
        match config.media_store {
            // The folder is made when the first file comes.
            MediaStore::Local => Ok(Self::Local(folder)),
            MediaStore::S3 => s3(config).map(Self::Remote),
        }
    }

    /// Stores the file at `path`, which stays where it is.
    pub async fn put_file(&self, key: &str, path: &Path) -> io::Result<()> {
        let path = path.to_owned();
        match self {
            Self::Local(root) => {
                let target = place(root, key)?;
                blocking(move || link(&path, &target)).await
            }
            Self::Remote(store) => {
                let key = Key::from(key);
                let size = std::fs::metadata(&path)?.len();
                if size <= PART_BYTES as u64 {
                    let bytes = blocking(move || std::fs::read(path)).await?;
                    store.put(&key, PutPayload::from(bytes)).await?;
                    return Ok(());
                }
                let upload = store.put_multipart(&key).await?;
                let mut parts = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
                let mut bytes = read_file(path, 0..size).await?;
                while let Some(next) = bytes.next().await {
                    let next = match next {
                        Ok(next) => next,
                        Err(error) => {
                            // Its parts would be kept, and paid for, for ever.
                            let _ = parts.abort().await;
                            return Err(error);
                        }
                    };
                    parts.wait_for_capacity(2).await?;
                    parts.put(next);
                }
                parts.finish().await?;
                Ok(())
            }
        }
    }

    /// Stores these bytes.
    pub async fn put_bytes(&self, key: &str, bytes: Bytes) -> io::Result<()> {
        match self {
            Self::Local(root) => {
                let target = place(root, key)?;
                blocking(move || write(&target, |file| file.write_all(&bytes))).await
            }
            Self::Remote(store) => {
                store.put(&Key::from(key), PutPayload::from(bytes)).await?;
                Ok(())
            }
        }
    }

    /// A range of an object's bytes, read as they are asked for.
    pub async fn get(&self, key: &str, range: Range<u64>) -> io::Result<ByteStream> {
        match self {
            Self::Local(root) => read_file(place(root, key)?, range).await,
            Self::Remote(store) => {
                let options = GetOptions {
                    range: Some(GetRange::Bounded(range)),
                    ..GetOptions::default()
                };
                let got = store.get_opts(&Key::from(key), options).await?;
                Ok(Box::pin(
                    got.into_stream().map(|bytes| bytes.map_err(io::Error::from)),
                ))
            }
        }
    }

    /// A whole object of so many bytes.
    pub async fn get_all(&self, key: &str, size: u64) -> io::Result<Bytes> {
        let mut stream = self.get(key, 0..size).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece?);
        }
        Ok(bytes.into())
    }

    /// Deletes an object; one that is not there is deleted already.
    pub async fn delete(&self, key: &str) -> io::Result<()> {
        let done = match self {
            Self::Local(root) => {
                let target = place(root, key)?;
                blocking(move || std::fs::remove_file(target)).await
            }
            Self::Remote(store) => store.delete(&Key::from(key)).await.map_err(io::Error::from),
        };
        match done {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn s3(config: &Config) -> io::Result<Arc<dyn ObjectStore>> {
    // The client wants one for the whole process; another library may have chosen it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&config.media_s3_bucket)
        .with_region(&config.media_s3_region)
        .with_allow_http(config.media_s3_allow_http)
        .with_client_options(
            ClientOptions::new()
                .with_allow_http(config.media_s3_allow_http)
                .with_connect_timeout(Duration::from_secs(10))
                .with_timeout(Duration::from_secs(120)),
        )
        .with_retry(RetryConfig {
            max_retries: 4,
            retry_timeout: Duration::from_secs(60),
            ..RetryConfig::default()
        });
    if !config.media_s3_endpoint.is_empty() {
        builder = builder.with_endpoint(&config.media_s3_endpoint);
    }
    if !config.media_s3_access_key.is_empty() {
        builder = builder
            .with_access_key_id(&config.media_s3_access_key)
            .with_secret_access_key(&config.media_s3_secret_key.0);
    }
    let store = builder.build().map_err(io::Error::other)?;
    Ok(Arc::new(store))
}

/// The path of an object. Keys are made here and hold nothing but hexadecimal digits and one slash; this only makes
/// sure of it.
fn place(root: &Path, key: &str) -> io::Result<PathBuf> {
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'/') {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not an object's key"));
    }
    Ok(root.join(key))
}

/// Gives the file a second name, `target`: no byte is copied. Where the file system cannot do that, copies it.
fn link(path: &Path, target: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    let folder = target.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    match std::fs::hard_link(path, target) {
        Ok(()) => sync_folder(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => write(target, |file| {
            io::copy(&mut File::open(path)?, file)?;
            Ok(())
        }),
    }
}

fn write(target: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    let unfinished = target.with_extension("part");
    let written = File::create(&unfinished)
        .and_then(|mut file| {
            fill(&mut file)?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&unfinished, target));
    if written.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    written?;
    sync_folder(folder)
}

/// Makes the names in a folder durable, where a system has that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}

/// Reads a file piece by piece, no piece before the last one was taken.
async fn read_file(path: PathBuf, range: Range<u64>) -> io::Result<ByteStream> {
    let start = range.start;
    let file = blocking(move || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    })
    .await?;
    let left = range.end.saturating_sub(range.start);
    Ok(Box::pin(stream::try_unfold(
        (file, left),
        |(mut file, left)| async move {
            if left == 0 {
                return Ok(None);
            }
            let (bytes, file) = blocking(move || {
                let want = READ_BYTES.min(usize::try_from(left).unwrap_or(READ_BYTES));
                let mut bytes = vec![0; want];
                file.read_exact(&mut bytes)?;
                Ok((Bytes::from(bytes), file))
            })
            .await?;
            let left = left - bytes.len() as u64;
            Ok(Some((bytes, (file, left))))
        },
    )))
}
