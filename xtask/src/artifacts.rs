//! Builds what the C programs and the demo use: the release library and the server.

use crate::run;
use crate::workspace::Workspace;

/// Builds the C library as it is released, shared and static.
pub(crate) fn library(workspace: &Workspace) -> Result<(), String> {
    // `cargo build` would make the rlib as well, and link-time optimisation does not work across one.
    run::show(workspace.cargo().args([
        "rustc",
        "--release",
        "--package",
        "timbre",
        "--lib",
        "--crate-type",
        "cdylib,staticlib",
    ]))?;
    expect_file(&workspace.static_library())?;
    expect_file(&workspace.library())
}

/// Builds the server.
pub(crate) fn server(workspace: &Workspace) -> Result<(), String> {
    run::show(
        workspace
            .cargo()
            .args(["build", "--profile", "server", "--package", "timbre-server"]),
    )?;
    expect_file(&workspace.server())
}

fn expect_file(path: &std::path::Path) -> Result<(), String> {
    if path.is_file() {
        Ok(())
    } else {
        Err(format!("cargo ended well but {} is not there", path.display()))
    }
}
