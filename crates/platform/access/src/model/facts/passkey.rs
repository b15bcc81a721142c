use kernel::{Fact, Subject};
use serde::Serialize;

use crate::model::{passkey::PasskeyId, policy::SecondFactorPolicy, user::UserId};

/// A user can sign in with one more passkey.
#[derive(Debug, Serialize)]
pub(crate) struct UserPasskeyAdded {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) passkey_id: PasskeyId,
    pub(crate) passkey_name: String,
}

impl Fact for UserPasskeyAdded {
    const VERB: &'static str = "user.passkey_added";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A passkey lets nobody in any more.
#[derive(Debug, Serialize)]
pub(crate) struct UserPasskeyRemoved {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) passkey_id: PasskeyId,
    pub(crate) passkey_name: String,
    /// Whether somebody else did it for them.
    pub(crate) reset: bool,
}

impl Fact for UserPasskeyRemoved {
    const VERB: &'static str = "user.passkey_removed";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A passkey of a user was tried and not taken.
#[derive(Debug, Serialize)]
pub(crate) struct UserPasskeyRefused {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) passkey_id: PasskeyId,
    pub(crate) passkey_name: String,
    /// Why: `counter` when there may be a copy of the authenticator.
    pub(crate) reason: &'static str,
}

impl Fact for UserPasskeyRefused {
    const VERB: &'static str = "user.passkey_refused";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A second factor is required of others than before, or sooner.
#[derive(Debug, Serialize)]
pub(crate) struct SecondFactorPolicyChanged {
    pub(crate) required_of: &'static str,
}

impl Fact for SecondFactorPolicyChanged {
    const VERB: &'static str = "access.second_factor_policy_changed";

    fn subject(&self) -> Subject {
        Subject::new("access", "second-factor", "second factor")
    }
}

/// The policy as the journal shows it before and after a change.
#[derive(Debug, Serialize)]
pub(crate) struct PolicySnapshot<'a> {
    required_of: &'static str,
    roles: &'a [String],
    grace_days: u32,
    version: i64,
}

impl<'a> From<&'a SecondFactorPolicy> for PolicySnapshot<'a> {
    fn from(policy: &'a SecondFactorPolicy) -> Self {
        Self {
            required_of: policy.required_of.name(),
            roles: policy.required_of.roles(),
            grace_days: policy.grace_days,
            version: policy.version,
        }
    }
}
