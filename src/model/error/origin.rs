//! One row of the error table.

/// A code, and what there is to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// The number.
    pub code: i32,
    /// Its name in C.
    pub name: &'static str,
    /// What it means, in English.
    pub text: &'static str,
    /// Who raises it.
    pub raised_by: Origin,
}

/// Who raises a code: a set, empty for a code that is only understood, because older servers or other products
/// send it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin(u8);

impl Origin {
    /// The client core.
    pub const CORE: Self = Self(1);
    /// The server, through the core.
    pub const SERVER: Self = Self(2);
    /// The server's REST interface.
    pub const REST: Self = Self(4);
    /// Nobody.
    pub const NOBODY: Self = Self(0);

    /// All of `parts` together.
    pub(super) const fn of(parts: &[Self]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < parts.len() {
            bits |= parts[i].0;
            i += 1;
        }
        Self(bits)
    }

    /// True when `other` is part of this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}
