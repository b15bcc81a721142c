//! Of whom a second factor is demanded. Pure.

use std::time::Duration;

use kernel::{FieldFault, Owed, Text, Time};

use super::{
    resolution::{Line, LineStanding},
    role::Role,
    user::User,
};
use crate::AccessError;

/// What is held with what is owed: enough to do it, to see who one is, and to sign out.
pub(crate) const WHILE_OWING: [&str; 2] = ["sign-in.read", "sign-in.change"];

const GRACE_DAYS_MAX: u32 = 365;
const ROLES_MAX: usize = 100;
const DAY: Duration = Duration::from_secs(86_400);

/// That some users must have a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactorPolicy {
    /// Of whom it is required.
    pub required_of: RequiredOf,
    /// So many days a user has to set one up, from when it was first required or they were added.
    pub grace_days: u32,
    /// Since when it is required of these users.
    pub since: Time,
    /// The name of who said so.
    pub changed_by: String,
    /// Grows with every change.
    pub version: i64,
}

/// Of whom a second factor is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequiredOf {
    /// Of nobody.
    Nobody,
    /// Of whoever has one of the three duties, by whatever role.
    Administrators,
    /// Of who holds one of these roles.
    Roles(Vec<String>),
    /// Of everybody.
    Everybody,
}

/// A policy that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPolicy {
    /// Of whom it is required.
    pub required_of: RequiredOf,
    /// Days to set one up.
    pub grace_days: u32,
}

/// A user of whom a second factor is required and who has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Who.
    pub user: User,
    /// When they can do nothing else any more.
    pub due_at: Time,
}

/// How a user can prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Proofs {
    /// Whether their password is one that somebody else has set.
    pub(crate) password_given: bool,
    /// Whether they have an app or a passkey.
    pub(crate) second_factor: bool,
}

impl RequiredOf {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Administrators => "administrators",
            Self::Roles(_) => "roles",
            Self::Everybody => "everybody",
        }
    }

    /// The roles that are named.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        match self {
            Self::Roles(roles) => roles,
            _ => &[],
        }
    }

    /// Reads it from its name and the roles.
    ///
    /// Errors: the [`FieldFault`] of `required_of` or `roles`.
    pub(crate) fn parse(name: &str, roles: Vec<String>) -> Result<Self, FieldFault> {
        let without = |what: Self| match roles.first() {
            None => Ok(what),
            Some(role) => {
                let expected = Text::new(
                    "no roles, unless it is required of `roles`",
                    "仅当 required_of 为 roles 时填写角色",
                );
                Err(FieldFault::new("roles", role, expected))
            }
        };
        match name {
            "nobody" => without(Self::Nobody),
            "administrators" => without(Self::Administrators),
            "everybody" => without(Self::Everybody),
            "roles" if (1..=ROLES_MAX).contains(&roles.len()) => Ok(Self::Roles(roles)),
            "roles" => {
                let expected = Text::new("1 to 100 roles", "1 到 100 个角色");
                Err(FieldFault::new("roles", roles.len(), expected))
            }
            other => {
                let expected = Text::new(
                    "nobody, administrators, roles or everybody",
                    "nobody、administrators、roles 或 everybody",
                );
                Err(FieldFault::new("required_of", other, expected))
            }
        }
    }

    /// Whether who holds `role` is meant.
    pub(crate) fn means(&self, role: &Role) -> bool {
        match self {
            Self::Nobody => false,
            Self::Administrators => !role.duties().is_empty(),
            Self::Roles(names) => names.contains(&role.name),
            Self::Everybody => true,
        }
    }

    /// Whether who has these lines is meant.
    pub(crate) fn reaches(&self, lines: &[Line]) -> bool {
        let counts = |line: &&Line| line.standing == LineStanding::Effective;
        *self == Self::Everybody || lines.iter().filter(counts).any(|line| self.means(&line.role))
    }
}

impl SecondFactorPolicy {
    /// When a user of whom it is required must have one.
    pub(crate) fn due_at(&self, user: &User) -> Time {
        self.since.max(user.created_at).plus(DAY * self.grace_days)
    }

