//! How a segment stands in its blobs: what writes them and what reads them.

use rusqlite::{Connection, OptionalExtension as _};

use super::codec::{Bytes, Damaged, ascending, put, put_signed};
use super::{Fault, Place, Range};

// Messages in a block. Lengths are read for whole ranges, so their blocks are large. A place is mostly read for the one
// newest match of a conversation: a block is so small that it stands in its row of the table, and takes one page.
pub(super) const LENGTHS_BLOCK: u32 = 4096;
pub(super) const PLACES_BLOCK: u32 = 128;
pub(super) const IDENTS_BLOCK: u32 = 1024;

// What a blob holds: its list is 16 times the segment plus one of these. 1, 2 and 3 are the postings of as many
// characters.
pub(super) const LENGTHS: u8 = 4;
pub(super) const PLACES: u8 = 5;
pub(super) const IDENTS: u8 = 6;
pub(super) const HEADER: u8 = 7;
pub(super) const SENDERS: u8 = 8;

/// The number of a list of a segment.
pub(super) fn list(segment: i64, holds: u8) -> i64 {
    segment.saturating_mul(16).saturating_add(i64::from(holds))
}

/// The number of one, two or three characters.
pub(super) fn term(characters: &[u32]) -> i64 {
    characters
        .iter()
        .fold(0, |term, c| term << 21 | i64::from(*c & 0x1f_ffff))
}

/// The messages of a conversation in a segment: they stand together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) conv: i64,
    pub(super) docs: Range<u32>,
    /// Time of the newest, Unix milliseconds.
    pub(super) last_ms: i64,
}

/// What is known of a segment before any list is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Header {
    pub(super) docs: u32,
    /// Ascending by conversation.
    pub(super) runs: Vec<Run>,
    /// The position at which the texts of each block of [`LENGTHS`] begin, and where the last one's end.
    pub(super) starts: Vec<u32>,
    /// The smallest and largest time that searches compare, Unix seconds.
    pub(super) times: (i64, i64),
}

/// Where and when a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceOf {
    pub(super) place: Place,
    /// The time that searches compare, Unix seconds.
    pub(super) at_s: i64,
}

/// Which message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ident {
    pub(super) row: i64,
    pub(super) kinds: u32,
    /// Index into the segment's list of senders.
    pub(super) sender: u32,
}

pub(super) fn write_header(h: &Header) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, u64::from(h.docs));
    put(&mut out, h.runs.len() as u64);
    let mut conv = 0i64;
    for run in &h.runs {
        put_signed(&mut out, run.conv.wrapping_sub(conv));
        put(&mut out, u64::from(run.docs.end - run.docs.start));
        put_signed(&mut out, run.last_ms);
        conv = run.conv;
    }
    put(&mut out, h.starts.len() as u64);
    let mut at = 0;
    for start in &h.starts {
        put(&mut out, u64::from(start - at));
        at = *start;
    }
    put_signed(&mut out, h.times.0);
    put_signed(&mut out, h.times.1);
    out
}

fn read_header(data: &[u8]) -> Result<Header, Fault> {
    let mut bytes = Bytes(data);
    let docs = bytes.small()?;
    let count = bytes.small()?;
    let mut runs = Vec::new();
    let (mut conv, mut doc) = (0i64, 0u32);
    for _ in 0..count {
        conv = conv.wrapping_add(bytes.signed()?);
        let end = doc.checked_add(bytes.small()?).ok_or(Fault::Damaged)?;
        runs.push(Run {
            conv,
            docs: doc..end,
            last_ms: bytes.signed()?,
        });
        doc = end;
    }
    let count = bytes.small()?;
    let mut starts = Vec::new();
    let mut at = 0u32;
    for _ in 0..count {
        at = at.checked_add(bytes.small()?).ok_or(Fault::Damaged)?;
        starts.push(at);
    }
    let whole = doc == docs && starts.len() == docs.div_ceil(LENGTHS_BLOCK) as usize + 1;
    if !whole {
        return Err(Fault::Damaged);
    }
    Ok(Header {
        docs,
        runs,
        starts,
        times: (bytes.signed()?, bytes.signed()?),
    })
}

