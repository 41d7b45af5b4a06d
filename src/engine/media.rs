//! Files on their way: those of messages that are being sent, and downloads (spec 03 section 7). The driver carries
//! the bytes; what is known of a transfer, and what follows from its end, stands here.

use std::collections::{BTreeMap, HashMap};

use super::Engine;
use super::transfers::{TransferEvent, TransferJob, Work};
use crate::model::error::{Refusal, code};

mod downloads;
mod elements;
mod uploads;

pub(super) use downloads::ListWaiter;
pub(super) use elements::{keep_uploaded, needs_upload};

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct Media {
    uploads: BTreeMap<u64, uploads::Upload>,
    downloads: BTreeMap<u64, downloads::Download>,
    /// Whose the driver's jobs are.
    jobs: HashMap<u64, Owner>,
    /// Messages of one call share their files: the number of that call, while it makes them.
    group: u64,
    /// What such a call has uploaded.
    shared: Vec<uploads::SharedFile>,
    /// An upload that others wait for has gone on, or has ended.
    wake: bool,
    last: u64,
}

/// Whose a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Upload(u64),
    Download(u64),
}

impl Media {
    /// How many uploads and downloads there are.
    pub(super) fn len(&self) -> usize {
        self.uploads.len() + self.downloads.len()
    }

    /// Messages that are sent until [`end_group`](Self::end_group) have the same files, which are uploaded once.
    pub(super) fn begin_group(&mut self) {
        self.group = self.next();
    }

    /// See [`begin_group`](Self::begin_group).
    pub(super) fn end_group(&mut self) {
        self.group = 0;
    }

    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

impl Engine {
    /// The driver tells of a job.
    pub(super) fn on_transfer(&mut self, job: u64, event: TransferEvent) {
        let owner = match event {
            TransferEvent::Progress { .. } => self.media.jobs.get(&job).copied(),
            _ => self.media.jobs.remove(&job),
        };
        match owner {
            Some(Owner::Upload(id)) => self.on_upload_event(id, event),
            Some(Owner::Download(id)) => self.on_download_event(id, event),
            // Cancelled meanwhile.
            None => {}
        }
    }

    /// Hands work to the driver; the number of the job.
    fn start_job(&mut self, owner: Owner, work: Work) -> u64 {
        let id = self.shared.next_transfer();
        self.media.jobs.insert(id, owner);
        self.out.push(super::Output::Transfer(TransferJob { id, work }));
        id
    }

    fn cancel_job(&mut self, job: u64) {
        if self.media.jobs.remove(&job).is_some() {
            self.out.push(super::Output::CancelTransfer(job));
        }
    }

    /// The session, or the client, ends: so does everything that is under way.
    pub(super) fn end_media(&mut self, code: i32, text: &'static str) {
        let uploads: Vec<u64> = self.media.uploads.keys().copied().collect();
        for id in uploads {
            self.end_upload(id, Err(Refusal::new(code, text)));
        }
        let downloads: Vec<u64> = self.media.downloads.keys().copied().collect();
        for id in downloads {
            self.end_download(id, &Err(Refusal::new(code, text)));
        }
    }
}

/// Whether a code speaks of the network or the session, not of a file.
fn is_of_link(code: i32) -> bool {
    (9500..9600).contains(&code)
        || matches!(
            code,
            code::NOT_LOGGED_IN | code::INTERRUPT | code::SEND_CANCELLED | code::DATABASE_FAILURE
        )
}

/// Whether a code speaks of a file.
fn is_of_file(code: i32) -> bool {
    (114_000..116_000).contains(&code) || code == code::NOT_AN_IMAGE
}
