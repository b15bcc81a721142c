use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, time, time_or_none, to_json, unreadable};
use crate::model::{
    hand_over::{HandOver, HandOverId, HandOverState},
    roster::RosterId,
};

const BEFORE: &str = "
    SELECT id, roster_id, position, giver, taker, content, state, version, begun_at, given_at,
        taken_at
    FROM duty_hand_over
    WHERE roster_id = $1 AND id < $2
    ORDER BY id DESC
    LIMIT $3";

const LAST: &str = "
    SELECT id, roster_id, position, giver, taker, content, state, version, begun_at, given_at,
        taken_at
    FROM duty_hand_over
    WHERE roster_id = $1 AND position = $2
    ORDER BY id DESC
    LIMIT 1";

const FIND: &str = "
    SELECT id, roster_id, position, giver, taker, content, state, version, begun_at, given_at,
        taken_at
    FROM duty_hand_over
    WHERE id = $1
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO duty_hand_over (
        id, roster_id, position, giver, taker, content, state, version, begun_at, given_at,
        taken_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const UPDATE: &str = "
    UPDATE duty_hand_over
    SET content = $2, state = $3, version = $4, given_at = $5, taken_at = $6
    WHERE id = $1";

/// The hand-overs of a roster, the newest first, before an id.
pub(crate) async fn before<'e>(
    from: impl Executor<'e, Database = Any>,
    roster: RosterId,
    before: &str,
    limit: u32,
) -> Result<Vec<HandOver>, sqlx::Error> {
    let rows = sqlx::query(BEFORE)
        .bind(roster.to_string())
        .bind(before.to_owned())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// The newest hand-over of a position.
pub(crate) async fn last(
    tx: &mut Tx,
    roster: RosterId,
    position: &str,
) -> Result<Option<HandOver>, sqlx::Error> {
    let row = sqlx::query(LAST)
        .bind(roster.to_string())
        .bind(position.to_owned())
        .fetch_optional(tx.connection())
        .await?;
    row.as_ref().map(read).transpose()
}

/// The hand-over of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: HandOverId,
) -> Result<Option<HandOver>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Writes a new hand-over.
pub(crate) async fn insert(tx: &mut Tx, one: &HandOver) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.id.to_string())
        .bind(one.roster_id.to_string())
        .bind(one.position.clone())
        .bind(one.giver.to_string())
        .bind(one.taker.to_string())
        .bind(to_json(&one.content)?)
        .bind(one.state.name())
        .bind(one.version)
        .bind(one.begun_at.micros())
        .bind(one.given_at.map(Time::micros))
        .bind(one.taken_at.map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a hand-over has become.
pub(crate) async fn update(tx: &mut Tx, one: &HandOver) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(one.id.to_string())
        .bind(to_json(&one.content)?)
        .bind(one.state.name())
        .bind(one.version)
        .bind(one.given_at.map(Time::micros))
        .bind(one.taken_at.map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<HandOver, sqlx::Error> {
    let state: String = row.try_get("state")?;
    Ok(HandOver {
        id: parsed(row, "id")?,
        roster_id: parsed(row, "roster_id")?,
        position: row.try_get("position")?,
        giver: parsed(row, "giver")?,
        taker: parsed(row, "taker")?,
        content: from_json(row, "content")?,
        state: HandOverState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        version: row.try_get("version")?,
        begun_at: time(row, "begun_at")?,
        given_at: time_or_none(row, "given_at")?,
        taken_at: time_or_none(row, "taken_at")?,
    })
}
