//! Tests the built library against the C contract that the repository carries as data in `tests/contract/`.
//!
//! `functions.json`, `callbacks.json`, `enums.json`, `errors.json` and `objects.json` become one source that takes every
//! function through a pointer of the exact type, asserts every number at compile time and compares every key when
//! run; it must hold as C11 and as C++17. `objects.json` is compared with the JSON objects of the source, key by key.
//! `wrong_calls/` becomes a program that makes one wrong call per process, or all of them in one.

mod calls;
mod objects;
mod types;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::api;
use crate::checks::programs::Under;
use crate::run;
use crate::steps::{Counts, Outcome};
use crate::tools::Tool;
use crate::workspace::Workspace;

/// The contract's data.
struct Contract {
    functions: Vec<Value>,
    callbacks: Vec<Value>,
    enums: Vec<Value>,
    errors: Vec<Value>,
    objects: Vec<Value>,
    wrong_calls: Vec<Value>,
}

/// Every function of the contract, the library's own extensions included.
pub(crate) fn function_names(workspace: &Workspace) -> Result<Vec<String>, String> {
    Contract::read(workspace)?
        .functions
        .iter()
        .map(|f| text(f, "name").map(str::to_owned))
        .collect()
}

/// Compiles and runs the type check.
pub(crate) fn check_types(workspace: &Workspace) -> Result<(), String> {
    let contract = Contract::read(workspace)?;
    let dir = workspace.fresh_dir("contract-types")?;
    let source = dir.join("types.inc");
    write(&source, &types::source(&contract)?)?;
    for (tool, language, standard) in [(Tool::Cc, "c", "-std=c11"), (Tool::Cxx, "c++", "-std=c++17")] {
        let program = compile(workspace, tool, language, standard, &source, &[])?;
        let finished = run::limited(&mut Command::new(&program), Duration::from_secs(60))?;
        if !finished.status.success() {
            return Err(format!("as {standard}: {}", finished.output));
        }
        println!("as {standard}: {}", finished.output.trim());
    }
    Ok(())
}

/// Compares the JSON objects of the source with the contract's.
pub(crate) fn check_objects(workspace: &Workspace) -> Result<(), String> {
    objects::check(&Contract::read(workspace)?, &api::read(&workspace.root)?)
}

/// The functions that are not built are the ones that the contract's list allows: it can only shrink.
pub(crate) fn check_unbuilt(workspace: &Workspace) -> Result<(), String> {
    let path = workspace.root.join("tests/contract/unbuilt.txt");
    let listed = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let listed: BTreeSet<&str> = listed.lines().filter(|line| !line.is_empty()).collect();
    let unbuilt = api::unbuilt(&workspace.root.join("src"))?;
    let unbuilt: BTreeSet<&str> = unbuilt.iter().map(String::as_str).collect();
    println!("{} functions are not built", unbuilt.len());
    let grown: Vec<&&str> = unbuilt.difference(&listed).collect();
    let built: Vec<&&str> = listed.difference(&unbuilt).collect();
    if grown.is_empty() && built.is_empty() {
        return Ok(());
    }
    Err(format!(
        "src/engine/unbuilt.rs and {}: no function may join the list ({grown:?}), and one that is built leaves both ({built:?})",
        workspace.short(&path)
    ))
}

