//! Closed ranges of a conversation's sequence of which everything this user may see is stored: what lies between
//! them are holes (spec 03 section 10.5).

use rusqlite::{OptionalExtension as _, Row};

use super::{Result, Store, seq_in, seq_out};

fn read_range(row: &Row<'_>) -> rusqlite::Result<(u64, u64)> {
    Ok((seq_out(row.get(0)?), seq_out(row.get(1)?)))
}

impl Store {
    /// Everything from `low` to `high`, both included, is here. Joins the ranges that this one overlaps or
    /// touches. Sequences begin at 1; an empty range changes nothing.
    pub fn cover(&mut self, conv_row: i64, low: u64, high: u64) -> Result<()> {
        let low = low.max(1);
        if high < low {
            return Ok(());
        }
        let (mut joined_low, mut joined_high) = (low, high);
        // Ranges do not touch one another: from the first that begins within reach downwards, all that end
        // within reach are to be joined, and the next one ends the search.
        let sql = "SELECT low, high FROM ranges WHERE conv = ?1 AND low <= ?2 ORDER BY low DESC";
        let mut absorbed = Vec::new();
        {
            let mut select = self.read().prepare_cached(sql)?;
            let mut rows = select.query([conv_row, seq_in(high.saturating_add(1))])?;
            while let Some(row) = rows.next()? {
                let (l, h) = read_range(row)?;
                if h.saturating_add(1) < low {
                    break;
                }
                absorbed.push((l, h));
                joined_low = joined_low.min(l);
                joined_high = joined_high.max(h);
            }
        }
        if absorbed == [(joined_low, joined_high)] {
            return Ok(());
        }
        let conn = self.write()?;
        for (l, _) in absorbed {
            let mut delete = conn.prepare_cached("DELETE FROM ranges WHERE conv = ?1 AND low = ?2")?;
            delete.execute([conv_row, seq_in(l)])?;
        }
        let mut insert = conn.prepare_cached("INSERT INTO ranges (conv, low, high) VALUES (?1, ?2, ?3)")?;
        insert.execute([conv_row, seq_in(joined_low), seq_in(joined_high)])?;
        Ok(())
    }

    /// The range that holds `seq`.
    pub fn covered(&self, conv_row: i64, seq: u64) -> Result<Option<(u64, u64)>> {
        let sql = "SELECT low, high FROM ranges WHERE conv = ?1 AND low <= ?2 ORDER BY low DESC LIMIT 1";
        let mut select = self.read().prepare_cached(sql)?;
        let below = select.query_row([conv_row, seq_in(seq)], read_range).optional()?;
        Ok(below.filter(|&(_, high)| seq <= high))
    }

    /// All ranges of a conversation, ascending.
    pub fn ranges(&self, conv_row: i64) -> Result<Vec<(u64, u64)>> {
        let sql = "SELECT low, high FROM ranges WHERE conv = ?1 ORDER BY low";
        let mut select = self.read().prepare_cached(sql)?;
        Ok(select
            .query_map([conv_row], read_range)?
            .collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
#[path = "ranges_tests.rs"]
mod tests;
