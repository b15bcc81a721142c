use kernel::{Fact, Subject};
use serde::Serialize;

use crate::model::user::UserId;

/// Codes of an app are asked of a user from now on.
#[derive(Debug, Serialize)]
pub(crate) struct UserTotpEnrolled {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
}

impl Fact for UserTotpEnrolled {
    const VERB: &'static str = "user.totp_enrolled";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// Codes of an app are asked of a user no more.
#[derive(Debug, Serialize)]
pub(crate) struct UserTotpRemoved {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    /// Whether somebody else did it for them.
    pub(crate) reset: bool,
}

impl Fact for UserTotpRemoved {
    const VERB: &'static str = "user.totp_removed";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A user signed in by a recovery code, which works no more.
#[derive(Debug, Serialize)]
pub(crate) struct UserRecoveryCodeUsed {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    /// How many are left.
    pub(crate) left: u32,
}

impl Fact for UserRecoveryCodeUsed {
    const VERB: &'static str = "user.recovery_code_used";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A user has new recovery codes; the old ones work no more.
#[derive(Debug, Serialize)]
pub(crate) struct UserRecoveryCodesRenewed {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
}

impl Fact for UserRecoveryCodesRenewed {
    const VERB: &'static str = "user.recovery_codes_renewed";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}
