use std::collections::HashMap;

use db::Tx;
use kernel::{Caller, FieldFault, Granted, Id, Page, PageOf, Permission, Scope, Text, Time};

use super::{Access, note, organisation::Chart, permit};
use crate::{
    AccessError,
    model::{
        facts::{GrantEnded, GrantGiven},
        grant::{
            Ended, GrantId, GrantScope, Holder, HolderKind, NewGrant, Origin, RoleGrant,
            checked_reason,
        },
        permission::{GRANT_CHANGE, GRANT_READ, GROUP_READ, USER_READ},
        resolution::Subtrees,
        user::UserId,
    },
    store::{self, grants::GrantFilter},
};

/// Where a new grant comes from.
pub(super) enum From<'s> {
    /// By one who sees no more of the past than that.
    Granted(Vec<Granted>),
    Emergency,
    Delegated {
        source: &'s RoleGrant,
        by: UserId,
    },
}

impl Access {
    /// Grants a role to a user, a post or a group.
    ///
    /// Errors: [`AccessError::Forbidden`]; [`AccessError::OutOfScope`] when the scope is wider
    /// than that of the caller; [`AccessError::OutlastsOwn`], [`AccessError::LentRight`];
    /// [`AccessError::Invalid`]; [`AccessError::HolderNotFound`], also for whom the caller does
    /// not see; [`AccessError::AlreadyGranted`] where the same is there for as long;
    /// [`AccessError::OwnGrant`] while the administrators are separated;
    /// [`AccessError::DutiesExclude`], [`AccessError::AllPowerful`].
    pub async fn grant(
        &self,
        caller: &Caller,
        wanted: &NewGrant,
    ) -> Result<RoleGrant, AccessError> {
        let chart = self.chart().await?;
        self.permit_within(&chart, caller, GRANT_CHANGE, &wanted.scope).await?;
        let now = self.now();
        wanted.check(now)?;
        check_scope(&chart, &wanted.scope)?;
        let mut tx = self.inner.db.begin().await?;
        if !self.sees_holder(&mut tx, caller, &chart, &wanted.holder).await? {
            return Err(holder_not_found(&wanted.holder));
        }
        let lasting = (&wanted.scope, wanted.valid_to);
        self.permit_lasting(&mut tx, &chart, caller, lasting).await?;
        let past_of = caller.scope(GRANT_CHANGE).past_within();
        self.refuse_twice(&mut tx, now, wanted, &past_of).await?;
        let grant = self.add_grant(&mut tx, caller, now, wanted, From::Granted(past_of)).await?;
        self.refuse_own_grant(&mut tx, caller, now).await?;
        self.guard(&mut tx, caller, now).await?;
        tx.commit().await?;
        Ok(grant)
    }

    /// Refuses what is granted already for all of the wanted time.
    async fn refuse_twice(
        &self,
        tx: &mut Tx,
        now: Time,
        wanted: &NewGrant,
        past_of: &[Granted],
    ) -> Result<(), AccessError> {
        let (dialect, holders) = (self.inner.db.dialect(), [wanted.holder.id.as_str()]);
        let there = store::grants::to_holders(tx.connection(), dialect, &holders, now).await?;
        let there = there.into_iter().find(|there| wanted.is_there(there, past_of, now));
        let Some(there) = there else { return Ok(()) };
        Err(AccessError::AlreadyGranted {
            id: there.id.to_string(),
            holder: self.holder_name(tx, &there.holder).await?,
            role: there.role,
            from: there.valid_from,
            to: there.valid_to,
        })
    }

    /// Ends a grant, and with it what was passed on from it. One that was ended stays as it is.
    ///
    /// Errors: [`AccessError::Forbidden`]; [`AccessError::GrantNotFound`], also when its scope is
    /// none of the caller's; [`AccessError::OutOfScope`] when they only see it;
    /// [`AccessError::Invalid`], [`AccessError::LastAdministrator`].
    pub async fn end_grant(
        &self,
        caller: &Caller,
        id: GrantId,
        reason: &str,
    ) -> Result<RoleGrant, AccessError> {
        permit(caller, GRANT_CHANGE)?;
        let reason = checked_reason(reason)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let grant = store::grants::by_id(tx.connection(), id).await?;
        let grant = grant.ok_or_else(|| grant_not_found(id))?;
        let chart = self.chart().await?;
        if !self.reaches(&chart, caller, GRANT_CHANGE, &grant.scope).await? {
            return Err(match self.reaches(&chart, caller, GRANT_READ, &grant.scope).await? {
                true => AccessError::OutOfScope(GRANT_CHANGE),
                false => grant_not_found(id),
            });
        }
        self.end_in(&mut tx, caller, now, &grant, &reason).await?;
        let grant = store::grants::by_id(tx.connection(), id).await?;
        tx.commit().await?;
        grant.ok_or_else(|| grant_not_found(id))
    }

