//! Files that are generated and committed.

use std::fmt::{Arguments, Write as _};
use std::path::Path;

/// Writes `text` to `path`, or with `check` fails when the committed file differs; `command` is the one that
/// generates it.
pub(crate) fn write(path: &Path, text: &str, check: bool, command: &str) -> Result<(), String> {
    let old = std::fs::read_to_string(path).unwrap_or_default();
    if old == text {
        return Ok(());
    }
    if check {
        return Err(format!(
            "{} is stale: run `cargo xtask {command}` and commit the result",
            path.display()
        ));
    }
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// Appends formatted text.
pub(crate) fn put(out: &mut String, text: Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}
