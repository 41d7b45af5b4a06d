//! Which segments there are, what is to be made next, and writing what was made.

use rusqlite::{Connection, params};

use super::build::{BuildQuery, Built, MAX_SIZE, MESSAGE_SIZE};
use super::segment::list;
use crate::store::{Result, Store};

/// Messages that a search looks at one by one before a segment is made of them.
pub(super) const TAIL: i64 = 1024;
/// Stale rows, which a search looks at one by one, before a segment is made anew.
pub(super) const STALE: i64 = 512;
/// Segments of the smallest size that become one.
const FAN: usize = 8;
/// A segment is small below this size.
const SMALL: i64 = FAN as i64 * TAIL * MESSAGE_SIZE;

/// A segment that answers queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Its number.
    pub id: i64,
    /// The first of its rows.
    pub low: i64,
    /// The last of its rows; the next segment begins behind it.
    pub high: i64,
    /// What it counts for: characters, or 32 for each message when that is more.
    pub size: i64,
}

/// The sizes at which something is done; tests make them tiny.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Rows of the tail before it becomes a segment.
    pub tail: i64,
    /// Stale rows before a segment is made anew.
    pub stale: i64,
    /// The size up to which segments become one.
    pub full: i64,
    /// Below it a segment is small.
    pub small: i64,
    /// Small segments that become one.
    pub fan: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            tail: TAIL,
            stale: STALE,
            full: MAX_SIZE,
            small: SMALL,
            fan: FAN,
        }
    }
}

