//! The library exports the C API and nothing else.

use std::collections::BTreeSet;
use std::process::Command;

use crate::checks::contract;
use crate::run;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// Compares the library's exported names with the functions that the contract names and the headers declare.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let exported = exported(workspace)?;
    let wanted: BTreeSet<String> = contract::function_names(workspace)?.into_iter().collect();
    let missing: Vec<&String> = wanted.difference(&exported).collect();
    let strange: Vec<&String> = exported.difference(&wanted).collect();
    println!("{} functions exported", exported.len());
    if missing.is_empty() && strange.is_empty() {
        return Ok(());
    }
    Err(format!(
        "exported names differ from tests/contract/functions.json: missing {missing:?}, not in the contract {strange:?}"
    ))
}

fn exported(workspace: &Workspace) -> Result<BTreeSet<String>, String> {
    let mut command = Command::new(Tool::Nm.get()?);
    if cfg!(target_os = "macos") {
        command.args(["-g", "-U"]);
    } else {
        command.args(["-D", "--defined-only"]);
    }
    let text = run::capture(command.arg(workspace.library()))?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(|name| {
            if cfg!(target_os = "macos") {
                name.trim_start_matches('_')
            } else {
                name
            }
        })
        .map(str::to_owned)
        .collect())
}
