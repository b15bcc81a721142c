use kernel::{Page, PageOf, Time};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, scope_of, text_of, time_of};
use crate::model::{
    emergency::{Activation, ActivationId, Confirmed, Emergency, EmergencyId, Taken},
    grant::GrantScope,
    user::UserId,
};

/// A user has no more emergencies than this at once.
const OF_USER_MAX: i64 = 100;
/// So many emergencies of a user that nobody has confirmed are looked at, the last ones first.
const TAKEN_MAX: i64 = 1000;

const BY_ID: &str = "
    SELECT e.id, e.user_id, u.name AS user_name, e.role, e.scope_kind, e.scope_ids, e.hours_max,
        e.reason, e.sealed_by, e.sealed_by_id, e.sealed_at, e.withdrawn_at
    FROM access_emergency e
    JOIN access_user u ON u.id = e.user_id
    WHERE e.id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT e.id, e.user_id, u.name AS user_name, e.role, e.scope_kind, e.scope_ids, e.hours_max,
        e.reason, e.sealed_by, e.sealed_by_id, e.sealed_at, e.withdrawn_at
    FROM access_emergency e
    JOIN access_user u ON u.id = e.user_id
    WHERE e.id > $1 AND e.withdrawn_at IS NULL
    ORDER BY e.id
    LIMIT $2";

const OF_USER: &str = "
    SELECT e.id, e.user_id, u.name AS user_name, e.role, e.scope_kind, e.scope_ids, e.hours_max,
        e.reason, e.sealed_by, e.sealed_by_id, e.sealed_at, e.withdrawn_at
    FROM access_emergency e
    JOIN access_user u ON u.id = e.user_id
    WHERE e.user_id = $1 AND e.withdrawn_at IS NULL
    ORDER BY e.id
    LIMIT $2";

const SEALED: &str = "
    SELECT id, user_id, role, scope_kind, scope_ids
    FROM access_emergency
    WHERE withdrawn_at IS NULL
    ORDER BY id -- all rows: each is a right that lies ready";

const SEALED_SCOPES: &str = "
    SELECT scope_kind, scope_ids
    FROM access_emergency
    WHERE withdrawn_at IS NULL
    GROUP BY scope_kind, scope_ids -- all rows: each is a part in which a right lies ready";

const COUNT_OF_ROLE: &str = "
    SELECT COUNT(*)
    FROM access_emergency
    WHERE role = $1";

const INSERT: &str = "
    INSERT INTO access_emergency (
        id, user_id, role, scope_kind, scope_ids, hours_max, reason, sealed_by, sealed_at,
        sealed_by_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const WITHDRAW: &str = "UPDATE access_emergency SET withdrawn_at = $2 WHERE id = $1";

const ACTIVATION: &str = "
    SELECT a.id, a.emergency_id, a.user_id, u.name AS user_name, e.role, a.grant_id, a.reason,
        a.begun_at, a.ends_at, a.confirmed_by, a.confirmed_at, a.confirmation
    FROM access_activation a
    JOIN access_emergency e ON e.id = a.emergency_id
    JOIN access_user u ON u.id = a.user_id
    WHERE a.id = $1
    LIMIT 1";

const ACTIVATIONS: &str = "
    SELECT a.id, a.emergency_id, a.user_id, u.name AS user_name, e.role, a.grant_id, a.reason,
        a.begun_at, a.ends_at, a.confirmed_by, a.confirmed_at, a.confirmation
    FROM access_activation a
    JOIN access_emergency e ON e.id = a.emergency_id
    JOIN access_user u ON u.id = a.user_id
    WHERE a.id > $1
    ORDER BY a.id
    LIMIT $2";

const RUNNING_OF_USER: &str = "
    SELECT a.id, a.emergency_id, a.user_id, u.name AS user_name, e.role, a.grant_id, a.reason,
        a.begun_at, a.ends_at, a.confirmed_by, a.confirmed_at, a.confirmation
    FROM access_activation a
    JOIN access_emergency e ON e.id = a.emergency_id
    JOIN access_user u ON u.id = a.user_id
    JOIN access_grant g ON g.id = a.grant_id
    WHERE a.user_id = $1 AND a.ends_at > $2 AND g.ended_at IS NULL
    ORDER BY a.ends_at
    LIMIT $3";

const TAKEN: &str = "
    SELECT e.role, e.scope_kind, e.scope_ids, a.ends_at, g.ended_at, a.confirmed_at
    FROM access_activation a
    JOIN access_emergency e ON e.id = a.emergency_id
    JOIN access_grant g ON g.id = a.grant_id
    WHERE a.user_id = $1 AND (a.confirmed_at IS NULL OR a.ends_at > $2)
    ORDER BY a.begun_at DESC
    LIMIT $3";

const UNCONFIRMED: &str = "
    SELECT COUNT(*) AS open, MIN(begun_at) AS oldest
    FROM access_activation
    WHERE confirmed_at IS NULL";

const ACTIVATE: &str = "
    INSERT INTO access_activation (
        id, emergency_id, user_id, grant_id, reason, begun_at, ends_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const CONFIRM: &str = "
    UPDATE access_activation
    SET confirmed_by = $2, confirmed_at = $3, confirmation = $4
    WHERE id = $1";

/// The sealed right with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    emergency: EmergencyId,
) -> Result<Option<Emergency>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(emergency.to_string()).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// A page of what is sealed, in the order in which it was.
pub(crate) async fn list(pool: &AnyPool, page: &Page) -> Result<PageOf<Emergency>, sqlx::Error> {
    let rows = sqlx::query(LIST)
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let all = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(all, page.limit, |one| one.id.to_string()))
}

