use db::{Db, Dialect, Migration};
use sqlx::AssertSqlSafe;
use tempfile::TempDir;

use crate::postgres::Scratch;

/// Records that go with the test, in a directory that goes too.
#[derive(Debug)]
pub struct TemporaryDb {
    /// The records.
    pub db: Db,
    /// A directory of the test's own; SQLite's file is in it.
    pub dir: TempDir,
    /// The database on PostgreSQL, when the tests run there.
    scratch: Option<Scratch>,
}

/// Fresh records with these crates' tables: a SQLite file, or a database of its own on the
/// PostgreSQL that `MAINSTAY_TEST_POSTGRES` names (`scripts/with-postgres.sh` sets it).
///
/// # Panics
/// When the directory or the database cannot be made: the test cannot run.
pub async fn temporary_db(migrations: &[&[Migration]]) -> TemporaryDb {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let migrations = migrations.concat();
    let Ok(admin) = std::env::var("MAINSTAY_TEST_POSTGRES") else {
        let path = dir.path().join("records.sqlite");
        let db = Db::open(&path, &migrations).await.expect("the tables can be made");
        return TemporaryDb { db, dir, scratch: None };
    };
    let scratch = Scratch::with_tables(&admin, &migrations).await.expect("a database can be made");
    let db = Db::open(scratch.location(), &migrations).await.expect("the database can be opened");
    TemporaryDb { db, dir, scratch: Some(scratch) }
}

impl TemporaryDb {
    /// The same records as another server has them: only on PostgreSQL, where there can be one.
    ///
    /// # Panics
    /// When they cannot be opened.
    pub async fn of_another_server(&self, migrations: &[&[Migration]]) -> Option<Db> {
        let location = self.scratch.as_ref()?.location();
        Some(Db::open(location, &migrations.concat()).await.expect("they can be opened"))
    }

    /// Everything that is kept, as text: the files of SQLite (the records are closed), or every
    /// row of every table on PostgreSQL. For tests that look for what must not be there.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn everything_kept(&self) -> String {
        let mut all = String::new();
        if self.db.dialect() == Dialect::Postgres {
            let tables: Vec<String> =
                sqlx::query_scalar(TABLES).fetch_all(self.db.reader()).await.expect("tables");
            for table in tables {
                let rows = format!("SELECT CAST(t AS TEXT) FROM {table} t");
                let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(rows))
                    .fetch_all(self.db.reader())
                    .await
                    .expect("rows");
                all.push_str(&format!("{table}\n{}\n", rows.join("\n")));
            }
            return all;
        }
        self.db.close().await;
        for entry in std::fs::read_dir(self.dir.path()).expect("the directory is there") {
            let path = entry.expect("the directory can be read").path();
            // Attached files lie below: they are no records.
            if path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(path).expect("the files can be read");
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
        all
    }
}

const TABLES: &str = "
    SELECT CAST(table_name AS TEXT)
    FROM information_schema.tables
    WHERE table_schema = current_schema()";