pub(super) fn write_places(block: &[PlaceOf]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = (0i64, 0i64);
    for PlaceOf { place, at_s } in block {
        put_signed(&mut out, place.0.wrapping_sub(before.0));
        put_signed(&mut out, place.1.wrapping_sub(before.1));
        put_signed(&mut out, at_s.wrapping_sub(place.0.div_euclid(1000)));
        before = *place;
    }
    out
}

pub(super) fn write_idents(block: &[Ident]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut row = 0i64;
    for ident in block {
        put_signed(&mut out, ident.row.wrapping_sub(row));
        put(&mut out, u64::from(ident.kinds));
        put(&mut out, u64::from(ident.sender));
        row = ident.row;
    }
    out
}

pub(super) fn write_senders(senders: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, senders.len() as u64);
    for sender in senders {
        put(&mut out, sender.len() as u64);
        out.extend_from_slice(sender.as_bytes());
    }
    out
}

/// A segment that is being read; what was read last is kept.
pub(super) struct SegmentReader<'c> {
    conn: &'c Connection,
    id: i64,
    pub(super) header: Header,
    places: (u32, Vec<PlaceOf>),
    idents: (u32, Vec<Ident>),
}

/// No block has this number.
const NONE: u32 = u32::MAX;

impl<'c> SegmentReader<'c> {
    pub(super) fn open(conn: &'c Connection, id: i64) -> Result<Self, Fault> {
        let mut reader = Self {
            conn,
            id,
            header: Header::default(),
            places: (NONE, Vec::new()),
            idents: (NONE, Vec::new()),
        };
        reader.header = read_header(&reader.blob(HEADER, 0)?)?;
        Ok(reader)
    }

    fn blob(&self, holds: u8, number: i64) -> Result<Vec<u8>, Fault> {
        let mut select = self
            .conn
            .prepare_cached("SELECT data FROM search_blobs WHERE list = ?1 AND term = ?2 AND part = 0")?;
        select
            .query_row([list(self.id, holds), number], |r| r.get(0))
            .optional()?
            .ok_or(Fault::Damaged)
    }

    /// The run of a conversation.
    pub(super) fn run(&self, conv: i64) -> Option<&Run> {
        let at = self
            .header
            .runs
            .binary_search_by_key(&conv, |run| run.conv)
            .ok()?;
        self.header.runs.get(at)
    }

    /// The postings of one, two or three characters, as distances; none when they do not occur.
    pub(super) fn postings(&self, characters: &[u32]) -> Result<Option<Postings>, Fault> {
        let wanted = term(characters);
        let list = list(self.id, characters.len() as u8);
        let mut select = self.conn.prepare_cached(
            "SELECT term, data FROM search_blobs
             WHERE list = ?1 AND term = (SELECT max(term) FROM search_blobs WHERE list = ?1 AND term <= ?2)
             ORDER BY part",
        )?;
        let mut rows = select.query([list, wanted])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let mut at: i64 = row.get(0)?;
        let mut data: Vec<u8> = row.get(1)?;
        while let Some(row) = rows.next()? {
            data.extend_from_slice(row.get_ref(1)?.as_blob().map_err(|_| Fault::Damaged)?);
        }
        let mut bytes = Bytes(&data);
        while !bytes.is_empty() {
            at = at.wrapping_add(bytes.number()?.cast_signed());
            let len = bytes.number()?;
            let body = bytes.take(len)?;
            if at == wanted {
                let end = data.len() - bytes.0.len();
                let range = end - body.len()..end;
                return Ok(Some(Postings { data, range }));
            }
            if at > wanted {
                break;
            }
        }
        Ok(None)
    }

