#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use super::super::Opened;
use super::super::fixtures::{Folder, bob, open, received, sending};
use super::super::messages::{PageQuery, PageStart};
use super::*;
use crate::model::messages::{ConvType, Status};

/// A store of 600 received messages, with local-only ones among them: in one conversation at the beginning, in
/// the middle and at the end, and one imported in a group.
fn fill(path: &Path) {
    let mut store = open(path);
    let conv = store.ensure(&bob()).unwrap();
    let group = store
        .ensure(&ConvKey {
            kind: ConvType::Group,
            id: "g".into(),
        })
        .unwrap();
    store.insert(conv, &sending(1, 1)).unwrap();
    store
        .insert(
            conv,
            &Message {
                status: Status::Failed,
                ..sending(2, 2)
            },
        )
        .unwrap();
    for n in 1..=600 {
        store.insert(conv, &received(n)).unwrap();
        if n == 300 {
            store
                .set_local_custom(&received(n).msg_id, Some(b"played"), Some(7))
                .unwrap();
        }
    }
    store
        .insert(
            conv,
            &Message {
                status: Status::Cancelled,
                ..sending(3, 3)
            },
        )
        .unwrap();
    store
        .insert(
            group,
            &Message {
                status: Status::Imported,
                ..sending(4, 4)
            },
        )
        .unwrap();
    let mut listed = store.conversation_by_row(group).unwrap().unwrap();
    (listed.listed, listed.base, listed.show_name) = (true, 5000, "Group".into());
    store.save(&listed).unwrap();
    store.set_meta("cursor", 99).unwrap();
    store.commit().unwrap();
    store.close();
}

fn local_ids() -> Vec<String> {
    [
        sending(1, 0),
        sending(2, 0),
        received(300),
        sending(3, 0),
        sending(4, 0),
    ]
    .map(|m| m.msg_id)
    .into()
}

/// Opens and expects a rebuilt file.
fn rebuilt(path: &Path) -> (Store, PathBuf, u64) {
    match Store::open(path).unwrap() {
        (store, Opened::Rebuilt { set_aside, carried }) => (store, set_aside, carried),
        (_, other) => panic!("{other:?}"),
    }
}

/// Pages of the file by what they hold: the root pages of its tables and indexes.
fn root(path: &Path, name: &str) -> (u64, u64) {
    let conn = Connection::open(path).unwrap();
    let page: i64 = conn
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
            [name],
            |r| r.get(0),
        )
        .unwrap();
    let size: i64 = conn.query_row("PRAGMA page_size", [], |r| r.get(0)).unwrap();
    (page as u64, size as u64)
}

fn damage(path: &Path, at: u64, length: usize) {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&vec![0xa5; length]).unwrap();
}

#[test]
fn a_file_that_is_no_database_is_set_aside() {
    let folder = Folder::new();
    let junk = b"this is not a database, and never was one, whatever its name may say about it".repeat(200);
    for n in 1..=3 {
        fs::write(folder.file(), &junk).unwrap();
        let (store, set_aside, carried) = rebuilt(&folder.file());
        assert_eq!(
            set_aside,
            folder.file().with_file_name(format!("user.db.corrupt-{n}"))
        );
        assert_eq!((carried, store.max_row()), (0, Ok(0)));
        assert_eq!(fs::read(&set_aside).unwrap(), junk, "kept as it was");
        store.close();
    }
    assert_eq!(Store::open(&folder.file()).unwrap().1, Opened::Existing);
}

#[test]
fn the_database_of_another_program_is_set_aside() {
    let folder = Folder::new();
    let other = Connection::open(folder.file()).unwrap();
    other
        .execute_batch("CREATE TABLE messages (a); PRAGMA user_version = 1")
        .unwrap();
    drop(other);
    let (_, set_aside, carried) = rebuilt(&folder.file());
    assert_eq!(carried, 0);
    let kept = Connection::open(set_aside).unwrap();
    assert!(kept.table_exists(None, "messages").unwrap());
}

