use std::collections::BTreeSet;

use super::*;

#[test]
fn every_code_has_a_number_a_name_and_a_text_of_its_own() {
    let numbers: BTreeSet<i32> = TABLE.iter().map(|row| row.code).collect();
    let names: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    let texts: BTreeSet<&str> = TABLE.iter().map(|row| row.text).collect();
    assert_eq!(
        (TABLE.len(), numbers.len(), names.len(), texts.len()),
        (376, 376, 376, 376)
    );
    for row in TABLE {
        assert_eq!(describe(row.code), Some(row));
        assert!(
            row.text.ends_with('.') && row.text.len() > 8,
            "{}: {}",
            row.name,
            row.text
        );
        let reserved = row.text.starts_with("Reserved:");
        assert_eq!(row.raised_by == Origin::NOBODY, reserved, "{}", row.name);
    }
    assert_eq!(
        describe(6013).map(|row| row.name),
        Some("ERR_SDK_NOT_INITIALIZED")
    );
    assert!(describe(20_007).is_some_and(|row| row.raised_by.contains(Origin::SERVER)));
}

/// Policy 1 of spec 10 section 3: one situation, one code. What nobody raises must not be raised.
#[test]
fn the_core_raises_only_its_own_codes() {
    let source = include_str!("error.rs");
    let (_, codes) = source.split_once("pub mod code {").expect("the codes");
    let (codes, _) = codes.split_once("\n}").expect("their end");
    let names: Vec<&str> = codes
        .lines()
        .filter_map(|line| line.split_once("E::")?.1.strip_suffix(" as i32;"))
        .collect();
    assert!(names.len() > 30, "{names:?}");
    for name in names {
        let row = TABLE
            .iter()
            .find(|row| row.name == name)
            .expect("a row of the table");
        assert_ne!(row.raised_by, Origin::NOBODY, "{name}");
    }
}

// ERR-15
#[test]
fn a_code_without_words_has_those_of_the_table() {
    assert_eq!(Outcome::fail(6013, "not initialized", "").desc, "not initialized");
    let outcome = Outcome::fail(20_007, "", "[]");
    assert_eq!(Some(outcome.desc.as_ref()), describe(20_007).map(|row| row.text));
    assert_eq!(Outcome::fail(123_456, "", "").desc, "error 123456");
}
