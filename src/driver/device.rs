//! What belongs to the installation: where it keeps its data, and which device it is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// File in the data folder that holds the device id, 32 hexadecimal digits.
const DEVICE_FILE: &str = "timbre_device";

/// The folder used when the host names none: `timbre_data` in the working folder if that can be written, else
/// in the user's own data folder.
pub fn default_data_dir() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default().join("timbre_data");
    if prepare(&here).is_ok() {
        return here;
    }
    user_data_dir().join("timbre_data")
}

/// The log folder used when the host names none: `timbre_log` beside the data folder.
pub fn default_log_dir(data_dir: &Path) -> PathBuf {
    data_dir.parent().unwrap_or(data_dir).join("timbre_log")
}

fn user_data_dir() -> PathBuf {
    let var = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let found = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_vendor = "apple") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    found.unwrap_or_else(std::env::temp_dir)
}

/// Creates `dir` where it is missing and checks that files can be written there.
pub(crate) fn prepare(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let probe = dir.join(format!(".timbre_probe_{}", std::process::id()));
    fs::write(&probe, b"")?;
    fs::remove_file(&probe)
}

/// The id of the installation whose data is in `dir`, made at the first call.
pub(crate) fn device_id(dir: &Path) -> io::Result<[u8; 16]> {
    let path = dir.join(DEVICE_FILE);
    if let Some(id) = fs::read_to_string(&path).ok().and_then(|text| parse(text.trim())) {
        return Ok(id);
    }
    let id = random();
    let hex: String = id.iter().map(|b| format!("{b:02x}")).collect();
    // Written beside and renamed: a crash leaves the old file or the new one, never half of one.
    let new = dir.join(format!("{DEVICE_FILE}.{}", std::process::id()));
    let mut file = fs::File::create(&new)?;
    file.write_all(hex.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    Ok(id)
}

fn parse(hex: &str) -> Option<[u8; 16]> {
    let mut id = [0; 16];
    if hex.len() != 32 || !hex.is_ascii() {
        return None;
    }
    for (i, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(id)
}

/// 16 random bytes.
pub(crate) fn random() -> [u8; 16] {
    let mut id = [0; 16];
    if getrandom::fill(&mut id).is_err() {
        // No source of randomness, as in some sandboxes: the clock and the process tell instances apart.
        let stamp = super::log::now_ms().unsigned_abs();
        id[..8].copy_from_slice(&stamp.to_le_bytes());
        id[8..12].copy_from_slice(&std::process::id().to_le_bytes());
    }
    id
}
