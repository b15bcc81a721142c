use super::{CopyError, OWN_TABLES};
use crate::{
    Db, DbError, Location, Tx,
    dialect::catalog::{Reference, run},
    migration,
};

/// What stands in `db_copy` while a copy is under way; afterwards nothing does.
///
/// kind `source`: where from (detail). `table`: the last key that was copied (detail). `reference`:
/// the statement that puts it back (detail).
pub(crate) const CREATE_PROGRESS: &str = "
    CREATE TABLE IF NOT EXISTS db_copy (
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        detail TEXT NOT NULL,
        copied BIGINT NOT NULL,
        PRIMARY KEY (kind, name)
    )";

const SOURCE: &str = "SELECT detail FROM db_copy WHERE kind = 'source' -- one row";

const OF_TABLE: &str = "
    SELECT detail, copied
    FROM db_copy
    WHERE kind = 'table' AND name = $1 -- one row";

const REFERENCES: &str = "
    SELECT detail
    FROM db_copy -- all rows: one for each reference between tables
    WHERE kind = 'reference'
    ORDER BY name";

const SAVE: &str = "
    INSERT INTO db_copy (kind, name, detail, copied)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (kind, name) DO UPDATE SET detail = excluded.detail, copied = excluded.copied";

const FORGET: &str = "DELETE FROM db_copy";

/// Errors: [`DbError::CopyUnfinished`] when a copy into these records was not finished.
pub(crate) async fn refuse_unfinished(db: &Db) -> Result<(), DbError> {
    match source(db).await? {
        Some(from) => Err(DbError::CopyUnfinished { from }),
        None => Ok(()),
    }
}

async fn source(db: &Db) -> Result<Option<String>, DbError> {
    Ok(sqlx::query_scalar(SOURCE).fetch_optional(db.reader()).await?)
}

/// Begins a copy, or goes on with it.
///
/// Errors: [`CopyError::TargetNotEmpty`], [`CopyError::OtherSource`].
pub(super) async fn begin(target: &Db, from: &Location, to: &Location) -> Result<(), CopyError> {
    let mut connection = target.reader().acquire().await?;
    let names = target.dialect().table_names(&mut connection).await?;
    drop(connection);
    let known = names.iter().any(|name| name == "db_copy");
    if known && let Some(other) = source(target).await? {
        let same = other == from.to_string();
        let to = to.to_string();
        return if same { Ok(()) } else { Err(CopyError::OtherSource { to, other }) };
    }
    if let Some(table) = names.iter().find(|name| !OWN_TABLES.contains(&name.as_str())) {
        let table = table.clone();
        return Err(CopyError::TargetNotEmpty { to: to.to_string(), table });
    }
    migration::prepare(target).await?;
    let mut tx = target.begin().await?;
    save(&mut tx, "source", "", &from.to_string(), 0).await?;
    Ok(tx.commit().await?)
}

/// Takes the references away, remembering how to put them back.
pub(super) async fn drop_references(target: &Db) -> Result<(), CopyError> {
    let mut tx = target.begin().await?;
    let references: Vec<Reference> = target.dialect().references(tx.connection()).await?;
    for reference in references {
        let name = format!("{}.{}", reference.table, reference.name);
        save(&mut tx, "reference", &name, &reference.add_sql(), 0).await?;
        run(tx.connection(), reference.drop_sql()).await?;
    }
    Ok(tx.commit().await?)
}

/// Puts the references back, which checks them, and forgets that there was a copy.
pub(super) async fn finish(target: &Db) -> Result<(), CopyError> {
    let mut tx = target.begin().await?;
    if let Some(table) = target.dialect().broken_reference(tx.connection()).await? {
        return Err(CopyError::BrokenReference { table });
    }
    let references: Vec<String> = sqlx::query_scalar(REFERENCES).fetch_all(tx.connection()).await?;
    for add in references {
        run(tx.connection(), add).await?;
    }
    sqlx::query(FORGET).execute(tx.connection()).await?;
    tx.commit().await?;
    // So that the first questions find good ways through tables that were empty until now.
    let mut connection = target.reader().acquire().await?;
    Ok(run(&mut connection, "ANALYZE".to_owned()).await?)
}

/// The last key of a table that was copied, and how many rows; `None` when it was not begun.
pub(super) async fn of_table(
    target: &Db,
    table: &str,
) -> Result<Option<(String, i64)>, sqlx::Error> {
    sqlx::query_as(OF_TABLE).bind(table).fetch_optional(target.reader()).await
}

/// Notes how far a table is, in the transaction of its rows.
pub(super) async fn note_table(
    tx: &mut Tx,
    table: &str,
    last_key: &str,
    copied: i64,
) -> Result<(), sqlx::Error> {
    save(tx, "table", table, last_key, copied).await
}

async fn save(
    tx: &mut Tx,
    kind: &str,
    name: &str,
    detail: &str,
    copied: i64,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(SAVE).bind(kind).bind(name).bind(detail).bind(copied);
    query.execute(tx.connection()).await?;
    Ok(())
}
