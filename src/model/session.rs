//! What hosts configure: the SdkConfig of `TIMInit` and the SetConfig of `TIMSetConfig` (spec 01 sections 4.1
//! and 4.5).

use std::fmt;

use timbre_protocol::Platform;

use super::error::{Refusal, sync};
use super::json::{LIMIT, Object, note, parse, parse_object};

pub mod objects;
mod settings;

pub use settings::{Proxy, ProxyChange, ProxyCredentials, Settings};

/// The longest `sdk_config_device_type`, in bytes.
const MAX_DEVICE_TYPE: usize = 128;
/// The longest `sdk_config_system_version`, in bytes.
const MAX_SYSTEM_VERSION: usize = 64;

/// A text that no log may show.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Hides `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be used and not to be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { "\"***\"" })
    }
}

/// Where host callbacks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallbackMode {
    /// On the platform's main loop where it has one, else on a thread of the core.
    #[default]
    Platform,
    /// Only inside `timbre_run_callbacks`.
    Pump,
    /// Always on a thread of the core.
    Thread,
}

/// The decoded SdkConfig.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InitConfig {
    /// `sdk_config_config_file_path`: folder of the databases; none for the default.
    pub data_dir: Option<String>,
    /// `sdk_config_log_file_path`: folder of the logs; none for the default.
    pub log_dir: Option<String>,
    /// `sdk_config_device_type`, cut to 128 bytes.
    pub device_type: String,
    /// `sdk_config_brand_type`.
    pub brand: i64,
    /// `sdk_config_system_version`, cut to 64 bytes.
    pub system_version: String,
    /// `sdk_config_server_url`: `ws://` and `wss://` addresses with their path, in order of preference.
    pub server_urls: Vec<String>,
    /// `sdk_config_callback_mode`.
    pub callback_mode: CallbackMode,
    /// `sdk_config_platform`, in place of the one the build knows.
    pub platform: Option<Platform>,
    /// `sdk_config_main_thread_id`.
    pub main_thread_id: Option<i64>,
    /// `sdk_config_main_looper_pointer`.
    pub main_looper: Option<i64>,
}

impl InitConfig {
    /// Decodes the argument of `TIMInit`. NULL, `""`, `null` and `{}` are all defaults. -3: not a JSON object.
    /// -4: an unknown callback mode or platform, or a server address that is none.
    pub fn decode(text: Option<&str>) -> Result<Self, i32> {
        let Some(text) = text.filter(|t| !t.is_empty()) else {
            return Ok(Self::default());
        };
        let root = parse(text, LIMIT)?;
        if root.is_null() {
            return Ok(Self::default());
        }
        let object = Object::from_value(&root).ok_or(sync::JSON)?;
        let directory = |key| object.string(key).filter(|s| !s.is_empty()).map(str::to_owned);
        let number = |key| object.integer(key).and_then(|n| i64::try_from(n).ok());
        Ok(Self {
            data_dir: directory("sdk_config_config_file_path"),
            log_dir: directory("sdk_config_log_file_path"),
            device_type: cut(object, "sdk_config_device_type", MAX_DEVICE_TYPE),
            brand: number("sdk_config_brand_type").unwrap_or(0),
            system_version: cut(object, "sdk_config_system_version", MAX_SYSTEM_VERSION),
            server_urls: match object.string("sdk_config_server_url") {
                Some(urls) => server_urls(urls).map_err(|_| sync::PARAM)?,
                None => Vec::new(),
            },
            callback_mode: match object.string("sdk_config_callback_mode") {
                None | Some("platform") => CallbackMode::Platform,
                Some("pump") => CallbackMode::Pump,
                Some("thread") => CallbackMode::Thread,
                Some(_) => return Err(sync::PARAM),
            },
            platform: match object.string("sdk_config_platform") {
                None => None,
                Some(name) => Some(platform(name).ok_or(sync::PARAM)?),
            },
            main_thread_id: number("sdk_config_main_thread_id"),
            main_looper: number("sdk_config_main_looper_pointer"),
        })
    }
}

fn platform(name: &str) -> Option<Platform> {
    Some(match name {
        "Android" => Platform::Android,
        "Linux" => Platform::Linux,
        "Mac" => Platform::Mac,
        "Web" => Platform::Web,
        "Windows" => Platform::Windows,
        "iPad" => Platform::Ipad,
        "iPhone" => Platform::Iphone,
        _ => return None,
    })
}

/// A text of at most `most` bytes; what is longer is cut between characters and noted.
fn cut(object: Object<'_>, key: &str, most: usize) -> String {
    let text = object.string(key).unwrap_or_default();
    if text.len() > most {
        note(key, || format!("longer than {most} bytes; cut"));
    }
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|&i| text.is_char_boundary(i))
        .unwrap_or(0);
    text[..end].to_owned()
}

/// Server addresses separated by commas, as the host or the environment gives them: `http` becomes `ws`, `https`
/// and no scheme at all become `wss`, an absent path becomes [`timbre_protocol::PATH`]. 6017 names the address that
/// is none.
pub fn server_urls(list: &str) -> Result<Vec<String>, Refusal> {
    list.split(',')
        .map(str::trim)
        .filter(|url| !url.is_empty())
        .map(server_url)
        .collect()
}

fn server_url(given: &str) -> Result<String, Refusal> {
    let bad = |why: &str| Err(Refusal::invalid(format!("server address {given:?}: {why}")));
    let (scheme, rest) = given.split_once("://").unwrap_or(("wss", given));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => return bad("the scheme is not ws, wss, http or https"),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.len() > 1 {
        path
    } else {
        timbre_protocol::PATH
    };
    if !rest.bytes().all(|b| b.is_ascii_graphic()) || rest.contains(['@', '?', '#']) {
        return bad("it holds a character that has no place in it");
    }
    // An IPv6 address stands in brackets, so that a colon after them begins the port.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let bracketed = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    match bracketed {
        Some(inner) if inner.parse::<std::net::Ipv6Addr>().is_err() => return bad("not an IPv6 address"),
        None if host.is_empty() => return bad("the host is missing"),
        None if host.contains([':', '[', ']']) => return bad("an IPv6 address needs brackets"),
        _ => {}
    }
    if let Some(port) = port
        && !port.parse::<u16>().is_ok_and(|p| p > 0)
    {
        return bad("the port is not a number from 1 to 65535");
    }
    Ok(format!("{scheme}://{authority}{path}"))
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
