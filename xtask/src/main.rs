//! `cargo xtask <command>`: what builds, checks, demonstrates and measures Timbre.
#![forbid(unsafe_code)]

mod api;
mod artifacts;
mod bench;
mod c;
mod checks;
mod demo;
mod dist;
mod features;
mod fuzz;
mod generated;
mod headers;
mod proto;
mod reference;
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
  dist                  lay out headers, libraries, pkg-config and CMake files below target/dist
  headers [--check]     generate include/ from src/ffi
  proto [--check]       generate crates/protocol/src/generated.rs from the schema
  reference [--check]   generate docs/api from the same source as the headers
  fuzz [--seconds N [<family>]]  run the fuzz targets, 60 seconds each if nothing is said
  fuzz --keep N         the same for N seconds each, and write what was found back to the corpus
  fuzz --generate       generate the calls that they make from the same source as the headers
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
        ["dist"] => dist::build(&Workspace::find()?).map(drop),
        ["bench"] => bench::run(&Workspace::find()?),
        ["proto"] => proto::generate(false),
        ["proto", "--check"] => proto::generate(true),
        ["headers"] => headers::generate(false),
        ["headers", "--check"] => headers::generate(true),
        ["reference"] => reference::generate(false),
        ["reference", "--check"] => reference::generate(true),
        ["fuzz"] => fuzz::run(&Workspace::find()?, 60, None, false),
        ["fuzz", "--generate"] => fuzz::generate(false),
        ["fuzz", "--seconds", seconds] => fuzz::run(&Workspace::find()?, whole(seconds)?, None, false),
        ["fuzz", "--seconds", seconds, only] => {
            fuzz::run(&Workspace::find()?, whole(seconds)?, Some(only), false)
        }
        ["fuzz", "--keep", seconds] => fuzz::run(&Workspace::find()?, whole(seconds)?, None, true),
        ["features"] => features::run(false),
        ["features", "--check"] => features::run(true),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(USAGE.to_owned()),
    }
}

fn whole(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("{text} is no number of seconds\n\n{USAGE}"))
}
