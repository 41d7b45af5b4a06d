//! Version negotiation: each side names the range it speaks, the highest common version is used, and where
//! there is none both sides say so in words and hang up.

use crate::{Hello, Refusal};

/// The oldest protocol version this build speaks.
pub const MIN: u32 = 1;
/// The newest protocol version this build speaks.
pub const MAX: u32 = 1;

/// `ERR_SDK_NET_AUTH_INVALID`: the code of a link that fails in its handshake.
pub const CODE_HANDSHAKE: i32 = 9503;

/// The first frame of a client.
pub fn hello(client: &str) -> Hello {
    Hello {
        min_version: MIN,
        max_version: MAX,
        client: client.to_owned(),
    }
}

/// The highest version that both `hello` and the range `min..=max` hold, or the refusal to send.
pub fn agree(hello: &Hello, min: u32, max: u32) -> Result<u32, Refusal> {
    let (low, high) = (hello.min_version.max(min), hello.max_version.min(max));
    if low <= high && hello.min_version > 0 {
        return Ok(high);
    }
    let text = format!(
        "no common protocol version: the client speaks {} to {}, the server {min} to {max}; update the {}",
        hello.min_version,
        hello.max_version,
        if hello.max_version < min {
            "client"
        } else {
            "server"
        },
    );
    Err(Refusal {
        code: CODE_HANDSHAKE,
        text,
        min_version: min,
        max_version: max,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(min: u32, max: u32) -> Hello {
        Hello {
            min_version: min,
            max_version: max,
            client: String::new(),
        }
    }

    #[test]
    fn the_highest_common_version_is_taken() {
        assert_eq!(agree(&range(1, 5), 2, 3), Ok(3));
        assert_eq!(agree(&range(1, 2), 2, 9), Ok(2));
    }

    #[test]
    fn an_old_client_is_told_to_update_and_so_is_an_old_server() {
        let old_client = agree(&range(1, 1), 2, 3).expect_err("1 is too old");
        assert!(
            old_client.text.ends_with("update the client"),
            "{}",
            old_client.text
        );
        assert_eq!(
            (old_client.code, old_client.min_version, old_client.max_version),
            (9503, 2, 3)
        );
        let old_server = agree(&range(4, 5), 2, 3).expect_err("the server is too old");
        assert!(
            old_server.text.ends_with("update the server"),
            "{}",
            old_server.text
        );
    }

    #[test]
    fn nonsense_ranges_are_refused() {
        assert!(agree(&range(0, 0), 1, 1).is_err());
        assert!(agree(&range(3, 2), 1, 9).is_err());
    }
}
