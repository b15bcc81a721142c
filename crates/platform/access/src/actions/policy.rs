//! Of whom a second factor is required, who lacks one, and what a session may do until then.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use db::Tx;
use journal::Entry;
use kernel::{Caller, Grant, Held, Page, PageOf};

use super::{Access, guard::names_of, permit_everywhere, rights::Basis};
use crate::{
    AccessError,
    model::{
        facts::{PolicySnapshot, SecondFactorPolicyChanged},
        permission::{SEPARATION_CHANGE, USER_READ},
        policy::{Lacking, NewPolicy, Proofs, RequiredOf, SecondFactorPolicy, WHILE_OWING},
        user::{User, fold},
    },
    store,
};

impl Access {
    /// Of whom a second factor is required.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`].
    pub async fn second_factor_policy(
        &self,
        caller: &Caller,
    ) -> Result<SecondFactorPolicy, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        Ok(store::policy::read(self.inner.db.reader()).await?)
    }

    /// Requires a second factor of others than before, or sooner. It counts from the next request
    /// of everybody on.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`], [`AccessError::Stale`],
    /// [`AccessError::Invalid`], [`AccessError::RoleNotFound`].
    pub async fn change_second_factor_policy(
        &self,
        caller: &Caller,
        version: i64,
        wanted: &NewPolicy,
    ) -> Result<SecondFactorPolicy, AccessError> {
        permit_everywhere(caller, SEPARATION_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = store::policy::read(tx.connection()).await?;
        if before.version != version {
            return Err(AccessError::Stale);
        }
        let basis = Basis::load(tx.connection()).await?;
        Self::check_roles(&basis, wanted.required_of.roles())?;
        let after = before.changed(wanted, &caller.actor.name, now)?;
        store::policy::save(tx.connection(), &after).await?;
        let fact = SecondFactorPolicyChanged { required_of: after.required_of.name() };
        let entry = Entry::new(caller, now, &fact)
            .before(&PolicySnapshot::from(&before))
            .after(&PolicySnapshot::from(&after));
        journal::append(&mut tx, entry).await?;
        store::generation::bump(tx.connection()).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// A page of the enabled users of whom a second factor is required and who have none, by name.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`].
    pub async fn lacking_second_factor(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Lacking>, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        let mut reader = self.inner.db.reader().acquire().await?;
        let policy = store::policy::read(&mut *reader).await?;
        let users = match policy.required_of {
            RequiredOf::Nobody => Vec::new(),
            RequiredOf::Everybody => store::policy::without_factor(&mut *reader, page).await?,
            RequiredOf::Administrators | RequiredOf::Roles(_) => {
                self.meant_without_factor(&mut reader, &policy, page).await?
            }
        };
        let lacking = |user: User| Lacking { due_at: policy.due_at(&user), user };
        let all = users.into_iter().map(lacking).collect();
        Ok(PageOf::from_fetched(all, page.limit, |one| fold(one.user.name.as_str())))
    }

    /// What a session of `user` may do: until what they owe is done, only that.
    pub(super) async fn grant_of_session(
        &self,
        user: &User,
        generation: i64,
        proofs: Proofs,
    ) -> Result<Grant, AccessError> {
        let entitled = self.entitled(user, generation).await?;
        let (policy, required) = (&entitled.policy, entitled.second_factor_required);
        let held = match policy.owed(user, proofs, required, self.now()) {
            Some(owed) => Arc::new(Held::owing(owed, &WHILE_OWING)),
            None => entitled.held,
        };
        Ok(Grant::Held(held))
    }

    /// Refuses the change in `tx` if it leaves `user` without a second factor, and one is required
    /// of them.
    ///
    /// Errors: [`AccessError::SecondFactorRequired`].
    pub(super) async fn refuse_lack(&self, tx: &mut Tx, user: &User) -> Result<(), AccessError> {
        if store::policy::proofs(tx.connection(), user.id).await?.second_factor {
            return Ok(());
        }
        let basis = Basis::load(tx.connection()).await?;
        let chart = self.chart().await?;
        let lines = self.lines_of(tx.connection(), &basis, &chart, user, self.now()).await?;
        match basis.policy.required_of.reaches(&lines) {
            true => Err(AccessError::SecondFactorRequired),
            false => Ok(()),
        }
    }

    /// Users whom a grant of one of the roles meant reaches and who have no second factor.
    async fn meant_without_factor(
        &self,
        connection: &mut sqlx::AnyConnection,
        policy: &SecondFactorPolicy,
        page: &Page,
    ) -> Result<Vec<User>, AccessError> {
        let now = self.now();
        let basis = Basis::load(connection).await?;
        let chart = self.chart().await?;
        let dialect = self.inner.db.dialect();
        let names = names_of(&basis, |role| policy.required_of.means(role));
        let mut grants = store::grants::of_roles(connection, dialect, &names, now).await?;
        grants.retain(|grant| grant.is_in_force(now));
        let after = page.after.as_deref().unwrap_or_default();
        let mut users: BTreeMap<String, User> = BTreeMap::new();
        for reach in self.reach(connection, &basis, &chart, &grants, now).await? {
            let key = fold(reach.user.name.as_str());
            if key.as_str() > after && !reach.user.disabled {
                users.entry(key).or_insert(reach.user);
            }
        }
        let ids: Vec<String> = users.values().map(|user| user.id.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let with = store::policy::with_factor(connection, dialect, &ids).await?;
        let with: HashSet<_> = with.into_iter().collect();
        let without = users.into_values().filter(|user| !with.contains(&user.id));
        Ok(without.take(page.limit as usize + 1).collect())
    }
}
