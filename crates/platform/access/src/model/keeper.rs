//! Who counts as one of the last holders of a duty, and who does not and why. Pure.

use std::collections::BTreeSet;

use super::{
    role::{Duty, Role},
    user::UserId,
};

/// A role with one of the duties, as a grant of it reaches somebody now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DutyLine<'r> {
    pub(crate) role: &'r Role,
    /// Over everything.
    pub(crate) everywhere: bool,
    /// As somebody granted it: neither passed on nor for an emergency.
    pub(crate) granted: bool,
    /// Neither the grant has an end nor what it comes by.
    pub(crate) lasts: bool,
}

/// Why somebody who has a duty is none of those who keep it from being nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortfall {
    /// Their roles lack a permission of those that make the duty.
    Part,
    /// Not all of it is over everything.
    Scope,
    /// Not all of it was granted: it was passed on, or is for an emergency.
    Lent,
    /// Not all of it is without an end.
    Ends,
    /// Another's word lets them in, or they have no password here.
    VouchedFor,
    /// They have two duties, and so none.
    Conflicting,
}

/// Somebody who has one of the three duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyHolder {
    /// The user.
    pub user_id: UserId,
    /// Their name.
    pub user_name: String,
    /// What they are called.
    pub display_name: String,
    /// What they have.
    pub duty: Duty,
    /// By these roles.
    pub roles: BTreeSet<String>,
    /// Why they do not count as one of the last holders; they do when none.
    pub shortfall: Option<Shortfall>,
    /// The permissions of those that make the duty which none of the roles gives.
    pub lacks: Vec<&'static str>,
}

impl Shortfall {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Scope => "scope",
            Self::Lent => "lent",
            Self::Ends => "ends",
            Self::VouchedFor => "vouched_for",
            Self::Conflicting => "conflicting",
        }
    }
}

/// Why whoever has `duty` by these lines is none who keeps it: none when they are one.
pub(crate) fn shortfall(duty: Duty, lines: &[DutyLine<'_>]) -> Option<Shortfall> {
    let whole = |counts: fn(&DutyLine<'_>) -> bool| {
        let counting: Vec<DutyLine<'_>> = lines.iter().copied().filter(counts).collect();
        lacking(duty, &counting).is_empty()
    };
    if !whole(|_| true) {
        Some(Shortfall::Part)
    } else if !whole(|line| line.everywhere) {
        Some(Shortfall::Scope)
    } else if !whole(|line| line.everywhere && line.granted) {
        Some(Shortfall::Lent)
    } else if !whole(|line| line.everywhere && line.granted && line.lasts) {
        Some(Shortfall::Ends)
    } else {
        None
    }
}

/// What makes the duty and none of the lines gives.
pub(crate) fn lacking(duty: Duty, lines: &[DutyLine<'_>]) -> Vec<&'static str> {
    let held = |name: &str| lines.iter().any(|line| line.role.set.holds(name));
    duty.made_by().iter().copied().filter(|name| !held(name)).collect()
}

#[cfg(test)]
mod tests {
    use kernel::{PermissionSet, Text, Time};

    use super::*;

    fn role(duty: Option<Duty>, permissions: &[&str]) -> Role {
        Role {
            name: "own".to_owned(),
            title: Text::new("Own", "自定义"),
            description: Text::default(),
            permissions: permissions.iter().map(|&entry| entry.to_owned()).collect(),
            set: PermissionSet::parse(permissions).unwrap(),
            duty,
            delegable: false,
            shipped: false,
            version: 1,
            created_at: Time::default(),
        }
    }

    fn line(role: &Role, places: [bool; 3]) -> DutyLine<'_> {
        let [everywhere, granted, lasts] = places;
        DutyLine { role, everywhere, granted, lasts }
    }

    /// Once any role with a duty made a last holder of whoever had it.
    #[test]
    fn only_who_holds_all_that_makes_a_duty_everywhere_and_for_good_keeps_it() {
        let system = Duty::System;
        let whole = role(None, system.made_by());
        let hollow = role(Some(system), &["resource.read"]);
        let (setting, job) = (role(None, &["setting.change"]), role(None, &["job.*"]));
        let good = [true, true, true];
        for (lines, expected) in [
            (vec![line(&whole, good)], None),
            (vec![line(&setting, good), line(&job, good)], None),
            (vec![line(&hollow, good)], Some(Shortfall::Part)),
            (vec![line(&setting, good)], Some(Shortfall::Part)),
            (vec![line(&whole, [false, true, true])], Some(Shortfall::Scope)),
            (vec![line(&whole, [true, false, true])], Some(Shortfall::Lent)),
            (vec![line(&whole, [true, true, false])], Some(Shortfall::Ends)),
            (vec![line(&setting, good), line(&job, [true, true, false])], Some(Shortfall::Ends)),
            (vec![line(&whole, [true, true, false]), line(&whole, good)], None),
            (vec![], Some(Shortfall::Part)),
        ] {
            assert_eq!(shortfall(system, &lines), expected, "{lines:?}");
        }
        assert_eq!(lacking(system, &[line(&setting, good)]), ["job.change"]);
    }
}