/// What is sealed for a user.
pub(crate) async fn of_user(pool: &AnyPool, user: UserId) -> Result<Vec<Emergency>, sqlx::Error> {
    let rows =
        sqlx::query(OF_USER).bind(user.to_string()).bind(OF_USER_MAX).fetch_all(pool).await?;
    rows.iter().map(read).collect()
}

/// A role that lies sealed for a user.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) id: String,
    pub(crate) user_id: String,
    pub(crate) role: String,
    pub(crate) scope: GrantScope,
}

/// All that lies sealed.
pub(crate) async fn sealed(connection: &mut AnyConnection) -> Result<Vec<Sealed>, sqlx::Error> {
    let rows = sqlx::query(SEALED).fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        Ok(Sealed {
            id: row.try_get("id")?,
            user_id: row.try_get("user_id")?,
            role: row.try_get("role")?,
            scope: scope_of(row)?,
        })
    };
    rows.iter().map(read).collect()
}

/// The scopes of all that lies sealed.
pub(crate) async fn sealed_scopes(
    connection: &mut AnyConnection,
) -> Result<Vec<GrantScope>, sqlx::Error> {
    sqlx::query(SEALED_SCOPES).fetch_all(connection).await?.iter().map(scope_of).collect()
}

/// How many seals there are or ever were for a role.
pub(crate) async fn count_of_role(
    connection: &mut AnyConnection,
    role: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT_OF_ROLE).bind(role).fetch_one(connection).await
}

