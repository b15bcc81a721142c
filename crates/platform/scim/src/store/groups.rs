use access::GroupId;
use db::{Dialect, QueryBuilder};
use directory::SourceId;
use kernel::{Id, Time};
use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{can_be_stored, id, some_text, text, time, told};
use crate::ScimError;

const BY_ID: &str = "
    SELECT id, group_id, display_name, external_id, told, version, created_at, updated_at
    FROM scim_group
    WHERE source_id = $1 AND id = $2 -- one row";

const BY_NAME: &str = "
    SELECT id, group_id, display_name, external_id, told, version, created_at, updated_at
    FROM scim_group
    WHERE source_id = $1 AND display_name = $2
    LIMIT 1";

const BY_EXTERNAL: &str = "
    SELECT id, group_id, display_name, external_id, told, version, created_at, updated_at
    FROM scim_group
    WHERE source_id = $1 AND external_id = $2
    LIMIT 1";

/// There are at most so many groups in access.
const ALL: &str = "
    SELECT id, group_id, display_name, external_id, told, version, created_at, updated_at
    FROM scim_group
    WHERE source_id = $1
    ORDER BY id
    LIMIT 5000";

const OF_GROUPS: &str = "
    SELECT id, group_id, display_name, external_id, told, version, created_at, updated_at
    FROM scim_group
    -- limit follows
    WHERE source_id = ";

const INSERT: &str = "
    INSERT INTO scim_group (id, source_id, group_id, display_name, external_id, told, version,
        created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const UPDATE: &str = "
    UPDATE scim_group
    SET display_name = $3, external_id = $4, told = $5, version = $6, updated_at = $7
    WHERE source_id = $1 AND id = $2";

const DELETE: &str = "
    DELETE FROM scim_group
    WHERE source_id = $1 AND id = $2";

/// A group as a provider brought it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupRow {
    pub(crate) id: Id<GroupRow>,
    pub(crate) group: GroupId,
    /// In lower case: as names are compared.
    pub(crate) name: String,
    pub(crate) external_id: Option<String>,
    /// Without its members: those are in access.
    pub(crate) told: Map<String, Value>,
    pub(crate) version: i64,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// The group with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    source: SourceId,
    group: Id<GroupRow>,
) -> Result<Option<GroupRow>, ScimError> {
    let query = sqlx::query(BY_ID).bind(source.to_string()).bind(group.to_string());
    query.fetch_optional(executor).await?.as_ref().map(read).transpose()
}

/// The group of that name, in any case.
pub(crate) async fn by_name(
    executor: impl Executor<'_, Database = Any>,
    source: SourceId,
    name: &str,
) -> Result<Option<GroupRow>, ScimError> {
    if !can_be_stored(name) {
        return Ok(None);
    }
    let query = sqlx::query(BY_NAME).bind(source.to_string()).bind(name.to_lowercase());
    query.fetch_optional(executor).await?.as_ref().map(read).transpose()
}

/// The group that the provider calls so.
pub(crate) async fn by_external(
    executor: impl Executor<'_, Database = Any>,
    source: SourceId,
    external_id: &str,
) -> Result<Option<GroupRow>, ScimError> {
    if !can_be_stored(external_id) {
        return Ok(None);
    }
    let query = sqlx::query(BY_EXTERNAL).bind(source.to_string()).bind(external_id);
    query.fetch_optional(executor).await?.as_ref().map(read).transpose()
}

/// All groups of a provider, in the order of their ids.
pub(crate) async fn all(pool: &AnyPool, source: SourceId) -> Result<Vec<GroupRow>, ScimError> {
    let rows = sqlx::query(ALL).bind(source.to_string()).fetch_all(pool).await?;
    rows.iter().map(read).collect()
}

/// Those among `values` of `column`, which is `id` or `group_id`.
pub(crate) async fn among(
    connection: &mut AnyConnection,
    dialect: Dialect,
    source: SourceId,
    (column, values): (&'static str, &[&str]),
) -> Result<Vec<GroupRow>, ScimError> {
    let mut query = QueryBuilder::<Any>::new(OF_GROUPS);
    query.push_bind(source.to_string()).push(" AND ");
    dialect.push_one_of(&mut query, column, values.iter().copied());
    query.push(" ORDER BY id LIMIT 5000");
    query.build().fetch_all(connection).await?.iter().map(read).collect()
}

/// Adds a group.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    source: SourceId,
    group: &GroupRow,
) -> Result<(), ScimError> {
    sqlx::query(INSERT)
        .bind(group.id.to_string())
        .bind(source.to_string())
        .bind(group.group.to_string())
        .bind(group.name.as_str())
        .bind(group.external_id.as_deref())
        .bind(Value::Object(group.told.clone()).to_string())
        .bind(group.version)
        .bind(group.created_at.micros())
        .bind(group.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what may change of a group.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    source: SourceId,
    group: &GroupRow,
) -> Result<(), ScimError> {
    sqlx::query(UPDATE)
        .bind(source.to_string())
        .bind(group.id.to_string())
        .bind(group.name.as_str())
        .bind(group.external_id.as_deref())
        .bind(Value::Object(group.told.clone()).to_string())
        .bind(group.version)
        .bind(group.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets a group.
pub(crate) async fn delete(
    connection: &mut AnyConnection,
    source: SourceId,
    group: Id<GroupRow>,
) -> Result<(), ScimError> {
    let query = sqlx::query(DELETE).bind(source.to_string()).bind(group.to_string());
    query.execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<GroupRow, ScimError> {
    Ok(GroupRow {
        id: id(row, "id")?,
        group: id(row, "group_id")?,
        name: text(row, "display_name")?,
        external_id: some_text(row, "external_id")?,
        told: told(row)?,
        version: row.try_get("version")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}
