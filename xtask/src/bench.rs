//! `cargo xtask bench`: runs the measuring programs in order and writes what they found to `docs/benchmarks.md`.
//!
//! Each program prints rows as JSON lines to standard output, one object a line:
//! `{"what": ..., "value": ..., "unit": ..., "reference": ..., "ratio": ..., "target": ...}`. The last three may be
//! absent. Other lines are shown and not recorded.
//!
//! The end of the page, from the heading [`NOTES`] on, is written by people and kept.

use std::process::Command;

use serde_json::Value;

use crate::run;
use crate::workspace::Workspace;
use crate::{artifacts, server};

/// A measuring program: a bench target (`harness = false`) of a package.
struct Bench {
    package: &'static str,
    name: &'static str,
    /// The profile that what it links is released with.
    profile: &'static str,
    about: &'static str,
}

/// Every measuring program, in the order of running. A new one is added here and nowhere else.
const BENCHES: &[Bench] = &[
    Bench {
        package: "timbre",
        name: "calls",
        profile: "release",
        about: "The C library",
    },
    Bench {
        package: "timbre",
        name: "store",
        profile: "release",
        about: "The local store",
    },
    Bench {
        package: "timbre",
        name: "search",
        profile: "release",
        about: "Searching local messages",
    },
    Bench {
        package: "timbre-server",
        name: "sends",
        profile: "server",
        about: "Sends through the server",
    },
    Bench {
        package: "timbre-server",
        name: "media",
        profile: "server",
        about: "Files through the server",
    },
    Bench {
        package: "timbre",
        name: "transfer",
        profile: "release",
        about: "Files from core to core",
    },
    Bench {
        package: "timbre",
        name: "delivery",
        profile: "release",
        about: "From core to core",
    },
    Bench {
        package: "timbre-server",
        name: "idle",
        profile: "server",
        about: "Idle connections",
    },
];

/// Builds what is measured, runs every program and writes the page.
pub(crate) fn run(workspace: &Workspace) -> Result<(), String> {
    artifacts::library(workspace)?;
    artifacts::server(workspace)?;
    let mut page = String::from(HEAD);
    page.push_str(&format!("Machine: {}\n", machine()));
    for bench in BENCHES {
        let mut rows = Vec::new();
        let mut command = workspace.cargo();
        command.args([
            "bench",
            "--profile",
            bench.profile,
            "--package",
            bench.package,
            "--bench",
            bench.name,
        ]);
        command
            .env("TIMBRE_LIBRARY", workspace.library())
            .env("TIMBRE_SERVER", workspace.server());
        command.env("TIMBRE_APP_ID", server::APP_ID);
        run::lines(&mut command, |line| rows.extend(row(line)))?;
        if rows.is_empty() {
            return Err(format!("the bench {} printed no row", bench.name));
        }
        page.push_str(&format!("\n## {}\n\n{TABLE}{}", bench.about, rows.concat()));
    }
    let path = workspace.root.join("docs/benchmarks.md");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(at) = before.find(NOTES) {
        page.push_str(&before[at..]);
    }
    std::fs::write(&path, page).map_err(|e| format!("{}: {e}", path.display()))?;
    println!("written: {}", workspace.short(&path));
    Ok(())
}

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench`; each figure is the median of its program's runs. The ratio compares with the
reference measured in the same run, where there is one.

";

/// Where the part begins that is kept.
const NOTES: &str = "\n## Where the time goes\n";

const TABLE: &str = "| what | value | reference | ratio | target |\n| --- | ---: | ---: | ---: | ---: |\n";

/// A line of the table, if the program's line is a row.
fn row(line: &str) -> Option<String> {
    let value: Value = serde_json::from_str(line).ok()?;
    let what = value["what"].as_str()?;
    let unit = value["unit"].as_str().unwrap_or_default();
    let value_text = format!("{} {unit}", figure(&value["value"]));
    let cells = [&value["reference"], &value["ratio"], &value["target"]].map(figure);
    Some(format!(
        "| {what} | {} | {} |\n",
        value_text.trim_end(),
        cells.join(" | ")
    ))
}

fn figure(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(n) => n.as_f64().map_or_else(|| n.to_string(), significant),
        other => other.to_string(),
    }
}

/// Three significant digits, and thousands apart.
fn significant(n: f64) -> String {
    let digits = if n == 0.0 {
        0
    } else {
        2 - n.abs().log10().floor() as i32
    };
    let text = format!("{n:.*}", usize::try_from(digits).unwrap_or(0));
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut grouped = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && c.is_ascii_digit() && (whole.len() - i) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(c);
    }
    fraction.map_or(grouped.clone(), |f| format!("{grouped}.{f}"))
}

/// How many threads of others, and of the build just ended, competed for the cores.
fn busy() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ')
        .next()
        .filter(|load| !load.is_empty())
        .map_or_else(String::new, |load| format!(", load average {load} at the start"))
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rustc = run::capture(Command::new("rustc").arg("--version")).unwrap_or_default();
    format!(
        "{cores} cores, {} {}, {}{}",
        std::env::consts::OS,
        std::env::consts::ARCH,
        rustc.trim(),
        busy()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_made_of_json_lines_only() {
        assert_eq!(row("Compiling x"), None);
        assert_eq!(row("{\"other\": 1}"), None);
        let full = r#"{"what":"sends","value":31234.5,"unit":"/s","reference":140,"ratio":223.1,"target":">= 30,000"}"#;
        assert_eq!(
            row(full).as_deref(),
            Some("| sends | 31,234 /s | 140 | 223 | >= 30,000 |\n")
        );
        let bare = r#"{"what":"call","value":7.456,"unit":"us"}"#;
        assert_eq!(row(bare).as_deref(), Some("| call | 7.46 us |  |  |  |\n"));
    }
}
