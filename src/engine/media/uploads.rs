//! The files of a message that is being sent, one after the other: looked at, given a slot, put in chunks, committed,
//! named in the message (spec 03 section 7.1), with the progress of each element told (7.2).
//!
//! Whatever breaks on the way, the slot is asked for again, and says which chunks are there; only attempts that
//! bring nothing new are counted. A message keeps what has been uploaded of it: its row is written after each file.

use std::collections::VecDeque;
use std::fmt;

use timbre_protocol::{
    Body, CommitUploadRequest, Limits, MediaFile, UploadReply, UploadRequest, request, response,
};

use super::elements::{self, Role};
use super::{Owner, is_of_file, is_of_link};
use crate::engine::requests::Policy;
use crate::engine::transfers::{Failure, Prepare, Prepared, Put, TransferEvent, Work};
use crate::engine::{Engine, EventKind};
use crate::model::error::{Refusal, code};
use crate::model::messages::{ConvKey, Message};

/// Attempts for one file that bring no new chunk.
const MAX_ROUNDS: u32 = 4;
/// Progress is told at most so often.
const TELL_MS: u64 = 100;
/// The largest chunk that a server may ask for.
const MAX_CHUNK: u32 = 16 << 20;
/// The most chunks of a file.
const MAX_CHUNKS: u64 = 1 << 20;

type Then = Box<dyn FnOnce(&mut Engine, Message, Result<(), Refusal>) + Send>;

/// A file that several messages of one call have.
#[derive(Debug)]
pub(super) struct SharedFile {
    group: u64,
    asked: Prepare,
    prepared: Prepared,
    file: MediaFile,
}

/// One message whose files are on their way.
pub(super) struct Upload {
    /// Its body is filled as files arrive.
    message: Message,
    /// Of the call that it shares its files with; 0: it does not.
    group: u64,
    work: VecDeque<ElementWork>,
    step: Step,
    /// The server's name for the slot of the present file.
    slot: String,
    /// Attempts for the present file since its last new chunk.
    rounds: u32,
    /// Chunks of it that were there at the last attempt.
    have: usize,
    /// What becomes of the message.
    then: Option<Then>,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("message", &self.message.msg_id)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Idle,
    /// Another message has the same file, which is on its way.
    Waiting,
    /// The driver has a job.
    Job(u64),
    /// The server was asked.
    Request(u64),
}

/// The files of one element.
#[derive(Debug)]
struct ElementWork {
    index: usize,
    files: Vec<FileWork>,
    /// What has been told: bytes, and when.
    told: Option<(u64, u64)>,
}

#[derive(Debug)]
struct FileWork {
    role: Role,
    prepared: Option<Prepared>,
    arrived: bool,
}

impl ElementWork {
    fn total(&self) -> u64 {
        self.files
            .iter()
            .filter_map(|f| f.prepared.as_ref())
            .map(|p| p.size)
            .sum()
    }

    fn arrived(&self) -> u64 {
        let there = self.files.iter().filter(|f| f.arrived);
        there.filter_map(|f| f.prepared.as_ref()).map(|p| p.size).sum()
    }

    /// The file that is on its way.
    fn present(&mut self) -> Option<&mut FileWork> {
        self.files.iter_mut().find(|f| !f.arrived)
    }
}

impl Engine {
    /// Uploads what of `message` is only on this device, then goes on with the message and what became of it. Its
    /// row, if it has one, follows. The body that comes back can be sent to anybody: a file that was uploaded once
    /// is named, and not uploaded again.
    pub(in crate::engine) fn upload(
        &mut self,
        message: Message,
        then: impl FnOnce(&mut Self, Message, Result<(), Refusal>) + Send + 'static,
    ) {
        let limits = self.limits();
        let work = message
            .body
            .elements
            .iter()
            .enumerate()
            .filter_map(|(index, element)| {
                let files: Vec<FileWork> = elements::missing(element, &limits)
                    .into_iter()
                    .map(|role| FileWork {
                        role,
                        prepared: None,
                        arrived: false,
                    })
                    .collect();
                (!files.is_empty()).then_some(ElementWork {
                    index,
                    files,
                    told: None,
                })
            });
        let work = work.collect();
        let (id, group) = (self.media.next(), self.media.group);
        self.media.uploads.insert(
            id,
            Upload {
                message,
                group,
                work,
                step: Step::Idle,
                slot: String::new(),
                rounds: 0,
                have: 0,
                then: Some(Box::new(then)),
            },
        );
        self.go_on(id);
    }

    /// Takes a list of merged messages into its message where it is short enough.
    pub(in crate::engine) fn inline_lists(&self, body: &mut Body) {
        elements::inline_lists(body, &self.limits());
    }

