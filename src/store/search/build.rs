//! Making a segment: from the table, in one piece, in memory that its size bounds.

use std::collections::HashMap;

use rusqlite::Connection;
use timbre_protocol::search::{each_text, fold};

use super::codec::put;
use super::scan::{Candidate, Candidates};
use super::segment::{
    HEADER, Header, IDENTS, IDENTS_BLOCK, Ident, LENGTHS, LENGTHS_BLOCK, PLACES, PLACES_BLOCK, PlaceOf, Run,
    SENDERS, term, write_header, write_idents, write_places, write_senders,
};
use super::{Place, Result};

/// The size at which a segment is full: characters of texts. Making one takes about 20 bytes for each.
pub(super) const MAX_SIZE: i64 = 1 << 21;
/// What a message counts for at least.
pub(super) const MESSAGE_SIZE: i64 = 32;
/// Bytes at which a blob of short lists is closed.
const BLOB: usize = 16 << 10;
/// Bytes of a part of a long list.
const PART: usize = 64 << 10;
/// Stands between texts.
const SEPARATOR: u32 = 0;
/// The numbers of characters in a segment's alphabet begin here.
const FIRST: u32 = 1;

/// A segment to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildQuery {
    /// The first row.
    pub low: i64,
    /// The last row.
    pub high: i64,
    /// The size at which it is full and ends with an earlier row; none for one that takes the place of others and
    /// has to hold what they hold.
    pub full: Option<i64>,
    /// The live segments whose place it takes.
    pub replaces: Vec<i64>,
}

/// A segment that was made and is not written yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The first row.
    pub low: i64,
    /// The last row; less than was asked for when the segment became full.
    pub high: i64,
    /// What it counts for.
    pub size: i64,
    /// The segments whose place it takes.
    pub replaces: Vec<i64>,
    /// Its lists.
    pub blobs: Vec<Blob>,
    /// The stale rows that were read anew.
    pub refreshed: Vec<Refreshed>,
}

/// A piece of a segment, under its key without the segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    pub(super) holds: u8,
    pub(super) term: i64,
    pub(super) part: i64,
    pub(super) data: Vec<u8>,
}

/// A stale row that a segment was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    pub(super) row: i64,
    /// How far it had changed.
    pub(super) stamp: i64,
    /// Where the segment has it; none when the row is not in it.
    pub(super) place: Option<(i64, Place)>,
}

/// A message on its way into a segment.
struct Doc {
    conv: i64,
    at: PlaceOf,
    ident: Ident,
    /// Its folded texts in the text of all, in order of rows.
    text: std::ops::Range<usize>,
}

