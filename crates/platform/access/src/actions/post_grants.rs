//! What posts carry, for the directory: it asks before an outside source fills one, and whether
//! whoever fills one could grant as much.

use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
};

use db::Tx;
use directory::{
    AnyFuture, Carried, CarriedFuture, Giving, GivingFuture, Part, PermitFuture, PersonId,
    PostGrants, PostId, Taken,
};
use kernel::{Caller, Fault, Granted, Lineage, Permission, Time};

use super::{
    Access, Inner,
    granting::{Granting, Over},
};
use crate::{
    AccessError,
    model::{
        grant::{GrantScope, RoleGrant},
        permission::{GRANT_CHANGE, GRANT_READ},
    },
    store,
};

/// Stands for roles that are not named.
const UNNAMED: &str = "…";

/// Knows the grants as long as there is an [`Access`]; it does not keep it alive.
#[derive(Debug)]
struct Known(Weak<Inner>);

impl Access {
    /// What is granted to posts, to be told to the directory.
    #[must_use]
    pub fn post_grants(&self) -> Arc<dyn PostGrants> {
        Arc::new(Known(Arc::downgrade(&self.inner)))
    }

    /// Whether the caller could grant what the post carries, for as long as it does and it is held,
    /// and while the administrators are separated gives it to somebody else than themselves.
    ///
    /// Errors: [`AccessError::OutlastsOwn`] for who could for a shorter time.
    async fn giving(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (person, post): (PersonId, PostId),
        to: Option<Time>,
    ) -> Result<Giving, AccessError> {
        let (dialect, now, post) = (self.inner.db.dialect(), self.now(), post.to_string());
        let holders = [post.as_str()];
        let grants = store::grants::to_holders(tx.connection(), dialect, &holders, now).await?;
        if grants.is_empty() {
            return Ok(Giving::Permitted);
        }
        if store::generation::separation(tx.connection()).await?.is_some()
            && self.is_own(tx, caller, person).await?
        {
            return Ok(Giving::Own);
        }
        let chart = self.chart().await?;
        let (mut roles, mut shorter): (Vec<String>, Option<Granting>) = (Vec::new(), None);
        for grant in grants {
            let reached = self.reaches(&chart, caller, GRANT_CHANGE, &grant.scope).await?;
            let granting = match reached {
                true => self.granting_of(tx.connection(), &chart, caller, &grant.scope).await?,
                false => Granting::Lent,
            };
            let ends = [grant.valid_to, to].into_iter().flatten().min();
            if granting.lasts(ends) {
                continue;
            }
            if let Granting::Until(limit) = granting {
                let least = match shorter {
                    Some(Granting::Until(least)) => least.min(limit),
                    _ => limit,
                };
                shorter = Some(Granting::Until(least));
                continue;
            }
            // Those that the list of grants does not show them are not named.
            let is_seen = self.reaches(&chart, caller, GRANT_READ, &grant.scope).await?;
            let named = if is_seen { grant.role } else { UNNAMED.to_owned() };
            if !roles.contains(&named) {
                roles.push(named);
            }
        }
        if roles.is_empty() {
            let shorter = shorter.unwrap_or(Granting::ForGood);
            return shorter.permit(GRANT_CHANGE, Some(("to", to))).map(|()| Giving::Permitted);
        }
        // At the end of those that are named.
        roles.sort_by_key(|role| role == UNNAMED);
        Ok(Giving::Beyond { roles, permission: GRANT_CHANGE })
    }

    /// Whether the caller is the person.
    async fn is_own(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person: PersonId,
    ) -> Result<bool, AccessError> {
        let Some(own) = caller.user_id.as_deref() else { return Ok(false) };
        let (dialect, person) = (self.inner.db.dialect(), person.to_string());
        let people = [person.as_str()];
        let users = store::users::among(tx.connection(), dialect, "person_id", &people).await?;
        Ok(users.iter().any(|user| user.id.to_string() == own))
    }
}

impl PostGrants for Known {
    fn carried<'a>(&'a self, tx: &'a mut Tx, post: PostId) -> CarriedFuture<'a> {
        Box::pin(async move {
            // Nobody is left who could grant anything: nothing is safe to fill.
            let Some(inner) = self.0.upgrade() else { return Ok(Carried::Duty) };
            let (dialect, now, post) = (inner.db.dialect(), inner.clock.now(), post.to_string());
            let grants =
                store::grants::to_holders(tx.connection(), dialect, &[post.as_str()], now).await?;
            if grants.is_empty() {
                return Ok(Carried::Nothing);
            }
            let roles = store::roles::all(tx.connection()).await?;
            let of_duty = |name: &str| {
                roles.iter().any(|role| role.name == name && !role.duties().is_empty())
            };
            let duty = grants.iter().any(|grant| of_duty(&grant.role));
            Ok(if duty { Carried::Duty } else { Carried::Roles })
        })
    }

