//! Finds the tools that are not Rust's, and installs what is missing with the system's package manager.

use std::path::PathBuf;
use std::process::Command;

use crate::run;
use crate::workspace::Workspace;

/// A tool that some step needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// A C compiler.
    Cc,
    /// A C++ compiler.
    Cxx,
    /// Lists a library's symbols.
    Nm,
    /// Packs static libraries.
    Ar,
    /// Builds projects that describe themselves for it.
    Cmake,
    /// The linker by itself.
    Ld,
    /// Changes the names in object files.
    Objcopy,
    /// Tells how to compile against a library.
    PkgConfig,
    /// Python 3.
    Python,
    /// Valgrind.
    Valgrind,
}

struct Manager {
    program: &'static str,
    update: Option<&'static [&'static str]>,
    install: &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        update: Some(&["update", "-q"]),
        install: &["install", "-q", "-y", "--no-install-recommends"],
    },
    Manager {
        program: "dnf",
        update: None,
        install: &["install", "-q", "-y"],
    },
    Manager {
        program: "apk",
        update: None,
        install: &["add", "--no-cache"],
    },
    Manager {
        program: "pacman",
        update: None,
        install: &["-Sy", "--noconfirm"],
    },
    Manager {
        program: "zypper",
        update: None,
        install: &["--non-interactive", "install"],
    },
    Manager {
        program: "brew",
        update: None,
        install: &["install"],
    },
];

impl Tool {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Cc => &["gcc", "cc", "clang"],
            Self::Cxx => &["g++", "c++", "clang++"],
            Self::Nm => &["nm", "llvm-nm"],
            Self::Ar => &["ar", "llvm-ar"],
            Self::Cmake => &["cmake"],
            Self::Ld => &["ld"],
            Self::Objcopy => &["objcopy", "llvm-objcopy"],
            Self::PkgConfig => &["pkg-config", "pkgconf"],
            Self::Python => &["python3"],
            Self::Valgrind => &["valgrind"],
        }
    }

    fn package(self, manager: &str) -> &'static str {
        match (self, manager) {
            (Self::Valgrind, _) => "valgrind",
            (Self::Cmake, _) => "cmake",
            (Self::PkgConfig, "apk" | "pacman") => "pkgconf",
            (Self::PkgConfig, _) => "pkg-config",
            (Self::Python, _) => "python3",
            (
                Self::Ar | Self::Ld | Self::Nm | Self::Objcopy,
                "apk" | "apt-get" | "dnf" | "pacman" | "zypper",
            ) => "binutils",
            (Self::Cxx, "apt-get" | "apk") => "g++",
            (Self::Cxx, "dnf" | "zypper") => "gcc-c++",
            _ => "gcc",
        }
    }

    /// The environment variable by which a user chooses another program for it.
    fn variable(self) -> Option<&'static str> {
        match self {
            Self::Cc => Some("CC"),
            Self::Cxx => Some("CXX"),
            _ => None,
        }
    }

    /// The program, installed first if need be and if that can be done without asking. An error says what is
    /// missing and how to get it.
    pub(crate) fn get(self) -> Result<PathBuf, String> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let wanted = self.names()[0];
        let Some(manager) = MANAGERS.iter().find(|m| in_path(m.program).is_some()) else {
            return Err(format!(
                "{wanted} is missing, and no known package manager is here: install it by hand"
            ));
        };
        let package = self.package(manager.program);
        let by_hand = format!(
            "install it with `{} {} {package}`",
            manager.program,
            manager.install.join(" ")
        );
        println!("{wanted} is missing: installing the package {package}");
        if let Some(update) = manager.update {
            // Ignored: an old package list may still do, and the installation says so if not.
            let _ = run::show(&mut as_root(manager.program, update, None));
        }
        run::show(&mut as_root(manager.program, manager.install, Some(package)))
            .map_err(|e| format!("{wanted} is missing and could not be installed ({e}): {by_hand}"))?;
        self.find()
            .ok_or_else(|| format!("{wanted} is still missing after an installation: {by_hand}"))
    }

    /// The program, if it is here.
    pub(crate) fn find(self) -> Option<PathBuf> {
        if let Some(chosen) = self.variable().and_then(std::env::var_os) {
            return in_path(&chosen.to_string_lossy());
        }
        self.names().iter().find_map(|name| in_path(name))
    }
}

/// Makes sure that cargo has its formatter and its linter: a minimal toolchain comes without them.
pub(crate) fn cargo_components(workspace: &Workspace) -> Result<(), String> {
    let missing = |name: &str| run::capture(workspace.cargo().args([name, "--version"])).is_err();
    let wanted: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .iter()
        .filter(|(c, _)| missing(c))
        .map(|(_, n)| *n)
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    run::show(Command::new("rustup").args(["component", "add"]).args(&wanted))
        .map_err(|e| format!("cargo lacks {}: {e}", wanted.join(" and ")))
}

/// A program of the search path, or the path itself when it has a folder in it.
fn in_path(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|p| p.is_file());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find_map(|dir| {
        let file = dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        file.is_file().then_some(file)
    })
}

/// The command with the rights to install: as it is for root and for brew, else by `sudo` without a question.
fn as_root(program: &str, args: &[&str], package: Option<&str>) -> Command {
    let root = run::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if root || program == "brew" || in_path("sudo").is_none() {
        Command::new(program)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["--non-interactive", "--preserve-env=DEBIAN_FRONTEND", program]);
        sudo
    };
    command
        .args(args)
        .args(package)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}
