//! An upload: the chunks that the server lacks, several at once, each tried a few times.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hyper::header::HeaderValue;
use hyper::{Method, StatusCode};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::{REPORT, Reporter, SILENCE, Tools, files};
use crate::driver::http::{self, Connection, Outgoing, Url};
use crate::engine::transfers::{Failure, Put};
use crate::model::error::{Refusal, code};

/// Pauses before each attempt for a chunk.
const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(300), Duration::from_secs(1)];
/// A chunk may take [`SILENCE`], and as long as this many bytes a second need.
const SLOWEST: u64 = 4 << 10;
/// Connections of one upload, whatever the server offers.
const MAX_PARALLEL: u32 = 4;

/// What the connections of an upload share.
struct Plan {
    /// Chunks that nobody has taken yet.
    chunks: Mutex<VecDeque<u32>>,
    /// Bytes of chunks that are there.
    there: AtomicU64,
    /// Bytes that are gone of each chunk that is under way.
    under_way: Mutex<Vec<Arc<AtomicU64>>>,
}

impl Plan {
    fn gone(&self) -> u64 {
        let under_way = self.under_way.lock();
        let under_way = under_way.iter().map(|gone| gone.load(Ordering::Relaxed));
        self.there.load(Ordering::Relaxed) + under_way.sum::<u64>()
    }
}

pub(super) async fn put(tools: &Tools, job: &Put, reporter: &Reporter) -> Result<(), Failure> {
    let whole = u64::from(job.chunk_bytes.max(1));
    // The engine lets no more than a million through.
    let count = u32::try_from(job.size.div_ceil(whole)).unwrap_or(u32::MAX);
    let mut there = job.have.clone();
    there.retain(|n| *n < count);
    there.sort_unstable();
    there.dedup();
    let chunks: VecDeque<u32> = (0..count).filter(|n| there.binary_search(n).is_err()).collect();
    let present: u64 = there.iter().map(|&n| length(job, n)).sum();
    let workers = job.parallel.clamp(1, MAX_PARALLEL).min(chunks.len() as u32);
    let plan = Plan {
        chunks: Mutex::new(chunks),
        there: AtomicU64::new(present),
        under_way: Mutex::default(),
    };
    let mut workers: FuturesUnordered<_> = (0..workers).map(|_| worker(tools, job, &plan)).collect();
    let mut clock = interval(REPORT);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = 0;
    loop {
        tokio::select! {
            ended = workers.next() => match ended {
                Some(result) => result?,
                None => return Ok(()),
            },
            _ = clock.tick() => {
                let gone = plan.gone();
                if gone > told {
                    told = gone;
                    reporter.progress(gone, job.size);
                }
            }
        }
    }
}

fn length(job: &Put, n: u32) -> u64 {
    let whole = u64::from(job.chunk_bytes);
    whole.min(job.size.saturating_sub(u64::from(n) * whole))
}

/// Takes chunks until there are no more. Its connection stays open between them.
async fn worker(tools: &Tools, job: &Put, plan: &Plan) -> Result<(), Failure> {
    let mut connection = None;
    loop {
        let Some(n) = plan.chunks.lock().pop_front() else {
            return Ok(());
        };
        let _turn = tools.chunks.acquire().await;
        // Chunks fit into memory: the engine has bounded them.
        let size = usize::try_from(length(job, n)).unwrap_or(usize::MAX);
        let offset = u64::from(n) * u64::from(job.chunk_bytes);
        let (bytes, sha256) = files::chunk(&job.source, offset, size).await.map_err(|e| {
            let text = format!("reading the file failed during the upload: {e}");
            Failure::Refused(Refusal::new(code::RES_READ_FAILED, text))
        })?;
        let mut last = Failure::Broken(String::new());
        let mut done = false;
        for pause in PAUSES {
            sleep(pause).await;
            let gone = Arc::new(AtomicU64::new(0));
            plan.under_way.lock().push(gone.clone());
            let body = Outgoing::new(bytes.clone(), gone.clone());
            let sent = attempt(tools, job, n, &sha256, body, &mut connection);
            let patience = SILENCE + Duration::from_secs(size as u64 / SLOWEST);
            let result = timeout(patience, sent).await;
            plan.under_way.lock().retain(|other| !Arc::ptr_eq(other, &gone));
            let result =
                result.unwrap_or_else(|_| Err(Failure::Broken("the server has fallen silent".into())));
            match result {
                Ok(()) => {
                    plan.there.fetch_add(size as u64, Ordering::Relaxed);
                    done = true;
                    break;
                }
                Err(failure) => {
                    connection = None;
                    if !is_passing(&failure) {
                        return Err(failure);
                    }
                    last = failure;
                }
            }
        }
        if !done {
            return Err(last);
        }
    }
}

/// Whether the next attempt may fare better.
fn is_passing(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(_) => false,
        Failure::Unreachable(_) | Failure::Broken(_) => true,
        // An attempt that was given up may have arrived after this one (409). A damaged chunk was damaged on its way,
        // or will be refused again.
        Failure::Http { status, code, .. } => {
            *status >= 500 || matches!(status, 408 | 409 | 429) || *code == code::RES_PART_DIGEST
        }
    }
}

async fn attempt(
    tools: &Tools,
    job: &Put,
    n: u32,
    sha256: &[u8; 32],
    body: Outgoing,
    connection: &mut Option<Connection>,
) -> Result<(), Failure> {
    let mark = if job.path.contains('?') { '&' } else { '?' };
    let no_url = || {
        let text = "the server's slot for the file cannot be used";
        Failure::Refused(Refusal::new(code::FILE_TRANS_AUTH_FAILED, text))
    };
    let url = Url::on(&job.server, &format!("{}{mark}chunk={n}", job.path)).ok_or_else(no_url)?;
    let mut request = url.request(Method::PUT, body).ok_or_else(no_url)?;
    let digest = HeaderValue::try_from(timbre_protocol::hex::encode(sha256)).map_err(|_| no_url())?;
    request.headers_mut().insert("x-timbre-sha256", digest);
    let open = match connection {
        Some(open) => open,
        None => {
            let made = tools.dialer.connect(&url, Some(&job.server)).await;
            connection.insert(made.map_err(Failure::Unreachable)?)
        }
    };
    let mut response = open.send(request).await.map_err(Failure::Broken)?;
    let status = response.status();
    let text = http::text(response.body_mut(), SILENCE).await;
    if status.is_success() {
        if text.is_err() {
            // The chunk is there, but the connection is of no more use.
            *connection = None;
        }
        return Ok(());
    }
    Err(refused(status, &text.unwrap_or_default()))
}

/// What the server says in its JSON, `{"code":..,"text":".."}`.
fn refused(status: StatusCode, text: &str) -> Failure {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let code = said["code"].as_i64().and_then(|n| i32::try_from(n).ok());
    Failure::Http {
        status: status.as_u16(),
        code: code.unwrap_or(0),
        text: said["text"].as_str().unwrap_or_default().to_owned(),
    }
}
