//! Where things are: the workspace's root, cargo's target folder, and what the builds leave there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;

/// The workspace on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the user has put it.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo where its target folder is.
    pub(crate) fn find() -> Result<Self, String> {
        let root = root()?;
        let text =
            run::capture(cargo(&root).args(["metadata", "--no-deps", "--format-version", "1", "--offline"]))?;
        let metadata: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| format!("cargo metadata answered no JSON: {e}"))?;
        let target = metadata["target_directory"]
            .as_str()
            .ok_or("cargo metadata names no target folder")?;
        Ok(Self {
            root,
            target: PathBuf::from(target),
        })
    }

    /// A cargo command that runs in the root.
    pub(crate) fn cargo(&self) -> Command {
        cargo(&self.root)
    }

    /// The release build of the C library.
    pub(crate) fn library(&self) -> PathBuf {
        let name = if cfg!(target_os = "macos") {
            "libtimbre.dylib"
        } else if cfg!(windows) {
            "timbre.dll"
        } else {
            "libtimbre.so"
        };
        self.target.join("release").join(name)
    }

    /// The release build of the static library.
    pub(crate) fn static_library(&self) -> PathBuf {
        let name = if cfg!(windows) {
            "timbre.lib"
        } else {
            "libtimbre.a"
        };
        self.target.join("release").join(name)
    }

    /// The server binary of the `server` profile.
    pub(crate) fn server(&self) -> PathBuf {
        self.target
            .join("server")
            .join(format!("timbre-server{}", std::env::consts::EXE_SUFFIX))
    }

    /// A folder of xtask's own below the target folder, made if it is not there.
    pub(crate) fn work_dir(&self, name: &str) -> Result<PathBuf, String> {
        let dir = self.target.join("xtask").join(name);
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        Ok(dir)
    }

    /// A new empty folder of xtask's own; what an earlier run left there is removed.
    pub(crate) fn fresh_dir(&self, name: &str) -> Result<PathBuf, String> {
        let dir = self.target.join("xtask").join(name);
        if dir.exists() {
            std::fs::remove_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        }
        self.work_dir(name)
    }

    /// A path below the root as the user would type it.
    pub(crate) fn short(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

/// The folder of the root `Cargo.toml`.
pub(crate) fn root() -> Result<PathBuf, String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .parent()
        .map(Path::to_path_buf)
        .ok_or_else(|| "xtask has no parent folder".to_owned())
}

fn cargo(root: &Path) -> Command {
    // The cargo that started xtask: on a machine with several toolchains another one would build everything anew.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}
