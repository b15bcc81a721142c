use db::{DbError, Tx};
use kernel::Time;
use sqlx::AnyPool;

const IS_THERE: &str = "SELECT COUNT(*) FROM vault_leaving WHERE digest = $1";

const INSERT: &str = "
    INSERT INTO vault_leaving (digest, since)
    VALUES ($1, $2)
    ON CONFLICT (digest) DO NOTHING";

const DELETE: &str = "DELETE FROM vault_leaving WHERE digest = $1";

const OLDER: &str = "
    SELECT digest
    FROM vault_leaving
    WHERE since < $1
    ORDER BY digest
    LIMIT $2";

/// Whether the file of that digest is being taken away.
pub(crate) async fn is_there(tx: &mut Tx, digest: &str) -> Result<bool, DbError> {
    let query = sqlx::query_scalar::<_, i64>(IS_THERE).bind(digest);
    Ok(query.fetch_one(tx.connection()).await? > 0)
}

/// Says that the file of that digest is being taken away. Returns whether nobody said so before.
pub(crate) async fn insert(tx: &mut Tx, digest: &str, now: Time) -> Result<bool, DbError> {
    let query = sqlx::query(INSERT).bind(digest).bind(now.micros());
    Ok(query.execute(tx.connection()).await?.rows_affected() == 1)
}

/// Says that it is gone.
pub(crate) async fn delete(tx: &mut Tx, digest: &str) -> Result<(), DbError> {
    sqlx::query(DELETE).bind(digest).execute(tx.connection()).await?;
    Ok(())
}

/// At most `limit` digests that somebody began to take away before `before`.
pub(crate) async fn older(
    pool: &AnyPool,
    before: Time,
    limit: u32,
) -> Result<Vec<String>, DbError> {
    let query = sqlx::query_scalar(OLDER).bind(before.micros()).bind(i64::from(limit));
    Ok(query.fetch_all(pool).await?)
}
