mod oversight;
mod passkey;
mod rights;
mod second_factor;
mod vouching;

use kernel::{Fact, Language, Subject, Time};
use serde::Serialize;

pub(crate) use self::{
    oversight::{
        EmergencyActivated, EmergencyConfirmed, EmergencySealed, EmergencyWithdrawn, ReviewClosed,
        ReviewItemDecided, ReviewOpened, ReviewOverdue, SeparationBegun, SeparationEnded,
    },
    passkey::{
        PolicySnapshot, SecondFactorPolicyChanged, UserPasskeyAdded, UserPasskeyRefused,
        UserPasskeyRemoved,
    },
    rights::{
        AccessDenied, GrantEnded, GrantGiven, GroupChanged, GroupCreated, GroupMembersChanged,
        GroupRemoved, GroupSnapshot, RoleChanged, RoleCreated, RoleRemoved, RoleSnapshot,
        ScopeSnapshot,
    },
    second_factor::{
        UserRecoveryCodeUsed, UserRecoveryCodesRenewed, UserTotpEnrolled, UserTotpRemoved,
    },
    vouching::{
        ProviderChanged, ProviderCreated, ProviderRemoved, ProviderSnapshot, RefusedFor,
        UserLinked, UserSignInRefused, UserUnlinked,
    },
};

use super::{
    session::{Session, SessionId},
    token::{Token, TokenId},
    user::{EndReason, User, UserId},
};

/// A user as the journal shows them before and after a change: no secrets.
#[derive(Debug, Serialize)]
pub(crate) struct UserSnapshot<'a> {
    name: &'a str,
    display_name: &'a str,
    person_id: Option<&'a str>,
    disabled: bool,
    language: Option<Language>,
    theme: &'static str,
    version: i64,
}

impl<'a> From<&'a User> for UserSnapshot<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            name: user.name.as_str(),
            display_name: &user.display_name,
            person_id: user.person_id.as_deref(),
            disabled: user.disabled,
            language: user.language,
            theme: user.theme.name(),
            version: user.version,
        }
    }
}

/// A token as the journal shows it.
#[derive(Debug, Serialize)]
pub(crate) struct TokenSnapshot<'a> {
    name: &'a str,
    user_name: &'a str,
    /// The roles and permissions it is limited to, and its scope.
    limits: Option<String>,
    expires_at: Time,
    revoked_at: Option<Time>,
}

impl<'a> From<&'a Token> for TokenSnapshot<'a> {
    fn from(token: &'a Token) -> Self {
        Self {
            name: &token.name,
            user_name: &token.user_name,
            limits: token.limits.as_ref().map(ToString::to_string),
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Somebody signed in.
#[derive(Debug, Serialize)]
pub(crate) struct UserSignedIn {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) session_id: SessionId,
    pub(crate) user_agent: String,
    /// Who vouched for them: what people call the provider or the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vouched_by: Option<String>,
}

impl UserSignedIn {
    pub(crate) fn new(user: &User, session: &Session, vouched_by: Option<String>) -> Self {
        Self {
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            session_id: session.id,
            user_agent: session.user_agent.clone(),
            vouched_by,
        }
    }
}

impl Fact for UserSignedIn {
    const VERB: &'static str = "user.signed_in";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// Somebody signed out.
#[derive(Debug, Serialize)]
pub(crate) struct UserSignedOut {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) session_id: String,
}

impl Fact for UserSignedOut {
    const VERB: &'static str = "user.signed_out";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// Somebody tried a password that is not right. Only the first of a row and each lock is a fact:
/// a flood must not fill the journal.
#[derive(Debug, Serialize)]
pub(crate) struct UserSignInFailed {
    /// The user, when there is one of that name.
    pub(crate) user_id: Option<UserId>,
    /// Their name; of a name that nobody has, the beginning: it may be a password.
    pub(crate) name: String,
    /// Failures of this account in a row.
    pub(crate) failures: u32,
    /// For how long the account is locked, in seconds.
    pub(crate) account_locked_s: Option<u64>,
    /// For how long the source is locked, in seconds.
    pub(crate) source_locked_s: Option<u64>,
}

impl Fact for UserSignInFailed {
    const VERB: &'static str = "user.sign_in_failed";

    fn subject(&self) -> Subject {
        let id = self.user_id.map(|id| id.to_string()).unwrap_or_default();
        Subject::new("user", id, &self.name)
    }
}

/// A user was added.
#[derive(Debug, Serialize)]
pub(crate) struct UserCreated {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    /// Whether by the first-run link.
    pub(crate) first_run: bool,
}

impl Fact for UserCreated {
    const VERB: &'static str = "user.created";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A user was changed.
#[derive(Debug, Serialize)]
pub(crate) struct UserChanged {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) changed: Vec<&'static str>,
}

impl Fact for UserChanged {
    const VERB: &'static str = "user.changed";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A user has another password.
#[derive(Debug, Serialize)]
pub(crate) struct UserPasswordChanged {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
}

impl Fact for UserPasswordChanged {
    const VERB: &'static str = "user.password_changed";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A session was ended before its time.
#[derive(Debug, Serialize)]
pub(crate) struct SessionEnded {
    pub(crate) session_id: SessionId,
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) reason: EndReason,
}

impl Fact for SessionEnded {
    const VERB: &'static str = "session.ended";

    fn subject(&self) -> Subject {
        Subject::new("session", self.session_id, &self.user_name)
    }
}

/// An API token was made.
#[derive(Debug, Serialize)]
pub(crate) struct TokenCreated {
    pub(crate) token_id: TokenId,
    pub(crate) token_name: String,
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
}

impl Fact for TokenCreated {
    const VERB: &'static str = "token.created";

    fn subject(&self) -> Subject {
        Subject::new("token", self.token_id, &self.token_name)
    }
}

/// An API token was revoked.
#[derive(Debug, Serialize)]
pub(crate) struct TokenRevoked {
    pub(crate) token_id: TokenId,
    pub(crate) token_name: String,
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    /// Whether because its user was disabled.
    pub(crate) user_disabled: bool,
}

impl Fact for TokenRevoked {
    const VERB: &'static str = "token.revoked";

    fn subject(&self) -> Subject {
        Subject::new("token", self.token_id, &self.token_name)
    }
}
