//! The past, and what calendars are told is off.

use db::Tx;
use directory::PersonId;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, parsed_or_none, time, unreadable};
use crate::model::{
    plan::{DutySpan, Slot, Source},
    roster::{DayKind, RosterId},
};

/// The most spans of one answer.
pub(crate) const SPANS_MAX: u32 = 50_000;

const BETWEEN: &str = "
    SELECT position, shift, day, seat, from_at, to_at, person_id, instead_of, source, day_kind
    FROM duty_span
    WHERE roster_id = $1 AND to_at > $2 AND from_at < $3
    ORDER BY from_at
    LIMIT $4";

const INSERT: &str = "
    INSERT INTO duty_span (
        roster_id, position, shift, day, seat, from_at, to_at, person_id, instead_of, source,
        day_kind)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const GROW: &str = "
    UPDATE duty_span
    SET to_at = $7
    WHERE roster_id = $1 AND position = $2 AND shift = $3 AND day = $4 AND seat = $5
        AND to_at = $6 AND COALESCE(person_id, '') = $8 AND source = $9
    RETURNING from_at";

const LOST: &str = "
    SELECT roster_id, slot, person_id, from_at, to_at, sequence, lost_at
    FROM duty_lost
    WHERE person_id = $1 AND to_at > $2
    ORDER BY roster_id, slot
    LIMIT $3";

const LOST_OF_ROSTER: &str = "
    SELECT roster_id, slot, person_id, from_at, to_at, sequence, lost_at
    FROM duty_lost
    WHERE roster_id = $1 AND to_at > $2
    ORDER BY slot, person_id
    LIMIT $3";

const LOSE: &str = "
    INSERT INTO duty_lost (roster_id, slot, person_id, from_at, to_at, sequence, lost_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (roster_id, slot, person_id)
    DO UPDATE SET from_at = $4, to_at = $5, sequence = $6, lost_at = $7";

const FIND_AGAIN: &str = "
    DELETE FROM duty_lost
    WHERE roster_id = $1 AND slot = $2 AND person_id = $3";

const FORGET_LOST: &str = "
    DELETE FROM duty_lost
    WHERE to_at < $1";

/// A slot that a person lost.
#[derive(Debug, Clone)]
pub(crate) struct Lost {
    pub(crate) roster_id: RosterId,
    pub(crate) slot: String,
    pub(crate) person_id: PersonId,
    pub(crate) from: Time,
    pub(crate) to: Time,
    pub(crate) sequence: i64,
    pub(crate) lost_at: Time,
}

/// The past spans of a roster that touch from–to, in the order of time.
pub(crate) async fn between<'e>(
    from: impl Executor<'e, Database = Any>,
    roster: RosterId,
    (begin, end): (Time, Time),
) -> Result<Vec<DutySpan>, sqlx::Error> {
    let rows = sqlx::query(BETWEEN)
        .bind(roster.to_string())
        .bind(begin.micros())
        .bind(end.micros())
        .bind(i64::from(SPANS_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// Writes what has passed; what goes on where an earlier span ended makes that one longer. Returns
/// since when it has been so.
pub(crate) async fn keep(
    tx: &mut Tx,
    roster: RosterId,
    span: &DutySpan,
) -> Result<Time, sqlx::Error> {
    let person = span.person.map(|id| id.to_string());
    let grown: Option<i64> = sqlx::query_scalar(GROW)
        .bind(roster.to_string())
        .bind(span.slot.position.clone())
        .bind(span.slot.shift.clone())
        .bind(span.slot.day.to_string())
        .bind(i64::from(span.slot.seat))
        .bind(span.from.micros())
        .bind(span.to.micros())
        .bind(person.clone().unwrap_or_default())
        .bind(span.source.name())
        .fetch_optional(tx.connection())
        .await?;
    if let Some(since) = grown {
        return Ok(Time::from_micros(since));
    }
    sqlx::query(INSERT)
        .bind(roster.to_string())
        .bind(span.slot.position.clone())
        .bind(span.slot.shift.clone())
        .bind(span.slot.day.to_string())
        .bind(i64::from(span.slot.seat))
        .bind(span.from.micros())
        .bind(span.to.micros())
        .bind(person)
        .bind(span.instead_of.map(|id| id.to_string()))
        .bind(span.source.name())
        .bind(span.day_kind.name())
        .execute(tx.connection())
        .await?;
    Ok(span.from)
}

/// What a person lost and that ends after a moment.
pub(crate) async fn lost_of<'e>(
    from: impl Executor<'e, Database = Any>,
    person: PersonId,
    after: Time,
) -> Result<Vec<Lost>, sqlx::Error> {
    lost(from, LOST, person.to_string(), after).await
}

/// What people lost in a roster.
pub(crate) async fn lost_in<'e>(
    from: impl Executor<'e, Database = Any>,
    roster: RosterId,
    after: Time,
) -> Result<Vec<Lost>, sqlx::Error> {
    lost(from, LOST_OF_ROSTER, roster.to_string(), after).await
}

async fn lost<'e>(
    from: impl Executor<'e, Database = Any>,
    statement: &'static str,
    of: String,
    after: Time,
) -> Result<Vec<Lost>, sqlx::Error> {
    let rows = sqlx::query(statement)
        .bind(of)
        .bind(after.micros())
        .bind(i64::from(SPANS_MAX))
        .fetch_all(from)
        .await?;
    let read = |row: &AnyRow| {
        Ok(Lost {
            roster_id: parsed(row, "roster_id")?,
            slot: row.try_get("slot")?,
            person_id: parsed(row, "person_id")?,
            from: time(row, "from_at")?,
            to: time(row, "to_at")?,
            sequence: row.try_get("sequence")?,
            lost_at: time(row, "lost_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Notes that a person lost a slot.
pub(crate) async fn lose(tx: &mut Tx, lost: &Lost) -> Result<(), sqlx::Error> {
    sqlx::query(LOSE)
        .bind(lost.roster_id.to_string())
        .bind(lost.slot.clone())
        .bind(lost.person_id.to_string())
        .bind(lost.from.micros())
        .bind(lost.to.micros())
        .bind(lost.sequence)
        .bind(lost.lost_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A person has a slot again.
pub(crate) async fn find_again(
    tx: &mut Tx,
    roster: RosterId,
    slot: &str,
    person: PersonId,
) -> Result<(), sqlx::Error> {
    sqlx::query(FIND_AGAIN)
        .bind(roster.to_string())
        .bind(slot.to_owned())
        .bind(person.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets what ended before a moment.
pub(crate) async fn forget_lost(tx: &mut Tx, before: Time) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(FORGET_LOST).bind(before.micros()).execute(tx.connection()).await?;
    Ok(done.rows_affected())
}

fn read(row: &AnyRow) -> Result<DutySpan, sqlx::Error> {
    let source: String = row.try_get("source")?;
    let kind: String = row.try_get("day_kind")?;
    let seat: i64 = row.try_get("seat")?;
    Ok(DutySpan {
        slot: Slot {
            position: row.try_get("position")?,
            shift: row.try_get("shift")?,
            day: parsed(row, "day")?,
            seat: u32::try_from(seat).map_err(|_| unreadable("seat", seat))?,
        },
        person: parsed_or_none(row, "person_id")?,
        instead_of: parsed_or_none(row, "instead_of")?,
        from: time(row, "from_at")?,
        to: time(row, "to_at")?,
        source: Source::from_name(&source).ok_or_else(|| unreadable("source", &source))?,
        day_kind: DayKind::from_name(&kind).ok_or_else(|| unreadable("day_kind", &kind))?,
    })
}
