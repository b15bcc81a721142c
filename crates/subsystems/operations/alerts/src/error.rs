use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Permission, Text};
use resources::ResourcesError;

/// Why a verb of rules and alerts was refused.
#[derive(Debug, thiserror::Error)]
pub enum AlertsError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The register did not say where a resource belongs.
    #[error("find where the alert belongs: {0}")]
    Register(#[from] ResourcesError),
    /// Fields of the input are wrong.
    #[error("{}", Fault::invalid_fields(.0.clone()).text.en)]
    Invalid(Vec<FieldFault>),
    /// The caller lacks the permission.
    #[error("you lack the permission `{0}`")]
    Forbidden(Permission),
    /// No such alert.
    #[error("no alert `{id}`")]
    AlertNotFound {
        /// Its id.
        id: String,
    },
    /// The alert is over: nothing can be done about it.
    #[error("alert `{id}` is closed")]
    AlertClosed {
        /// Its id.
        id: String,
    },
    /// No such rule.
    #[error("no alert rule `{id}`")]
    RuleNotFound {
        /// Its id.
        id: String,
    },
    /// Somebody changed the rule in between.
    #[error("alert rule `{id}` was changed in the meantime")]
    Stale {
        /// Its id.
        id: String,
    },
    /// Rules that came with the product would come back.
    #[error("alert rule `{name}` came with the product; disable it instead")]
    ShippedRule {
        /// Its name.
        name: String,
    },
    /// There are as many rules as are evaluated.
    #[error("there are {limit} alert rules already")]
    TooManyRules {
        /// The limit.
        limit: u32,
    },
    /// Another server evaluates the rules now: nothing more may be written here.
    #[error("evaluate the rules: {0}")]
    TakenOver(Box<Fault>),
    /// The evaluation of the rules was ended from outside.
    #[error("evaluate the rules: {0}")]
    EvaluationEnded(#[from] tokio::task::JoinError),
}

impl From<sqlx::Error> for AlertsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<AlertsError> for Fault {
    fn from(error: AlertsError) -> Self {
        match error {
            AlertsError::Db(error) => error.into(),
            AlertsError::Register(error) => error.into(),
            AlertsError::TakenOver(fault) => *fault,
            AlertsError::Invalid(fields) => Self::invalid_fields(fields),
            AlertsError::Forbidden(permission) => Self::forbidden(permission),
            AlertsError::AlertNotFound { id } => Self::not_found(&Text::new("alert", "告警"), id),
            AlertsError::RuleNotFound { id } => {
                Self::not_found(&Text::new("alert rule", "告警规则"), id)
            }
            AlertsError::Stale { .. } => Self::stale(),
            AlertsError::AlertClosed { .. } => Self::conflict(
                "alert-closed",
                Text::new("the alert is closed already", "告警已关闭"),
            ),
            AlertsError::ShippedRule { name } => Self::conflict(
                "shipped-rule",
                Text::new(
                    format!("the rule `{name}` came with the product; disable it instead"),
                    format!("规则“{name}”为系统自带，不能删除，可以停用"),
                ),
            ),
            AlertsError::TooManyRules { limit } => Self::conflict(
                "too-many-rules",
                Text::new(
                    format!("there are {limit} rules already; remove one first"),
                    format!("规则已达上限 {limit} 条，请先删除一条"),
                ),
            ),
            AlertsError::EvaluationEnded(ref ended) => Self {
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

impl From<AlertsError> for Problem {
    fn from(error: AlertsError) -> Self {
        Self(error.into())
    }
}
