//! Looking at files that are to be uploaded, and reading them.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::Tools;
use crate::driver::images;
use crate::engine::transfers::{Prepare, Prepared, Source};
use crate::model::error::{Refusal, code};

/// Bytes that are read and digested in one go.
const PIECE: usize = 1 << 20;
/// Where the size of a picture is looked for.
const HEAD: u64 = 512 << 10;

/// Runs `f` where it may wait for the disk.
pub(super) async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(f).await.map_err(io::Error::other)?
}

/// A file as it was found.
struct Found {
    file: File,
    size: u64,
    head: Vec<u8>,
}

/// The checks of spec 03 section 6.2 that need the file, its digest, and, of a picture, its size.
pub(super) async fn prepare(tools: &Tools, job: Prepare) -> Result<Prepared, Refusal> {
    let path = match job.source {
        Source::Bytes(bytes) => return digest_bytes(bytes, (0, 0)).await,
        Source::File(ref path) => path.clone(),
    };
    let (name, picture, max) = (path.display().to_string(), job.picture, job.max);
    let found = {
        let path = path.clone();
        tokio::task::spawn_blocking(move || look(path, picture, max)).await
    };
    let mut found = found.map_err(|e| Refusal::new(code::INTERNAL_ERROR, e.to_string()))??;
    let mut pixels = (0, 0);
    if picture {
        if images::kind(&found.head).is_none() {
            let text = format!("{name} does not begin like an image");
            return Err(Refusal::new(code::NOT_AN_IMAGE, text));
        }
        pixels = images::size(&found.head);
        if job.level > 0 {
            let _turn = tools.pictures.acquire().await;
            let level = job.level;
            let (file, made) = blocking(move || shrink(found.file, level))
                .await
                .map_err(|e| read_failed(&name, &e))?;
            if let Some(made) = made {
                return digest_bytes(made.jpeg.into(), (made.width, made.height)).await;
            }
            found.file = file;
        }
    }
    let size = found.size;
    let sha256 = digest_file(found.file, size)
        .await
        .map_err(|e| read_failed(&name, &e))?;
    Ok(Prepared {
        source: job.source,
        size,
        sha256,
        width: pixels.0,
        height: pixels.1,
    })
}

fn read_failed(name: &str, error: &io::Error) -> Refusal {
    Refusal::new(code::RES_READ_FAILED, format!("{name} cannot be read: {error}"))
}

fn look(path: PathBuf, picture: bool, max: u64) -> Result<Found, Refusal> {
    let name = path.display();
    let empty = |why: &str| Refusal::new(code::FILE_SIZE_EMPTY, format!("the file \"{name}\" {why}"));
    // Asked before it is opened: opening a pipe would wait for its other end.
    let found = std::fs::metadata(&path).map_err(|e| match e.kind() {
        ErrorKind::PermissionDenied => open_failed(&path, &e),
        _ => empty("does not exist"),
    })?;
    if !found.is_file() {
        return Err(empty("is no file"));
    }
    let size = found.len();
    if size == 0 {
        return Err(empty("is empty"));
    }
    if size > max {
        let text = format!("the file \"{name}\" has {size} bytes, the limit is {max}");
        return Err(Refusal::new(code::FILE_TOO_LARGE, text));
    }
    let mut file = File::open(&path).map_err(|e| open_failed(&path, &e))?;
    let mut head = Vec::new();
    if picture {
        let read = (&mut file).take(HEAD).read_to_end(&mut head);
        read.and_then(|_| file.rewind())
            .map_err(|e| read_failed(&name.to_string(), &e))?;
    }
    Ok(Found { file, size, head })
}

fn open_failed(path: &std::path::Path, error: &io::Error) -> Refusal {
    let text = format!("the file \"{}\" cannot be opened: {error}", path.display());
    Refusal::new(code::FILE_OPEN_FAILED, text)
}

/// A JPEG made of the image, and the file again at its start.
fn shrink(mut file: File, level: u32) -> io::Result<(File, Option<images::Shrunk>)> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    file.rewind()?;
    Ok((file, images::shrink(&bytes, level)))
}

async fn digest_bytes(bytes: Bytes, pixels: (u32, u32)) -> Result<Prepared, Refusal> {
    let size = bytes.len() as u64;
    let all = bytes.clone();
    let sha256 = blocking(move || Ok(Sha256::digest(&all).into()))
        .await
        .map_err(|e| Refusal::new(code::INTERNAL_ERROR, e.to_string()))?;
    Ok(Prepared {
        source: Source::Bytes(bytes),
        size,
        sha256,
        width: pixels.0,
        height: pixels.1,
    })
}

async fn digest_file(mut file: File, size: u64) -> io::Result<[u8; 32]> {
    let mut digest = Sha256::new();
    let mut buffer = Vec::with_capacity(PIECE);
    let mut left = size;
    while left > 0 {
        (file, digest, buffer) = blocking(move || {
            buffer.clear();
            (&mut file).take(PIECE as u64).read_to_end(&mut buffer)?;
            digest.update(&buffer);
            Ok((file, digest, buffer))
        })
        .await?;
        if buffer.is_empty() {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "it became shorter"));
        }
        left = left.saturating_sub(buffer.len() as u64);
    }
    Ok(digest.finalize().into())
}

/// `size` bytes from `offset` on, and their SHA-256.
pub(super) async fn chunk(source: &Source, offset: u64, size: usize) -> io::Result<(Bytes, [u8; 32])> {
    let source = source.clone();
    blocking(move || {
        let bytes = match source {
            Source::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                let mut bytes = vec![0; size];
                file.read_exact(&mut bytes)?;
                Bytes::from(bytes)
            }
            Source::Bytes(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(size);
                if end > bytes.len() {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                bytes.slice(start..end)
            }
        };
        let sha256 = Sha256::digest(&bytes).into();
        Ok((bytes, sha256))
    })
    .await
}
