//! `cargo xtask <command>`: what builds, checks, demonstrates and measures Timbre.

mod proto;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  proto [--check]   generate crates/protocol/src/generated.rs from the schema
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let check = args.iter().any(|a| a == "--check");
    let result = match args.first().map(String::as_str) {
        Some("proto") => proto::generate(check),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
