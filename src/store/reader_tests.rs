#![allow(clippy::unwrap_used)]

use super::super::fixtures::{Folder, bob, open, received};
use super::*;
use crate::store::StoreError;
use crate::store::messages::PageStart;

fn page(conv_row: i64) -> PageQuery {
    PageQuery {
        conv_row,
        start: PageStart::End,
        newer: false,
        limit: 20,
        min_time_ms: None,
        max_time_ms: None,
        types: vec![],
    }
}

#[test]
fn the_reader_sees_what_was_committed_before() {
    // P7
    let folder = Folder::new();
    let mut store = open(&folder.file());
    let reader = Reader::open(&folder.file()).unwrap();
    let row = store.ensure(&bob()).unwrap();
    store.insert(row, &received(1)).unwrap();
    let mut conversation = store.conversation_by_row(row).unwrap().unwrap();
    conversation.listed = true;
    store.save(&conversation).unwrap();
    assert_eq!(reader.page(&page(row)), Ok(vec![]));
    store.commit().unwrap();
    assert_eq!(reader.page(&page(row)), store.page(&page(row)));
    assert_eq!(reader.list(), store.list());
    assert_eq!(
        (
            reader.page(&page(row)).unwrap().len(),
            reader.list().unwrap().len()
        ),
        (1, 1)
    );
}

#[test]
fn the_reader_cannot_write() {
    let folder = Folder::new();
    let _store = open(&folder.file());
    let reader = Reader::open(&folder.file()).unwrap();
    let error = reader
        .conn
        .execute("INSERT INTO meta_int (key) VALUES ('a')", [])
        .unwrap_err();
    assert!(matches!(StoreError::from(error), StoreError::Io(_)));
}

#[test]
fn the_reader_makes_no_file() {
    let folder = Folder::new();
    assert!(matches!(Reader::open(&folder.file()), Err(StoreError::Io(_))));
    assert!(folder.names().is_empty());
}
