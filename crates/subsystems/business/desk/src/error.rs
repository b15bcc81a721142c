use std::fmt::Display;

use calendar::CalendarError;
use db::DbError;
use directory::DirectoryError;
use http_kit::Problem;
use kernel::{Caller, Fault, FieldFault, Permission, Text, Time};
use mail::MailFault;
use notify::NotifyError;
use resources::ResourcesError;
use vault::VaultError;

use crate::model::moving::Refusal;

/// Why a verb of the desk was refused.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another crate refused.
    #[error("{}", .0.text.en)]
    Fault(Box<Fault>),
    /// Fields of the input are wrong.
    #[error("{}", Fault::invalid_fields(.0.clone()).text.en)]
    Invalid(Vec<FieldFault>),
    /// The caller lacks the permission.
    #[error("you lack the permission `{0}`")]
    Forbidden(Permission),
    /// What was asked for is not there, or not for the caller to see.
    #[error("no {} `{id}`", .noun.en)]
    NotFound {
        /// What it would be.
        noun: Text,
        /// Its id.
        id: String,
    },
    /// Somebody changed it in between.
    #[error("it was changed in the meantime")]
    Stale,
    /// It is in a state in which this cannot be done.
    #[error("{}", .text.en)]
    Conflict {
        /// A stable name of the reason.
        code: &'static str,
        /// The reason.
        text: Text,
    },
    /// A mailbox cannot be read.
    #[error(transparent)]
    Mail(#[from] MailFault),
    /// The calendar of a service level cannot answer.
    #[error("read the calendar: {0}")]
    Calendar(#[from] CalendarError),
}

impl DeskError {
    /// The caller lacks the permission where it is needed; it is told when they hold it elsewhere.
    pub(crate) fn lacking(caller: &Caller, permission: Permission) -> Self {
        if caller.may(permission) {
            return Self::Fault(Box::new(Fault::out_of_scope(permission)));
        }
        Self::Forbidden(permission)
    }

    /// One field is wrong.
    pub(crate) fn field(field: &str, found: impl Display, expected: Text) -> Self {
        Self::Invalid(vec![FieldFault::new(field, found, expected)])
    }

    /// No such thing.
    pub(crate) fn not_found(en: &str, zh: &str, id: impl Display) -> Self {
        Self::NotFound { noun: Text::new(en, zh), id: id.to_string() }
    }

    /// Its state forbids it.
    pub(crate) fn conflict(
        code: &'static str,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) -> Self {
        Self::Conflict { code, text: Text::new(en, zh) }
    }
}

impl From<Refusal> for DeskError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(faults) => Self::Invalid(faults),
            Refusal::NoWay { ways } => no_way(&ways),
            Refusal::ByAnother => Self::conflict(
                "by-another",
                "this must be done by somebody else than who answered or is in charge",
                "此操作须由答复人和负责人之外的人员完成",
            ),
            Refusal::AssistsOpen { open } => Self::conflict(
                "assists-open",
                format!("{open} units that were asked to help have not answered yet"),
                format!("尚有 {open} 个协办单位未反馈"),
            ),
            Refusal::NoSender => Self::conflict(
                "no-sender",
                "no other unit has given it: there is nobody to return it to",
                "工单不是由其他单位转来，无法退回",
            ),
            Refusal::TooLateToReturn { until } => too_late(until),
        }
    }
}

/// `ways`: what could be done instead.
fn no_way(ways: &[Text]) -> DeskError {
    if ways.is_empty() {
        let (en, zh) = ("no way leads on from its state", "当前状态没有可用操作");
        return DeskError::conflict("wrong-state", en, zh);
    }
    let en: Vec<_> = ways.iter().map(|way| way.en.as_str()).collect();
    let zh: Vec<_> = ways.iter().map(|way| way.zh.as_str()).collect();
    DeskError::conflict(
        "wrong-state",
        format!("from its state only these ways lead: {}", en.join(", ")),
        format!("当前状态不允许此操作，可用操作：{}", zh.join("、")),
    )
}

fn too_late(until: Time) -> DeskError {
    let until = until.to_second();
    DeskError::conflict(
        "too-late",
        format!("it could be returned until {until}"),
        format!("已超过退回时限（{until}）"),
    )
}

impl From<sqlx::Error> for DeskError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<Fault> for DeskError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<DirectoryError> for DeskError {
    fn from(error: DirectoryError) -> Self {
        Fault::from(error).into()
    }
}

impl From<ResourcesError> for DeskError {
    fn from(error: ResourcesError) -> Self {
        Fault::from(error).into()
    }
}

impl From<NotifyError> for DeskError {
    fn from(error: NotifyError) -> Self {
        Fault::from(error).into()
    }
}

impl From<VaultError> for DeskError {
    fn from(error: VaultError) -> Self {
        Fault::from(error).into()
    }
}

impl From<DeskError> for Fault {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Db(error) => error.into(),
            DeskError::Fault(fault) => *fault,
            DeskError::Invalid(fields) => Self::invalid_fields(fields),
            DeskError::Forbidden(permission) => Self::forbidden(permission),
            DeskError::NotFound { noun, id } => Self::not_found(&noun, id),
            DeskError::Stale => Self::stale(),
            DeskError::Conflict { code, text } => Self::conflict(code, text),
            DeskError::Mail(fault) => Self::conflict("mailbox-unreadable", fault.text()),
            DeskError::Calendar(error) => Self::conflict(
                "calendar",
                Text::new(
                    format!("the calendar of the service level cannot answer: {error}"),
                    format!("服务级别的工作日历无法计算：{error}"),
                ),
            ),
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        Self(error.into())
    }
}
