use db::{Db, Dialect, QueryBuilder, Tx};
use kernel::{Page, Scope, Time};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, parsed_or_none, time, time_or_none, to_json, unreadable};
use crate::model::{
    inspection::InspectionId,
    round::{Round, RoundId, RoundState},
};

const FIND: &str = "
    SELECT id, inspection_id, unit_id, day, window_number, plan, from_at, to_at, state, person_id,
        started_at, ended_at
    FROM duty_round
    WHERE id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT id, inspection_id, unit_id, day, window_number, plan, from_at, to_at, state, person_id,
        started_at, ended_at
    FROM duty_round -- limit follows
    WHERE (from_at < ";

const OPEN: &str = "
    SELECT id, inspection_id, unit_id, day, window_number, plan, from_at, to_at, state, person_id,
        started_at, ended_at
    FROM duty_round
    WHERE state = $1 AND from_at <= $2 AND closes_at > $2
    ORDER BY from_at, id
    LIMIT $3";

const OVERDUE: &str = "
    SELECT id, inspection_id, unit_id, day, window_number, plan, from_at, to_at, state, person_id,
        started_at, ended_at
    FROM duty_round
    WHERE state = $1 AND closes_at <= $2
    ORDER BY closes_at, id
    LIMIT $3";

const INSERT: &str = "
    INSERT INTO duty_round (
        id, inspection_id, unit_id, day, window_number, plan, from_at, to_at, closes_at, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (inspection_id, day, window_number) DO NOTHING";

const UPDATE: &str = "
    UPDATE duty_round
    SET state = $2, person_id = $3, started_at = $4, ended_at = $5
    WHERE id = $1";

const DELETE_AHEAD: &str = "
    DELETE FROM duty_round
    WHERE inspection_id = $1 AND state = 'due' AND from_at > $2";

const FIGURES: &str = "
    SELECT inspection_id, state, COUNT(*) AS rounds
    FROM duty_round
    WHERE from_at >= $1 AND from_at < $2
    GROUP BY inspection_id, state
    ORDER BY inspection_id, state
    LIMIT $3";

const ABNORMAL: &str = "
    SELECT r.inspection_id AS inspection_id, COUNT(*) AS items
    FROM duty_found f
    JOIN duty_round r ON r.id = f.round_id
    WHERE r.from_at >= $1 AND r.from_at < $2 AND f.abnormal = 1
        AND f.number = (
            SELECT MAX(n.number)
            FROM duty_found n
            WHERE n.round_id = f.round_id AND n.item = f.item)
    GROUP BY r.inspection_id
    ORDER BY r.inspection_id
    LIMIT $3";

/// Which rounds are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoundFilter {
    /// Of this plan.
    pub(crate) inspection_id: Option<InspectionId>,
    /// In this state.
    pub(crate) state: Option<RoundState>,
    /// That begin from this moment on.
    pub(crate) from: Option<Time>,
    /// That begin before this moment.
    pub(crate) to: Option<Time>,
}

/// The round of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: RoundId,
) -> Result<Option<Round>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The rounds that match within a scope, the newest first; one more than the page takes.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &RoundFilter,
    page: &Page,
) -> Result<Vec<Round>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    let (at, id) = round_key(page.after.as_deref());
    query.push_bind(at).push(" OR (from_at = ").push_bind(at);
    query.push(" AND id < ").push_bind(id).push("))");
    push_units(&mut query, db.dialect(), scope);
    if let Some(id) = filter.inspection_id {
        query.push(" AND inspection_id = ").push_bind(id.to_string());
    }
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state.name());
    }
    for (condition, at) in [(" AND from_at >= ", filter.from), (" AND from_at < ", filter.to)] {
        if let Some(at) = at {
            query.push(condition).push_bind(at.micros());
        }
    }
    query.push(" ORDER BY from_at DESC, id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// `<micros>:<id>`, as a page before has given it; what is not so begins with the newest.
fn round_key(after: Option<&str>) -> (i64, String) {
    let parts = after.and_then(|after| after.split_once(':'));
    let key = parts.and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    key.unwrap_or((i64::MAX, String::new()))
}

/// Limits a query to the units that a scope covers.
pub(super) fn push_units(query: &mut QueryBuilder<Any>, dialect: Dialect, scope: &Scope) {
    let Scope::Within(within) = scope else { return };
    query.push(" AND ");
    let units = within.units.iter().chain(&within.answering).map(String::as_str);
    dialect.push_one_of(query, "unit_id", units);
}

/// The rounds in a state that can be done at a moment, what began first first.
pub(crate) async fn open_at<'e>(
    from: impl Executor<'e, Database = Any>,
    state: RoundState,
    at: Time,
    limit: u32,
) -> Result<Vec<Round>, sqlx::Error> {
    some(from, OPEN, (state, at, limit)).await
}