    fn giving<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        whom: (PersonId, PostId),
        to: Option<Time>,
    ) -> GivingFuture<'a> {
        Box::pin(async move {
            match self.0.upgrade() {
                Some(inner) => Ok(Access { inner }.giving(tx, caller, whom, to).await?),
                // Nobody is left who could grant anything.
                None => Ok(Giving::Beyond { roles: Vec::new(), permission: GRANT_CHANGE }),
            }
        })
    }

    fn has_account<'a>(&'a self, tx: &'a mut Tx, person: PersonId) -> AnyFuture<'a> {
        Box::pin(async move {
            let user = store::users::by_person(tx.connection(), &person.to_string()).await?;
            Ok(user.is_some())
        })
    }

    fn permit_found_as<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        person: PersonId,
    ) -> PermitFuture<'a> {
        Box::pin(async move {
            let inner = self.0.upgrade().ok_or_else(|| Fault::forbidden(GRANT_CHANGE))?;
            let now = inner.clock.now();
            Ok(Access { inner }.permit_found_as(tx, caller, &person.to_string(), now).await?)
        })
    }

    fn any_counts_in<'a>(&'a self, tx: &'a mut Tx, parts: &'a Lineage) -> AnyFuture<'a> {
        Box::pin(async move {
            // Nobody is left who could say that nothing does.
            let Some(inner) = self.0.upgrade() else { return Ok(true) };
            let (now, ids) = (inner.clock.now(), Ids::of(parts));
            let grants = store::grants::of_parts(tx.connection(), now).await?;
            let counts = |one: &RoleGrant| {
                ids.has(&one.scope) || one.past_of.iter().any(|part| ids.meets(part))
            };
            // Of more than are read nobody can say that none does.
            if grants.len() >= store::grants::GRANTS_MAX as usize || grants.iter().any(counts) {
                return Ok(true);
            }
            let sealed = store::emergencies::sealed_scopes(tx.connection()).await?;
            if sealed.iter().any(|scope| ids.has(scope)) {
                return Ok(true);
            }
            // A program that has a token of a part does more by it then.
            let tokens = store::tokens::live_limited(tx.connection(), now).await?;
            let scopes = tokens.into_iter().filter_map(|token| token.limits?.scope);
            Ok(scopes.into_iter().any(|scope| ids.has(&scope)))
        })
    }

    fn permit_for_good<'a>(
        &'a self,
        caller: &'a Caller,
        right: Permission,
        part: Part,
    ) -> PermitFuture<'a> {
        Box::pin(async move {
            let inner = self.0.upgrade().ok_or_else(|| Fault::out_of_scope(right))?;
            let access = Access { inner };
            let scope = match part {
                Part::Everything => GrantScope::Everything,
                Part::Unit(unit) => GrantScope::Unit(unit.to_string()),
                Part::Region(region) => {
                    let region = region.to_string();
                    let over = Over::Answered(&region);
                    return Ok(access.permit_for_good_over(caller, right, over).await?);
                }
            };
            Ok(access.permit_for_good_over(caller, right, Over::Scope(&scope)).await?)
        })
    }

    fn permit_taking<'a>(
        &'a self,
        caller: &'a Caller,
        right: Permission,
        taken: &'a Taken,
    ) -> PermitFuture<'a> {
        Box::pin(async move {
            let inner = self.0.upgrade().ok_or_else(|| Fault::out_of_scope(right))?;
            Ok(Access { inner }.permit_taking(caller, right, taken).await?)
        })
    }
}

/// Units and regions by their ids.
pub(super) struct Ids<'p> {
    units: BTreeSet<&'p str>,
    regions: BTreeSet<&'p str>,
}

impl<'p> Ids<'p> {
    pub(super) fn of(parts: &'p Lineage) -> Self {
        let all = |ids: &'p [String]| ids.iter().map(String::as_str).collect();
        Self { units: all(&parts.units), regions: all(&parts.regions) }
    }

    /// Whether a scope is one of them.
    pub(super) fn has(&self, scope: &GrantScope) -> bool {
        match scope {
            GrantScope::Unit(id) => self.units.contains(id.as_str()),
            GrantScope::Region(id) => self.regions.contains(id.as_str()),
            GrantScope::Everything | GrantScope::Resources(_) => false,
        }
    }

    /// Whether one of them is of the part of who granted something: it counts within that.
    pub(super) fn meets(&self, part: &Granted) -> bool {
        part.units.iter().any(|id| self.units.contains(id.as_str()))
            || part.regions.iter().any(|id| self.regions.contains(id.as_str()))
    }
}
