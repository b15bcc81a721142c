use db::{Db, DbError};
use kernel::{Id, Text, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::kept::{read_id, read_text, unreadable};
use crate::{
    DirectoryError,
    import::{ImportMode, ImportReport},
};

const INSERT: &str = "
    INSERT INTO directory_import (
        id, actor_id, mode, server, started_at, seen, seen_at, rows_done, rows_total)
    VALUES ($1, $2, $3, $4, $5, 0, $5, 0, 0)";

const LAST: &str = "
    SELECT id, mode, server, started_at, seen, seen_at, rows_done, rows_total, ended_at, report,
        failure
    FROM directory_import
    WHERE actor_id = $1
    ORDER BY started_at DESC, id DESC
    LIMIT 1";

const SEEN: &str = "
    UPDATE directory_import
    SET seen = seen + 1, seen_at = $2, rows_done = $3, rows_total = $4
    WHERE id = $1 AND ended_at IS NULL";

const END: &str = "
    UPDATE directory_import
    SET ended_at = $2, rows_done = $3, rows_total = $4, report = $5, failure = $6
    WHERE id = $1 AND ended_at IS NULL";

const LEAVE: &str = "
    UPDATE directory_import
    SET ended_at = $3
    WHERE id = $1 AND seen = $2 AND ended_at IS NULL";

const FORGET: &str = "
    DELETE FROM directory_import
    WHERE actor_id = $1 OR started_at < $2";

/// The id of an import.
pub(crate) type ImportId = Id<KeptImport>;

/// An import as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct KeptImport {
    pub(crate) id: ImportId,
    pub(crate) mode: ImportMode,
    /// The process that works on it, or did.
    pub(crate) server: String,
    pub(crate) started_at: Time,
    /// Grows while its server works on it, and when that was last.
    pub(crate) seen: i64,
    pub(crate) seen_at: Time,
    /// How many rows have been looked at, and how many there are.
    pub(crate) rows: (u32, u32),
    /// When and how it ended, if it did.
    pub(crate) ended: Option<(Time, ImportEnd)>,
}

/// How an import ended.
#[derive(Debug, Clone)]
pub(crate) enum ImportEnd {
    /// The file was gone through.
    Report(ImportReport),
    /// It came to nothing.
    Failure(Text),
    /// Its server is gone, and nothing came of it.
    Interrupted,
}

/// Writes an import that begins.
pub(crate) async fn insert_import(
    connection: &mut AnyConnection,
    actor: &str,
    import: &KeptImport,
) -> Result<(), DirectoryError> {
    sqlx::query(INSERT)
        .bind(import.id.to_string())
        .bind(actor)
        .bind(import.mode.name())
        .bind(import.server.as_str())
        .bind(import.started_at.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// The last import of an actor.
pub(crate) async fn last_import(
    connection: &mut AnyConnection,
    actor: &str,
) -> Result<Option<KeptImport>, DirectoryError> {
    let row = sqlx::query(LAST).bind(actor).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// Keeps how far an import is, for other servers on the same PostgreSQL.
///
/// It is no part of a change: the import itself is one, and no other can be made meanwhile.
pub(crate) async fn note_seen(
    db: &Db,
    id: ImportId,
    at: Time,
    rows: (u32, u32),
) -> Result<(), DirectoryError> {
    sqlx::query(SEEN)
        .bind(id.to_string())
        .bind(at.micros())
        .bind(i64::from(rows.0))
        .bind(i64::from(rows.1))
        .execute(db.reader())
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Keeps when and how an import ended. Returns whether it had not ended before.
pub(crate) async fn end_import(
    connection: &mut AnyConnection,
    id: ImportId,
    (at, end): (Time, &ImportEnd),
    rows: (u32, u32),
) -> Result<bool, DirectoryError> {
    let (report, failure) = match end {
        ImportEnd::Report(report) => (Some(json(report)?), None),
        ImportEnd::Failure(text) => (None, Some(json(text)?)),
        ImportEnd::Interrupted => (None, None),
    };
    let done = sqlx::query(END)
        .bind(id.to_string())
        .bind(at.micros())
        .bind(i64::from(rows.0))
        .bind(i64::from(rows.1))
        .bind(report)
        .bind(failure)
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(done.rows_affected() == 1)
}

/// Keeps that nobody works on an import any more, unless it has moved since it was read.
pub(crate) async fn leave_import(
    connection: &mut AnyConnection,
    import: &KeptImport,
    at: Time,
) -> Result<(), DirectoryError> {
    sqlx::query(LEAVE)
        .bind(import.id.to_string())
        .bind(import.seen)
        .bind(at.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Forgets the actor's imports, and everybody's that began before `before`.
pub(crate) async fn forget_imports(
    connection: &mut AnyConnection,
    actor: &str,
    before: Time,
) -> Result<(), DirectoryError> {
    let forget = sqlx::query(FORGET).bind(actor).bind(before.micros());
    forget.execute(connection).await.map_err(DbError::from)?;
    Ok(())
}

fn json(value: &impl serde::Serialize) -> Result<String, DirectoryError> {
    serde_json::to_string(value).map_err(|error| unreadable("import", error.to_string()))
}

fn read(row: &AnyRow) -> Result<KeptImport, DirectoryError> {
    let number = |column: &str| -> Result<i64, DbError> { Ok(row.try_get(column)?) };
    let count = |column: &str| Ok::<u32, DbError>(u32::try_from(number(column)?).unwrap_or(0));
    let mode = read_text(row, "mode")?;
    let mode = ImportMode::from_name(&mode).ok_or_else(|| unreadable("mode", mode))?;
    let ended_at: Option<i64> = row.try_get("ended_at").map_err(DbError::from)?;
    let ended = ended_at.map(|at| Ok::<_, DirectoryError>((Time::from_micros(at), end(row)?)));
    Ok(KeptImport {
        id: read_id(row, "id")?,
        mode,
        server: read_text(row, "server")?,
        started_at: Time::from_micros(number("started_at")?),
        seen: number("seen")?,
        seen_at: Time::from_micros(number("seen_at")?),
        rows: (count("rows_done")?, count("rows_total")?),
        ended: ended.transpose()?,
    })
}

fn end(row: &AnyRow) -> Result<ImportEnd, DirectoryError> {
    let read = |column: &str| -> Result<Option<String>, DbError> { Ok(row.try_get(column)?) };
    let strange = |error: serde_json::Error| unreadable("import", error.to_string());
    if let Some(report) = read("report")? {
        return Ok(ImportEnd::Report(serde_json::from_str(&report).map_err(strange)?));
    }
    match read("failure")? {
        Some(failure) => Ok(ImportEnd::Failure(serde_json::from_str(&failure).map_err(strange)?)),
        None => Ok(ImportEnd::Interrupted),
    }
}
