use kernel::{PermissionSet, Text, Time};
use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};

use super::{list_of, strange, text_of};
use crate::model::role::{Duty, ROLES_MAX, Role};

const ALL: &str = "
    SELECT name, title_en, title_zh, description_en, description_zh, permissions, duty, delegable,
        shipped, version, created_at
    FROM access_role
    ORDER BY name
    LIMIT $1";

const BY_NAME: &str = "
    SELECT name, title_en, title_zh, description_en, description_zh, permissions, duty, delegable,
        shipped, version, created_at
    FROM access_role
    WHERE name = $1
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO access_role (
        name, title_en, title_zh, description_en, description_zh, permissions, duty, delegable,
        shipped, version, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)";

const UPDATE: &str = "
    UPDATE access_role
    SET title_en = $2, title_zh = $3, description_en = $4, description_zh = $5, permissions = $6,
        duty = $7, delegable = $8, version = $9
    WHERE name = $1";

const REMOVE: &str = "DELETE FROM access_role WHERE name = $1";

/// All roles by name, of which there are never more than [`ROLES_MAX`].
pub(crate) async fn all(
    executor: impl Executor<'_, Database = Any>,
) -> Result<Vec<Role>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(ROLES_MAX)).fetch_all(executor).await?;
    rows.iter().map(read).collect()
}

/// The role of that name.
pub(crate) async fn by_name(
    executor: impl Executor<'_, Database = Any>,
    name: &str,
) -> Result<Option<Role>, sqlx::Error> {
    let row = sqlx::query(BY_NAME).bind(name).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// Adds a role.
pub(crate) async fn insert(connection: &mut AnyConnection, role: &Role) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(role.name.as_str())
        .bind(role.title.en.as_str())
        .bind(role.title.zh.as_str())
        .bind(role.description.en.as_str())
        .bind(role.description.zh.as_str())
        .bind(text_of(&role.permissions))
        .bind(role.duty.map(Duty::name))
        .bind(i64::from(role.delegable))
        .bind(role.version)
        .bind(role.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what may change of a role.
pub(crate) async fn update(connection: &mut AnyConnection, role: &Role) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(role.name.as_str())
        .bind(role.title.en.as_str())
        .bind(role.title.zh.as_str())
        .bind(role.description.en.as_str())
        .bind(role.description.zh.as_str())
        .bind(text_of(&role.permissions))
        .bind(role.duty.map(Duty::name))
        .bind(i64::from(role.delegable))
        .bind(role.version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a role that nothing refers to.
pub(crate) async fn remove(connection: &mut AnyConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(name).execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Role, sqlx::Error> {
    let permissions = list_of(row, "permissions")?;
    let set = PermissionSet::parse(&permissions);
    let set = set.map_err(|error| strange("permissions", &error.found))?;
    let duty: Option<String> = row.try_get("duty")?;
    let duty = duty.map(|name| Duty::from_name(&name).ok_or_else(|| strange("duty", &name)));
    let title: (String, String) = (row.try_get("title_en")?, row.try_get("title_zh")?);
    let about: (String, String) = (row.try_get("description_en")?, row.try_get("description_zh")?);
    Ok(Role {
        name: row.try_get("name")?,
        title: Text::new(title.0, title.1),
        description: Text::new(about.0, about.1),
        permissions,
        set,
        duty: duty.transpose()?,
        delegable: row.try_get::<i64, _>("delegable")? != 0,
        shipped: row.try_get::<i64, _>("shipped")? != 0,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
    })
}
