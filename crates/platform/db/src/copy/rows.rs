use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row, any::AnyRow};

use super::{CopyError, CopyProgress, TableCopy, progress};
use crate::{
    Db, QueryBuilder,
    dialect::catalog::{Column, Table, run},
};

/// Rows copied in one transaction, and fewer where a row is large.
const ROWS: usize = 1000;
const ROWS_WITH_BYTES: usize = 16;
/// Parameters of one statement; SQLite takes 32,766.
const PARAMETERS: usize = 30_000;

/// The four types of the common subset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Double,
    Text,
    Bytes,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
enum Cell {
    Number(Option<i64>),
    Double(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl Kind {
    fn of(column: &Column) -> Option<Self> {
        match column.declared.as_str() {
            "BIGINT" | "INTEGER" => Some(Self::Number),
            "DOUBLE PRECISION" => Some(Self::Double),
            "TEXT" => Some(Self::Text),
            "BLOB" | "BYTEA" => Some(Self::Bytes),
            _ => None,
        }
    }
}

/// Refuses a table whose rows cannot be copied.
pub(super) fn check(table: &Table) -> Result<(), CopyError> {
    for column in &table.columns {
        if Kind::of(column).is_none() {
            let (table, column, declared) =
                (table.name.clone(), column.name.clone(), column.declared.clone());
            return Err(CopyError::UnknownType { table, column, declared });
        }
    }
    let ordered =
        |place: &usize| matches!(Kind::of(&table.columns[*place]), Some(Kind::Number | Kind::Text));
    if table.key.is_empty() || !table.key.iter().all(ordered) {
        return Err(CopyError::NoKey { table: table.name.clone() });
    }
    Ok(())
}

/// Copies what is left of a table.
pub(super) async fn copy_table(
    source: &Db,
    target: &Db,
    table: &Table,
    tell: &mut (dyn FnMut(&CopyProgress) + Send),
) -> Result<(), CopyError> {
    let total = count(source, table).await?;
    let (mut last, mut copied) = match progress::of_table(target, &table.name).await? {
        Some((last, copied)) => (read_key(&last), copied),
        None => {
            // A migration may have put rows there; those of the source take their place.
            let mut tx = target.begin().await?;
            run(tx.connection(), format!("DELETE FROM {}", table.name)).await?;
            progress::note_table(&mut tx, &table.name, "[]", 0).await?;
            tx.commit().await?;
            (Vec::new(), 0)
        }
    };
    let mut rows = page(source, table, &last).await?;
    while let Some(key) = key_of(table, &rows) {
        last = key;
        copied += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        // The one side reads while the other writes.
        let (next, written) =
            tokio::join!(page(source, table, &last), write(target, table, &rows, &last, copied));
        written?;
        rows = next?;
        let table = table.name.clone();
        tell(&CopyProgress { table, copied, total, verifying: false });
    }
    tell(&CopyProgress { table: table.name.clone(), copied, total, verifying: false });
    Ok(())
}

/// Writes rows, and that the table is copied up to the key `last`.
async fn write(
    target: &Db,
    table: &Table,
    rows: &[Vec<Cell>],
    last: &[Cell],
    copied: i64,
) -> Result<(), CopyError> {
    let mut tx = target.begin().await?;
    let mut insert = insert(table, rows);
    insert.build().persistent(false).execute(tx.connection()).await?;
    progress::note_table(&mut tx, &table.name, &write_key(last), copied).await?;
    Ok(tx.commit().await?)
}

/// The key of the last of these rows.
fn key_of(table: &Table, rows: &[Vec<Cell>]) -> Option<Vec<Cell>> {
    rows.last().map(|row| table.key.iter().map(|place| row[*place].clone()).collect())
}

/// Reads a table on both sides and compares count and checksum.
///
/// Errors: [`CopyError::Differs`].
pub(super) async fn compare_table(
    source: &Db,
    target: &Db,
    table: &Table,
    tell: &mut (dyn FnMut(&CopyProgress) + Send),
) -> Result<TableCopy, CopyError> {
    let (of_source, of_target) = tokio::join!(checksum(source, table), checksum(target, table));
    let ((source_rows, source_sum), (target_rows, target_sum)) = (of_source?, of_target?);
    if (source_rows, &source_sum) != (target_rows, &target_sum) {
        let table = table.name.clone();
        return Err(CopyError::Differs { table, source_rows, target_rows });
    }
    let total = i64::try_from(source_rows).unwrap_or(i64::MAX);
    let name = table.name.clone();
    tell(&CopyProgress { table: name.clone(), copied: total, total, verifying: true });
    Ok(TableCopy { table: name, rows: source_rows, checksum: source_sum })
}

async fn count(db: &Db, table: &Table) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT COUNT(*) FROM {}", table.name);
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db.reader()).await
}

