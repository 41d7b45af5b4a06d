//! The public headers compile under every language standard that hosts use: each alone, all together, in any order.

use std::path::PathBuf;
use std::process::Command;

use crate::c;
use crate::checks::contract;
use crate::run;
use crate::tools::Tool;
use crate::workspace::Workspace;

const STANDARDS: &[&str] = &["c99", "c11", "c17", "c++11", "c++17", "c++20"];

/// Compiles every header alone, then all of them forwards and backwards.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    let include = workspace.root.join("include");
    let mut headers: Vec<String> = std::fs::read_dir(&include)
        .map_err(|e| format!("{}: {e}", include.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".h"))
        .collect();
    headers.sort();
    if !headers.iter().any(|h| h == "TIMCloud.h") {
        return Err("include/ has no TIMCloud.h".to_owned());
    }
    let dir = workspace.fresh_dir("headers")?;
    let mut sources: Vec<PathBuf> = Vec::new();
    for header in &headers {
        sources.push(write(
            &dir,
            &format!("alone_{header}"),
            std::slice::from_ref(header),
        )?);
    }
    sources.push(write(&dir, "forwards", &headers)?);
    headers.reverse();
    // Twice over: the guards must hold.
    let twice = [headers.clone(), headers].concat();
    sources.push(write(&dir, "backwards_twice", &twice)?);
    for standard in STANDARDS {
        for source in &sources {
            c::syntax_only(workspace, standard, source)?;
        }
        for source in hand_written(workspace, standard)? {
            c::syntax_only(workspace, standard, &source)?;
        }
    }
    windows(workspace, &include, &dir)
}

/// What a compiler for Windows would see: every function from a DLL, or none when the library is linked statically.
fn windows(workspace: &Workspace, include: &std::path::Path, dir: &std::path::Path) -> Result<(), String> {
    let source = write(dir, "windows", &["TIMCloud.h".to_owned()])?;
    let functions = contract::function_names(workspace)?.len();
    for (flags, imported) in [(&[][..], functions), (&["-DENABLE_STATIC_LIB"][..], 0)] {
        let mut command = Command::new(Tool::Cc.get()?);
        // The standard headers of this system would take the name for its own.
        command
            .args(["-x", "c", "-E", "-P", "-nostdinc", "-D_WIN32"])
            .args(flags);
        command
            .arg("-I")
            .arg(include)
            .arg("-I")
            .arg(empty_headers(dir)?)
            .arg(&source);
        let text = run::capture(&mut command)?;
        let found = text.matches("__declspec(dllimport)").count();
        if found != imported {
            return Err(format!(
                "{flags:?}: {found} functions are imported on Windows, not {imported}"
            ));
        }
    }
    Ok(())
}

/// Empty stand-ins for the standard headers.
fn empty_headers(dir: &std::path::Path) -> Result<PathBuf, String> {
    let folder = dir.join("standard");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for name in ["stdint.h", "stdbool.h"] {
        let path = folder.join(name);
        std::fs::write(&path, "").map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(folder)
}

/// `tests/c/headers_*.c` for the C standards, `headers_*.cpp` for the C++ ones.
fn hand_written(workspace: &Workspace, standard: &str) -> Result<Vec<PathBuf>, String> {
    let folder = workspace.root.join("tests/c");
    let extension = if standard.starts_with("c++") { "cpp" } else { "c" };
    let mut found: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .filter(|p| {
            p.file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with("headers_"))
        })
        .collect();
    found.sort();
    Ok(found)
}

fn write(dir: &std::path::Path, name: &str, headers: &[String]) -> Result<PathBuf, String> {
    let path = dir.join(name.replace('.', "_")).with_extension("inc");
    let mut text: String = headers.iter().map(|h| format!("#include \"{h}\"\n")).collect();
    text.push_str("typedef int timbre_headers_compile;\n");
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}
