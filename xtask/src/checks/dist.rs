//! The folder of `cargo xtask dist` serves those who take it: by pkg-config, by CMake, by the other names of the
//! library, linked or opened, shared or static.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::checks::contract;
use crate::dist::{self, Dist};
use crate::run;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// A program of an app that has a SQLite of its own, which must stay its own.
const APP: &str = r#"#include <TIMCloud.h>
#include <stdio.h>
#include <string.h>
int sqlite3_open(const char *name, void **db);
int sqlite3_open(const char *name, void **db) { (void)name; (void)db; return 4242; }
int main(void) {
    if (sqlite3_open("", 0) != 4242) return 2;
    if (TIMInit(1400000001, "{\"sdk_config_config_file_path\":\"data\",\"sdk_config_log_file_path\":\"log\"}") != TIM_SUCC) return 3;
    if (TIMGetLoginStatus() != kTIMLoginStatus_UnLogined) return 4;
    if (TIMUninit() != TIM_SUCC) return 5;
    return strncmp(TIMGetSDKVersion(), "8.6.0", 5) != 0;
}
"#;

const PROJECT: &str = "\
cmake_minimum_required(VERSION 3.10)
project(app C CXX)
find_package(Timbre REQUIRED)
add_executable(app_shared app.c)
target_link_libraries(app_shared Timbre::timbre)
add_executable(app_static app.cpp)
target_link_libraries(app_static Timbre::timbre_static)
";

/// Lays the folder out anew and builds programs against it in every way that it offers.
pub(crate) fn check(workspace: &Workspace) -> Result<(), String> {
    if !cfg!(target_os = "linux") {
        return dist::lay_out(workspace).map(drop);
    }
    let dist = dist::lay_out(workspace)?;
    only_the_api(workspace, &dist)?;
    let dir = workspace.fresh_dir("dist")?;
    for name in ["app.c", "app.cpp"] {
        // The C++ program sees the app's function as C does.
        let text = if name.ends_with("pp") {
            APP.replace(
                "int sqlite3_open(const char *name, void **db);",
                "extern \"C\" int sqlite3_open(const char *name, void **db);",
            )
        } else {
            APP.to_owned()
        };
        write(&dir.join(name), &text)?;
    }
    by_pkg_config(&dist, &dir)?;
    by_its_other_name(&dist, &dir)?;
    by_cmake(&dist, &dir)
}

/// The names that the static library shows are those of the contract.
fn only_the_api(workspace: &Workspace, dist: &Dist) -> Result<(), String> {
    let mut command = Command::new(Tool::Nm.get()?);
    command
        .args(["--extern-only", "--defined-only"])
        .arg(dist.lib().join("libtimbre.a"));
    let text = run::capture(&mut command)?;
    let mut shown: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .collect();
    shown.sort_unstable();
    let mut wanted = contract::function_names(workspace)?;
    wanted.sort();
    if shown == wanted {
        println!("{} functions in the static library and nothing else", shown.len());
        return Ok(());
    }
    let strange: Vec<&&str> = shown
        .iter()
        .filter(|s| !wanted.iter().any(|w| w == **s))
        .take(10)
        .collect();
    let missing: Vec<&String> = wanted
        .iter()
        .filter(|w| !shown.contains(&w.as_str()))
        .take(10)
        .collect();
    Err(format!(
        "the static library shows {strange:?} and lacks {missing:?}"
    ))
}

fn by_pkg_config(dist: &Dist, dir: &Path) -> Result<(), String> {
    let flags = |more: &[&str]| -> Result<Vec<String>, String> {
        let mut command = Command::new(Tool::PkgConfig.get()?);
        command
            .args(["--cflags", "--libs"])
            .args(more)
            .arg("timbre")
            .env("PKG_CONFIG_PATH", dist.lib().join("pkgconfig"));
        Ok(run::capture(&mut command)?
            .split_whitespace()
            .map(str::to_owned)
            .collect())
    };
    let program = compile(dir, "pkg-config", &flags(&[])?, &[])?;
    start(&program, dir, Some(&dist.lib()))?;
    // The shared library of the same name would be taken first.
    let with_archive: Vec<String> = flags(&["--static"])?
        .into_iter()
        .map(|flag| {
            if flag == "-ltimbre" {
                "-l:libtimbre.a".to_owned()
            } else {
                flag
            }
        })
        .collect();
    let program = compile(dir, "pkg-config-static", &with_archive, &["-DENABLE_STATIC_LIB"])?;
    start(&program, dir, None)
}

/// Linked under the other name; and opened under it by a program that knows nothing of headers.
fn by_its_other_name(dist: &Dist, dir: &Path) -> Result<(), String> {
    let lib = dist.lib();
    let flags = [
        format!("-I{}", dist.include().display()),
        format!("-L{}", lib.display()),
        "-lImSDK".to_owned(),
    ];
    let program = compile(dir, "alias", &flags, &[])?;
    start(&program, dir, Some(&lib))?;
    let mut python = Command::new(Tool::Python.get()?);
    python.args(["-c", "import ctypes, sys; a, b = ctypes.CDLL(sys.argv[1]), ctypes.CDLL(sys.argv[2]); sys.exit(a._handle != b._handle)"]);
    run::capture(python.arg(lib.join("libImSDK.so")).arg(lib.join("libtimbre.so"))).map(drop)
}

fn by_cmake(dist: &Dist, dir: &Path) -> Result<(), String> {
    write(&dir.join("CMakeLists.txt"), PROJECT)?;
    let cmake = Tool::Cmake.get()?;
    let build = dir.join("build");
    let mut configure = Command::new(&cmake);
    configure.arg("-S").arg(dir).arg("-B").arg(&build);
    configure.arg(format!("-DCMAKE_PREFIX_PATH={}", dist.root.display()));
    run::capture(&mut configure)?;
    run::capture(Command::new(&cmake).arg("--build").arg(&build))?;
    for name in ["app_shared", "app_static"] {
        start(&build.join(name), dir, None)?;
    }
    Ok(())
}

fn compile(dir: &Path, name: &str, flags: &[String], more: &[&str]) -> Result<PathBuf, String> {
    let program = dir.join(name);
    let mut command = Command::new(Tool::Cc.get()?);
    command
        .args(crate::c::STRICT)
        .args(more)
        .arg(dir.join("app.c"))
        .arg("-o")
        .arg(&program);
    run::capture(command.args(flags))?;
    Ok(program)
}

fn start(program: &Path, dir: &Path, search: Option<&Path>) -> Result<(), String> {
    let mut command = Command::new(program);
    command
        .current_dir(dir)
        .env_remove("TIMBRE_SERVER_URL")
        .env_remove("LD_LIBRARY_PATH");
    if let Some(search) = search {
        command.env("LD_LIBRARY_PATH", search);
    }
    run::capture(&mut command).map(drop)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}
