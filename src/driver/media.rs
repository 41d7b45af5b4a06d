//! Files on their way, on the thread of the link: looks at files, puts their chunks, downloads. What it does with the
//! disk it does on threads of its own, piece by piece, so that neither the link nor a name that is being resolved has
//! to wait for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::{AbortHandle, Id, JoinSet};

use super::connect::Net;
use super::http::Dialer;
use super::queue::Queue;
use crate::engine::Input;
use crate::engine::transfers::{Failure, TransferEvent, TransferJob, Work};
use crate::model::error::{Refusal, code};

mod files;
mod get;
mod put;

/// Files on their way at the same time; more wait for their turn.
const TRANSFERS: usize = 8;
/// Files that are looked at at the same time.
const LOOKS: usize = 2;
/// Chunks in memory, of all uploads together.
const CHUNKS: usize = 4;
/// Images in memory.
const PICTURES: usize = 1;
/// A server that says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// Progress is reported at most so often.
const REPORT: Duration = Duration::from_millis(100);
/// No transfer takes longer.
const LONGEST: Duration = Duration::from_secs(4 * 3600);

/// What the engine wants of the transfers.
#[derive(Debug)]
pub(crate) enum Command {
    Start(TransferJob),
    Cancel(u64),
    /// The engine is started again and knows none of them.
    CancelAll,
}

/// What all transfers share.
struct Tools {
    dialer: Dialer,
    transfers: Semaphore,
    looks: Semaphore,
    chunks: Semaphore,
    pictures: Semaphore,
}

/// Tells the engine of one job.
#[derive(Clone)]
struct Reporter {
    id: u64,
    inbox: Arc<Queue<Input>>,
}

impl Reporter {
    fn tell(&self, event: TransferEvent) {
        // A closed inbox belongs to a client that is ending; nobody needs to know any more.
        let _ = self.inbox.push(Input::Transfer { id: self.id, event });
    }

    fn progress(&self, done: u64, total: u64) {
        self.tell(TransferEvent::Progress { done, total });
    }
}

/// Runs until the senders of `commands` are gone; what is under way then is given up.
pub(crate) async fn run(mut commands: UnboundedReceiver<Command>, inbox: Arc<Queue<Input>>, net: Arc<Net>) {
    let tools = Arc::new(Tools {
        dialer: Dialer::new(net),
        transfers: Semaphore::new(TRANSFERS),
        looks: Semaphore::new(LOOKS),
        chunks: Semaphore::new(CHUNKS),
        pictures: Semaphore::new(PICTURES),
    });
    let mut tasks = JoinSet::new();
    let mut running: HashMap<u64, AbortHandle> = HashMap::new();
    let mut jobs: HashMap<Id, Reporter> = HashMap::new();
    loop {
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None => return,
                Some(Command::Start(job)) => {
                    let reporter = Reporter { id: job.id, inbox: inbox.clone() };
                    let task = tasks.spawn(work(tools.clone(), job.work, reporter.clone()));
                    jobs.insert(task.id(), reporter.clone());
                    running.insert(reporter.id, task);
                }
                Some(Command::Cancel(id)) => {
                    if let Some(task) = running.remove(&id) {
                        task.abort();
                    }
                }
                Some(Command::CancelAll) => {
                    tasks.abort_all();
                    running.clear();
                }
            },
            Some(ended) = tasks.join_next_with_id(), if !tasks.is_empty() => {
                let (task, failed) = match ended {
                    Ok((task, ())) => (task, false),
                    Err(error) => (error.id(), error.is_panic()),
                };
                if let Some(reporter) = jobs.remove(&task) {
                    running.remove(&reporter.id);
                    if failed {
                        let refusal = Refusal::new(code::INTERNAL_ERROR, "a bug stopped the transfer");
                        reporter.tell(TransferEvent::Failed(Failure::Refused(refusal)));
                    }
                }
            }
        }
    }
}

async fn work(tools: Arc<Tools>, work: Work, reporter: Reporter) {
    let ended = tokio::time::timeout(LONGEST, async {
        match work {
            Work::Prepare(job) => {
                let _turn = tools.looks.acquire().await;
                files::prepare(&tools, job)
                    .await
                    .map(TransferEvent::Prepared)
                    .map_err(Failure::Refused)
            }
            Work::Put(job) => {
                let _turn = tools.transfers.acquire().await;
                put::put(&tools, &job, &reporter)
                    .await
                    .map(|()| TransferEvent::Finished(Bytes::new()))
            }
            Work::Get(job) => {
                let _turn = tools.transfers.acquire().await;
                get::get(&tools, &job, &reporter)
                    .await
                    .map(TransferEvent::Finished)
            }
        }
    });
    let event = match ended.await {
        Ok(Ok(event)) => event,
        Ok(Err(failure)) => TransferEvent::Failed(failure),
        Err(_) => {
            let refusal = Refusal::new(code::RES_TRANSFER_TIMEOUT, "the transfer took too long");
            TransferEvent::Failed(Failure::Refused(refusal))
        }
    };
    reporter.tell(event);
}

#[cfg(test)]
#[path = "media_tests.rs"]
mod tests;
