use kernel::{FieldFault, Granted, Id, Text, Time};

use super::user::UserId;
use crate::AccessError;

/// The id of a grant.
pub type GrantId = Id<RoleGrant>;

/// A grant lists no more resources than this.
const RESOURCES_MAX: usize = 1000;
const REASON_CHARS_MAX: usize = 500;

/// A role, given to somebody within a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGrant {
    /// Its id.
    pub id: GrantId,
    /// To whom.
    pub holder: Holder,
    /// Which role.
    pub role: String,
    /// Within which scope.
    pub scope: GrantScope,
    /// What a thing of the past must have been below, something of each: no more than who gave it
    /// saw of the past. Empty: all of it.
    pub past_of: Vec<Granted>,
    /// From when on.
    pub valid_from: Time,
    /// Until when; for good when none.
    pub valid_to: Option<Time>,
    /// Why it was given.
    pub reason: String,
    /// How it came to be.
    pub origin: Origin,
    /// The grant that was passed on.
    pub source_id: Option<GrantId>,
    /// Who passed it on.
    pub delegator_id: Option<UserId>,
    /// The name of who gave it.
    pub granted_by: String,
    /// When it was given.
    pub granted_at: Time,
    /// How it ended, if somebody ended it.
    pub ended: Option<Ended>,
}

/// To whom something is granted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Holder {
    /// What sort of holder.
    pub kind: HolderKind,
    /// Its id.
    pub id: String,
}

/// The sorts of holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HolderKind {
    /// A user.
    User,
    /// Whoever holds a post.
    Post,
    /// The members of a group, and of the groups in it.
    Group,
}

/// How a grant came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Somebody who may gave it.
    Granted,
    /// It is the role that a user had before there were grants.
    Migrated,
    /// One who holds it passed it on.
    Delegated,
    /// The seal of an emergency was broken.
    Emergency,
}

/// Who ended a grant before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Time,
    /// The name of who did.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The part of the house within which a grant counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GrantScope {
    /// All of it.
    Everything,
    /// A unit and all below it.
    Unit(String),
    /// A region and all below it.
    Region(String),
    /// These resources.
    Resources(Vec<String>),
}

impl HolderKind {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Post => "post",
            Self::Group => "group",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::User, Self::Post, Self::Group].into_iter().find(|kind| kind.name() == name)
    }
}

impl Origin {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Migrated => "migrated",
            Self::Delegated => "delegated",
            Self::Emergency => "emergency",
        }
    }

    /// The origin of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Granted, Self::Migrated, Self::Delegated, Self::Emergency];
        all.into_iter().find(|origin| origin.name() == name)
    }
}

impl GrantScope {
    /// The scope of that kind with these ids.
    ///
    /// Errors: the [`FieldFault`] of the field that is wrong.
    pub fn parse(kind: &str, ids: &[String]) -> Result<Self, FieldFault> {
        let is_id = |id: &String| id.parse::<Id<()>>().is_ok();
        if let Some(wrong) = ids.iter().find(|id| !is_id(id)) {
            return Err(FieldFault::new("scope.ids", wrong, Text::new("UUIDs", "UUID 格式的编号")));
        }
        match (kind, ids) {
            ("everything", []) => Ok(Self::Everything),
            ("unit", [id]) => Ok(Self::Unit(id.clone())),
            ("region", [id]) => Ok(Self::Region(id.clone())),
            ("resources", ids) if (1..=RESOURCES_MAX).contains(&ids.len()) => {
                let mut ids = ids.to_vec();
                ids.sort();
                ids.dedup();
                Ok(Self::Resources(ids))
            }
            ("everything" | "unit" | "region" | "resources", ids) => {
                let expected = Text::new(
                    "no id for everything, one for unit or region, 1 to 1000 for resources",
                    "everything 不带编号，unit 或 region 带 1 个，resources 带 1 到 1000 个",
                );
                Err(FieldFault::new("scope.ids", ids.len(), expected))
            }
            _ => {
                let expected = Text::new(
                    "everything, unit, region or resources",
                    "everything、unit、region 或 resources",
                );
                Err(FieldFault::new("scope.kind", kind, expected))
            }
        }
    }

    /// The name of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Unit(_) => "unit",
            Self::Region(_) => "region",
            Self::Resources(_) => "resources",
        }
    }

    /// The ids it names.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        match self {
            Self::Everything => &[],
            Self::Unit(id) | Self::Region(id) => std::slice::from_ref(id),
            Self::Resources(ids) => ids,
        }
    }
}

impl RoleGrant {
    /// Whether its time has come and is not over, and nobody ended it.
    #[must_use]
    pub fn is_in_force(&self, now: Time) -> bool {
        self.ended.is_none() && self.valid_from <= now && self.valid_to.is_none_or(|to| now < to)
    }
}

/// A grant that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// To whom.
    pub holder: Holder,
    /// Which role.
    pub role: String,
    /// Within which scope.
    pub scope: GrantScope,
    /// From when on; from now on when none, or when that is over.
    pub valid_from: Option<Time>,
    /// Until when; for good when none.
    pub valid_to: Option<Time>,
    /// Why.
    pub reason: String,
}

