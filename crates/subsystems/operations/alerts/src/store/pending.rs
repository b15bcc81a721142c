use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _};

use super::unreadable;
use crate::model::{decision::Standing, rule::RuleId};

/// What is remembered of a subject beside its open alert, or without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remembered {
    /// The condition holds, not yet for long enough.
    Pending,
    /// Its alert was ended by hand.
    Dismissed,
    /// Its alert is open, and its condition holds no more.
    Quiet,
}

/// One subject that is remembered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PendingRow {
    /// The rule's id, as it is written.
    pub(crate) rule_id: String,
    /// The subject.
    pub(crate) subject: String,
    /// How it stands.
    pub(crate) standing: Standing,
}

const ALL: &str = "
    SELECT rule_id, subject, state, since
    FROM alerts_pending
    ORDER BY rule_id, subject
    LIMIT $1";

const OF_RULE: &str = "
    SELECT rule_id, subject, state, since
    FROM alerts_pending
    WHERE rule_id = $1
    ORDER BY subject
    LIMIT $2";

const FIND: &str = "
    SELECT rule_id, subject, state, since
    FROM alerts_pending
    WHERE rule_id = $1 AND subject = $2
    LIMIT 1";

const PUT: &str = "
    INSERT INTO alerts_pending (rule_id, subject, state, since)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (rule_id, subject) DO UPDATE SET state = excluded.state, since = excluded.since";

const RENAME: &str = "
    UPDATE alerts_pending
    SET subject = $3
    WHERE rule_id = $1 AND subject = $2 AND NOT EXISTS (
        SELECT 1 FROM alerts_pending other
        WHERE other.rule_id = $1 AND other.subject = $3)";

const REMOVE: &str = "
    DELETE FROM alerts_pending
    WHERE rule_id = $1 AND subject = $2";

const REMOVE_OF_RULE: &str = "
    DELETE FROM alerts_pending
    WHERE rule_id = $1";

const REMOVE_OF_SUBJECT: &str = "
    DELETE FROM alerts_pending
    WHERE subject = $1";

/// Everything that is remembered.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<PendingRow>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// What is remembered for a rule.
pub(crate) async fn of_rule(
    tx: &mut Tx,
    rule_id: RuleId,
    limit: u32,
) -> Result<Vec<PendingRow>, sqlx::Error> {
    let query = sqlx::query(OF_RULE).bind(rule_id.to_string()).bind(i64::from(limit));
    query.fetch_all(tx.connection()).await?.iter().map(read).collect()
}

/// What is remembered of a subject.
pub(crate) async fn find(
    tx: &mut Tx,
    rule_id: RuleId,
    subject: &str,
) -> Result<Option<PendingRow>, sqlx::Error> {
    let query = sqlx::query(FIND).bind(rule_id.to_string()).bind(subject.to_owned());
    query.fetch_optional(tx.connection()).await?.as_ref().map(read).transpose()
}

/// Remembers a subject.
pub(crate) async fn put(
    tx: &mut Tx,
    rule_id: RuleId,
    subject: &str,
    remembered: Remembered,
    since: Time,
) -> Result<(), sqlx::Error> {
    let state = match remembered {
        Remembered::Pending => "pending",
        Remembered::Dismissed => "dismissed",
        Remembered::Quiet => "quiet",
    };
    sqlx::query(PUT)
        .bind(rule_id.to_string())
        .bind(subject.to_owned())
        .bind(state)
        .bind(since.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets what is remembered of a subject be of another; what is known of that goes before.
pub(crate) async fn rename(
    tx: &mut Tx,
    rule_id: &str,
    subject: &str,
    to: &str,
) -> Result<(), sqlx::Error> {
    let rename = sqlx::query(RENAME).bind(rule_id).bind(subject).bind(to);
    rename.execute(tx.connection()).await?;
    let remove = sqlx::query(REMOVE).bind(rule_id).bind(subject);
    remove.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets a subject.
pub(crate) async fn remove(tx: &mut Tx, rule_id: RuleId, subject: &str) -> Result<(), sqlx::Error> {
    let query = sqlx::query(REMOVE).bind(rule_id.to_string()).bind(subject.to_owned());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets everything about a rule.
pub(crate) async fn remove_of_rule(tx: &mut Tx, rule_id: RuleId) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE_OF_RULE).bind(rule_id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets a subject for every rule.
pub(crate) async fn remove_of_subject(tx: &mut Tx, subject: &str) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE_OF_SUBJECT).bind(subject.to_owned()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &sqlx::any::AnyRow) -> Result<PendingRow, sqlx::Error> {
    let state: String = row.try_get("state")?;
    let since = Time::from_micros(row.try_get("since")?);
    let standing = match state.as_str() {
        "pending" => Standing::Pending { since },
        "dismissed" => Standing::Dismissed { since },
        "quiet" => Standing::Quiet { since },
        other => return Err(unreadable("state", other)),
    };
    let (rule_id, subject) = (row.try_get("rule_id")?, row.try_get("subject")?);
    Ok(PendingRow { rule_id, subject, standing })
}
