use std::time::Duration;

use kernel::{FactSeq, Time};

use super::user::UserId;

/// Failures from the first to the last of a row, as the journal keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInFailure {
    /// The fact.
    pub seq: FactSeq,
    /// When it failed.
    pub at: Time,
    /// The address it came from.
    pub source: String,
    /// The user, when there is one of that name.
    pub user_id: Option<UserId>,
    /// Their name; of a name that nobody has, the beginning.
    pub user_name: String,
    /// Failures of this account in a row.
    pub failures: u32,
    /// Until when the account was locked by it.
    pub account_locked_until: Option<Time>,
    /// Until when the source was locked by it.
    pub source_locked_until: Option<Time>,
}

impl SignInFailure {
    /// Until when something is locked that was so for `lock_s` seconds from `at` on.
    #[must_use]
    pub fn until(at: Time, lock_s: Option<u64>) -> Option<Time> {
        lock_s.map(|lock_s| at.plus(Duration::from_secs(lock_s)))
    }
}
