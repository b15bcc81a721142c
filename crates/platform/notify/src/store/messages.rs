use std::time::Duration;

use db::{DbError, QueryBuilder, Tx};
use kernel::{Cause, FactSeq, Language, Page, Text, Time};
use sqlx::{Any, AnyPool, Executor, Row as _, any::AnyRow};

use super::{
    id, json, json_text, language_name, number, optional_id, optional_json, optional_time, text,
    time,
};
use crate::{
    Dedupe, Message, MessageFilter, MessageId, MessageState, NewMessage, NotifyError, Recipient,
};

const BY_ID: &str = "
    SELECT id, parent_id, template, parameters, urgent, recipient_kind, recipient, recipient_name,
        channel_id, language, link, dedupe_key, dedupe_window_s, repeats, subject, state, reason,
        cause, mail_head, way_order, turns, about, acknowledged_at, created_at, finished_at
    FROM notify_message
    WHERE id = $1 -- one row";

const LIST: &str = "
    SELECT id, parent_id, template, parameters, urgent, recipient_kind, recipient, recipient_name,
        channel_id, language, link, dedupe_key, dedupe_window_s, repeats, subject, state, reason,
        cause, mail_head, way_order, turns, about, acknowledged_at, created_at, finished_at
    FROM notify_message -- limit follows
    WHERE id < ";

const NEW: &str = "
    SELECT id, parent_id, template, parameters, urgent, recipient_kind, recipient, recipient_name,
        channel_id, language, link, dedupe_key, dedupe_window_s, repeats, subject, state, reason,
        cause, mail_head, way_order, turns, about, acknowledged_at, created_at, finished_at
    FROM notify_message
    WHERE state = 'new'
    ORDER BY id
    LIMIT $1";

const OLDEST_NEW: &str = "
    SELECT MIN(created_at)
    FROM notify_message
    WHERE state = 'new'
    -- one row
";

const SAME: &str = "
    SELECT id
    FROM notify_message
    WHERE dedupe_key = $1 AND recipient_kind = $2 AND recipient = $3 AND created_at > $4
        AND state NOT IN ('new', 'failed', 'suppressed') AND id <> $5
    ORDER BY created_at DESC, id DESC
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO notify_message (
        id, parent_id, template, parameters, urgent, recipient_kind, recipient, recipient_name,
        channel_id, language, link, dedupe_key, dedupe_window_s, repeats, subject, state, reason,
        cause, mail_head, way_order, turns, about, acknowledged_at, created_at, finished_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25)";

const PREPARED: &str = "
    UPDATE notify_message
    SET state = $1, reason = $2, recipient_name = $3, subject = $4, turns = $5, finished_at = $6
    WHERE id = $7 AND state = 'new'";

const FINISH: &str = "
    UPDATE notify_message
    SET state = $1, reason = $2, finished_at = $3
    WHERE id = $4 AND state = 'queued'";

const OPEN_ABOUT: &str = "
    SELECT id
    FROM notify_message
    WHERE about = $1 AND state IN ('new', 'queued') AND acknowledged_at IS NULL
    ORDER BY id
    LIMIT $2";

const OPEN_READ: &str = "
    SELECT m.id
    FROM notify_notification n
    JOIN notify_message m ON m.id = n.message_id
    WHERE n.user_id = $1 AND n.id >= $2 AND n.id <= $3 AND n.read_at IS NULL
        AND m.state = 'queued' AND m.turns IS NOT NULL AND m.acknowledged_at IS NULL
    ORDER BY m.id
    LIMIT $4";

const ACKNOWLEDGE: &str = "
    UPDATE notify_message
    SET acknowledged_at = $1
    WHERE id = $2 AND acknowledged_at IS NULL";

const REPEATED: &str = "UPDATE notify_message SET repeats = repeats + 1 WHERE id = $1";

const OLD: &str = "
    SELECT id
    FROM notify_message
    WHERE created_at < $1
    ORDER BY created_at, id
    LIMIT $2";

const DELETE: &str = "DELETE FROM notify_message WHERE id = $1";

