use db::{DbError, QueryBuilder, Tx};
use kernel::{Page, Time};
use sqlx::{Any, AnyPool, Row as _, any::AnyRow};

use super::{id, number, optional_time, text, time};
use crate::{Notification, NotificationId, NotifyError};

const LIST: &str = "
    SELECT id, user_id, message_id, subject, text, link, urgent, created_at, read_at
    FROM notify_notification -- limit follows
    WHERE user_id = ";

const BY_ID: &str = "
    SELECT id, user_id, message_id, subject, text, link, urgent, created_at, read_at
    FROM notify_notification
    WHERE id = $1 AND user_id = $2 -- one row";

const UNREAD: &str = "
    SELECT COUNT(*)
    FROM notify_notification
    WHERE user_id = $1 AND read_at IS NULL";

const INSERT: &str = "
    INSERT INTO notify_notification (
        id, user_id, message_id, subject, text, link, urgent, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (id) DO NOTHING";

const READ_ONE: &str = "
    UPDATE notify_notification
    SET read_at = $1
    WHERE id = $2 AND user_id = $3 AND read_at IS NULL";

const READ_ALL: &str = "
    UPDATE notify_notification
    SET read_at = $1
    WHERE user_id = $2 AND id <= $3 AND read_at IS NULL";

const DELETE_OF: &str = "DELETE FROM notify_notification WHERE message_id = $1";

/// Which notifications are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    Unread,
}

/// One more than the page holds of a user's notifications, the newest first.
pub(crate) async fn list(
    pool: &AnyPool,
    user_id: &str,
    which: Which,
    page: &Page,
) -> Result<Vec<Notification>, NotifyError> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    query.push_bind(user_id.to_owned());
    query.push(" AND id < ").push_bind(page.after.clone().unwrap_or_else(|| "g".to_owned()));
    if which == Which::Unread {
        query.push(" AND read_at IS NULL");
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(pool).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// A user's notification with that id.
pub(crate) async fn load(
    tx: &mut Tx,
    id: NotificationId,
    user_id: &str,
) -> Result<Option<Notification>, NotifyError> {
    let query = sqlx::query(BY_ID).bind(id.to_string()).bind(user_id);
    let row = query.fetch_optional(tx.connection()).await.map_err(DbError::from)?;
    row.as_ref().map(read).transpose()
}

/// How many a user has not read.
pub(crate) async fn unread(pool: &AnyPool, user_id: &str) -> Result<i64, DbError> {
    Ok(sqlx::query_scalar(UNREAD).bind(user_id).fetch_one(pool).await?)
}

/// Writes a notification; one that is there stays. Returns whether it was new.
pub(crate) async fn insert(tx: &mut Tx, notification: &Notification) -> Result<bool, DbError> {
    let done = sqlx::query(INSERT)
        .bind(notification.id.to_string())
        .bind(notification.user_id.as_str())
        .bind(notification.message_id.to_string())
        .bind(notification.subject.as_str())
        .bind(notification.text.as_str())
        .bind(notification.link.as_deref())
        .bind(i64::from(notification.urgent))
        .bind(notification.created_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Remembers that a user read one.
pub(crate) async fn read_one(
    tx: &mut Tx,
    id: NotificationId,
    user_id: &str,
    now: Time,
) -> Result<(), DbError> {
    let query = sqlx::query(READ_ONE).bind(now.micros()).bind(id.to_string()).bind(user_id);
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Remembers that a user read all up to one. Returns how many those were.
pub(crate) async fn read_all(
    tx: &mut Tx,
    user_id: &str,
    up_to: &str,
    now: Time,
) -> Result<u64, DbError> {
    let query = sqlx::query(READ_ALL).bind(now.micros()).bind(user_id).bind(up_to);
    Ok(query.execute(tx.connection()).await?.rows_affected())
}

/// Forgets the notifications of a message.
pub(crate) async fn delete_of(tx: &mut Tx, message_id: &str) -> Result<(), DbError> {
    sqlx::query(DELETE_OF).bind(message_id).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Notification, NotifyError> {
    Ok(Notification {
        id: id(row, "id")?,
        user_id: text(row, "user_id")?,
        message_id: id(row, "message_id")?,
        subject: text(row, "subject")?,
        text: text(row, "text")?,
        link: row.try_get("link").map_err(DbError::from)?,
        urgent: number(row, "urgent")? != 0,
        created_at: time(row, "created_at")?,
        read_at: optional_time(row, "read_at")?,
    })
}
