use std::collections::BTreeMap;

use db::{Db, DbError, Tx};
use kernel::Time;
use sqlx::Row as _;

/// A lease as it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeaseRow {
    /// Empty when it was given back.
    pub(crate) holder: String,
    pub(crate) token: i64,
    pub(crate) renewed: i64,
}

const ALL: &str = "
    SELECT name, holder, token, renewed
    FROM jobs_lease
    ORDER BY name
    -- all rows: one for each job and part of the program
";

const TAKE: &str = "
    INSERT INTO jobs_lease (name, holder, token, renewed, taken_at)
    VALUES ($1, $2, 1, 0, $3)
    ON CONFLICT (name) DO UPDATE
    SET holder = excluded.holder,
        token = jobs_lease.token + 1,
        renewed = 0,
        taken_at = excluded.taken_at
    WHERE jobs_lease.token = $4 AND jobs_lease.renewed = $5
    RETURNING token";

const RENEW: &str = "
    UPDATE jobs_lease
    SET renewed = renewed + 1
    WHERE holder = $1
    RETURNING name, token";

const HOLD: &str = "
    UPDATE jobs_lease
    SET renewed = renewed + 1
    WHERE name = $1 AND holder = $2 AND token = $3";

const GIVE_BACK: &str = "
    UPDATE jobs_lease
    SET holder = '', renewed = renewed + 1
    WHERE name = $1 AND holder = $2 AND token = $3";

const FORGET: &str = "
    DELETE FROM jobs_lease
    WHERE name = $1 AND token = $2 AND renewed = $3";

/// Every lease by its name.
pub(crate) async fn all(db: &Db) -> Result<BTreeMap<String, LeaseRow>, DbError> {
    let rows = sqlx::query(ALL).fetch_all(db.reader()).await?;
    let mut leases = BTreeMap::new();
    for row in rows {
        let lease = LeaseRow {
            holder: row.try_get("holder")?,
            token: row.try_get("token")?,
            renewed: row.try_get("renewed")?,
        };
        leases.insert(row.try_get("name")?, lease);
    }
    Ok(leases)
}

/// Takes the lease `name` if it still stands as it was `seen`, or is not there; its new token.
pub(crate) async fn take(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    now: Time,
    seen: Option<&LeaseRow>,
) -> Result<Option<i64>, DbError> {
    let token = sqlx::query_scalar(TAKE)
        .bind(name)
        .bind(holder)
        .bind(now.micros())
        .bind(seen.map_or(-1, |row| row.token))
        .bind(seen.map_or(-1, |row| row.renewed))
        .fetch_optional(tx.connection())
        .await?;
    Ok(token)
}

/// Tells that `holder` lives; the names and tokens of what it still holds.
pub(crate) async fn renew(tx: &mut Tx, holder: &str) -> Result<BTreeMap<String, i64>, DbError> {
    let rows = sqlx::query(RENEW).bind(holder).fetch_all(tx.connection()).await?;
    rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("token")?))).collect()
}

/// Keeps the lease until the transaction ends; whether it is still held with that token.
pub(crate) async fn hold(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    token: i64,
) -> Result<bool, DbError> {
    let query = sqlx::query(HOLD).bind(name).bind(holder).bind(token);
    Ok(query.execute(tx.connection()).await?.rows_affected() == 1)
}

/// Gives the lease back, so that others need not wait for it.
pub(crate) async fn give_back(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    token: i64,
) -> Result<(), DbError> {
    let query = sqlx::query(GIVE_BACK).bind(name).bind(holder).bind(token);
    query.execute(tx.connection()).await?;
    Ok(())
}

/// Removes the lease if it still stands as it was `seen`: nobody will ask for it again.
pub(crate) async fn forget(tx: &mut Tx, name: &str, seen: &LeaseRow) -> Result<(), DbError> {
    let query = sqlx::query(FORGET).bind(name).bind(seen.token).bind(seen.renewed);
    query.execute(tx.connection()).await?;
    Ok(())
}
