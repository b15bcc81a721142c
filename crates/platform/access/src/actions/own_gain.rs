//! Nobody gives themselves by a detour what they could not grant, nor others what outlasts their
//! own right; while the administrators are separated, nobody gives themselves anything by any way.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{Caller, Permission, Time};
use sqlx::AnyConnection;

use super::{Access, guard::names_of, organisation::Chart, rights::Basis};
use crate::{
    AccessError,
    model::{
        grant::{GrantScope, HolderKind, RoleGrant},
        role::Role,
        separation::{DutyClaim, conflicts},
        user::{User, UserId},
    },
    store::{self, emergencies::Sealed},
};

/// Stands among permissions for that the grant may be passed on.
const PASS_ON: &str = "";

/// Who has a permission by which grant or seal, and whether they may sign in; nobody in particular
/// where it is what the grant has in it.
pub(super) type Brought = (String, String, bool, &'static str);
/// The same of the whole role, by its name.
type RoleBrought = (String, String, bool, String);

impl Access {
    /// Refuses the change in `tx`, which its author makes by `right`, if they gain by it: through a
    /// group they joined, a person they became, or a role that they hold or that lies sealed for
    /// them; and if anybody does, while the right is theirs for a time only, or was lent to them:
    /// what they gave would outlast it. Who may grant everything for good needs no detour.
    ///
    /// Errors: [`AccessError::OwnGrant`] while the administrators are separated; else
    /// [`AccessError::Forbidden`] or [`AccessError::OutOfScope`]; [`AccessError::OutlastsOwn`],
    /// [`AccessError::LentRight`].
    pub(super) async fn refuse_gain(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        right: Permission,
        now: Time,
    ) -> Result<(), AccessError> {
        self.refuse_own_grant(tx, caller, now).await?;
        let Some(own) = caller.user_id.as_deref() else { return Ok(()) };
        let granting = self.permit_giving(caller).await;
        if granting.is_ok() {
            return Ok(());
        }
        if self.gains(tx, Some(own), now).await? {
            return granting;
        }
        let lasting = self.permit_for_good(caller, right).await;
        if lasting.is_err() && self.gains(tx, None, now).await? { lasting } else { Ok(()) }
    }

    /// Refuses the change in `tx` if its author gains by it while the administrators are
    /// separated. Else it is the scope of who grants that limits what they give.
    ///
    /// Errors: [`AccessError::OwnGrant`].
    pub(super) async fn refuse_own_grant(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
    ) -> Result<(), AccessError> {
        let Some(own) = caller.user_id.as_deref() else { return Ok(()) };
        let separated = store::generation::separation(tx.connection()).await?.is_some();
        if separated && self.gains(tx, Some(own), now).await? {
            Err(AccessError::OwnGrant)
        } else {
            Ok(())
        }
    }

    /// Refuses a seal that could never be broken: with it the user would have two duties.
    ///
    /// Errors: [`AccessError::DutiesExclude`].
    pub(super) async fn refuse_clashing_seal(
        &self,
        tx: &mut Tx,
        user: &User,
        (role, scope): (&Role, &GrantScope),
        now: Time,
    ) -> Result<(), AccessError> {
        let basis = Basis::load(tx.connection()).await?;
        let Some(duty) = role.single_duty_over(basis.extent(scope)) else { return Ok(()) };
        let claims = self.duty_claims(tx.connection(), &basis, now).await?;
        let sealed = DutyClaim {
            user_id: user.id.to_string(),
            user_name: user.name.as_str().to_owned(),
            duty,
            role: role.name.clone(),
            by: Vec::new(),
            from: now,
            to: None,
        };
        // What else lies sealed for them could be taken beside it, or one after the other.
        let mut others = Vec::new();
        for Sealed { user_id, role, scope, .. } in
            store::emergencies::sealed(tx.connection()).await?
        {
            let Some(duty) = basis.single_duty(&role, &scope) else { continue };
            if user_id == sealed.user_id {
                others.push(DutyClaim { duty, role, ..sealed.clone() });
            }
        }
        let own = claims.into_iter().filter(|claim| claim.user_id == sealed.user_id).chain(others);
        let clash = own.flat_map(|claim| conflicts(&[claim, sealed.clone()]).into_values()).next();
        match clash {
            Some(conflict) => Err(AccessError::DutiesExclude(Box::new(conflict))),
            None => Ok(()),
        }
    }

    /// Refuses that the caller seals for anybody what they could not grant for good; and while the
    /// administrators are separated, anything for themselves.
    ///
    /// Errors: as [`Self::refuse_gain`].
    pub(super) async fn permit_seal(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user_id: UserId,
    ) -> Result<(), AccessError> {
        let own = caller.user_id.as_deref() == Some(user_id.to_string().as_str());
        if own && store::generation::separation(tx.connection()).await?.is_some() {
            return Err(AccessError::OwnGrant);
        }
        self.permit_giving(caller).await
    }

    /// Whether the change in `tx` gives a user, or any, what they did not have before.
    async fn gains(
        &self,
        tx: &mut Tx,
        user_id: Option<&str>,
        now: Time,
    ) -> Result<bool, AccessError> {
        let after = self.reaching(tx.connection(), user_id, now).await?;
        // Changes run one after another: what a reader sees is what was before this one.
        let mut reader = self.inner.db.reader().acquire().await?;
        let before = self.reaching(&mut reader, user_id, now).await?;
        Ok(!after.is_subset(&before))
    }

    /// What grants and seals bring to a user, or to all, now or later: each by its id, with who has
    /// it, whether they may sign in, and each permission of its role. Of all, also what each grant
    /// has in it for whoever it reaches one day, by itself and by every group below its own, and
    /// what each token is let do by the roles that it is limited to.
    pub(super) async fn reaching(
        &self,
        connection: &mut AnyConnection,
        user_id: Option<&str>,
        now: Time,
    ) -> Result<BTreeSet<Brought>, AccessError> {
        let basis = Basis::load(connection).await?;
        let brought = match user_id {
            Some(user) => self.brought_to(connection, &basis, user, now).await?,
            None => {
                let (dialect, names) = (self.inner.db.dialect(), names_of(&basis, |_| true));
                let grants = store::grants::of_roles(connection, dialect, &names, now).await?;
                let mut brought = self.brought_to_users(connection, &basis, &grants, now).await?;
                brought.extend(grants.iter().flat_map(|grant| brought_one_day(&basis, grant)));
                brought.extend(brought_to_tokens(connection, now).await?);
                brought
            }
        };
        let mut found = BTreeSet::new();
        for (user, id, may_sign_in, role) in brought {
            let Some(role) = basis.roles.get(&role) else { continue };
            let held = self.catalogue().iter().filter(|one| role.set.holds(one.0));
            let names = held.map(|one| one.0).chain(role.delegable.then_some(PASS_ON));
            found.extend(names.map(|name| (user.clone(), id.clone(), may_sign_in, name)));
        }
        Ok(found)
    }

    /// What one user has, or will, by which grant or seal, as [`Self::brought_to_users`]: from the
    /// grants to them, to the groups that they are in and to posts alone.
    async fn brought_to(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        user_id: &str,
        now: Time,
    ) -> Result<Vec<RoleBrought>, AccessError> {
        let Ok(id) = user_id.parse() else { return Ok(Vec::new()) };
        let Some(user) = store::users::by_id(&mut *connection, id).await? else {
            return Ok(Vec::new());
        };
        let direct = store::groups::of_user(connection, user_id).await?;
        let ways = direct.iter().flat_map(|group| basis.graph.ways_up(group));
        let mut holders: BTreeSet<String> = ways.flatten().collect();
        holders.insert(user_id.to_owned());
        if let Some(person) = &user.person_id {
            holders.extend(self.granted_posts_of(connection, person, now).await?);
        }
        let holders: Vec<&str> = holders.iter().map(String::as_str).collect();
        let dialect = self.inner.db.dialect();
        let grants = store::grants::to_holders(connection, dialect, &holders, now).await?;
        let mut brought: Vec<RoleBrought> = Vec::new();
        for grant in grants {
            brought.extend(ways_in(&user, &grant.id.to_string(), &grant.role));
        }
        for Sealed { id, role, .. } in store::emergencies::sealed(connection)
            .await?
            .into_iter()
            .filter(|one| one.user_id == user_id)
        {
            brought.extend(ways_in(&user, &id, &role));
        }
        Ok(brought)
    }

    /// The posts to which something is granted and that the person holds or is to hold.
    pub(super) async fn granted_posts_of(
        &self,
        connection: &mut AnyConnection,
        person: &str,
        now: Time,
    ) -> Result<Vec<String>, AccessError> {
        let chart = self.chart().await?;
        let mut held = Vec::new();
        for post in store::grants::granted_posts(connection, now).await? {
            let holders = chart.coming_holders_of(&post, now).await?;
            if holders.iter().any(|holder| holder == person) {
                held.push(post);
            }
        }
        Ok(held)
    }

    /// Who has which role by which grant or seal, or will; and again where they may sign in: who
    /// lets them in again does not look at what they were given meanwhile.
    async fn brought_to_users(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        grants: &[RoleGrant],
        now: Time,
    ) -> Result<Vec<RoleBrought>, AccessError> {
        let chart = self.chart().await?;
        let reached = self.reach(connection, basis, &chart, grants, now).await?;
        let reached = reached.into_iter().map(|reach| (reach.grant, reach.user));
        let coming = self.reached_later(connection, &chart, grants, now).await?;
        let mut brought: Vec<RoleBrought> = Vec::new();
        for (grant, user) in reached.chain(coming) {
            brought.extend(ways_in(&user, &grant.id.to_string(), &grant.role));
        }
        let sealed = store::emergencies::sealed(connection).await?;
        let ids: Vec<&str> = sealed.iter().map(|one| one.user_id.as_str()).collect();
        let users = store::users::among(connection, self.inner.db.dialect(), "id", &ids).await?;
        for Sealed { id, user_id, role, .. } in sealed {
            let user = users.iter().find(|user| user.id.to_string() == user_id);
            brought.extend(user.into_iter().flat_map(|user| ways_in(user, &id, &role)));
        }
        Ok(brought)
    }

    /// Whom grants to posts reach later: the users of those who are to hold them.
    async fn reached_later<'g>(
        &self,
        connection: &mut AnyConnection,
        chart: &Chart,
        grants: &'g [RoleGrant],
        now: Time,
    ) -> Result<Vec<(&'g RoleGrant, User)>, AccessError> {
        let dialect = self.inner.db.dialect();
        let mut reached = Vec::new();
        for grant in grants.iter().filter(|grant| grant.holder.kind == HolderKind::Post) {
            let people = chart.coming_holders_of(&grant.holder.id, now).await?;
            let people: Vec<&str> = people.iter().map(String::as_str).collect();
            let users = store::users::among(connection, dialect, "person_id", &people).await?;
            reached.extend(users.into_iter().map(|user| (grant, user)));
        }
        Ok(reached)
    }
}

