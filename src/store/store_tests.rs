#![allow(clippy::unwrap_used)]

use rusqlite::Connection;

use super::fixtures::{Folder, bob, memory, open, received};
use super::messages::Insert;
use super::*;
use crate::model::error::code;

#[test]
fn a_new_file_is_created_and_found_again() {
    let folder = Folder::new();
    let (mut store, opened) = Store::open(&folder.file()).unwrap();
    assert_eq!(opened, Opened::Created);
    assert_eq!(store.path(), Some(&*folder.file()));
    store.set_meta("a", i64::MIN).unwrap();
    store.set_meta("a", -1).unwrap();
    store.set_meta_text("a", "text").unwrap();
    assert_eq!(store.commit(), Ok(true));
    store.close();
    assert_eq!(folder.names(), ["user.db"], "a closed store leaves no log behind");
    let (store, opened) = Store::open(&folder.file()).unwrap();
    assert_eq!(opened, Opened::Existing);
    assert_eq!(store.meta("a"), Ok(Some(-1)));
    assert_eq!(store.meta_text("a"), Ok(Some("text".into())));
    assert_eq!((store.meta("b"), store.meta_text("b")), (Ok(None), Ok(None)));
}

#[test]
fn an_empty_file_is_a_new_one() {
    let folder = Folder::new();
    std::fs::write(folder.file(), b"").unwrap();
    assert_eq!(Store::open(&folder.file()).unwrap().1, Opened::Created);
}

#[test]
fn a_missing_folder_is_an_io_failure() {
    let folder = Folder::new();
    let error = Store::open(&folder.file().join("no/such")).unwrap_err();
    assert!(matches!(error, StoreError::Io(_)), "{error}");
    assert_eq!(error.code(), code::IO_OPERATION_FAILED);
}

#[test]
fn a_path_is_never_a_uri() {
    let folder = Folder::new();
    let path = folder.file().with_file_name("file:x?mode=memory");
    drop(open(&path));
    assert!(path.exists());
}

#[test]
fn what_is_not_committed_is_gone() {
    // P6: the process dies before the commit.
    let folder = Folder::new();
    let mut store = open(&folder.file());
    store.set_meta("kept", 1).unwrap();
    store.commit().unwrap();
    store.set_meta("lost", 1).unwrap();
    let row = store.ensure(&bob()).unwrap();
    store.insert(row, &received(1)).unwrap();
    assert_eq!(
        store.meta("lost"),
        Ok(Some(1)),
        "P7: visible to the writer at once"
    );
    drop(store);
    let store = open(&folder.file());
    assert_eq!((store.meta("kept"), store.meta("lost")), (Ok(Some(1)), Ok(None)));
    assert_eq!((store.conversation(&bob()), store.max_row()), (Ok(None), Ok(0)));
}

#[test]
fn what_was_committed_survives_a_kill() {
    // P6: a copy of the files as they are is what a killed process leaves.
    let (folder, copy) = (Folder::new(), Folder::new());
    let mut store = open(&folder.file());
    let row = store.ensure(&bob()).unwrap();
    for n in 1..=100 {
        assert!(matches!(store.insert(row, &received(n)), Ok(Insert::New(_))));
    }
    store.commit().unwrap();
    store.insert(row, &received(101)).unwrap();
    for name in folder.names() {
        std::fs::copy(
            folder.file().with_file_name(&name),
            copy.file().with_file_name(&name),
        )
        .unwrap();
    }
    let (killed, opened) = Store::open(&copy.file()).unwrap();
    assert_eq!((opened, killed.max_row()), (Opened::Existing, Ok(100)));
}

#[test]
fn a_commit_says_whether_anything_was_written() {
    let mut store = memory();
    assert_eq!(store.commit(), Ok(false));
    let row = store.ensure(&bob()).unwrap();
    assert_eq!(store.commit(), Ok(true));
    assert_eq!(store.ensure(&bob()), Ok(row), "reading again writes nothing");
    assert_eq!(store.commit(), Ok(false));
    store.insert(row, &received(1)).unwrap();
    store.commit().unwrap();
    store.insert(row, &received(1)).unwrap();
    assert_eq!(store.commit(), Ok(false), "a known message changes nothing");
}

#[test]
fn a_rollback_undoes_the_batch_and_the_next_one_works() {
    let mut store = memory();
    store.set_meta("a", 1).unwrap();
    store.rollback();
    assert_eq!(store.meta("a"), Ok(None));
    store.rollback();
    store.set_meta("a", 2).unwrap();
    assert_eq!(store.commit(), Ok(true));
    assert_eq!(store.meta("a"), Ok(Some(2)));
}

