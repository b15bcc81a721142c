use access::UserId;
use db::{Dialect, QueryBuilder};
use directory::{HoldingId, PersonId, SourceId};
use kernel::{Id, Time};
use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{can_be_stored, id, some_id, some_text, text, time, told};
use crate::ScimError;

const BY_ID: &str = "
    SELECT id, user_name, display, external_id, person_id, account_id, adopted, holding_id, active,
        told, version, created_at, updated_at
    FROM scim_user
    WHERE source_id = $1 AND id = $2 AND gone_at IS NULL -- one row";

const BY_NAME: &str = "
    SELECT id, user_name, display, external_id, person_id, account_id, adopted, holding_id, active,
        told, version, created_at, updated_at
    FROM scim_user
    WHERE source_id = $1 AND user_name = $2 AND gone_at IS NULL
    LIMIT 1";

const BY_EXTERNAL: &str = "
    SELECT id, user_name, display, external_id, person_id, account_id, adopted, holding_id, active,
        told, version, created_at, updated_at
    FROM scim_user
    WHERE source_id = $1 AND external_id = $2 AND gone_at IS NULL
    LIMIT 1";

const GONE: &str = "
    SELECT id, user_name, display, external_id, person_id, account_id, adopted, holding_id, active,
        told, version, created_at, updated_at
    FROM scim_user
    WHERE source_id = $1 AND (external_id = $2 OR user_name = $3) AND gone_at IS NOT NULL
        AND person_id IS NOT NULL
    ORDER BY gone_at DESC
    LIMIT 1";

const AFTER: &str = "
    SELECT id, user_name, display, external_id, person_id, account_id, adopted, holding_id, active,
        told, version, created_at, updated_at
    FROM scim_user
    WHERE source_id = $1 AND gone_at IS NULL AND id > $2
    ORDER BY id
    LIMIT $3";

const IDS: &str = "
    SELECT id
    FROM scim_user
    WHERE source_id = $1 AND gone_at IS NULL
    ORDER BY id
    LIMIT $2";

const COUNT: &str = "
    SELECT COUNT(*)
    FROM scim_user
    WHERE source_id = $1 AND gone_at IS NULL";

const COUNT_ACTIVE: &str = "
    SELECT COUNT(*)
    FROM scim_user
    WHERE source_id = $1 AND gone_at IS NULL AND active = 1";

const BRIEF: &str = "
    SELECT id, display, account_id
    FROM scim_user
    -- limit follows
    WHERE gone_at IS NULL AND source_id = ";

const INSERT: &str = "
    INSERT INTO scim_user (id, source_id, user_name, display, external_id, person_id, account_id,
        holding_id, active, told, version, created_at, updated_at, gone_at, adopted)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, $14)";

const UPDATE: &str = "
    UPDATE scim_user
    SET user_name = $3, display = $4, external_id = $5, person_id = $6, account_id = $7,
        holding_id = $8, active = $9, told = $10, version = $11, updated_at = $12, adopted = $13
    WHERE source_id = $1 AND id = $2";

const REMOVE: &str = "
    UPDATE scim_user
    SET gone_at = $3
    WHERE source_id = $1 AND id = $2";

/// So many members of one group are looked up.
const BRIEFS_MAX: i64 = 200_000;

/// A user as a provider brought them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UserRow {
    pub(crate) id: Id<UserRow>,
    /// In lower case: as names are compared.
    pub(crate) user_name: String,
    pub(crate) display: String,
    pub(crate) external_id: Option<String>,
    pub(crate) person: Option<PersonId>,
    pub(crate) account: Option<UserId>,
    /// Whether the account was there before.
    pub(crate) adopted: bool,
    /// The post that they hold because of their title.
    pub(crate) holding: Option<HoldingId>,
    pub(crate) active: bool,
    pub(crate) told: Map<String, Value>,
    pub(crate) version: i64,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// Who somebody is, for lists of members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brief {
    pub(crate) id: String,
    pub(crate) display: String,
    pub(crate) account: Option<String>,
}

/// The user with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    source: SourceId,
    user: Id<UserRow>,
) -> Result<Option<UserRow>, ScimError> {
    one(sqlx::query(BY_ID).bind(source.to_string()).bind(user.to_string()), executor).await
}

/// The user of that name, in any case.
pub(crate) async fn by_name(
    executor: impl Executor<'_, Database = Any>,
    source: SourceId,
    name: &str,
) -> Result<Option<UserRow>, ScimError> {
    if !can_be_stored(name) {
        return Ok(None);
    }
    one(sqlx::query(BY_NAME).bind(source.to_string()).bind(name.to_lowercase()), executor).await
}

/// The user whom the provider calls so.
pub(crate) async fn by_external(
    executor: impl Executor<'_, Database = Any>,
    source: SourceId,
    external_id: &str,
) -> Result<Option<UserRow>, ScimError> {
    if !can_be_stored(external_id) {
        return Ok(None);
    }
    one(sqlx::query(BY_EXTERNAL).bind(source.to_string()).bind(external_id), executor).await
}

