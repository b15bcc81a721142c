//! Moves all records from one database to another: both ways, verified, resumed after a kill.
//!
//! How far it is stands in the target, in `db_copy`, in the transaction of the rows themselves.
//! The source is only read, and neither side can be used by a server meanwhile.

mod progress;
mod rows;

use sqlx::AnyConnection;

pub(crate) use progress::{CREATE_PROGRESS, refuse_unfinished};

use crate::{Db, DbError, Location, Migration, dialect::catalog::Table, migration, pool::Purpose};

/// Tables of this crate that every database has of its own.
const OWN_TABLES: [&str; 2] = ["db_copy", "db_migration"];

/// How far a copy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyProgress {
    /// The table.
    pub table: String,
    /// Its rows in the target.
    pub copied: i64,
    /// Its rows in the source.
    pub total: i64,
    /// Whether they are being compared; else they are being copied.
    pub verifying: bool,
}

/// A table that was copied and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCopy {
    /// Its name.
    pub table: String,
    /// Its rows, the same number on both sides.
    pub rows: u64,
    /// SHA-256 of all rows in the order of their key, the same on both sides.
    pub checksum: String,
}

/// Why records could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the two databases answered with an error.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Both are the same.
    #[error("{0} is both the source and the target")]
    Same(String),
    /// There is nothing to copy.
    #[error("{from} holds no records of Mainstay")]
    NotRecords {
        /// The source.
        from: String,
    },
    /// There is something in the target that the copy did not put there.
    #[error("{to} is not empty: it has the table {table}; give an empty database")]
    TargetNotEmpty {
        /// The target.
        to: String,
        /// One of its tables.
        table: String,
    },
    /// The target holds the beginning of another copy.
    #[error("{to} holds an unfinished copy of {other}; finish that one, or give an empty database")]
    OtherSource {
        /// The target.
        to: String,
        /// What was being copied to it.
        other: String,
    },
    /// A table cannot be read in the order of a key.
    #[error("the table {table} has no primary key of numbers and texts, and cannot be copied")]
    NoKey {
        /// The table.
        table: String,
    },
    /// A column has a type outside of the common subset.
    #[error("the column {table}.{column} has the type {declared}, which cannot be copied")]
    UnknownType {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        declared: String,
    },
    /// The rows are not the same.
    #[error(
        "the table {table} differs: {source_rows} rows in the source, {target_rows} in the target, \
         or other values in them; the source was changed since the copy began: empty the target \
         and copy again"
    )]
    Differs {
        /// The table.
        table: String,
        /// Rows of the source.
        source_rows: u64,
        /// Rows of the target.
        target_rows: u64,
    },
    /// A row refers to one that is not there.
    #[error("the table {table} has a row that refers to nothing; the copy was not finished")]
    BrokenReference {
        /// The table.
        table: String,
    },
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Copies all records from `from` to `to` and compares them; goes on where an earlier call was
/// cut off. Calls `tell` after every batch.
///
/// The target gets the migrations that the source has; the next start brings it further.
/// Errors: [`CopyError`]; the source is never changed.
pub async fn copy(
    from: &Location,
    to: &Location,
    migrations: &[Migration],
    tell: &mut (dyn FnMut(&CopyProgress) + Send),
) -> Result<Vec<TableCopy>, CopyError> {
    if from == to {
        return Err(CopyError::Same(from.to_string()));
    }
    if let Location::Sqlite(path) = from
        && !path.exists()
    {
        return Err(CopyError::NotRecords { from: from.to_string() });
    }
    let source = Db::connect(from, Purpose::Copy).await?;
    let (applied, tables) = survey(&source, from, migrations).await?;
    let target = Db::connect(to, Purpose::Copy).await?;
    progress::begin(&target, from, to).await?;
    migration::apply(&target, &applied).await?;
    progress::drop_references(&target).await?;
    for table in &tables {
        rows::copy_table(&source, &target, table, tell).await?;
    }
    let mut copied = Vec::new();
    for table in &tables {
        copied.push(rows::compare_table(&source, &target, table, tell).await?);
    }
    progress::finish(&target).await?;
    source.close().await;
    target.close().await;
    Ok(copied)
}

/// What the source has: its migrations and its tables.
async fn survey(
    source: &Db,
    from: &Location,
    migrations: &[Migration],
) -> Result<(Vec<Migration>, Vec<Table>), CopyError> {
    let mut connection = source.reader().acquire().await?;
    let names = source.dialect().table_names(&mut connection).await?;
    if !names.iter().any(|name| name == "db_migration") {
        return Err(CopyError::NotRecords { from: from.to_string() });
    }
    if names.iter().any(|name| name == "db_copy") {
        refuse_unfinished(source).await?;
    }
    let ledger = migration::ledger(&mut connection).await?;
    migration::refuse_newer(&ledger, migrations)?;
    let mut applied = Vec::new();
    for migration in migrations {
        if ledger.contains(migration)? {
            applied.push(*migration);
        }
    }
    let tables = tables(source, &mut connection, names).await?;
    Ok((applied, tables))
}

async fn tables(
    source: &Db,
    connection: &mut AnyConnection,
    names: Vec<String>,
) -> Result<Vec<Table>, CopyError> {
    let mut tables = Vec::new();
    for name in names.iter().filter(|name| !OWN_TABLES.contains(&name.as_str())) {
        let table = source.dialect().table(connection, name).await?;
        rows::check(&table)?;
        tables.push(table);
    }
    Ok(tables)
}
