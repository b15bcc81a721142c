use db::DbError;
use kernel::Time;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    filling::read_posts,
    kept::{read_id, read_text, unreadable},
};
use crate::{
    DirectoryError, PersonId,
    ldap::{Source, SourceId, SyncReport},
};

const ALL: &str = "
    SELECT id, name, settings, granted_posts, version, created_at, updated_at, run_at, run_report
    FROM directory_source
    WHERE kind = 'ldap'
    ORDER BY id
    LIMIT 1000";

const INSERT: &str = "
    INSERT INTO directory_source (id, name, settings, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

const UPDATE: &str = "
    UPDATE directory_source
    SET name = $1, settings = $2, version = $3, updated_at = $4, granted_posts = $5
    WHERE id = $6";

const NOTE_RUN: &str = "
    UPDATE directory_source
    SET run_at = $1, run_report = $2
    WHERE id = $3";

const DELETE_LINKS: &str = "
    DELETE FROM directory_link
    WHERE source_id = $1";

const DELETE_REFUSALS: &str = "
    DELETE FROM directory_refused_post
    WHERE source_id = $1";

const DELETE_UNTAKEN: &str = "
    DELETE FROM directory_untaken
    WHERE source_id = $1";

const DELETE: &str = "
    DELETE FROM directory_source
    WHERE id = $1";

const LINK: &str = "
    SELECT person_id
    FROM directory_link
    WHERE source_id = $1 AND external_id = $2 -- one row";

const LINK_WITH_END: &str = "
    SELECT person_id, gone_at
    FROM directory_link
    WHERE source_id = $1 AND external_id = $2 -- one row";

const PUT_LINK: &str = "
    INSERT INTO directory_link (source_id, external_id, person_id, dn, gone_at)
    VALUES ($1, $2, $3, $4, NULL)
    ON CONFLICT (source_id, external_id)
    DO UPDATE SET person_id = excluded.person_id, dn = excluded.dn, gone_at = NULL";

const GONE: &str = "
    UPDATE directory_link
    SET gone_at = $1
    WHERE source_id = $2 AND external_id = $3";

const LINKS: &str = "
    SELECT external_id, person_id, dn
    FROM directory_link
    WHERE source_id = $1 AND gone_at IS NULL AND external_id > $2
    ORDER BY external_id
    LIMIT $3";

const COUNT_LINKS: &str = "
    SELECT COUNT(*)
    FROM directory_link
    WHERE source_id = $1 AND gone_at IS NULL";

const IS_LINKED: &str = "
    SELECT COUNT(*)
    FROM directory_link
    WHERE source_id = $1 AND person_id = $2";

const FILLS_GRANTED: &str = "
    SELECT id
    FROM directory_source
    WHERE granted_posts = 1
    LIMIT 1";

/// Whether any source may fill posts that roles are granted to.
pub(crate) async fn any_fills_granted(
    connection: &mut AnyConnection,
) -> Result<bool, DirectoryError> {
    let found = sqlx::query(FILLS_GRANTED).fetch_optional(connection).await;
    Ok(found.map_err(DbError::from)?.is_some())
}

/// A source, with what its last run did.
#[derive(Debug, Clone)]
pub(crate) struct KeptSource {
    pub(crate) source: Source,
    pub(crate) run_at: Option<Time>,
    pub(crate) run_report: Option<SyncReport>,
}

/// Who came from where.
#[derive(Debug, Clone)]
pub(crate) struct PersonLink {
    pub(crate) external_id: String,
    pub(crate) person: PersonId,
    pub(crate) dn: String,
}

/// All sources.
pub(crate) async fn all_sources(
    connection: &mut AnyConnection,
) -> Result<Vec<KeptSource>, DirectoryError> {
    let rows = sqlx::query(ALL).fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_source).collect()
}

