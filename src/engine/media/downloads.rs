//! Downloads (spec 03 section 7.3): a file of an element to a path, and the list of a merged message to memory. Calls
//! for the same thing and place share one transfer.

use bytes::Bytes;
use timbre_protocol::{MediaUrlRequest, request, response};

use super::{Owner, is_of_link};
use crate::engine::requests::Policy;
use crate::engine::transfers::{Failure, Get, Progress, Target, TransferEvent, Work};
use crate::engine::{Done, DownloadOp, Engine, Op, Output};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::ObjectWriter;

/// The largest list of merged messages that is taken into memory.
const MAX_LIST: u64 = 32 << 20;

/// One download, and who waits for it.
#[derive(Debug)]
pub(super) struct Download {
    /// As the host gave them: what makes two calls the same.
    key: (String, String, Target),
    id: String,
    /// The address was asked for, and may not be asked for again.
    asked: bool,
    step: Step,
    waiters: Vec<Waiter>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Job(u64),
    Request(u64),
}

#[derive(Debug)]
enum Waiter {
    Elem(Done, Progress),
    List(ListWaiter),
}

/// Who waits for the list of a merged message.
#[derive(Debug)]
pub(in crate::engine) struct ListWaiter {
    pub(in crate::engine) done: Done,
    /// Of the file.
    pub(in crate::engine) id: String,
}

impl Engine {
    /// `TIMMsgDownloadElemToPath`.
    pub(in crate::engine) fn download_elem(&mut self, op: DownloadOp, done: Done) {
        let Some((Op::DownloadElem(op), done)) = self.needs_login(Op::DownloadElem(Box::new(op)), done)
        else {
            return;
        };
        let DownloadOp {
            url,
            id,
            path,
            progress,
        } = *op;
        if url.is_empty() && id.is_empty() {
            return self.refuse(done, Refusal::invalid("url or path is empty"), "");
        }
        if !url.is_empty() && !is_web(&url) {
            let text = "msg_download_elem_param_url is not an http or https URL";
            return self.refuse(done, Refusal::new(code::HTTP_REQ_FAILED, text), "");
        }
        self.download(url, id, Target::File(path), Waiter::Elem(done, progress));
    }

    /// Fetches the list of a merged message; `url` may be empty.
    pub(in crate::engine) fn fetch_list(&mut self, url: String, waiter: ListWaiter) {
        let url = if is_web(&url) { url } else { String::new() };
        let id = waiter.id.clone();
        self.download(url, id, Target::Memory(MAX_LIST), Waiter::List(waiter));
    }

    fn download(&mut self, url: String, id: String, target: Target, waiter: Waiter) {
        let key = (url, id, target);
        if let Some(same) = self.media.downloads.values_mut().find(|d| d.key == key) {
            return same.waiters.push(waiter);
        }
        if let Err(refusal) = self.room_for_request() {
            return self.end_waiter(waiter, &Err(refusal));
        }
        let number = self.media.next();
        let download = Download {
            id: key.1.clone(),
            asked: false,
            step: Step::Job(0),
            waiters: vec![waiter],
            key,
        };
        let url = download.key.0.clone();
        self.media.downloads.insert(number, download);
        if url.is_empty() {
            self.ask_url(number, None);
        } else {
            self.get(number, url);
        }
    }

    fn get(&mut self, number: u64, url: String) {
        let Some(download) = self.media.downloads.get(&number) else {
            return;
        };
        let work = Work::Get(Get {
            url,
            server: self.link.origin().cloned(),
            target: download.key.2.clone(),
        });
        let job = self.start_job(Owner::Download(number), work);
        if let Some(download) = self.media.downloads.get_mut(&number) {
            download.step = Step::Job(job);
        }
    }

