//! Break-glass: rights that lie sealed for an emergency. Pure.

use std::time::Duration;

use kernel::{FieldFault, Id, Text, Time};

use super::{
    grant::{GrantId, GrantScope, reason_fault},
    user::{UserId, fold},
};
use crate::AccessError;

/// The id of a sealed right.
pub type EmergencyId = Id<Emergency>;
/// The id of one time when a seal was broken.
pub type ActivationId = Id<Activation>;

/// No emergency lasts longer.
pub(crate) const HOURS_MAX: u32 = 24;

/// A role that a user may take in an emergency, for some hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Its id.
    pub id: EmergencyId,
    /// Who may break the seal.
    pub user_id: UserId,
    /// What they are called.
    pub user_name: String,
    /// Which role they then have.
    pub role: String,
    /// Within which scope.
    pub scope: GrantScope,
    /// For at most so many hours.
    pub hours_max: u32,
    /// What it is for.
    pub reason: String,
    /// The name of who sealed it; of a program its user's, a slash and its own.
    pub sealed_by: String,
    /// The user who did, themselves or by a program; none of the console, and of before it was
    /// kept.
    pub sealed_by_id: Option<UserId>,
    /// When.
    pub sealed_at: Time,
    /// When it was taken away.
    pub withdrawn_at: Option<Time>,
}

/// One time when a seal was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// Whose seal.
    pub emergency_id: EmergencyId,
    /// Who broke it.
    pub user_id: UserId,
    /// What they are called.
    pub user_name: String,
    /// The role they took.
    pub role: String,
    /// The grant that came of it.
    pub grant_id: GrantId,
    /// Why.
    pub reason: String,
    /// When.
    pub begun_at: Time,
    /// When it ends by itself.
    pub ends_at: Time,
    /// Who looked at it afterwards, when, and what they say.
    pub confirmed: Option<Confirmed>,
}

/// That somebody else has looked at an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The name of who did.
    pub by: String,
    /// When.
    pub at: Time,
    /// What they say.
    pub reason: String,
}

/// What of a time when a seal was broken says whether another duty may follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The role that was taken.
    pub(crate) role: String,
    /// Within which scope.
    pub(crate) scope: GrantScope,
    /// Until when it was theirs: until its hours are over, or somebody ended it before.
    pub(crate) until: Time,
    /// When somebody else looked at it.
    pub(crate) confirmed_at: Option<Time>,
}

impl Taken {
    /// From when on whoever took it may take a role of another duty: once it is over and somebody
    /// else has looked at it since. Who looked before its end has not seen all of it: then as long
    /// after its end as an emergency lasts at most. None: nobody has looked yet.
    ///
    /// Source: GB/T 22239 8.1.5, the duties are kept apart; two of them one right after the other
    /// in one hand are two in one hand.
    pub(crate) fn apart_from(&self) -> Option<Time> {
        let confirmed_at = self.confirmed_at?;
        if confirmed_at >= self.until {
            return Some(confirmed_at);
        }
        Some(self.until.plus(Duration::from_secs(u64::from(HOURS_MAX) * 3600)))
    }
}

/// A sealed right that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEmergency {
    /// Who may break the seal.
    pub user_id: UserId,
    /// Which role they then have.
    pub role: String,
    /// Within which scope.
    pub scope: GrantScope,
    /// For at most so many hours, 1 to 24.
    pub hours_max: u32,
    /// What it is for.
    pub reason: String,
}

impl NewEmergency {
    /// Checks the hours and the reason. Errors: [`AccessError::Invalid`].
    pub(crate) fn check(&self) -> Result<(), AccessError> {
        let mut wrong = Vec::new();
        wrong.extend(hours_fault("hours_max", self.hours_max, HOURS_MAX));
        wrong.extend(reason_fault("reason", &self.reason));
        if wrong.is_empty() { Ok(()) } else { Err(AccessError::Invalid(wrong)) }
    }
}

impl Emergency {
    /// Whether who may break the seal is who made it. Where that was not kept, their name says so.
    pub(crate) fn is_sealed_by_its_user(&self) -> bool {
        match self.sealed_by_id {
            Some(by) => by == self.user_id,
            None => {
                let by = self.sealed_by.split('/').next().unwrap_or_default();
                fold(by) == fold(&self.user_name)
            }
        }
    }

    /// When an emergency of so many hours that begins now ends.
    ///
    /// Errors: [`AccessError::Invalid`] naming `hours` or `reason`.
    pub(crate) fn ends_at(&self, now: Time, hours: u32, reason: &str) -> Result<Time, AccessError> {
        let mut wrong = Vec::new();
        wrong.extend(hours_fault("hours", hours, self.hours_max));
        wrong.extend(reason_fault("reason", reason));
        if !wrong.is_empty() {
            return Err(AccessError::Invalid(wrong));
        }
        Ok(now.plus(Duration::from_secs(u64::from(hours) * 3600)))
    }
}

fn hours_fault(field: &str, hours: u32, max: u32) -> Option<FieldFault> {
    let expected = Text::new(format!("1 to {max} hours"), format!("1 到 {max} 小时"));
    (!(1..=max).contains(&hours)).then(|| FieldFault::new(field, hours, expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_duty_follows_what_is_over_and_was_looked_at_since() {
        let hour = |hour: i64| Time::from_seconds(hour * 3600);
        for (confirmed_at, apart_from) in
            [(None, None), (Some(9), Some(34)), (Some(10), Some(10)), (Some(80), Some(80))]
        {
            let taken = Taken {
                role: "auditor".to_owned(),
                scope: GrantScope::Everything,
                until: hour(10),
                confirmed_at: confirmed_at.map(hour),
            };
            assert_eq!(taken.apart_from(), apart_from.map(hour), "{confirmed_at:?}");
        }
    }
}
