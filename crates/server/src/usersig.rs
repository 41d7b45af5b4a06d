//! Making and checking UserSigs: HMAC-SHA256 over the lines of the v2 format (CORE-093).

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use timbre_protocol::usersig::{UserSig, UserSigError, parse};

use crate::error::{Refused, code};
use crate::storage::App;

/// Makes a UserSig for `user_id` that is good for `expire` seconds from the Unix second `now`.
pub fn sign(app_id: u64, key: &str, user_id: &str, now: i64, expire: i64, userbuf: Option<&[u8]>) -> String {
    let mut sig = UserSig {
        identifier: user_id.to_owned(),
        app_id,
        time: now,
        expire,
        userbuf: userbuf.map(|bytes| STANDARD.encode(bytes)),
        sig: String::new(),
    };
    sig.sig = STANDARD.encode(mac(key, &sig.signed_content()).finalize().into_bytes());
    let mut json = serde_json::json!({
        "TLS.ver": "2.0",
        "TLS.identifier": sig.identifier,
        "TLS.sdkappid": sig.app_id,
        "TLS.time": sig.time,
        "TLS.expire": sig.expire,
        "TLS.sig": sig.sig,
    });
    if let Some(buf) = sig.userbuf {
        json["TLS.userbuf"] = buf.into();
    }
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(json.to_string().as_bytes())
        .expect("a Vec grows as needed");
    let packed = zlib.finish().expect("a Vec grows as needed");
    STANDARD
        .encode(packed)
        .replace('+', "*")
        .replace('/', "-")
        .replace('=', "_")
}

/// Checks a UserSig and answers the Unix second at which its session ends. `max_expire` shortens the validity;
/// 0: no cap. Whether it was revoked for the account ([`check_revoked`]) is asked separately, because it needs
/// the account. The checks' order is the specification's: the first failing one decides.
pub fn verify(app: &App, user_id: &str, text: &str, now: i64, max_expire: i64) -> Result<Verified, Refused> {
    let sig = parse(text).map_err(|error| match error {
        UserSigError::Empty => Refused::new(code::SIG_EMPTY, "user_sig is empty"),
        UserSigError::Damaged(why) => Refused::new(code::SIG_DAMAGED, format!("user_sig is damaged: {why}")),
    })?;
    if sig.app_id != app.id {
        let text = format!("user_sig was made for app {}, this is app {}", sig.app_id, app.id);
        return Err(Refused::new(code::SIG_OTHER_APP, text));
    }
    if sig.identifier != user_id {
        return Err(Refused::new(
            code::SIG_OTHER_USER,
            "user_sig was made for another user id",
        ));
    }
    if app.keys.is_empty() {
        return Err(Refused::new(
            code::NO_KEY,
            format!("app {} has no active key", app.id),
        ));
    }
    let given = STANDARD.decode(&sig.sig).unwrap_or_default();
    let content = sig.signed_content();
    // Every key is tried whatever the first says; each comparison takes the same time for any signature.
    let matching = app
        .keys
        .iter()
        .filter(|key| mac(key, &content).verify_slice(&given).is_ok())
        .count();
    if matching == 0 {
        let text = format!("user_sig was made with no active key of app {}", app.id);
        return Err(Refused::new(code::SIG_MISMATCH, text));
    }
    let Some(end) = sig.expires_at() else {
        return Err(Refused::new(
            code::SIG_OUT_OF_RANGE,
            "time or expire of user_sig is out of range",
        ));
    };
    let end = if max_expire > 0 {
        end.min(sig.time.saturating_add(max_expire))
    } else {
        end
    };
    if now >= end {
        return Err(Refused::new(
            code::SIG_EXPIRED,
            format!("user_sig expired at {end}, now is {now}"),
        ));
    }
    Ok(Verified {
        made_at: sig.time,
        expires_at: end,
    })
}

/// What a good UserSig says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Unix second at which it was made.
    pub made_at: i64,
    /// Unix second from which it is no longer good.
    pub expires_at: i64,
}

/// Refuses a UserSig that was made before the account's last forced logout.
pub fn check_revoked(made_at: i64, sig_not_before: i64) -> Result<(), Refused> {
    if made_at < sig_not_before {
        return Err(Refused::new(
            code::SIG_REVOKED,
            "user_sig is older than the last forced logout",
        ));
    }
    Ok(())
}

fn mac(key: &str, content: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(content.as_bytes());
    mac
}

#[cfg(test)]
#[path = "usersig_tests.rs"]
mod tests;
