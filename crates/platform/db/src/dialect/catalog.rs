//! What tables there are and what they are made of, as each database tells it.

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::Dialect;

/// A table as it is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The places of the primary key's columns among `columns`, in the key's order.
    pub(crate) key: Vec<usize>,
}

/// One of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// As declared, in capitals.
    pub(crate) declared: String,
}

/// A reference from one table to another: PostgreSQL checks it with every statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) name: String,
    pub(crate) table: String,
    pub(crate) definition: String,
}

impl Reference {
    pub(crate) fn drop_sql(&self) -> String {
        format!("ALTER TABLE {} DROP CONSTRAINT {}", self.table, self.name)
    }

    pub(crate) fn add_sql(&self) -> String {
        format!("ALTER TABLE {} ADD CONSTRAINT {} {}", self.table, self.name, self.definition)
    }
}

const TABLES_SQLITE: &str = "
    SELECT name
    FROM sqlite_master
    WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
    ORDER BY name";

const TABLES_POSTGRES: &str = "
    SELECT CAST(table_name AS TEXT) AS name
    FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
    ORDER BY 1";

const COLUMNS_SQLITE: &str = "
    SELECT name, type AS declared, pk AS place
    FROM pragma_table_info($1)
    ORDER BY cid";

const COLUMNS_POSTGRES: &str = "
    SELECT CAST(a.attname AS TEXT) AS name, format_type(a.atttypid, NULL) AS declared,
        COALESCE((
            SELECT part.place
            FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS part (attnum, place)
            WHERE i.indrelid = a.attrelid AND i.indisprimary AND part.attnum = a.attnum
        ), 0) AS place
    FROM pg_attribute a
    WHERE a.attrelid = CAST($1 AS REGCLASS) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

const REFERENCES_POSTGRES: &str = "
    SELECT CAST(c.conname AS TEXT) AS name, CAST(t.relname AS TEXT) AS relation,
        pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE c.contype = 'f' AND n.nspname = current_schema()
    ORDER BY t.relname, c.conname";

const BROKEN_SQLITE: &str = "SELECT \"table\" AS name FROM pragma_foreign_key_check LIMIT 1";

impl Dialect {
    /// The names of all tables, in the order of the alphabet.
    pub(crate) async fn table_names(
        self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<String>, sqlx::Error> {
        let sql = match self {
            Self::Sqlite => TABLES_SQLITE,
            Self::Postgres => TABLES_POSTGRES,
        };
        sqlx::query_scalar(sql).fetch_all(connection).await
    }

    /// A table's columns and key.
    pub(crate) async fn table(
        self,
        connection: &mut AnyConnection,
        name: &str,
    ) -> Result<Table, sqlx::Error> {
        let sql = match self {
            Self::Sqlite => COLUMNS_SQLITE,
            Self::Postgres => COLUMNS_POSTGRES,
        };
        let (mut columns, mut places) = (Vec::new(), Vec::new());
        for row in sqlx::query(sql).bind(name).fetch_all(connection).await? {
            let place: i64 = row.try_get("place")?;
            if place > 0 {
                places.push((place, columns.len()));
            }
            let declared: String = row.try_get("declared")?;
            let declared = declared.to_ascii_uppercase();
            columns.push(Column { name: row.try_get("name")?, declared });
        }
        places.sort_unstable();
        let key = places.into_iter().map(|(_, column)| column).collect();
        Ok(Table { name: name.to_owned(), columns, key })
    }

    /// The references that must be taken away while rows come in any order: none for SQLite,
    /// which a copy does not let check them.
    pub(crate) async fn references(
        self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<Reference>, sqlx::Error> {
        if self == Self::Sqlite {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(REFERENCES_POSTGRES).fetch_all(connection).await?;
        rows.iter()
            .map(|row| {
                Ok(Reference {
                    name: row.try_get("name")?,
                    table: row.try_get("relation")?,
                    definition: row.try_get("definition")?,
                })
            })
            .collect()
    }

    /// A table with a reference that leads nowhere; PostgreSQL finds it when the reference is put
    /// back.
    pub(crate) async fn broken_reference(
        self,
        connection: &mut AnyConnection,
    ) -> Result<Option<String>, sqlx::Error> {
        match self {
            Self::Sqlite => sqlx::query_scalar(BROKEN_SQLITE).fetch_optional(connection).await,
            Self::Postgres => Ok(None),
        }
    }
}

/// Runs one statement that the program itself has put together.
pub(crate) async fn run(connection: &mut AnyConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
