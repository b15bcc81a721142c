//! Who is at a source without being a person here.

use std::collections::{HashMap, HashSet};

use db::{DbError, Dialect, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _};

use super::kept::{read_id, read_text};
use crate::{DirectoryError, PersonId, ldap::SourceId};

const FORGET: &str = "
    DELETE FROM directory_untaken
    WHERE source_id = $1";

const INSERT: &str = "
    INSERT INTO directory_untaken (source_id, external_id)";

/// So many rows are written by one statement: a whole directory may lack something.
const ROWS_AT_ONCE: usize = 500;

const NOTE_READ: &str = "
    UPDATE directory_source
    SET read_at = $1
    WHERE id = $2";

const READ_AT: &str = "
    SELECT read_at
    FROM directory_source
    WHERE id = $1 -- one row";

const LAST_READ: &str = "
    SELECT MAX(read_at) AS last
    FROM directory_source -- one row";

const LINKS_AMONG: &str = "
    SELECT external_id, person_id
    FROM directory_link -- all rows: as many as are asked for
    WHERE source_id = ";

const UNTAKEN_AMONG: &str = "
    SELECT external_id
    FROM directory_untaken -- all rows: as many as are asked for
    WHERE source_id = ";

/// Keeps that a source was read whole, from when on, and who was there without being taken.
pub(crate) async fn note_read(
    connection: &mut AnyConnection,
    source: SourceId,
    at: Time,
    untaken: &HashSet<String>,
) -> Result<(), DirectoryError> {
    let id = source.to_string();
    let forget = sqlx::query(FORGET).bind(id.clone());
    forget.execute(&mut *connection).await.map_err(DbError::from)?;
    let untaken: Vec<&String> = untaken.iter().collect();
    for some in untaken.chunks(ROWS_AT_ONCE) {
        let mut insert = QueryBuilder::<Any>::new(INSERT);
        for (at, external_id) in some.iter().enumerate() {
            insert.push(if at == 0 { " VALUES (" } else { ", (" }).push_bind(id.clone());
            insert.push(", ").push_bind((*external_id).clone()).push(")");
        }
        insert.build().execute(&mut *connection).await.map_err(DbError::from)?;
    }
    let note = sqlx::query(NOTE_READ).bind(at.micros()).bind(id);
    note.execute(connection).await.map_err(DbError::from)?;
    Ok(())
}

/// When a source was last read whole.
pub(crate) async fn read_at(
    connection: &mut AnyConnection,
    source: SourceId,
) -> Result<Option<Time>, DirectoryError> {
    let row = sqlx::query_scalar(READ_AT).bind(source.to_string());
    let found: Option<Option<i64>> = row.fetch_optional(connection).await.map_err(DbError::from)?;
    Ok(found.flatten().map(Time::from_micros))
}

/// When any source was last read whole.
pub(crate) async fn last_read(
    connection: &mut AnyConnection,
) -> Result<Option<Time>, DirectoryError> {
    let found: Option<i64> =
        sqlx::query_scalar(LAST_READ).fetch_one(connection).await.map_err(DbError::from)?;
    Ok(found.map(Time::from_micros))
}

/// As whom those of `external_ids` were taken who were.
pub(crate) async fn links_among(
    connection: &mut AnyConnection,
    dialect: Dialect,
    source: SourceId,
    external_ids: &[&str],
) -> Result<HashMap<String, PersonId>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(LINKS_AMONG);
    query.push_bind(source.to_string()).push(" AND ");
    dialect.push_one_of(&mut query, "external_id", external_ids.iter().copied());
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    let read = |row| Ok((read_text(row, "external_id")?, read_id(row, "person_id")?));
    rows.iter().map(read).collect()
}

/// Those of `external_ids` who were there without being taken.
pub(crate) async fn untaken_among(
    connection: &mut AnyConnection,
    dialect: Dialect,
    source: SourceId,
    external_ids: &[&str],
) -> Result<HashSet<String>, DirectoryError> {
    let mut query = QueryBuilder::<Any>::new(UNTAKEN_AMONG);
    query.push_bind(source.to_string()).push(" AND ");
    dialect.push_one_of(&mut query, "external_id", external_ids.iter().copied());
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    let ids = rows.iter().map(|row| row.try_get("external_id"));
    Ok(ids.collect::<Result<_, _>>().map_err(DbError::from)?)
}
