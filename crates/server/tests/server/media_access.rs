//! Who may use and read a file, and what messages may say of files.
