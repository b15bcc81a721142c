use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::unreadable;
use crate::model::incident::{IncidentId, Occasion, Page};

const OF_INCIDENT: &str = "
    SELECT id, incident_id, policy_id, policy_name, occasion, recipient_kind, recipient_id,
        recipient_name, message_id, at
    FROM alerts_page
    WHERE incident_id = $1
    ORDER BY id DESC
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO alerts_page (
        id, incident_id, policy_id, policy_name, occasion, recipient_kind, recipient_id,
        recipient_name, message_id, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const COUNT: &str = "
    SELECT COUNT(*) AS pages
    FROM alerts_page
    WHERE incident_id = $1 AND occasion <> 'resolved' -- one row";

const FORGET: &str = "
    DELETE FROM alerts_page
    WHERE id IN (SELECT id FROM alerts_page WHERE at < $1 ORDER BY id LIMIT $2)";

/// Who was told of an incident, the last first.
pub(crate) async fn of_incident<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
    limit: u32,
) -> Result<Vec<Page>, sqlx::Error> {
    let query = sqlx::query(OF_INCIDENT).bind(id.to_string()).bind(i64::from(limit));
    query.fetch_all(from).await?.iter().map(read).collect()
}

/// How often somebody was told that something is wrong.
pub(crate) async fn count<'e>(
    from: impl Executor<'e, Database = Any>,
    id: IncidentId,
) -> Result<usize, sqlx::Error> {
    let row = sqlx::query(COUNT).bind(id.to_string()).fetch_one(from).await?;
    Ok(usize::try_from(row.try_get::<i64, _>("pages")?).unwrap_or_default())
}

/// Keeps that somebody is told.
pub(crate) async fn insert(tx: &mut Tx, page: &Page) -> Result<(), sqlx::Error> {
    let (kind, id, name) = page.recipient.clone();
    sqlx::query(INSERT)
        .bind(page.id.to_string())
        .bind(page.incident.to_string())
        .bind(page.policy_id.clone())
        .bind(page.policy_name.clone())
        .bind(page.occasion.name())
        .bind(kind)
        .bind(id)
        .bind(name)
        .bind(page.message.clone())
        .bind(page.at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets who was told before `before`, at most `limit`. Returns how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time, limit: u32) -> Result<u64, sqlx::Error> {
    let query = sqlx::query(FORGET).bind(before.micros()).bind(i64::from(limit));
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<Page, sqlx::Error> {
    let word = |column: &str| row.try_get::<String, _>(column);
    let (id, incident, occasion) = (word("id")?, word("incident_id")?, word("occasion")?);
    Ok(Page {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        incident: incident.parse().map_err(|_| unreadable("incident_id", &incident))?,
        policy_id: word("policy_id")?,
        policy_name: word("policy_name")?,
        occasion: Occasion::from_name(&occasion)
            .ok_or_else(|| unreadable("occasion", &occasion))?,
        recipient: (word("recipient_kind")?, word("recipient_id")?, word("recipient_name")?),
        message: word("message_id")?,
        at: Time::from_micros(row.try_get("at")?),
    })
}
