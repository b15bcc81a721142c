use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{text, unreadable};
use crate::model::{
    rule::{Rule, RuleDraft, RuleId},
    severity::Severity,
};

const FIND: &str = "
    SELECT id, key, name_en, name_zh, summary_en, summary_zh, severity, condition, enabled, edited,
        version, created_at, updated_at
    FROM alerts_rule
    WHERE id = $1
    LIMIT 1";

const AFTER: &str = "
    SELECT id, key, name_en, name_zh, summary_en, summary_zh, severity, condition, enabled, edited,
        version, created_at, updated_at
    FROM alerts_rule
    WHERE id > $1
    ORDER BY id
    LIMIT $2";

const COUNT: &str = "SELECT COUNT(id) FROM alerts_rule";

const INSERT: &str = "
    INSERT INTO alerts_rule (
        id, key, name_en, name_zh, summary_en, summary_zh, severity, condition, enabled, edited,
        version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const UPDATE: &str = "
    UPDATE alerts_rule
    SET name_en = $2, name_zh = $3, summary_en = $4, summary_zh = $5, severity = $6,
        condition = $7, enabled = $8, edited = $9, version = $10, updated_at = $11
    WHERE id = $1";

const DELETE: &str = "
    DELETE FROM alerts_rule
    WHERE id = $1";

/// The rule of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: RuleId,
) -> Result<Option<Rule>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Rules in the order they were made, after the id `after`, which may be empty.
pub(crate) async fn after<'e>(
    from: impl Executor<'e, Database = Any>,
    after: &str,
    limit: u32,
) -> Result<Vec<Rule>, sqlx::Error> {
    let rows =
        sqlx::query(AFTER).bind(after.to_owned()).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// How many rules there are.
pub(crate) async fn count(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT).fetch_one(tx.connection()).await
}

/// Writes a new rule.
pub(crate) async fn insert(tx: &mut Tx, rule: &Rule) -> Result<(), sqlx::Error> {
    let content = &rule.content;
    sqlx::query(INSERT)
        .bind(rule.id.to_string())
        .bind(rule.key.clone())
        .bind(content.name.en.clone())
        .bind(content.name.zh.clone())
        .bind(content.summary.en.clone())
        .bind(content.summary.zh.clone())
        .bind(content.severity.name())
        .bind(condition_json(content)?)
        .bind(i64::from(content.enabled))
        .bind(i64::from(rule.edited))
        .bind(rule.version)
        .bind(rule.created_at.micros())
        .bind(rule.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a rule has become.
pub(crate) async fn update(tx: &mut Tx, rule: &Rule) -> Result<(), sqlx::Error> {
    let content = &rule.content;
    sqlx::query(UPDATE)
        .bind(rule.id.to_string())
        .bind(content.name.en.clone())
        .bind(content.name.zh.clone())
        .bind(content.summary.en.clone())
        .bind(content.summary.zh.clone())
        .bind(content.severity.name())
        .bind(condition_json(content)?)
        .bind(i64::from(content.enabled))
        .bind(i64::from(rule.edited))
        .bind(rule.version)
        .bind(rule.updated_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a rule.
pub(crate) async fn delete(tx: &mut Tx, id: RuleId) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn condition_json(content: &RuleDraft) -> Result<String, sqlx::Error> {
    serde_json::to_string(&content.condition).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn read(row: &AnyRow) -> Result<Rule, sqlx::Error> {
    let id: String = row.try_get("id")?;
    let severity: String = row.try_get("severity")?;
    let condition: String = row.try_get("condition")?;
    let content = RuleDraft {
        name: text(row, "name")?,
        summary: text(row, "summary")?,
        severity: Severity::from_name(&severity)
            .ok_or_else(|| unreadable("severity", &severity))?,
        condition: serde_json::from_str(&condition)
            .map_err(|_| unreadable("condition", &condition))?,
        enabled: row.try_get::<i64, _>("enabled")? != 0,
    };
    Ok(Rule {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        key: row.try_get("key")?,
        content,
        edited: row.try_get::<i64, _>("edited")? != 0,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        updated_at: Time::from_micros(row.try_get("updated_at")?),
    })
}
