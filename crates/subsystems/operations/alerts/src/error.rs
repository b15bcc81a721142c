use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Permission, Text};
use notify::NotifyError;
use resources::ResourcesError;
use vault::VaultError;

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
    /// No such incident.
    #[error("no incident `{id}`")]
    IncidentNotFound {
        /// Its id.
        id: String,
    },
    /// The incident is over: nothing can be done about it.
    #[error("incident `{id}` is closed")]
    IncidentClosed {
        /// Its id.
        id: String,
    },
    /// No such lesson.
    #[error("no lesson `{id}`")]
    LessonNotFound {
        /// Its id.
        id: String,
    },
    /// No such policy.
    #[error("no policy `{id}`")]
    PolicyNotFound {
        /// Its id.
        id: String,
    },
    /// There are as many policies as are held against incidents.
    #[error("there are {limit} policies already")]
    TooManyPolicies {
        /// The limit.
        limit: u32,
    },
    /// No other system sent the alert, or what it said is forgotten.
    #[error("no event of the alert `{id}`")]
    EventNotFound {
        /// The alert's id.
        id: String,
    },
    /// No such silence.
    #[error("no silence `{id}`")]
    SilenceNotFound {
        /// Its id.
        id: String,
    },
    /// There are as many silences as are held against alerts.
    #[error("there are {limit} silences already")]
    TooManySilences {
        /// The limit.
        limit: u32,
    },
    /// A message could not be taken in.
    #[error("tell of the incident: {0}")]
    Notify(Box<NotifyError>),
    /// What stands around the cause could not be found out.
    #[error("look around the cause: {0}")]
    Lookout(Box<Fault>),
    /// The address of the watcher outside could not be sealed or opened.
    #[error("keep the address of the watcher outside: {0}")]
    Vault(Box<VaultError>),
    /// Nothing is asked outside from here.
    #[error("nothing is asked outside from here")]
    NoOutsideMeans,
    /// Whether a chain is there could not be found out.
    #[error("ask for the chain of escalation: {0}")]
    Escalation(Box<Fault>),
    /// The evaluation of the rules was ended from outside.
    #[error("evaluate the rules: {0}")]
    EvaluationEnded(#[from] tokio::task::JoinError),
}

impl From<sqlx::Error> for AlertsError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<VaultError> for AlertsError {
    fn from(error: VaultError) -> Self {
        Self::Vault(Box::new(error))
    }
}

impl From<NotifyError> for AlertsError {
    fn from(error: NotifyError) -> Self {
        Self::Notify(Box::new(error))
    }
}

impl From<AlertsError> for Fault {
    fn from(error: AlertsError) -> Self {
        match error {
            AlertsError::Db(error) => error.into(),
            AlertsError::Register(error) => error.into(),
            AlertsError::TakenOver(fault)
            | AlertsError::Lookout(fault)
            | AlertsError::Escalation(fault) => *fault,
            AlertsError::Notify(error) => (*error).into(),
            AlertsError::Vault(error) => (*error).into(),
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
            of_incidents => of_incidents.fault_of_incidents(),
        }
    }
}

impl AlertsError {
    /// What is said of incidents, policies and silences.
    fn fault_of_incidents(self) -> Fault {
        match self {
            AlertsError::IncidentNotFound { id } => {
                Fault::not_found(&Text::new("incident", "故障"), id)
            }
            AlertsError::LessonNotFound { id } => {
                Fault::not_found(&Text::new("lesson", "关联规则"), id)
            }
            AlertsError::PolicyNotFound { id } => {
                Fault::not_found(&Text::new("policy", "通知策略"), id)
            }
            AlertsError::EventNotFound { id } => {
                Fault::not_found(&Text::new("event of the alert", "告警事件"), id)
            }
            AlertsError::SilenceNotFound { id } => {
                Fault::not_found(&Text::new("silence", "静默"), id)
            }
            AlertsError::IncidentClosed { .. } => Fault::conflict(
                "incident-closed",
                Text::new("the incident is closed already", "故障已关闭"),
            ),
            AlertsError::TooManyPolicies { limit } => Fault::conflict(
                "too-many-policies",
                Text::new(
                    format!("there are {limit} policies already; remove one first"),
                    format!("通知策略已达上限 {limit} 条，请先删除一条"),
                ),
            ),
            AlertsError::TooManySilences { limit } => Fault::conflict(
                "too-many-silences",
                Text::new(
                    format!("{limit} silences last already; end one first"),
                    format!("生效中的静默已达上限 {limit} 条，请先结束一条"),
                ),
            ),
            // Every other one is told of where this is called.
            other => Fault {
                inside: Some(other.to_string()),
                ..Fault::new(
                    FaultKind::Internal,
                    "alerts-failed",
                    Text::new("alerts could not be looked after", "告警处理失败"),
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
