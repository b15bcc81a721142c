use std::collections::HashMap;

use http_kit::{Problem, TextBody, TextView};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AccessError, Duty, GrantScope, Group, Holder, HolderKind, Line, Member, NewGroup, NewRole,
    Rights, Role, RoleGrant, Step, TokenLimits,
};

/// The part of the house within which something counts.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Scope)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeView {
    /// `everything`, `unit`, `region` or `resources`.
    kind: String,
    /// None for everything, the unit or region, or up to 1000 resources.
    #[serde(default)]
    ids: Vec<String>,
}

/// To whom something is granted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Holder)]
#[serde(deny_unknown_fields)]
pub(super) struct HolderView {
    kind: HolderKindView,
    /// The id of the user, post or group.
    id: String,
}

/// The sorts of holders.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = HolderKind)]
#[serde(rename_all = "lowercase")]
pub(super) enum HolderKindView {
    /// A user.
    User,
    /// Whoever holds a post.
    Post,
    /// The members of a group.
    Group,
}

/// The duties that one person never holds two of.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = Duty)]
#[serde(rename_all = "lowercase")]
pub(super) enum DutyView {
    /// Runs the system.
    System,
    /// Decides who may do what.
    Security,
    /// Looks whether all that was right.
    Audit,
}

/// What a token is limited to. What is null limits nothing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = TokenLimits)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenLimitsView {
    /// Only what one of these roles gives.
    roles: Option<Vec<String>>,
    /// Only these permissions: names, patterns, exclusions.
    permissions: Option<Vec<String>>,
    /// Only within this scope.
    scope: Option<ScopeView>,
}

/// A named set of permissions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub(super) struct RoleView {
    name: String,
    title: TextView,
    description: TextView,
    /// Names, patterns (`resource.*`, `*.read`, `*`) and exclusions (`-user.read`).
    permissions: Vec<String>,
    /// The duty it is for, where that is said.
    duty: Option<DutyView>,
    /// The duties it carries, also by what it holds: more than one makes it all-powerful.
    duties: Vec<DutyView>,
    /// Whether those who hold it may pass it on.
    delegable: bool,
    /// Whether it came with the product and never changes.
    shipped: bool,
    /// Its ETag.
    version: i64,
    created_at: String,
}

/// A role that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRoleBody {
    /// 2 to 64 lower-case letters, digits and hyphens.
    name: String,
    title: TextBody,
    description: Option<TextBody>,
    /// Names, patterns (`resource.*`, `*.read`, `*`) and exclusions (`-user.read`).
    permissions: Vec<String>,
    duty: Option<DutyView>,
    #[serde(default)]
    delegable: bool,
}

/// The new content of a role: all of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleContentBody {
    title: TextBody,
    description: Option<TextBody>,
    /// Names, patterns (`resource.*`, `*.read`, `*`) and exclusions (`-user.read`).
    permissions: Vec<String>,
    duty: Option<DutyView>,
    #[serde(default)]
    delegable: bool,
}

/// Users and groups under one name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Group)]
pub(super) struct GroupView {
    id: String,
    name: String,
    description: String,
    /// Its ETag.
    version: i64,
    created_at: String,
}

/// A group that is wanted, or its new content.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupBody {
    /// 1 to 100 characters; unique in any case.
    name: String,
    #[serde(default)]
    description: String,
}

/// A member of a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberView {
    kind: HolderKindView,
    id: String,
    name: String,
    since: String,
    added_by: String,
}

/// A role, given to somebody within a scope.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
pub(super) struct GrantView {
    id: String,
    holder: HolderView,
    /// The post that it was given to, in lists; null where there is none, or it is out of sight.
    post: Option<GrantedPostView>,
    role: String,
    scope: ScopeView,
    valid_from: String,
    /// Null: for good.
    valid_to: Option<String>,
    reason: String,
    /// `granted`, `migrated`, `delegated` or `emergency`.
    origin: &'static str,
    /// The grant that was passed on.
    source_id: Option<String>,
    /// Who passed it on.
    delegator_id: Option<String>,
    granted_by: String,
    granted_at: String,
    ended_at: Option<String>,
    ended_by: Option<String>,
    end_reason: Option<String>,
}

/// A post that something was granted to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantedPost)]
pub(super) struct GrantedPostView {
    title: TextView,
    unit_id: String,
}

impl GrantView {
    /// The grant, with the post if it was given to one of those that are seen.
    pub(super) fn with_post(grant: RoleGrant, seen: &HashMap<String, (Text, String)>) -> Self {
        let post = seen.get(&grant.holder.id).map(|(title, unit_id)| GrantedPostView {
            title: title.clone().into(),
            unit_id: unit_id.clone(),
        });
        Self { post, ..grant.into() }
    }
}

/// One step of the way from a user to what they hold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PathStep)]
pub(super) struct StepView {
    /// `group`, `post` or `delegation`.
    kind: &'static str,
    id: String,
    name: String,
}

/// One grant as it reaches one user by one way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RightsLine)]
pub(super) struct LineView {
    grant: GrantView,
    role_title: TextView,
    /// Empty when it was given to them directly.
    path: Vec<StepView>,
    /// `effective`, or why it does not count: `not_yet`, `separated`, `conflicting`,
    /// `source_gone`, `scope_gone`.
    standing: &'static str,
    /// From when on it reaches them.
    from: String,
    /// Until when it reaches them.
    to: Option<String>,
}

/// What a user may do, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rights)]
pub(super) struct RightsView {
    user_id: String,
    user_name: String,
    disabled: bool,
    lines: Vec<LineView>,
    permissions: Vec<PermissionView>,
}