/// The segments that answer queries, by their rows.
pub(super) fn live(conn: &Connection) -> Result<Vec<Segment>> {
    let sql = "SELECT id, low, high, size FROM search_segments WHERE live = 1 ORDER BY low";
    let mut select = conn.prepare_cached(sql)?;
    let rows = select.query_map([], |r| {
        Ok(Segment {
            id: r.get(0)?,
            low: r.get(1)?,
            high: r.get(2)?,
            size: r.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Sizes {
    /// The segments that should become one, if any: several small ones, or as many as make a full one.
    fn merge<'s>(&self, live: &'s [Segment]) -> Option<&'s [Segment]> {
        let fits = |run: &'s [Segment]| {
            let mut size = 0;
            let count = run
                .iter()
                .take_while(|s| {
                    size += s.size;
                    size <= self.full + self.full / 4
                })
                .count();
            run.get(..count).filter(|run| run.len() > 1)
        };
        let small = live
            .chunk_by(|a, b| (a.size < self.small) == (b.size < self.small))
            .filter(|run| run.len() >= self.fan && run[0].size < self.small)
            .find_map(fits);
        let medium = |s: &Segment| s.size < self.full * 3 / 4;
        small.or_else(|| {
            live.chunk_by(|a, b| medium(a) == medium(b))
                .filter(|run| medium(&run[0]) && run.iter().map(|s| s.size).sum::<i64>() >= self.full)
                .find_map(fits)
        })
    }
}

impl Store {
    /// What should be made next, if anything. Changes of the rows it is made of are noted from now on: it may be
    /// made once this is committed.
    pub fn next_build(&mut self, sizes: &Sizes) -> Result<Option<BuildQuery>> {
        let live = live(self.read())?;
        let reached = live.last().map_or(0, |s| s.high);
        let last = self.max_row()?;
        if last - reached >= sizes.tail {
            let sql = "UPDATE search_watch SET row = max(row, ?1)";
            self.write()?.prepare_cached(sql)?.execute([last])?;
            return Ok(Some(BuildQuery {
                low: reached + 1,
                high: last,
                full: Some(sizes.full),
                replaces: Vec::new(),
            }));
        }
        let anew = self.most_stale(sizes, &live)?;
        let these = anew.as_slice();
        let these = if these.is_empty() {
            sizes.merge(&live).unwrap_or_default()
        } else {
            these
        };
        Ok(match (these.first(), these.last()) {
            (Some(first), Some(last)) => Some(BuildQuery {
                low: first.low,
                high: last.high,
                full: None,
                replaces: these.iter().map(|s| s.id).collect(),
            }),
            _ => None,
        })
    }

    /// The segment with the most stale rows, when there are too many in all.
    fn most_stale(&self, sizes: &Sizes, live: &[Segment]) -> Result<Vec<Segment>> {
        let mut select = self.read().prepare_cached("SELECT count(*) FROM search_stale")?;
        let count: i64 = select.query_row([], |r| r.get(0))?;
        if count <= sizes.stale {
            return Ok(Vec::new());
        }
        let sql = "SELECT count(*) FROM search_stale WHERE row BETWEEN ?1 AND ?2";
        let mut select = self.read().prepare_cached(sql)?;
        let mut most = (0, None);
        for segment in live {
            let count: i64 = select.query_row([segment.low, segment.high], |r| r.get(0))?;
            if count > most.0 {
                most = (count, Some(*segment));
            }
        }
        Ok(most.1.into_iter().collect())
    }

    /// A number for a segment that is going to be written.
    pub fn begin_segment(&mut self, built: &Built) -> Result<i64> {
        let conn = self.write()?;
        conn.prepare_cached("INSERT INTO search_segments (low, high, size) VALUES (?1, ?2, ?3)")?
            .execute(params![built.low, built.high, built.size])?;
        Ok(conn.last_insert_rowid())
    }

    /// Writes lists of a segment from number `from` on, about `bytes` of them; the number to go on from, or none
    /// when all are written.
    pub fn write_segment(
        &mut self,
        id: i64,
        built: &Built,
        from: usize,
        bytes: usize,
    ) -> Result<Option<usize>> {
        let mut insert = self
            .write()?
            .prepare_cached("INSERT INTO search_blobs (list, term, part, data) VALUES (?1, ?2, ?3, ?4)")?;
        let mut written = 0;
        for (number, blob) in built.blobs.iter().enumerate().skip(from) {
            if written >= bytes {
                return Ok(Some(number));
            }
            insert.execute(params![list(id, blob.holds), blob.term, blob.part, blob.data])?;
            written += blob.data.len();
        }
        Ok(None)
    }

    /// Puts a written segment in the place of those that it was made of.
    pub fn switch_segment(&mut self, id: i64, built: &Built) -> Result<()> {
        let conn = self.write()?;
        let mut set = conn.prepare_cached("UPDATE search_segments SET live = ?2 WHERE id = ?1")?;
        for replaced in &built.replaces {
            set.execute([*replaced, 0])?;
        }
        set.execute([id, 1])?;
        // A row that has not changed since it was read for the segment is in order; another one is now in the
        // segment as it was read.
        let mut settle = conn.prepare_cached("DELETE FROM search_stale WHERE row = ?1 AND stamp = ?2")?;
        let mut moved =
            conn.prepare_cached("UPDATE search_stale SET conv = ?2, time_ms = ?3, ord = ?4 WHERE row = ?1")?;
        for r in &built.refreshed {
            if settle.execute([r.row, r.stamp])? == 0
                && let Some((conv, (time_ms, ord))) = r.place
            {
                moved.execute([r.row, conv, time_ms, ord])?;
            }
        }
        Ok(())
    }

    /// Deletes some of what belongs to segments that were replaced or never finished, but for the one that is being
    /// written; false when there is nothing left.
    pub fn sweep_segments(&mut self, writing: Option<i64>, blobs: u32) -> Result<bool> {
        let dead: Option<i64> = self
            .read()
            .prepare_cached("SELECT min(id) FROM search_segments WHERE live = 0 AND id IS NOT ?1")?
            .query_row([writing], |r| r.get(0))?;
        let Some(dead) = dead else {
            return Ok(false);
        };
        let conn = self.write()?;
        let sql = "DELETE FROM search_blobs WHERE row IN (
                       SELECT row FROM search_blobs WHERE list BETWEEN ?1 AND ?2 LIMIT ?3)";
        let gone = conn
            .prepare_cached(sql)?
            .execute(params![list(dead, 0), list(dead, 15), blobs])?;
        if gone < blobs as usize {
            conn.prepare_cached("DELETE FROM search_segments WHERE id = ?1")?
                .execute([dead])?;
        }
        Ok(true)
    }

    /// Lets go of the whole index; it is made anew from the messages.
    pub fn drop_search_index(&mut self) -> Result<()> {
        let conn = self.write()?;
        conn.execute_batch("UPDATE search_segments SET live = 0; DELETE FROM search_stale;")?;
        Ok(())
    }

    /// The segments that answer queries, by their rows.
    pub fn search_segments(&self) -> Result<Vec<Segment>> {
        live(self.read())
    }
}
