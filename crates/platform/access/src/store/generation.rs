use kernel::Time;
use sqlx::{Any, AnyConnection, Executor, Row as _};

const READ: &str = "SELECT generation FROM access_generation WHERE id = 1 LIMIT 1";

const BUMP: &str = "UPDATE access_generation SET generation = generation + 1 WHERE id = 1";

const SEPARATION: &str = "
    SELECT since, switched_by, reason
    FROM access_separation
    WHERE id = 1
    LIMIT 1";

const SEPARATE: &str = "
    INSERT INTO access_separation (id, since, switched_by, reason)
    VALUES (1, $1, $2, $3)";

const UNITE: &str = "DELETE FROM access_separation WHERE id = 1";

/// That the three administrators are separated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Separation {
    /// Since when.
    pub since: Time,
    /// The name of who switched it on.
    pub switched_by: String,
    /// Why.
    pub reason: String,
}

/// The number that grows with every change of what somebody may do.
pub(crate) async fn read(executor: impl Executor<'_, Database = Any>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(READ).fetch_one(executor).await
}

/// Tells that what somebody may do has changed.
pub(crate) async fn bump(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query(BUMP).execute(connection).await?;
    Ok(())
}

/// Whether the three administrators are separated.
pub(crate) async fn separation(
    executor: impl Executor<'_, Database = Any>,
) -> Result<Option<Separation>, sqlx::Error> {
    let row = sqlx::query(SEPARATION).fetch_optional(executor).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Separation {
        since: Time::from_micros(row.try_get("since")?),
        switched_by: row.try_get("switched_by")?,
        reason: row.try_get("reason")?,
    }))
}

/// Separates them.
pub(crate) async fn separate(
    connection: &mut AnyConnection,
    separation: &Separation,
) -> Result<(), sqlx::Error> {
    sqlx::query(SEPARATE)
        .bind(separation.since.micros())
        .bind(separation.switched_by.as_str())
        .bind(separation.reason.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Separates them no more.
pub(crate) async fn unite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query(UNITE).execute(connection).await?;
    Ok(())
}
