use kernel::Time;
use sqlx::{Any, AnyConnection, Executor, Row as _};

use super::{id, other_id, time_of};
use crate::model::{
    second_factor::{Awaited, Enrolled},
    user::UserId,
};

const TOTP: &str = "
    SELECT user_id, seal_id, began_at, confirmed_at, last_step
    FROM access_totp
    WHERE user_id = $1 -- one row";

const SAVE_TOTP: &str = "
    INSERT INTO access_totp (user_id, seal_id, began_at, confirmed_at, last_step)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id) DO UPDATE
    SET seal_id = excluded.seal_id, began_at = excluded.began_at,
        confirmed_at = excluded.confirmed_at, last_step = excluded.last_step";

const TAKE_STEP: &str = "
    UPDATE access_totp
    SET last_step = $1
    WHERE user_id = $2 AND last_step < $1";

const REMOVE_TOTP: &str = "DELETE FROM access_totp WHERE user_id = $1";

const ADD_CODE: &str = "INSERT INTO access_recovery_code (user_id, code_hash) VALUES ($1, $2)";

const USE_CODE: &str = "
    UPDATE access_recovery_code
    SET used_at = $1
    WHERE user_id = $2 AND code_hash = $3 AND used_at IS NULL";

const CODES_LEFT: &str = "
    SELECT COUNT(*)
    FROM access_recovery_code
    WHERE user_id = $1 AND used_at IS NULL";

const REMOVE_CODES: &str = "DELETE FROM access_recovery_code WHERE user_id = $1";

const AWAITED: &str = "
    SELECT user_id, user_version, created_at, own, provider_id
    FROM access_second_step
    WHERE reference_hash = $1 -- one row";

const AWAIT: &str = "
    INSERT INTO access_second_step (
        reference_hash, user_id, user_version, created_at, own, provider_id)
    VALUES ($1, $2, $3, $4, $5, $6)";

const REMOVE_AWAITED: &str = "DELETE FROM access_second_step WHERE reference_hash = $1";

const REMOVE_AWAITED_OF: &str = "DELETE FROM access_second_step WHERE user_id = $1";

const PURGE_AWAITED: &str = "DELETE FROM access_second_step WHERE created_at < $1";

/// What codes of the user are checked with.
pub(crate) async fn totp<'e>(
    executor: impl Executor<'e, Database = Any>,
    user_id: UserId,
) -> Result<Option<Enrolled>, sqlx::Error> {
    let row = sqlx::query(TOTP).bind(user_id.to_string()).fetch_optional(executor).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Enrolled {
        user_id: id(&row, "user_id")?,
        seal_id: id(&row, "seal_id")?,
        began_at: Time::from_micros(row.try_get("began_at")?),
        confirmed_at: time_of(&row, "confirmed_at")?,
        last_step: row.try_get("last_step")?,
    }))
}

/// Keeps what codes of a user are checked with, in place of what was.
pub(crate) async fn save_totp(
    connection: &mut AnyConnection,
    enrolled: &Enrolled,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE_TOTP)
        .bind(enrolled.user_id.to_string())
        .bind(enrolled.seal_id.to_string())
        .bind(enrolled.began_at.micros())
        .bind(enrolled.confirmed_at.map(Time::micros))
        .bind(enrolled.last_step)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a code of `step` was taken. Whether none of it or of a newer one was before.
pub(crate) async fn take_step(
    connection: &mut AnyConnection,
    user_id: UserId,
    step: i64,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(TAKE_STEP).bind(step).bind(user_id.to_string());
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// Removes what codes of a user are checked with; sign-ins that wait for one are over.
pub(crate) async fn remove_totp(
    connection: &mut AnyConnection,
    user_id: UserId,
) -> Result<(), sqlx::Error> {
    for text in [REMOVE_TOTP, REMOVE_AWAITED_OF] {
        sqlx::query(text).bind(user_id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Removes the recovery codes of a user; sign-ins that wait for one are over.
pub(crate) async fn remove_codes(
    connection: &mut AnyConnection,
    user_id: UserId,
) -> Result<(), sqlx::Error> {
    for text in [REMOVE_CODES, REMOVE_AWAITED_OF] {
        sqlx::query(text).bind(user_id.to_string()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Keeps recovery codes of a user, by their hashes, in place of those that were.
pub(crate) async fn replace_codes(
    connection: &mut AnyConnection,
    user_id: UserId,
    hashes: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE_CODES).bind(user_id.to_string()).execute(&mut *connection).await?;
    for hash in hashes {
        let query = sqlx::query(ADD_CODE).bind(user_id.to_string()).bind(hash.as_str());
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Uses up the recovery code with that hash. Whether there was one that nobody had used.
pub(crate) async fn use_code(
    connection: &mut AnyConnection,
    user_id: UserId,
    hash: &str,
    now: Time,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(USE_CODE).bind(now.micros()).bind(user_id.to_string()).bind(hash);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// How many recovery codes of a user are not used.
pub(crate) async fn codes_left<'e>(
    executor: impl Executor<'e, Database = Any>,
    user_id: UserId,
) -> Result<u32, sqlx::Error> {
    let query = sqlx::query_scalar(CODES_LEFT).bind(user_id.to_string());
    let left: i64 = query.fetch_one(executor).await?;
    Ok(u32::try_from(left).unwrap_or(0))
}

/// The sign-in that waits under that reference.
pub(crate) async fn awaited<'e>(
    executor: impl Executor<'e, Database = Any>,
    hash: &str,
) -> Result<Option<Awaited>, sqlx::Error> {
    let Some(row) = sqlx::query(AWAITED).bind(hash).fetch_optional(executor).await? else {
        return Ok(None);
    };
    Ok(Some(Awaited {
        user_id: id(&row, "user_id")?,
        user_version: row.try_get("user_version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        own: row.try_get::<i64, _>("own")? != 0,
        provider_id: other_id(&row, "provider_id")?,
    }))
}

/// Keeps a sign-in that waits; forgets those that began before `before`.
pub(crate) async fn wait(
    connection: &mut AnyConnection,
    hash: &str,
    awaited: &Awaited,
    before: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(PURGE_AWAITED).bind(before.micros()).execute(&mut *connection).await?;
    sqlx::query(AWAIT)
        .bind(hash)
        .bind(awaited.user_id.to_string())
        .bind(awaited.user_version)
        .bind(awaited.created_at.micros())
        .bind(i64::from(awaited.own))
        .bind(awaited.provider_id.map(|id| id.to_string()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the sign-ins of a user that wait.
pub(crate) async fn stop_all_waiting(
    connection: &mut AnyConnection,
    user_id: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE_AWAITED_OF).bind(user_id.to_string()).execute(connection).await?;
    Ok(())
}

/// Forgets a sign-in that waited. Whether it still did.
pub(crate) async fn stop_waiting(
    connection: &mut AnyConnection,
    hash: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(REMOVE_AWAITED).bind(hash).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}
