//! `docs/dependencies.md` names every direct dependency, and none that is gone.

use std::collections::BTreeSet;

use crate::run;
use crate::workspace::Workspace;

/// Compares the page with what the members declare.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let path = workspace.root.join("docs/dependencies.md");
    let page = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let documented: BTreeSet<String> = page.lines().filter_map(row).map(str::to_owned).collect();
    let declared = declared(workspace)?;
    let missing: Vec<&String> = declared.difference(&documented).collect();
    let gone: Vec<&String> = documented.difference(&declared).collect();
    if missing.is_empty() && gone.is_empty() {
        return Ok(());
    }
    Err(format!(
        "docs/dependencies.md does not say why these are taken: {missing:?}; names though gone: {gone:?}"
    ))
}

/// The crate that a row of the page is about: "| `serde` | why |".
fn row(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split('`').next()
}

/// Direct dependencies of all members, the members themselves left out.
fn declared(workspace: &Workspace) -> Result<BTreeSet<String>, String> {
    let text = run::capture(workspace.cargo().args([
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]))?;
    let metadata: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| format!("cargo metadata answered no JSON: {e}"))?;
    let packages = metadata["packages"]
        .as_array()
        .ok_or("cargo metadata lists no packages")?;
    let dependencies = packages
        .iter()
        .filter_map(|p| p["dependencies"].as_array())
        .flatten();
    // A dependency by path is one of our own.
    Ok(dependencies
        .filter(|d| d["path"].is_null())
        .filter_map(|d| Some(d["name"].as_str()?.to_owned()))
        .collect())
}