    /// The grant with that id.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::GrantNotFound`], also when its scope is
    /// none of the caller's.
    pub async fn grant_by_id(
        &self,
        caller: &Caller,
        id: GrantId,
    ) -> Result<RoleGrant, AccessError> {
        permit(caller, GRANT_READ)?;
        let grant = store::grants::by_id(self.inner.db.reader(), id).await?;
        let chart = self.chart().await?;
        let grant = grant.ok_or_else(|| grant_not_found(id))?;
        match self.reaches(&chart, caller, GRANT_READ, &grant.scope).await? {
            true => Ok(grant),
            false => Err(grant_not_found(id)),
        }
    }

    /// A page of grants in the order in which they were given: those within the caller's scope.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn grants(
        &self,
        caller: &Caller,
        filter: &GrantFilter,
        page: &Page,
    ) -> Result<PageOf<RoleGrant>, AccessError> {
        permit(caller, GRANT_READ)?;
        let reader = self.inner.db.reader();
        let PageOf { items, next } = store::grants::list(reader, filter, self.now(), page).await?;
        let chart = self.chart().await?;
        let mut seen = Vec::with_capacity(items.len());
        for grant in items {
            if self.reaches(&chart, caller, GRANT_READ, &grant.scope).await? {
                seen.push(grant);
            }
        }
        Ok(PageOf { items: seen, next })
    }

    /// The title and the unit of each post among the holders that the caller sees in the directory,
    /// so that nobody need ask for them in vain.
    pub(crate) async fn posts_seen(
        &self,
        caller: &Caller,
        grants: &[RoleGrant],
    ) -> Result<HashMap<String, (Text, String)>, AccessError> {
        let holders = grants.iter().map(|grant| &grant.holder);
        let posts = holders.filter(|holder| holder.kind == HolderKind::Post);
        self.chart().await?.posts_seen(caller, posts.map(|holder| holder.id.as_str())).await
    }

    /// Adds a grant in `tx`. Whoever calls it asks the guard afterwards.
    pub(super) async fn add_grant(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        wanted: &NewGrant,
        from: From<'_>,
    ) -> Result<RoleGrant, AccessError> {
        let role = store::roles::by_name(tx.connection(), &wanted.role).await?;
        let role = role.ok_or_else(|| unknown_role(&wanted.role))?;
        let holder_name = self.holder_name(tx, &wanted.holder).await?;
        let (origin, past_of, source_id, delegator_id) = match from {
            From::Granted(past_of) => (Origin::Granted, past_of, None, None),
            From::Emergency => (Origin::Emergency, Vec::new(), None, None),
            // Its source says how much of the past it shows, as long as it is passed on.
            From::Delegated { source, by } => {
                (Origin::Delegated, Vec::new(), Some(source.id), Some(by))
            }
        };
        let grant = RoleGrant {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            holder: wanted.holder.clone(),
            role: role.name,
            scope: wanted.scope.clone(),
            past_of,
            // Nobody had it before somebody gave it, whatever the review is to be told.
            valid_from: wanted.valid_from.unwrap_or(now).max(now),
            valid_to: wanted.valid_to,
            reason: wanted.reason.trim().to_owned(),
            origin,
            source_id,
            delegator_id,
            granted_by: caller.actor.name.clone(),
            granted_at: now,
            ended: None,
        };
        store::grants::insert(tx.connection(), &grant).await?;
        note(tx, caller, now, &GrantGiven::new(&grant, &holder_name)).await?;
        Ok(grant)
    }

    /// Ends `grant` and what was passed on from it in `tx`, unless nobody could give rights then.
    pub(super) async fn end_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        grant: &RoleGrant,
        reason: &str,
    ) -> Result<(), AccessError> {
        if grant.ended.is_some() {
            return Ok(());
        }
        let kept = self.keepers(tx, now).await?;
        let name = self.end_only(tx, caller, now, grant, reason).await?;
        self.keep_the_house(tx, &kept, &name, now).await?;
        store::generation::bump(tx.connection()).await?;
        Ok(())
    }

    /// Ends `grant` and what was passed on from it in `tx`; gives the name of its holder.
    pub(super) async fn end_only(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        grant: &RoleGrant,
        reason: &str,
    ) -> Result<String, AccessError> {
        let passed_on = store::grants::of_source(tx.connection(), grant.id).await?;
        let mut holder = String::new();
        // What was passed on cannot be passed on again: one step down is all there is.
        for ending in passed_on.iter().chain([grant]) {
            let ended = Ended { at: now, by: caller.actor.name.clone(), reason: reason.to_owned() };
            store::grants::end(tx.connection(), ending.id, &ended).await?;
            holder = self.holder_name(tx, &ending.holder).await.unwrap_or_default();
            note(tx, caller, now, &GrantEnded::new(ending, &holder, reason)).await?;
        }
        Ok(holder)
    }

    /// What a holder is called. Errors: [`AccessError::HolderNotFound`].
    pub(super) async fn holder_name(
        &self,
        tx: &mut Tx,
        holder: &Holder,
    ) -> Result<String, AccessError> {
        let missing = || holder_not_found(holder);
        let name = match holder.kind {
            HolderKind::User => {
                let id = holder.id.parse().map_err(|_| missing())?;
                let user = store::users::by_id(tx.connection(), id).await?;
                user.map(|user| user.name.as_str().to_owned())
            }
            HolderKind::Group => {
                let id = holder.id.parse().map_err(|_| missing())?;
                store::groups::by_id(tx.connection(), id).await?.map(|group| group.name)
            }
            HolderKind::Post => self.chart().await?.post_name(&holder.id, self.now()).await?,
        };
        name.ok_or_else(missing)
    }

    /// Whether the caller may know that there is such a holder: they grant over everything, or see
    /// the user, the post or the group.
    async fn sees_holder(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        chart: &Chart,
        holder: &Holder,
    ) -> Result<bool, AccessError> {
        if caller.may_everywhere(GRANT_CHANGE) {
            return Ok(true);
        }
        match holder.kind {
            HolderKind::User if caller.may_everywhere(USER_READ) => Ok(true),
            HolderKind::User => {
                if caller.user_id.as_deref() == Some(holder.id.as_str()) {
                    return Ok(true);
                }
                let Ok(id) = holder.id.parse() else { return Ok(false) };
                let user = store::users::by_id(tx.connection(), id).await?;
                self.sees_user(caller, chart, user.as_ref()).await
            }
            HolderKind::Group => Ok(caller.may_everywhere(GROUP_READ)),
            HolderKind::Post => chart.sees_post(caller, &holder.id, self.now()).await,
        }
    }

    /// Whether the caller holds `permission` over all of `scope`.
    pub(super) async fn reaches(
        &self,
        chart: &Chart,
        caller: &Caller,
        permission: Permission,
        scope: &GrantScope,
    ) -> Result<bool, AccessError> {
        let held = caller.scope(permission);
        // A scope whose unit is gone covers nothing; only who sees everything sees it.
        if is_gone(chart, scope) {
            return Ok(held == Scope::Everywhere);
        }
        self.lies_within(chart, &held, scope).await
    }

    async fn permit_within(
        &self,
        chart: &Chart,
        caller: &Caller,
        permission: Permission,
        scope: &GrantScope,
    ) -> Result<(), AccessError> {
        permit(caller, permission)?;
        match self.reaches(chart, caller, permission, scope).await? {
            true => Ok(()),
            false => Err(AccessError::OutOfScope(permission)),
        }
    }
}

