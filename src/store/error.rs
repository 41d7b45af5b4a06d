//! What can go wrong with the local database.

use rusqlite::ErrorCode;

use crate::model::error::code;

/// A failure of the local database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file is damaged, or holds what no version of this program writes.
    #[error("the local database is damaged: {0}")]
    Corrupt(String),
    /// No space is left.
    #[error("no space is left for the local database: {0}")]
    Full(String),
    /// The file cannot be read or written.
    #[error("the local database cannot be read or written: {0}")]
    Io(String),
    /// A later version of this program wrote it; it is left as it is.
    #[error("the local database has schema {found}, this build knows up to {known}; update the app")]
    Newer {
        /// Schema number of the file.
        found: i64,
        /// The highest that this build knows.
        known: i64,
    },
    /// A statement failed.
    #[error("the local database refused a statement: {0}")]
    Sql(String),
}

/// The result of everything in this module.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// The code of the error table that operations end with: 6022 where the disk is at fault, else 7010.
    pub fn code(&self) -> i32 {
        match self {
            Self::Full(_) | Self::Io(_) => code::IO_OPERATION_FAILED,
            Self::Corrupt(_) | Self::Newer { .. } | Self::Sql(_) => code::DATABASE_FAILURE,
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        // SQLite's messages name tables, columns and constraints, never values.
        let text = error.to_string();
        match error {
            E::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(text),
                ErrorCode::DiskFull => Self::Full(text),
                ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure => Self::Io(text),
                _ => Self::Sql(text),
            },
            E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::InvalidColumnType(..)
            | E::Utf8Error(..) => Self::Corrupt(text),
            _ => Self::Sql(text),
        }
    }
}
