use kernel::{Fault, FaultKind, Text};
use thiserror::Error;

use crate::model::identity::Unwelcome;

/// What goes wrong with those who vouch for users.
#[derive(Debug, Error)]
pub enum VouchingError {
    /// Who somebody is was proved, and they are not let in.
    #[error("not let in: {reason:?}")]
    Unwelcome {
        /// Why not.
        reason: Unwelcome,
    },
    /// No such provider, or not for this caller.
    #[error("no provider `{id}`")]
    ProviderNotFound {
        /// Its id.
        id: String,
    },
    /// There are as many as there can be.
    #[error("there are {limit} providers already, which is the limit")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// A provider does not answer, or not as it should; the log says more.
    #[error("`{label}` cannot be reached just now")]
    ProviderAway {
        /// What its button says.
        label: String,
    },
    /// The same, for who may know more.
    #[error("`{label}` cannot be used: {}", said.en)]
    ProviderUnusable {
        /// What its button says.
        label: String,
        /// What is wrong.
        said: Text,
    },
    /// What a provider says cannot be trusted; the log says more.
    #[error("what `{label}` says of you cannot be trusted; try again")]
    ProviderDistrusted {
        /// What its button says.
        label: String,
    },
    /// A provider sent somebody back without proof.
    #[error("`{label}` did not sign you in: {said}")]
    ProviderDeclined {
        /// What its button says.
        label: String,
        /// Its error code (RFC 6749 4.1.2.1).
        said: String,
    },
    /// The browser came back too late, a second time, or is not the one that set out.
    #[error("this sign-in is over; begin again")]
    TripOver,
    /// The address of this server is not known, and providers must send people back to it.
    #[error("the setting server.url is empty: providers cannot send people back")]
    NoAddress,
    /// The page was opened under another address than the one that people are sent back to.
    #[error("open {url} to sign in this way")]
    WrongAddress {
        /// The one that they are sent back to.
        url: String,
    },
    /// Somebody else is that person there.
    #[error("another user is linked to that account of `{label}`")]
    IdentityTaken {
        /// What its button says.
        label: String,
    },
    /// The user is not linked so.
    #[error("the user is not linked to that account")]
    IdentityNotFound,
    /// Whoever unlinks it could not sign in any more.
    #[error("it is the only way to sign in; set a password first")]
    LastWayIn,
    /// The password is another directory's.
    #[error("there is no password of your own here; it is changed where you sign in")]
    NoOwnPassword,
    /// Who has no password proves by a fresh sign-in that it is them.
    #[error("sign out and in again first: you have no password here that could be asked for")]
    SignInAgain,
    /// Directories are asked for as many people as can be at once.
    #[error("too many people sign in at once; try again in a moment")]
    Busy,
    /// A directory is away: what it says itself.
    #[error(transparent)]
    Directory(Fault),
}

impl From<VouchingError> for Fault {
    fn from(error: VouchingError) -> Self {
        let (kind, code) = match &error {
            VouchingError::Directory(_) => (FaultKind::Unavailable, "directory-away"),
            VouchingError::Unwelcome { .. } => (FaultKind::Forbidden, "not-welcome"),
            VouchingError::ProviderNotFound { .. } | VouchingError::IdentityNotFound => {
                (FaultKind::NotFound, "not-found")
            }
            VouchingError::TooMany { .. } => (FaultKind::Conflict, "too-many"),
            VouchingError::ProviderAway { .. } => (FaultKind::Unavailable, "provider-away"),
            VouchingError::ProviderUnusable { .. } => (FaultKind::Conflict, "provider-unusable"),
            VouchingError::ProviderDistrusted { .. } => {
                (FaultKind::Unauthenticated, "provider-distrusted")
            }
            VouchingError::ProviderDeclined { .. } => {
                (FaultKind::Unauthenticated, "provider-declined")
            }
            VouchingError::TripOver => (FaultKind::Unauthenticated, "sign-in-over"),
            VouchingError::NoAddress => (FaultKind::Conflict, "no-server-url"),
            VouchingError::WrongAddress { .. } => (FaultKind::Conflict, "wrong-address"),
            VouchingError::IdentityTaken { .. } => (FaultKind::Conflict, "identity-taken"),
            VouchingError::LastWayIn => (FaultKind::Conflict, "last-way-in"),
            VouchingError::NoOwnPassword => (FaultKind::Conflict, "no-own-password"),
            VouchingError::SignInAgain => (FaultKind::Conflict, "sign-in-again"),
            VouchingError::Busy => (FaultKind::TooMany { retry_after_s: 5 }, "sign-in-busy"),
        };
        let text = error.text();
        Self::new(kind, code, text)
    }
}

