//! How long files live, and where they are kept.
