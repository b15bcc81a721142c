//! What an identity provider may not touch by itself: the administrators while they are
//! separated, and what makes somebody one of them.

use std::collections::BTreeSet;

use db::Tx;
use kernel::Caller;

use super::{Access, rights::Basis};
use crate::{
    AccessError,
    model::{grant::RoleGrant, group::GroupId, user::UserId},
    store,
};

/// Which administrators are in which groups, also through others: pairs of their ids.
pub type AdministratorsGroups = BTreeSet<(String, String)>;

impl Access {
    /// Whether the administrators are separated and the user is, or will be, one of them.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn is_separated_administrator(
        &self,
        tx: &mut Tx,
        user: UserId,
    ) -> Result<bool, AccessError> {
        self.is_administrator(tx, user, self.now()).await
    }

    /// Whether the administrators are separated and the caller is, or will be, one of them by
    /// something else than bringing people: none of them comes as an identity provider too.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn is_administrator_besides_provisioning(
        &self,
        caller: &Caller,
    ) -> Result<bool, AccessError> {
        let Some(own) = caller.user_id.as_deref() else { return Ok(false) };
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = Basis::load(&mut reader).await?;
        if !basis.separated {
            return Ok(false);
        }
        let claims = self.duty_claims(&mut reader, &basis, self.now()).await?;
        let besides =
            |role: &str| basis.roles.get(role).is_some_and(|role| !role.is_no_administrators());
        Ok(claims.iter().any(|claim| claim.user_id == own && besides(&claim.role)))
    }

    /// The groups in which the administrators are; none unless they are separated.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn administrators_groups(
        &self,
        tx: &mut Tx,
    ) -> Result<AdministratorsGroups, AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let mut found = AdministratorsGroups::new();
        if !basis.separated {
            return Ok(found);
        }
        let claims = self.duty_claims(tx.connection(), &basis, self.now()).await?;
        let users: BTreeSet<String> = claims.into_iter().map(|claim| claim.user_id).collect();
        for user in users {
            let direct = store::groups::of_user(tx.connection(), &user).await?;
            let ways = direct.iter().flat_map(|group| basis.graph.ways_up(group));
            found.extend(ways.flatten().map(|group| (user.clone(), group)));
        }
        Ok(found)
    }

    /// Whether somebody without a say in rights may change who belongs to the group: `false` where
    /// membership brings a duty and the administrators are separated.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`] when members are to come
    /// (`adds`) to what an administrator's role is granted to, and the caller could not grant it.
    pub async fn may_provision_members(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        group: GroupId,
        adds: bool,
    ) -> Result<bool, AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let ways = basis.graph.ways_up(&group.to_string());
        let holders: BTreeSet<&str> = ways.iter().flatten().map(String::as_str).collect();
        let holders: Vec<&str> = holders.into_iter().collect();
        let dialect = self.inner.db.dialect();
        let grants =
            store::grants::to_holders(tx.connection(), dialect, &holders, self.now()).await?;
        let is_free = |grant: &RoleGrant| {
            let role = basis.roles.get(&grant.role);
            role.is_none_or(|role| role.duties_over(basis.extent(&grant.scope)).is_empty())
        };
        if grants.iter().all(is_free) {
            return Ok(true);
        }
        if basis.separated {
            return Ok(false);
        }
        if adds { self.permit_giving(caller).await.map(|()| true) } else { Ok(true) }
    }
}