/// That a user has a role by a grant or seal, and again where they may sign in.
fn ways_in(user: &User, id: &str, role: &str) -> Vec<RoleBrought> {
    let ways = if user.disabled { &[false][..] } else { &[false, true] };
    let one = |may: &bool| (user.id.to_string(), id.to_owned(), *may, role.to_owned());
    ways.iter().map(one).collect()
}

/// What the tokens that work may do at most, by each role that they are limited to.
async fn brought_to_tokens(
    connection: &mut AnyConnection,
    now: Time,
) -> Result<Vec<RoleBrought>, AccessError> {
    let mut brought = Vec::new();
    for token in store::tokens::live_limited(connection, now).await? {
        let roles = token.limits.and_then(|limits| limits.roles).unwrap_or_default();
        let one = |role| (token.user_id.to_string(), token.id.to_string(), false, role);
        brought.extend(roles.into_iter().map(one));
    }
    Ok(brought)
}

/// What a grant has in it for nobody in particular, and for whoever joins a group that it reaches.
fn brought_one_day(basis: &Basis, grant: &RoleGrant) -> Vec<RoleBrought> {
    let mut reached = vec![String::new()];
    if grant.holder.kind == HolderKind::Group {
        let ways = basis.graph.ways_down(&grant.holder.id);
        reached.extend(ways.into_iter().filter_map(|way| way.first().cloned()));
    }
    let one = |who| (who, grant.id.to_string(), false, grant.role.clone());
    reached.into_iter().map(one).collect()
}
