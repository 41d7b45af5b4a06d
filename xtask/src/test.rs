//! `cargo xtask test`: everything that must hold before a change is merged.

use crate::checks::programs::{self, Under};
use crate::checks::{self, contract, dependencies, size, symbols};
use crate::steps::{Counts, Outcome, Steps};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;
use crate::{artifacts, features, fuzz, headers, proto, reference, run};

/// Set for the test binaries of a `--long` run; simulations then try many seeds and kill tests many kills.
const LONG: &str = "TIMBRE_TEST_LONG";

/// How long each fuzz target runs in a `--long` run.
const FUZZ_SECONDS: u32 = 60;

/// Runs every step; a failed one does not stop the others. An error when one failed, or was skipped while the
/// environment variable `CI` is `true`. With `only`, nothing but the steps whose names contain this text.
pub(crate) fn run(workspace: &Workspace, long: bool, only: Option<&str>) -> Result<(), String> {
    let mut steps = Steps::new(std::env::var("CI").is_ok_and(|v| v == "true" || v == "1"), only);
    plain(&mut steps, "tools", || {
        [Tool::Cc, Tool::Cxx].iter().try_for_each(|t| t.get().map(drop))?;
        tools::cargo_components(workspace)
    });
    plain(&mut steps, "generated: protocol", || proto::generate(true));
    plain(&mut steps, "generated: headers", || headers::generate(true));
    plain(&mut steps, "generated: reference", || reference::generate(true));
    plain(&mut steps, "generated: fuzz calls", || fuzz::generate(true));
    plain(&mut steps, "generated: features", || features::run(true));
    plain(&mut steps, "contract: objects", || {
        contract::check_objects(workspace)
    });
    plain(&mut steps, "contract: what is not built", || {
        contract::check_unbuilt(workspace)
    });
    plain(&mut steps, "documented dependencies", || {
        dependencies::check(workspace)
    });
    cargo(&mut steps, workspace, "format", &["fmt", "--all", "--check"], &[]);
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "--deny",
        "warnings",
    ];
    cargo(&mut steps, workspace, "lints", &clippy, &[]);
    let doc = ["doc", "--workspace", "--no-deps", "--quiet"];
    cargo(
        &mut steps,
        workspace,
        "documentation",
        &doc,
        &[("RUSTDOCFLAGS", "--deny warnings")],
    );
    steps.run("tests", || cargo_tests(workspace, &["--workspace"], &[]));
    if run::capture(workspace.cargo().args(["miri", "--version"])).is_ok() {
        // Nightly toolchains alone have it; what calls into SQLite, sockets and threads it cannot run.
        steps.run("Miri", || {
            let mut command = workspace.cargo();
            command.args(["miri", "test", "--package", "timbre", "--lib", "--"]);
            command.args(["model::json", "model::objects", "texts_for_c"]);
            run::show(&mut command)
                .map(|()| Outcome::Passed(Counts::default()))
                .map_err(|reason| (reason, Counts::default()))
        });
    }
    if long {
        // The long tests are marked `#[ignore]`: a plain run must end within the hour.
        steps.run("long tests", || {
            cargo_tests(
                workspace,
                &["--workspace", "--tests", "--", "--ignored"],
                &[(LONG, "1")],
            )
        });
    }
    c_steps(&mut steps, workspace);
    if long {
        plain(&mut steps, "fuzz", || {
            fuzz::run(workspace, FUZZ_SECONDS, None, false)
        });
    }
    steps.finish()
}

/// What needs the release library, and the server.
fn c_steps(steps: &mut Steps, workspace: &Workspace) {
    let library = plain(steps, "release library", || artifacts::library(workspace));
    let server = plain(steps, "server", || artifacts::server(workspace));
    let library = move |check: &dyn Fn() -> Result<Outcome, String>| {
        if library {
            check()
        } else {
            Err("the library did not build".to_owned())
        }
    };
    let both = move |check: &dyn Fn() -> Result<Outcome, String>| {
        if server {
            library(check)
        } else {
            Err("the server did not build".to_owned())
        }
    };
    let passed = |result: Result<(), String>| result.map(|()| Outcome::Passed(Counts::default()));
    step(steps, "headers compile", || {
        passed(checks::headers::check(workspace))
    });
    step(steps, "exported symbols", || {
        library(&|| passed(symbols::check(workspace)))
    });
    step(steps, "library size", || {
        library(&|| passed(size::check(workspace)))
    });
    step(steps, "distribution", || {
        library(&|| passed(checks::dist::check(workspace)))
    });
    step(steps, "contract: types", || {
        library(&|| passed(contract::check_types(workspace)))
    });
    step(steps, "contract: wrong calls", || {
        library(&|| passed(contract::check_calls(workspace)))
    });
    step(steps, "contract: wrong calls, AddressSanitizer", || {
        library(&|| contract::check_calls_under(workspace, Under::AddressSanitizer))
    });
    step(steps, "contract: wrong calls, valgrind", || {
        library(&|| contract::check_calls_under(workspace, Under::Valgrind))
    });
    step(steps, "Python", || both(&|| programs::python(workspace)));
    step(steps, "C: start and end", || {
        library(&|| programs::cycles(workspace))
    });
    step(steps, "C: hostile calls", || {
        both(&|| programs::hostile(workspace, Under::Plain))
    });
    step(steps, "C: AddressSanitizer", || {
        both(&|| programs::hostile(workspace, Under::AddressSanitizer))
    });
    step(steps, "C: valgrind", || {
        both(&|| programs::hostile(workspace, Under::Valgrind))
    });
    step(steps, "demo", || both(&|| passed(crate::demo::play(workspace))));
}

fn step(steps: &mut Steps, name: &'static str, check: impl FnOnce() -> Result<Outcome, String>) -> bool {
    steps.run(name, || check().map_err(|reason| (reason, Counts::default())))
}

fn plain(steps: &mut Steps, name: &'static str, check: impl FnOnce() -> Result<(), String>) -> bool {
    step(steps, name, || {
        check().map(|()| Outcome::Passed(Counts::default()))
    })
}

fn cargo(
    steps: &mut Steps,
    workspace: &Workspace,
    name: &'static str,
    args: &[&str],
    environment: &[(&str, &str)],
) {
    plain(steps, name, || {
        run::show(workspace.cargo().args(args).envs(environment.iter().copied()))
    });
}

/// `cargo test` with its tests counted.
fn cargo_tests(
    workspace: &Workspace,
    args: &[&str],
    environment: &[(&str, &str)],
) -> Result<Outcome, (String, Counts)> {
    let mut counts = Counts::default();
    let mut command = workspace.cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(args)
        .envs(environment.iter().copied());
    match run::lines(&mut command, |line| counts.add_line(line)) {
        Ok(()) if counts.failed == 0 => Ok(Outcome::Passed(counts)),
        Ok(()) => Err(("tests failed".to_owned(), counts)),
        Err(reason) => {
            // A binary that crashed, or that did not compile, prints no result line: that is a failure too.
            counts.failed = counts.failed.max(1);
            Err((reason, counts))
        }
    }
}