pub(super) fn run(
    conn: &Connection,
    query: &BuildQuery,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Built>> {
    let mut gathered = Gathered::default();
    let Some(high) = gathered.read(conn, query, cancelled)? else {
        return Ok(None);
    };
    let mut refreshed = Vec::new();
    {
        let places: HashMap<i64, (i64, Place)> = gathered
            .docs
            .iter()
            .map(|doc| (doc.ident.row, (doc.conv, doc.at.place)))
            .collect();
        let mut select =
            conn.prepare_cached("SELECT row, stamp FROM search_stale WHERE row BETWEEN ?1 AND ?2")?;
        let mut rows = select.query([query.low, high])?;
        while let Some(row) = rows.next()? {
            let (row, stamp) = (row.get(0)?, row.get(1)?);
            let place = places.get(&row).copied();
            refreshed.push(Refreshed { row, stamp, place });
        }
    }
    let size = gathered.size();
    let mut blobs = Vec::new();
    let text = gathered.lay_out(&mut blobs);
    if !text.index(&mut blobs, cancelled) {
        return Ok(None);
    }
    Ok(Some(Built {
        low: query.low,
        high,
        size,
        replaces: query.replaces.clone(),
        blobs,
        refreshed,
    }))
}

/// The messages of a range of rows.
#[derive(Default)]
struct Gathered {
    docs: Vec<Doc>,
    /// Folded texts, each with a separator behind it that is no character.
    text: Vec<u32>,
    senders: Vec<String>,
}

/// Stands between texts while they are gathered; no character.
const GAP: u32 = 0x11_0000;

impl Gathered {
    fn size(&self) -> i64 {
        let messages = self.docs.len() as i64 * MESSAGE_SIZE;
        messages.max(self.text.len() as i64)
    }

    /// Reads the rows; answers the last one, or none when it was cancelled.
    fn read(
        &mut self,
        conn: &Connection,
        query: &BuildQuery,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Option<i64>> {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut high = query.high;
        let mut count = 0u32;
        let mut stopped = false;
        Candidates::between(query.low, query.high).each(conn, |candidate| {
            count = count.wrapping_add(1);
            if count.is_multiple_of(256) && cancelled() {
                stopped = true;
                return Ok(false);
            }
            let row = candidate.row;
            if let Some((candidate, body)) = candidate.open()? {
                self.add(&candidate, &body, &mut numbers);
            }
            if query.full.is_some_and(|full| self.size() >= full) {
                high = row;
                return Ok(false);
            }
            Ok(true)
        })?;
        Ok((!stopped).then_some(high))
    }

    fn add(
        &mut self,
        candidate: &Candidate<'_>,
        body: &timbre_protocol::Body,
        numbers: &mut HashMap<String, u32>,
    ) {
        let sender = match numbers.get(candidate.sender) {
            Some(&number) => number,
            None => {
                let number = self.senders.len() as u32;
                self.senders.push(candidate.sender.to_owned());
                numbers.insert(candidate.sender.to_owned(), number);
                number
            }
        };
        let start = self.text.len();
        each_text(body, |text| {
            self.text.extend(text.chars().map(|c| u32::from(fold(c))));
            self.text.push(GAP);
            true
        });
        self.docs.push(Doc {
            conv: candidate.conv,
            at: PlaceOf {
                place: candidate.place,
                at_s: candidate.at_s,
            },
            ident: Ident {
                row: candidate.row,
                kinds: timbre_protocol::search::kinds(body),
                sender,
            },
            text: start..self.text.len(),
        });
    }

    /// Puts the messages into their order, writes everything but the postings, and leaves the text to be indexed.
    fn lay_out(mut self, blobs: &mut Vec<Blob>) -> Text {
        self.docs
            .sort_unstable_by_key(|doc| (doc.conv, doc.at.place, doc.ident.row));
        let alphabet = alphabet(&self.text);
        let mut text = Vec::with_capacity(self.text.len());
        let mut owners = Vec::with_capacity(self.docs.len());
        let mut header = Header {
            docs: self.docs.len() as u32,
            times: (i64::MAX, i64::MIN),
            ..Header::default()
        };
        let mut keep = |holds, number: usize, data| {
            blobs.push(Blob {
                holds,
                term: number as i64,
                part: 0,
                data,
            });
        };
        for (number, block) in self.docs.chunks(LENGTHS_BLOCK as usize).enumerate() {
            header.starts.push(text.len() as u32);
            let mut lengths = Vec::new();
            for doc in block {
                put(&mut lengths, doc.text.len() as u64);
                text.extend(self.text[doc.text.clone()].iter().map(|c| {
                    match *c {
                        GAP => SEPARATOR,
                        // Every character of the text is in its alphabet.
                        c => alphabet
                            .binary_search(&c)
                            .map_or(SEPARATOR, |at| at as u32 + FIRST),
                    }
                }));
                owners.push(text.len() as u32);
                header.times.0 = header.times.0.min(doc.at.at_s);
                header.times.1 = header.times.1.max(doc.at.at_s);
            }
            keep(LENGTHS, number, lengths);
        }
        for (number, block) in self.docs.chunks(PLACES_BLOCK as usize).enumerate() {
            let places: Vec<_> = block.iter().map(|doc| doc.at).collect();
            keep(PLACES, number, write_places(&places));
        }
        for (number, block) in self.docs.chunks(IDENTS_BLOCK as usize).enumerate() {
            let idents: Vec<_> = block.iter().map(|doc| doc.ident).collect();
            keep(IDENTS, number, write_idents(&idents));
        }
        header.starts.push(text.len() as u32);
        let mut doc = 0u32;
        for same in self.docs.chunk_by(|a, b| a.conv == b.conv) {
            let end = doc + same.len() as u32;
            header.runs.extend(same.last().map(|last| Run {
                conv: last.conv,
                docs: doc..end,
                last_ms: last.at.place.0,
            }));
            doc = end;
        }
        keep(HEADER, 0, write_header(&header));
        keep(SENDERS, 0, write_senders(&self.senders));
        Text {
            characters: text,
            alphabet,
            ends: owners,
        }
    }
}

/// The different characters of a text, ascending.
fn alphabet(text: &[u32]) -> Vec<u32> {
    let mut seen = vec![0u64; (GAP as usize >> 6) + 1];
    for c in text {
        if let Some(word) = seen.get_mut(*c as usize >> 6) {
            *word |= 1 << (c & 63);
        }
    }
    (0..GAP)
        .filter(|c| seen[*c as usize >> 6] & 1 << (c & 63) != 0)
        .collect()
}

/// The text of a segment: numbers of its alphabet, in order of position.
struct Text {
    characters: Vec<u32>,
    alphabet: Vec<u32>,
    /// Where each message's texts end.
    ends: Vec<u32>,
}

impl Text {
    /// Writes the postings of one, two and three characters; false when it was cancelled.
    ///
    /// The positions are sorted by the characters that stand there, the last one first: each pass keeps the order
    /// of the one before, so that positions with the same characters stay ascending.
    fn index(&self, blobs: &mut Vec<Blob>, cancelled: &dyn Fn() -> bool) -> bool {
        // A position whose characters reach over a separator, or over the end, is none.
        let usable = |at: usize, len: usize| {
            self.characters
                .get(at..at + len)
                .is_some_and(|part| !part.contains(&SEPARATOR))
        };
        let owner = self.owners();
        for len in 1..=3usize {
            let mut order: Vec<u32> = (0..self.characters.len())
                .filter(|at| usable(*at, len))
                .map(|at| at as u32)
                .collect();
            let mut other = vec![0u32; order.len()];
            for offset in (0..len).rev() {
                if cancelled() {
                    return false;
                }
                self.sort_by(offset, &order, &mut other);
                std::mem::swap(&mut order, &mut other);
            }
            drop(other);
            let mut packer = Packer::new(len as u8, blobs);
            let key = |at: u32| &self.characters[at as usize..at as usize + len];
            for same in order.chunk_by(|a, b| key(*a) == key(*b)) {
                let Some(&first) = same.first() else { continue };
                let mut characters = [0u32; 3];
                for (to, c) in characters.iter_mut().zip(key(first)) {
                    *to = self.alphabet[(c - FIRST) as usize];
                }
                packer.begin();
                if len == 3 {
                    same.iter().for_each(|at| packer.push(*at));
                } else {
                    let mut before = None;
                    for at in same {
                        let doc = owner[*at as usize];
                        if before != Some(doc) {
                            packer.push(doc);
                            before = Some(doc);
                        }
                    }
                }
                packer.end(term(&characters[..len]));
            }
            packer.close();
        }
        true
    }

    /// The message at every position.
    fn owners(&self) -> Vec<u32> {
        let mut owners = Vec::with_capacity(self.characters.len());
        for (doc, end) in (0u32..).zip(&self.ends) {
            owners.resize(*end as usize, doc);
        }
        owners
    }

    /// One pass: `from` into `to`, by the character `offset` behind each position.
    fn sort_by(&self, offset: usize, from: &[u32], to: &mut [u32]) {
        let at = |position: u32| self.characters[position as usize + offset] as usize;
        let mut next = vec![0u32; self.alphabet.len() + FIRST as usize + 1];
        for position in from {
            next[at(*position) + 1] += 1;
        }
        let mut sum = 0u32;
        for count in &mut next {
            sum += *count;
            *count = sum;
        }
        for position in from {
            let slot = &mut next[at(*position)];
            to[*slot as usize] = *position;
            *slot += 1;
        }
    }
}

/// Puts lists of ascending numbers into blobs, in order of their terms.
struct Packer<'a> {
    holds: u8,
    blobs: &'a mut Vec<Blob>,
    data: Vec<u8>,
    /// Of the blob, and of its last list.
    first: i64,
    last: i64,
    /// The list that is being written.
    list: Vec<u8>,
    before: u32,
}

impl<'a> Packer<'a> {
    fn new(holds: u8, blobs: &'a mut Vec<Blob>) -> Self {
        Self {
            holds,
            blobs,
            data: Vec::new(),
            first: 0,
            last: 0,
            list: Vec::new(),
            before: 0,
        }
    }

    fn begin(&mut self) {
        self.list.clear();
        self.before = 0;
    }

    fn push(&mut self, number: u32) {
        put(&mut self.list, u64::from(number - self.before));
        self.before = number;
    }

    fn end(&mut self, term: i64) {
        if !self.data.is_empty() && self.data.len() + self.list.len() > BLOB {
            self.close();
        }
        if self.data.is_empty() {
            (self.first, self.last) = (term, term);
        }
        put(&mut self.data, (term - self.last).cast_unsigned());
        put(&mut self.data, self.list.len() as u64);
        self.data.extend_from_slice(&self.list);
        self.last = term;
    }

    /// Closes the blob.
    fn close(&mut self) {
        for (part, data) in (0..).zip(self.data.chunks(PART)) {
            self.blobs.push(Blob {
                holds: self.holds,
                term: self.first,
                part,
                data: data.to_vec(),
            });
        }
        self.data.clear();
    }
}