/// Makes every wrong call in a process of its own and compares the answers.
pub(crate) fn check_calls(workspace: &Workspace) -> Result<(), String> {
    let contract = Contract::read(workspace)?;
    let dir = workspace.fresh_dir("contract-calls")?;
    let program = calls_program(workspace, &contract, &dir, &[])?;
    let mut wrong = Vec::new();
    for (number, call) in contract.wrong_calls.iter().enumerate() {
        let home = dir.join(format!("home-{number}"));
        std::fs::create_dir_all(&home).map_err(|e| format!("{}: {e}", home.display()))?;
        let mut command = Command::new(&program);
        command
            .arg(number.to_string())
            .current_dir(&home)
            .env_remove("TIMBRE_SERVER_URL");
        let finished = run::limited(&mut command, Duration::from_secs(60))?;
        if !finished.status.success() {
            let name = format!("{} {}", text(call, "function")?, text(call, "case")?);
            wrong.push(format!(
                "{name}: {} ({})",
                finished.output.trim(),
                finished.status
            ));
        }
    }
    println!(
        "{} wrong calls, {} answered otherwise than the contract says",
        contract.wrong_calls.len(),
        wrong.len()
    );
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Makes every wrong call in one process, under AddressSanitizer or valgrind.
pub(crate) fn check_calls_under(workspace: &Workspace, under: Under) -> Result<Outcome, String> {
    let watch = match under.ready(workspace)? {
        Ok(watch) => watch,
        Err(reason) => return Ok(Outcome::Skipped(reason)),
    };
    let contract = Contract::read(workspace)?;
    let dir = workspace.fresh_dir(&format!("contract-calls-{under:?}"))?;
    let program = calls_program(workspace, &contract, &dir, under.flags())?;
    let mut command = watch.command(workspace, &program);
    command
        .arg("all")
        .current_dir(&dir)
        .env_remove("TIMBRE_SERVER_URL");
    let finished = run::limited(&mut command, Duration::from_secs(15 * 60))?;
    println!("{}", finished.output.trim());
    if finished.status.success() {
        Ok(Outcome::Passed(Counts::default()))
    } else {
        Err(run::ended(&command, finished.status))
    }
}

fn calls_program(
    workspace: &Workspace,
    contract: &Contract,
    dir: &Path,
    flags: &[&str],
) -> Result<std::path::PathBuf, String> {
    let source = dir.join("calls.inc");
    write(&source, &calls::source(contract)?)?;
    compile(workspace, Tool::Cc, "c", "-std=gnu11", &source, flags)
}

impl Contract {
    fn read(workspace: &Workspace) -> Result<Self, String> {
        let read = |name: &str| -> Result<Vec<Value>, String> {
            let path = workspace.root.join("tests/contract").join(name);
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
        };
        let mut wrong_calls = Vec::new();
        let folder = workspace.root.join("tests/contract/wrong_calls");
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .map_err(|e| format!("{}: {e}", folder.display()))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        for name in names {
            wrong_calls.extend(read(&format!("wrong_calls/{name}"))?);
        }
        Ok(Self {
            functions: read("functions.json")?,
            callbacks: read("callbacks.json")?,
            enums: read("enums.json")?,
            errors: read("errors.json")?,
            objects: read("objects.json")?,
            wrong_calls,
        })
    }

    fn function(&self, name: &str) -> Result<&Value, String> {
        self.functions
            .iter()
            .find(|f| f["name"] == name)
            .ok_or_else(|| format!("tests/contract/functions.json has no {name}"))
    }

    fn callback(&self, name: &str) -> Option<&Value> {
        self.callbacks.iter().find(|c| c["name"] == name)
    }

    /// The type as C writes it: the contract names enums without their keyword.
    fn c_type(&self, name: &str) -> String {
        if self.enums.iter().any(|e| e["name"] == name) {
            format!("enum {name}")
        } else {
            name.to_owned()
        }
    }

    /// Name and type of each parameter of a function or callback.
    fn parameters<'a>(&self, item: &'a Value) -> Result<Vec<(&'a str, &'a str)>, String> {
        let list = item["params"]
            .as_array()
            .ok_or_else(|| format!("{item} has no params"))?;
        list.iter()
            .map(|p| Some((p[0].as_str()?, p[1].as_str()?)))
            .collect::<Option<_>>()
            .ok_or_else(|| format!("{item}: a parameter is not a pair of texts"))
    }
}

fn compile(
    workspace: &Workspace,
    tool: Tool,
    language: &str,
    standard: &str,
    source: &Path,
    flags: &[&str],
) -> Result<std::path::PathBuf, String> {
    let out = source.with_extension(language.replace('+', "p"));
    let library = workspace.library();
    let folder = library.parent().ok_or("the library has no folder")?;
    let mut command = Command::new(tool.get()?);
    command
        .current_dir(&workspace.root)
        .args(["-x", language, standard])
        .args(crate::c::STRICT)
        .args(flags);
    command
        .args(["-Iinclude", "-o"])
        .arg(&out)
        .arg(source)
        .args(["-x", "none", "-L"])
        .arg(folder);
    command
        .args(["-ltimbre", "-lpthread"])
        .args(crate::c::FIRST)
        .arg(format!("-Wl,-rpath,{}", folder.display()));
    run::capture(&mut command)?;
    Ok(out)
}

fn write(path: &Path, content: &str) -> Result<(), String> {
    std::fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("{value} has no text {key}"))
}

/// A text as a C string literal; `NULL` for none.
fn c_string(value: Option<&str>) -> String {
    let Some(text) = value else {
        return "NULL".to_owned();
    };
    let mut literal = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => literal.extend(['\\', char::from(byte)]),
            // Octal, always of three digits, cannot swallow what follows it.
            0..0x20 | 0x7f.. => literal.push_str(&format!("\\{byte:03o}")),
            _ => literal.push(char::from(byte)),
        }
    }
    literal.push('"');
    literal
}