    /// Ends the upload for a message with `refusal`; false when there is none.
    pub(in crate::engine) fn cancel_upload(
        &mut self,
        conv: &ConvKey,
        msg_id: &str,
        refusal: Refusal,
    ) -> bool {
        let found = self.media.uploads.iter();
        let found = found.filter(|(_, u)| u.message.msg_id == msg_id && u.message.conv == *conv);
        let Some(id) = found.map(|(&id, _)| id).next() else {
            return false;
        };
        self.end_upload(id, Err(refusal));
        true
    }

    pub(in crate::engine) fn limits(&self) -> Limits {
        self.user
            .as_ref()
            .map_or_else(crate::engine::user::default_limits, |u| u.limits)
    }

    /// The next step of an upload.
    fn go_on(&mut self, id: u64) {
        let limits = self.limits();
        loop {
            let Some(upload) = self.media.uploads.get_mut(&id) else {
                return;
            };
            let Some(work) = upload.work.front() else {
                return self.end_upload(id, Ok(()));
            };
            let Some(element) = upload.message.body.elements.get(work.index) else {
                upload.work.pop_front();
                continue;
            };
            // All files of an element are looked at before the first of them leaves: their bytes are one total.
            if let Some(file) = work.files.iter().find(|f| f.prepared.is_none()) {
                let prepare = file.role.prepare(element, &limits);
                let group = upload.group;
                if group != 0 {
                    if self.take_shared(id, &prepare) {
                        continue;
                    }
                    if self.is_shared_under_way(id, group, &prepare, &limits) {
                        return self.step(id, Step::Waiting);
                    }
                }
                let job = self.start_job(Owner::Upload(id), Work::Prepare(prepare));
                return self.step(id, Step::Job(job));
            }
            if work.files.iter().any(|f| !f.arrived) {
                upload.rounds = 0;
                upload.have = 0;
                // Two at once would put the same chunks into the same slot.
                if self.is_file_under_way(id) {
                    return self.step(id, Step::Waiting);
                }
                return self.ask_slot(id);
            }
            self.tell_upload(id, u64::MAX);
            if let Some(upload) = self.media.uploads.get_mut(&id) {
                upload.work.pop_front();
            }
        }
    }

    /// Uploads that waited for another one look again.
    pub(in crate::engine) fn wake_uploads(&mut self) {
        while std::mem::take(&mut self.media.wake) {
            let waiting = self.media.uploads.iter();
            let waiting = waiting.filter(|(_, u)| u.step == Step::Waiting);
            let ids: Vec<u64> = waiting.map(|(&id, _)| id).collect();
            for id in ids {
                self.step(id, Step::Idle);
                self.go_on(id);
            }
        }
    }

