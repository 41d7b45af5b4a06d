//! A download: redirects, resumption, and where the bytes go.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{
    CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_RANGE, LOCATION, RANGE,
};
use hyper::{Method, Response, StatusCode, body::Incoming};
use tokio::time::{Instant, sleep, timeout};

use super::files::blocking;
use super::{REPORT, Reporter, SILENCE, Tools};
use crate::driver::http::{Connection, Outgoing, Url, next};
use crate::engine::transfers::{Failure, Get, Target};
use crate::model::error::{Refusal, code};

/// Pauses before the attempts that follow one that brought nothing.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// Redirects in a row.
const MAX_REDIRECTS: usize = 5;
/// Bytes that are written to a file at once.
const PIECE: usize = 256 << 10;

/// Why an attempt has ended.
enum End {
    /// Another one goes on from here.
    Broken(Failure),
    /// No other one would fare better.
    Failed(Failure),
}

pub(super) async fn get(tools: &Tools, job: &Get, reporter: &Reporter) -> Result<Bytes, Failure> {
    let url = Url::parse(&job.url).ok_or_else(|| {
        let text = "the address is not an http or https URL";
        Failure::Refused(Refusal::new(code::HTTP_REQ_FAILED, text))
    })?;
    let mut sink = Sink::open(&job.target).await?;
    let mut state = State::default();
    let mut idle = 0;
    loop {
        let before = sink.len();
        match attempt(tools, job, &url, &mut sink, &mut state, reporter).await {
            Ok(()) => break,
            Err(End::Failed(failure)) => return Err(failure),
            Err(End::Broken(failure)) => {
                if sink.len() > before {
                    idle = 0;
                }
                let Some(pause) = PAUSES.get(idle) else {
                    return Err(failure);
                };
                idle += 1;
                sleep(*pause).await;
            }
        }
    }
    let bytes = sink.len();
    let result = sink.finish().await?;
    reporter.progress(bytes, bytes);
    Ok(result)
}

/// What is known of the file from one attempt to the next.
#[derive(Default)]
struct State {
    total: Option<u64>,
    /// A strong validator: the rest of this very file, or all of another one.
    etag: Option<HeaderValue>,
    told: Option<Instant>,
}

async fn attempt(
    tools: &Tools,
    job: &Get,
    url: &Url,
    sink: &mut Sink,
    state: &mut State,
    reporter: &Reporter,
) -> Result<(), End> {
    let (mut response, _connection) = ask(tools, job, url, sink.len(), state).await?;
    let status = response.status();
    let range = content_range(response.headers());
    match status {
        StatusCode::OK => {
            // The whole of it, whatever was there before.
            sink.restart().await?;
            state.total = number(response.headers(), &CONTENT_LENGTH);
        }
        StatusCode::PARTIAL_CONTENT => match range {
            Some((Some(start), total)) if start == sink.len() && agrees(state.total, total) => {
                state.total = total.or(state.total);
            }
            _ => return Err(begin_again(sink, state).await),
        },
        StatusCode::RANGE_NOT_SATISFIABLE if sink.len() > 0 => {
            return match range {
                Some((_, Some(total))) if total == sink.len() => Ok(()),
                _ => Err(begin_again(sink, state).await),
            };
        }
        status => {
            let failure = Failure::Http {
                status: status.as_u16(),
                code: 0,
                text: String::new(),
            };
            let passing = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
            return Err(if passing {
                End::Broken(failure)
            } else {
                End::Failed(failure)
            });
        }
    }
    state.etag = response
        .headers()
        .get(ETAG)
        .filter(|tag| !tag.as_bytes().starts_with(b"W/"))
        .cloned();
    let body = response.body_mut();
    loop {
        let more = next(body, SILENCE)
            .await
            .map_err(|e| End::Broken(Failure::Broken(e)))?;
        let Some(bytes) = more else { break };
        sink.push(&bytes).await?;
        if state.told.is_none_or(|at| at.elapsed() >= REPORT) && state.total != Some(sink.len()) {
            state.told = Some(Instant::now());
            reporter.progress(sink.len(), state.total.unwrap_or(0));
        }
    }
    if state.total.is_some_and(|total| total != sink.len()) {
        let text = "the connection ended before the file";
        return Err(End::Broken(Failure::Broken(text.to_owned())));
    }
    Ok(())
}

/// The file has changed under way, or the server sends another part than the one that was asked for.
async fn begin_again(sink: &mut Sink, state: &mut State) -> End {
    *state = State {
        told: state.told,
        ..State::default()
    };
    if let Err(end) = sink.restart().await {
        return end;
    }
    End::Broken(Failure::Broken(
        "the server does not go on where it stopped".to_owned(),
    ))
}

fn agrees(known: Option<u64>, told: Option<u64>) -> bool {
    known.is_none() || told.is_none() || known == told
}

