#![allow(clippy::unwrap_used)]

use timbre_protocol::element::Kind;
use timbre_protocol::search::KINDS;
use timbre_protocol::{Element, Recall, TextElement};

use super::super::schema;
use super::*;

fn chat(seq: u64, recalled: bool) -> Vec<u8> {
    let content = format!("word {seq}");
    let body = Body {
        elements: vec![Element {
            kind: Some(Kind::Text(TextElement { content })),
        }],
        ..Body::default()
    };
    let message = ChatMessage {
        conv_seq: seq,
        body: body.encode_to_vec().into(),
        recall: recalled.then(Recall::default),
        ..ChatMessage::default()
    };
    message.encode_to_vec()
}

// SC-06
#[test]
fn what_was_recalled_or_erased_is_not_found_and_too_much_is_given_up() {
    let folder = std::env::temp_dir().join(format!("timbre-search-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let conn = schema::open_writer(&folder.join("search.db")).unwrap();
    conn.execute_batch(
        "INSERT INTO accounts (no, app_id, user_id, epoch, created_ms) VALUES (1, 7, 'alice', 0, 0), (2, 7, 'bob', 0, 0);
         INSERT INTO conversations (id, low, high) VALUES (1, 1, 2);",
    )
    .unwrap();
    for seq in 1..=6u64 {
        let message = match seq {
            2 => chat(seq, true),
            4 => Vec::new(),
            _ => chat(seq, false),
        };
        conn.execute(
            "INSERT INTO messages (id, conversation, conv_seq, sender, unique_id, time_ms, flags, log_seq,
                                   message, recalled)
             VALUES (?1, 1, ?1, 1, ?1, ?2, 0, 0, ?3, ?4)",
            params![seq.cast_signed(), seq.cast_signed() * 1000, message, seq == 2],
        )
        .unwrap();
    }
    let op = SearchMessages {
        app_id: 7,
        account: 2,
        keywords: vec!["WORD".into()],
        all: false,
        senders: Vec::new(),
        kinds: KINDS,
        peer: None,
        times: (i64::MIN, i64::MAX),
        until: None,
        after: None,
        count: 10,
        count_to: 10_000,
        max_bytes: 1000,
        max_looks: 100,
    };
    let page = search(&conn, &op).unwrap();
    assert_eq!((page.total, page.items[0].total), (1, 4));
    let one = SearchMessages {
        peer: Some("alice".into()),
        ..op.clone()
    };
    let page = search(&conn, &one).unwrap();
    let seqs: Vec<u64> = page.items[0]
        .messages
        .iter()
        .map(|m| ChatMessage::decode(m.clone()).unwrap().conv_seq)
        .collect();
    assert_eq!(seqs, [6, 5, 3, 1]);
    // Counting ends where it may, the page does not.
    let counted = SearchMessages {
        count_to: 2,
        count: 3,
        ..one.clone()
    };
    let page = search(&conn, &counted).unwrap();
    assert_eq!((page.total, page.items[0].messages.len()), (2, 3));
    assert_eq!(page.next, Some(SearchPlace::Seq(3)));
    for given_up in [
        SearchMessages { max_looks: 3, ..one },
        SearchMessages { max_looks: 3, ..op },
    ] {
        assert!(search(&conn, &given_up).unwrap().gave_up);
    }
    drop(conn);
    std::fs::remove_dir_all(&folder).unwrap();
}
