use kernel::{Fact, Subject, Time};
use serde::Serialize;

use crate::model::{
    grant::{GrantScope, RoleGrant},
    group::Group,
    role::Role,
};

/// A role as the journal shows it before and after a change.
#[derive(Debug, Serialize)]
pub(crate) struct RoleSnapshot<'a> {
    title: &'a kernel::Text,
    permissions: &'a [String],
    duty: Option<&'static str>,
    delegable: bool,
    version: i64,
}

impl<'a> From<&'a Role> for RoleSnapshot<'a> {
    fn from(role: &'a Role) -> Self {
        Self {
            title: &role.title,
            permissions: &role.permissions,
            duty: role.duty.map(super::super::role::Duty::name),
            delegable: role.delegable,
            version: role.version,
        }
    }
}

/// A group as the journal shows it.
#[derive(Debug, Serialize)]
pub(crate) struct GroupSnapshot<'a> {
    name: &'a str,
    description: &'a str,
    version: i64,
}

impl<'a> From<&'a Group> for GroupSnapshot<'a> {
    fn from(group: &'a Group) -> Self {
        Self { name: &group.name, description: &group.description, version: group.version }
    }
}

/// A scope as the journal shows it.
#[derive(Debug, Serialize)]
pub(crate) struct ScopeSnapshot {
    kind: &'static str,
    ids: Vec<String>,
}

impl From<&GrantScope> for ScopeSnapshot {
    fn from(scope: &GrantScope) -> Self {
        Self { kind: scope.kind(), ids: scope.ids().to_vec() }
    }
}

/// A role was made.
#[derive(Debug, Serialize)]
pub(crate) struct RoleCreated {
    pub(crate) name: String,
}

impl Fact for RoleCreated {
    const VERB: &'static str = "role.created";

    fn subject(&self) -> Subject {
        Subject::new("role", &self.name, &self.name)
    }
}

/// A role was changed.
#[derive(Debug, Serialize)]
pub(crate) struct RoleChanged {
    pub(crate) name: String,
}

impl Fact for RoleChanged {
    const VERB: &'static str = "role.changed";

    fn subject(&self) -> Subject {
        Subject::new("role", &self.name, &self.name)
    }
}

/// A role was removed.
#[derive(Debug, Serialize)]
pub(crate) struct RoleRemoved {
    pub(crate) name: String,
}

impl Fact for RoleRemoved {
    const VERB: &'static str = "role.removed";

    fn subject(&self) -> Subject {
        Subject::new("role", &self.name, &self.name)
    }
}

/// A group was made.
#[derive(Debug, Serialize)]
pub(crate) struct GroupCreated {
    pub(crate) group_id: String,
    pub(crate) name: String,
}

impl Fact for GroupCreated {
    const VERB: &'static str = "group.created";

    fn subject(&self) -> Subject {
        Subject::new("group", &self.group_id, &self.name)
    }
}

/// A group was changed.
#[derive(Debug, Serialize)]
pub(crate) struct GroupChanged {
    pub(crate) group_id: String,
    pub(crate) name: String,
}

impl Fact for GroupChanged {
    const VERB: &'static str = "group.changed";

    fn subject(&self) -> Subject {
        Subject::new("group", &self.group_id, &self.name)
    }
}

/// A group was removed.
#[derive(Debug, Serialize)]
pub(crate) struct GroupRemoved {
    pub(crate) group_id: String,
    pub(crate) name: String,
}

impl Fact for GroupRemoved {
    const VERB: &'static str = "group.removed";

    fn subject(&self) -> Subject {
        Subject::new("group", &self.group_id, &self.name)
    }
}

/// Who belongs to a group changed.
#[derive(Debug, Serialize)]
pub(crate) struct GroupMembersChanged {
    pub(crate) group_id: String,
    pub(crate) name: String,
    pub(crate) added: Vec<String>,
    pub(crate) removed: Vec<String>,
}

impl Fact for GroupMembersChanged {
    const VERB: &'static str = "group.members_changed";

    fn subject(&self) -> Subject {
        Subject::new("group", &self.group_id, &self.name)
    }
}

/// Somebody was given a role.
#[derive(Debug, Serialize)]
pub(crate) struct GrantGiven {
    pub(crate) grant_id: String,
    pub(crate) role: String,
    pub(crate) holder_kind: &'static str,
    pub(crate) holder_id: String,
    pub(crate) holder_name: String,
    pub(crate) scope: ScopeSnapshot,
    pub(crate) valid_from: Time,
    pub(crate) valid_to: Option<Time>,
    pub(crate) reason: String,
    pub(crate) origin: &'static str,
    pub(crate) source_id: Option<String>,
}

impl GrantGiven {
    pub(crate) fn new(grant: &RoleGrant, holder_name: &str) -> Self {
        Self {
            grant_id: grant.id.to_string(),
            role: grant.role.clone(),
            holder_kind: grant.holder.kind.name(),
            holder_id: grant.holder.id.clone(),
            holder_name: holder_name.to_owned(),
            scope: (&grant.scope).into(),
            valid_from: grant.valid_from,
            valid_to: grant.valid_to,
            reason: grant.reason.clone(),
            origin: grant.origin.name(),
            source_id: grant.source_id.map(|id| id.to_string()),
        }
    }
}

impl Fact for GrantGiven {
    const VERB: &'static str = "grant.given";

    fn subject(&self) -> Subject {
        Subject::new("grant", &self.grant_id, format!("{} → {}", self.role, self.holder_name))
    }
}

/// A grant was ended before its time.
#[derive(Debug, Serialize)]
pub(crate) struct GrantEnded {
    pub(crate) grant_id: String,
    pub(crate) role: String,
    pub(crate) holder_kind: &'static str,
    pub(crate) holder_id: String,
    pub(crate) holder_name: String,
    pub(crate) reason: String,
}

impl GrantEnded {
    pub(crate) fn new(grant: &RoleGrant, holder_name: &str, reason: &str) -> Self {
        Self {
            grant_id: grant.id.to_string(),
            role: grant.role.clone(),
            holder_kind: grant.holder.kind.name(),
            holder_id: grant.holder.id.clone(),
            holder_name: holder_name.to_owned(),
            reason: reason.to_owned(),
        }
    }
}

impl Fact for GrantEnded {
    const VERB: &'static str = "grant.ended";

    fn subject(&self) -> Subject {
        Subject::new("grant", &self.grant_id, format!("{} → {}", self.role, self.holder_name))
    }
}

/// Somebody asked for what they may not have.
#[derive(Debug, Serialize)]
pub(crate) struct AccessDenied {
    /// The permission that was lacking, if that was the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permission: Option<String>,
    /// The rule about rights that stood against it otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    /// How often the same was refused to the same since the row before, this one not counted.
    pub(crate) repeated: u32,
}

impl Fact for AccessDenied {
    const VERB: &'static str = "access.denied";

    fn subject(&self) -> Subject {
        let reason = self.permission.as_deref().or(self.rule.as_deref()).unwrap_or_default();
        Subject::new("access", reason, reason)
    }
}