/// One permission held, and the lines that give it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermissionHeld)]
pub(super) struct PermissionView {
    permission: String,
    /// Indexes into `lines`; empty for what everybody holds.
    lines: Vec<usize>,
}

impl ScopeView {
    pub(super) fn into_scope(self) -> Result<GrantScope, Problem> {
        let scope = GrantScope::parse(&self.kind, &self.ids);
        Ok(scope.map_err(|fault| Fault::from(AccessError::Invalid(vec![fault])))?)
    }
}

impl From<&GrantScope> for ScopeView {
    fn from(scope: &GrantScope) -> Self {
        Self { kind: scope.kind().to_owned(), ids: scope.ids().to_vec() }
    }
}

impl From<HolderView> for Holder {
    fn from(view: HolderView) -> Self {
        let kind = match view.kind {
            HolderKindView::User => HolderKind::User,
            HolderKindView::Post => HolderKind::Post,
            HolderKindView::Group => HolderKind::Group,
        };
        Self { kind, id: view.id }
    }
}

impl From<HolderKind> for HolderKindView {
    fn from(kind: HolderKind) -> Self {
        match kind {
            HolderKind::User => Self::User,
            HolderKind::Post => Self::Post,
            HolderKind::Group => Self::Group,
        }
    }
}

impl From<Holder> for HolderView {
    fn from(holder: Holder) -> Self {
        Self { kind: holder.kind.into(), id: holder.id }
    }
}

impl From<Duty> for DutyView {
    fn from(duty: Duty) -> Self {
        match duty {
            Duty::System => Self::System,
            Duty::Security => Self::Security,
            Duty::Audit => Self::Audit,
        }
    }
}

impl From<DutyView> for Duty {
    fn from(view: DutyView) -> Self {
        match view {
            DutyView::System => Self::System,
            DutyView::Security => Self::Security,
            DutyView::Audit => Self::Audit,
        }
    }
}

impl TokenLimitsView {
    pub(super) fn into_limits(self) -> Result<TokenLimits, Problem> {
        let Self { roles, permissions, scope } = self;
        let scope = scope.map(ScopeView::into_scope).transpose()?;
        Ok(TokenLimits { roles, permissions, scope })
    }
}

impl From<TokenLimits> for TokenLimitsView {
    fn from(limits: TokenLimits) -> Self {
        let scope = limits.scope.as_ref().map(ScopeView::from);
        Self { roles: limits.roles, permissions: limits.permissions, scope }
    }
}

impl NewRoleBody {
    pub(super) fn into_role(self) -> NewRole {
        let Self { name, title, description, permissions, duty, delegable } = self;
        RoleContentBody { title, description, permissions, duty, delegable }.into_role(name)
    }
}

impl RoleContentBody {
    pub(super) fn into_role(self, name: String) -> NewRole {
        NewRole {
            name,
            title: self.title.into(),
            description: self.description.map(Into::into).unwrap_or_default(),
            permissions: self.permissions,
            duty: self.duty.map(Into::into),
            delegable: self.delegable,
        }
    }
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        Self {
            duties: role.duties().into_iter().map(Into::into).collect(),
            name: role.name,
            title: role.title.into(),
            description: role.description.into(),
            permissions: role.permissions,
            duty: role.duty.map(Into::into),
            delegable: role.delegable,
            shipped: role.shipped,
            version: role.version,
            created_at: role.created_at.to_string(),
        }
    }
}

impl From<GroupBody> for NewGroup {
    fn from(body: GroupBody) -> Self {
        Self { name: body.name, description: body.description }
    }
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name,
            description: group.description,
            version: group.version,
            created_at: group.created_at.to_string(),
        }
    }
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            kind: member.holder.kind.into(),
            id: member.holder.id,
            name: member.name,
            since: member.since.to_string(),
            added_by: member.added_by,
        }
    }
}

impl From<RoleGrant> for GrantView {
    fn from(grant: RoleGrant) -> Self {
        let ended = grant.ended;
        Self {
            id: grant.id.to_string(),
            holder: grant.holder.into(),
            post: None,
            role: grant.role,
            scope: (&grant.scope).into(),
            valid_from: grant.valid_from.to_string(),
            valid_to: grant.valid_to.map(|to| to.to_string()),
            reason: grant.reason,
            origin: grant.origin.name(),
            source_id: grant.source_id.map(|id| id.to_string()),
            delegator_id: grant.delegator_id.map(|id| id.to_string()),
            granted_by: grant.granted_by,
            granted_at: grant.granted_at.to_string(),
            ended_at: ended.as_ref().map(|ended| ended.at.to_string()),
            ended_by: ended.as_ref().map(|ended| ended.by.clone()),
            end_reason: ended.map(|ended| ended.reason),
        }
    }
}

impl From<&Step> for StepView {
    fn from(step: &Step) -> Self {
        let (kind, id, name) = step.parts();
        Self { kind, id: id.to_owned(), name: name.to_owned() }
    }
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        Self {
            role_title: line.role.title.clone().into(),
            path: line.path.iter().map(StepView::from).collect(),
            standing: line.standing.name(),
            from: line.from.to_string(),
            to: line.to.map(|to| to.to_string()),
            grant: line.grant.into(),
        }
    }
}

impl From<Rights> for RightsView {
    fn from(rights: Rights) -> Self {
        let permissions = rights.permissions.into_iter().map(|(permission, lines)| {
            PermissionView { permission: permission.to_string(), lines }
        });
        Self {
            user_id: rights.user.id.to_string(),
            user_name: rights.user.name.as_str().to_owned(),
            disabled: rights.user.disabled,
            permissions: permissions.collect(),
            lines: rights.lines.into_iter().map(LineView::from).collect(),
        }
    }
}
