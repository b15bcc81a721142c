use kernel::{ActorKind, Caller, FieldFault, Scope, Text, Time};

use super::{
    Access,
    granting::is_lent,
    grants::{From, check_scope, grant_not_found, is_gone},
    permit,
    rights::Basis,
    sessions::own_id,
};
use crate::{
    AccessError,
    model::{
        grant::{GrantId, GrantScope, Holder, HolderKind, NewGrant, RoleGrant, checked_reason},
        permission::GRANT_DELEGATE,
        resolution::{self, LineStanding},
        user::UserId,
    },
    store,
};

/// What somebody wants to pass on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelegation {
    /// To whom.
    pub user_id: UserId,
    /// Within which scope; that of the grant when none.
    pub scope: Option<GrantScope>,
    /// From when on; from now on when none.
    pub valid_from: Option<Time>,
    /// Until when; as long as the grant itself when none.
    pub valid_to: Option<Time>,
    /// Why.
    pub reason: String,
}

impl Access {
    /// Passes on a grant that the caller holds: its scope or less (of a region also a unit that is
    /// wholly in it), for as long or shorter, one step far. It ends with the grant, and when the
    /// caller holds that no more.
    ///
    /// Errors: [`AccessError::Forbidden`]; [`AccessError::NotAPerson`] for programs;
    /// [`AccessError::GrantNotFound`] unless the caller holds it now;
    /// [`AccessError::LentRight`] for what was passed on to them, or is taken in an emergency;
    /// [`AccessError::NotDelegable`]; [`AccessError::Invalid`]; [`AccessError::HolderNotFound`],
    /// also for whom the caller does not see; [`AccessError::DutiesExclude`].
    pub async fn delegate(
        &self,
        caller: &Caller,
        source: GrantId,
        wanted: &NewDelegation,
    ) -> Result<RoleGrant, AccessError> {
        permit(caller, GRANT_DELEGATE)?;
        if caller.actor.kind != ActorKind::Person {
            return Err(AccessError::NotAPerson);
        }
        let own = own_id(caller)?;
        let now = self.now();
        let chart = self.chart().await?;
        let mut tx = self.inner.db.begin().await?;
        let user = store::users::by_id(tx.connection(), own).await?;
        let user = user.ok_or(AccessError::NotAPerson)?;
        let basis = Basis::load(tx.connection()).await?;
        let lines = self.lines_of(tx.connection(), &basis, &chart, &user, now).await?;
        let line = lines
            .into_iter()
            .find(|line| line.grant.id == source && line.standing == LineStanding::Effective);
        let line = line.ok_or_else(|| grant_not_found(source))?;
        if is_lent(&line) {
            return Err(AccessError::LentRight { right: line.role.name.clone() });
        }
        if !line.role.delegable {
            return Err(AccessError::NotDelegable { role: line.role.name.clone() });
        }
        let scope = wanted.scope.clone().unwrap_or_else(|| line.grant.scope.clone());
        let valid_to = wanted.valid_to.or(line.to);
        let ours = resolution::written_out(&line.grant.scope, &chart);
        if ours == Scope::Everywhere {
            check_scope(&chart, &scope)?;
        }
        // A unit that there is not answers like one that is not theirs.
        let is_wider = is_gone(&chart, &scope) || !self.lies_within(&chart, &ours, &scope).await?;
        let too_wide = is_wider.then(|| chart.said(caller, &scope));
        check(wanted, own, too_wide, line.to)?;
        let new = NewGrant {
            holder: Holder { kind: HolderKind::User, id: wanted.user_id.to_string() },
            role: line.role.name.clone(),
            scope,
            valid_from: wanted.valid_from,
            valid_to,
            reason: wanted.reason.clone(),
        };
        new.check(now)?;
        if !self.may_delegate_to(&mut tx, caller, &chart, wanted.user_id).await? {
            return Err(AccessError::HolderNotFound { kind: new.holder.kind, id: new.holder.id });
        }
        let from = From::Delegated { source: &line.grant, by: own };
        let grant = self.add_grant(&mut tx, caller, now, &new, from).await?;
        self.guard(&mut tx, caller, now).await?;
        tx.commit().await?;
        Ok(grant)
    }

    /// Takes back what the caller passed on.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::GrantNotFound`], also for what others
    /// passed on; [`AccessError::Invalid`].
    pub async fn take_back(
        &self,
        caller: &Caller,
        id: GrantId,
        reason: &str,
    ) -> Result<(), AccessError> {
        permit(caller, GRANT_DELEGATE)?;
        let own = own_id(caller)?;
        let reason = checked_reason(reason)?;
        let mut tx = self.inner.db.begin().await?;
        let grant = store::grants::by_id(tx.connection(), id).await?;
        let grant = grant.filter(|grant| grant.delegator_id == Some(own));
        let grant = grant.ok_or_else(|| grant_not_found(id))?;
        self.end_in(&mut tx, caller, self.now(), &grant, &reason).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn check(
    wanted: &NewDelegation,
    own: UserId,
    too_wide: Option<String>,
    limit: Option<Time>,
) -> Result<(), AccessError> {
    let mut wrong = Vec::new();
    if wanted.user_id == own {
        let expected = Text::new("somebody else", "他人的编号");
        wrong.push(FieldFault::new("user_id", wanted.user_id, expected));
    }
    if let Some(found) = too_wide {
        let expected = Text::new("your own scope or a part of it", "您自己的权限范围或其中一部分");
        wrong.push(FieldFault::new("scope", found, expected));
    }
    if let (Some(to), Some(limit)) = (wanted.valid_to, limit)
        && to > limit
    {
        let limit = limit.to_second();
        let expected = Text::new(
            format!("at the latest {limit}, when your own grant ends"),
            format!("不晚于您自己的授权到期时间 {limit}"),
        );
        wrong.push(FieldFault::new("valid_to", to, expected));
    }
    if wrong.is_empty() { Ok(()) } else { Err(AccessError::Invalid(wrong)) }
}
