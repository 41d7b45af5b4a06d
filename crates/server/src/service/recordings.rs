//! Recordings on this server, for the service that turns them into text.

use super::Service;
use crate::error::{Refused, code};
use crate::hub::Mailbox;

/// A recording that a service may fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recording {
    /// An address with a signature that is good for a short while.
    pub(super) url: String,
    /// Form of the file: `m4a`, `amr`, ...
    pub(super) format: String,
    /// Seconds.
    pub(super) duration_s: u32,
}

impl Service {
    /// The recording at `url`, when it is a file of this server that the session's user may read; 6017 for any
    /// other address, for the server fetches nothing from elsewhere; 6010 for a file that is not kept any more.
    pub(super) async fn recording(&self, _session: &Mailbox, _url: &str) -> Result<Recording, Refused> {
        // This server keeps no files, so no address is one of its own.
        Err(Refused::new(
            code::INVALID_PARAMETERS,
            "url: this is not the address of a recording on this server",
        ))
    }
}
