use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::{Db, DbError, copy};

/// One step forward of a crate's tables. Steps are numbered from 1 per crate and never change.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The crate it belongs to: the prefix of its tables.
    pub component: &'static str,
    /// 1, 2, 3 …
    pub number: i64,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// Its SQL: one or more statements. `BLOB` is the type of bytes on both databases.
    pub sql: &'static str,
}

const CREATE_LEDGER: &str = "
    CREATE TABLE IF NOT EXISTS db_migration (
        component TEXT NOT NULL,
        number BIGINT NOT NULL,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        PRIMARY KEY (component, number)
    )";

const APPLIED: &str = "
    SELECT component, number, name, checksum
    FROM db_migration
    ORDER BY component, number
    LIMIT 10000";

const RECORD: &str = "
    INSERT INTO db_migration (component, number, name, checksum)
    VALUES ($1, $2, $3, $4)";

/// Makes the tables that this crate itself needs.
pub(crate) async fn prepare(db: &Db) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    for create in [CREATE_LEDGER, copy::CREATE_PROGRESS] {
        sqlx::query(create).execute(tx.connection()).await?;
    }
    tx.commit().await
}

/// Applies what is missing, in the order given, each in a transaction of its own: killed in the
/// middle, it goes on at the next start.
pub(crate) async fn apply(db: &Db, migrations: &[Migration]) -> Result<(), DbError> {
    let mut connection = db.reader().acquire().await?;
    let ledger = ledger(&mut connection).await?;
    drop(connection);
    refuse_newer(&ledger, migrations)?;
    for migration in migrations {
        if !ledger.contains(migration)? {
            apply_one(db, migration).await?;
        }
    }
    Ok(())
}

/// The migrations that were applied.
#[derive(Debug, Default)]
pub(crate) struct Ledger(BTreeMap<(String, i64), (String, String)>);

impl Ledger {
    /// Whether the migration was applied.
    ///
    /// Errors: [`DbError::MigrationChanged`] when it read differently then.
    pub(crate) fn contains(&self, migration: &Migration) -> Result<bool, DbError> {
        let component = migration.component.to_owned();
        match self.0.get(&(component.clone(), migration.number)) {
            Some((_, checksum)) if *checksum == checksum_of(migration.sql) => Ok(true),
            Some(_) => Err(DbError::MigrationChanged { component, number: migration.number }),
            None => Ok(false),
        }
    }
}

/// Reads what was applied.
pub(crate) async fn ledger(connection: &mut AnyConnection) -> Result<Ledger, DbError> {
    let mut applied = BTreeMap::new();
    for row in sqlx::query(APPLIED).fetch_all(connection).await? {
        let key: (String, i64) = (row.try_get("component")?, row.try_get("number")?);
        let value: (String, String) = (row.try_get("name")?, row.try_get("checksum")?);
        applied.insert(key, value);
    }
    Ok(Ledger(applied))
}

/// Errors: [`DbError::Newer`] when something was applied that is not among `migrations`.
pub(crate) fn refuse_newer(ledger: &Ledger, migrations: &[Migration]) -> Result<(), DbError> {
    for ((component, number), (name, _)) in &ledger.0 {
        let known = migrations
            .iter()
            .any(|migration| migration.component == component && migration.number == *number);
        if !known {
            let (component, name) = (component.clone(), name.clone());
            return Err(DbError::Newer { component, number: *number, name });
        }
    }
    Ok(())
}

async fn apply_one(db: &Db, migration: &Migration) -> Result<(), DbError> {
    let failed = |source| DbError::MigrationFailed {
        component: migration.component.to_owned(),
        number: migration.number,
        name: migration.name.to_owned(),
        source,
    };
    let mut tx = db.begin().await?;
    // Another server that started at the same time may have been first.
    if ledger(tx.connection()).await?.contains(migration)? {
        return Ok(());
    }
    let sql = AssertSqlSafe(db.dialect().schema(migration.sql).into_owned());
    sqlx::raw_sql(sql).execute(tx.connection()).await.map_err(failed)?;
    sqlx::query(RECORD)
        .bind(migration.component)
        .bind(migration.number)
        .bind(migration.name)
        .bind(checksum_of(migration.sql))
        .execute(tx.connection())
        .await
        .map_err(failed)?;
    tx.commit().await?;
    tracing::info!(
        component = migration.component,
        number = migration.number,
        "applied migration {} {} ({})",
        migration.component,
        migration.number,
        migration.name
    );
    Ok(())
}

fn checksum_of(sql: &str) -> String {
    Sha256::digest(sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
