//! Finds the row ids in the comments of tests.
//!
//! An id belongs to the test whose comment it stands in: a comment right above the test function (its attributes
//! included) or anywhere inside it. In Rust a test is a function with an attribute whose path ends with `test`, or in
//! a test program with a `main` of its own one whose comment begins with `scenario:`; in C every function of a file
//! below `tests/` whose name starts with `test_` or is `main`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where tests go through the outside, the most telling first.
const OUTSIDE: &[&str] = &[
    "tests/kill",
    "tests/simulation",
    "tests/e2e",
    "tests",
    "crates/server/tests",
];

/// Tests by row id, as `path::name`: those that go through the outside first, then in order of their paths.
pub(super) fn mentions(
    root: &Path,
    prefixes: &BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut files = Vec::new();
    for folder in ["src", "crates", "tests", "bindings", "examples"] {
        collect(&root.join(folder), &mut files)?;
    }
    files.sort_by_cached_key(|file| {
        let short = file.strip_prefix(root).unwrap_or(file);
        let rank = OUTSIDE.iter().position(|folder| short.starts_with(folder));
        (rank.unwrap_or(OUTSIDE.len()), file.clone())
    });
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let short = file
            .strip_prefix(root)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        for (id, test) in in_source(&text, !short.ends_with(".rs"), prefixes) {
            let tests = found.entry(id).or_default();
            let test = format!("{short}::{test}");
            if !tests.contains(&test) {
                tests.push(test);
            }
        }
    }
    Ok(found)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry.map_err(|e| format!("{}: {e}", folder.display()))?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|e| e == "rs" || e == "c" || e == "cpp")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Pairs of row id and test name in one source.
fn in_source(text: &str, is_c: bool, prefixes: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    // Ids of comments above the next function, and whether an attribute there makes it a test.
    let mut waiting = Vec::new();
    let mut marked = false;
    // The test that the lines are in, and how far its first line is indented.
    let mut current: Option<(String, usize)> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let comment = comment_of(trimmed, is_c);
        marked |= trimmed.starts_with("// scenario:") && !is_c;
        if trimmed.starts_with("#[") && !is_c {
            let path = trimmed
                .trim_start_matches("#[")
                .split(['(', ']'])
                .next()
                .unwrap_or_default();
            marked |= path == "test" || path.ends_with("::test");
        } else if let Some(name) = function_name(line, is_c) {
            let test = if is_c {
                name.starts_with("test_") || name == "main"
            } else {
                marked
            };
            current = test.then(|| (name.to_owned(), indent(line)));
            if let Some((test, _)) = &current {
                found.extend(
                    waiting
                        .iter()
                        .chain(&ids(comment, prefixes))
                        .map(|id| (id.clone(), test.clone())),
                );
            }
            waiting.clear();
            marked = false;
            if trimmed.ends_with('}') {
                current = None;
            }
            continue;
        }
        if trimmed.starts_with('}')
            && current
                .as_ref()
                .is_some_and(|(_, margin)| indent(line) <= *margin)
        {
            current = None;
        }
        let ids = ids(comment, prefixes);
        // Code between a comment and the next function means that the comment was about that code.
        let code = !trimmed.is_empty() && !trimmed.starts_with("#[") && comment != trimmed;
        if code {
            waiting.clear();
        } else {
            waiting.extend(ids.iter().cloned());
        }
        if let Some((test, margin)) = &current
            && indent(line) > *margin
        {
            found.extend(ids.into_iter().map(|id| (id, test.clone())));
        }
    }
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The comment part of a trimmed line, `""` when it has none.
fn comment_of(line: &str, is_c: bool) -> &str {
    if is_c && (line.starts_with('*') || line.starts_with("/*")) {
        return line;
    }
    line.find("//").map_or_else(
        || {
            if is_c {
                line.find("/*").map_or("", |i| &line[i..])
            } else {
                ""
            }
        },
        |i| &line[i..],
    )
}

/// The name of the function that this line begins to define.
fn function_name(line: &str, is_c: bool) -> Option<&str> {
    if is_c {
        // At the first column, with its parameters, and no `;` at the end: `static void test_x(void) {`.
        let starts = line.starts_with(|c: char| c.is_ascii_alphabetic()) && !line.trim_end().ends_with(';');
        let head = line.split_once('(').filter(|_| starts)?.0;
        return head
            .rsplit([' ', '*'])
            .next()
            .filter(|n| !n.is_empty() && head.contains(' '));
    }
    let trimmed = line.trim_start();
    let at = if trimmed.starts_with("fn ") {
        0
    } else {
        trimmed.find(" fn ")? + 1
    };
    let modifiers = trimmed[..at].split_whitespace();
    let known = |m: &str| {
        matches!(m, "pub" | "async" | "const" | "unsafe" | "extern" | "\"C\"") || m.starts_with("pub(")
    };
    if !modifiers.into_iter().all(known) {
        return None;
    }
    trimmed[at + 3..]
        .split(['(', '<'])
        .next()
        .map(str::trim)
        .filter(|n| !n.is_empty())
}

/// The row ids in a piece of comment. `CORE-5.4` is none: that is how people name a section.
fn ids(comment: &str, prefixes: &BTreeSet<String>) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut found = Vec::new();
    let mut rest = comment;
    while let Some(start) = rest.find(is_part) {
        rest = &rest[start..];
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        let section = after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit());
        let id = match word.split_once('-') {
            Some((prefix, number)) => {
                prefixes.contains(prefix)
                    && number
                        .trim_start_matches('X')
                        .starts_with(|c: char| c.is_ascii_digit())
                    && number.bytes().all(|b| b.is_ascii_alphanumeric())
            }
            // Only a promise, `P1`, has no number of its own: `CONV` alone is a word.
            None => word.ends_with(|c: char| c.is_ascii_digit()) && prefixes.contains(word),
        };
        if id && !section {
            found.push(word.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str, is_c: bool) -> Vec<(String, String)> {
        let prefixes = ["MSG", "CORE", "P1"].map(str::to_owned).into_iter().collect();
        in_source(text, is_c, &prefixes)
    }

    fn pair(id: &str, test: &str) -> (String, String) {
        (id.to_owned(), test.to_owned())
    }

    #[test]
    fn rust_comments_above_and_inside_tests_count() {
        let text = "\
//! MSG-001 is explained here.
// MSG-002
fn helper() {
    // MSG-003
}
// MSG-060, P1
#[tokio::test]
async fn sends() {
    let x = 1; // CORE-090, see CORE-5.4; MSG and CORE.
}
// MSG-004: about a constant
const N: u32 = 1;
#[test]
fn plain() {}
mod inner {
    // UTF-8, MSG-005.
    #[test]
    fn nested() {}
}
";
        let want = [
            pair("MSG-060", "sends"),
            pair("P1", "sends"),
            pair("CORE-090", "sends"),
            pair("MSG-005", "nested"),
        ];
        assert_eq!(scan(text, false), want);
    }

    #[test]
    fn c_comments_count_for_test_functions() {
        let text = "\
/* MSG-001 */
static void helper(int a) {
    /* MSG-002 */
}
// MSG-060
static void test_send(void) {
    call(1); /* CORE-090 */
}
";
        assert_eq!(
            scan(text, true),
            [pair("MSG-060", "test_send"), pair("CORE-090", "test_send")]
        );
    }
}
