//! What posts carry, for the directory: it asks before an outside source fills one, and whether
//! whoever fills one could grant as much.

use std::sync::{Arc, Weak};

use db::Tx;
use directory::{
    AccountFuture, Carried, CarriedFuture, Giving, GivingFuture, PermitFuture, PersonId,
    PostGrants, PostId, UnitId,
};
use kernel::{Caller, Fault, Permission, Time};

use super::{Access, Inner, granting::Granting};
use crate::{
    AccessError,
    model::{
        grant::GrantScope,
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

    fn has_account<'a>(&'a self, tx: &'a mut Tx, person: PersonId) -> AccountFuture<'a> {
        Box::pin(async move {
            let user = store::users::by_person(tx.connection(), &person.to_string()).await?;
            Ok(user.is_some())
        })
    }

    fn permit_for_good<'a>(
        &'a self,
        caller: &'a Caller,
        right: Permission,
        unit: Option<UnitId>,
    ) -> PermitFuture<'a> {
        Box::pin(async move {
            let inner = self.0.upgrade().ok_or_else(|| Fault::out_of_scope(right))?;
            let scope =
                unit.map_or(GrantScope::Everything, |unit| GrantScope::Unit(unit.to_string()));
            Ok(Access { inner }.permit_for_good_within(caller, right, &scope).await?)
        })
    }
}
