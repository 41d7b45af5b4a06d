#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::model::error::sync;

fn written(fill: impl FnOnce(&mut ObjectWriter<'_>)) -> String {
    let mut out = String::new();
    fill(&mut ObjectWriter::new(&mut out));
    out
}

fn string(text: &str) -> String {
    let mut out = String::new();
    push_string(&mut out, text);
    out
}

fn bytes(value: &[u8]) -> String {
    let mut out = String::new();
    push_bytes(&mut out, value);
    out
}

#[test]
fn what_is_not_json_is_refused() {
    let texts = [
        "",
        " ",
        "{",
        "nope",
        "{\"a\":}",
        "{\"a\":1}x",
        "'a'",
        "{a:1}",
        "\"\\ud800\"",
        "\"\\x\"",
        "\"\u{1}\"",
        "1e999",
        "[1,]",
        "\u{feff}",
        "\0",
        "{\"a\":1}\0",
    ];
    for text in texts {
        assert_eq!(parse(text, LIMIT), Err(sync::JSON), "{text:?}");
    }
    for text in ["[]", "1", "\"a\"", "null", "true"] {
        assert_eq!(parse_object(text, LIMIT), Err(sync::JSON), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_duplicate_keys_are_taken() {
    assert_eq!(parse("\u{feff}{\"a\":1,\"a\":2}", LIMIT), Ok(json!({"a": 2})));
}

#[test]
fn nesting_ends_at_64() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(parse(&nested(64), LIMIT).is_ok());
    assert_eq!(parse(&nested(65), LIMIT), Err(sync::JSON));
    // Far deeper than the stack could take by recursion.
    assert_eq!(parse(&nested(400_000), LIMIT), Err(sync::JSON));
    assert_eq!(parse(&"{\"a\":".repeat(150_000), LIMIT), Err(sync::JSON));
    let in_string = format!("\"{}\\\"{}\"", "[".repeat(100), "{".repeat(100));
    assert!(
        parse(&in_string, LIMIT).is_ok(),
        "brackets in a string nest nothing"
    );
    let flat = format!("[{}[]]", "[],".repeat(1000));
    assert!(parse(&flat, LIMIT).is_ok(), "neighbours do not nest");
}

#[test]
fn the_size_limit_counts_bytes() {
    let of = |n: usize| format!("\"{}\"", "x".repeat(n - 2));
    assert!(parse(&of(LIMIT), LIMIT).is_ok());
    assert_eq!(parse(&of(LIMIT + 1), LIMIT), Err(sync::JSON));
    assert!(parse(&of(LIMIT + 1), LIMIT_LARGE).is_ok());
    assert_eq!(parse(&of(LIMIT_LARGE + 1), LIMIT_LARGE), Err(sync::JSON));
}

#[test]
fn only_the_allowed_conversions_are_made() {
    let root = json!({
        "int": 7, "float": 7.0, "half": 7.5, "text": "7", "true": true, "two": 2, "null": null, "huge": u64::MAX,
        "min": i64::MIN, "array": [], "object": {}, "one": 1.0, "far": 1e300, "bad": "7x",
    });
    let o = Object::from_value(&root).unwrap();
    let integers = [
        ("int", Some(7)),
        ("float", Some(7)),
        ("half", None),
        ("text", None),
        ("true", Some(1)),
        ("null", None),
        ("huge", Some(i128::from(u64::MAX))),
        ("min", Some(i128::from(i64::MIN))),
        ("array", None),
        ("object", None),
        ("absent", None),
    ];
    for (key, expected) in integers {
        assert_eq!(o.integer(key), expected, "{key}");
    }
    assert!(
        o.integer("far").unwrap() > i128::from(u64::MAX),
        "out of every range, not wrapped into one"
    );
    assert_eq!(
        (o.integer_or_text("text"), o.integer_or_text("bad")),
        (Some(7), None)
    );
    let booleans = [
        ("true", Some(true)),
        ("one", Some(true)),
        ("two", None),
        ("text", None),
        ("half", None),
        ("object", None),
    ];
    for (key, expected) in booleans {
        assert_eq!(o.boolean(key), expected, "{key}");
    }
    assert_eq!(
        (o.string("text"), o.string("int"), o.string("null")),
        (Some("7"), None, None)
    );
    assert_eq!(
        (o.float("half"), o.float("int"), o.float("text")),
        (Some(7.5), Some(7.0), None)
    );
    assert!(o.object("object").is_some() && o.object("array").is_none());
    assert!(o.array("array").is_some() && o.array("object").is_none());
    assert_eq!(
        (o.need_string("null"), o.need_integer("text")),
        (Err(sync::JSON), Err(sync::JSON))
    );
    assert!(!o.has("null") && !o.has("absent") && o.has("int"));
}

#[test]
fn ignored_keys_are_noted_without_their_values() {
    let root = json!({"a": "secret", "b": 1, "c": null});
    let read = || {
        let o = Object::from_value(&root).unwrap();
        (o.integer("a"), o.integer("b"), o.integer("c"), o.integer("d"))
    };
    let (result, notes) = noting(read);
    assert_eq!(result, (None, Some(1), None, None));
    assert_eq!(notes, ["a: expected an integer, found a string; ignored"]);
    // Nobody asks: nothing piles up for whoever asks next.
    read();
    assert_eq!(noting(|| ()).1, Vec::<String>::new());
}

#[test]
fn notes_are_bounded() {
    let root: Value = (0..1000)
        .map(|i| (i.to_string(), json!("x")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let o = Object::from_value(&root).unwrap();
    let (_, notes) = noting(|| (0..1000).filter_map(|i| o.integer(&i.to_string())).count());
    assert_eq!(notes.len(), 32);
}

#[test]
fn strings_are_escaped_as_json_wants() {
    assert_eq!(string("a\"b\\c/d"), r#""a\"b\\c/d""#);
    assert_eq!(string("\n\r\t\u{8}\u{c}"), r#""\n\r\t\b\f""#);
    assert_eq!(string("\0x\u{1f}\u{7f}"), "\"\\u0000x\\u001f\u{7f}\"");
    assert_eq!(string("日本😀\u{2028}"), "\"日本😀\u{2028}\"");
    let everything: String = (0..0x300).filter_map(char::from_u32).collect();
    assert_eq!(
        serde_json::from_str::<String>(&string(&everything)).unwrap(),
        everything
    );
}

#[test]
fn bytes_survive_the_way_out_and_in() {
    // Spec 03 section 2.2.
    let cases: [&[u8]; 8] = [
        b"",
        b"plain",
        "日本".as_bytes(),
        b"\xff\xfe",
        b"\0b64:",
        b"\0b64:!!",
        b"a\0b",
        b"\x80\0b64:",
    ];
    for case in cases {
        let value: Value = serde_json::from_str(&bytes(case)).unwrap();
        assert_eq!(as_bytes(&value).as_deref(), Some(case), "{case:?}");
    }
    assert_eq!(bytes(b"\xff\xfe"), r#""\u0000b64://4=""#);
    assert_eq!(
        as_bytes(&json!("\0b64://4")).as_deref(),
        Some(&b"\xff\xfe"[..]),
        "padding may be missing"
    );
    assert_eq!(as_bytes(&json!("\0b64:*")), None);
    assert_eq!(as_bytes(&json!(1)), None);
}

#[test]
fn the_writer_writes_compact_json() {
    let text = written(|w| {
        w.array("a", [1, 2], |out, n| out.push_str(&n.to_string()))
            .boolean("b", true)
            .empty_array("c")
            .float("d", 0.5)
            .int("e", i64::MIN)
            .object("f", |w| {
                w.string("g", "h");
            })
            .uint("i", u64::MAX);
    });
    assert_eq!(
        text,
        r#"{"a":[1,2],"b":true,"c":[],"d":0.5,"e":-9223372036854775808,"f":{"g":"h"},"i":18446744073709551615}"#
    );
    assert_eq!(written(|_| ()), "{}");
}

#[test]
fn floats_read_back_as_they_were() {
    for f in [
        0.0,
        -0.0,
        1.0,
        113.93,
        1e-300,
        1e300,
        f64::MAX,
        f64::MIN_POSITIVE,
        -179.999_999_999,
    ] {
        let text = written(|w| {
            w.float("f", f);
        });
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["f"].as_f64().unwrap().to_bits(), f.to_bits(), "{text}");
    }
    for f in [f64::NAN, f64::INFINITY] {
        let text = written(|w| {
            w.float("f", f);
        });
        assert_eq!(text, "{\"f\":0.0}");
    }
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "comes after")]
fn keys_out_of_order_are_a_bug() {
    written(|w| {
        w.uint("b", 1).uint("a", 1);
    });
}
