use db::{DbError, QueryBuilder};
use kernel::{Page, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    kinds::{json, text as json_text},
    resources::read_id,
};
use crate::{Audience, QueryId, ResourcesError, SavedQuery, Sort};

const COLUMNS: &str = "
    SELECT id, name, filter, columns, sort, shared_with, owner_id, owner_name, version, created_at,
        updated_at
    FROM resources_query -- limit follows
    WHERE ";

const BY_NAME: &str = "
    SELECT id
    FROM resources_query
    WHERE owner_id = $1 AND name = $2 -- one row";

const INSERT: &str = "
    INSERT INTO resources_query (
        id, name, filter, columns, sort, shared_with, owner_id, owner_name, version, created_at,
        updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const UPDATE: &str = "
    UPDATE resources_query
    SET name = $1, filter = $2, columns = $3, sort = $4, shared_with = $5, version = $6,
        updated_at = $7
    WHERE id = $8 AND version = $9";

const DELETE: &str = "
    DELETE FROM resources_query
    WHERE id = $1";

/// The saved query with that id.
pub(crate) async fn load_query(
    connection: &mut AnyConnection,
    id: QueryId,
) -> Result<Option<SavedQuery>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("id = ").push_bind(id.to_string());
    let row = query.build().fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read).transpose()
}

/// The id of the owner's query of that name.
pub(crate) async fn query_of_name(
    connection: &mut AnyConnection,
    owner_id: &str,
    name: &str,
) -> Result<Option<QueryId>, ResourcesError> {
    let row = sqlx::query(BY_NAME).bind(owner_id).bind(name).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(|row| read_id(row, "id")).transpose()
}

/// One more than the page holds of the owner's queries and those that others share, in the order
/// of ids.
pub(crate) async fn list_queries(
    connection: &mut AnyConnection,
    owner_id: &str,
    page: &Page,
) -> Result<Vec<SavedQuery>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("id > ").push_bind(page.after.clone().unwrap_or_default());
    query.push(" AND (shared_with <> 'me' OR owner_id = ").push_bind(owner_id.to_owned());
    query.push(") ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Writes a new saved query.
pub(crate) async fn insert_query(
    connection: &mut AnyConnection,
    query: &SavedQuery,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(query.id.to_string())
        .bind(query.name.as_str())
        .bind(query.filter.as_str())
        .bind(json_text(&query.columns)?)
        .bind(query.sort.name())
        .bind(query.shared_with.name())
        .bind(query.owner_id.as_str())
        .bind(query.owner_name.as_str())
        .bind(query.version)
        .bind(query.created_at.micros())
        .bind(query.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a saved query over the version before it. Returns whether that was still there.
pub(crate) async fn update_query(
    connection: &mut AnyConnection,
    query: &SavedQuery,
) -> Result<bool, DbError> {
    let done = sqlx::query(UPDATE)
        .bind(query.name.as_str())
        .bind(query.filter.as_str())
        .bind(json_text(&query.columns)?)
        .bind(query.sort.name())
        .bind(query.shared_with.name())
        .bind(query.version)
        .bind(query.updated_at.micros())
        .bind(query.id.to_string())
        .bind(query.version - 1)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a saved query.
pub(crate) async fn delete_query(
    connection: &mut AnyConnection,
    id: QueryId,
) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id.to_string()).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<SavedQuery, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    Ok(SavedQuery {
        id: read_id(row, "id")?,
        name: text("name")?,
        filter: text("filter")?,
        columns: json(row, "columns")?,
        sort: Sort::from_name(&text("sort")?)?,
        shared_with: Audience::from_name(&text("shared_with")?)?,
        owner_id: text("owner_id")?,
        owner_name: text("owner_name")?,
        version: number("version")?,
        created_at: Time::from_micros(number("created_at")?),
        updated_at: Time::from_micros(number("updated_at")?),
    })
}
