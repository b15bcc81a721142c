use db::{DbError, Tx};
use kernel::Time;
use sqlx::{Any, AnyPool, Executor, Row as _};

const NOTE: &str = "
    INSERT INTO vault_master (id, first_used_at)
    VALUES ($1, $2)
    ON CONFLICT (id) DO UPDATE SET retired_at = NULL";

const ALL_IN_USE: &str = "
    SELECT id
    FROM vault_master
    WHERE retired_at IS NULL -- all rows: one for each key that is not yet retired, at most a few
    ORDER BY first_used_at, id";

const RETIRE: &str = "
    UPDATE vault_master
    SET retired_at = $1
    WHERE id = $2 AND retired_at IS NULL";

const COUNTS: &str = "
    SELECT master_id, COUNT(*) AS secrets
    FROM (
        SELECT master_id FROM vault_secret
        UNION ALL
        SELECT master_id FROM vault_seal) AS sealed
    -- all rows: one for each master key that something is under
    GROUP BY master_id";

/// Remembers that a key is used.
pub(crate) async fn note(tx: &mut Tx, id: &str, now: Time) -> Result<(), DbError> {
    sqlx::query(NOTE).bind(id).bind(now.micros()).execute(tx.connection()).await?;
    Ok(())
}

/// The keys that are not retired, the oldest first.
pub(crate) async fn in_use(pool: &AnyPool) -> Result<Vec<String>, DbError> {
    Ok(sqlx::query_scalar(ALL_IN_USE).fetch_all(pool).await?)
}

/// Remembers that nothing is under a key any more. Returns whether it was in use until now.
pub(crate) async fn retire(tx: &mut Tx, id: &str, now: Time) -> Result<bool, DbError> {
    let done = sqlx::query(RETIRE).bind(now.micros()).bind(id).execute(tx.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// How many secrets are under each key.
pub(crate) async fn counts<'e>(
    executor: impl Executor<'e, Database = Any>,
) -> Result<Vec<(String, i64)>, DbError> {
    let rows = sqlx::query(COUNTS).fetch_all(executor).await?;
    rows.iter().map(|row| Ok((row.try_get("master_id")?, row.try_get("secrets")?))).collect()
}
