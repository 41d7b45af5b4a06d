//! The C programs of `tests/c`: plain, under AddressSanitizer with its leak check, and under valgrind.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::c::{self, Program};
use crate::run;
use crate::server::{self, Server};
use crate::steps::Outcome;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// Longest run of one program.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// What a program runs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// Nothing.
    Plain,
    /// The program is built with AddressSanitizer, which watches the library's heap and looks for leaks at the end.
    AddressSanitizer,
    /// The plain program in valgrind's memory checker.
    Valgrind,
}

/// The program that calls every function wrongly and in every state, against a server of its own.
pub(crate) fn hostile(workspace: &Workspace, under: Under) -> Result<Outcome, String> {
    let valgrind = match under {
        Under::Valgrind if cfg!(target_os = "linux") => match Tool::Valgrind.get() {
            Ok(path) => Some(path),
            Err(reason) => return Ok(Outcome::Skipped(reason)),
        },
        Under::Valgrind => return Ok(Outcome::Skipped("valgrind serves Linux only here".to_owned())),
        _ => None,
    };
    if under == Under::AddressSanitizer && !c::has_sanitizer(workspace, "-fsanitize=address")? {
        let how = "install its runtime: the package libasan, or compiler-rt for clang";
        return Ok(Outcome::Skipped(format!(
            "the C compiler cannot link AddressSanitizer; {how}"
        )));
    }
    let (name, flags): (_, &[&str]) = match under {
        Under::AddressSanitizer => (
            "hostile-asan",
            &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
        ),
        _ => ("hostile", &[]),
    };
    let sources = hostile_sources(workspace)?;
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let program = Program {
        name,
        sources: &sources,
        flags,
    }
    .build(workspace)?;
    let dir = workspace.fresh_dir(&format!("{name}-{under:?}"))?;
    let server = Server::start(workspace, &dir)?;
    let mut command = match valgrind {
        Some(valgrind) => under_valgrind(workspace, &valgrind, &program),
        None => Command::new(&program),
    };
    command.current_dir(&dir);
    command
        .env("TIMBRE_TEST_URL", &server.url)
        .env("TIMBRE_TEST_APP", server::APP_ID);
    command.env("TIMBRE_TEST_SIG_ALICE", server.user_sig("alice")?);
    command.env("TIMBRE_TEST_SIG_BOB", server.user_sig("bob")?);
    command.env("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99");
    // Valgrind makes everything some tens of times slower: the program then does less of the repeated work.
    command.env(
        "TIMBRE_TEST_SLOW",
        if under == Under::Valgrind { "1" } else { "0" },
    );
    command.env_remove("TIMBRE_SERVER_URL");
    finish(&mut command)?;
    server.stop()?;
    Ok(Outcome::Passed(Default::default()))
}

/// The program that starts and ends the library a thousand times.
pub(crate) fn cycles(workspace: &Workspace) -> Result<Outcome, String> {
    if !cfg!(target_os = "linux") {
        return Ok(Outcome::Skipped(
            "the program counts threads and files by /proc: Linux only".to_owned(),
        ));
    }
    let sources = ["tests/c/cycles.c"];
    let program = Program {
        name: "cycles",
        sources: &sources,
        flags: &[],
    }
    .build(workspace)?;
    let dir = workspace.fresh_dir("cycles")?;
    let mut command = Command::new(program);
    finish(command.current_dir(&dir).env_remove("TIMBRE_SERVER_URL"))?;
    Ok(Outcome::Passed(Default::default()))
}

/// All sources of the hostile program.
fn hostile_sources(workspace: &Workspace) -> Result<Vec<String>, String> {
    let folder = workspace.root.join("tests/c");
    let mut sources: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".c") && (name.starts_with("hostile") || name == "harness.c"))
        .map(|name| format!("tests/c/{name}"))
        .collect();
    sources.sort();
    sources.push("examples/c/json.c".to_owned());
    Ok(sources)
}

fn under_valgrind(workspace: &Workspace, valgrind: &Path, program: &PathBuf) -> Command {
    let mut command = Command::new(valgrind);
    command.args([
        "--quiet",
        "--error-exitcode=99",
        "--leak-check=full",
        "--show-leak-kinds=definite,indirect",
    ]);
    command.args([
        "--errors-for-leak-kinds=definite,indirect",
        "--num-callers=30",
        "--fair-sched=yes",
    ]);
    let suppressions = workspace.root.join("tests/c/valgrind.supp");
    if suppressions.is_file() {
        command.arg(format!("--suppressions={}", suppressions.display()));
    }
    command.arg(program);
    command
}

fn finish(command: &mut Command) -> Result<(), String> {
    let finished = run::limited(command, LIMIT)?;
    print!("{}", finished.output);
    if finished.status.success() {
        Ok(())
    } else {
        Err(run::ended(command, finished.status))
    }
}
