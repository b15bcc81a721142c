use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Text, Time};

use super::{AccessError, chinese::chinese};
use crate::model::role::Duty;

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        Self(error.into())
    }
}

impl From<AccessError> for Fault {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Db(error) => error.into(),
            AccessError::Directory(error) => error.into(),
            AccessError::Vault(error) => error.into(),
            AccessError::Vouching(error) => error.into(),
            AccessError::Places(fault) => fault,
            AccessError::Hashing { inside } => Self::internal(inside),
            AccessError::Invalid(fields) => Self::invalid_fields(fields),
            AccessError::Forbidden(permission) => Self::forbidden(permission),
            AccessError::OutOfScope(permission) => Self::out_of_scope(permission),
            AccessError::Stale => Self::stale(),
            AccessError::OutlastsOwn { limit, until: Some((field, to)), .. } => {
                Self { fields: vec![too_long(limit, field, to)], ..told(&error) }
            }
            error => told(&error),
        }
    }
}

fn told(error: &AccessError) -> Fault {
    let (kind, code) = of_sign_in(error).unwrap_or_else(|| of_rights(error));
    Fault::new(kind, code, Text::new(error.to_string(), chinese(error)))
}

/// The fault of the field that says until when.
fn too_long(limit: Time, field: &str, to: Option<Time>) -> FieldFault {
    let limit = limit.to_second();
    let expected = Text::new(
        format!("at the latest {limit}, when your own right ends"),
        format!("不晚于您自己的权限到期时间 {limit}"),
    );
    FieldFault::new(field, to.map(|to| to.to_string()).unwrap_or_default(), expected)
}

