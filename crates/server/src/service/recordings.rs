//! Recordings on this server, for the service that turns them into text.

use super::media::fault_refused;
use super::{Service, storage_refused};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::media::urls::MEDIA_PATH;
use crate::storage::media::MediaFault;

/// Seconds for which the service may fetch a recording.
const GOOD_FOR_S: i64 = 600;

/// A recording that a service may fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recording {
    /// An address that is good for a short while.
    pub(super) url: String,
    /// Form of the file: `m4a`, `amr`, ...; empty when its name does not say.
    pub(super) format: String,
    /// Seconds; 0 when no message says how long it lasts.
    pub(super) duration_s: u32,
}

impl Service {
    /// The recording at `url`, when it is a file of this server that the session's user may read; 6017 for any
    /// other address, for the server fetches nothing from elsewhere; 6010 for a file that is not kept any more.
    pub(super) async fn recording(&self, session: &Mailbox, url: &str) -> Result<Recording, Refused> {
        let id = media_id(url).ok_or_else(|| {
            Refused::new(
                code::INVALID_PARAMETERS,
                "url: this is not the address of a recording on this server",
            )
        })?;
        let refused = |error| storage_refused(&error, code::MEDIA_FAILED);
        let readable = self
            .storage
            .readable_media(session.app_id, session.account, vec![id.to_owned()])
            .await
            .map_err(refused)?;
        let rows = readable.map_err(|fault| match fault {
            MediaFault::Unknown(_) => {
                Refused::new(code::HTTP_FAILED, "url: the recording is not kept any more")
            }
            other => fault_refused(&other),
        })?;
        let name = rows.get(id).map(|row| row.name.as_str()).unwrap_or_default();
        let format = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let seconds = self.storage.sound_seconds(session.account, id).await;
        Ok(Recording {
            url: self.brief_address(&session.origin, id, GOOD_FOR_S),
            format: format.to_ascii_lowercase(),
            duration_s: seconds.map_err(refused)?.unwrap_or(0),
        })
    }
}

/// The id in the address of a file of this server; none in any other address.
fn media_id(url: &str) -> Option<&str> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))?;
    let path = &rest[rest.find('/')?..];
    let id = path.strip_prefix(MEDIA_PATH)?;
    let id = id.split(['?', '#']).next().unwrap_or_default();
    (!id.is_empty() && !id.contains('/')).then_some(id)
}
