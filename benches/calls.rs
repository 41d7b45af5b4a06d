//! What a call costs through the C API of the built library, how large the library is, and what it keeps in memory.
//! The work is done by `benches/c/calls.c`, compiled here against the generated header.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

mod support;

use support::folder::Folder;
use support::row::Row;

fn main() {
    let library = library();
    let folder = Folder::new("calls");
    let program = compile(&library, folder.path());
    let memory = figures(&program, "memory", folder.path());
    let calls = figures(&program, "calls", folder.path());
    let size = std::fs::metadata(&library).unwrap().len() as f64 / 1e6;
    Row::new("size of the shared library, stripped", size, "MB")
        .target("<= 5 MB")
        .print();
    Row::new(
        "resident after TIMInit, idle; reference: the same process before it",
        memory["resident_kib"] * 1024.0 / 1e6,
        "MB",
    )
    .reference(memory["resident_before_kib"] * 1024.0 / 1e6)
    .target("<= 8 MB")
    .print();
    Row::new(
        "call to callback, ping-pong; reference: two threads with a mutex and a condition",
        calls["ping_us"],
        "us",
    )
    .reference(calls["bare_ping_us"])
    .target("<= 10 us")
    .print();
    Row::new("the same, pipelined", calls["calls_per_s"], "/s")
        .reference(calls["bare_calls_per_s"])
        .target(">= 500,000 /s")
        .print();
}

/// The library that `TIMBRE_LIBRARY` names, or the release build.
fn library() -> PathBuf {
    let built = || {
        std::env::current_exe()
            .unwrap()
            .parent()
            .unwrap()
            .with_file_name("libtimbre.so")
    };
    let path = std::env::var_os("TIMBRE_LIBRARY").map_or_else(built, PathBuf::from);
    path.canonicalize()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn compile(library: &Path, folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = folder.join("calls");
    let search = library.parent().unwrap().display();
    let status = Command::new("cc")
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra"])
        .arg("-I")
        .arg(root.join("include"))
        .arg("-o")
        .arg(&program)
        .arg(root.join("benches/c/calls.c"))
        .arg(library)
        .arg("-lpthread")
        .arg(format!("-Wl,-rpath,{search}"))
        .status();
    assert!(status.unwrap().success(), "the C program does not compile");
    program
}

/// What the program printed: a name and a number a line.
fn figures(program: &Path, mode: &str, folder: &Path) -> HashMap<String, f64> {
    let output = Command::new(program)
        .arg(mode)
        .arg(folder)
        .env_remove("TIMBRE_SERVER_URL")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, figure)| (name.to_owned(), figure.parse().unwrap()))
        .collect()
}