#[test]
fn local_only_data_is_carried_over() {
    // DESIGN section 5: the index is broken, every row can be read.
    let folder = Folder::new();
    fill(&folder.file());
    let (page, size) = root(&folder.file(), "messages_order");
    damage(&folder.file(), (page - 1) * size, 64);
    let (store, set_aside, carried) = rebuilt(&folder.file());
    assert_eq!(carried, 5);
    let found = store.find(&local_ids()).unwrap();
    let statuses: Vec<_> = found.iter().map(|m| m.status).collect();
    assert_eq!(
        statuses,
        [
            Status::Sending,
            Status::Failed,
            Status::Sent,
            Status::Cancelled,
            Status::Imported
        ]
    );
    assert_eq!(
        (&found[2].custom_str[..], found[2].custom_int),
        (&b"played"[..], 7)
    );
    assert_eq!(found[0].body, sending(1, 1).body);
    assert_eq!(
        store.sending().unwrap().len(),
        1,
        "P6: its fate is still asked for"
    );
    assert_eq!(
        store.meta("cursor"),
        Ok(None),
        "the server is asked for everything anew"
    );
    assert_eq!(store.get(&received(1).msg_id), Ok(None));
    let list = store.list().unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!((&list[0].show_name[..], list[0].base), ("Group", 5000));
    assert_eq!(list[0].last.as_ref().unwrap().rand, 4);
    let conv = store.conversation(&bob()).unwrap().unwrap();
    let query = PageQuery {
        conv_row: conv.row,
        start: PageStart::End,
        newer: true,
        limit: 9,
        min_time_ms: None,
        max_time_ms: None,
        types: vec![],
    };
    assert_eq!(store.page(&query).unwrap().len(), 4, "in order and readable");
    assert!(set_aside.exists());
    store.close();
    assert_eq!(Store::open(&folder.file()).unwrap().1, Opened::Existing);
}

/// The pages below the first one, when the schema has outgrown it.
fn schema_pages(file: &[u8]) -> Vec<u64> {
    const INTERIOR: u8 = 5;
    if file[100] != INTERIOR {
        return Vec::new();
    }
    let page_at = |at: usize| u64::from(u32::from_be_bytes(file[at..at + 4].try_into().unwrap()));
    let short_at = |at: usize| usize::from(u16::from_be_bytes(file[at..at + 2].try_into().unwrap()));
    let children = (0..short_at(103)).map(|n| page_at(short_at(112 + 2 * n)));
    children.chain([page_at(108)]).collect()
}

#[test]
fn what_lies_around_a_broken_page_is_carried_over() {
    // Each page in turn is gone: rows before it and behind it are read.
    let folder = Folder::new();
    fill(&folder.file());
    let (messages, size) = root(&folder.file(), "messages");
    let whole = fs::read(folder.file()).unwrap();
    let pages = whole.len() as u64 / size;
    let mut losses = 0;
    // Without the schema or the root of the messages nothing leads to any row.
    let schema = schema_pages(&whole);
    for page in (2..=pages).filter(|page| *page != messages && !schema.contains(page)) {
        let broken = Folder::new();
        fs::write(broken.file(), &whole).unwrap();
        damage(&broken.file(), (page - 1) * size, size as usize);
        let store = match Store::open(&broken.file()).unwrap() {
            (store, Opened::Rebuilt { .. }) => store,
            (store, _) => {
                // Not seen at opening: as when it shows later.
                store.close();
                Store::rebuild(&broken.file()).unwrap().0
            }
        };
        let carried = store.find(&local_ids()).unwrap().len();
        assert!(carried >= 3, "page {page}: only {carried} of 5");
        losses += 5 - carried;
        let conv = store.conversation(&bob()).unwrap().unwrap();
        assert!(store.newest_preview(conv.row).unwrap().is_some(), "page {page}");
    }
    // The rows stand on three different leaves: each is lost with its own page and with no other.
    assert_eq!(losses, 5);
}

#[test]
fn a_file_cut_short_is_rebuilt() {
    let folder = Folder::new();
    fill(&folder.file());
    let whole = fs::read(folder.file()).unwrap();
    for length in [whole.len() / 2, 5000, 100, 17] {
        let cut = Folder::new();
        fs::write(cut.file(), &whole[..length]).unwrap();
        let (store, ..) = rebuilt(&cut.file());
        assert!(store.list().is_ok(), "{length} bytes");
    }
}

#[test]
fn random_damage_never_panics_and_never_refuses() {
    let folder = Folder::new();
    fill(&folder.file());
    let whole = fs::read(folder.file()).unwrap();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for round in 0..60 {
        let broken = Folder::new();
        let mut bytes = whole.clone();
        for _ in 0..1 + random(8) {
            let at = if round % 3 == 0 {
                random(4096)
            } else {
                random(bytes.len())
            };
            let end = (at + 1 + random(64)).min(bytes.len());
            bytes[at..end].fill(random(256) as u8);
        }
        fs::write(broken.file(), &bytes).unwrap();
        let store = match Store::open(&broken.file()) {
            Ok((store, _)) => store,
            // A version number made of noise.
            Err(StoreError::Newer { .. }) => continue,
            Err(other) => panic!("round {round}: {other}"),
        };
        let _ = store.list();
        let _ = store.sending();
        let _ = store.find(&local_ids());
        let _ = store.unthrown(0);
        store.close();
    }
}
