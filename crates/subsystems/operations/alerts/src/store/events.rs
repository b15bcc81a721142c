use db::{Dialect, QueryBuilder, Tx};
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{
    incidents::{from_json, json},
    unreadable,
};
use crate::model::event::{Event, SeenEvent};

const COLUMNS: &str = "
    SELECT fingerprint, alert_id, sender, labels, annotations, generator_url, starts_at, ends_at,
        timed_out, tally, opened, first_seen_at, last_seen_at
    FROM alerts_event
    -- limit follows
";

const PUT: &str = "
    INSERT INTO alerts_event (
        fingerprint, alert_id, sender, labels, annotations, generator_url, starts_at, ends_at,
        timed_out, tally, opened, first_seen_at, last_seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (fingerprint) DO UPDATE SET
        alert_id = excluded.alert_id, sender = excluded.sender,
        annotations = excluded.annotations, generator_url = excluded.generator_url,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        timed_out = excluded.timed_out, tally = alerts_event.tally + excluded.tally,
        opened = excluded.opened, last_seen_at = excluded.last_seen_at";

const END: &str = "
    UPDATE alerts_event
    SET alert_id = NULL
    WHERE fingerprint = $1";

const FORGET: &str = "
    DELETE FROM alerts_event
    WHERE fingerprint IN (
        SELECT fingerprint FROM alerts_event
        WHERE last_seen_at < $1 AND alert_id IS NULL LIMIT $2)";

/// What is known of these, in no order.
pub(crate) async fn known<'e>(
    dialect: Dialect,
    from: impl Executor<'e, Database = Any>,
    fingerprints: &[&str],
) -> Result<Vec<SeenEvent>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE ");
    dialect.push_one_of(&mut query, "fingerprint", fingerprints.iter().copied());
    query.push(" LIMIT ").push_bind(fingerprints.len() as i64);
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// What is known of the alert with these labels.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    fingerprint: &str,
) -> Result<Option<SeenEvent>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE fingerprint = ").push_bind(fingerprint.to_owned()).push(" LIMIT 1");
    query.build().fetch_optional(from).await?.as_ref().map(read).transpose()
}

/// Those that stand for alerts of ours, the first to end first.
pub(crate) async fn running<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<SeenEvent>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE alert_id IS NOT NULL ORDER BY ends_at, fingerprint LIMIT ");
    query.push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// Those that stand for alerts of ours and ended by `now`, the first first.
pub(crate) async fn run_out<'e>(
    from: impl Executor<'e, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<SeenEvent>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push(" WHERE alert_id IS NOT NULL AND ends_at <= ").push_bind(now.micros());
    query.push(" ORDER BY ends_at, fingerprint LIMIT ").push_bind(i64::from(limit));
    query.build().fetch_all(from).await?.iter().map(read).collect()
}

/// Writes what is known now; `tally` is how often it was sent since what was read.
pub(crate) async fn put(tx: &mut Tx, seen: &SeenEvent, tally: i64) -> Result<(), sqlx::Error> {
    let event = &seen.event;
    sqlx::query(PUT)
        .bind(event.fingerprint.clone())
        .bind(seen.alert_id.map(|id| id.to_string()))
        .bind(seen.sender.clone())
        .bind(json(&event.labels)?)
        .bind(json(&event.annotations)?)
        .bind(event.generator_url.clone())
        .bind(event.starts_at.micros())
        .bind(event.ends_at.micros())
        .bind(i64::from(event.timed_out))
        .bind(tally)
        .bind(seen.opened)
        .bind(seen.first_seen_at.micros())
        .bind(seen.last_seen_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// It stands for no alert of ours any more.
pub(crate) async fn end(tx: &mut Tx, fingerprint: &str) -> Result<(), sqlx::Error> {
    sqlx::query(END).bind(fingerprint.to_owned()).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets those that were last sent before `before`, at most `limit`. Returns how many.
pub(crate) async fn forget(tx: &mut Tx, before: Time, limit: u32) -> Result<u64, sqlx::Error> {
    let query = sqlx::query(FORGET).bind(before.micros()).bind(i64::from(limit));
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<SeenEvent, sqlx::Error> {
    let alert_id: Option<String> = row.try_get("alert_id")?;
    let alert_id = alert_id.map(|id| id.parse().map_err(|_| unreadable("alert_id", &id)));
    let at = |column: &str| Ok::<_, sqlx::Error>(Time::from_micros(row.try_get(column)?));
    Ok(SeenEvent {
        event: Event {
            fingerprint: row.try_get("fingerprint")?,
            labels: from_json(row, "labels")?,
            annotations: from_json(row, "annotations")?,
            generator_url: row.try_get("generator_url")?,
            starts_at: at("starts_at")?,
            ends_at: at("ends_at")?,
            timed_out: row.try_get::<i64, _>("timed_out")? != 0,
        },
        alert_id: alert_id.transpose()?,
        sender: row.try_get("sender")?,
        tally: row.try_get("tally")?,
        opened: row.try_get("opened")?,
        first_seen_at: at("first_seen_at")?,
        last_seen_at: at("last_seen_at")?,
    })
}
