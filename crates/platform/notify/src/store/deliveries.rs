use db::{DbError, Tx};
use kernel::Time;
use sqlx::{Any, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, language, language_name, number, optional_time, text, time};
use crate::{
    ChannelId, Delivery, DeliveryId, DeliveryState, MailHead, MessageId, NotifyError,
    model::Claimed,
};

const OF_MESSAGE: &str = "
    SELECT id, message_id, channel_id, channel_kind, channel_name, address, language, subject,
        text, html, urgent, position, state, attempts, due_at, not_before, created_at, finished_at
    FROM notify_delivery
    WHERE message_id = $1
    ORDER BY position, id
    LIMIT 100";

const DUE: &str = "
    SELECT d.id, d.message_id, d.channel_id, d.channel_kind, d.channel_name, d.address, d.language,
        d.subject, d.text, d.html, d.urgent, d.position, d.state, d.attempts, d.due_at,
        d.not_before, d.created_at, d.finished_at, m.template, m.parameters, m.link, m.recipient_kind, m.recipient,
        m.recipient_name, m.mail_head
    FROM notify_delivery d
    JOIN notify_message m ON m.id = d.message_id
    WHERE d.channel_id = $1 AND d.state = 'queued' AND d.due_at <= $2
    ORDER BY d.urgent DESC, d.due_at, d.id
    LIMIT $3";

const IS_DUE: &str = "
    SELECT id
    FROM notify_delivery
    WHERE channel_id = $1 AND state = 'queued' AND due_at <= $2
    LIMIT 1";

const NEXT_DUE: &str = "SELECT MIN(due_at) FROM notify_delivery WHERE state = 'queued'";

const WAITING: &str = "
    SELECT COUNT(*)
    FROM notify_delivery
    WHERE channel_id = $1 AND state IN ('queued', 'sending')";

const LOST: &str = "
    SELECT id, message_id, channel_id, channel_kind, channel_name, address, language, subject,
        text, html, urgent, position, state, attempts, due_at, not_before, created_at, finished_at
    FROM notify_delivery
    WHERE state = 'sending' AND claimed_until <= $1
    ORDER BY claimed_until, id
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO notify_delivery (
        id, message_id, channel_id, channel_kind, channel_name, address, language, subject, text,
        html, urgent, position, state, attempts, due_at, not_before, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

const CLAIM: &str = "
    UPDATE notify_delivery
    SET state = 'sending', attempts = attempts + 1, claimed_by = $1, claimed_until = $2
    WHERE id = $3 AND state = 'queued'";

const SETTLE: &str = "
    UPDATE notify_delivery
    SET state = $1, due_at = $2, finished_at = $3, claimed_by = NULL, claimed_until = NULL
    WHERE id = $4 AND state = 'sending' AND claimed_by = $5";

const RELEASE: &str = "
    UPDATE notify_delivery
    SET state = 'queued', due_at = $1, claimed_by = NULL, claimed_until = NULL
    WHERE id = $2 AND state = 'sending'";

const STATES: &str = "
    SELECT state, COUNT(*) AS deliveries
    FROM notify_delivery -- all rows: one for each of six states
    WHERE message_id = $1
    GROUP BY state";

const FAIL_OF_CHANNEL: &str = "
    SELECT id, message_id, channel_id, channel_kind, channel_name, address, language, subject,
        text, html, urgent, position, state, attempts, due_at, not_before, created_at, finished_at
    FROM notify_delivery
    WHERE channel_id = $1 AND state IN ('queued', 'waiting')
    ORDER BY id
    LIMIT $2";

const GIVE_UP: &str = "
    UPDATE notify_delivery
    SET state = 'failed', finished_at = $1
    WHERE id = $2 AND state IN ('queued', 'waiting')";

const TURN_COMES: &str = "
    SELECT message_id
    FROM notify_delivery
    WHERE state = 'waiting' AND due_at <= $1
    ORDER BY due_at, id
    LIMIT $2";

const START: &str = "
    UPDATE notify_delivery
    SET state = 'queued', due_at = $1
    WHERE id = $2 AND state = 'waiting'";

const PUT_OFF: &str = "
    UPDATE notify_delivery
    SET due_at = $1
    WHERE id = $2 AND state = 'waiting'";

const SPARE: &str = "
    UPDATE notify_delivery
    SET state = 'spared', finished_at = $1
    WHERE message_id = $2 AND position > 0 AND state IN ('waiting', 'queued')";

const DELETE: &str = "DELETE FROM notify_delivery WHERE message_id = $1";

/// The deliveries of a message: those beside the turns, then the others in turn.
pub(crate) async fn of_message<'e>(
    executor: impl Executor<'e, Database = Any>,
    message_id: MessageId,
) -> Result<Vec<Delivery>, NotifyError> {
    let rows = sqlx::query(OF_MESSAGE).bind(message_id.to_string()).fetch_all(executor).await;
    rows.map_err(DbError::from)?.iter().map(read).collect()
}

