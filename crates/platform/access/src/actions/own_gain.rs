//! While the administrators are separated, nobody gives themselves anything, by whatever way, and
//! nobody signs in as another of them.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{ActorKind, Caller, Time};
use sqlx::AnyConnection;

use super::{Access, guard::names_of, rights::Basis};
use crate::{
    AccessError,
    model::user::{User, UserId},
    store,
};

impl Access {
    /// Refuses the change in `tx` if a grant reaches its author by it that did not before: through
    /// a group they joined, a person they became, or directly.
    ///
    /// Errors: [`AccessError::OwnGrant`] while the administrators are separated.
    pub(super) async fn refuse_own_gain(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
    ) -> Result<(), AccessError> {
        let Some(own) = caller.user_id.as_deref() else { return Ok(()) };
        let basis = Basis::load(tx.connection()).await?;
        if !basis.separated {
            return Ok(());
        }
        let after = self.grants_reaching(tx.connection(), &basis, own, now).await?;
        // Changes run one after another: what a reader sees is what was before this one.
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = Basis::load(&mut reader).await?;
        let before = self.grants_reaching(&mut reader, &basis, own, now).await?;
        if after.is_subset(&before) { Ok(()) } else { Err(AccessError::OwnGrant) }
    }

    /// Refuses that the caller seals something for themselves.
    ///
    /// Errors: as [`Self::refuse_own_gain`].
    pub(super) async fn refuse_own_seal(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user_id: UserId,
    ) -> Result<(), AccessError> {
        let own = caller.user_id.as_deref() == Some(user_id.to_string().as_str());
        match own && store::generation::separation(tx.connection()).await?.is_some() {
            true => Err(AccessError::OwnGrant),
            false => Ok(()),
        }
    }

    /// Refuses that somebody sets the password of one of the three administrators, and could then
    /// sign in as them. The console may: whoever sits there holds the data anyway.
    ///
    /// Errors: [`AccessError::OthersDuty`] while the administrators are separated.
    pub(super) async fn refuse_others_password(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user: &User,
        now: Time,
    ) -> Result<(), AccessError> {
        let id = user.id.to_string();
        if caller.actor.kind == ActorKind::Console || caller.user_id.as_deref() == Some(&id) {
            return Ok(());
        }
        let basis = Basis::load(tx.connection()).await?;
        if !basis.separated {
            return Ok(());
        }
        let claims = self.duty_claims(tx.connection(), &basis, now).await?;
        match claims.iter().any(|claim| claim.user_id == id) {
            true => Err(AccessError::OthersDuty { name: user.name.as_str().to_owned() }),
            false => Ok(()),
        }
    }

    async fn grants_reaching(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        user_id: &str,
        now: Time,
    ) -> Result<BTreeSet<String>, AccessError> {
        let dialect = self.inner.db.dialect();
        let names = names_of(basis, |_| true);
        let grants = store::grants::of_roles(connection, dialect, &names, now).await?;
        let chart = self.chart().await?;
        let reached = self.reach(connection, basis, &chart, &grants, now).await?;
        let own = reached.iter().filter(|reach| reach.user.id.to_string() == user_id);
        Ok(own.map(|reach| reach.grant.id.to_string()).collect())
    }
}
