use db::DbError;
use http_kit::Problem;
use kernel::{Fault, FaultKind, FieldFault, Permission, Text};

/// Why a verb of signing in was refused.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The records did not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Fields of the input are wrong.
    #[error("{}", Fault::invalid_fields(.0.clone()).text.en)]
    Invalid(Vec<FieldFault>),
    /// The caller lacks the permission.
    #[error("you lack the permission `{0}`")]
    Forbidden(Permission),
    /// No such user, or a wrong password, or a disabled one: which of them is not told.
    #[error("name or password is wrong")]
    WrongCredentials,
    /// Too many failures of this account or from this source.
    #[error("too many failed sign-ins; try again in {retry_after_s} s")]
    LockedOut {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// Too many passwords are being checked.
    #[error("too many people sign in at once; try again in a few seconds")]
    Busy,
    /// The first administrator exists.
    #[error("the first administrator exists already; sign in instead")]
    FirstRunDone,
    /// Not the link that this start printed.
    #[error("the first-run link is not valid; take the one that the server printed last")]
    FirstRunTokenWrong,
    /// Somebody has that name.
    #[error("a user called `{name}` exists already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Nobody could administer any more.
    #[error("`{name}` is the last enabled administrator; make another one first")]
    LastAdministrator {
        /// The administrator.
        name: String,
    },
    /// No such user.
    #[error("no user `{key}`")]
    UserNotFound {
        /// The id or name that was asked for.
        key: String,
    },
    /// No such session of this user.
    #[error("no session `{id}`")]
    SessionNotFound {
        /// Its id.
        id: String,
    },
    /// No such token.
    #[error("no token `{id}`")]
    TokenNotFound {
        /// Its id.
        id: String,
    },
    /// Somebody changed it in between.
    #[error("it was changed in the meantime; load it again and repeat your change")]
    Stale,
    /// Only who signed in by a browser can do that.
    #[error("this needs somebody who signed in by name and password")]
    NotAPerson,
    /// A token cannot give more than its maker has.
    #[error("a token cannot give more than the role of its user")]
    RoleTooHigh,
    /// The user has as many tokens as allowed.
    #[error("the user has {limit} live tokens, which is the limit; revoke one first")]
    TooManyTokens {
        /// The limit.
        limit: i64,
    },
    /// A token that we did not make.
    #[error("the API token is not known here")]
    TokenUnknown,
    /// A token whose time is over.
    #[error("the API token has expired; make a new one")]
    TokenExpired,
    /// A token that was taken back.
    #[error("the API token was revoked")]
    TokenRevoked,
    /// A change that did not come from our own pages.
    #[error("the request does not come from this site's own pages; reload the page and try again")]
    Csrf,
    /// A password could not be hashed or compared.
    #[error("a password could not be hashed: {inside}")]
    Hashing {
        /// What the hasher said.
        inside: String,
    },
}

impl From<sqlx::Error> for AccessError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        Self(error.into())
    }
}

impl From<AccessError> for Fault {
    fn from(error: AccessError) -> Self {
        let (kind, code) = match &error {
            AccessError::Db(_) | AccessError::Hashing { .. } => (FaultKind::Internal, "internal"),
            AccessError::Invalid(_) => (FaultKind::Invalid, "invalid"),
            AccessError::Forbidden(_) => (FaultKind::Forbidden, "forbidden"),
            AccessError::WrongCredentials => (FaultKind::Unauthenticated, "wrong-credentials"),
            AccessError::LockedOut { retry_after_s } => {
                (FaultKind::TooMany { retry_after_s: *retry_after_s }, "locked-out")
            }
            AccessError::Busy => (FaultKind::TooMany { retry_after_s: 5 }, "sign-in-busy"),
            AccessError::FirstRunDone => (FaultKind::Conflict, "first-run-done"),
            AccessError::FirstRunTokenWrong => (FaultKind::Forbidden, "first-run-token-wrong"),
            AccessError::NameTaken { .. } => (FaultKind::Conflict, "name-taken"),
            AccessError::LastAdministrator { .. } => (FaultKind::Conflict, "last-administrator"),
            AccessError::UserNotFound { .. }
            | AccessError::SessionNotFound { .. }
            | AccessError::TokenNotFound { .. } => (FaultKind::NotFound, "not-found"),
            AccessError::Stale => (FaultKind::Stale, "stale-version"),
            AccessError::NotAPerson => (FaultKind::Forbidden, "not-a-person"),
            AccessError::RoleTooHigh => (FaultKind::Forbidden, "role-too-high"),
            AccessError::TooManyTokens { .. } => (FaultKind::Conflict, "too-many-tokens"),
            AccessError::TokenUnknown => (FaultKind::Unauthenticated, "token-unknown"),
            AccessError::TokenExpired => (FaultKind::Unauthenticated, "token-expired"),
            AccessError::TokenRevoked => (FaultKind::Unauthenticated, "token-revoked"),
            AccessError::Csrf => (FaultKind::Forbidden, "csrf"),
        };
        match error {
            AccessError::Db(error) => error.into(),
            AccessError::Hashing { inside } => Self::internal(inside),
            AccessError::Invalid(fields) => Self::invalid_fields(fields),
            AccessError::Forbidden(permission) => Self::forbidden(permission),
            AccessError::Stale => Self::stale(),
            error => Self::new(kind, code, Text::new(error.to_string(), chinese(&error))),
        }
    }
}

/// The sentence in Chinese, of those that have one of their own here.
fn chinese(error: &AccessError) -> String {
    match error {
        AccessError::WrongCredentials => "用户名或密码错误".to_owned(),
        AccessError::LockedOut { retry_after_s } => {
            format!("登录失败次数过多，请在 {retry_after_s} 秒后再试")
        }
        AccessError::Busy => "同时登录的人数过多，请稍后再试".to_owned(),
        AccessError::FirstRunDone => "首个管理员已存在，请直接登录".to_owned(),
        AccessError::FirstRunTokenWrong => {
            "首次运行链接无效，请使用服务器最近一次启动时打印的链接".to_owned()
        }
        AccessError::NameTaken { name } => format!("用户“{name}”已存在"),
        AccessError::LastAdministrator { name } => {
            format!("“{name}”是最后一个启用的管理员，请先另设一个管理员")
        }
        AccessError::UserNotFound { key } => format!("没有用户“{key}”"),
        AccessError::SessionNotFound { id } => format!("没有会话“{id}”"),
        AccessError::TokenNotFound { id } => format!("没有令牌“{id}”"),
        AccessError::NotAPerson => "此操作只能由用名称和密码登录的人执行".to_owned(),
        AccessError::RoleTooHigh => "令牌的权限不能超过其所属用户的角色".to_owned(),
        AccessError::TooManyTokens { limit } => {
            format!("该用户的有效令牌已达上限 {limit} 个，请先吊销一个")
        }
        AccessError::TokenUnknown => "无法识别该 API 令牌".to_owned(),
        AccessError::TokenExpired => "该 API 令牌已过期，请重新创建".to_owned(),
        AccessError::TokenRevoked => "该 API 令牌已被吊销".to_owned(),
        AccessError::Csrf => "请求不是来自本站页面，请刷新页面后再试".to_owned(),
        AccessError::Db(_)
        | AccessError::Hashing { .. }
        | AccessError::Invalid(_)
        | AccessError::Forbidden(_)
        | AccessError::Stale => error.to_string(),
    }
}