/// The messages of at most `limit` deliveries whose turn has come.
pub(crate) async fn turn_comes<'e>(
    executor: impl Executor<'e, Database = Any>,
    now: Time,
    limit: u32,
) -> Result<Vec<MessageId>, NotifyError> {
    let query = sqlx::query(TURN_COMES).bind(now.micros()).bind(i64::from(limit));
    let rows = query.fetch_all(executor).await.map_err(DbError::from)?;
    rows.iter().map(|row| id(row, "message_id")).collect()
}

/// Lets a delivery go whose turn has come. Returns whether it still waited.
pub(crate) async fn start(tx: &mut Tx, id: DeliveryId, due_at: Time) -> Result<bool, DbError> {
    let query = sqlx::query(START).bind(due_at.micros()).bind(id.to_string());
    Ok(query.execute(tx.connection()).await?.rows_affected() == 1)
}

/// Says when the turn of a delivery that waits comes at the latest.
pub(crate) async fn put_off(tx: &mut Tx, id: DeliveryId, due_at: Time) -> Result<(), DbError> {
    let query = sqlx::query(PUT_OFF).bind(due_at.micros()).bind(id.to_string());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Spares what of a message has not gone. Returns how many those were.
pub(crate) async fn spare(tx: &mut Tx, message_id: MessageId, now: Time) -> Result<u64, DbError> {
    let query = sqlx::query(SPARE).bind(now.micros()).bind(message_id.to_string());
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

/// Whether anything of a channel is due.
pub(crate) async fn is_due(
    pool: &AnyPool,
    channel_id: ChannelId,
    now: Time,
) -> Result<bool, DbError> {
    let query = sqlx::query(IS_DUE).bind(channel_id.to_string()).bind(now.micros());
    Ok(query.fetch_optional(pool).await?.is_some())
}

/// When the next delivery is due.
pub(crate) async fn next_due(pool: &AnyPool) -> Result<Option<Time>, DbError> {
    let due: Option<i64> = sqlx::query_scalar(NEXT_DUE).fetch_one(pool).await?;
    Ok(due.map(Time::from_micros))
}

/// How many of a channel are on their way.
pub(crate) async fn waiting(pool: &AnyPool, channel_id: ChannelId) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(WAITING).bind(channel_id.to_string()).fetch_one(pool).await?)
}

/// Takes on at most `limit` due deliveries of a channel, what is urgent first: nobody else sends
/// them before `until`.
pub(crate) async fn claim(
    tx: &mut Tx,
    channel_id: ChannelId,
    now: Time,
    holder: &str,
    until: Time,
    limit: usize,
) -> Result<Vec<Claimed>, NotifyError> {
    let rows = sqlx::query(DUE)
        .bind(channel_id.to_string())
        .bind(now.micros())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(tx.connection())
        .await
        .map_err(DbError::from)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut delivery = read(row)?;
        let taken = sqlx::query(CLAIM)
            .bind(holder)
            .bind(until.micros())
            .bind(delivery.id.to_string())
            .execute(tx.connection())
            .await
            .map_err(DbError::from)?;
        if taken.rows_affected() == 0 {
            continue;
        }
        delivery.attempts += 1;
        delivery.state = DeliveryState::Sending;
        claimed.push(Claimed {
            delivery,
            template: text(row, "template")?,
            parameters: text(row, "parameters")?,
            link: row.try_get("link").map_err(DbError::from)?,
            recipient_kind: text(row, "recipient_kind")?,
            recipient: text(row, "recipient")?,
            recipient_name: text(row, "recipient_name")?,
            mail: mail_head(row)?,
        });
    }
    Ok(claimed)
}