impl NewGrant {
    /// A grant to `user` of `role` over everything, for good.
    pub(crate) fn everything(user: UserId, role: &str, reason: &str) -> Self {
        Self {
            holder: Holder { kind: HolderKind::User, id: user.to_string() },
            role: role.to_owned(),
            scope: GrantScope::Everything,
            valid_from: None,
            valid_to: None,
            reason: reason.to_owned(),
        }
    }

    /// Whether `there`, which nobody ended, gives the same for all of the wanted time, and no less
    /// of the past.
    pub(crate) fn is_there(&self, there: &RoleGrant, past_of: &[Granted], now: Time) -> bool {
        let begins = there.valid_from <= self.valid_from.unwrap_or(now).max(now);
        let lasts = there.valid_to.is_none_or(|to| self.valid_to.is_some_and(|end| end <= to));
        (&there.holder, &there.role, &there.scope) == (&self.holder, &self.role, &self.scope)
            && matches!(there.origin, Origin::Granted | Origin::Migrated)
            && there.past_of.iter().all(|one| past_of.iter().any(|bound| bound.is_part_of(one)))
            && begins
            && lasts
    }

    /// Checks the reason and the times.
    ///
    /// Errors: [`AccessError::Invalid`] naming each wrong field.
    pub(crate) fn check(&self, now: Time) -> Result<(), AccessError> {
        let mut wrong = Vec::new();
        wrong.extend(reason_fault("reason", &self.reason));
        let from = self.valid_from.unwrap_or(now);
        if let Some(to) = self.valid_to
            && to <= from.max(now)
        {
            let expected =
                Text::new("a time in the future, after `valid_from`", "晚于 valid_from 的将来时间");
            wrong.push(FieldFault::new("valid_to", to, expected));
        }
        if wrong.is_empty() { Ok(()) } else { Err(AccessError::Invalid(wrong)) }
    }
}

/// What is wrong with a reason that somebody gave.
pub(crate) fn reason_fault(field: &str, reason: &str) -> Option<FieldFault> {
    let chars = reason.trim().chars().count();
    let plain = !reason.chars().any(|c| c.is_control() && c != '\n');
    if (1..=REASON_CHARS_MAX).contains(&chars) && plain {
        return None;
    }
    let expected = Text::new("the reason, in 1 to 500 characters", "原因，1 到 500 个字符");
    Some(FieldFault::new(field, reason, expected))
}

/// The reason without spaces around it. Errors: [`AccessError::Invalid`] naming `reason`.
pub(crate) fn checked_reason(reason: &str) -> Result<String, AccessError> {
    match reason_fault("reason", reason) {
        None => Ok(reason.trim().to_owned()),
        Some(fault) => Err(AccessError::Invalid(vec![fault])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    /// An error in Chinese said `2 ids`.
    #[test]
    fn wrong_number_of_ids_is_told_as_a_number() {
        let ids = [ID.to_owned(), ID.to_owned()];
        assert_eq!(GrantScope::parse("region", &ids).unwrap_err().found, "2");
    }

    #[test]
    fn scope_names_its_kind_and_as_many_ids_as_it_needs() {
        let many: Vec<&str> = vec![ID; 1001];
        for (kind, ids, field) in [
            ("everything", &[][..], None),
            ("unit", &[ID], None),
            ("region", &[ID], None),
            ("resources", &[ID, ID], None),
            ("resources", &[], Some("scope.ids")),
            ("resources", &many, Some("scope.ids")),
            ("everything", &[ID], Some("scope.ids")),
            ("unit", &[], Some("scope.ids")),
            ("unit", &[ID, ID], Some("scope.ids")),
            ("unit", &["1; DROP TABLE"], Some("scope.ids")),
            ("galaxy", &[ID], Some("scope.kind")),
        ] {
            let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
            let fault = GrantScope::parse(kind, &ids).err().map(|fault| fault.field);
            assert_eq!(fault.as_deref(), field, "{kind} with {} ids", ids.len());
        }
    }

    #[test]
    fn grant_that_ends_before_it_begins_is_refused() {
        let now = Time::from_seconds(100);
        let user = UserId::from_uuid(ID.parse().unwrap());
        for (from, to, good) in [
            (None, None, true),
            (None, Some(101), true),
            (None, Some(100), false),
            (None, Some(50), false),
            (Some(200), Some(150), false),
            (Some(200), Some(201), true),
            (Some(50), Some(101), true),
        ] {
            let wanted = NewGrant {
                valid_from: from.map(Time::from_seconds),
                valid_to: to.map(Time::from_seconds),
                ..NewGrant::everything(user, "operator", "duty")
            };
            assert_eq!(wanted.check(now).is_ok(), good, "{from:?} {to:?}");
        }
        let wanted = NewGrant::everything(user, "operator", "  ");
        assert!(wanted.check(now).is_err(), "a reason is wanted");
    }
}
