//! What must never be, looked at after a change is written and before it is kept.

use std::collections::{BTreeSet, HashMap};

use db::Tx;
use kernel::{Caller, Time};
use sqlx::AnyConnection;

use super::{Access, organisation::Chart, rights::Basis};
use crate::{
    AccessError,
    model::{
        grant::{HolderKind, Origin, RoleGrant},
        role::{Duty, Extent, Role},
        separation::{Conflicts, DutyClaim, conflicts},
        user::User,
    },
    store,
};

/// That a grant reaches a user.
#[derive(Debug, Clone)]
pub(super) struct Reach<'g> {
    pub(super) grant: &'g RoleGrant,
    pub(super) user: User,
    /// Names of the groups or the post in between.
    pub(super) by: Vec<String>,
    pub(super) from: Time,
    pub(super) to: Option<Time>,
}

impl Access {
    /// Refuses the change in `tx` if it brings two duties together, and tells everybody that
    /// rights have changed. Who comes to a duty by it while they are separated comes alone: what
    /// somebody else may have begun in their name ends.
    ///
    /// Errors: [`AccessError::DutiesExclude`], [`AccessError::AllPowerful`].
    pub(super) async fn guard(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
    ) -> Result<(), AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let claims = self.duty_claims(tx.connection(), &basis, now).await?;
        let found = conflicts(&claims);
        if basis.separated || !found.is_empty() {
            let before = self.claims_before(now).await?;
            refuse_new(found, &before)?;
            if basis.separated {
                self.come_alone(tx, caller, now, (&claims, &before)).await?;
            }
        }
        if basis.separated {
            self.refuse_all_powerful(tx, &basis, now).await?;
        }
        store::generation::bump(tx.connection()).await?;
        Ok(())
    }

    /// Refuses an all-powerful grant that was none before the change in `tx`. One that an older
    /// version let be gives nothing, and stands in the way of no other change.
    ///
    /// Errors: [`AccessError::AllPowerful`].
    async fn refuse_all_powerful(
        &self,
        tx: &mut Tx,
        basis: &Basis,
        now: Time,
    ) -> Result<(), AccessError> {
        let found = self.all_powerful(tx.connection(), basis, now).await?;
        if found.is_empty() {
            return Ok(());
        }
        let mut reader = self.inner.db.reader().acquire().await?;
        let earlier = Basis::load(&mut reader).await?;
        let before = self.all_powerful(&mut reader, &earlier, now).await?;
        let is_new = |grant: &RoleGrant| before.iter().all(|one| one.id != grant.id);
        match found.into_iter().find(is_new) {
            Some(grant) => Err(AccessError::AllPowerful { role: grant.role }),
            None => Ok(()),
        }
    }

    /// The grants that unite duties there where they are held.
    pub(super) async fn all_powerful(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        now: Time,
    ) -> Result<Vec<RoleGrant>, AccessError> {
        let names = names_of(basis, |role| role.is_all_powerful_over(Extent::House));
        let dialect = self.inner.db.dialect();
        let mut grants = store::grants::of_roles(connection, dialect, &names, now).await?;
        grants.retain(|grant| basis.is_all_powerful(grant));
        Ok(grants)
    }

    /// Refuses the change in `tx` if it brings two duties together.
    ///
    /// Errors: [`AccessError::DutiesExclude`].
    pub(super) async fn refuse_conflicts(&self, tx: &mut Tx, now: Time) -> Result<(), AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let found = conflicts(&self.duty_claims(tx.connection(), &basis, now).await?);
        refuse_new(found, &self.claims_before(now).await?)
    }

    /// Refuses that a role which was changed in `tx` unites duties, while they are separated, in
    /// the hands of those who hold it or will.
    ///
    /// Errors: [`AccessError::DutiesExclude`] naming the first of them.
    pub(super) async fn refuse_united(
        &self,
        tx: &mut Tx,
        role: &Role,
        now: Time,
    ) -> Result<(), AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        if !basis.separated || !role.is_all_powerful_over(Extent::House) {
            return Ok(());
        }
        let (dialect, names) = (self.inner.db.dialect(), [role.name.as_str()]);
        let grants = store::grants::of_roles(tx.connection(), dialect, &names, now).await?;
        let chart = self.chart().await?;
        let reached = self.reach(tx.connection(), &basis, &chart, &grants, now).await?;
        let claims = reached.iter().flat_map(|reach| {
            let duties = role.duties_over(basis.extent(&reach.grant.scope));
            duties.into_iter().map(|duty| DutyClaim::of(reach, duty))
        });
        refuse_new(conflicts(&claims.collect::<Vec<_>>()), &[])
    }

    /// Who had or was to have one of the three duties before the change that goes on.
    pub(super) async fn claims_before(&self, now: Time) -> Result<Vec<DutyClaim>, AccessError> {
        // Changes run one after another: what a reader sees is what was before this one.
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = Basis::load(&mut reader).await?;
        self.duty_claims(&mut reader, &basis, now).await
    }

    /// Who has or will have one of the three duties, and by which way. While the administrators
    /// are separated, posts give none.
    pub(super) async fn duty_claims(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        now: Time,
    ) -> Result<Vec<DutyClaim>, AccessError> {
        let names = names_of(basis, |role| !role.duties_over(Extent::House).is_empty());
        let dialect = self.inner.db.dialect();
        let mut grants = store::grants::of_roles(connection, dialect, &names, now).await?;
        grants.retain(|grant| !basis.separated || grant.holder.kind != HolderKind::Post);
        grants.retain(|grant| basis.single_duty(&grant.role, &grant.scope).is_some());
        let chart = self.chart().await?;
        let reached = self.reach(connection, basis, &chart, &grants, now).await?;
        let claims = reached.into_iter().filter_map(|reach| {
            let duty = basis.single_duty(&reach.grant.role, &reach.grant.scope)?;
            Some(DutyClaim::of(&reach, duty))
        });
        Ok(claims.collect())
    }

    /// The users whom `grants` reach, now or later: directly, through groups, by posts.
    pub(super) async fn reach<'g>(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        grants: &'g [RoleGrant],
        now: Time,
    ) -> Result<Vec<Reach<'g>>, AccessError> {
        let mut all = self.reach_directly(connection, grants).await?;
        all.extend(self.reach_through_groups(connection, basis, grants).await?);
        all.extend(self.reach_by_posts(connection, chart, grants, now).await?);
        Ok(all)
    }

    async fn reach_directly<'g>(
        &self,
        connection: &mut AnyConnection,
        grants: &'g [RoleGrant],
    ) -> Result<Vec<Reach<'g>>, AccessError> {
        let of_users = || grants.iter().filter(|grant| grant.holder.kind == HolderKind::User);
        let ids: Vec<&str> = of_users().map(|grant| grant.holder.id.as_str()).collect();
        let dialect = self.inner.db.dialect();
        let users = store::users::among(connection, dialect, "id", &ids).await?;
        let users: HashMap<String, User> =
            users.into_iter().map(|user| (user.id.to_string(), user)).collect();
        let reached = of_users().filter_map(|grant| {
            let user = users.get(&grant.holder.id)?.clone();
            let by = match grant.origin {
                Origin::Delegated => vec![grant.granted_by.clone()],
                _ => Vec::new(),
            };
            Some(Reach { grant, user, by, from: grant.valid_from, to: grant.valid_to })
        });
        Ok(reached.collect())
    }

    async fn reach_through_groups<'g>(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        grants: &'g [RoleGrant],
    ) -> Result<Vec<Reach<'g>>, AccessError> {
        let of_groups = || grants.iter().filter(|grant| grant.holder.kind == HolderKind::Group);
        let ways = |grant: &RoleGrant| basis.graph.ways_down(&grant.holder.id);
        let groups: BTreeSet<String> =
            of_groups().flat_map(ways).filter_map(|way| way.first().cloned()).collect();
        let groups: Vec<String> = groups.into_iter().collect();
        let dialect = self.inner.db.dialect();
        let members = store::groups::users_in(connection, dialect, &groups).await?;
        let ids: BTreeSet<&str> = members.iter().map(|one| one.user_id.as_str()).collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let users = store::users::among(connection, dialect, "id", &ids).await?;
        let users: HashMap<String, User> =
            users.into_iter().map(|user| (user.id.to_string(), user)).collect();
        let mut all = Vec::new();
        for grant in of_groups() {
            for way in ways(grant) {
                let by: Vec<String> =
                    way.iter().map(|id| basis.graph.name(id).to_owned()).collect();
                let in_it = members.iter().filter(|one| way.first() == Some(&one.group_id));
                let in_it = in_it.filter_map(|one| users.get(&one.user_id));
                all.extend(in_it.map(|user| Reach {
                    grant,
                    user: user.clone(),
                    by: by.clone(),
                    from: grant.valid_from,
                    to: grant.valid_to,
                }));
            }
        }
        Ok(all)
    }

    async fn reach_by_posts<'g>(
        &self,
        connection: &mut AnyConnection,
        chart: &Chart,
        grants: &'g [RoleGrant],
        now: Time,
    ) -> Result<Vec<Reach<'g>>, AccessError> {
        let mut all = Vec::new();
        let dialect = self.inner.db.dialect();
        for grant in grants.iter().filter(|grant| grant.holder.kind == HolderKind::Post) {
            let holders = chart.holders_of(&grant.holder.id, now).await?;
            let ids: Vec<&str> = holders.iter().map(|one| one.person_id.as_str()).collect();
            let users = store::users::among(connection, dialect, "person_id", &ids).await?;
            for user in users {
                let person = user.person_id.as_deref();
                let held = holders.iter().filter(|one| person == Some(one.person_id.as_str()));
                all.extend(held.map(|one| Reach {
                    grant,
                    user: user.clone(),
                    by: vec![one.post_name.clone()],
                    from: grant.valid_from.max(one.from),
                    to: match (grant.valid_to, one.to) {
                        (Some(one), Some(other)) => Some(one.min(other)),
                        (one, other) => one.or(other),
                    },
                }));
            }
        }
        Ok(all)
    }
}

impl DutyClaim {
    /// What a grant that reaches a user gives of a duty.
    fn of(reach: &Reach<'_>, duty: Duty) -> Self {
        Self {
            user_id: reach.user.id.to_string(),
            user_name: reach.user.name.as_str().to_owned(),
            duty,
            role: reach.grant.role.clone(),
            by: reach.by.clone(),
            from: reach.from,
            to: reach.to,
        }
    }
}

/// Refuses conflicts that were not there before. The directory gives posts without asking: what
/// comes together that way is withheld, and must not stand in the way of its repair.
pub(super) fn refuse_new(mut found: Conflicts, before: &[DutyClaim]) -> Result<(), AccessError> {
    if !found.is_empty() {
        let before = conflicts(before);
        found.retain(|key, _| !before.contains_key(key));
    }
    match found.into_values().next() {
        Some(conflict) => Err(AccessError::DutiesExclude(Box::new(conflict))),
        None => Ok(()),
    }
}

pub(super) fn names_of(basis: &Basis, wanted: impl Fn(&Role) -> bool) -> Vec<&str> {
    basis.roles.values().filter(|role| wanted(role)).map(|role| role.name.as_str()).collect()
}
