use std::sync::Arc;

use sqlx::AnyPool;
use tokio::sync::watch;

use crate::{
    DbError, Dialect, Location, Migration, Tx, copy,
    dialect::{
        postgres, sqlite,
        watch::{Told, Watch},
    },
    migration,
};

/// What the records are opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To work with them, beside other servers.
    Serve,
    /// To copy all of them: nobody else may use them meanwhile.
    Copy,
}

/// A handle to the records: cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    dialect: Dialect,
    readers: AnyPool,
    writer: AnyPool,
    committed: watch::Sender<u64>,
    away: watch::Sender<Option<String>>,
    watch: Option<Arc<Watch>>,
}

impl Db {
    /// Opens the records at `location`, makes a SQLite file where it is missing, checks that they
    /// can be used and brings them to the newest of `migrations`.
    ///
    /// Errors: [`DbError::Unreachable`] when PostgreSQL is away ([`DbError::is_away`]: try again);
    /// [`DbError::Refused`], [`DbError::Unsuitable`], [`DbError::InUse`],
    /// [`DbError::CopyUnfinished`], [`DbError::Damaged`], [`DbError::Newer`],
    /// [`DbError::MigrationFailed`].
    pub async fn open(
        location: impl Into<Location>,
        migrations: &[Migration],
    ) -> Result<Self, DbError> {
        let db = Self::connect(&location.into(), Purpose::Serve).await?;
        migration::prepare(&db).await?;
        copy::refuse_unfinished(&db).await?;
        migration::apply(&db, migrations).await?;
        db.gather_statistics().await?;
        Ok(db)
    }

    pub(crate) async fn connect(location: &Location, purpose: Purpose) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        let committed = watch::channel(0).0;
        let away = watch::channel(None).0;
        match location {
            Location::Sqlite(path) => {
                let (readers, writer) = sqlite::connect(path, purpose).await?;
                let dialect = Dialect::Sqlite;
                Ok(Self { dialect, readers, writer, committed, away, watch: None })
            }
            Location::Postgres(url) => {
                let (readers, writer, own_process) = postgres::connect(url, purpose).await?;
                let told = Told { committed: committed.clone(), away: away.clone(), own_process };
                let watch = Some(Arc::new(Watch::begin(url.clone(), told).await));
                let dialect = Dialect::Postgres;
                Ok(Self { dialect, readers, writer, committed, away, watch })
            }
        }
    }

    /// How its SQL differs from the common text.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// For reading: any number at once, none waits for a writer.
    #[must_use]
    pub fn reader(&self) -> &AnyPool {
        &self.readers
    }

    /// Begins a change. Changes run one after another, those of other servers on the same
    /// PostgreSQL too: what this one reads stays true until it commits. What is not committed is
    /// undone.
    ///
    /// Errors: [`DbError::Sql`] when none becomes free in 10 s.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let begun = match self.dialect {
            Dialect::Sqlite => sqlite::begin(&self.writer).await?,
            Dialect::Postgres => postgres::begin(&self.writer).await?,
        };
        Ok(Tx::new(begun, self.committed.clone()))
    }

    /// Grows with every commit, of this server or of another: whoever waits for changes waits for
    /// it.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Why the database is out of reach, while it is; noticed within seconds. Always `None` for
    /// SQLite.
    #[must_use]
    pub fn away(&self) -> watch::Receiver<Option<String>> {
        self.away.subscribe()
    }

    /// Lets the database know how large its tables have become, so that it finds the quickest way
    /// through them: to be repeated while they grow. PostgreSQL looks after that by itself.
    ///
    /// Errors: [`DbError::Sql`].
    pub async fn gather_statistics(&self) -> Result<(), DbError> {
        match self.dialect {
            Dialect::Sqlite => Ok(sqlite::gather_statistics(&self.writer).await?),
            Dialect::Postgres => Ok(()),
        }
    }

    /// Reads everything once and tells whether it is sound: to be repeated now and then, because a
    /// start does so only where it is quick. PostgreSQL looks after that by itself.
    ///
    /// Errors: [`DbError::Damaged`].
    pub async fn check(&self) -> Result<(), DbError> {
        match self.dialect {
            Dialect::Sqlite => sqlite::check(&self.readers).await,
            Dialect::Postgres => Ok(()),
        }
    }

    /// Whether the records answer.
    pub async fn ping(&self) -> Result<(), DbError> {
        if let Some(said) = self.away.borrow().clone() {
            return Err(DbError::Away { said });
        }
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }

    /// How many bytes the records take on disk: SQLite's file, or the whole of the database in
    /// PostgreSQL.
    ///
    /// Errors: the records do not answer.
    pub async fn size_bytes(&self) -> Result<u64, DbError> {
        let bytes: i64 = sqlx::query_scalar(self.dialect().size()).fetch_one(&self.readers).await?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// Closes all connections; SQLite folds the write-ahead log into the file.
    pub async fn close(&self) {
        if let Some(watch) = &self.watch {
            watch.end();
        }
        self.readers.close().await;
        self.writer.close().await;
    }
}
