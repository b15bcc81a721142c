//! Overrides and swaps.

use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, parsed_or_none, time, to_json, unreadable};
use crate::model::{
    changes::{Override, OverrideId, Swap, SwapId, SwapState},
    roster::RosterId,
};

/// A roster has no more overrides ahead, and no more swaps, than this.
pub(crate) const CHANGES_MAX: u32 = 5_000;

const OVERRIDES: &str = "
    SELECT id, roster_id, position, from_at, to_at, person_out, person_in, reason, made_by, made_at
    FROM duty_override
    WHERE roster_id = $1 AND to_at > $2
    ORDER BY id
    LIMIT $3";

const OVERRIDE: &str = "
    SELECT id, roster_id, position, from_at, to_at, person_out, person_in, reason, made_by, made_at
    FROM duty_override
    WHERE id = $1
    LIMIT 1";

const INSERT_OVERRIDE: &str = "
    INSERT INTO duty_override (
        id, roster_id, position, from_at, to_at, person_out, person_in, reason, made_by, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const DELETE_OVERRIDE: &str = "
    DELETE FROM duty_override
    WHERE id = $1";

const SWAPS: &str = "
    SELECT id, roster_id, giver, taker, slot, slot_back, begins_at, reason, state, version,
        decided_by, asked_at
    FROM duty_swap
    WHERE roster_id = $1 AND ends_at > $2
    ORDER BY id
    LIMIT $3";

const SWAPS_OF: &str = "
    SELECT id, roster_id, giver, taker, slot, slot_back, begins_at, reason, state, version,
        decided_by, asked_at
    FROM duty_swap
    WHERE (giver = $1 OR taker = $1) AND ends_at > $2
    ORDER BY id
    LIMIT $3";

const SWAP: &str = "
    SELECT id, roster_id, giver, taker, slot, slot_back, begins_at, reason, state, version,
        decided_by, asked_at
    FROM duty_swap
    WHERE id = $1
    LIMIT 1";

const INSERT_SWAP: &str = "
    INSERT INTO duty_swap (
        id, roster_id, giver, taker, slot, slot_back, begins_at, ends_at, reason, state, version,
        decided_by, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const UPDATE_SWAP: &str = "
    UPDATE duty_swap
    SET state = $2, version = $3, decided_by = $4
    WHERE id = $1";

/// The overrides of a roster that end after a moment, in the order they were made.
pub(crate) async fn overrides<'e>(
    from: impl Executor<'e, Database = Any>,
    roster: RosterId,
    after: Time,
) -> Result<Vec<Override>, sqlx::Error> {
    let rows = sqlx::query(OVERRIDES)
        .bind(roster.to_string())
        .bind(after.micros())
        .bind(i64::from(CHANGES_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read_override).collect()
}

/// The override of that id.
pub(crate) async fn one_override(
    tx: &mut Tx,
    id: OverrideId,
) -> Result<Option<Override>, sqlx::Error> {
    let row = sqlx::query(OVERRIDE).bind(id.to_string()).fetch_optional(tx.connection()).await?;
    row.as_ref().map(read_override).transpose()
}

/// Writes a new override.
pub(crate) async fn insert_override(tx: &mut Tx, one: &Override) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_OVERRIDE)
        .bind(one.id.to_string())
        .bind(one.roster_id.to_string())
        .bind(one.position.clone())
        .bind(one.from.micros())
        .bind(one.to.micros())
        .bind(one.person_out.map(|id| id.to_string()))
        .bind(one.person_in.map(|id| id.to_string()))
        .bind(one.reason.clone())
        .bind(one.made_by.clone())
        .bind(one.made_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes an override.
pub(crate) async fn delete_override(tx: &mut Tx, id: OverrideId) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE_OVERRIDE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

/// The swaps of a roster that end after a moment, in the order they were asked for.
pub(crate) async fn swaps<'e>(
    from: impl Executor<'e, Database = Any>,
    roster: RosterId,
    after: Time,
) -> Result<Vec<Swap>, sqlx::Error> {
    let rows = sqlx::query(SWAPS)
        .bind(roster.to_string())
        .bind(after.micros())
        .bind(i64::from(CHANGES_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read_swap).collect()
}

/// The swaps that a person gives or takes.
pub(crate) async fn swaps_of<'e>(
    from: impl Executor<'e, Database = Any>,
    person: &str,
    after: Time,
) -> Result<Vec<Swap>, sqlx::Error> {
    let rows = sqlx::query(SWAPS_OF)
        .bind(person.to_owned())
        .bind(after.micros())
        .bind(i64::from(CHANGES_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read_swap).collect()
}

/// The swap of that id.
pub(crate) async fn swap(tx: &mut Tx, id: SwapId) -> Result<Option<Swap>, sqlx::Error> {
    let row = sqlx::query(SWAP).bind(id.to_string()).fetch_optional(tx.connection()).await?;
    row.as_ref().map(read_swap).transpose()
}

/// Writes a new swap; it ends with the later of its slots.
pub(crate) async fn insert_swap(tx: &mut Tx, swap: &Swap, ends: Time) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_SWAP)
        .bind(swap.id.to_string())
        .bind(swap.roster_id.to_string())
        .bind(swap.giver.to_string())
        .bind(swap.taker.to_string())
        .bind(to_json(&swap.slot)?)
        .bind(swap.slot_back.as_ref().map(to_json).transpose()?)
        .bind(swap.begins.micros())
        .bind(ends.micros())
        .bind(swap.reason.clone())
        .bind(swap.state.name())
        .bind(swap.version)
        .bind(swap.decided_by.clone())
        .bind(swap.asked_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a swap has become.
pub(crate) async fn update_swap(tx: &mut Tx, swap: &Swap) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE_SWAP)
        .bind(swap.id.to_string())
        .bind(swap.state.name())
        .bind(swap.version)
        .bind(swap.decided_by.clone())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read_override(row: &AnyRow) -> Result<Override, sqlx::Error> {
    Ok(Override {
        id: parsed(row, "id")?,
        roster_id: parsed(row, "roster_id")?,
        position: row.try_get("position")?,
        from: time(row, "from_at")?,
        to: time(row, "to_at")?,
        person_out: parsed_or_none(row, "person_out")?,
        person_in: parsed_or_none(row, "person_in")?,
        reason: row.try_get("reason")?,
        made_by: row.try_get("made_by")?,
        made_at: time(row, "made_at")?,
    })
}

fn read_swap(row: &AnyRow) -> Result<Swap, sqlx::Error> {
    let state: String = row.try_get("state")?;
    let back: Option<String> = row.try_get("slot_back")?;
    let back =
        back.map(|text| serde_json::from_str(&text).map_err(|_| unreadable("slot_back", &text)));
    Ok(Swap {
        id: parsed(row, "id")?,
        roster_id: parsed(row, "roster_id")?,
        giver: parsed(row, "giver")?,
        taker: parsed(row, "taker")?,
        slot: from_json(row, "slot")?,
        slot_back: back.transpose()?,
        begins: time(row, "begins_at")?,
        reason: row.try_get("reason")?,
        state: SwapState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        version: row.try_get("version")?,
        decided_by: row.try_get("decided_by")?,
        asked_at: time(row, "asked_at")?,
    })
}
