use db::{Db, Migration};
use tempfile::TempDir;

/// Records in a directory that goes with the test.
#[derive(Debug)]
pub struct TemporaryDb {
    /// The records.
    pub db: Db,
    /// Where they are.
    pub dir: TempDir,
}

/// Fresh records with these crates' tables.
///
/// # Panics
/// When the directory or the database cannot be made: the test cannot run.
pub async fn temporary_db(migrations: &[&[Migration]]) -> TemporaryDb {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let path = dir.path().join("records.sqlite");
    let db = Db::open(&path, &migrations.concat()).await.expect("the tables can be made");
    TemporaryDb { db, dir }
}
