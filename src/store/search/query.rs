//! Answering a query: matches of every segment and of what is scanned, counted, ordered, and the page read.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _};
use timbre_protocol::search::{KINDS, fold};

use super::scan::{Hit, Scan};
use super::segment::SegmentReader;
use super::{Fault, Found, FoundIn, Place, Range, Scope, SearchQuery, by_row, segments};
use crate::model::messages::{ConvKey, ConvType, Message};
use crate::store::messages::read_key;

/// Answers `query`, from the index or, without it, by looking at every message.
pub(super) fn run(conn: &Connection, query: &SearchQuery, indexed: bool) -> Result<Found, Fault> {
    let live = if indexed {
        segments::live(conn)?
    } else {
        Vec::new()
    };
    let reached = live.last().map_or(0, |s| s.high);
    let mut scan = Scan::new(query);
    scan.tail(conn, reached)?;
    let stale = stale(conn, reached)?;
    for row in &stale {
        scan.row(conn, row.row)?;
    }
    let keywords: Vec<Vec<u32>> = query
        .keywords
        .iter()
        .map(|k| k.chars().map(|c| u32::from(fold(c))).collect())
        .collect();
    let mut sources = Vec::new();
    // The newest first: what it finds mostly settles which match of a conversation is the newest.
    for segment in live.iter().rev() {
        let mut reader = SegmentReader::open(conn, segment.id)?;
        let within = |s: &&Stale| (segment.low..=segment.high).contains(&s.row);
        let mut docs = matches(&mut reader, query, &keywords)?;
        if !docs.is_empty() {
            let mut gone = HashSet::new();
            for s in stale.iter().filter(within) {
                gone.extend(reader.find(s.conv, s.place, s.row)?);
            }
            if !gone.is_empty() {
                docs.retain(|doc| !gone.contains(doc));
            }
        }
        if !docs.is_empty() {
            sources.push(Source { reader, docs });
        }
    }
    match query.scope {
        Scope::One(conv) => one(conn, query, conv, scan.hits, sources),
        Scope::All => all(conn, query, None, &scan.hits, sources),
        Scope::Type(kind) => all(conn, query, Some(kind), &scan.hits, sources),
    }
}

/// A segment and the messages of it that match, ascending.
struct Source<'c> {
    reader: SegmentReader<'c>,
    docs: Vec<u32>,
}

/// A row that has changed since its segment was made.
struct Stale {
    row: i64,
    conv: i64,
    place: Place,
}

