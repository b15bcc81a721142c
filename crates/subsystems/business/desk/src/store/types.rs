use db::Tx;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, time, to_json};
use crate::model::ticket_type::TicketType;

/// There are no more kinds of tickets than this.
pub(crate) const TYPES_MAX: u32 = 200;

const ALL: &str = "
    SELECT draft, version, changed_at
    FROM desk_type
    ORDER BY key
    LIMIT $1";

const FIND: &str = "
    SELECT draft, version, changed_at
    FROM desk_type
    WHERE key = $1
    LIMIT 1";

const PUT: &str = "
    INSERT INTO desk_type (key, draft, version, changed_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (key) DO UPDATE SET
        draft = excluded.draft, version = excluded.version, changed_at = excluded.changed_at";

const STATES_IN_USE: &str = "
    SELECT DISTINCT state
    FROM desk_ticket
    WHERE type_key = $1
    LIMIT $2";

/// All kinds of tickets, by their keys.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
) -> Result<Vec<TicketType>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(TYPES_MAX)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The kind of that key.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    key: &str,
) -> Result<Option<TicketType>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(key.to_owned()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Writes a kind of ticket as it has become.
pub(crate) async fn put(tx: &mut Tx, one: &TicketType) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(one.draft.key.clone())
        .bind(to_json(&one.draft)?)
        .bind(one.version)
        .bind(one.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The states that tickets of a type are in.
pub(crate) async fn states_in_use(tx: &mut Tx, key: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(STATES_IN_USE)
        .bind(key.to_owned())
        .bind(1_000_i64)
        .fetch_all(tx.connection())
        .await
}

fn read(row: &AnyRow) -> Result<TicketType, sqlx::Error> {
    Ok(TicketType {
        draft: from_json(row, "draft")?,
        version: row.try_get("version")?,
        changed_at: time(row, "changed_at")?,
    })
}