/// That a right ends before what is given by it.
pub(super) fn outlasts(
    right: &str,
    limit: Time,
    until: Option<(&'static str, Option<Time>)>,
) -> Text {
    let limit = limit.to_second();
    match until {
        Some((field, _)) => Text::new(
            format!(
                "your own right to `{right}` here ends at {limit}: what you give by it ends then \
                 at the latest, by `{field}`"
            ),
            format!(
                "您在此范围内的“{right}”权限将于 {limit} 到期，据此授予的内容不得晚于该时间结束（{field}）"
            ),
        ),
        None => Text::new(
            format!(
                "your own right to `{right}` ends at {limit}, and this would stay: it needs \
                 `{right}` without an end"
            ),
            format!(
                "您的“{right}”权限将于 {limit} 到期，而此操作的效果将长期存在：须长期拥有“{right}”权限"
            ),
        ),
    }
}

/// That another duty was taken in an emergency before.
pub(super) fn second_duty(role: &str, duty: Duty, from: Option<Time>) -> Text {
    let duty = duty.title();
    let (en, zh) = match from {
        None => (
            "somebody else must confirm that emergency first".to_owned(),
            "须先由他人确认该次应急授权".to_owned(),
        ),
        Some(from) => {
            let from = from.to_second();
            (
                format!("it was confirmed before it was over, so that this one waits until {from}"),
                format!("该次应急授权在结束之前已被确认，须等到 {from} 之后才能启用"),
            )
        }
    };
    Text::new(
        format!(
            "you took `{role}` ({}) in an emergency, and the duties exclude each other: {en}",
            duty.en
        ),
        format!("您曾应急启用“{role}”（{}），与此职责互斥：{zh}", duty.zh),
    )
}

/// The kind and code of a refusal that has to do with signing in.
fn of_sign_in(error: &AccessError) -> Option<(FaultKind, &'static str)> {
    Some(match error {
        AccessError::WrongCredentials => (FaultKind::Unauthenticated, "wrong-credentials"),
        AccessError::LockedOut { retry_after_s } => {
            (FaultKind::TooMany { retry_after_s: *retry_after_s }, "locked-out")
        }
        AccessError::Busy => (FaultKind::TooMany { retry_after_s: 5 }, "sign-in-busy"),
        AccessError::FirstRunDone => (FaultKind::Conflict, "first-run-done"),
        AccessError::FirstRunTokenWrong => (FaultKind::Forbidden, "first-run-token-wrong"),
        AccessError::NameTaken { .. } => (FaultKind::Conflict, "name-taken"),
        AccessError::PersonTaken { .. } => (FaultKind::Conflict, "person-taken"),
        AccessError::LastAdministrator { .. } | AccessError::LastOfDuty { .. } => {
            (FaultKind::Conflict, "last-administrator")
        }
        AccessError::NotAPerson => (FaultKind::Forbidden, "not-a-person"),
        AccessError::TooManyTokens { .. } => (FaultKind::Conflict, "too-many-tokens"),
        AccessError::TokenUnknown => (FaultKind::Unauthenticated, "token-unknown"),
        AccessError::TokenExpired => (FaultKind::Unauthenticated, "token-expired"),
        AccessError::TokenRevoked => (FaultKind::Unauthenticated, "token-revoked"),
        AccessError::WrongCode => (FaultKind::Unauthenticated, "wrong-code"),
        AccessError::SignInOver => (FaultKind::Unauthenticated, "sign-in-over"),
        AccessError::NoPasskeys { .. } => (FaultKind::Conflict, "no-passkeys"),
        AccessError::PasskeyOver => (FaultKind::Unauthenticated, "passkey-over"),
        AccessError::PasskeyRefused(_) => (FaultKind::Unauthenticated, "passkey-refused"),
        AccessError::PasskeyTaken => (FaultKind::Conflict, "passkey-taken"),
        AccessError::SecondFactorRequired => (FaultKind::Conflict, "second-factor-required"),
        AccessError::TotpEnrolled => (FaultKind::Conflict, "totp-enrolled"),
        AccessError::TotpNotBegun => (FaultKind::Conflict, "totp-not-begun"),
        AccessError::TotpNotEnrolled { .. } => (FaultKind::Conflict, "totp-not-enrolled"),
        AccessError::OwnSecondFactor => (FaultKind::Forbidden, "own-second-factor"),
        AccessError::Csrf => (FaultKind::Forbidden, "csrf"),
        _ => return None,
    })
}

/// The kind and code of a refusal that has to do with rights.
fn of_rights(error: &AccessError) -> (FaultKind, &'static str) {
    match error {
        AccessError::RoleTaken { .. } | AccessError::GroupTaken { .. } => {
            (FaultKind::Conflict, "name-taken")
        }
        AccessError::RoleShipped { .. } => (FaultKind::Conflict, "role-shipped"),
        AccessError::RoleInUse { .. } => (FaultKind::Conflict, "role-in-use"),
        AccessError::GroupCircle { .. } => (FaultKind::Conflict, "group-circle"),
        AccessError::TooMany { .. } => (FaultKind::Conflict, "too-many"),
        AccessError::AlreadyGranted { .. } => (FaultKind::Conflict, "already-granted"),
        AccessError::OwnGrant => (FaultKind::Forbidden, "own-grant"),
        AccessError::OthersDuty { .. }
        | AccessError::OthersPerson { .. }
        | AccessError::FoundAnew => (FaultKind::Forbidden, "others-duty"),
        AccessError::OwnLimit { .. } => (FaultKind::Forbidden, "own-limit"),
        AccessError::OutlastsOwn { .. } => (FaultKind::Forbidden, "outlasts-own-right"),
        AccessError::LentRight { .. } => (FaultKind::Forbidden, "lent-right"),
        AccessError::NotDelegable { .. } => (FaultKind::Conflict, "not-delegable"),
        AccessError::DutiesExclude(_) => (FaultKind::Excluded, "duties-exclude"),
        AccessError::AllPowerful { .. } => (FaultKind::Excluded, "separated"),
        AccessError::AlreadySeparated => (FaultKind::Conflict, "already-separated"),
        AccessError::DutiesVacant { .. } => (FaultKind::Conflict, "duties-vacant"),
        AccessError::OnlyAtTheConsole => (FaultKind::Forbidden, "only-at-the-console"),
        AccessError::EmergencyGoesOn => (FaultKind::Conflict, "emergency-goes-on"),
        AccessError::SecondDuty { .. } => (FaultKind::Excluded, "emergency-unconfirmed"),
        AccessError::OwnReview => (FaultKind::Forbidden, "own-review"),
        AccessError::AlreadyDecided => (FaultKind::Conflict, "already-decided"),
        AccessError::ReviewOver => (FaultKind::Conflict, "review-over"),
        AccessError::HeldByPost => (FaultKind::Conflict, "held-by-post"),
        AccessError::ReviewTooWide { .. } => (FaultKind::Conflict, "review-too-wide"),
        _ => (FaultKind::NotFound, "not-found"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::grant::HolderKind;

    #[test]
    fn only_what_is_missing_is_not_found() {
        let id = || "x".to_owned();
        for error in [
            AccessError::UserNotFound { key: id() },
            AccessError::SessionNotFound { id: id() },
            AccessError::TokenNotFound { id: id() },
            AccessError::PasskeyNotFound { id: id() },
            AccessError::RoleNotFound { name: id() },
            AccessError::GroupNotFound { id: id() },
            AccessError::HolderNotFound { kind: HolderKind::Group, id: id() },
            AccessError::GrantNotFound { id: id() },
            AccessError::EmergencyNotFound { id: id() },
            AccessError::ReviewNotFound { id: id() },
            AccessError::ReviewItemNotFound { id: id() },
        ] {
            let fault = Fault::from(error);
            assert_eq!((fault.kind, fault.code), (FaultKind::NotFound, "not-found"));
            assert_ne!(fault.text.en, fault.text.zh);
        }
    }
}
