use std::{path::Path, time::Duration};

use sqlx::{AnyConnection, AnyPool, Connection, any::AnyPoolOptions, error::DatabaseError};
use tokio::sync::watch;

use crate::{DbError, Dialect, Migration, Tx};

/// Connections for reading; SQLite readers do not wait for the writer (WAL).
const READERS: u32 = 4;
/// Takes the write lock at once: a change never fails half-way because another one came first.
const BEGIN: &str = "BEGIN IMMEDIATE";
/// How long a caller waits for a connection before it is told that the database is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A handle to the records: cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    readers: AnyPool,
    writer: AnyPool,
    committed: watch::Sender<u64>,
}

impl Db {
    /// Opens the SQLite file at `path`, makes it where it is missing, checks that it is sound and
    /// brings it to the newest of `migrations`.
    ///
    /// Errors: [`DbError::Damaged`], [`DbError::Newer`], [`DbError::MigrationFailed`].
    pub async fn open(path: &Path, migrations: &[Migration]) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        // The path goes into a URL: everything but the unreserved characters is escaped.
        let url = format!("sqlite://{}?mode=rwc", escape(&path.to_string_lossy()));
        check_sound(path, &url).await?;
        let writer = options(1).connect(&url).await?;
        let readers = options(READERS).connect(&url).await?;
        let db = Self { readers, writer, committed: watch::channel(0).0 };
        crate::migration::apply(&db, migrations).await?;
        Ok(db)
    }

    /// How its SQL differs from the common text.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    /// For reading: any number at once, none waits for a writer.
    #[must_use]
    pub fn reader(&self) -> &AnyPool {
        &self.readers
    }

    /// Begins a change. Changes run one after another; what is not committed is undone.
    ///
    /// Errors: [`DbError::Sql`] when none becomes free in 10 s.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let begun = match self.writer.begin_with(BEGIN).await {
            // SQLite undoes a transaction by itself when the disk is full; the driver still counts
            // it as open. Such a connection is of no more use.
            Err(sqlx::Error::InvalidSavePointStatement) => {
                let broken = self.writer.acquire().await?.detach();
                if let Err(error) = broken.close_hard().await {
                    tracing::warn!("failed to close a broken connection: {error}");
                }
                self.writer.begin_with(BEGIN).await?
            }
            begun => begun?,
        };
        Ok(Tx::new(begun, self.committed.clone()))
    }

    /// Grows with every commit: whoever waits for changes waits for it.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Whether the records answer.
    pub async fn ping(&self) -> Result<(), DbError> {
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }

    /// Closes all connections; folds the write-ahead log into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // synchronous=FULL: what a commit acknowledged survives a power cut.
                for pragma in [
                    "PRAGMA busy_timeout = 10000",
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA foreign_keys = ON",
                ] {
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

/// Reads every page once (not every index entry: a second for a gigabyte).
///
/// On a connection of its own: a pool would try a damaged file again and again.
async fn check_sound(path: &Path, url: &str) -> Result<(), DbError> {
    let mut connection = AnyConnection::connect(url).await.map_err(|e| damage(path, e))?;
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await
        .map_err(|error| damage(path, error))?;
    connection.close().await?;
    if found == "ok" {
        return Ok(());
    }
    Err(DbError::Damaged { path: path.display().to_string(), found })
}

/// SQLite's "not a database" and "malformed" become the sentence that says what to do.
fn damage(path: &Path, error: sqlx::Error) -> DbError {
    let database = error.as_database_error();
    match database.and_then(DatabaseError::code).as_deref() {
        Some("11" | "26" | "267" | "523" | "779") => {
            DbError::Damaged { path: path.display().to_string(), found: error.to_string() }
        }
        _ => DbError::Sql(error),
    }
}
