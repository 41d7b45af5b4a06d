//! Reading a UserSig: the public TLS-sig v2 format (spec CORE-093, 01 section 6). Verification needs the
//! app's secret key and is the server's; the core reads only the time of expiry.

use std::io::Read as _;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// The longest UserSig, in characters.
pub const MAX_CHARS: usize = 4096;
/// The longest inflated UserSig, in bytes.
pub const MAX_INFLATED: usize = 8192;

/// A UserSig taken apart; nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSig {
    /// `TLS.identifier`: the user it was made for.
    pub identifier: String,
    /// `TLS.sdkappid`.
    pub app_id: u64,
    /// `TLS.time`: Unix seconds at which it was made.
    pub time: i64,
    /// `TLS.expire`: seconds of validity from `time`.
    pub expire: i64,
    /// `TLS.userbuf`, base64 as it stands in the signature; opaque to Timbre.
    pub userbuf: Option<String>,
    /// `TLS.sig`: the HMAC, base64.
    pub sig: String,
}

/// Why a text is not a UserSig.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserSigError {
    /// The text is empty (70002).
    #[error("the UserSig is empty")]
    Empty,
    /// Damaged, cut, too long, or not the v2 format (70003).
    #[error("the UserSig is damaged: {0}")]
    Damaged(&'static str),
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Takes a UserSig apart. Accepts the substituted alphabet (`*-_`), the plain one (`+/=`) and missing padding;
/// members may be numbers or decimal strings.
pub fn parse(text: &str) -> Result<UserSig, UserSigError> {
    use UserSigError::Damaged;
    if text.is_empty() {
        return Err(UserSigError::Empty);
    }
    if text.len() > MAX_CHARS {
        return Err(Damaged("longer than 4,096 characters"));
    }
    let plain: String = text
        .chars()
        .map(|c| match c {
            '*' => '+',
            '-' => '/',
            '_' => '=',
            other => other,
        })
        .collect();
    let packed = BASE64.decode(plain).map_err(|_| Damaged("not base64"))?;
    let mut json = Vec::new();
    let mut reader = flate2::read::ZlibDecoder::new(&packed[..]).take(MAX_INFLATED as u64 + 1);
    reader
        .read_to_end(&mut json)
        .map_err(|_| Damaged("not zlib, or cut off"))?;
    if json.len() > MAX_INFLATED {
        return Err(Damaged("inflates to more than 8,192 bytes"));
    }
    let value: Value = serde_json::from_slice(&json).map_err(|_| Damaged("not JSON"))?;
    if value.get("TLS.ver").and_then(Value::as_str) != Some("2.0") {
        return Err(Damaged("TLS.ver is not \"2.0\""));
    }
    let string = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| match value.get(key)? {
        Value::Number(n) => n.as_i64().or_else(|| n.as_u64().map(|_| i64::MAX)),
        Value::String(s) => s.parse().ok(),
        _ => None,
    };
    Ok(UserSig {
        identifier: string("TLS.identifier").ok_or(Damaged("TLS.identifier is missing"))?,
        app_id: number("TLS.sdkappid")
            .and_then(|n| u64::try_from(n).ok())
            .ok_or(Damaged("TLS.sdkappid is missing"))?,
        time: number("TLS.time").ok_or(Damaged("TLS.time is missing"))?,
        expire: number("TLS.expire").ok_or(Damaged("TLS.expire is missing"))?,
        userbuf: string("TLS.userbuf"),
        sig: string("TLS.sig").ok_or(Damaged("TLS.sig is missing"))?,
    })
}

impl UserSig {
    /// The Unix second from which it is no longer good; none when time or expiry is negative or the sum does
    /// not fit.
    pub fn expires_at(&self) -> Option<i64> {
        if self.time < 0 || self.expire < 0 {
            return None;
        }
        self.time.checked_add(self.expire)
    }

    /// The text the HMAC is taken over: one line per member, each ended by LF, in this order.
    pub fn signed_content(&self) -> String {
        let mut text = format!(
            "TLS.identifier:{}\nTLS.sdkappid:{}\nTLS.time:{}\nTLS.expire:{}\n",
            self.identifier, self.app_id, self.time, self.expire
        );
        if let Some(buf) = &self.userbuf {
            text.push_str("TLS.userbuf:");
            text.push_str(buf);
            text.push('\n');
        }
        text
    }
}
