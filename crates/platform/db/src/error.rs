use kernel::{Fault, FaultKind, Text};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database answered with an error.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The data was written by a newer version of Mainstay.
    #[error(
        "the data is newer than this program: it has migration {component} {number} \
         ({name}); start the version that wrote it, or a later one"
    )]
    Newer {
        /// The crate whose migration is not known here.
        component: String,
        /// Its number.
        number: i64,
        /// Its name.
        name: String,
    },
    /// A migration that was applied reads differently today.
    #[error("migration {component} {number} was changed after it had been applied")]
    MigrationChanged {
        /// The crate.
        component: String,
        /// The number.
        number: i64,
    },
    /// A migration failed; nothing of it was kept.
    #[error("migration {component} {number} ({name}) failed: {source}")]
    MigrationFailed {
        /// The crate.
        component: String,
        /// Its number.
        number: i64,
        /// Its name.
        name: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The file is not a sound database.
    #[error("the database file {path} is damaged: {found}; restore it from a backup")]
    Damaged {
        /// The file.
        path: String,
        /// What the integrity check said.
        found: String,
    },
}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed) => {
                let text = Text::new(
                    "the database does not answer; try again shortly",
                    "数据库暂时没有响应,请稍后再试",
                );
                Self {
                    inside: Some(error.to_string()),
                    ..Self::new(FaultKind::Unavailable, "database-unavailable", text)
                }
            }
            DbError::Sql(sql) if is_disk_full(sql) => {
                let text = Text::new(
                    "the disk is full: nothing was changed; free some space and try again",
                    "磁盘已满,没有做任何修改;请先清理空间再试",
                );
                Self {
                    inside: Some(error.to_string()),
                    ..Self::new(FaultKind::Unavailable, "disk-full", text)
                }
            }
            _ => Self::internal(&error),
        }
    }
}

/// Whether the database refused because there is no room (SQLITE_FULL, or ENOSPC as an I/O error).
fn is_disk_full(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|database| {
        database.code().as_deref() == Some("13") || database.message().contains("disk is full")
    })
}