/// When the oldest message was asked for that nobody has prepared yet.
pub(crate) async fn oldest_new(pool: &AnyPool) -> Result<Option<Time>, DbError> {
    let oldest: Option<i64> = sqlx::query_scalar(OLDEST_NEW).fetch_one(pool).await?;
    Ok(oldest.map(Time::from_micros))
}

/// The message with that id.
pub(crate) async fn load<'e>(
    executor: impl Executor<'e, Database = Any>,
    id: MessageId,
) -> Result<Option<Message>, NotifyError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(executor).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// One more than the page holds of those that match, the newest first.
pub(crate) async fn list(
    pool: &AnyPool,
    filter: &MessageFilter,
    page: &Page,
) -> Result<Vec<Message>, NotifyError> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    query.push_bind(page.after.clone().unwrap_or_else(|| "g".to_owned()));
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state.name());
    }
    if let Some(recipient) = &filter.recipient {
        query.push(" AND recipient = ").push_bind(recipient.clone());
    }
    if let Some(template) = &filter.template {
        query.push(" AND template = ").push_bind(template.clone());
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(pool).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// At most `limit` messages for which nothing was done yet, the oldest first.
pub(crate) async fn new(pool: &AnyPool, limit: u32) -> Result<Vec<Message>, NotifyError> {
    let rows = sqlx::query(NEW).bind(i64::from(limit)).fetch_all(pool).await;
    rows.map_err(DbError::from)?.iter().map(read).collect()
}

/// The message that said the same to the same within the window of `message`, if one was prepared
/// before it and did not fail.
pub(crate) async fn said_before(
    tx: &mut Tx,
    message: &Message,
) -> Result<Option<MessageId>, NotifyError> {
    let Some(Dedupe { key, window }) = &message.asked.dedupe else { return Ok(None) };
    let (kind, recipient) = message.asked.recipient.parts();
    let row = sqlx::query(SAME)
        .bind(key.as_str())
        .bind(kind)
        .bind(recipient)
        .bind(message.created_at.minus(*window).micros())
        .bind(message.id.to_string())
        .fetch_optional(tx.connection())
        .await
        .map_err(DbError::from)?;
    row.as_ref().map(|row| id(row, "id")).transpose()
}

/// Writes a new message.
pub(crate) async fn insert(tx: &mut Tx, message: &Message) -> Result<(), DbError> {
    let asked = &message.asked;
    let (kind, recipient) = asked.recipient.parts();
    let window_s = asked.dedupe.as_ref().map_or(0, |dedupe| dedupe.window.as_secs());
    sqlx::query(INSERT)
        .bind(message.id.to_string())
        .bind(message.parent_id.map(|id| id.to_string()))
        .bind(asked.template.as_str())
        .bind(json_text(&asked.parameters)?)
        .bind(i64::from(asked.urgent))
        .bind(kind)
        .bind(recipient)
        .bind(message.recipient_name.as_str())
        .bind(asked.channel.map(|id| id.to_string()))
        .bind(asked.language.map(language_name))
        .bind(asked.link.as_deref())
        .bind(asked.dedupe.as_ref().map(|dedupe| dedupe.key.as_str()))
        .bind(i64::try_from(window_s).unwrap_or(i64::MAX))
        .bind(message.repeats)
        .bind(message.subject.as_str())
        .bind(message.state.name())
        .bind(json_text(&message.reason)?)
        .bind(asked.cause.0.map(|seq| seq.0))
        .bind(asked.mail.as_ref().map(json_text).transpose()?)
        .bind(asked.order.as_ref().map(json_text).transpose()?)
        .bind(message.turns.as_ref().map(json_text).transpose()?)
        .bind(asked.about.as_deref())
        .bind(message.acknowledged_at.map(Time::micros))
        .bind(message.created_at.micros())
        .bind(message.finished_at.map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Keeps what became of a new message. Returns whether it still was new.
pub(crate) async fn prepared(tx: &mut Tx, message: &Message) -> Result<bool, DbError> {
    let done = sqlx::query(PREPARED)
        .bind(message.state.name())
        .bind(json_text(&message.reason)?)
        .bind(message.recipient_name.as_str())
        .bind(message.subject.as_str())
        .bind(message.turns.as_ref().map(json_text).transpose()?)
        .bind(message.finished_at.map(Time::micros))
        .bind(message.id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps how a message ended.
pub(crate) async fn finish(
    tx: &mut Tx,
    id: MessageId,
    state: MessageState,
    reason: &Text,
    now: Time,
) -> Result<(), DbError> {
    sqlx::query(FINISH)
        .bind(state.name())
        .bind(json_text(reason)?)
        .bind(now.micros())
        .bind(id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// At most `limit` messages about something that may still go on.
pub(crate) async fn open_about(
    tx: &mut Tx,
    about: &str,
    limit: u32,
) -> Result<Vec<MessageId>, NotifyError> {
    let query = sqlx::query(OPEN_ABOUT).bind(about).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(|row| id(row, "id")).collect()
}

/// At most `limit` messages whose ways go one after another and of which a user has notifications
/// between two ids that are not read.
pub(crate) async fn open_unread(
    tx: &mut Tx,
    user_id: &str,
    (from, to): (&str, &str),
    limit: u32,
) -> Result<Vec<MessageId>, NotifyError> {
    let query = sqlx::query(OPEN_READ).bind(user_id).bind(from).bind(to).bind(i64::from(limit));
    let rows = query.fetch_all(tx.connection()).await.map_err(DbError::from)?;
    rows.iter().map(|row| id(row, "id")).collect()
}

/// Keeps that somebody acknowledged a message.
pub(crate) async fn acknowledge(tx: &mut Tx, id: MessageId, now: Time) -> Result<(), DbError> {
    let query = sqlx::query(ACKNOWLEDGE).bind(now.micros()).bind(id.to_string());
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Counts one more that said the same.
pub(crate) async fn repeated(tx: &mut Tx, id: MessageId) -> Result<(), DbError> {
    sqlx::query(REPEATED).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// At most `limit` messages that were asked for before `before`.
pub(crate) async fn old(pool: &AnyPool, before: Time, limit: u32) -> Result<Vec<String>, DbError> {
    let query = sqlx::query_scalar(OLD).bind(before.micros()).bind(i64::from(limit));
    Ok(query.fetch_all(pool).await?)
}

/// Forgets a message.
pub(crate) async fn delete(tx: &mut Tx, id: &str) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(id).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Message, NotifyError> {
    let state = text(row, "state")?;
    let (kind, recipient) = (text(row, "recipient_kind")?, text(row, "recipient")?);
    let recipient = Recipient::from_parts(&kind, &recipient).map_err(|fault| {
        NotifyError::Unreadable { what: "the recipient of a message", found: fault.found }
    })?;
    let optional = |column: &str| row.try_get::<Option<String>, _>(column).map_err(DbError::from);
    let window_s = u64::try_from(number(row, "dedupe_window_s")?).unwrap_or(0);
    let dedupe =
        optional("dedupe_key")?.map(|key| Dedupe { key, window: Duration::from_secs(window_s) });
    let language = optional("language")?.map(|name| match name.as_str() {
        "zh" => Language::Chinese,
        _ => Language::English,
    });
    let cause: Option<i64> = row.try_get("cause").map_err(DbError::from)?;
    Ok(Message {
        id: id(row, "id")?,
        parent_id: optional_id(row, "parent_id")?,
        asked: NewMessage {
            template: text(row, "template")?,
            parameters: json(row, "parameters")?,
            recipient,
            channel: optional_id(row, "channel_id")?,
            urgent: number(row, "urgent")? != 0,
            dedupe,
            link: optional("link")?,
            language,
            cause: Cause(cause.map(FactSeq)),
            mail: optional("mail_head")?.and_then(|head| serde_json::from_str(&head).ok()),
            order: optional_json(row, "way_order")?,
            about: optional("about")?,
        },
        recipient_name: text(row, "recipient_name")?,
        subject: text(row, "subject")?,
        state: super::known(MessageState::from_name(&state), "the state of a message", state)?,
        reason: json(row, "reason")?,
        repeats: number(row, "repeats")?,
        turns: optional_json(row, "turns")?,
        acknowledged_at: optional_time(row, "acknowledged_at")?,
        created_at: time(row, "created_at")?,
        finished_at: optional_time(row, "finished_at")?,
    })
}
