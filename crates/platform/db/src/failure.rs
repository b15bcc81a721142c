//! What the database's errors mean.

use sqlx::error::DatabaseError;

/// Whether the database itself is out of reach, rather than the statement wrong.
pub(crate) fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        // 08: connection lost; 57P: shutting down, crashed, starting, terminated; 53300: full.
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            code.starts_with("08") || code.starts_with("57P") || code == "53300"
        }),
        _ => false,
    }
}

/// Whether it refused because there is no room: SQLITE_FULL, ENOSPC as an I/O error, or
/// PostgreSQL's `disk_full`.
pub(crate) fn is_disk_full(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|database| {
        matches!(database.code().as_deref(), Some("13" | "53100"))
            || database.message().contains("disk is full")
    })
}

/// Whether a change waited too long for the changes of others.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.as_deref() == Some("55P03")
}

/// Whether a text contained the character NUL, which PostgreSQL cannot keep.
pub(crate) fn is_nul(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    matches!(code.as_deref(), Some("22021" | "22P05"))
}
