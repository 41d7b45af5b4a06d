//! Database files: what a kill leaves of them, and whether that is in order.

use std::any::Any;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OpenFlags};

/// A folder of its own for one run, in memory where the machine has a file system for that.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let base = Some(PathBuf::from("/dev/shm"))
            .filter(|p| p.is_dir())
            .unwrap_or_else(std::env::temp_dir);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = base.join(format!("timbre-simulation-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays behind is a few kilobytes of a temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Lets go of a process's state by `drop_all` in the middle of an unwinding, as a death is: nobody is answered.
/// With `as_is` the files at `path` are afterwards what they were before: SQLite closed nothing in good order.
pub(crate) fn kill(path: &Path, as_is: bool, drop_all: impl FnOnce()) {
    let files = [path.to_owned(), beside(path, "-wal")];
    let kept: Vec<Option<Vec<u8>>> = if as_is {
        files.iter().map(|f| fs::read(f).ok()).collect()
    } else {
        Vec::new()
    };
    perish(drop_all);
    if as_is {
        // The index of the log in shared memory is made anew by whoever opens the files.
        let _ = fs::remove_file(beside(path, "-shm"));
        for (file, bytes) in files.iter().zip(kept) {
            match bytes {
                Some(bytes) => fs::write(file, bytes).unwrap(),
                None => {
                    let _ = fs::remove_file(file);
                }
            }
        }
    }
}

/// Runs `drop_all` while this thread unwinds: a completion may then be dropped unanswered.
fn perish(drop_all: impl FnOnce()) {
    struct OnDrop<F: FnOnce()>(Option<F>);
    impl<F: FnOnce()> Drop for OnDrop<F> {
        fn drop(&mut self) {
            if let Some(f) = self.0.take() {
                f();
            }
        }
    }
    let died: Result<(), Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(move || {
        let _dying = OnDrop(Some(drop_all));
        // Without the panic hook: nothing is printed.
        resume_unwind(Box::new(()));
    }));
    assert!(died.is_err(), "an unwinding ends here");
}

/// Removes a database.
pub(crate) fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(path, suffix));
    }
}

pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    Ok(conn)
}

/// SQLite's own opinion of a database; one that is not there is in order.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    if !path.exists() {
        return Ok(());
    }
    let ask = || -> rusqlite::Result<String> {
        let conn = open_reader(path)?;
        // Leaves the log where it is: the process that opens the files next finds it.
        conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        conn.query_row("PRAGMA integrity_check", [], |row| row.get(0))
    };
    match ask() {
        Ok(text) if text == "ok" => Ok(()),
        Ok(text) => Err(text),
        Err(error) => Err(error.to_string()),
    }
}
