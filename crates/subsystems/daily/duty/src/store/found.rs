use db::Tx;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, to_json, unreadable};
use crate::model::{
    inspection::InspectionId,
    round::{Found, FoundTicket, Round, RoundId},
};

/// A round has no more answers than this, corrected ones included.
pub(crate) const FOUND_MAX: u32 = 2_000;

const OF_ROUND: &str = "
    SELECT round_id, number, item, client_id, value, abnormal, note, photos, person_id, found_at,
        received_at, ticket, ticket_id, ticket_number
    FROM duty_found
    WHERE round_id = $1
    ORDER BY number
    LIMIT $2";

const OF_ITEM: &str = "
    SELECT round_id, number, item, client_id, value, abnormal, note, photos, person_id, found_at,
        received_at, ticket, ticket_id, ticket_number
    FROM duty_found
    WHERE inspection_id = $1 AND item = $2 AND received_at < $3
    ORDER BY received_at DESC, round_id DESC, number DESC
    LIMIT $4";

const OWED: &str = "
    SELECT round_id, number, item, client_id, value, abnormal, note, photos, person_id, found_at,
        received_at, ticket, ticket_id, ticket_number
    FROM duty_found
    WHERE ticket = 'owed'
    ORDER BY received_at, round_id, number
    LIMIT $1";

const INSERT: &str = "
    INSERT INTO duty_found (
        round_id, number, inspection_id, item, client_id, value, abnormal, note, photos, person_id,
        found_at, received_at, ticket)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const SET_TICKET: &str = "
    UPDATE duty_found
    SET ticket = 'opened', ticket_id = $3, ticket_number = $4
    WHERE round_id = $1 AND number = $2 AND ticket = 'owed'";

/// What was found in a round, in the order it came in.
pub(crate) async fn of_round<'e>(
    from: impl Executor<'e, Database = Any>,
    round: RoundId,
) -> Result<Vec<Found>, sqlx::Error> {
    let rows = sqlx::query(OF_ROUND)
        .bind(round.to_string())
        .bind(i64::from(FOUND_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// What was found at an item of a plan before a moment, the newest first.
pub(crate) async fn of_item<'e>(
    from: impl Executor<'e, Database = Any>,
    (plan, item): (InspectionId, &str),
    before_micros: i64,
    limit: u32,
) -> Result<Vec<Found>, sqlx::Error> {
    let rows = sqlx::query(OF_ITEM)
        .bind(plan.to_string())
        .bind(item.to_owned())
        .bind(before_micros)
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// What a ticket is still to be opened for, the oldest first.
pub(crate) async fn owed<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Found>, sqlx::Error> {
    let rows = sqlx::query(OWED).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes what was found.
pub(crate) async fn insert(tx: &mut Tx, round: &Round, one: &Found) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.round_id.to_string())
        .bind(one.number)
        .bind(round.inspection_id.to_string())
        .bind(one.item.clone())
        .bind(one.client_id.clone())
        .bind(to_json(&one.value)?)
        .bind(i64::from(one.abnormal))
        .bind(one.note.clone())
        .bind(to_json(&one.photos)?)
        .bind(one.person_id.to_string())
        .bind(one.found_at.micros())
        .bind(one.received_at.micros())
        .bind(match one.ticket {
            FoundTicket::None => "none",
            FoundTicket::Owed => "owed",
            FoundTicket::Opened(..) => "opened",
        })
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes which ticket was opened; false: that was known already.
pub(crate) async fn set_ticket(
    tx: &mut Tx,
    one: &Found,
    (id, number): (&str, &str),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(SET_TICKET)
        .bind(one.round_id.to_string())
        .bind(one.number)
        .bind(id.to_owned())
        .bind(number.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &AnyRow) -> Result<Found, sqlx::Error> {
    let ticket: String = row.try_get("ticket")?;
    Ok(Found {
        round_id: parsed(row, "round_id")?,
        number: row.try_get("number")?,
        item: row.try_get("item")?,
        client_id: row.try_get("client_id")?,
        value: from_json(row, "value")?,
        abnormal: row.try_get::<i64, _>("abnormal")? != 0,
        note: row.try_get("note")?,
        photos: from_json(row, "photos")?,
        person_id: parsed(row, "person_id")?,
        found_at: time(row, "found_at")?,
        received_at: time(row, "received_at")?,
        ticket: match ticket.as_str() {
            "none" => FoundTicket::None,
            "owed" => FoundTicket::Owed,
            "opened" => {
                FoundTicket::Opened(row.try_get("ticket_id")?, row.try_get("ticket_number")?)
            }
            other => return Err(unreadable("ticket", other)),
        },
    })
}