    /// Asks for a fresh address; `refused` is why the old one is of no use.
    fn ask_url(&mut self, number: u64, refused: Option<Refusal>) {
        let Some(download) = self.media.downloads.get_mut(&number) else {
            return;
        };
        download.asked = true;
        let body = MediaUrlRequest {
            id: download.id.clone(),
        };
        let request = self.request(
            request::Body::MediaUrl(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::MediaUrl(reply))) if is_web(&reply.url) => {
                    engine.get(number, reply.url);
                }
                Ok(_) => {
                    let text = "the server gave no address for the file";
                    let refusal = Refusal::new(code::DOWNLOAD_FAILED, text);
                    engine.end_download(number, &Err(refusal));
                }
                Err(refusal) if is_of_link(refusal.code) => engine.end_download(number, &Err(refusal)),
                Err(refusal) => {
                    let text = match refused {
                        Some(refused) => format!("{}; {refusal}", refused.desc),
                        None => format!("the server gives no address for the file: {refusal}"),
                    };
                    engine.end_download(number, &Err(Refusal::new(code::DOWNLOAD_FAILED, text)));
                }
            },
        );
        if let Some(download) = self.media.downloads.get_mut(&number) {
            download.step = Step::Request(request);
        }
    }

    pub(super) fn on_download_event(&mut self, number: u64, event: TransferEvent) {
        match event {
            TransferEvent::Progress { done, total } => self.tell_download(number, done, total),
            TransferEvent::Finished(bytes) => self.end_download(number, &Ok(bytes)),
            TransferEvent::Failed(failure) => self.on_get_failed(number, failure),
            TransferEvent::Prepared(_) => {}
        }
    }

    fn on_get_failed(&mut self, number: u64, failure: Failure) {
        let refusal = match failure {
            Failure::Refused(refusal) => refusal,
            Failure::Http { status, .. } => {
                let refusal = Refusal::new(code::DOWNLOAD_FAILED, format!("HTTP status {status}"));
                let fresh = self.media.downloads.get(&number);
                let fresh = fresh.is_some_and(|d| !d.asked && !d.id.is_empty());
                if fresh && matches!(status, 401 | 403 | 404 | 410) {
                    return self.ask_url(number, Some(refusal));
                }
                refusal
            }
            Failure::Unreachable(text) | Failure::Broken(text) if self.link.ready().is_none() => {
                Refusal::new(code::NET_DISCONNECT, text)
            }
            Failure::Unreachable(text) | Failure::Broken(text) => Refusal::new(code::DOWNLOAD_FAILED, text),
        };
        self.end_download(number, &Err(refusal));
    }

    fn tell_download(&mut self, number: u64, done: u64, total: u64) {
        let Some(download) = self.media.downloads.get(&number) else {
            return;
        };
        let mut json = String::new();
        ObjectWriter::new(&mut json)
            .uint("msg_download_elem_result_current_size", done)
            .uint("msg_download_elem_result_total_size", total);
        for waiter in &download.waiters {
            if let Waiter::Elem(_, progress) = waiter {
                let outcome = Outcome {
                    code: 0,
                    desc: "downloading".into(),
                    json: json.clone(),
                };
                self.out.push(Output::Progress(progress.clone(), outcome));
            }
        }
    }

    pub(super) fn end_download(&mut self, number: u64, result: &Result<Bytes, Refusal>) {
        let Some(download) = self.media.downloads.remove(&number) else {
            return;
        };
        match download.step {
            Step::Job(job) => self.cancel_job(job),
            Step::Request(request) => self.forget_request(request),
        }
        for waiter in download.waiters {
            self.end_waiter(waiter, result);
        }
    }

    fn end_waiter(&mut self, waiter: Waiter, result: &Result<Bytes, Refusal>) {
        match (waiter, result) {
            (Waiter::Elem(done, _), Ok(_)) => self.complete(done, Outcome::ok("")),
            (Waiter::Elem(done, _), Err(refusal)) => self.refuse(done, refusal.clone(), ""),
            (Waiter::List(waiter), result) => self.on_list(waiter, result.clone()),
        }
    }
}

/// Whether `url` is one that files are fetched from.
fn is_web(url: &str) -> bool {
    let rest = url
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"));
    rest.is_some_and(|(_, rest)| !rest.is_empty() && !rest.starts_with('/'))
        && !url.bytes().any(|b| b.is_ascii_control() || b == b' ')
}
