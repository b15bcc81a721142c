use kernel::Time;
use sqlx::{AnyConnection, Row as _};

use crate::model::lockout::Attempts;

const FIND: &str = "
    SELECT failures, first_at, last_at
    FROM access_attempt
    WHERE subject = $1
    LIMIT 1";

const SAVE: &str = "
    INSERT INTO access_attempt (subject, failures, first_at, last_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (subject) DO UPDATE
    SET failures = excluded.failures, first_at = excluded.first_at, last_at = excluded.last_at";

const FORGET: &str = "DELETE FROM access_attempt WHERE subject = $1";

const FORGIVE: &str = "
    UPDATE access_attempt
    SET failures = failures - 1
    WHERE subject = $1 AND failures > 0";

const PURGE: &str = "DELETE FROM access_attempt WHERE last_at < $1";

/// The failures of `subject`.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    subject: &str,
) -> Result<Option<Attempts>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(subject).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let failures: i64 = row.try_get("failures")?;
    Ok(Some(Attempts {
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        first_at: Time::from_micros(row.try_get("first_at")?),
        last_at: Time::from_micros(row.try_get("last_at")?),
    }))
}

/// Keeps the failures of `subject`.
pub(crate) async fn save(
    connection: &mut AnyConnection,
    subject: &str,
    attempts: Attempts,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE)
        .bind(subject)
        .bind(i64::from(attempts.failures))
        .bind(attempts.first_at.micros())
        .bind(attempts.last_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the failures of `subject`.
pub(crate) async fn forget(
    connection: &mut AnyConnection,
    subject: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET).bind(subject).execute(connection).await?;
    Ok(())
}

/// Takes back one failure of `subject`.
pub(crate) async fn forgive(
    connection: &mut AnyConnection,
    subject: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGIVE).bind(subject).execute(connection).await?;
    Ok(())
}

/// Removes what nobody asks for any more: the last failure was before `before`.
pub(crate) async fn purge(connection: &mut AnyConnection, before: Time) -> Result<(), sqlx::Error> {
    sqlx::query(PURGE).bind(before.micros()).execute(connection).await?;
    Ok(())
}
