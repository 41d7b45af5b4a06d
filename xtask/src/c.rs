//! Compiles C and C++ programs against the public headers and the release library.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;
use crate::tools::Tool;
use crate::workspace::Workspace;

/// Warnings that are errors in every C program of the workspace.
pub(crate) const STRICT: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic"];

/// Has the linker's search path come before LD_LIBRARY_PATH, in which cargo puts the folder of the debug build.
pub(crate) const FIRST: &[&str] = if cfg!(target_os = "linux") {
    &["-Wl,--disable-new-dtags"]
} else {
    &[]
};

/// One program to be built.
pub(crate) struct Program<'a> {
    /// Name of the executable.
    pub(crate) name: &'a str,
    /// The sources, below the root.
    pub(crate) sources: &'a [&'a str],
    /// Further flags.
    pub(crate) flags: &'a [&'a str],
}

impl Program<'_> {
    /// Compiles it as C11 with all warnings as errors and links it with the library; gives the executable.
    pub(crate) fn build(&self, workspace: &Workspace) -> Result<PathBuf, String> {
        let out = workspace
            .work_dir("c")?
            .join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX));
        let library = workspace.library();
        let folder = library.parent().ok_or("the library has no folder")?;
        let mut command = Command::new(Tool::Cc.get()?);
        // GNU C11 rather than C11: the programs use POSIX (threads, clocks), which strict C hides.
        command
            .current_dir(&workspace.root)
            .arg("-std=gnu11")
            .args(STRICT)
            .args(["-g", "-O1"]);
        command
            .args(self.flags)
            .arg("-Iinclude")
            .args(self.sources)
            .arg("-o")
            .arg(&out);
        command.arg("-L").arg(folder).args(["-ltimbre", "-lpthread"]);
        command
            .args(FIRST)
            .arg(format!("-Wl,-rpath,{}", folder.display()));
        run::capture(&mut command)?;
        Ok(out)
    }
}

/// Whether the compiler can link programs with this sanitizer: its runtime is a package of its own on some systems.
pub(crate) fn has_sanitizer(workspace: &Workspace, flag: &str) -> Result<bool, String> {
    let dir = workspace.work_dir("c")?;
    let source = dir.join("probe.c");
    std::fs::write(&source, "int main(void) { return 0; }\n")
        .map_err(|e| format!("{}: {e}", source.display()))?;
    let mut command = Command::new(Tool::Cc.get()?);
    Ok(run::capture(command.arg(flag).arg(&source).arg("-o").arg(dir.join("probe"))).is_ok())
}

/// Compiles one source for its warnings only; `standard` is `c99`, `c++17` and so on.
pub(crate) fn syntax_only(workspace: &Workspace, standard: &str, source: &Path) -> Result<(), String> {
    let (tool, language) = if standard.starts_with("c++") {
        (Tool::Cxx, "c++")
    } else {
        (Tool::Cc, "c")
    };
    let mut command = Command::new(tool.get()?);
    command
        .current_dir(&workspace.root)
        .args(["-x", language])
        .arg(format!("-std={standard}"));
    command
        .args(STRICT)
        .args(["-Iinclude", "-fsyntax-only"])
        .arg(source);
    run::capture(&mut command).map(drop)
}