fn mail_head(row: &AnyRow) -> Result<Option<MailHead>, NotifyError> {
    let head: Option<String> = row.try_get("mail_head").map_err(DbError::from)?;
    Ok(head.and_then(|head| serde_json::from_str(&head).ok()))
}

/// Deliveries whose sender did not come back by `claimed_until`.
pub(crate) async fn lost(
    tx: &mut Tx,
    claimed_until: Time,
    limit: u32,
) -> Result<Vec<Delivery>, NotifyError> {
    let query = sqlx::query(LOST).bind(claimed_until.micros()).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Writes a new delivery.
pub(crate) async fn insert(tx: &mut Tx, delivery: &Delivery) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(delivery.id.to_string())
        .bind(delivery.message_id.to_string())
        .bind(delivery.channel_id.to_string())
        .bind(delivery.channel_kind.name())
        .bind(delivery.channel_name.as_str())
        .bind(delivery.address.as_str())
        .bind(language_name(delivery.language))
        .bind(delivery.subject.as_str())
        .bind(delivery.text.as_str())
        .bind(delivery.html.as_str())
        .bind(i64::from(delivery.urgent))
        .bind(delivery.position)
        .bind(delivery.state.name())
        .bind(delivery.attempts)
        .bind(delivery.due_at.micros())
        .bind(delivery.not_before.micros())
        .bind(delivery.created_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Keeps what came of a claimed delivery. Returns whether the claim still held.
pub(crate) async fn settle(
    tx: &mut Tx,
    delivery: &Delivery,
    holder: &str,
) -> Result<bool, DbError> {
    let done = sqlx::query(SETTLE)
        .bind(delivery.state.name())
        .bind(delivery.due_at.micros())
        .bind(delivery.finished_at.map(Time::micros))
        .bind(delivery.id.to_string())
        .bind(holder)
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a delivery back into the queue.
pub(crate) async fn release(tx: &mut Tx, id: DeliveryId, due_at: Time) -> Result<(), DbError> {
    let query = sqlx::query(RELEASE).bind(due_at.micros()).bind(id.to_string());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// How many deliveries of a message are in each state.
pub(crate) async fn states(
    tx: &mut Tx,
    message_id: MessageId,
) -> Result<Vec<(DeliveryState, i64)>, NotifyError> {
    let query = sqlx::query(STATES).bind(message_id.to_string());
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        let name = text(row, "state")?;
        let state = super::known(DeliveryState::from_name(&name), "the state of a delivery", name)?;
        Ok((state, number(row, "deliveries")?))
    };
    rows.iter().map(read).collect()
}

/// At most `limit` deliveries that wait for a channel.
pub(crate) async fn queued_of(
    tx: &mut Tx,
    channel_id: ChannelId,
    limit: u32,
) -> Result<Vec<Delivery>, NotifyError> {
    let query = sqlx::query(FAIL_OF_CHANNEL).bind(channel_id.to_string()).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Gives up a delivery that waits.
pub(crate) async fn give_up(tx: &mut Tx, id: DeliveryId, now: Time) -> Result<(), DbError> {
    let query = sqlx::query(GIVE_UP).bind(now.micros()).bind(id.to_string());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets the deliveries of a message.
pub(crate) async fn delete_of(tx: &mut Tx, message_id: &str) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(message_id).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Delivery, NotifyError> {
    let (kind, state) = (text(row, "channel_kind")?, text(row, "state")?);
    Ok(Delivery {
        id: id(row, "id")?,
        message_id: id(row, "message_id")?,
        channel_id: id(row, "channel_id")?,
        channel_kind: super::known(kind.parse().ok(), "the kind of a channel", kind)?,
        channel_name: text(row, "channel_name")?,
        address: text(row, "address")?,
        language: language(&text(row, "language")?),
        subject: text(row, "subject")?,
        text: text(row, "text")?,
        html: text(row, "html")?,
        urgent: number(row, "urgent")? != 0,
        position: number(row, "position")?,
        state: super::known(DeliveryState::from_name(&state), "the state of a delivery", state)?,
        attempts: number(row, "attempts")?,
        due_at: time(row, "due_at")?,
        not_before: time(row, "not_before")?,
        created_at: time(row, "created_at")?,
        finished_at: optional_time(row, "finished_at")?,
    })
}