impl VouchingError {
    fn text(&self) -> Text {
        let zh = match self {
            Self::Directory(_) => return directory_away(),
            Self::Unwelcome { reason } => return unwelcome(reason),
            Self::ProviderNotFound { id } => format!("没有身份提供方“{id}”"),
            Self::TooMany { limit } => format!("身份提供方已达上限 {limit} 个"),
            Self::ProviderAway { label } => format!("暂时无法访问“{label}”"),
            Self::ProviderUnusable { label, said } => format!("“{label}”无法使用：{}", said.zh),
            Self::ProviderDistrusted { label } => {
                format!("“{label}”返回的身份信息不可信，请重试")
            }
            Self::ProviderDeclined { label, said } => format!("“{label}”未完成登录：{said}"),
            Self::TripOver => "本次登录已失效，请重新开始".to_owned(),
            Self::NoAddress => "未设置 server.url，身份提供方无法将用户送回本系统".to_owned(),
            Self::WrongAddress { url } => format!("请通过 {url} 访问本系统后再用此方式登录"),
            Self::IdentityTaken { label } => format!("“{label}”的该账号已关联其他用户"),
            Self::IdentityNotFound => "该用户未关联此账号".to_owned(),
            Self::LastWayIn => "这是唯一的登录方式，请先设置密码".to_owned(),
            Self::NoOwnPassword => "您在本系统没有单独的密码，请到登录所用的系统中修改".to_owned(),
            Self::SignInAgain => "您没有可供验证的密码，请先重新登录再操作".to_owned(),
            Self::Busy => "同时登录的人数过多，请稍后再试".to_owned(),
        };
        Text::new(self.to_string(), zh)
    }
}

fn directory_away() -> Text {
    Text::new(
        "name or password is wrong, or the directory by which you sign in cannot be reached just \
         now; try again later",
        "用户名或密码错误，或暂时无法访问登录所用的目录服务，请稍后再试",
    )
}

fn unwelcome(reason: &Unwelcome) -> Text {
    match reason {
        Unwelcome::NoAccount => Text::new(
            "you have no account here; ask an administrator for one",
            "您在本系统没有账号，请联系管理员",
        ),
        Unwelcome::Disabled => Text::new("your account here is disabled", "您在本系统的账号已停用"),
        Unwelcome::MailDomain => Text::new(
            "only verified mail addresses of certain domains are let in",
            "仅允许指定域名且已验证的邮箱登录",
        ),
        Unwelcome::Group => {
            Text::new("you are in no group that is let in", "您不在允许登录的用户组内")
        }
        Unwelcome::NameMissing => Text::new(
            "it is not said what you are called there; an administrator must name another claim",
            "身份信息中缺少用户名，请管理员改用其他声明（claim）",
        ),
        Unwelcome::NameUnusable => Text::new(
            "your name there cannot be a name here: 3 to 64 letters of one script, digits or \
             . _ - @, and not what a part of the server is called",
            "您的用户名不符合本系统要求：3 到 64 个同一种文字的字母、汉字、数字或 . _ - @，\
             且不能与服务器自身组件同名",
        ),
        Unwelcome::NameTaken => Text::new(
            "somebody here has your name already; an administrator must link you",
            "本系统已有同名用户，请联系管理员处理",
        ),
        Unwelcome::Administrator => Text::new(
            "the administrators are separated: nobody else's word makes one of them",
            "已启用三员分立，三员账号不能凭他人关联的外部身份登录",
        ),
        Unwelcome::HasPassword => Text::new(
            "the administrators are separated: sign in with your password and link the account \
             yourself, under My profile",
            "已启用三员分立，请先用密码登录，再在个人设置中自行关联该账号",
        ),
        Unwelcome::LinkedElsewhere => Text::new(
            "your account here is linked to somebody else there; if that was you, an administrator \
             must remove the old link first",
            "您在本系统的账号已关联另一外部账号；如该外部账号也是您本人的，请先由管理员解除原有关联",
        ),
        Unwelcome::HasRights => Text::new(
            "the administrators are separated, and your account here has rights: sign in with a \
             password here and link it yourself; an administrator has one set at the server",
            "已启用三员分立，且您在本系统的账号已拥有权限：请由管理员在服务器上设置密码，\
             登录后自行关联该外部账号",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_told_nothing_of_what_is_inside() {
        let inside = Fault::internal("cn=admin,dc=example refused at 10.0.0.7");
        let fault = Fault::from(VouchingError::Directory(inside));
        assert_eq!((fault.kind, fault.code), (FaultKind::Unavailable, "directory-away"));
        assert!(!fault.text.en.contains("10.0.0.7"));
        let fault = Fault::from(VouchingError::Unwelcome { reason: Unwelcome::NoAccount });
        assert_eq!(fault.kind, FaultKind::Forbidden);
        assert_ne!(fault.text.en, fault.text.zh);
    }
}
