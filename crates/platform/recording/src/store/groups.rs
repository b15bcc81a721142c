use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::unreadable;
use crate::model::groups::{RuleGroups, RuleGroupsId, RuleText};

const FIND: &str = "
    SELECT id, name, content, group_count, rule_count, version, created_at, updated_at
    FROM recording_groups
    WHERE id = $1
    LIMIT 1";

const NAMED: &str = "
    SELECT id, name, group_count, rule_count, version, created_at, updated_at
    FROM recording_groups
    WHERE name = $1
    LIMIT 1";

const AFTER: &str = "
    SELECT id, name, group_count, rule_count, version, created_at, updated_at
    FROM recording_groups
    WHERE id > $1
    ORDER BY id
    LIMIT $2";

const VERSIONS: &str = "
    SELECT id, version
    FROM recording_groups
    ORDER BY id
    LIMIT $1";

const COUNT: &str = "SELECT COUNT(id) FROM recording_groups";

const INSERT: &str = "
    INSERT INTO recording_groups (
        id, name, content, group_count, rule_count, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const UPDATE: &str = "
    UPDATE recording_groups
    SET content = $2, group_count = $3, rule_count = $4, version = $5, updated_at = $6
    WHERE id = $1";

const DELETE: &str = "
    DELETE FROM recording_groups
    WHERE id = $1";

/// The rule groups of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: RuleGroupsId,
) -> Result<Option<RuleText>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read_text).transpose()
}

/// The rule groups of that name.
pub(crate) async fn named(tx: &mut Tx, name: &str) -> Result<Option<RuleGroups>, sqlx::Error> {
    let row = sqlx::query(NAMED).bind(name.to_owned()).fetch_optional(tx.connection()).await?;
    row.as_ref().map(read).transpose()
}

/// Rule groups in the order they were made, after the id `after`, which may be empty.
pub(crate) async fn after<'e>(
    from: impl Executor<'e, Database = Any>,
    after: &str,
    limit: u32,
) -> Result<Vec<RuleGroups>, sqlx::Error> {
    let rows =
        sqlx::query(AFTER).bind(after.to_owned()).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The id and the version of all rule groups.
pub(crate) async fn versions<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<(RuleGroupsId, i64)>, sqlx::Error> {
    let rows = sqlx::query(VERSIONS).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(|row| Ok((id(row)?, row.try_get("version")?))).collect()
}

/// How many rule groups there are.
pub(crate) async fn count(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT).fetch_one(tx.connection()).await
}

/// Writes new rule groups.
pub(crate) async fn insert(tx: &mut Tx, text: &RuleText) -> Result<(), sqlx::Error> {
    let groups = &text.groups;
    sqlx::query(INSERT)
        .bind(groups.id.to_string())
        .bind(groups.name.clone())
        .bind(text.content.clone())
        .bind(i64::from(groups.groups))
        .bind(i64::from(groups.rules))
        .bind(groups.version)
        .bind(groups.created_at.micros())
        .bind(groups.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what rule groups have become.
pub(crate) async fn update(tx: &mut Tx, text: &RuleText) -> Result<(), sqlx::Error> {
    let groups = &text.groups;
    sqlx::query(UPDATE)
        .bind(groups.id.to_string())
        .bind(text.content.clone())
        .bind(i64::from(groups.groups))
        .bind(i64::from(groups.rules))
        .bind(groups.version)
        .bind(groups.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes rule groups.
pub(crate) async fn delete(tx: &mut Tx, id: RuleGroupsId) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn id(row: &AnyRow) -> Result<RuleGroupsId, sqlx::Error> {
    let id: String = row.try_get("id")?;
    id.parse().map_err(|_| unreadable("id", &id))
}

fn read_text(row: &AnyRow) -> Result<RuleText, sqlx::Error> {
    Ok(RuleText { groups: read(row)?, content: row.try_get("content")? })
}

fn read(row: &AnyRow) -> Result<RuleGroups, sqlx::Error> {
    let number = |column: &str| -> Result<u32, sqlx::Error> {
        let found: i64 = row.try_get(column)?;
        u32::try_from(found).map_err(|_| unreadable(column, found))
    };
    Ok(RuleGroups {
        id: id(row)?,
        name: row.try_get("name")?,
        groups: number("group_count")?,
        rules: number("rule_count")?,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
    })
}