/// Refuses a scope that names what there is not.
pub(super) fn check_scope(chart: &Chart, scope: &GrantScope) -> Result<(), AccessError> {
    if is_gone(chart, scope) { Err(scope_gone(scope)) } else { Ok(()) }
}

/// A scope names what there is not, for whoever names it.
pub(super) fn scope_gone(scope: &GrantScope) -> AccessError {
    let expected = match scope {
        GrantScope::Region(_) => Text::new("the id of a region", "区域的编号"),
        _ => Text::new("the id of a unit", "单位的编号"),
    };
    let found = scope.ids().join(", ");
    AccessError::Invalid(vec![FieldFault::new("scope.ids", found, expected)])
}

/// Whether a scope names what there is not.
pub(super) fn is_gone(chart: &Chart, scope: &GrantScope) -> bool {
    match scope {
        GrantScope::Unit(id) => !chart.has_unit(id),
        GrantScope::Region(id) => !chart.has_region(id),
        GrantScope::Everything | GrantScope::Resources(_) => false,
    }
}

pub(super) fn unknown_role(name: &str) -> AccessError {
    let expected = Text::new(
        "a role there is (GET /api/v1/roles lists them)",
        "已有的角色（可用 GET /api/v1/roles 查询）",
    );
    let found: String = name.chars().take(64).collect();
    AccessError::Invalid(vec![FieldFault::new("role", found, expected)])
}

fn holder_not_found(holder: &Holder) -> AccessError {
    AccessError::HolderNotFound { kind: holder.kind, id: holder.id.clone() }
}

pub(super) fn grant_not_found(id: GrantId) -> AccessError {
    AccessError::GrantNotFound { id: id.to_string() }
}
