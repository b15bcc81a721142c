//! SQLite: one file, one writer, readers that do not wait for it.

use std::{path::Path, time::Duration};

use sqlx::{
    Any, AnyConnection, AnyPool, Connection, Transaction, any::AnyPoolOptions, error::DatabaseError,
};

use crate::{DbError, pool::Purpose};

/// Connections for reading; SQLite readers do not wait for the writer (WAL).
const READERS: u32 = 4;
/// Takes the write lock at once: a change never fails half-way because another one came first.
const BEGIN: &str = "BEGIN IMMEDIATE";
/// How long a caller waits for a connection before it is told that the database is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// A file of this size is read in half a second.
const CHECKED_AT_START_BYTES: u64 = 512 << 20;
const CHECK: &str = "PRAGMA quick_check(1)";
/// Which tables there are stands at the beginning.
const CHECK_BEGINNING: &str = "SELECT 'ok' FROM (SELECT COUNT(*) FROM sqlite_schema)";
const FILE: &str = "SELECT file FROM pragma_database_list WHERE name = 'main' LIMIT 1";

/// synchronous=FULL: what a commit acknowledged survives a power cut.
const SETTINGS: [&str; 4] = [
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
];
/// A copy brings rows in any order; it checks all references at its end.
const SETTINGS_FOR_COPY: [&str; 4] =
    [SETTINGS[0], SETTINGS[1], SETTINGS[2], "PRAGMA foreign_keys = OFF"];

/// The pools for reading and for changing; the file is made where it is missing.
///
/// Errors: [`DbError::Damaged`] when it is not a sound database.
pub(crate) async fn connect(path: &Path, purpose: Purpose) -> Result<(AnyPool, AnyPool), DbError> {
    // The path goes into a URL: everything but the unreserved characters is escaped.
    let url = format!("sqlite://{}?mode=rwc", escape(&path.to_string_lossy()));
    check_at_start(path, &url).await?;
    let writer = options(1, purpose).connect(&url).await?;
    let readers = options(READERS, purpose).connect(&url).await?;
    Ok((readers, writer))
}

/// Begins a change.
pub(crate) async fn begin(writer: &AnyPool) -> Result<Transaction<'static, Any>, sqlx::Error> {
    writer.begin_with(BEGIN).await
}

/// Counts anew how the values of indexes are spread, in tables that have grown since the last time:
/// without that the planner guesses, and guesses wrongly for large ones. A sample of each index
/// suffices, so that it takes milliseconds.
pub(crate) async fn gather_statistics(writer: &AnyPool) -> Result<(), sqlx::Error> {
    let mut connection = writer.acquire().await?;
    for pragma in ["PRAGMA analysis_limit = 1000", "PRAGMA optimize = 0x10002"] {
        sqlx::raw_sql(pragma).execute(&mut *connection).await?;
    }
    drop(connection);
    // Connections read the counts together with the schema: this makes them read it again.
    let mut change = begin(writer).await?;
    for change_of_schema in ["CREATE VIEW db_fresh AS SELECT 1 AS one", "DROP VIEW db_fresh"] {
        sqlx::raw_sql(change_of_schema).execute(&mut *change).await?;
    }
    change.commit().await
}

fn options(connections: u32, purpose: Purpose) -> AnyPoolOptions {
    let settings = match purpose {
        Purpose::Serve => SETTINGS,
        Purpose::Copy => SETTINGS_FOR_COPY,
    };
    AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // SQLite undoes a transaction by itself when the disk is full; the driver still counts it
        // as open. Such a connection is of no more use, and another takes its place.
        .before_acquire(|connection, _| {
            let is_sound = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_sound) })
        })
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for pragma in settings {
                    sqlx::query(pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
}

fn escape(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Reads a file of the size that a start can wait for from end to end, of a larger one the
/// beginning: the rest is for [`check`], while the server runs.
///
/// On a connection of its own: a pool would try a damaged file again and again.
async fn check_at_start(path: &Path, url: &str) -> Result<(), DbError> {
    let found = |error| damage(&path.display(), error);
    let mut connection = AnyConnection::connect(url).await.map_err(found)?;
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    let sql = if bytes > CHECKED_AT_START_BYTES { CHECK_BEGINNING } else { CHECK };
    let said = sqlx::query_scalar(sql).fetch_one(&mut connection).await.map_err(found)?;
    connection.close().await?;
    sound(&path.display(), said)
}

/// Reads every page once (not every index entry: a second for a gigabyte).
///
/// Errors: [`DbError::Damaged`].
pub(crate) async fn check(readers: &AnyPool) -> Result<(), DbError> {
    let path: String = sqlx::query_scalar(FILE).fetch_one(readers).await?;
    let said = sqlx::query_scalar(CHECK).fetch_one(readers).await;
    sound(&path, said.map_err(|error| damage(&path, error))?)
}

fn sound(path: &impl ToString, said: String) -> Result<(), DbError> {
    if said == "ok" {
        return Ok(());
    }
    Err(DbError::Damaged { path: path.to_string(), found: said })
}

/// SQLite's "not a database" and "malformed" become the sentence that says what to do.
fn damage(path: &impl ToString, error: sqlx::Error) -> DbError {
    let database = error.as_database_error();
    match database.and_then(DatabaseError::code).as_deref() {
        Some("11" | "26" | "267" | "523" | "779") => {
            DbError::Damaged { path: path.to_string(), found: error.to_string() }
        }
        _ => DbError::Sql(error),
    }
}
