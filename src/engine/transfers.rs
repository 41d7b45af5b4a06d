//! Transfers of files: what the engine asks of the driver, and what it hears of them. The engine knows paths and
//! addresses; bytes pass through the driver alone.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::model::error::{Outcome, Refusal};

/// One piece of work for the driver. It ends with exactly one [`TransferEvent::Prepared`],
/// [`TransferEvent::Finished`] or [`TransferEvent::Failed`], unless it is cancelled before.
#[derive(Debug)]
pub struct TransferJob {
    /// Number of the job, given back with each event; never used twice in a process.
    pub id: u64,
    /// What is to be done.
    pub work: Work,
}

/// What the driver can be asked.
#[derive(Debug)]
pub enum Work {
    /// Look at something that is to be uploaded.
    Prepare(Prepare),
    /// Put its chunks.
    Put(Put),
    /// Download.
    Get(Get),
}

/// Where bytes to be uploaded are.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of this device.
    File(PathBuf),
    /// In memory.
    Bytes(Bytes),
}

/// Says how large bytes are, not what they are.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
        }
    }
}

/// See [`Work::Prepare`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepare {
    /// What.
    pub source: Source,
    /// It has to begin like an image.
    pub picture: bool,
    /// `TIMImageLevel`: 1 and 2 make a JPEG of it where that is possible.
    pub level: u32,
    /// Bytes that it may have.
    pub max: u64,
}

/// What was found out by [`Work::Prepare`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What is to be uploaded: as it was given, or a JPEG made of it.
    pub source: Source,
    /// Its bytes.
    pub size: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Pixels as shown, of a picture; 0 where its header does not say.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// See [`Work::Put`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// What.
    pub source: Source,
    /// Its bytes.
    pub size: u64,
    /// The server.
    pub server: Origin,
    /// Path of the slot on that server.
    pub path: String,
    /// Bytes of every chunk but the last, at least 1.
    pub chunk_bytes: u32,
    /// Chunks that may be under way at once.
    pub parallel: u32,
    /// Chunks that are there.
    pub have: Vec<u32>,
}

/// See [`Work::Get`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Get {
    /// `http` or `https`.
    pub url: String,
    /// The server of this client, whose pin is good for its own addresses alone.
    pub server: Option<Origin>,
    /// Where to.
    pub target: Target,
}

/// Where a download goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A file, which is replaced once everything is there.
    File(PathBuf),
    /// Memory, at most so many bytes.
    Memory(u64),
}

/// A server as the link knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `ws://` or `wss://`; files are at the same host and port.
    pub url: String,
    /// The pin of [`ConnectTarget`](super::ConnectTarget).
    pub pin: String,
}

/// What the driver tells of a job.
#[derive(Debug)]
pub enum TransferEvent {
    /// Bytes that have passed, at most every 100 ms. A download tells its last byte, an upload need not.
    Progress {
        /// So many.
        done: u64,
        /// Of so many; 0 when that is not known.
        total: u64,
    },
    /// The end of [`Work::Prepare`].
    Prepared(Prepared),
    /// The end of [`Work::Put`] and [`Work::Get`]; the bytes of what was downloaded to memory.
    Finished(Bytes),
    /// The end of any.
    Failed(Failure),
}

/// Why a job has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// For a reason that has its code, and that trying again does not change.
    Refused(Refusal),
    /// No connection could be made.
    Unreachable(String),
    /// The connection broke, or fell silent, as often as it was tried.
    Broken(String),
    /// The server answered with this HTTP status and, where it said so, a code and a text.
    Http {
        /// The status.
        status: u16,
        /// A code of the error table; 0 when none came.
        code: i32,
        /// In words.
        text: String,
    },
}

/// Tells a host how far an operation is, any number of times before its [`Done`](super::Done) ends it.
#[derive(Clone)]
pub struct Progress(Option<Arc<dyn Fn(Outcome) + Send + Sync>>);

impl Progress {
    /// Calls `f`.
    pub fn new(f: impl Fn(Outcome) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(f)))
    }

    /// Nobody listens.
    pub fn ignore() -> Self {
        Self(None)
    }

    /// Only the dispatcher calls this; the engine hands it on in [`Output::Progress`](super::Output::Progress).
    pub fn tell(&self, outcome: Outcome) {
        if let Some(f) = &self.0 {
            f(outcome);
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
