use db::DbError;
use kernel::{Fault, FaultKind, Text};

/// Why the journal could not be sealed, anchored, archived or verified.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The file of keys cannot be used.
    #[error("read the journal's keys {path}: {said}")]
    KeysUnreadable {
        /// The file.
        path: String,
        /// Why.
        said: String,
    },
    /// The file of keys, or the mark beside it, cannot be written.
    #[error("write {path}: {said}")]
    KeysUnwritable {
        /// The file.
        path: String,
        /// Why.
        said: String,
    },
    /// The records were sealed with a key that is not here.
    #[error(
        "the journal is sealed with the key {id}, which is not in {folder}; put back the file \
         journal.keys that belongs to these records"
    )]
    KeyMissing {
        /// The key's short name.
        id: String,
        /// Where it was looked for.
        folder: String,
    },
    /// Another server sealed at the same moment; the next round goes on after it.
    #[error("another server seals the journal at the same moment")]
    Overtaken,
    /// A place outside did not take a checkpoint or a fact.
    #[error("tell {target}: {said}")]
    AnchorFailed {
        /// The place.
        target: String,
        /// Why.
        said: String,
    },
    /// The address of a place outside makes no sense.
    #[error("{setting}: `{found}` is not {expected}")]
    AnchorWrong {
        /// The setting.
        setting: &'static str,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// An archive file cannot be written or read.
    #[error("archive {path}: {said}")]
    ArchiveUnusable {
        /// The file.
        path: String,
        /// Why.
        said: String,
    },
    /// The clock jumped: nothing is archived until somebody has looked.
    #[error("the archive is held since {since}: the clock jumped forwards by more than a day")]
    Held {
        /// When it was found.
        since: kernel::Time,
    },
    /// The caller may not do that.
    #[error("change the journal's keeping: the permission {0} is missing")]
    NotAllowed(kernel::Permission),
    /// What was sent makes no sense.
    #[error("{} is `{}`; expected {}", .0.field, .0.found, .0.expected.en)]
    WrongInput(kernel::FieldFault),
    /// No checkpoint of that journal was ever told here.
    #[error("there is no witnessed journal {journal}")]
    NotWitnessed {
        /// The short name of its first key.
        journal: String,
    },
    /// A checkpoint contradicts what the journal said before.
    #[error("the journal {journal} contradicts itself: {}", kind.name())]
    Contradicted {
        /// The short name of its first key.
        journal: String,
        /// How.
        kind: crate::Contradiction,
    },
    /// There is nothing to release.
    #[error("release the archive: it is not held")]
    NotHeld,
    /// The store cannot be verified at all.
    #[error("verify the journal: {said}")]
    Unverifiable {
        /// Why.
        said: String,
    },
}

impl From<sqlx::Error> for JournalError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<JournalError> for Fault {
    fn from(error: JournalError) -> Self {
        let unavailable = |code, en: &str, zh: &str| Self {
            inside: Some(error.to_string()),
            ..Self::new(FaultKind::Unavailable, code, Text::new(en, zh))
        };
        match error {
            JournalError::Db(error) => error.into(),
            JournalError::NotAllowed(permission) => Self::forbidden(permission),
            JournalError::WrongInput(field) => Self::invalid_fields(vec![field]),
            JournalError::NotWitnessed { journal } => {
                Self::not_found(&Text::new("witnessed journal", "被见证的日志"), journal)
            }
            JournalError::Contradicted { journal, kind } => {
                let Text { en, zh } = kind.text();
                let text = Text::new(
                    format!("the journal {journal} contradicts itself: {en}"),
                    format!("日志 {journal} 自相矛盾：{zh}"),
                );
                Self::conflict("journal-contradicted", text)
            }
            JournalError::NotHeld => Self::conflict(
                "archive-not-held",
                Text::new("the journal's archive is not held", "日志归档没有被暂停"),
            ),
            JournalError::Held { .. } => unavailable(
                "archive-held",
                "the journal's archive is held because the clock jumped; look at the clock, then \
                 release it",
                "系统时钟曾大幅跳变，日志归档已暂停；请核对时钟后解除",
            ),
            JournalError::KeysUnreadable { .. }
            | JournalError::KeysUnwritable { .. }
            | JournalError::KeyMissing { .. } => unavailable(
                "journal-keys",
                "the journal cannot be sealed: its keys cannot be used; see the server's log",
                "日志无法封存：密钥文件不可用，详见服务器日志",
            ),
            JournalError::AnchorFailed { .. } | JournalError::AnchorWrong { .. } => unavailable(
                "journal-anchor",
                "the journal's anchor cannot be reached; see the journal's status",
                "日志锚点不可达，详见日志状态",
            ),
            JournalError::Overtaken
            | JournalError::ArchiveUnusable { .. }
            | JournalError::Unverifiable { .. } => Self::internal(error),
        }
    }
}