/// Writes a new source.
pub(crate) async fn insert_source(
    connection: &mut AnyConnection,
    source: &Source,
) -> Result<(), DirectoryError> {
    sqlx::query(INSERT)
        .bind(source.id.to_string())
        .bind(source.name.as_str())
        .bind(json(&source.settings)?)
        .bind(source.version)
        .bind(source.created_at.micros())
        .bind(source.updated_at.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Writes a source over the one before.
pub(crate) async fn update_source(
    connection: &mut AnyConnection,
    source: &Source,
) -> Result<(), DirectoryError> {
    sqlx::query(UPDATE)
        .bind(source.name.as_str())
        .bind(json(&source.settings)?)
        .bind(source.version)
        .bind(source.updated_at.micros())
        .bind(i64::from(source.posts.granted))
        .bind(source.id.to_string())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Removes a source and forgets who came from it; the people stay.
pub(crate) async fn delete_source(
    connection: &mut AnyConnection,
    id: SourceId,
) -> Result<(), DirectoryError> {
    for sql in [DELETE_LINKS, DELETE_REFUSALS, DELETE_UNTAKEN, DELETE] {
        let done = sqlx::query(sql).bind(id.to_string()).execute(&mut *connection).await;
        done.map_err(DbError::from)?;
    }
    Ok(())
}

/// Keeps what a run did.
pub(crate) async fn note_run(
    connection: &mut AnyConnection,
    id: SourceId,
    at: Time,
    report: &SyncReport,
) -> Result<(), DirectoryError> {
    sqlx::query(NOTE_RUN)
        .bind(at.micros())
        .bind(json(report)?)
        .bind(id.to_string())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Who that is at the source, if they have been taken before.
pub(crate) async fn linked_person(
    connection: &mut AnyConnection,
    source: SourceId,
    external_id: &str,
) -> Result<Option<PersonId>, DirectoryError> {
    let row = sqlx::query(LINK)
        .bind(source.to_string())
        .bind(external_id)
        .fetch_optional(connection)
        .await
        .map_err(DbError::from)?;
    row.as_ref().map(|row| read_id(row, "person_id")).transpose()
}

/// Who that is at the source, and whether they are no longer there.
pub(crate) async fn link(
    connection: &mut AnyConnection,
    source: SourceId,
    external_id: &str,
) -> Result<Option<(PersonId, bool)>, DirectoryError> {
    let row = sqlx::query(LINK_WITH_END)
        .bind(source.to_string())
        .bind(external_id)
        .fetch_optional(connection)
        .await
        .map_err(DbError::from)?;
    let Some(row) = row else { return Ok(None) };
    let gone_at: Option<i64> = row.try_get("gone_at").map_err(DbError::from)?;
    Ok(Some((read_id(&row, "person_id")?, gone_at.is_some())))
}

/// Keeps who that is at the source.
pub(crate) async fn put_link(
    connection: &mut AnyConnection,
    source: SourceId,
    link: &PersonLink,
) -> Result<(), DirectoryError> {
    sqlx::query(PUT_LINK)
        .bind(source.to_string())
        .bind(link.external_id.as_str())
        .bind(link.person.to_string())
        .bind(link.dn.as_str())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Keeps that somebody is no longer at the source.
pub(crate) async fn note_gone(
    connection: &mut AnyConnection,
    source: SourceId,
    external_id: &str,
    at: Time,
) -> Result<(), DirectoryError> {
    sqlx::query(GONE)
        .bind(at.micros())
        .bind(source.to_string())
        .bind(external_id)
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Those who were at the source the last time, so many after `after`.
pub(crate) async fn links(
    connection: &mut AnyConnection,
    source: SourceId,
    after: &str,
    limit: i64,
) -> Result<Vec<PersonLink>, DirectoryError> {
    let rows = sqlx::query(LINKS)
        .bind(source.to_string())
        .bind(after)
        .bind(limit)
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        Ok(PersonLink {
            external_id: read_text(row, "external_id")?,
            person: read_id(row, "person_id")?,
            dn: read_text(row, "dn")?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many were at the source the last time.
pub(crate) async fn count_links(
    connection: &mut AnyConnection,
    source: SourceId,
) -> Result<i64, DirectoryError> {
    let count = sqlx::query_scalar(COUNT_LINKS).bind(source.to_string());
    Ok(count.fetch_one(connection).await.map_err(DbError::from)?)
}

/// Whether the person came from the source.
pub(crate) async fn is_linked(
    connection: &mut AnyConnection,
    source: SourceId,
    person: PersonId,
) -> Result<bool, DirectoryError> {
    let count: i64 = sqlx::query_scalar(IS_LINKED)
        .bind(source.to_string())
        .bind(person.to_string())
        .fetch_one(connection)
        .await
        .map_err(DbError::from)?;
    Ok(count > 0)
}

fn json(value: &impl serde::Serialize) -> Result<String, DirectoryError> {
    serde_json::to_string(value).map_err(|error| unreadable("settings", error.to_string()))
}

fn read_source(row: &AnyRow) -> Result<KeptSource, DirectoryError> {
    let time =
        |column: &str| -> Result<Time, DbError> { Ok(Time::from_micros(row.try_get(column)?)) };
    let settings = serde_json::from_str(&read_text(row, "settings")?)
        .map_err(|error| unreadable("settings", error.to_string()))?;
    let report: Option<String> = row.try_get("run_report").map_err(DbError::from)?;
    let report = report.map(|text| serde_json::from_str(&text)).transpose();
    Ok(KeptSource {
        source: Source {
            id: read_id(row, "id")?,
            name: read_text(row, "name")?,
            settings,
            posts: read_posts(row)?,
            version: row.try_get("version").map_err(DbError::from)?,
            created_at: time("created_at")?,
            updated_at: time("updated_at")?,
        },
        run_at: row
            .try_get::<Option<i64>, _>("run_at")
            .map_err(DbError::from)?
            .map(Time::from_micros),
        run_report: report.map_err(|error| unreadable("run_report", error.to_string()))?,
    })
}