/// The rounds in a state whose time is over, the oldest first.
pub(crate) async fn overdue<'e>(
    from: impl Executor<'e, Database = Any>,
    state: RoundState,
    at: Time,
    limit: u32,
) -> Result<Vec<Round>, sqlx::Error> {
    some(from, OVERDUE, (state, at, limit)).await
}

async fn some<'e>(
    from: impl Executor<'e, Database = Any>,
    query: &'static str,
    (state, at, limit): (RoundState, Time, u32),
) -> Result<Vec<Round>, sqlx::Error> {
    let rows = sqlx::query(query)
        .bind(state.name())
        .bind(at.micros())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// Writes a round, unless that window of the day has one.
pub(crate) async fn insert(tx: &mut Tx, round: &Round) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(INSERT)
        .bind(round.id.to_string())
        .bind(round.inspection_id.to_string())
        .bind(round.unit_id.to_string())
        .bind(round.day.to_string())
        .bind(i64::from(round.window))
        .bind(to_json(&round.plan)?)
        .bind(round.from.micros())
        .bind(round.to.micros())
        .bind(round.closes_at().micros())
        .bind(round.state.name())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Writes what a round has become.
pub(crate) async fn update(tx: &mut Tx, round: &Round) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(round.id.to_string())
        .bind(round.state.name())
        .bind(round.person_id.map(|id| id.to_string()))
        .bind(round.started_at.map(Time::micros))
        .bind(round.ended_at.map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes the rounds of a plan that nobody can have begun.
pub(crate) async fn delete_ahead(
    tx: &mut Tx,
    id: InspectionId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE_AHEAD)
        .bind(id.to_string())
        .bind(now.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many rounds of each plan are in which state, of those that begin from–to.
pub(crate) async fn counts<'e>(
    from: impl Executor<'e, Database = Any>,
    times: (Time, Time),
    limit: u32,
) -> Result<Vec<(InspectionId, RoundState, i64)>, sqlx::Error> {
    let rows = sqlx::query(FIGURES)
        .bind(times.0.micros())
        .bind(times.1.micros())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    let read =
        |row: &AnyRow| Ok((parsed(row, "inspection_id")?, state(row)?, row.try_get("rounds")?));
    rows.iter().map(read).collect()
}

/// How many items of each plan were abnormal, of the rounds that begin from–to.
pub(crate) async fn abnormal<'e>(
    from: impl Executor<'e, Database = Any>,
    times: (Time, Time),
    limit: u32,
) -> Result<Vec<(InspectionId, i64)>, sqlx::Error> {
    let rows = sqlx::query(ABNORMAL)
        .bind(times.0.micros())
        .bind(times.1.micros())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(|row| Ok((parsed(row, "inspection_id")?, row.try_get("items")?))).collect()
}

fn state(row: &AnyRow) -> Result<RoundState, sqlx::Error> {
    let name: String = row.try_get("state")?;
    RoundState::from_name(&name).ok_or_else(|| unreadable("state", &name))
}

fn read(row: &AnyRow) -> Result<Round, sqlx::Error> {
    let window: i64 = row.try_get("window_number")?;
    Ok(Round {
        id: parsed(row, "id")?,
        inspection_id: parsed(row, "inspection_id")?,
        unit_id: parsed(row, "unit_id")?,
        day: parsed(row, "day")?,
        window: u32::try_from(window).map_err(|_| unreadable("window_number", window))?,
        plan: from_json(row, "plan")?,
        from: time(row, "from_at")?,
        to: time(row, "to_at")?,
        state: state(row)?,
        person_id: parsed_or_none(row, "person_id")?,
        started_at: time_or_none(row, "started_at")?,
        ended_at: time_or_none(row, "ended_at")?,
    })
}
