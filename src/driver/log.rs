//! The log: a plain text file a day, standard error, and the host's log callback (CORE-043 to CORE-048).
//!
//! Lines read `<UTC time> <level letter> <area> <text>`. What comes in has been freed of UserSigs, passwords
//! and message contents by those who write it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;

use super::EventSink;
use super::dispatch::Dispatcher;

/// Level names, by `TIMLogLevel`.
const LETTERS: &[u8; 8] = b"-TVDIWEA";
/// `kTIMLog_Debug`.
const DEFAULT_LEVEL: u8 = 3;
/// Lines kept before there is a file.
const EARLY_LINES: usize = 1_000;
/// How long files are kept.
const KEEP_DAYS: i64 = 7;
/// Default and smallest size of one file, in bytes.
const DEFAULT_FILE_BYTES: u64 = 100 << 20;
pub(crate) const MIN_FILE_BYTES: u64 = 150 << 10;

thread_local! {
    /// Set while this thread runs the log callback: what it logs then must not come back to it.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// See the module. Cheap to ask whether a line is wanted; safe from any thread.
pub(crate) struct Log {
    file_level: AtomicU8,
    callback_level: AtomicU8,
    console: AtomicBool,
    clean: AtomicBool,
    files: Mutex<Files>,
    host: Mutex<Option<Host>>,
}

/// Where the log callback is, and the way to it.
#[derive(Clone)]
struct Host {
    dispatcher: Arc<Dispatcher>,
    sink: Arc<dyn EventSink>,
}

struct Files {
    dir: Option<PathBuf>,
    open: Option<Open>,
    max_bytes: u64,
    /// Lines written before there was a folder.
    early: VecDeque<String>,
}

struct Open {
    file: File,
    day: i64,
    bytes: u64,
}

impl Log {
    pub(crate) fn new(console: bool) -> Arc<Self> {
        Arc::new(Self {
            file_level: AtomicU8::new(DEFAULT_LEVEL),
            callback_level: AtomicU8::new(DEFAULT_LEVEL),
            console: AtomicBool::new(console),
            clean: AtomicBool::new(true),
            files: Mutex::new(Files {
                dir: None,
                open: None,
                max_bytes: DEFAULT_FILE_BYTES,
                early: VecDeque::new(),
            }),
            host: Mutex::new(None),
        })
    }

    /// Lines go to `sink` too, by way of `dispatcher`.
    pub(crate) fn attach(&self, dispatcher: Arc<Dispatcher>, sink: Arc<dyn EventSink>) {
        *self.host.lock() = Some(Host { dispatcher, sink });
    }

    /// Lines go to no sink any more.
    pub(crate) fn detach(&self) {
        *self.host.lock() = None;
    }

    /// Begins to write into `dir`, which exists: removes old files, writes what was kept until now.
    pub(crate) fn open(&self, dir: &Path) {
        let now = now_ms();
        if self.clean.load(Ordering::Relaxed) {
            remove_old(dir, now);
        }
        let mut files = self.files.lock();
        files.dir = Some(dir.to_owned());
        for line in std::mem::take(&mut files.early) {
            files.write(now, &line);
        }
    }

    /// Stops writing to files.
    pub(crate) fn close(&self) {
        let mut files = self.files.lock();
        files.open = None;
        files.dir = None;
    }

    pub(crate) fn set_file_level(&self, level: u8) {
        self.file_level.store(level, Ordering::Relaxed);
    }

    pub(crate) fn set_callback_level(&self, level: u8) {
        self.callback_level.store(level, Ordering::Relaxed);
    }

    pub(crate) fn set_console(&self, on: bool) {
        self.console.store(on, Ordering::Relaxed);
    }

    /// `log_setting_disable_auto_clean` and `log_setting_max_file_size`.
    pub(crate) fn set_files(&self, disable_clean: bool, max_bytes: Option<u64>) {
        self.clean.store(!disable_clean, Ordering::Relaxed);
        if let Some(bytes) = max_bytes {
            self.files.lock().max_bytes = bytes.max(MIN_FILE_BYTES);
        }
    }

    /// Writes one line at a level of `TIMLogLevel`.
    pub(crate) fn line(&self, level: u8, area: &str, text: &str) {
        let wanted = |minimum: &AtomicU8| {
            let minimum = minimum.load(Ordering::Relaxed);
            minimum != 0 && level >= minimum
        };
        let file = wanted(&self.file_level);
        let callback = wanted(&self.callback_level) && !QUIET.get();
        if !file && !callback {
            return;
        }
        let now = now_ms();
        let letter = char::from(LETTERS[usize::from(level.min(7))]);
        // One line is one line, whatever stands in it.
        let text = if text.contains(['\n', '\r']) {
            text.replace(['\n', '\r'], " ")
        } else {
            text.to_owned()
        };
        let line = format!("{} {letter} {area} {text}", utc(now));
        if file {
            if self.console.load(Ordering::Relaxed) {
                // A closed standard error is no reason to fail.
                let _ = writeln!(std::io::stderr(), "{line}");
            }
            self.files.lock().write(now, &line);
        }
        if callback {
            let host = self.host.lock().clone();
            if let Some(Host { dispatcher, sink }) = host.filter(|host| host.sink.wants_log()) {
                dispatcher.push_log(level, line, sink);
            }
        }
    }

    /// Runs `f`, whose log lines do not reach the log callback.
    pub(crate) fn quietly(f: impl FnOnce()) {
        struct Restore(bool);
        impl Drop for Restore {
            fn drop(&mut self) {
                QUIET.set(self.0);
            }
        }
        let _restore = Restore(QUIET.replace(true));
        f();
    }
}

impl Files {
    fn write(&mut self, now: i64, line: &str) {
        let Some(dir) = &self.dir else {
            if self.early.len() >= EARLY_LINES {
                self.early.pop_front();
            }
            self.early.push_back(line.to_owned());
            return;
        };
        let day = now.div_euclid(86_400_000);
        let fits = |open: &Open| open.day == day && open.bytes + (line.len() as u64) < self.max_bytes;
        if !self.open.as_ref().is_some_and(fits) {
            let full = self.open.take().is_some_and(|open| open.day == day);
            self.open = open_file(dir, day, full, self.max_bytes);
        }
        if let Some(open) = &mut self.open {
            let mut bytes = Vec::with_capacity(line.len() + 1);
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
            // A full disk loses log lines and nothing else.
            if open.file.write_all(&bytes).is_ok() {
                open.bytes += bytes.len() as u64;
            }
        }
    }
}

/// Opens the file of `day`; one that is full is moved aside under a number first.
fn open_file(dir: &Path, day: i64, full: bool, max_bytes: u64) -> Option<Open> {
    let (year, month, date) = civil(day);
    let stem = format!("imsdk_{year:04}{month:02}{date:02}");
    let path = dir.join(format!("{stem}.log"));
    let full = full || fs::metadata(&path).is_ok_and(|m| m.len() >= max_bytes);
    if full {
        let free = (1..10_000)
            .map(|n| dir.join(format!("{stem}_{n}.log")))
            .find(|p| !p.exists())?;
        // Where it cannot be moved it goes on growing, which is better than no log.
        let _ = fs::rename(&path, free);
    }
    let file = OpenOptions::new().create(true).append(true).open(&path).ok()?;
    let bytes = file.metadata().map_or(0, |m| m.len());
    Some(Open { file, day, bytes })
}

/// Removes the files of days that lie more than [`KEEP_DAYS`] back.
fn remove_old(dir: &Path, now: i64) {
    let (year, month, date) = civil(now.div_euclid(86_400_000) - KEEP_DAYS);
    let oldest = format!("{year:04}{month:02}{date:02}");
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let day = name
            .strip_prefix("imsdk_")
            .filter(|_| name.ends_with(".log"))
            .and_then(|n| n.get(..8));
        if day.is_some_and(|day| day.bytes().all(|b| b.is_ascii_digit()) && day < oldest.as_str()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// `2026-01-31T12:00:00.123Z`.
pub(crate) fn utc(ms: i64) -> String {
    let (year, month, date) = civil(ms.div_euclid(86_400_000));
    let of_day = ms.rem_euclid(86_400_000);
    let (hours, minutes, seconds) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
    format!(
        "{year:04}-{month:02}-{date:02}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z",
        of_day % 1000
    )
}

/// Year, month and date of a day counted from 1970-01-01, in the Gregorian calendar.
fn civil(day: i64) -> (i64, i64, i64) {
    // Days since 0000-03-01, so that the leap day is the last of its year.
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let of_era = day.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, date)
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;