fn stale(conn: &Connection, reached: i64) -> Result<Vec<Stale>, Fault> {
    let mut select =
        conn.prepare_cached("SELECT row, conv, time_ms, ord FROM search_stale WHERE row <= ?1")?;
    let rows = select.query_map([reached], |r| {
        Ok(Stale {
            row: r.get(0)?,
            conv: r.get(1)?,
            place: (r.get(2)?, r.get(3)?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The messages of a segment that match, ascending; stale ones are among them.
fn matches(
    reader: &mut SegmentReader<'_>,
    query: &SearchQuery,
    keywords: &[Vec<u32>],
) -> Result<Vec<u32>, Fault> {
    let range = match query.scope {
        Scope::One(conv) => reader.run(conv).map_or(0..0, |run| run.docs.clone()),
        Scope::All | Scope::Type(_) => 0..reader.header.docs,
    };
    let (from, to) = query.times;
    let (first, last) = reader.header.times;
    if range.is_empty() || last < from || first > to {
        return Ok(Vec::new());
    }
    let mut docs: Option<Vec<u32>> = None;
    for keyword in keywords {
        let found = with_keyword(reader, keyword, &range)?;
        docs = Some(match docs {
            None => found,
            Some(before) if query.all => intersection(&before, &found),
            Some(before) => union(&before, &found),
        });
        if query.all && docs.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
    }
    let mut docs = docs.unwrap_or_else(|| range.collect());
    if first < from || last > to {
        keep(
            &mut docs,
            |doc| Ok((from..=to).contains(&reader.place(doc)?.at_s)),
        )?;
    }
    if query.kinds & KINDS != KINDS {
        keep(&mut docs, |doc| Ok(reader.ident(doc)?.kinds & query.kinds != 0))?;
    }
    if !query.senders.is_empty() && !docs.is_empty() {
        let wanted = reader.senders(&query.senders)?;
        if wanted.contains(&true) {
            keep(&mut docs, |doc| {
                let sender = reader.ident(doc)?.sender as usize;
                wanted.get(sender).copied().ok_or(Fault::Damaged)
            })?;
        } else {
            docs.clear();
        }
    }
    Ok(docs)
}

/// Keeps what `wanted` answers true for.
fn keep(docs: &mut Vec<u32>, mut wanted: impl FnMut(u32) -> Result<bool, Fault>) -> Result<(), Fault> {
    let mut fault = None;
    docs.retain(|doc| {
        fault.is_none()
            && wanted(*doc).unwrap_or_else(|e| {
                fault = Some(e);
                false
            })
    });
    fault.map_or(Ok(()), Err)
}

/// The messages in `range` with the keyword in one of their texts.
fn with_keyword(reader: &SegmentReader<'_>, keyword: &[u32], range: &Range<u32>) -> Result<Vec<u32>, Fault> {
    let mut docs = Vec::new();
    if keyword.len() < 3 {
        if let Some(postings) = reader.postings(keyword)? {
            postings.each(|doc| {
                if doc >= range.start && doc < range.end {
                    docs.push(doc);
                }
                doc < range.end
            })?;
        }
        return Ok(docs);
    }
    // Threes that cover the keyword: where they all stand in their places, the keyword stands.
    let end = keyword.len() - 3;
    let mut lists = Vec::new();
    for offset in (0..end).step_by(3).chain([end]) {
        match reader.postings(&keyword[offset..offset + 3])? {
            Some(postings) => lists.push((offset as u32, postings)),
            None => return Ok(docs),
        }
    }
    lists.sort_by_key(|(_, postings)| postings.len());
    let mut starts: Vec<u32> = Vec::new();
    for (number, (offset, postings)) in lists.iter().enumerate() {
        if number == 0 {
            postings.each(|at| {
                starts.extend(at.checked_sub(*offset));
                true
            })?;
            continue;
        }
        let (mut kept, mut next) = (0, 0);
        postings.each(|at| {
            let Some(at) = at.checked_sub(*offset) else {
                return true;
            };
            while next < starts.len() && starts[next] < at {
                next += 1;
            }
            if next < starts.len() && starts[next] == at {
                starts[kept] = at;
                kept += 1;
                next += 1;
            }
            next < starts.len()
        })?;
        starts.truncate(kept);
        if starts.is_empty() {
            return Ok(docs);
        }
    }
    docs = reader.docs_at(&starts)?;
    docs.retain(|doc| range.contains(doc));
    Ok(docs)
}

fn intersection(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let mut many = many.iter().copied().peekable();
    few.iter()
        .copied()
        .filter(|doc| {
            while many.next_if(|other| other < doc).is_some() {}
            many.peek() == Some(doc)
        })
        .collect()
}

fn union(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x < y => a.next(),
            (Some(x), Some(y)) if x == y => {
                b.next();
                a.next()
            }
            (Some(_), None) => a.next(),
            _ => b.next(),
        };
        match next {
            Some(doc) => out.push(doc),
            None => return out,
        }
    }
}

/// Where a match stands: its row, or a message of a source.
#[derive(Clone, Copy)]
enum At {
    Row(i64),
    Doc(usize, u32),
}

/// What is known of the matches of one conversation.
struct Tally {
    count: u64,
    place: Place,
    at: At,
}

/// The page of conversations.
fn all(
    conn: &Connection,
    query: &SearchQuery,
    kind: Option<ConvType>,
    hits: &[Hit],
    mut sources: Vec<Source<'_>>,
) -> Result<Found, Fault> {
    let mut tallies: HashMap<i64, Tally> = HashMap::new();
    for hit in hits {
        let tally = tallies.entry(hit.conv).or_insert(Tally {
            count: 0,
            place: hit.place,
            at: At::Row(hit.row),
        });
        tally.count += 1;
        if hit.place > tally.place {
            (tally.place, tally.at) = (hit.place, At::Row(hit.row));
        }
    }
    for (number, source) in sources.iter_mut().enumerate() {
        let mut left = &source.docs[..];
        let mut run = 0;
        while let Some(&first) = left.first() {
            let runs = &source.reader.header.runs;
            run += runs[run..].partition_point(|r| r.docs.end <= first);
            let Some(of) = runs.get(run) else {
                return Err(Fault::Damaged);
            };
            let (conv, end, last_ms) = (of.conv, of.docs.end, of.last_ms);
            let (here, rest) = left.split_at(left.partition_point(|doc| *doc < end));
            left = rest;
            let Some(&newest) = here.last() else {
                return Err(Fault::Damaged);
            };
            let known = tallies.get_mut(&conv);
            if let Some(tally) = known {
                tally.count += here.len() as u64;
                if last_ms < tally.place.0 {
                    continue;
                }
                let place = source.reader.place(newest)?.place;
                if place > tally.place {
                    (tally.place, tally.at) = (place, At::Doc(number, newest));
                }
            } else {
                let place = source.reader.place(newest)?.place;
                let at = At::Doc(number, newest);
                let count = here.len() as u64;
                tallies.insert(conv, Tally { count, place, at });
            }
        }
    }
    if let Some(kind) = kind {
        let mut select = conn.prepare_cached("SELECT row FROM conversations WHERE kind = ?1")?;
        let of_type: HashSet<i64> = select
            .query_map([kind.number()], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        tallies.retain(|conv, _| of_type.contains(conv));
    }
    let total = tallies.len() as u64;
    let mut order: Vec<(i64, Tally)> = tallies.into_iter().collect();
    order.sort_unstable_by_key(|(conv, tally)| (Reverse(tally.place.0), *conv));
    let mut keyed = Vec::new();
    let page = page(query, order.len());
    // Conversations whose newest matches are of one moment stand in the order of their keys.
    for same in order.chunk_by(|a, b| a.1.place.0 == b.1.place.0) {
        if keyed.len() >= page.end {
            break;
        }
        if same.len() == 1 && keyed.len() < page.start {
            keyed.push((None, &same[0]));
            continue;
        }
        let mut tied = Vec::new();
        for entry in same {
            tied.push((Some(key(conn, entry.0)?), entry));
        }
        tied.sort_by(|a, b| a.0.cmp(&b.0));
        keyed.extend(tied);
    }
    let mut items = Vec::new();
    for (conv, (_, tally)) in keyed.into_iter().take(page.end).skip(page.start) {
        let Some(conv) = conv else { continue };
        let messages = match tally.count {
            1 => vec![message(conn, &mut sources, tally.at)?],
            _ => Vec::new(),
        };
        items.push(FoundIn {
            conv,
            total: tally.count,
            messages,
        });
    }
    Ok(Found {
        total,
        items,
        damaged: false,
    })
}

/// The page of messages of one conversation.
fn one(
    conn: &Connection,
    query: &SearchQuery,
    conv: i64,
    mut hits: Vec<Hit>,
    mut sources: Vec<Source<'_>>,
) -> Result<Found, Fault> {
    let total = hits.len() + sources.iter().map(|s| s.docs.len()).sum::<usize>();
    let page = page(query, total);
    hits.sort_unstable();
    let mut rest: Vec<usize> = sources.iter().map(|s| s.docs.len()).collect();
    let mut newest = Vec::new();
    for source in &mut sources {
        newest.push(source.newest(source.docs.len())?);
    }
    let mut messages = Vec::new();
    for number in 0..page.end {
        let from = (0..sources.len())
            .max_by_key(|at| newest[*at])
            .filter(|at| newest[*at] > hits.last().map(|hit| hit.place));
        let at = match from {
            Some(from) => {
                rest[from] -= 1;
                let doc = sources[from].docs[rest[from]];
                newest[from] = sources[from].newest(rest[from])?;
                At::Doc(from, doc)
            }
            None => match hits.pop() {
                Some(hit) => At::Row(hit.row),
                None => return Err(Fault::Damaged),
            },
        };
        if number >= page.start {
            messages.push(message(conn, &mut sources, at)?);
        }
    }
    let mut items = Vec::new();
    if !messages.is_empty() {
        items.push(FoundIn {
            conv: key(conn, conv)?,
            total: total as u64,
            messages,
        });
    }
    Ok(Found {
        total: total as u64,
        items,
        damaged: false,
    })
}

impl Source<'_> {
    /// The place of the last of the first `count` matches.
    fn newest(&mut self, count: usize) -> Result<Option<Place>, Fault> {
        match count.checked_sub(1).and_then(|last| self.docs.get(last)) {
            Some(&doc) => Ok(Some(self.reader.place(doc)?.place)),
            None => Ok(None),
        }
    }
}

/// The page's part of so many things.
fn page(query: &SearchQuery, of: usize) -> Range<usize> {
    let clip = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).min(of);
    match (query.page_size, query.page) {
        (0, 0) => 0..of,
        (0, _) => of..of,
        (size, page) => {
            let start = page.saturating_mul(size);
            clip(start)..clip(start.saturating_add(size))
        }
    }
}

fn key(conn: &Connection, conv: i64) -> Result<ConvKey, Fault> {
    conn.prepare_cached("SELECT kind, id FROM conversations WHERE row = ?1")?
        .query_row([conv], |r| read_key(r, 0))
        .optional()?
        .ok_or(Fault::Damaged)
}

fn message(conn: &Connection, sources: &mut [Source<'_>], at: At) -> Result<Message, Fault> {
    let row = match at {
        At::Row(row) => row,
        At::Doc(source, doc) => {
            sources
                .get_mut(source)
                .ok_or(Fault::Damaged)?
                .reader
                .ident(doc)?
                .row
        }
    };
    by_row(conn, row)?.ok_or(Fault::Damaged)
}
