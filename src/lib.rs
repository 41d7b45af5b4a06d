//! The client core of Timbre.