async fn checksum(db: &Db, table: &Table) -> Result<(u64, String), sqlx::Error> {
    let (mut sum, mut count, mut last) = (Sha256::new(), 0, Vec::new());
    let mut bytes = Vec::new();
    loop {
        let rows = page(db, table, &last).await?;
        let Some(key) = key_of(table, &rows) else { break };
        last = key;
        count += rows.len() as u64;
        for row in &rows {
            bytes.clear();
            row.iter().for_each(|cell| canonical(cell, &mut bytes));
            sum.update(&bytes);
        }
    }
    Ok((count, sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Writes what a value is in the checksum, the same for both databases: a letter, then the value,
/// with its length where that varies.
fn canonical(cell: &Cell, to: &mut Vec<u8>) {
    match cell {
        Cell::Number(None) | Cell::Double(None) | Cell::Text(None) | Cell::Bytes(None) => {
            to.push(b'n');
        }
        Cell::Number(Some(value)) => {
            to.push(b'i');
            to.extend(value.to_be_bytes());
        }
        Cell::Double(Some(value)) => {
            to.push(b'd');
            to.extend(value.to_bits().to_be_bytes());
        }
        Cell::Text(Some(text)) => lengthened(b't', text.as_bytes(), to),
        Cell::Bytes(Some(bytes)) => lengthened(b'b', bytes, to),
    }
}

fn lengthened(letter: u8, bytes: &[u8], to: &mut Vec<u8>) {
    to.push(letter);
    to.extend((bytes.len() as u64).to_be_bytes());
    to.extend(bytes);
}

/// The next rows after the key `last`; from the beginning when that is empty.
async fn page(db: &Db, table: &Table, last: &[Cell]) -> Result<Vec<Vec<Cell>>, sqlx::Error> {
    let key: Vec<&str> =
        table.key.iter().map(|place| table.columns[*place].name.as_str()).collect();
    let key = key.join(", ");
    let mut query = QueryBuilder::new("SELECT -- limit follows\n");
    query.push(format!("{} FROM {}", columns(table), table.name));
    if !last.is_empty() {
        query.push(format!(" WHERE ({key}) > ("));
        push_cells(&mut query, last);
        query.push(")");
    }
    let limit = i64::try_from(rows_at_once(table)).unwrap_or(1);
    query.push(format!(" ORDER BY {key} LIMIT ")).push_bind(limit);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(|row| read(table, row)).collect()
}

fn columns(table: &Table) -> String {
    let names: Vec<String> =
        table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    names.join(", ")
}

fn rows_at_once(table: &Table) -> usize {
    let bytes = table.columns.iter().any(|column| Kind::of(column) == Some(Kind::Bytes));
    let rows = if bytes { ROWS_WITH_BYTES } else { ROWS };
    rows.min(PARAMETERS / table.columns.len().max(1)).max(1)
}

fn read(table: &Table, row: &AnyRow) -> Result<Vec<Cell>, sqlx::Error> {
    let cell = |(place, column): (usize, &Column)| match Kind::of(column) {
        Some(Kind::Number) => row.try_get(place).map(Cell::Number),
        Some(Kind::Double) => row.try_get(place).map(Cell::Double),
        Some(Kind::Bytes) => row.try_get(place).map(Cell::Bytes),
        // `check` has refused all other types.
        Some(Kind::Text) | None => row.try_get(place).map(Cell::Text),
    };
    table.columns.iter().enumerate().map(cell).collect()
}

fn insert(table: &Table, rows: &[Vec<Cell>]) -> QueryBuilder {
    let (name, columns) = (&table.name, columns(table));
    let mut query = QueryBuilder::new(format!("INSERT INTO {name} ({columns}) "));
    for (number, row) in rows.iter().enumerate() {
        query.push(if number == 0 { "VALUES (" } else { "), (" });
        push_cells(&mut query, row);
    }
    query.push(")");
    query
}

fn push_cells(query: &mut QueryBuilder, cells: &[Cell]) {
    let mut values = query.separated(", ");
    for cell in cells {
        match cell {
            Cell::Number(value) => values.push_bind(*value),
            Cell::Double(value) => values.push_bind(*value),
            Cell::Text(value) => values.push_bind(value.clone()),
            Cell::Bytes(value) => values.push_bind(value.clone()),
        };
    }
}

/// A key as JSON: numbers and texts.
fn write_key(key: &[Cell]) -> String {
    let values = key.iter().map(|cell| match cell {
        Cell::Number(Some(number)) => serde_json::Value::from(*number),
        Cell::Text(Some(text)) => serde_json::Value::from(text.as_str()),
        // `check` lets no other type into a key, and a key has no NULL.
        _ => serde_json::Value::Null,
    });
    serde_json::Value::from_iter(values).to_string()
}

fn read_key(text: &str) -> Vec<Cell> {
    let values: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    let cell = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Cell::Text(Some(text)),
        other => Cell::Number(other.as_i64()),
    };
    values.into_iter().map(cell).collect()
}
