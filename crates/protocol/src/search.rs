//! What a keyword finds, in one way for both sides (spec 04 sections 15.1, 15.3 and 15.4).
//!
//! A keyword matches a text when the one, folded, stands anywhere in the other, folded. [`fold`] goes character by
//! character, so that a text keeps its length in characters and every part of it folds to the same part. There are
//! no words, no wildcards and no operators: every character of a keyword stands for itself.

use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};

use crate::Body;
use crate::element::Kind;

/// Keywords of one search, unless a server says otherwise.
pub const KEYWORDS: usize = 5;
/// Senders of one search, unless a server says otherwise.
pub const SENDERS: usize = 5;
/// Characters of one keyword, unless a server says otherwise.
pub const KEYWORD_CHARS: usize = 128;

/// The kinds of elements that can be searched, one bit for each, by number of `TIMElemType`: text, image, sound,
/// custom, file, location, video, merged.
pub const KINDS: u32 = 1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 7 | 1 << 9 | 1 << 12;

/// The character that stands for `c` when texts are compared: simple case folding of Unicode, full-width forms of
/// ASCII as ASCII, the ideographic space as a space.
pub fn fold(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\u{7f}' => c,
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).map_or(c, fold),
        // Nothing here has a case, and most texts of three languages stand here.
        '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}' => c,
        _ => unicode_case_mapping::case_folded(c)
            .and_then(|folded| char::from_u32(folded.get()))
            .unwrap_or(c),
    }
}

/// `text`, folded.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

/// `text` in Unicode's composed form (NFC).
pub fn nfc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let mut apart: Vec<(char, u8)> = Vec::with_capacity(text.len());
    for c in text.chars() {
        decompose_canonical(c, |part| apart.push((part, canonical_combining_class(part))));
    }
    for marks in apart.split_mut(|(_, class)| *class == 0) {
        marks.sort_by_key(|(_, class)| *class);
    }
    let mut out: Vec<char> = Vec::with_capacity(apart.len());
    let mut starter = None;
    let mut last_class = 0;
    for (c, class) in apart {
        if let Some(at) = starter
            && (out.len() == at + 1 || last_class < class)
            && let Some(one) = compose(out[at], c)
        {
            out[at] = one;
            continue;
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last_class = class;
        out.push(c);
    }
    out.into_iter().collect()
}

/// What is wrong with the keywords of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeywordFault {
    /// More than are allowed.
    #[error("{found} different keywords, at most {limit} are allowed")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// One is too long.
    #[error("a keyword has {found} characters, at most {limit} are allowed")]
    TooLong {
        /// Its characters.
        found: usize,
        /// How many it may have.
        limit: usize,
    },
}

/// The keywords that a search has: trimmed of white space, composed, without empty ones and without those that
/// find what an earlier one finds.
pub fn keywords(given: &[String], limit: usize, chars: usize) -> Result<Vec<String>, KeywordFault> {
    let mut kept: Vec<String> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for keyword in given {
        let keyword = nfc(keyword.trim());
        let key = folded(&keyword);
        if key.is_empty() || seen.contains(&key) {
            continue;
        }
        let found = keyword.chars().count();
        if found > chars {
            return Err(KeywordFault::TooLong { found, limit: chars });
        }
        if kept.len() == limit {
            return Err(KeywordFault::TooMany {
                found: distinct(given),
                limit,
            });
        }
        seen.push(key);
        kept.push(keyword);
    }
    Ok(kept)
}

fn distinct(given: &[String]) -> usize {
    let mut keys: Vec<String> = given.iter().map(|k| folded(&nfc(k.trim()))).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.iter().filter(|key| !key.is_empty()).count()
}

/// The bits of [`KINDS`] that a list of `TIMElemType` numbers asks for; an empty list asks for all, numbers that
/// cannot be searched for nothing.
pub fn wanted_kinds(types: &[i32]) -> u32 {
    if types.is_empty() {
        return KINDS;
    }
    types
        .iter()
        .filter(|t| (0..32).contains(*t))
        .fold(0, |bits, t| bits | 1 << t)
        & KINDS
}

/// The bits of [`KINDS`] of a message's elements; 0 for a message that no search finds.
pub fn kinds(body: &Body) -> u32 {
    body.elements.iter().fold(0, |bits, element| {
        bits | match &element.kind {
            Some(Kind::Text(_)) => 1,
            Some(Kind::Image(_)) => 1 << 1,
            Some(Kind::Sound(_)) => 1 << 2,
            Some(Kind::Custom(_)) => 1 << 3,
            Some(Kind::File(_)) => 1 << 4,
            Some(Kind::Location(_)) => 1 << 7,
            Some(Kind::Video(_)) => 1 << 9,
            Some(Kind::Merged(_)) => 1 << 12,
            Some(Kind::Face(_)) | None => 0,
        }
    })
}

/// Hands each text of a message that keywords are looked for in to `each`, until it answers false. A keyword
/// never matches across two of them.
pub fn each_text<'a>(body: &'a Body, mut each: impl FnMut(&'a str) -> bool) {
    for element in &body.elements {
        let (one, lines): (&str, &[String]) = match &element.kind {
            Some(Kind::Text(text)) => (&text.content, &[]),
            Some(Kind::Custom(custom)) => (&custom.desc, &[]),
            Some(Kind::File(file)) => (&file.name, &[]),
            Some(Kind::Location(location)) => (&location.desc, &[]),
            Some(Kind::Merged(merged)) => (&merged.title, &merged.abstracts),
            Some(Kind::Image(_) | Kind::Sound(_) | Kind::Video(_) | Kind::Face(_)) | None => ("", &[]),
        };
        for text in std::iter::once(one).chain(lines.iter().map(String::as_str)) {
            if !text.is_empty() && !each(text) {
                return;
            }
        }
    }
}

/// Keywords, ready to be looked for in one message after the other.
#[derive(Debug, Clone)]
pub struct Matcher {
    keywords: Vec<String>,
    all: bool,
    /// A folded text, kept for its room.
    text: String,
}

impl Matcher {
    /// Looks for one of the keywords, or with `all` for every one of them. Without keywords everything matches.
    pub fn new(keywords: &[String], all: bool) -> Self {
        Self {
            keywords: keywords.iter().map(|k| folded(k)).collect(),
            all,
            text: String::new(),
        }
    }

    /// Whether the message is found: one keyword in any of its texts, or every keyword in some text of it.
    pub fn matches(&mut self, body: &Body) -> bool {
        if self.keywords.is_empty() {
            return true;
        }
        // One bit for each keyword that was found; there are never more than a few.
        let every = u64::MAX >> (64 - self.keywords.len().min(64));
        let mut hits = 0u64;
        let (keywords, text, all) = (&self.keywords, &mut self.text, self.all);
        let done = |hits: u64| if all { hits == every } else { hits != 0 };
        each_text(body, |field| {
            text.clear();
            text.extend(field.chars().map(fold));
            for (at, keyword) in keywords.iter().take(64).enumerate() {
                if hits & 1 << at == 0 && text.contains(keyword.as_str()) {
                    hits |= 1 << at;
                }
            }
            !done(hits)
        });
        done(hits)
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
