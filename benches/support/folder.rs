//! A folder that goes with the program: on the disk, for what is measured has to reach it.

use std::path::{Path, PathBuf};

/// A new folder, removed with its content when it is dropped.
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one below cargo's target folder, or below the folder for temporary files when that lies elsewhere:
    /// the latter may be memory, where a flush costs nothing.
    pub fn new(name: &str) -> Self {
        let base = option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let path = base.join(format!("bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
