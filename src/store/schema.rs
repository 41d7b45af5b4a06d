//! Opening connections: settings, migrations and the check that tells a database from rubble.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::{Result, StoreError};

/// Marks the file as one of ours: "TMBR".
const APPLICATION_ID: i64 = 0x544d_4252;

/// Schema changes in order; number n leads to `user_version` n.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/001_initial.sql"),
    include_str!("migrations/002_recall_and_receipts.sql"),
    include_str!("migrations/003_cleared.sql"),
    include_str!("migrations/005_merged_lists.sql"),
    include_str!("migrations/009_annotations.sql"),
    include_str!("migrations/010_options.sql"),
];

/// The schema this build works with.
pub(super) const KNOWN: i64 = MIGRATIONS.len() as i64;

/// More than the statements of this module, so that none is prepared twice.
const STATEMENTS: usize = 128;

/// Opens the writing connection of `path`, or of a database in memory. The file is not touched yet.
pub(super) fn connect(path: Option<&Path>) -> Result<Connection> {
    let conn = match path {
        Some(path) => Connection::open_with_flags(
            path,
            // Without SQLITE_OPEN_URI: a path is a path, whatever it looks like.
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
        None => Connection::open_in_memory()?,
    };
    settings(&conn).map_err(damage)?;
    Ok(conn)
}

/// Opens a connection that can only read, on a database that exists.
pub(super) fn connect_reader(path: &Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    settings(&conn).map_err(damage)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn settings(conn: &Connection) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // There is one writer; waiting is for a second process on the same files, and for the end of a checkpoint.
    conn.busy_timeout(Duration::from_millis(250))?;
    conn.pragma_update(None, "cache_size", -8000)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Phones have no directory for temporary files that could be relied on.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// Turns a connection to an empty file, or to one of ours, into one that is ready; true when the file was empty.
pub(super) fn prepare(conn: &mut Connection) -> Result<bool> {
    let (found, empty) = inspect(conn).map_err(damage)?;
    migrate(conn, found)?;
    check(conn).map_err(damage)?;
    Ok(empty)
}

/// What a file says when nothing is asked of it but to be a database is damage. A failed migration is not: that
/// would be our mistake, and setting the file aside would make it the user's loss.
fn damage(error: StoreError) -> StoreError {
    match error {
        StoreError::Sql(text) => StoreError::Corrupt(text),
        other => other,
    }
}

/// The schema of the file, and whether it is empty. Puts the connection into its modes.
fn inspect(conn: &Connection) -> Result<(i64, bool)> {
    let found: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if found > KNOWN {
        return Err(StoreError::Newer { found, known: KNOWN });
    }
    let owner: i64 = conn.query_row("PRAGMA application_id", [], |r| r.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
    let empty = found == 0 && tables == 0;
    if !empty && (owner != APPLICATION_ID || found < 1) {
        return Err(StoreError::Corrupt(
            "the file belongs to another program".to_owned(),
        ));
    }
    // The journal mode cannot change inside a transaction; on a database in memory it stays as it is.
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // Pages that many commits change are copied back once: measured on received messages of 20 conversations,
    // 500 to a commit, 108,000 rows a second instead of 61,000 with SQLite's 1,000 pages. At most 16 MB of log,
    // cut back to 4 MB.
    conn.query_row("PRAGMA wal_autocheckpoint = 4000", [], |_| Ok(()))?;
    conn.query_row("PRAGMA journal_size_limit = 4194304", [], |_| Ok(()))?;
    conn.execute_batch("PRAGMA synchronous = NORMAL")?;
    Ok((found, empty))
}

fn migrate(conn: &mut Connection, found: i64) -> Result<()> {
    if found == KNOWN {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    for (number, sql) in (1..).zip(MIGRATIONS) {
        if number > found {
            tx.execute_batch(sql)?;
        }
    }
    tx.pragma_update(None, "user_version", KNOWN)?;
    tx.commit()?;
    Ok(())
}

/// Looks at the first and last row of every table and at the edges of every index. A full check would read the
/// whole file, which may be hundreds of megabytes; what this one misses shows when the page is needed, as
/// [`StoreError::Corrupt`].
fn check(conn: &Connection) -> Result<()> {
    const LOOKS: &[&str] = &[
        "SELECT * FROM meta_int LIMIT 1",
        "SELECT * FROM meta_text LIMIT 1",
        "SELECT * FROM conversations ORDER BY row LIMIT 1",
        "SELECT * FROM conversations ORDER BY row DESC LIMIT 1",
        "SELECT * FROM messages ORDER BY row LIMIT 1",
        "SELECT * FROM messages ORDER BY row DESC LIMIT 1",
        "SELECT max(msg_id) FROM messages",
        "SELECT row FROM messages ORDER BY conv DESC, time_ms DESC, ord DESC LIMIT 1",
        "SELECT * FROM ranges LIMIT 1",
        "SELECT * FROM extensions LIMIT 1",
        "SELECT * FROM extension_heads LIMIT 1",
        "SELECT * FROM reactions LIMIT 1",
        "SELECT * FROM do_not_disturb",
        "SELECT * FROM merged_lists LIMIT 1",
    ];
    for sql in LOOKS {
        conn.prepare(sql)?.query([])?.next()?;
    }
    Ok(())
}