/// Seals a right.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    emergency: &Emergency,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(emergency.id.to_string())
        .bind(emergency.user_id.to_string())
        .bind(emergency.role.as_str())
        .bind(emergency.scope.kind())
        .bind(text_of(emergency.scope.ids()))
        .bind(i64::from(emergency.hours_max))
        .bind(emergency.reason.as_str())
        .bind(emergency.sealed_by.as_str())
        .bind(emergency.sealed_at.micros())
        .bind(emergency.sealed_by_id.map(|id| id.to_string()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a sealed right away.
pub(crate) async fn withdraw(
    connection: &mut AnyConnection,
    emergency: EmergencyId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(WITHDRAW)
        .bind(emergency.to_string())
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// The time when a seal was broken with that id.
pub(crate) async fn activation(
    connection: &mut AnyConnection,
    activation: ActivationId,
) -> Result<Option<Activation>, sqlx::Error> {
    let row =
        sqlx::query(ACTIVATION).bind(activation.to_string()).fetch_optional(connection).await?;
    row.map(|row| read_activation(&row)).transpose()
}

/// A page of the times when seals were broken.
pub(crate) async fn activations(
    pool: &AnyPool,
    page: &Page,
) -> Result<PageOf<Activation>, sqlx::Error> {
    let rows = sqlx::query(ACTIVATIONS)
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let all = rows.iter().map(read_activation).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(all, page.limit, |one| one.id.to_string()))
}

/// The emergencies of a user that go on at `now`.
pub(crate) async fn running_of_user(
    executor: impl Executor<'_, Database = Any>,
    user: UserId,
    now: Time,
) -> Result<Vec<Activation>, sqlx::Error> {
    let rows = sqlx::query(RUNNING_OF_USER)
        .bind(user.to_string())
        .bind(now.micros())
        .bind(OF_USER_MAX)
        .fetch_all(executor)
        .await?;
    rows.iter().map(read_activation).collect()
}

/// What a user took in emergencies that nobody has confirmed yet, or that may have ended since
/// `since`.
pub(crate) async fn taken_by(
    connection: &mut AnyConnection,
    user: UserId,
    since: Time,
) -> Result<Vec<Taken>, sqlx::Error> {
    let rows = sqlx::query(TAKEN)
        .bind(user.to_string())
        .bind(since.micros())
        .bind(TAKEN_MAX)
        .fetch_all(connection)
        .await?;
    let read = |row: &AnyRow| {
        let ends_at = Time::from_micros(row.try_get("ends_at")?);
        Ok(Taken {
            role: row.try_get("role")?,
            scope: scope_of(row)?,
            until: time_of(row, "ended_at")?.map_or(ends_at, |ended_at| ended_at.min(ends_at)),
            confirmed_at: time_of(row, "confirmed_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many emergencies nobody else has looked at, and when the oldest began.
pub(crate) async fn unconfirmed(pool: &AnyPool) -> Result<(i64, Option<Time>), sqlx::Error> {
    let row = sqlx::query(UNCONFIRMED).fetch_one(pool).await?;
    Ok((row.try_get("open")?, time_of(&row, "oldest")?))
}

/// Keeps that a seal was broken.
pub(crate) async fn activate(
    connection: &mut AnyConnection,
    activation: &Activation,
) -> Result<(), sqlx::Error> {
    sqlx::query(ACTIVATE)
        .bind(activation.id.to_string())
        .bind(activation.emergency_id.to_string())
        .bind(activation.user_id.to_string())
        .bind(activation.grant_id.to_string())
        .bind(activation.reason.as_str())
        .bind(activation.begun_at.micros())
        .bind(activation.ends_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that somebody else has looked at an emergency.
pub(crate) async fn confirm(
    connection: &mut AnyConnection,
    activation: ActivationId,
    confirmed: &Confirmed,
) -> Result<(), sqlx::Error> {
    sqlx::query(CONFIRM)
        .bind(activation.to_string())
        .bind(confirmed.by.as_str())
        .bind(confirmed.at.micros())
        .bind(confirmed.reason.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Emergency, sqlx::Error> {
    Ok(Emergency {
        id: id(row, "id")?,
        user_id: id(row, "user_id")?,
        user_name: row.try_get("user_name")?,
        role: row.try_get("role")?,
        scope: scope_of(row)?,
        hours_max: u32::try_from(row.try_get::<i64, _>("hours_max")?).unwrap_or(0),
        reason: row.try_get("reason")?,
        sealed_by: row.try_get("sealed_by")?,
        sealed_by_id: super::other_id(row, "sealed_by_id")?,
        sealed_at: Time::from_micros(row.try_get("sealed_at")?),
        withdrawn_at: time_of(row, "withdrawn_at")?,
    })
}

fn read_activation(row: &AnyRow) -> Result<Activation, sqlx::Error> {
    let confirmed = match time_of(row, "confirmed_at")? {
        Some(at) => Some(Confirmed {
            by: row.try_get::<Option<String>, _>("confirmed_by")?.unwrap_or_default(),
            at,
            reason: row.try_get::<Option<String>, _>("confirmation")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(Activation {
        id: id(row, "id")?,
        emergency_id: id(row, "emergency_id")?,
        user_id: id(row, "user_id")?,
        user_name: row.try_get("user_name")?,
        role: row.try_get("role")?,
        grant_id: id(row, "grant_id")?,
        reason: row.try_get("reason")?,
        begun_at: Time::from_micros(row.try_get("begun_at")?),
        ends_at: Time::from_micros(row.try_get("ends_at")?),
        confirmed,
    })
}
