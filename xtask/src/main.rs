//! `cargo xtask <command>`: what builds, checks, demonstrates and measures Timbre.
#![forbid(unsafe_code)]

mod artifacts;
mod bench;
mod c;
mod checks;
mod demo;
mod features;
mod headers;
mod proto;
mod run;
mod server;
mod steps;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <command>

  demo                  build everything and watch two C programs talk through a server
  test [--long]         run every check; --long adds long simulations and kill tests
  test --only <text>    only the steps whose names contain the text, with what is built
  bench                 measure, and write docs/benchmarks.md
  headers [--check]     generate include/ from src/ffi
  proto [--check]       generate crates/protocol/src/generated.rs from the schema
  features [--check]    bring the states in docs/features.md up to date with the tests

With --check nothing is written; a stale file is an error.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[&str]) -> Result<(), String> {
    match args {
        ["demo"] => demo::run(&Workspace::find()?),
        ["test"] => test::run(&Workspace::find()?, false, None),
        ["test", "--long"] => test::run(&Workspace::find()?, true, None),
        ["test", "--only", only] => test::run(&Workspace::find()?, false, Some(only)),
        ["bench"] => bench::run(&Workspace::find()?),
        ["proto"] => proto::generate(false),
        ["proto", "--check"] => proto::generate(true),
        ["headers"] => headers::generate(false),
        ["headers", "--check"] => headers::generate(true),
        ["features"] => features::run(false),
        ["features", "--check"] => features::run(true),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    }
}