/// Somebody whom the provider had removed and who is told of again.
pub(crate) async fn gone(
    connection: &mut AnyConnection,
    source: SourceId,
    (external_id, name): (Option<&str>, &str),
) -> Result<Option<UserRow>, ScimError> {
    let query = sqlx::query(GONE)
        .bind(source.to_string())
        .bind(external_id.unwrap_or_default())
        .bind(name.to_lowercase());
    one(query, connection).await
}

/// So many users after that id, in its order.
pub(crate) async fn after(
    pool: &AnyPool,
    source: SourceId,
    after: &str,
    limit: usize,
) -> Result<Vec<UserRow>, ScimError> {
    let rows = sqlx::query(AFTER)
        .bind(source.to_string())
        .bind(after)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    rows.iter().map(read).collect()
}

/// The id of the user at that place, counted from 1; none when there are not so many.
pub(crate) async fn id_at(
    pool: &AnyPool,
    source: SourceId,
    place: usize,
) -> Result<Option<String>, ScimError> {
    let limit = i64::try_from(place).unwrap_or(i64::MAX);
    let query = sqlx::query_scalar(IDS).bind(source.to_string()).bind(limit);
    let ids: Vec<String> = query.fetch_all(pool).await?;
    Ok(ids.into_iter().nth(place.saturating_sub(1)))
}

/// How many there are.
pub(crate) async fn count(pool: &AnyPool, source: SourceId) -> Result<i64, ScimError> {
    Ok(sqlx::query_scalar(COUNT).bind(source.to_string()).fetch_one(pool).await?)
}

/// How many of them are here.
pub(crate) async fn count_active(pool: &AnyPool, source: SourceId) -> Result<i64, ScimError> {
    Ok(sqlx::query_scalar(COUNT_ACTIVE).bind(source.to_string()).fetch_one(pool).await?)
}

/// Those among `values` of `column`, which is `id` or `account_id`.
pub(crate) async fn briefs(
    connection: &mut AnyConnection,
    dialect: Dialect,
    source: SourceId,
    (column, values): (&'static str, &[&str]),
) -> Result<Vec<Brief>, ScimError> {
    let mut query = QueryBuilder::<Any>::new(BRIEF);
    query.push_bind(source.to_string()).push(" AND ");
    dialect.push_one_of(&mut query, column, values.iter().copied());
    query.push(" ORDER BY id LIMIT ").push_bind(BRIEFS_MAX);
    let rows = query.build().fetch_all(connection).await?;
    let brief = |row: &AnyRow| {
        Ok(Brief {
            id: text(row, "id")?,
            display: text(row, "display")?,
            account: some_text(row, "account_id")?,
        })
    };
    rows.iter().map(brief).collect()
}

/// Adds a user.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    source: SourceId,
    user: &UserRow,
) -> Result<(), ScimError> {
    sqlx::query(INSERT)
        .bind(user.id.to_string())
        .bind(source.to_string())
        .bind(user.user_name.as_str())
        .bind(user.display.as_str())
        .bind(user.external_id.as_deref())
        .bind(user.person.map(|id| id.to_string()))
        .bind(user.account.map(|id| id.to_string()))
        .bind(user.holding.map(|id| id.to_string()))
        .bind(i64::from(user.active))
        .bind(Value::Object(user.told.clone()).to_string())
        .bind(user.version)
        .bind(user.created_at.micros())
        .bind(user.updated_at.micros())
        .bind(i64::from(user.adopted))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what may change of a user.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    source: SourceId,
    user: &UserRow,
) -> Result<(), ScimError> {
    sqlx::query(UPDATE)
        .bind(source.to_string())
        .bind(user.id.to_string())
        .bind(user.user_name.as_str())
        .bind(user.display.as_str())
        .bind(user.external_id.as_deref())
        .bind(user.person.map(|id| id.to_string()))
        .bind(user.account.map(|id| id.to_string()))
        .bind(user.holding.map(|id| id.to_string()))
        .bind(i64::from(user.active))
        .bind(Value::Object(user.told.clone()).to_string())
        .bind(user.version)
        .bind(user.updated_at.micros())
        .bind(i64::from(user.adopted))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that the provider has removed a user.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    source: SourceId,
    user: Id<UserRow>,
    at: Time,
) -> Result<(), ScimError> {
    sqlx::query(REMOVE)
        .bind(source.to_string())
        .bind(user.to_string())
        .bind(at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

async fn one(
    query: sqlx::query::Query<'_, Any, sqlx::any::AnyArguments>,
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<UserRow>, ScimError> {
    query.fetch_optional(executor).await?.as_ref().map(read).transpose()
}

fn read(row: &AnyRow) -> Result<UserRow, ScimError> {
    Ok(UserRow {
        id: id(row, "id")?,
        user_name: text(row, "user_name")?,
        display: text(row, "display")?,
        external_id: some_text(row, "external_id")?,
        person: some_id(row, "person_id")?,
        account: some_id(row, "account_id")?,
        adopted: row.try_get::<i64, _>("adopted")? != 0,
        holding: some_id(row, "holding_id")?,
        active: row.try_get::<i64, _>("active")? != 0,
        told: told(row)?,
        version: row.try_get("version")?,
        created_at: time(row, "created_at")?,
        updated_at: time(row, "updated_at")?,
    })
}
