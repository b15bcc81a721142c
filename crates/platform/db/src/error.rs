use kernel::{Fault, FaultKind, Text};

use crate::failure;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The database answered with an error.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A fact could not be written, and so neither could the change that it tells of.
    #[error("the journal cannot be written: {0}")]
    JournalUnwritable(sqlx::Error),
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
    /// PostgreSQL does not answer.
    #[error("the database {server} cannot be reached: {said}")]
    Unreachable {
        /// The URL without its password.
        server: String,
        /// What the system or the server said.
        said: String,
    },
    /// PostgreSQL was there and is not at the moment.
    #[error("{said}")]
    Away {
        /// Why.
        said: String,
    },
    /// PostgreSQL does not let us in.
    #[error(
        "the database {server} refuses the sign-in: {said}; check the user, the password and the \
         database's name in database.url"
    )]
    Refused {
        /// The URL without its password.
        server: String,
        /// What the server said.
        said: String,
    },
    /// PostgreSQL is too old, or keeps text differently.
    #[error("the database {server} cannot be used: {said}")]
    Unsuitable {
        /// The URL without its password.
        server: String,
        /// What is wrong and what would be right.
        said: String,
    },
    /// A server works with the records while they are to be copied, or the other way round.
    #[error(
        "the database {server} is in use: it is copied at the moment, or a server runs on it \
         while a copy wants it for itself; stop the other one first"
    )]
    InUse {
        /// The URL without its password.
        server: String,
    },
    /// A copy into these records was begun and not finished.
    #[error(
        "the records are an unfinished copy of {from}; run `mainstay migrate-store` again to \
         finish it"
    )]
    CopyUnfinished {
        /// Where they are copied from.
        from: String,
    },
}

impl DbError {
    /// Why a fact could not be written: what the database says of itself (it is away, full or
    /// busy) stays that, anything else is the journal's own failure.
    #[must_use]
    pub fn of_journal(error: sqlx::Error) -> Self {
        let known = failure::is_away(&error)
            || failure::is_disk_full(&error)
            || failure::is_busy(&error)
            || failure::is_nul(&error);
        if known { Self::Sql(error) } else { Self::JournalUnwritable(error) }
    }

    /// Whether the database is out of reach, so that trying again later makes sense.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Away { .. } => true,
            Self::Sql(error) => failure::is_away(error),
            _ => false,
        }
    }
}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        let (kind, code, text) = match &error {
            error if error.is_away() => (
                FaultKind::Unavailable,
                "database-unavailable",
                Text::new(
                    "the database does not answer; try again shortly",
                    "数据库暂时没有响应，请稍后再试",
                ),
            ),
            DbError::Sql(sqlx::Error::PoolClosed) => (
                FaultKind::Unavailable,
                "database-unavailable",
                Text::new("the server is stopping", "服务器正在停止"),
            ),
            DbError::Sql(sql) if failure::is_busy(sql) => (
                FaultKind::Unavailable,
                "database-unavailable",
                Text::new(
                    "the database is busy with other changes; try again shortly",
                    "数据库正忙于其他修改，请稍后再试",
                ),
            ),
            DbError::Sql(sql) if failure::is_disk_full(sql) => (
                FaultKind::Unavailable,
                "disk-full",
                Text::new(
                    "the disk is full: nothing was changed; free some space and try again",
                    "磁盘已满，没有做任何修改；请先清理空间再试",
                ),
            ),
            DbError::Sql(sql) if failure::is_nul(sql) => (
                FaultKind::Invalid,
                "text-with-nul",
                Text::new(
                    "a text contains the character NUL (U+0000); expected text without it",
                    "文本中含有空字符（U+0000），请去掉后再试",
                ),
            ),
            DbError::JournalUnwritable(_) => (
                FaultKind::Unavailable,
                "journal-unavailable",
                Text::new(
                    "the journal cannot be written, so nothing was changed; see the server's log",
                    "日志无法写入，因此没有做任何修改；详见服务器日志",
                ),
            ),
            _ => return Self::internal(&error),
        };
        Self { inside: Some(error.to_string()), ..Self::new(kind, code, text) }
    }
}
