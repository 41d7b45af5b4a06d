//! `cargo xtask demo`: two C programs talk through a server of their own, and every step is watched.

mod actor;
mod story;

use crate::c::Program;
use crate::server::Server;
use crate::workspace::Workspace;
use crate::{artifacts, server};

use actor::Stage;

/// Builds the library, the server and the programs, and plays the story. An error names the step that was not seen.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    println!("building the library, the server and the two programs");
    artifacts::library(workspace)?;
    artifacts::server(workspace)?;
    play(workspace)?;
    println!("\n{}", afterwards(workspace));
    Ok(())
}

/// Plays the story with what is built.
pub(crate) fn play(workspace: &Workspace) -> Result<(), String> {
    let shared = ["examples/c/support.c", "examples/c/json.c"];
    let build = |name: &'static str, source: &str| {
        Program {
            name,
            sources: &[&[source], &shared[..]].concat(),
            flags: &[],
        }
        .build(workspace)
    };
    let alice = build("alice", "examples/c/alice.c")?;
    let bob = build("bob", "examples/c/bob.c")?;
    let dir = workspace.fresh_dir("demo")?;
    let server = Server::start(workspace, &dir)?;
    let mut stage = Stage::new(&dir, &server.url, server::APP_ID);
    stage.program("alice", alice, server.user_sig("alice")?);
    stage.program("bob", bob, server.user_sig("bob")?);
    let seen = story::play(&mut stage);
    drop(stage);
    let seen = seen.map_err(|e| format!("{e}\nlogs and data are in {}", workspace.short(&dir)))?;
    server.stop()?;
    println!("the demo is complete: all {seen} steps were seen");
    Ok(())
}

fn afterwards(workspace: &Workspace) -> String {
    format!(
        "\
The pieces: library {}, headers include/, server {}, programs examples/c/.
To try it by hand, in three terminals:
  cargo run --profile server --package timbre-server
  cargo run --example chat -- --user alice
  cargo run --example chat -- --user bob
and type `bob: hello` in alice's.",
        workspace.short(&workspace.library()),
        workspace.short(&workspace.server())
    )
}
