use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Permission, Text};

/// Why a verb of rule groups was refused.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Fields of the input are wrong.
    #[error("{}", Fault::invalid_fields(.0.clone()).text.en)]
    Invalid(Vec<FieldFault>),
    /// The caller lacks the permission.
    #[error("you lack the permission `{0}`")]
    Forbidden(Permission),
    /// No such rule groups.
    #[error("no rule groups `{id}`")]
    GroupsNotFound {
        /// Their id.
        id: String,
    },
    /// No such back-fill.
    #[error("no back-fill `{id}`")]
    BackfillNotFound {
        /// Its id.
        id: String,
    },
    /// There are rule groups of that name.
    #[error("there are rule groups `{name}` already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Somebody replaced the rule groups in between.
    #[error("rule groups `{id}` were changed in the meantime")]
    Stale {
        /// Their id.
        id: String,
    },
    /// There are as many as are evaluated.
    #[error("there are {limit} of them already")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// The back-fill has ended.
    #[error("back-fill `{id}` has ended")]
    BackfillEnded {
        /// Its id.
        id: String,
    },
    /// A rule is being back-filled already.
    #[error("rule `{rule}` is being back-filled already")]
    BackfillUnderWay {
        /// The rule.
        rule: String,
    },
    /// Another server does the work now: nothing more may be written here.
    #[error("back-fill rules: {0}")]
    TakenOver(Box<Fault>),
    /// The work was ended from outside.
    #[error("evaluate rules: {0}")]
    Ended(#[from] tokio::task::JoinError),
}

impl From<sqlx::Error> for RecordingError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<RecordingError> for Fault {
    fn from(error: RecordingError) -> Self {
        match error {
            RecordingError::Db(error) => error.into(),
            RecordingError::Invalid(fields) => Self::invalid_fields(fields),
            RecordingError::Forbidden(permission) => Self::forbidden(permission),
            RecordingError::GroupsNotFound { id } => {
                Self::not_found(&Text::new("rule groups", "规则组"), id)
            }
            RecordingError::BackfillNotFound { id } => {
                Self::not_found(&Text::new("back-fill", "回填任务"), id)
            }
            RecordingError::NameTaken { name } => Self::conflict(
                "name-taken",
                Text::new(
                    format!("there are rule groups `{name}` already; replace them"),
                    format!("已有名为“{name}”的规则组，请改为替换"),
                ),
            ),
            RecordingError::Stale { .. } => Self::stale(),
            RecordingError::TooMany { limit } => Self::conflict(
                "too-many",
                Text::new(
                    format!("there are {limit} of them already; remove one first"),
                    format!("数量已达上限 {limit}，请先删除一个"),
                ),
            ),
            RecordingError::BackfillEnded { .. } => Self::conflict(
                "backfill-ended",
                Text::new("the back-fill has ended already", "回填任务已结束"),
            ),
            RecordingError::BackfillUnderWay { rule } => Self::conflict(
                "backfill-under-way",
                Text::new(
                    format!("the rule `{rule}` is being back-filled already"),
                    format!("规则“{rule}”正在回填"),
                ),
            ),
            RecordingError::TakenOver(fault) => *fault,
            RecordingError::Ended(ref ended) => Self {
                inside: Some(ended.to_string()),
                ..Self::new(
                    FaultKind::Internal,
                    "evaluation-ended",
                    Text::new("the evaluation of the rules was ended", "规则计算被中止"),
                )
            },
        }
    }
}

impl From<RecordingError> for Problem {
    fn from(error: RecordingError) -> Self {
        Self(error.into())
    }
}