    /// The next file of `id` was uploaded by another message of its call: it is named in this one too.
    fn take_shared(&mut self, id: u64, asked: &Prepare) -> bool {
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return false;
        };
        let mut shared = self.media.shared.iter();
        let Some(found) = shared.find(|s| s.group == upload.group && s.asked == *asked) else {
            return false;
        };
        let Some(work) = upload.work.front_mut() else {
            return false;
        };
        let Some(part) = work.files.iter_mut().find(|f| f.prepared.is_none()) else {
            return false;
        };
        part.prepared = Some(found.prepared.clone());
        part.arrived = true;
        if let Some(element) = upload.message.body.elements.get_mut(work.index) {
            part.role.fill(element, found.file.clone(), &found.prepared);
        }
        self.keep_body(id);
        true
    }

    /// Whether another message of the same call has this file on its way.
    fn is_shared_under_way(&self, id: u64, group: u64, asked: &Prepare, limits: &Limits) -> bool {
        self.media.uploads.iter().any(|(&other, upload)| {
            let Some(work) = upload.work.front() else {
                return false;
            };
            let element = upload.message.body.elements.get(work.index);
            other != id
                && upload.group == group
                && upload.step != Step::Waiting
                && element.is_some_and(|element| {
                    let mut files = work.files.iter();
                    files.any(|f| f.role.prepare(element, limits) == *asked)
                })
        })
    }

    /// Whether another message has the very same file on its way.
    fn is_file_under_way(&mut self, id: u64) -> bool {
        let present = |upload: &Upload| {
            let file = upload.work.front()?.files.iter().find(|f| !f.arrived)?;
            let prepared = file.prepared.as_ref()?;
            Some((file.role.kind(), prepared.size, prepared.sha256))
        };
        let uploads = &self.media.uploads;
        let Some(wanted) = uploads.get(&id).and_then(present) else {
            return false;
        };
        uploads.iter().any(|(&other, upload)| {
            let busy = !upload.slot.is_empty() || matches!(upload.step, Step::Request(_));
            other != id && upload.step != Step::Waiting && busy && present(upload) == Some(wanted)
        })
    }

    fn keep_body(&mut self, id: u64) {
        let Some(upload) = self.media.uploads.get(&id) else {
            return;
        };
        let (row, body) = (upload.message.row, upload.message.body.clone());
        if row != 0
            && let Some(user) = &mut self.user
        {
            let kept = user.store.set_body(row, &body);
            self.guard(kept);
        }
    }

    fn step(&mut self, id: u64, step: Step) {
        if let Some(upload) = self.media.uploads.get_mut(&id) {
            upload.step = step;
        }
    }

    fn ask_slot(&mut self, id: u64) {
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return;
        };
        let Some(work) = upload.work.front_mut() else {
            return;
        };
        let index = work.index;
        let Some(file) = work.present() else { return };
        let (role, Some(prepared)) = (file.role, &file.prepared) else {
            return;
        };
        let name = upload.message.body.elements.get(index);
        let name = name.map(|e| role.name(e, &prepared.source)).unwrap_or_default();
        let body = UploadRequest {
            conversation: Some(upload.message.conv.to_wire()),
            kind: role.kind().into(),
            size: prepared.size,
            sha256: prepared.sha256.to_vec().into(),
            name,
        };
        let request = self.request(
            request::Body::Upload(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::Upload(reply))) => engine.on_slot(id, reply),
                Ok(_) => engine.end_upload(id, Err(no_content())),
                Err(refusal) => {
                    let refusal = slot_refusal(refusal);
                    engine.end_upload(id, Err(refusal));
                }
            },
        );
        self.step(id, Step::Request(request));
    }

    fn on_slot(&mut self, id: u64, reply: UploadReply) {
        if let Some(file) = reply.file {
            return self.on_arrived(id, file);
        }
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return;
        };
        let Some(file) = upload.work.front_mut().and_then(ElementWork::present) else {
            return;
        };
        let Some(prepared) = &file.prepared else { return };
        let chunks = prepared.size.div_ceil(u64::from(reply.chunk_bytes).max(1));
        let usable = !reply.upload_id.is_empty()
            && reply.path.starts_with('/')
            && (1..=MAX_CHUNK).contains(&reply.chunk_bytes)
            && chunks <= MAX_CHUNKS;
        let Some(server) = self.link.origin().filter(|_| usable).cloned() else {
            let text = "the server's slot for the file cannot be used";
            return self.end_upload(id, Err(Refusal::new(code::FILE_TRANS_AUTH_FAILED, text)));
        };
        if reply.have.len() > upload.have {
            upload.have = reply.have.len();
            upload.rounds = 0;
        }
        upload.rounds += 1;
        let put = Put {
            source: prepared.source.clone(),
            size: prepared.size,
            server,
            path: reply.path,
            chunk_bytes: reply.chunk_bytes,
            parallel: reply.parallel.max(1),
            have: reply.have,
        };
        self.tell_upload(id, 0);
        let job = self.start_job(Owner::Upload(id), Work::Put(put));
        self.step(id, Step::Job(job));
        if let Some(upload) = self.media.uploads.get_mut(&id) {
            upload.slot = reply.upload_id;
        }
    }

    pub(super) fn on_upload_event(&mut self, id: u64, event: TransferEvent) {
        match event {
            TransferEvent::Prepared(prepared) => {
                let upload = self.media.uploads.get_mut(&id);
                let file = upload
                    .and_then(|u| u.work.front_mut())
                    .and_then(|w| w.files.iter_mut().find(|f| f.prepared.is_none()));
                if let Some(file) = file {
                    file.prepared = Some(prepared);
                }
                self.go_on(id);
            }
            TransferEvent::Progress { done, .. } => self.tell_upload(id, done),
            TransferEvent::Finished(_) => self.commit_upload(id),
            TransferEvent::Failed(failure) => self.on_put_failed(id, failure),
        }
    }

    fn on_put_failed(&mut self, id: u64, failure: Failure) {
        let rounds = self.media.uploads.get(&id).map_or(0, |u| u.rounds);
        let last = rounds >= MAX_ROUNDS;
        let refusal = match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Unreachable(text) if last => Refusal::new(code::FILE_TRANS_NO_SERVER, text),
            Failure::Broken(text) if last => Refusal::new(code::UPLOAD_FAILED, text),
            // The slot is gone, or the server is for now: it tells when it is asked again.
            Failure::Http {
                status: 404 | 409 | 410 | 500..,
                ..
            } if !last => return self.ask_slot(id),
            Failure::Unreachable(_) | Failure::Broken(_) => return self.ask_slot(id),
            Failure::Http { code, text, .. } if is_of_file(code) => Refusal::new(code, text),
            Failure::Http { status, text, .. } => Refusal::new(
                code::UPLOAD_FAILED,
                format!("the upload was refused: HTTP status {status} {text}"),
            ),
        };
        self.end_upload(id, Err(refusal));
    }

    fn commit_upload(&mut self, id: u64) {
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return;
        };
        let body = CommitUploadRequest {
            upload_id: upload.slot.clone(),
        };
        let request = self.request(
            request::Body::CommitUpload(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::CommitUpload(reply))) => match reply.file {
                    Some(file) => engine.on_arrived(id, file),
                    None => engine.end_upload(id, Err(no_content())),
                },
                Ok(_) => engine.end_upload(id, Err(no_content())),
                Err(refusal) => engine.on_commit_refused(id, refusal),
            },
        );
        self.step(id, Step::Request(request));
    }

    fn on_commit_refused(&mut self, id: u64, refusal: Refusal) {
        let rounds = self.media.uploads.get(&id).map_or(0, |u| u.rounds);
        // The answer to a first commit may have been lost, or chunks with the server's disk: the slot tells.
        if refusal.code == code::RES_NOT_FOUND && rounds < MAX_ROUNDS {
            return self.ask_slot(id);
        }
        let refusal = if is_of_link(refusal.code) || is_of_file(refusal.code) {
            refusal
        } else {
            Refusal::new(code::UPLOAD_FAILED, refusal.to_string())
        };
        self.end_upload(id, Err(refusal));
    }

    /// A file is on the server.
    fn on_arrived(&mut self, id: u64, file: MediaFile) {
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return;
        };
        upload.step = Step::Idle;
        upload.slot.clear();
        self.media.wake = true;
        let limits = self.limits();
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return;
        };
        let Some(work) = upload.work.front_mut() else {
            return;
        };
        let index = work.index;
        let Some(part) = work.present() else { return };
        part.arrived = true;
        if let (Some(element), Some(prepared)) = (upload.message.body.elements.get_mut(index), &part.prepared)
        {
            if upload.group != 0 {
                self.media.shared.push(SharedFile {
                    group: upload.group,
                    asked: part.role.prepare(element, &limits),
                    prepared: prepared.clone(),
                    file: file.clone(),
                });
            }
            part.role.fill(element, file, prepared);
        }
        self.keep_body(id);
        self.go_on(id);
    }

    /// Tells how far the present element is; `done` bytes of its present file have passed. Everything has only
    /// arrived when the server has said so.
    fn tell_upload(&mut self, id: u64, done: u64) {
        let now = self.now.mono_ms;
        let Some(upload) = self.media.uploads.get_mut(&id) else {
            return;
        };
        let Some(work) = upload.work.front_mut() else {
            return;
        };
        if !work.files.iter().any(|f| f.role.is_told()) {
            return;
        }
        let total = work.total();
        let arrived = work.files.iter().all(|f| f.arrived);
        let bytes = if arrived {
            total
        } else {
            work.arrived().saturating_add(done).min(total.saturating_sub(1))
        };
        let bytes = match work.told {
            // The first one says 0, unless nothing was to be carried at all.
            None if !arrived => 0,
            None => bytes,
            Some((before, at)) => {
                if !arrived && (bytes <= before || now < at + TELL_MS) {
                    return;
                }
                bytes.max(before)
            }
        };
        work.told = Some((bytes, now));
        let index = u32::try_from(work.index).unwrap_or(u32::MAX);
        let message = upload.message.clone();
        let json = self.message_json(&message);
        self.event(EventKind::UploadProgress {
            json,
            index,
            done: bytes,
            total,
        });
    }

    /// The end of an upload: what it still has under way is given up, and the message goes on.
    pub(super) fn end_upload(&mut self, id: u64, result: Result<(), Refusal>) {
        let Some(mut upload) = self.media.uploads.remove(&id) else {
            return;
        };
        self.media.wake = true;
        let group = upload.group;
        if group != 0 && !self.media.uploads.values().any(|u| u.group == group) && self.media.group != group {
            self.media.shared.retain(|s| s.group != group);
        }
        match upload.step {
            Step::Idle | Step::Waiting => {}
            Step::Job(job) => self.cancel_job(job),
            Step::Request(request) => self.forget_request(request),
        }
        if let Some(then) = upload.then.take() {
            then(self, upload.message, result);
        }
    }
}

fn no_content() -> Refusal {
    Refusal::new(
        code::PARSE_RESPONSE_FAILED,
        "the answer about the file has no content",
    )
}

/// Why the server gives no slot.
fn slot_refusal(refusal: Refusal) -> Refusal {
    if is_of_link(refusal.code) || is_of_file(refusal.code) {
        return refusal;
    }
    Refusal::new(
        code::FILE_TRANS_AUTH_FAILED,
        format!("the server takes no file: {refusal}"),
    )
}
