#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn what_was_committed_is_in_the_database_file_after_a_copying() {
    let dir = std::env::temp_dir().join(format!("timbre-checkpointer-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("a.db");
    let writer = Connection::open(&path).unwrap();
    writer
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
             CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (7);",
        )
        .unwrap();
    let checkpointer = Checkpointer::start(Connection::open(&path).unwrap(), None);
    checkpointer.want();
    assert!(!checkpointer.leaves_rest(), "a short log is not ended");
    // Ends after what was asked for.
    drop(checkpointer);
    let alone = dir.join("without-log.db");
    std::fs::copy(&path, &alone).unwrap();
    let copy = Connection::open(&alone).unwrap();
    let found: i64 = copy.query_row("SELECT n FROM t", [], |row| row.get(0)).unwrap();
    assert_eq!(found, 7);
    std::fs::remove_dir_all(dir).unwrap();
}
