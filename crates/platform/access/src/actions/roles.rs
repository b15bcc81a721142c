use journal::Entry;
use kernel::{ActorKind, Caller, Permission};

use super::{Access, permit, permit_everywhere};
use crate::{
    AccessError,
    model::{
        facts::{RoleChanged, RoleCreated, RoleRemoved, RoleSnapshot},
        permission::{ROLE_CHANGE, ROLE_READ},
        role::{NewRole, ROLES_MAX, Role},
    },
    store,
};

impl Access {
    /// All roles, by name.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn roles(&self, caller: &Caller) -> Result<Vec<Role>, AccessError> {
        permit(caller, ROLE_READ)?;
        Ok(store::roles::all(self.inner.db.reader()).await?)
    }

    /// The role of that name.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::RoleNotFound`].
    pub async fn role(&self, caller: &Caller, name: &str) -> Result<Role, AccessError> {
        permit(caller, ROLE_READ)?;
        let role = store::roles::by_name(self.inner.db.reader(), name).await?;
        role.ok_or_else(|| role_not_found(name))
    }

    /// The permissions there are, by name.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub fn permissions(&self, caller: &Caller) -> Result<Vec<Permission>, AccessError> {
        permit(caller, ROLE_READ)?;
        Ok(self.catalogue().to_vec())
    }

    /// Makes a role.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::Invalid`], [`AccessError::RoleTaken`],
    /// [`AccessError::TooMany`]; [`AccessError::OwnLimit`]; as [`Self::refuse_gain`].
    pub async fn create_role(&self, caller: &Caller, wanted: NewRole) -> Result<Role, AccessError> {
        permit_everywhere(caller, ROLE_CHANGE)?;
        self.refuse_own_limit(caller, &wanted.name).await?;
        let now = self.now();
        let role = wanted.checked(&self.known(), 1, now)?;
        let mut tx = self.inner.db.begin().await?;
        if store::roles::by_name(tx.connection(), &role.name).await?.is_some() {
            return Err(AccessError::RoleTaken { name: role.name });
        }
        if store::roles::all(tx.connection()).await?.len() >= ROLES_MAX as usize {
            return Err(AccessError::TooMany { limit: ROLES_MAX });
        }
        store::roles::insert(tx.connection(), &role).await?;
        let fact = RoleCreated { name: role.name.clone() };
        let entry = Entry::new(caller, now, &fact).after(&RoleSnapshot::from(&role));
        journal::append(&mut tx, entry).await?;
        // Tokens may be limited to one of that name that there was before.
        self.refuse_gain(&mut tx, caller, ROLE_CHANGE, now).await?;
        store::generation::bump(tx.connection()).await?;
        tx.commit().await?;
        Ok(role)
    }

    /// Changes the role that is at `version`; its name stays.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::Invalid`],
    /// [`AccessError::RoleNotFound`], [`AccessError::RoleShipped`], [`AccessError::Stale`];
    /// [`AccessError::OwnLimit`]; as [`Self::refuse_gain`] when somebody would gain; and when it
    /// would bring duties together in the hands of those who hold it.
    pub async fn change_role(
        &self,
        caller: &Caller,
        version: i64,
        wanted: NewRole,
    ) -> Result<Role, AccessError> {
        permit_everywhere(caller, ROLE_CHANGE)?;
        self.refuse_own_limit(caller, &wanted.name).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = store::roles::by_name(tx.connection(), &wanted.name).await?;
        let before = before.ok_or_else(|| role_not_found(&wanted.name))?;
        if before.shipped {
            return Err(AccessError::RoleShipped { name: before.name });
        }
        if before.version != version {
            return Err(AccessError::Stale);
        }
        let role = wanted.checked(&self.known(), version + 1, before.created_at)?;
        let kept = self.keepers(&mut tx, now).await?;
        store::roles::update(tx.connection(), &role).await?;
        let fact = RoleChanged { name: role.name.clone() };
        let entry = Entry::new(caller, now, &fact)
            .before(&RoleSnapshot::from(&before))
            .after(&RoleSnapshot::from(&role));
        journal::append(&mut tx, entry).await?;
        // Whoever keeps a duty by it would keep none: then that is what is wrong.
        self.refuse_united(&mut tx, &role, now).await?;
        self.keep_the_house(&mut tx, &kept, &role.name, now).await?;
        self.refuse_gain(&mut tx, caller, ROLE_CHANGE, now).await?;
        self.guard(&mut tx, caller, now).await?;
        tx.commit().await?;
        Ok(role)
    }

    /// Removes a role that was never granted.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::RoleNotFound`],
    /// [`AccessError::RoleShipped`], [`AccessError::OwnLimit`], [`AccessError::RoleInUse`]: grants
    /// are history and keep their role.
    pub async fn remove_role(&self, caller: &Caller, name: &str) -> Result<(), AccessError> {
        permit_everywhere(caller, ROLE_CHANGE)?;
        self.refuse_own_limit(caller, name).await?;
        let mut tx = self.inner.db.begin().await?;
        let role = store::roles::by_name(tx.connection(), name).await?;
        let role = role.ok_or_else(|| role_not_found(name))?;
        if role.shipped {
            return Err(AccessError::RoleShipped { name: role.name });
        }
        let grants = store::grants::count_of_role(tx.connection(), name).await?;
        let seals = store::emergencies::count_of_role(tx.connection(), name).await?;
        if grants + seals > 0 {
            return Err(AccessError::RoleInUse { name: role.name, grants: grants + seals });
        }
        store::roles::remove(tx.connection(), name).await?;
        let fact = RoleRemoved { name: role.name.clone() };
        let entry = Entry::new(caller, self.now(), &fact).before(&RoleSnapshot::from(&role));
        journal::append(&mut tx, entry).await?;
        store::generation::bump(tx.connection()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses that a token changes what it is limited to.
    ///
    /// Errors: [`AccessError::OwnLimit`].
    async fn refuse_own_limit(&self, caller: &Caller, role: &str) -> Result<(), AccessError> {
        if caller.actor.kind != ActorKind::Token {
            return Ok(());
        }
        let token = store::tokens::by_id(self.inner.db.reader(), &caller.actor.id).await?;
        let roles = token.and_then(|token| token.limits).and_then(|limits| limits.roles);
        match roles.unwrap_or_default().iter().any(|limit| limit == role) {
            true => Err(AccessError::OwnLimit { role: role.to_owned() }),
            false => Ok(()),
        }
    }
}

pub(super) fn role_not_found(name: &str) -> AccessError {
    AccessError::RoleNotFound { name: name.chars().take(64).collect() }
}
