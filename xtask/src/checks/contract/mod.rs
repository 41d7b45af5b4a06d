//! Tests the built library against the C contract that the repository carries as data in `tests/contract/`.
//!
//! `functions.json`, `callbacks.json`, `enums.json`, `errors.json` and `keys.json` become one source that takes every
//! function through a pointer of the exact type, asserts every number at compile time and compares every key when
//! run; it must hold as C11 and as C++17. `wrong_calls.json` becomes a program that makes one wrong call per process.

mod calls;
mod types;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::run;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// The contract's data.
struct Contract {
    functions: Vec<Value>,
    callbacks: Vec<Value>,
    enums: Vec<Value>,
    errors: Vec<Value>,
    keys: Vec<Value>,
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
        let program = compile(workspace, tool, language, standard, &source)?;
        let finished = run::limited(&mut Command::new(&program), Duration::from_secs(60))?;
        if !finished.status.success() {
            return Err(format!("as {standard}: {}", finished.output));
        }
        println!("as {standard}: {}", finished.output.trim());
    }
    Ok(())
}

/// Makes every wrong call in a process of its own and compares the answers.
pub(crate) fn check_calls(workspace: &Workspace) -> Result<(), String> {
    let contract = Contract::read(workspace)?;
    let dir = workspace.fresh_dir("contract-calls")?;
    let source = dir.join("calls.inc");
    write(&source, &calls::source(&contract)?)?;
    let program = compile(workspace, Tool::Cc, "c", "-std=gnu11", &source)?;
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

impl Contract {
    fn read(workspace: &Workspace) -> Result<Self, String> {
        let read = |name: &str| -> Result<Vec<Value>, String> {
            let path = workspace.root.join("tests/contract").join(name);
            let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
        };
        Ok(Self {
            functions: read("functions.json")?,
            callbacks: read("callbacks.json")?,
            enums: read("enums.json")?,
            errors: read("errors.json")?,
            keys: read("keys.json")?,
            wrong_calls: read("wrong_calls.json")?,
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
) -> Result<std::path::PathBuf, String> {
    let out = source.with_extension(language.replace('+', "p"));
    let library = workspace.library();
    let folder = library.parent().ok_or("the library has no folder")?;
    let mut command = Command::new(tool.get()?);
    command
        .current_dir(&workspace.root)
        .args(["-x", language, standard])
        .args(crate::c::STRICT);
    command
        .args(["-Iinclude", "-o"])
        .arg(&out)
        .arg(source)
        .args(["-x", "none", "-L"])
        .arg(folder);
    command
        .args(["-ltimbre", "-lpthread"])
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
