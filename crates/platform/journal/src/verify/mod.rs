//! Verifying: whether the rows, their seals, checkpoints, keys, anchors and archives agree.

pub(crate) mod keys;
mod outside;
pub(crate) mod range;
pub(crate) mod report;
mod rows;
mod walk;

use std::path::PathBuf;

use sqlx::{AnyConnection, Connection};

use crate::{Checkpoint, JournalError};
pub use report::{Claim, Finding, Report, Span, Wrong};

/// What a log is compared with.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// The folder of the keys.
    pub keys: PathBuf,
    /// A file in which an anchor keeps checkpoints.
    pub anchors: Option<PathBuf>,
    /// What a witness remembers of this journal, by number.
    pub witnessed: Vec<Checkpoint>,
    /// The folder of the archives.
    pub archive: Option<PathBuf>,
    /// A public key that must be one of the journal's.
    pub public_key: Option<String>,
}

/// Verifies the journal behind `connection`, at the moment at which this is called.
///
/// Memory is bounded; `progress` is told how many rows were read, now and then.
/// Errors: [`JournalError`] when it cannot be verified at all; what is wrong with the log is in
/// the report.
pub async fn verify(
    connection: &mut AnyConnection,
    options: &VerifyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Report, JournalError> {
    walk::walk(connection, options, progress).await
}

/// Verifies the journal of the records at `url`, in one snapshot, without changing anything.
///
/// Errors: as [`verify`], and when the records cannot be opened.
pub async fn verify_at(
    url: &str,
    options: &VerifyOptions,
    progress: &mut (dyn FnMut(u64) + Send),
) -> Result<Report, JournalError> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    let begin = if url.starts_with("postgres") {
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    } else {
        "BEGIN"
    };
    sqlx::query(begin).execute(&mut connection).await?;
    let report = verify(&mut connection, options, progress).await;
    // It has only read: there is nothing to keep.
    sqlx::query("ROLLBACK").execute(&mut connection).await?;
    connection.close().await?;
    report
}
