//! The log, the conversation list, read positions.

use timbre_protocol::mark_read_request::Scope;
use timbre_protocol::{MarkReadReply, MarkReadRequest, PullReply, PullRequest, SnapshotReply};

use super::messages::c2c_peer;
use super::{REPLY_BYTES, Service, storage_refused};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::storage::{MarkRead, ReadLog, ReadSnapshot, ReadUpTo};

/// Log entries of one answer.
const PULL_ENTRIES: u32 = 500;
const DAY_MS: i64 = 86_400_000;

impl Service {
    /// Log entries after a number.
    pub(super) async fn pull(&self, session: &Mailbox, req: PullRequest) -> Result<PullReply, Refused> {
        let limit = if req.limit == 0 {
            PULL_ENTRIES
        } else {
            req.limit.min(PULL_ENTRIES)
        };
        let op = ReadLog {
            account: session.account,
            after: req.after,
            limit,
            max_bytes: REPLY_BYTES,
        };
        let page = self.storage.log(op).await;
        let mut page = page.map_err(|error| storage_refused(&error, code::CONVERSATION_INTERNAL))?;
        self.outgoing_entries(session, &mut page.entries);
        Ok(PullReply {
            entries: page.entries,
            head: page.head,
            reset: page.reset,
        })
    }

    /// The conversation list as of one moment.
    pub(super) async fn snapshot(&self, session: &Mailbox) -> Result<SnapshotReply, Refused> {
        let days = i64::from(self.config.cloud_days);
        let active_since_ms = if days == 0 {
            0
        } else {
            self.clock.now_ms().saturating_sub(days * DAY_MS)
        };
        let op = ReadSnapshot {
            account: session.account,
            max: self.config.cloud_max,
            active_since_ms,
        };
        let snapshot = self.storage.snapshot(op).await;
        let mut snapshot = snapshot.map_err(|error| storage_refused(&error, code::CONVERSATION_INTERNAL))?;
        for conversation in &mut snapshot.conversations {
            conversation.last_message = self.outgoing(session, &conversation.last_message);
        }
        Ok(SnapshotReply {
            cursor: snapshot.cursor,
            epoch: snapshot.epoch,
            conversations: snapshot.conversations,
            receive_options: snapshot.receive_options,
            do_not_disturb: Some(snapshot.do_not_disturb),
        })
    }

    /// Moves read positions.
    pub(super) async fn mark_read(
        &self,
        session: &Mailbox,
        req: MarkReadRequest,
    ) -> Result<MarkReadReply, Refused> {
        let scope = Scope::try_from(req.scope).map_err(|_| {
            Refused::new(
                code::INVALID_PARAMETERS,
                format!("scope {} is unknown", req.scope),
            )
        })?;
        let up_to = match scope {
            // There are no groups whose position could move.
            Scope::AllGroups => return Ok(MarkReadReply::default()),
            Scope::AllC2c | Scope::All => ReadUpTo::AllC2c,
            Scope::One => {
                let peer = c2c_peer(req.conversation.as_ref(), code::GROUP_DENIED)?.to_owned();
                match (req.up_to_seq, req.up_to_time_ms) {
                    (0, 0) => ReadUpTo::Newest(peer),
                    (0, ms) => ReadUpTo::Time(peer, ms),
                    (seq, _) => ReadUpTo::Seq(peer, seq),
                }
            }
        };
        let op = MarkRead {
            app_id: session.app_id,
            account: session.account,
            up_to,
        };
        let marked = self.storage.mark_read(op).await;
        let marked = marked.map_err(|error| storage_refused(&error, code::CONVERSATION_INTERNAL))?;
        Ok(MarkReadReply {
            marks: marked.marks,
            log_seq: marked.log_seq,
        })
    }
}