#[test]
fn a_durable_batch_is_synchronous_and_the_next_one_is_not() {
    let folder = Folder::new();
    let mut store = open(&folder.file());
    let level = |store: &Store| -> i64 {
        store
            .read()
            .query_row("PRAGMA synchronous", [], |r| r.get(0))
            .unwrap()
    };
    store.set_meta("a", 1).unwrap();
    assert_eq!(level(&store), 1, "NORMAL");
    // The first part is committed, so that the second may be of another level.
    store.durable();
    store.set_meta("b", 1).unwrap();
    assert_eq!(level(&store), 2, "FULL");
    store.durable();
    store.set_meta("c", 1).unwrap();
    store.rollback();
    assert_eq!(
        (store.meta("a"), store.meta("b"), store.meta("c")),
        (Ok(Some(1)), Ok(None), Ok(None))
    );
    store.set_meta("a", 2).unwrap();
    assert_eq!(level(&store), 1, "a rollback ends it");
    store.durable();
    assert_eq!(
        store.commit(),
        Ok(true),
        "the part that was committed on the way counts"
    );
    store.durable();
    assert_eq!(store.commit(), Ok(false));
    store.set_meta("a", 3).unwrap();
    assert_eq!(level(&store), 1);
}

#[test]
fn a_later_schema_is_left_alone() {
    let folder = Folder::new();
    open(&folder.file()).close();
    let conn = Connection::open(folder.file()).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let before = std::fs::read(folder.file()).unwrap();
    let error = Store::open(&folder.file()).unwrap_err();
    assert_eq!(
        error,
        StoreError::Newer {
            found: 99,
            known: schema::KNOWN
        }
    );
    assert_eq!(error.code(), code::DATABASE_FAILURE);
    assert_eq!(std::fs::read(folder.file()).unwrap(), before);
    assert_eq!(folder.names(), ["user.db"]);
}

#[test]
fn the_file_is_set_up_as_documented() {
    let folder = Folder::new();
    let store = open(&folder.file());
    let number = |pragma: &str| -> i64 {
        store
            .read()
            .query_row(&format!("PRAGMA {pragma}"), [], |r| r.get(0))
            .unwrap()
    };
    let mode: String = store
        .read()
        .query_row("PRAGMA journal_mode", [], |r| r.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    for (pragma, expected) in [
        ("cache_size", -8000),
        ("foreign_keys", 1),
        ("journal_size_limit", 4 << 20),
        ("temp_store", 2),
        ("user_version", schema::KNOWN),
        ("wal_autocheckpoint", 4000),
    ] {
        assert_eq!(number(pragma), expected, "{pragma}");
    }
}

#[test]
fn every_table_is_strict_and_rows_are_never_reused() {
    let store = memory();
    let loose: i64 = store
        .read()
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict
                 AND name NOT LIKE 'sqlite%'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0);
    let mut store = store;
    let row = store.ensure(&bob()).unwrap();
    let Ok(Insert::New(first)) = store.insert(row, &received(1)) else {
        panic!()
    };
    store
        .write()
        .unwrap()
        .execute("DELETE FROM messages", [])
        .unwrap();
    assert_eq!(store.insert(row, &received(2)), Ok(Insert::New(first + 1)));
}

#[test]
fn a_full_disk_fails_the_batch_and_nothing_of_it_is_kept() {
    let folder = Folder::new();
    let mut store = open(&folder.file());
    let row = store.ensure(&bob()).unwrap();
    store.commit().unwrap();
    store.conn.pragma_update(None, "max_page_count", 60).unwrap();
    let error = (1..10_000)
        .find_map(|n| store.insert(row, &received(n)).err())
        .unwrap();
    assert!(matches!(error, StoreError::Full(_)), "{error}");
    assert_eq!(error.code(), code::IO_OPERATION_FAILED);
    // SQLite has rolled back by itself; what follows must not be committed as the rest of a batch.
    let after = store.set_meta("a", 1);
    let committed = store.commit();
    assert_eq!(after.is_err(), committed.is_err(), "{after:?} {committed:?}");
    store.rollback();
    if committed.is_err() {
        assert_eq!(store.max_row(), Ok(0));
    }
    store.set_meta("b", 1).unwrap();
    assert_eq!(store.commit(), Ok(true), "space enough for this one");
}

#[test]
fn errors_have_codes_and_words() {
    for (error, expected) in [
        (StoreError::Corrupt("x".into()), 7010),
        (StoreError::Full("x".into()), 6022),
        (StoreError::Io("x".into()), 6022),
        (StoreError::Newer { found: 2, known: 1 }, 7010),
        (StoreError::Sql("x".into()), 7010),
    ] {
        assert_eq!(error.code(), expected, "{error}");
        assert!(error.to_string().contains("local database"), "{error}");
    }
}
