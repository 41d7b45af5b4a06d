//! `cargo xtask features`: keeps the states in `docs/features.md` in step with the tests that name the rows.
//!
//! The ids and words of that page are written by hand. A row's state is derived: the test whose comment names the
//! row, or else what the page says of rows without a test ("not yet", "waits for the ... binding").

mod scan;
mod table;

use std::collections::BTreeMap;

use crate::workspace::root;

/// Brings the states up to date, or with `check` fails when they are not. Both fail when a test names a row that
/// the page does not have, or when the page holds an id twice.
pub(crate) fn run(check: bool) -> Result<(), String> {
    let root = root()?;
    let path = root.join("docs/features.md");
    let old = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mentions = scan::mentions(&root, &table::prefixes(&old))?;
    let (new, summary) = update(&old, &mentions)?;
    println!("{summary}");
    let strangers = strangers(&old, &mentions)?;
    if check && new != old {
        let stale: Vec<&str> = old
            .lines()
            .zip(new.lines())
            .filter(|(a, b)| a != b)
            .map(|(_, b)| b)
            .take(10)
            .collect();
        return Err(format!(
            "docs/features.md is stale: run `cargo xtask features` and commit the result; it would say\n{}",
            stale.join("\n")
        ));
    }
    if new != old {
        std::fs::write(&path, new).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    if strangers.is_empty() {
        Ok(())
    } else {
        Err(strangers.join("\n"))
    }
}

/// What tests name that the page does not have.
fn strangers(page: &str, mentions: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, String> {
    let known = table::ids(page)?;
    let unknown = mentions.iter().filter(|(id, _)| !known.contains(*id));
    Ok(unknown
        .map(|(id, tests)| {
            format!(
                "{} names {id}, which docs/features.md does not have",
                tests.join(", ")
            )
        })
        .collect())
}

/// The page with its states as the tests have them, and a line that sums it up.
fn update(old: &str, mentions: &BTreeMap<String, Vec<String>>) -> Result<(String, String), String> {
    let known = table::ids(old)?;
    let mut covered = 0;
    let mut new = String::with_capacity(old.len());
    for line in old.lines() {
        match table::parse(line) {
            Some(row) => {
                let tests = mentions.get(row.id).map_or(&[][..], Vec::as_slice);
                covered += usize::from(!tests.is_empty());
                new.push_str(&table::with_state(&row, tests));
            }
            None => new.push_str(line),
        }
        new.push('\n');
    }
    Ok((
        new,
        format!(
            "{} rows, {covered} with a test, {} without",
            known.len(),
            known.len() - covered
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Rows

| id | what | state |
| --- | --- | --- |
| MSG-001 | a message | not yet |
| MSG-002 | another | `tests/gone.rs::old` |
| MSG-003 | a method of a wrapper | waits for the Flutter binding |
| MSG-004 | kept | `tests/b.rs::second` |
";

    fn mentions(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        pairs
            .iter()
            .map(|(id, t)| ((*id).to_owned(), t.iter().map(|t| (*t).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn states_follow_the_tests() -> Result<(), String> {
        let found = mentions(&[
            ("MSG-001", &["tests/a.rs::first"]),
            ("MSG-004", &["tests/a.rs::first", "tests/b.rs::second"]),
        ]);
        let (new, summary) = update(PAGE, &found)?;
        assert!(
            new.contains("| MSG-001 | a message | `tests/a.rs::first` |"),
            "{new}"
        );
        assert!(new.contains("| MSG-002 | another | not yet |"), "{new}");
        assert!(
            new.contains("| MSG-003 | a method of a wrapper | waits for the Flutter binding |"),
            "{new}"
        );
        assert!(
            new.contains("| MSG-004 | kept | `tests/b.rs::second` |"),
            "a true claim stays: {new}"
        );
        assert_eq!(summary, "4 rows, 2 with a test, 2 without");
        Ok(())
    }

    #[test]
    fn unknown_and_double_ids_are_errors() {
        let found = mentions(&[("MSG-999", &["tests/a.rs::first"])]);
        assert!(strangers(PAGE, &found).is_ok_and(|s| s.len() == 1 && s[0].contains("MSG-999")));
        let doubled = format!("{PAGE}| MSG-001 | again | not yet |\n");
        assert!(update(&doubled, &BTreeMap::new()).is_err_and(|e| e.contains("MSG-001")));
    }
}
