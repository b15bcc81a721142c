use db::{DbError, Tx};
use kernel::{Page, Text};
use sqlx::{Any, AnyPool, Executor, any::AnyRow};

use super::{json, json_text, number, text, time};
use crate::{NotifyError, Template};

const BY_NAME: &str = "
    SELECT name, title_en, title_zh, wordings, sample, shipped, edited, version, updated_at
    FROM notify_template
    WHERE name = $1 -- one row";

const LIST: &str = "
    SELECT name, title_en, title_zh, wordings, sample, shipped, edited, version, updated_at
    FROM notify_template
    WHERE name > $1
    ORDER BY name
    LIMIT $2";

const EXISTS: &str = "SELECT 1 FROM notify_template WHERE name = $1";

const COUNT: &str = "SELECT COUNT(*) FROM notify_template";

const WRITE: &str = "
    INSERT INTO notify_template (
        name, title_en, title_zh, wordings, sample, shipped, edited, version, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (name) DO UPDATE
    SET title_en = excluded.title_en, title_zh = excluded.title_zh,
        wordings = excluded.wordings, sample = excluded.sample, shipped = excluded.shipped,
        edited = excluded.edited, version = excluded.version, updated_at = excluded.updated_at";

const DELETE: &str = "DELETE FROM notify_template WHERE name = $1";

/// The template with that name.
pub(crate) async fn load<'e>(
    executor: impl Executor<'e, Database = Any>,
    name: &str,
) -> Result<Option<Template>, NotifyError> {
    let row = sqlx::query(BY_NAME).bind(name).fetch_optional(executor).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// One more than the page holds, by name.
pub(crate) async fn list(pool: &AnyPool, page: &Page) -> Result<Vec<Template>, NotifyError> {
    let query = sqlx::query(LIST)
        .bind(page.after.clone().unwrap_or_default())
        .bind(i64::from(page.limit) + 1);
    query.fetch_all(pool).await.map_err(DbError::from)?.iter().map(read).collect()
}

/// Whether there is one of that name.
pub(crate) async fn exists(tx: &mut Tx, name: &str) -> Result<bool, DbError> {
    // Not a scalar: the type of a literal differs between the databases.
    let row = sqlx::query(EXISTS).bind(name).fetch_optional(tx.connection()).await?;
    Ok(row.is_some())
}

/// How many there are.
pub(crate) async fn count(tx: &mut Tx) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(COUNT).fetch_one(tx.connection()).await?)
}

/// Writes a template, new or not.
pub(crate) async fn write(tx: &mut Tx, template: &Template) -> Result<(), DbError> {
    sqlx::query(WRITE)
        .bind(template.name.as_str())
        .bind(template.title.en.as_str())
        .bind(template.title.zh.as_str())
        .bind(json_text(&template.wordings)?)
        .bind(json_text(&template.sample)?)
        .bind(i64::from(template.shipped))
        .bind(i64::from(template.edited))
        .bind(template.version)
        .bind(template.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a template.
pub(crate) async fn delete(tx: &mut Tx, name: &str) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(name).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Template, NotifyError> {
    Ok(Template {
        name: text(row, "name")?,
        title: Text::new(text(row, "title_en")?, text(row, "title_zh")?),
        wordings: json(row, "wordings")?,
        sample: json(row, "sample")?,
        shipped: number(row, "shipped")? != 0,
        edited: number(row, "edited")? != 0,
        version: number(row, "version")?,
        updated_at: time(row, "updated_at")?,
    })
}
