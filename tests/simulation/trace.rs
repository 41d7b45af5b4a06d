//! What happened, line by line: the same lines for the same seed.

use std::collections::VecDeque;
use std::fmt::Arguments;

/// Lines kept when not all of them are.
const KEPT: usize = 80;

/// The trace of one run.
#[derive(Debug)]
pub(crate) struct Trace {
    lines: VecDeque<String>,
    all: bool,
    hash: u64,
    count: u64,
}

impl Trace {
    /// With `all` every line is kept, else the last ones.
    pub(crate) fn new(all: bool) -> Self {
        Self {
            lines: VecDeque::new(),
            all,
            hash: 0xcbf2_9ce4_8422_2325,
            count: 0,
        }
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, now: u64, text: Arguments<'_>) {
        let line = format!("{:>7}.{:03} {text}", now / 1000, now % 1000);
        for byte in line.bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.count += 1;
        if !self.all && self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// Number and FNV-1a hash of all lines, kept or not.
    pub(crate) fn digest(&self) -> (u64, u64) {
        (self.count, self.hash)
    }

    /// The lines that were kept.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}