/// Asks for what is missing from `from` on; follows redirects.
async fn ask(
    tools: &Tools,
    job: &Get,
    url: &Url,
    from: u64,
    state: &State,
) -> Result<(Response<Incoming>, Connection), End> {
    let mut url = url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let failed = |text: &str| {
            End::Failed(Failure::Refused(Refusal::new(
                code::DOWNLOAD_FAILED,
                text.to_owned(),
            )))
        };
        let mut request = url
            .request(Method::GET, Outgoing::none())
            .ok_or_else(|| failed("the address cannot be asked for"))?;
        if from > 0 {
            let headers = request.headers_mut();
            if let Ok(range) = HeaderValue::try_from(format!("bytes={from}-")) {
                headers.insert(RANGE, range);
            }
            if let Some(etag) = &state.etag {
                headers.insert(IF_RANGE, etag.clone());
            }
        }
        let mut connection = tools
            .dialer
            .connect(&url, job.server.as_ref())
            .await
            .map_err(|e| End::Broken(Failure::Unreachable(e)))?;
        let response = timeout(SILENCE, connection.send(request))
            .await
            .unwrap_or_else(|_| Err("the server does not answer".to_owned()))
            .map_err(|e| End::Broken(Failure::Broken(e)))?;
        if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok((response, connection));
        }
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|l| l.to_str().ok()).unwrap_or_default();
        url = url
            .join(location)
            .ok_or_else(|| failed("the server leads to an address that is not http or https"))?;
    }
    let text = "the server leads from one address to the next without end";
    Err(End::Failed(Failure::Refused(Refusal::new(
        code::DOWNLOAD_FAILED,
        text,
    ))))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Start and whole size in a `Content-Range`: `bytes 5-9/10`, `bytes */10`.
fn content_range(headers: &HeaderMap) -> Option<(Option<u64>, Option<u64>)> {
    let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let start = range.split_once('-').and_then(|(start, _)| start.parse().ok());
    Some((start, total.parse().ok()))
}

/// Where the bytes go.
enum Sink {
    Memory { bytes: Vec<u8>, max: u64 },
    File(Box<FileSink>),
}

struct FileSink {
    /// None only while a write is under way.
    file: Option<File>,
    part: Part,
    path: PathBuf,
    buffer: Vec<u8>,
    written: u64,
}

/// The temporary file; gone with the value, unless it has got its name.
struct Part(Option<PathBuf>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // One that is left behind harms nobody.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn local(path: &Path, error: &io::Error) -> Failure {
    let text = format!("{} cannot be written: {error}", path.display());
    Failure::Refused(Refusal::new(code::IO_OPERATION_FAILED, text))
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Sink {
    async fn open(target: &Target) -> Result<Self, Failure> {
        let path = match target {
            Target::Memory(max) => {
                return Ok(Self::Memory {
                    bytes: Vec::new(),
                    max: *max,
                });
            }
            Target::File(path) => path.clone(),
        };
        let wanted = path.clone();
        let (file, part) = blocking(move || create(&wanted))
            .await
            .map_err(|e| local(&path, &e))?;
        Ok(Self::File(Box::new(FileSink {
            file: Some(file),
            part,
            path,
            buffer: Vec::with_capacity(PIECE),
            written: 0,
        })))
    }

    fn len(&self) -> u64 {
        match self {
            Self::Memory { bytes, .. } => bytes.len() as u64,
            Self::File(sink) => sink.written + sink.buffer.len() as u64,
        }
    }

    async fn push(&mut self, more: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Memory { bytes, max } => {
                if (bytes.len() + more.len()) as u64 > *max {
                    let text = format!("what is downloaded is larger than {max} bytes");
                    return Err(Failure::Refused(Refusal::new(code::DOWNLOAD_FAILED, text)));
                }
                bytes.extend_from_slice(more);
                Ok(())
            }
            Self::File(sink) => {
                sink.buffer.extend_from_slice(more);
                if sink.buffer.len() < PIECE {
                    return Ok(());
                }
                sink.flush().await.map_err(|e| local(&sink.path, &e))
            }
        }
    }

    /// Forgets what is there.
    async fn restart(&mut self) -> Result<(), End> {
        match self {
            Self::Memory { bytes, .. } => bytes.clear(),
            Self::File(sink) => {
                sink.buffer.clear();
                if std::mem::take(&mut sink.written) > 0 {
                    let rewound = sink.with(|file| {
                        use std::io::Seek as _;
                        file.set_len(0)?;
                        file.rewind()
                    });
                    rewound.await.map_err(|e| local(&sink.path, &e))?;
                }
            }
        }
        Ok(())
    }

    /// Everything is there: the file gets its name.
    async fn finish(self) -> Result<Bytes, Failure> {
        match self {
            Self::Memory { bytes, .. } => Ok(bytes.into()),
            Self::File(mut sink) => {
                sink.flush().await.map_err(|e| local(&sink.path, &e))?;
                let FileSink { file, part, path, .. } = *sink;
                let wanted = path.clone();
                blocking(move || name(file, part, &wanted))
                    .await
                    .map_err(|e| local(&path, &e))?;
                Ok(Bytes::new())
            }
        }
    }
}

impl FileSink {
    async fn flush(&mut self) -> io::Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let size = buffer.len() as u64;
        let mut buffer = self
            .with(move |file| file.write_all(&buffer).map(|()| buffer))
            .await?;
        buffer.clear();
        self.buffer = buffer;
        self.written += size;
        Ok(())
    }

    /// Does something with the file where it may wait for the disk.
    async fn with<T: Send + 'static>(
        &mut self,
        f: impl FnOnce(&mut File) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let mut file = self.file.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let (file, result) = blocking(move || {
            let result = f(&mut file);
            Ok((file, result))
        })
        .await?;
        self.file = Some(file);
        result
    }
}

/// Numbers the temporary files of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A temporary file beside `path`, whose folders are made.
fn create(path: &Path) -> io::Result<(File, Part)> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if path.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"));
    }
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let part = folder.join(format!(".timbre-{}-{number}.part", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&part) {
            // Of a process that was killed, and had the same number.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return Ok((opened?, Part(Some(part)))),
        }
    }
}

/// Gives the temporary file its name; what had it before is replaced.
fn name(file: Option<File>, mut part: Part, path: &Path) -> io::Result<()> {
    if let Some(file) = file {
        file.sync_all()?;
    }
    if let Some(from) = &part.0 {
        std::fs::rename(from, path)?;
    }
    part.0 = None;
    Ok(())
}
