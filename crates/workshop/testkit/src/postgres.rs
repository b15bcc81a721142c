use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::atomic::{AtomicU32, Ordering},
};

use db::{Db, DbError, Location, Migration, PostgresUrl};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A database on PostgreSQL that is dropped with this.
#[derive(Debug)]
pub struct Scratch {
    admin: PostgresUrl,
    name: String,
}

/// Databases that this process has made.
static MADE: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    /// An empty database beside the one that `admin` is the URL of.
    ///
    /// # Panics
    /// When `admin` is no URL of PostgreSQL.
    pub async fn empty(admin: &str) -> Result<Self, DbError> {
        let admin = PostgresUrl::parse(admin).expect("MAINSTAY_TEST_POSTGRES is a URL");
        Self::create(admin, "template0").await
    }

    /// A database with these tables, copied from one that was made once for all tests.
    ///
    /// # Panics
    /// When `admin` is no URL of PostgreSQL.
    pub async fn with_tables(admin: &str, migrations: &[Migration]) -> Result<Self, DbError> {
        let admin = PostgresUrl::parse(admin).expect("MAINSTAY_TEST_POSTGRES is a URL");
        let template = template(&admin, migrations).await?;
        Self::create(admin, &template).await
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> Location {
        Location::Postgres(self.admin.with_database(&self.name))
    }

    /// Where it is, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        self.admin.with_database(&self.name).secret().to_owned()
    }

    async fn create(admin: PostgresUrl, template: &str) -> Result<Self, DbError> {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("mainstay_test_{}_{number}", std::process::id());
        let mut connection = PgConnection::connect(admin.secret()).await?;
        // A test that was killed may have left one of the same name.
        run(&mut connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        let copy = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        run(&mut connection, copy).await?;
        connection.close().await?;
        Ok(Self { admin, name })
    }
}

/// Text by bytes, as SQLite does.
const PROPERTIES: &str = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'";

impl Drop for Scratch {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // The test's own runtime may be gone already.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                let mut connection = PgConnection::connect(admin.secret()).await?;
                run(&mut connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
            })
        });
        match dropped.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("failed to drop the database {}: {error}", self.name),
            Err(_) => eprintln!("failed to drop the database {}", self.name),
        }
    }
}

/// The name of a database with these tables that nobody is connected to; made where it is missing,
/// by one test while the others wait.
async fn template(admin: &PostgresUrl, migrations: &[Migration]) -> Result<String, DbError> {
    let mut hasher = DefaultHasher::new();
    for migration in migrations {
        (migration.component, migration.number, migration.sql).hash(&mut hasher);
    }
    let name = format!("mainstay_template_{:016x}", hasher.finish());
    let mut connection = PgConnection::connect(admin.secret()).await?;
    sqlx::query("SELECT pg_advisory_lock(7780003)").execute(&mut connection).await?;
    let there: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM pg_database WHERE datname = $1")
        .bind(&name)
        .fetch_one(&mut connection)
        .await?;
    if there == 0 {
        // Under another name until it is complete.
        let half = format!("{name}_half");
        run(&mut connection, format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)")).await?;
        run(&mut connection, format!("CREATE DATABASE {half} TEMPLATE template0 {PROPERTIES}"))
            .await?;
        let location = Location::Postgres(admin.with_database(&half));
        Db::open(location, migrations).await?.close().await;
        run(&mut connection, format!("ALTER DATABASE {half} RENAME TO {name}")).await?;
    }
    connection.close().await?;
    Ok(name)
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
