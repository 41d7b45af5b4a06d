//! The thread `timbre-reader`: database queries that may take long and write nothing. Segments of the search index
//! take longer than anybody waits for an answer: each is made on a thread of its own, `timbre-indexer`, one at a
//! time.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

use super::queue::Queue;
use crate::engine::{Input, ReadDone, ReadJob, ReadQuery, ReadRows};
use crate::store::StoreError;
use crate::store::reader::Reader;

/// Answers jobs until their sender is gone. The file stays open between jobs, and is closed when another one is
/// named.
pub(crate) fn run(jobs: &Receiver<ReadJob>, inbox: &Arc<Queue<Input>>) {
    let mut open: Option<(PathBuf, Reader)> = None;
    let mut indexer = Indexer::default();
    for job in jobs {
        if matches!(job.query, ReadQuery::Index(_)) {
            indexer.start(job, inbox);
            continue;
        }
        let result = answer(&mut open, &job);
        if result.is_err() {
            // The file may have been replaced under us: the next job opens it anew.
            open = None;
        }
        if tell(inbox, job.ticket, result).is_err() {
            break;
        }
    }
    indexer.end();
}

/// Puts an answer into the engine's inbox; an error when the engine has ended.
fn tell(inbox: &Queue<Input>, ticket: u64, result: Result<ReadRows, StoreError>) -> Result<(), ()> {
    inbox.push(Input::Read(ReadDone { ticket, result })).map_err(drop)
}

fn answer(open: &mut Option<(PathBuf, Reader)>, job: &ReadJob) -> Result<ReadRows, StoreError> {
    let (_, reader) = match open.take() {
        Some(kept) if kept.0 == job.path => open.insert(kept),
        _ => open.insert((job.path.clone(), Reader::open(&job.path)?)),
    };
    job.query.run(reader, &|| false)
}

/// The thread that makes a segment, while there is one.
#[derive(Default)]
struct Indexer {
    thread: Option<JoinHandle<()>>,
    cancelled: Arc<AtomicBool>,
}

impl Indexer {
    /// Makes the segment of `job`; what an earlier job still makes is given up, because its user has gone.
    fn start(&mut self, job: ReadJob, inbox: &Arc<Queue<Input>>) {
        self.end();
        let cancelled = Arc::new(AtomicBool::new(false));
        self.cancelled = cancelled.clone();
        let ticket = job.ticket;
        let to = inbox.clone();
        let work = move || {
            let result = Reader::open(&job.path)
                .and_then(|reader| job.query.run(&reader, &|| cancelled.load(Ordering::Relaxed)));
            let _ = tell(&to, job.ticket, result);
        };
        match std::thread::Builder::new()
            .name("timbre-indexer".into())
            .spawn(work)
        {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => {
                let error = StoreError::Io(format!("no thread for the search index: {error}"));
                let _ = tell(inbox, ticket, Err(error));
            }
        }
    }

    fn end(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A bug in it has been reported by the panic itself.
            let _ = thread.join();
        }
    }
}
