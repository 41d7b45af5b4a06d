//! The thread `timbre-reader`: database queries that may take long and write nothing.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::queue::Queue;
use crate::engine::{Input, ReadDone, ReadJob, ReadQuery, ReadRows};
use crate::store::StoreError;
use crate::store::reader::Reader;

/// Answers jobs until their sender is gone. The file stays open between jobs, and is closed when another one is
/// named.
pub(crate) fn run(jobs: &Receiver<ReadJob>, inbox: &Arc<Queue<Input>>) {
    let mut open: Option<(PathBuf, Reader)> = None;
    for job in jobs {
        let result = answer(&mut open, &job);
        if result.is_err() {
            // The file may have been replaced under us: the next job opens it anew.
            open = None;
        }
        if inbox
            .push(Input::Read(ReadDone {
                ticket: job.ticket,
                result,
            }))
            .is_err()
        {
            return;
        }
    }
}

fn answer(open: &mut Option<(PathBuf, Reader)>, job: &ReadJob) -> Result<ReadRows, StoreError> {
    let (_, reader) = match open.take() {
        Some(kept) if kept.0 == job.path => open.insert(kept),
        _ => open.insert((job.path.clone(), Reader::open(&job.path)?)),
    };
    match &job.query {
        ReadQuery::Page(query) => reader.page(query).map(ReadRows::Messages),
        ReadQuery::Conversations => reader.list().map(ReadRows::Conversations),
    }
}
