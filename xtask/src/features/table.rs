//! Reads and writes the rows `| id | what | state |` of `docs/features.md`.

use std::collections::BTreeSet;

/// A row of the page.
pub(super) struct Row<'a> {
    /// For example `MSG-060`.
    pub(super) id: &'a str,
    what: &'a str,
    state: &'a str,
}

/// Splits a line that is a row; none for every other line, heads of tables included.
pub(super) fn parse(line: &str) -> Option<Row<'_>> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let (id, rest) = inner.split_once(" | ")?;
    let (what, state) = rest.rsplit_once(" | ")?;
    is_id(id).then_some(Row { id, what, state })
}

/// Every id, in order of the alphabet; an error when one is there twice.
pub(super) fn ids(page: &str) -> Result<BTreeSet<String>, String> {
    let mut ids = BTreeSet::new();
    for row in page.lines().filter_map(parse) {
        if !ids.insert(row.id.to_owned()) {
            return Err(format!("docs/features.md has {} twice", row.id));
        }
    }
    Ok(ids)
}

/// The part before the dash of every id on the page: what makes a word in a comment a row id.
pub(super) fn prefixes(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(parse)
        .map(|row| row.id.split_once('-').map_or(row.id, |(p, _)| p).to_owned())
        .collect()
}

/// The row as it should stand, covered by `tests`: a test that it names already stays.
pub(super) fn with_state(row: &Row<'_>, tests: &[String]) -> String {
    let claimed = row.state.trim_matches('`');
    let state = match tests.first() {
        Some(_) if tests.iter().any(|t| t == claimed) => format!("`{claimed}`"),
        Some(first) => format!("`{first}`"),
        None if row.state.starts_with('`') => "not yet".to_owned(),
        None => row.state.to_owned(),
    };
    format!("| {} | {} | {state} |", row.id, row.what)
}

/// `MSG-060`, `REST-X41`, `RR-05b`, or a delivery promise `P1`.
fn is_id(text: &str) -> bool {
    if let Some(n) = text.strip_prefix('P')
        && n.len() == 1
        && n.bytes().all(|b| b.is_ascii_digit())
    {
        return true;
    }
    text.split_once('-').is_some_and(|(prefix, number)| {
        !prefix.is_empty()
            && prefix.bytes().all(|b| b.is_ascii_uppercase())
            && number.bytes().any(|b| b.is_ascii_digit())
            && number.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}
