//! The release library stays within its size budget.

use crate::workspace::Workspace;

/// Largest stripped library, in bytes: 5 MB.
const BUDGET: u64 = 5_000_000;

/// Compares the library's size with the budget and prints both.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let path = workspace.library();
    let size = std::fs::metadata(&path)
        .map_err(|e| format!("{}: {e}", path.display()))?
        .len();
    println!(
        "{}: {:.2} MB of {:.2} MB",
        workspace.short(&path),
        mb(size),
        mb(BUDGET)
    );
    if size <= BUDGET {
        return Ok(());
    }
    Err(format!(
        "the library has {size} bytes, {} more than its budget of {BUDGET}",
        size - BUDGET
    ))
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
