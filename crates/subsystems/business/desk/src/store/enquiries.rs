//! Enquiries from outside: their codes, and the stamps of forms.

use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor};

use super::unreadable;
use crate::model::ticket::TicketId;

const ADD: &str = "
    INSERT INTO desk_enquiry (ticket_id, code_hash, category, enquired_at)
    VALUES ($1, $2, $3, $4)";

const BY_CODE: &str = "
    SELECT ticket_id
    FROM desk_enquiry
    WHERE code_hash = $1
    LIMIT 1";

const KEY: &str = "
    SELECT secret
    FROM desk_stamp_key
    WHERE name = 'form'
    LIMIT 1";

const ADD_KEY: &str = "
    INSERT INTO desk_stamp_key (name, secret)
    VALUES ('form', $1)
    ON CONFLICT (name) DO NOTHING";

const USE: &str = "
    INSERT INTO desk_stamp_used (nonce, used_at)
    VALUES ($1, $2)
    ON CONFLICT (nonce) DO NOTHING";

const FORGET_USED: &str = "
    DELETE FROM desk_stamp_used
    WHERE used_at < $1";

/// Keeps the hash of the code by which somebody asks after a ticket.
pub(crate) async fn add(
    tx: &mut Tx,
    (id, code_hash): (TicketId, &str),
    category: Option<&str>,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(ADD)
        .bind(id.to_string())
        .bind(code_hash.to_owned())
        .bind(category.map(str::to_owned))
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The ticket whose code has that hash.
pub(crate) async fn by_code<'e>(
    from: impl Executor<'e, Database = Any>,
    code_hash: &str,
) -> Result<Option<TicketId>, sqlx::Error> {
    let found: Option<String> =
        sqlx::query_scalar(BY_CODE).bind(code_hash.to_owned()).fetch_optional(from).await?;
    found.map(|id| id.parse().map_err(|_| unreadable("ticket_id", &id))).transpose()
}

/// With what forms are stamped.
pub(crate) async fn key<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(KEY).fetch_optional(from).await
}

/// Keeps with what forms are stamped, unless there is something already.
pub(crate) async fn add_key(tx: &mut Tx, secret: &str) -> Result<(), sqlx::Error> {
    sqlx::query(ADD_KEY).bind(secret.to_owned()).execute(tx.connection()).await?;
    Ok(())
}

/// Uses a stamp; whether it was not used before. Those used before `over` are forgotten: their
/// stamps are too old anyway.
pub(crate) async fn use_stamp(
    tx: &mut Tx,
    nonce: &str,
    (now, over): (Time, Time),
) -> Result<bool, sqlx::Error> {
    sqlx::query(FORGET_USED).bind(over.micros()).execute(tx.connection()).await?;
    let done =
        sqlx::query(USE).bind(nonce.to_owned()).bind(now.micros()).execute(tx.connection()).await?;
    Ok(done.rows_affected() > 0)
}
