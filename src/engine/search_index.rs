//! Keeping the search index up to date: the indexer makes segments beside the engine, the engine writes them a
//! little at a time, at the end of its batches, so that nothing waits for either.

use super::user::User;
use super::{Engine, Output, ReadJob, ReadQuery};
use crate::store::StoreError;
use crate::store::search::{Built, Sizes};

/// Bytes of a segment written at the end of one batch.
const STEP_BYTES: usize = 512 << 10;
/// Pieces of dead segments deleted at the end of one batch.
const STEP_BLOBS: u32 = 64;
/// How long the engine waits for other work between two steps.
const STEP_MS: u64 = 2;
/// Rows that have come before it is looked whether something is to be made.
const LOOK_ROWS: i64 = 256;
/// It is also looked once this time has passed, for what has changed without rows that came.
const LOOK_MS: u64 = 10_000;
/// No index is made for this long after something went wrong.
const PAUSE_MS: u64 = 60_000;

/// What is under way.
#[derive(Debug, Default)]
pub(super) struct Index {
    stage: Stage,
    /// The largest row and the time at which was looked last.
    looked: Option<(i64, u64)>,
    /// When the next step is due; none while only a batch can bring one.
    pub(super) deadline: Option<u64>,
}

#[derive(Debug, Default)]
enum Stage {
    /// Nothing.
    #[default]
    Idle,
    /// The indexer makes a segment.
    Making { ticket: u64 },
    /// A segment is written.
    Writing { id: i64, built: Box<Built>, from: usize },
    /// Dead segments are deleted.
    Sweeping,
}

impl Index {
    /// Begins anew: the database has gone back to its last commit.
    pub(super) fn restart(&mut self, now: u64) {
        *self = Self {
            looked: Some((i64::MAX, now + PAUSE_MS)),
            ..Self::default()
        };
    }

    /// True for the ticket of the segment that is being made.
    pub(super) fn awaits(&self, answered: u64) -> bool {
        matches!(self.stage, Stage::Making { ticket } if ticket == answered)
    }
}

impl User {
    /// One step; a query for the indexer when it should begin with a segment.
    fn tend_index(&mut self, now: u64) -> Result<Option<crate::store::search::BuildQuery>, StoreError> {
        match &mut self.index.stage {
            Stage::Making { .. } => Ok(None),
            Stage::Writing { .. } | Stage::Sweeping if self.index.deadline.is_some_and(|at| at > now) => {
                Ok(None)
            }
            Stage::Writing { id, built, from } => {
                match self.store.write_segment(*id, built, *from, STEP_BYTES)? {
                    Some(next) => *from = next,
                    None => {
                        self.store.switch_segment(*id, built)?;
                        self.index.stage = Stage::Sweeping;
                    }
                }
                self.index.deadline = Some(now + STEP_MS);
                Ok(None)
            }
            Stage::Sweeping => {
                if self.store.sweep_segments(None, STEP_BLOBS)? {
                    self.index.deadline = Some(now + STEP_MS);
                    return Ok(None);
                }
                self.look(now)
            }
            Stage::Idle => {
                let last = self.store.max_row()?;
                match self.index.looked {
                    Some((row, at)) if last.saturating_sub(row) < LOOK_ROWS && now < at + LOOK_MS => Ok(None),
                    // What an earlier run left behind is swept first.
                    None => {
                        self.index.stage = Stage::Sweeping;
                        self.index.deadline = Some(now);
                        Ok(None)
                    }
                    Some(_) => self.look(now),
                }
            }
        }
    }

    fn look(&mut self, now: u64) -> Result<Option<crate::store::search::BuildQuery>, StoreError> {
        self.index.stage = Stage::Idle;
        self.index.deadline = None;
        self.index.looked = Some((self.store.max_row()?, now));
        self.store.next_build(&Sizes::default())
    }
}

impl Engine {
    /// One step on the search index, inside the batch's transaction.
    pub(super) fn tend_search_index(&mut self) -> Result<(), StoreError> {
        if self.shut {
            return Ok(());
        }
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else {
            return Ok(());
        };
        // Without a file nothing can be made beside the engine: searches look at every message.
        let Some(path) = user.store.path().map(ToOwned::to_owned) else {
            return Ok(());
        };
        if let Some(query) = user.tend_index(now)? {
            self.last_ticket += 1;
            let ticket = self.last_ticket;
            user.index.stage = Stage::Making { ticket };
            self.out.push(Output::Read(ReadJob {
                ticket,
                path,
                query: ReadQuery::Index(query),
            }));
        }
        Ok(())
    }

    /// The indexer has made a segment, or could not.
    pub(super) fn on_segment(&mut self, made: Result<Option<Box<Built>>, StoreError>) {
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else { return };
        user.index.stage = Stage::Idle;
        match made {
            Ok(Some(built)) => {
                let begun = user.store.begin_segment(&built);
                let Some(id) = self.guard(begun) else { return };
                if let Some(user) = &mut self.user {
                    user.index.stage = Stage::Writing { id, built, from: 0 };
                    user.index.deadline = Some(now + STEP_MS);
                }
            }
            Ok(None) => {}
            Err(error) => {
                user.index.restart(now);
                self.log(5, "search", format!("no segment was made: {error}"));
            }
        }
    }

    /// The index could not be read: it is let go, and made anew.
    pub(super) fn drop_search_index(&mut self) {
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else { return };
        user.index.restart(now);
        let dropped = user.store.drop_search_index();
        self.guard(dropped);
        self.log(5, "search", "the index was damaged and is made anew".to_owned());
    }
}