    /// What a user must do before anything else; `required`: whether they are meant.
    pub(crate) fn owed(
        &self,
        user: &User,
        proofs: Proofs,
        required: bool,
        now: Time,
    ) -> Option<Owed> {
        if proofs.password_given {
            return Some(Owed::Password);
        }
        let lacks = required && !proofs.second_factor && self.due_at(user) <= now;
        lacks.then_some(Owed::SecondFactor)
    }

    /// The policy after `wanted`, by `who`. Days of grace begin anew when others are meant.
    ///
    /// Errors: [`AccessError::Invalid`] naming `grace_days`.
    pub(crate) fn changed(
        &self,
        wanted: &NewPolicy,
        who: &str,
        now: Time,
    ) -> Result<Self, AccessError> {
        if wanted.grace_days > GRACE_DAYS_MAX {
            let expected = Text::new("0 to 365", "0 到 365");
            let fault = FieldFault::new("grace_days", wanted.grace_days, expected);
            return Err(AccessError::Invalid(vec![fault]));
        }
        let same = wanted.required_of == self.required_of;
        Ok(Self {
            required_of: wanted.required_of.clone(),
            grace_days: wanted.grace_days,
            since: if same { self.since } else { now },
            changed_by: who.to_owned(),
            version: self.version + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;
    use crate::model::user::{Theme, UserName};

    fn user(created_s: i64) -> User {
        User {
            id: Id::from_uuid(uuid::Uuid::nil()),
            name: UserName::parse("mara").unwrap(),
            display_name: "Mara".to_owned(),
            person_id: None,
            disabled: false,
            language: None,
            theme: Theme::default(),
            version: 1,
            created_at: Time::from_seconds(created_s),
            last_sign_in_at: None,
        }
    }

    fn policy(since_s: i64, grace_days: u32) -> SecondFactorPolicy {
        SecondFactorPolicy {
            required_of: RequiredOf::Everybody,
            grace_days,
            since: Time::from_seconds(since_s),
            changed_by: String::new(),
            version: 1,
        }
    }

    #[test]
    fn second_factor_is_owed_by_whom_it_is_required_of_once_the_grace_is_over() {
        let day = 86_400;
        let none = Proofs::default();
        let both = Proofs { second_factor: true, ..none };
        for (grace, created, now, required, proofs, owed) in [
            (0, 0, 1000, true, none, true),
            (0, 0, 1000, true, both, false),
            (0, 0, 1000, false, none, false),
            (1, 0, 1000 + day - 1, true, none, false),
            (1, 0, 1000 + day, true, none, true),
            (1, 5000, 1000 + day, true, none, false),
            (1, 5000, 5000 + day, true, none, true),
        ] {
            let now = Time::from_seconds(now);
            let found = policy(1000, grace).owed(&user(created), proofs, required, now);
            assert_eq!(found.is_some(), owed, "{grace} {created} {required}");
        }
        let given = Proofs { password_given: true, ..none };
        let now = Time::from_seconds(1000);
        assert_eq!(policy(0, 0).owed(&user(0), given, true, now), Some(Owed::Password));
    }

    #[test]
    fn grace_begins_anew_only_when_others_are_meant() {
        let before = policy(1000, 7);
        let now = Time::from_seconds(9000);
        let same = NewPolicy { required_of: RequiredOf::Everybody, grace_days: 3 };
        let changed = before.changed(&same, "sec", now).unwrap();
        assert_eq!((changed.since, changed.version), (Time::from_seconds(1000), 2));
        let other = NewPolicy { required_of: RequiredOf::Administrators, grace_days: 3 };
        assert_eq!(before.changed(&other, "sec", now).unwrap().since, now);
        let long = NewPolicy { required_of: RequiredOf::Everybody, grace_days: 366 };
        assert!(before.changed(&long, "sec", now).is_err());
    }

    #[test]
    fn roles_are_named_exactly_when_roles_are_meant() {
        let roles = || vec!["operator".to_owned()];
        assert!(RequiredOf::parse("roles", roles()).is_ok());
        for (name, roles, field) in [
            ("roles", Vec::new(), "roles"),
            ("everybody", roles(), "roles"),
            ("some", Vec::new(), "required_of"),
        ] {
            assert_eq!(RequiredOf::parse(name, roles).unwrap_err().field, field);
        }
    }
}
