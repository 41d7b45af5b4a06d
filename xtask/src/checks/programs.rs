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

/// How to run a program under what was asked for.
pub(crate) struct Watch(Option<PathBuf>);

impl Under {
    /// Whether that can be done here; the inner error says why not, and how to get what is missing.
    pub(crate) fn ready(self, workspace: &Workspace) -> Result<Result<Watch, String>, String> {
        Ok(match self {
            Self::Plain => Ok(Watch(None)),
            Self::AddressSanitizer if !c::has_sanitizer(workspace, "-fsanitize=address")? => Err(
                "the C compiler cannot link AddressSanitizer; install its runtime: the package libasan, or compiler-rt for clang"
                    .to_owned(),
            ),
            Self::AddressSanitizer => Ok(Watch(None)),
            Self::Valgrind if cfg!(target_os = "linux") => Tool::Valgrind.get().map(|path| Watch(Some(path))),
            Self::Valgrind => Err("valgrind serves Linux only here".to_owned()),
        })
    }

    /// Flags of the compiler for it.
    pub(crate) fn flags(self) -> &'static [&'static str] {
        match self {
            Self::AddressSanitizer => &["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
            Self::Plain | Self::Valgrind => &["-g"],
        }
    }
}

impl Watch {
    /// A command that runs `program`.
    pub(crate) fn command(&self, workspace: &Workspace, program: &Path) -> Command {
        let mut command = match &self.0 {
            Some(valgrind) => under_valgrind(workspace, valgrind, program),
            None => Command::new(program),
        };
        command.env("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99");
        command
    }
}

/// The program that calls every function wrongly and in every state, against a server of its own.
pub(crate) fn hostile(workspace: &Workspace, under: Under) -> Result<Outcome, String> {
    let watch = match under.ready(workspace)? {
        Ok(watch) => watch,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let name = match under {
        Under::AddressSanitizer => "hostile-asan",
        Under::Plain | Under::Valgrind => "hostile",
    };
    let sources = hostile_sources(workspace)?;
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let program = Program {
        name,
        sources: &sources,
        flags: under.flags(),
    }
    .build(workspace)?;
    let dir = workspace.fresh_dir(&format!("{name}-{under:?}"))?;
    let server = Server::start(workspace, &dir)?;
    let mut command = watch.command(workspace, &program);
    command.current_dir(&dir);
    command
        .env("TIMBRE_TEST_URL", &server.url)
        .env("TIMBRE_TEST_APP", server::APP_ID);
    command.env("TIMBRE_TEST_SIG_ALICE", server.user_sig("alice")?);
    command.env("TIMBRE_TEST_SIG_BOB", server.user_sig("bob")?);
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

/// Python as a host: every wrong call, and a conversation of two processes.
pub(crate) fn python(workspace: &Workspace) -> Result<Outcome, String> {
    let python = match Tool::Python.get() {
        Ok(path) => path,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let dir = workspace.fresh_dir("python")?;
    let server = Server::start(workspace, &dir)?;
    for what in ["calls", "alice"] {
        let mut command = Command::new(&python);
        command
            .arg(workspace.root.join("tests/python/host.py"))
            .arg(what)
            .arg(workspace.library())
            .arg(workspace.root.join("tests/contract"))
            .current_dir(&dir)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("TIMBRE_TEST_URL", &server.url)
            .env("TIMBRE_TEST_APP", server::APP_ID)
            .env("TIMBRE_TEST_SIG_ALICE", server.user_sig("alice")?)
            .env("TIMBRE_TEST_SIG_BOB", server.user_sig("bob")?)
            .env_remove("TIMBRE_SERVER_URL");
        finish(&mut command)?;
    }
    server.stop()?;
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

fn under_valgrind(workspace: &Workspace, valgrind: &Path, program: &Path) -> Command {
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