    /// Place and time of a message.
    pub(super) fn place(&mut self, doc: u32) -> Result<PlaceOf, Fault> {
        let block = doc / PLACES_BLOCK;
        if self.places.0 != block {
            let data = self.blob(PLACES, i64::from(block))?;
            let (mut bytes, mut before) = (Bytes(&data), (0i64, 0i64));
            self.places.1.clear();
            while !bytes.is_empty() {
                before.0 = before.0.wrapping_add(bytes.signed()?);
                before.1 = before.1.wrapping_add(bytes.signed()?);
                let at_s = before.0.div_euclid(1000).wrapping_add(bytes.signed()?);
                self.places.1.push(PlaceOf { place: before, at_s });
            }
            self.places.0 = block;
        }
        let within = (doc % PLACES_BLOCK) as usize;
        self.places.1.get(within).copied().ok_or(Fault::Damaged)
    }

    /// Row, kinds and sender of a message.
    pub(super) fn ident(&mut self, doc: u32) -> Result<Ident, Fault> {
        let block = doc / IDENTS_BLOCK;
        if self.idents.0 != block {
            let data = self.blob(IDENTS, i64::from(block))?;
            let (mut bytes, mut row) = (Bytes(&data), 0i64);
            self.idents.1.clear();
            while !bytes.is_empty() {
                row = row.wrapping_add(bytes.signed()?);
                let (kinds, sender) = (bytes.small()?, bytes.small()?);
                self.idents.1.push(Ident { row, kinds, sender });
            }
            self.idents.0 = block;
        }
        let within = (doc % IDENTS_BLOCK) as usize;
        self.idents.1.get(within).copied().ok_or(Fault::Damaged)
    }

    /// Which of the segment's senders are among `wanted`; one entry for each.
    pub(super) fn senders(&self, wanted: &[String]) -> Result<Vec<bool>, Fault> {
        let data = self.blob(SENDERS, 0)?;
        let mut bytes = Bytes(&data);
        let count = bytes.small()?;
        let mut found = Vec::new();
        for _ in 0..count {
            let len = bytes.number()?;
            let sender = bytes.take(len)?;
            found.push(wanted.iter().any(|w| w.as_bytes() == sender));
        }
        Ok(found)
    }

    /// The messages that hold these ascending positions, each once.
    pub(super) fn docs_at(&self, positions: &[u32]) -> Result<Vec<u32>, Fault> {
        let mut docs = Vec::new();
        let mut left = positions;
        while let Some(&first) = left.first() {
            let block = self.header.starts.partition_point(|start| *start <= first);
            let (Some(block), Some(&end)) = (block.checked_sub(1), self.header.starts.get(block)) else {
                return Err(Fault::Damaged);
            };
            let within = left.partition_point(|p| *p < end);
            let (here, rest) = left.split_at(within);
            left = rest;
            let data = self.blob(LENGTHS, block as i64)?;
            let mut bytes = Bytes(&data);
            let mut doc = block as u32 * LENGTHS_BLOCK;
            let mut end = self.header.starts[block].wrapping_add(bytes.small()?);
            for &position in here {
                while position >= end {
                    end = end.wrapping_add(bytes.small()?);
                    doc += 1;
                }
                if docs.last() != Some(&doc) {
                    docs.push(doc);
                }
            }
        }
        Ok(docs)
    }

    /// The message at a place, by its row; none when the segment does not have it.
    pub(super) fn find(&mut self, conv: i64, place: Place, row: i64) -> Result<Option<u32>, Fault> {
        let Some(docs) = self.run(conv).map(|run| run.docs.clone()) else {
            return Ok(None);
        };
        let (mut low, mut high) = (docs.start, docs.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.place(middle)?.place < place {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        while low < docs.end && self.place(low)?.place == place {
            if self.ident(low)?.row == row {
                return Ok(Some(low));
            }
            low += 1;
        }
        Ok(None)
    }
}

/// The postings of a term.
pub(super) struct Postings {
    data: Vec<u8>,
    range: Range<usize>,
}

impl Postings {
    fn bytes(&self) -> &[u8] {
        &self.data[self.range.clone()]
    }

    pub(super) fn len(&self) -> usize {
        self.range.len()
    }

    /// Hands them to `each` in ascending order, until it answers false.
    pub(super) fn each(&self, each: impl FnMut(u32) -> bool) -> Result<(), Damaged> {
        ascending(self.bytes(), each)
    }
}
