//! What can this person do and why; who can do this there.

use std::collections::{BTreeMap, HashMap};

use kernel::{Caller, FieldFault, Grant, Page, PageOf, Permission, Place, Text};

use super::{Access, permit, permit_everywhere, rights::Basis, roles::role_not_found};
use crate::{
    AccessError,
    model::{
        emergency::Activation,
        grant::GrantScope,
        permission::{GRANT_READ, PROFILE_READ, USER_READ},
        resolution::{self, Line, LineStanding},
        user::{User, UserId, fold},
    },
    store,
};

/// Everything that was granted to a user, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// Who.
    pub user: User,
    /// Every line, whether it counts or not.
    pub lines: Vec<Line>,
    /// Each permission held, with the lines (by index) that give it.
    pub permissions: Vec<(Permission, Vec<usize>)>,
}

/// What a session tells of what its user may do.
pub(crate) struct Powers {
    pub(crate) grant: Grant,
    /// By all ways.
    pub(crate) roles: Vec<String>,
    /// Those that go on.
    pub(crate) emergencies: Vec<Activation>,
    /// Whether the three administrators are separated.
    pub(crate) separated: bool,
}

/// Somebody who can do what was asked for, and the lines that let them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// Who.
    pub user: User,
    /// By which lines.
    pub lines: Vec<Line>,
}

impl Access {
    /// What a user may do, and why.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`],
    /// [`AccessError::UserNotFound`].
    pub async fn rights_of(&self, caller: &Caller, id: UserId) -> Result<Rights, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        permit_everywhere(caller, GRANT_READ)?;
        let user = self.user(caller, id).await?;
        self.explain(user).await
    }

    /// What the caller may do, and why.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn own_rights(&self, caller: &Caller) -> Result<Rights, AccessError> {
        permit(caller, PROFILE_READ)?;
        let user = self.own_user(caller).await?;
        self.explain(user).await
    }

    /// A page of the users who hold `permission` at `place`, by name.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`], [`AccessError::Invalid`]
    /// naming a permission that there is not.
    pub async fn holders(
        &self,
        caller: &Caller,
        permission: &str,
        place: &Place<'_>,
        page: &Page,
    ) -> Result<PageOf<Holding>, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        permit_everywhere(caller, GRANT_READ)?;
        if !self.known().contains(&permission) {
            let expected = Text::new("a permission there is", "已有的权限");
            let fault = FieldFault::new("permission", permission, expected);
            return Err(AccessError::Invalid(vec![fault]));
        }
        let now = self.now();
        let chart = self.chart().await?;
        let _resolving = self.inner.resolving.lock().await;
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = Basis::load(&mut reader).await?;
        let roles: Vec<&str> = basis
            .roles
            .values()
            .filter(|role| role.set.holds(permission))
            .map(|role| role.name.as_str())
            .collect();
        let dialect = self.inner.db.dialect();
        let mut grants = store::grants::of_roles(&mut reader, dialect, &roles, now).await?;
        let covers = |scope: &GrantScope| resolution::written_out(scope, &chart).covers(place);
        grants.retain(|grant| grant.is_in_force(now) && covers(&grant.scope));
        let after = page.after.as_deref().unwrap_or_default();
        let mut users: BTreeMap<String, User> = BTreeMap::new();
        for reach in self.reach(&mut reader, &basis, &chart, &grants, now).await? {
            let key = fold(reach.user.name.as_str());
            if key.as_str() > after && !reach.user.disabled {
                users.entry(key).or_insert(reach.user);
            }
        }
        let wanted = page.limit as usize + 1;
        let mut found = Vec::new();
        for user in users.into_values() {
            if found.len() >= wanted {
                break;
            }
            let mut lines = self.lines_of(&mut reader, &basis, &chart, &user, now).await?;
            lines.retain(|line| {
                line.standing == LineStanding::Effective
                    && line.role.set.holds(permission)
                    && covers(&line.grant.scope)
            });
            if !lines.is_empty() {
                found.push(Holding { user, lines });
            }
        }
        Ok(PageOf::from_fetched(found, page.limit, |one| fold(one.user.name.as_str())))
    }

    /// What a session of `user` tells of what they may do.
    pub(crate) async fn powers(&self, user: &User) -> Result<Powers, AccessError> {
        let now = self.now();
        let reader = self.inner.db.reader();
        let generation = store::generation::read(reader).await?;
        let proofs = store::policy::proofs(reader, user.id).await?;
        let grant = self.grant_of_session(user, generation, proofs).await?;
        let chart = self.chart().await?;
        let resolving = self.inner.resolving.lock().await;
        let mut connection = reader.acquire().await?;
        let basis = self.basis(&mut connection, generation).await?;
        let lines = self.lines_of(&mut connection, &basis, &chart, user, now).await?;
        drop((connection, resolving));
        let effective = lines.iter().filter(|line| line.standing == LineStanding::Effective);
        let mut roles: Vec<String> = effective.map(|line| line.role.name.clone()).collect();
        roles.sort();
        roles.dedup();
        let emergencies = store::emergencies::running_of_user(reader, user.id, now).await?;
        Ok(Powers { grant, roles, emergencies, separated: basis.separated })
    }

    /// The roles that each of `users` was granted directly and that count now, by name.
    pub(crate) async fn direct_roles(
        &self,
        users: &[User],
    ) -> Result<HashMap<UserId, Vec<String>>, AccessError> {
        let now = self.now();
        let ids: Vec<String> = users.iter().map(|user| user.id.to_string()).collect();
        let holders: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut reader = self.inner.db.reader().acquire().await?;
        let dialect = self.inner.db.dialect();
        let grants = store::grants::to_holders(&mut reader, dialect, &holders, now).await?;
        let mut found: HashMap<UserId, Vec<String>> = HashMap::new();
        for grant in grants.into_iter().filter(|grant| grant.is_in_force(now)) {
            let Ok(id) = grant.holder.id.parse() else { continue };
            let roles = found.entry(id).or_default();
            if !roles.contains(&grant.role) {
                roles.push(grant.role);
                roles.sort();
            }
        }
        Ok(found)
    }

    /// Refuses roles that there are not: for limits of tokens.
    pub(super) fn check_roles(basis: &Basis, names: &[String]) -> Result<(), AccessError> {
        match names.iter().find(|name| !basis.roles.contains_key(*name)) {
            Some(name) => Err(role_not_found(name)),
            None => Ok(()),
        }
    }

    async fn explain(&self, user: User) -> Result<Rights, AccessError> {
        let now = self.now();
        let chart = self.chart().await?;
        let _resolving = self.inner.resolving.lock().await;
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = Basis::load(&mut reader).await?;
        let lines = self.lines_of(&mut reader, &basis, &chart, &user, now).await?;
        let giving = |permission: Permission| -> Vec<usize> {
            let lines = lines.iter().enumerate().filter(|(_, line)| {
                line.standing == LineStanding::Effective && line.role.set.holds(permission.0)
            });
            lines.map(|(index, _)| index).collect()
        };
        let permissions = self
            .catalogue()
            .iter()
            .map(|&permission| (permission, giving(permission)))
            .filter(|(permission, lines)| {
                !lines.is_empty() || resolution::ALWAYS.contains(&permission.0)
            })
            .collect();
        Ok(Rights { user, lines, permissions })
    }
}
