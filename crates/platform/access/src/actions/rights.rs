//! What somebody may do, remembered until something changes it.

use std::{
    collections::HashMap,
    sync::{Arc, MutexGuard, PoisonError},
};

use kernel::{Held, PermissionSet, Scope, Time};
use sqlx::AnyConnection;

use super::{Access, organisation::Chart};
use crate::{
    AccessError,
    model::{
        grant::{GrantId, GrantScope, Holder, HolderKind, Origin, RoleGrant},
        group::GroupGraph,
        policy::SecondFactorPolicy,
        resolution::{self, Claims, Delegator, Line, LineStanding, PassedOn, Principal},
        role::{Duty, Extent, Role},
        token::{Token, TokenLimits},
        user::User,
    },
    store,
};

/// So many users and tokens are remembered; one more and it begins anew.
const REMEMBERED_MAX: usize = 20_000;

/// What is the same for everybody: roles, how groups lie in each other, the separation, and of
/// whom a second factor is required.
pub(super) struct Basis {
    pub(super) roles: Arc<HashMap<String, Arc<Role>>>,
    pub(super) graph: GroupGraph,
    pub(super) separated: bool,
    pub(super) policy: Arc<SecondFactorPolicy>,
}

/// What a user may do, and what is required of them.
#[derive(Clone)]
pub(super) struct Entitled {
    pub(super) held: Arc<Held>,
    pub(super) policy: Arc<SecondFactorPolicy>,
    /// Whether the policy means them.
    pub(super) second_factor_required: bool,
}

/// What was found out before.
#[derive(Default)]
pub(super) struct Remembered {
    basis: Option<(i64, Arc<Basis>)>,
    /// By the id of a user or token.
    held: HashMap<String, RememberedHeld>,
}

struct RememberedHeld {
    generation: i64,
    organisation: u64,
    from: Time,
    until: Option<Time>,
    entitled: Entitled,
}

impl RememberedHeld {
    fn is_good(&self, generation: i64, organisation: u64, now: Time) -> bool {
        self.generation == generation
            && self.organisation == organisation
            && self.from <= now
            && self.until.is_none_or(|until| now < until)
    }
}

impl Basis {
    pub(super) async fn load(connection: &mut AnyConnection) -> Result<Self, AccessError> {
        let roles = store::roles::all(&mut *connection).await?;
        let graph = store::groups::graph(connection).await?;
        let separated = store::generation::separation(&mut *connection).await?.is_some();
        let policy = Arc::new(store::policy::read(connection).await?);
        let roles = roles.into_iter().map(|role| (role.name.clone(), Arc::new(role))).collect();
        Ok(Self { roles: Arc::new(roles), graph, separated, policy })
    }
}

impl Basis {
    /// How far a grant within `scope` goes, as far as duties follow from that.
    pub(super) fn extent(&self, scope: &GrantScope) -> Extent {
        Extent::of(scope, self.separated)
    }

    /// The single duty that the role of a grant carries there.
    pub(super) fn single_duty(&self, role: &str, scope: &GrantScope) -> Option<Duty> {
        self.roles.get(role)?.single_duty_over(self.extent(scope))
    }

    /// Whether the role of a grant unites duties there.
    pub(super) fn is_all_powerful(&self, grant: &RoleGrant) -> bool {
        let role = self.roles.get(&grant.role);
        role.is_some_and(|role| role.is_all_powerful_over(self.extent(&grant.scope)))
    }
}

impl Access {
    /// What `user` may do and what is required of them, when the records are at `generation`.
    pub(super) async fn entitled(
        &self,
        user: &User,
        generation: i64,
    ) -> Result<Entitled, AccessError> {
        let key = user.id.to_string();
        let now = self.now();
        let chart = self.inner.organisation.chart().await?;
        if let Some(entitled) = self.remembered(&key, generation, chart.version, now) {
            return Ok(entitled);
        }
        let _resolving = self.inner.resolving.lock().await;
        if let Some(entitled) = self.remembered(&key, generation, chart.version, now) {
            return Ok(entitled);
        }
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = self.basis(&mut reader, generation).await?;
        let lines = self.lines_of(&mut reader, &basis, &chart, user, now).await?;
        let entitled = Entitled {
            held: Arc::new(resolution::held(&lines, &self.known(), &chart)),
            policy: Arc::clone(&basis.policy),
            second_factor_required: basis.policy.required_of.reaches(&lines),
        };
        let until = resolution::next_change(&lines, now);
        let found = RememberedHeld {
            generation,
            organisation: chart.version,
            from: now,
            until,
            entitled: entitled.clone(),
        };
        self.remember(key, found);
        Ok(entitled)
    }

    /// What the holder of `token` may do: at most what its user may.
    pub(super) async fn rights_of_token(
        &self,
        token: &Token,
        user: &User,
        generation: i64,
    ) -> Result<Arc<Held>, AccessError> {
        let entitled = self.entitled(user, generation).await?;
        let Some(limits) = &token.limits else { return Ok(entitled.held) };
        let key = token.id.to_string();
        let now = self.now();
        let chart = self.inner.organisation.chart().await?;
        if let Some(narrowed) = self.remembered(&key, generation, chart.version, now) {
            return Ok(narrowed.held);
        }
        let mut reader = self.inner.db.reader().acquire().await?;
        let basis = self.basis(&mut reader, generation).await?;
        let narrowed = Arc::new(narrowed(&entitled.held, limits, &basis, &chart));
        let found = RememberedHeld {
            generation,
            organisation: chart.version,
            from: now,
            until: self.remembered_until(&user.id.to_string()),
            entitled: Entitled { held: Arc::clone(&narrowed), ..entitled },
        };
        self.remember(key, found);
        Ok(narrowed)
    }

    /// The chart of the organisation as it is now.
    pub(super) async fn chart(&self) -> Result<Chart, AccessError> {
        self.inner.organisation.chart().await
    }

    /// Every line by which something was granted to `user`, as the records say it at `now`.
    pub(super) async fn lines_of(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        user: &User,
        now: Time,
    ) -> Result<Vec<Line>, AccessError> {
        let mut claims = self.claims_of(connection, basis, chart, user, now).await?;
        for grant in &claims.grants {
            let Some(by) = claims.delegators.get_mut(&grant.id.to_string()) else { continue };
            let (Some(source), true) = (grant.source_id, by.still_holds) else { continue };
            by.still_holds =
                self.counts_for(connection, basis, chart, (source, &by.id), now).await?;
        }
        Ok(resolution::lines(&claims, chart, now))
    }

    /// Whether a grant counts for a user who passed it on: what is withheld from them is from
    /// others too. What was passed on to them counts as its dates have it: it goes no further.
    async fn counts_for(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        (grant, user): (GrantId, &str),
        now: Time,
    ) -> Result<bool, AccessError> {
        let Ok(user) = user.parse() else { return Ok(false) };
        let Some(user) = store::users::by_id(&mut *connection, user).await? else {
            return Ok(false);
        };
        let claims = self.claims_of(connection, basis, chart, &user, now).await?;
        // Where its scope is gone, so is that of what was passed on.
        let counts = |line: &Line| {
            matches!(line.standing, LineStanding::Effective | LineStanding::ScopeGone)
        };
        let lines = resolution::lines(&claims, chart, now);
        Ok(lines.iter().any(|line| line.grant.id == grant && counts(line)))
    }

    async fn claims_of(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        user: &User,
        now: Time,
    ) -> Result<Claims, AccessError> {
        let principals = self.principals_of(connection, basis, chart, user, now).await?;
        let holders: Vec<&str> = principals.iter().map(|one| one.holder.id.as_str()).collect();
        let dialect = self.inner.db.dialect();
        let grants = store::grants::to_holders(connection, dialect, &holders, now).await?;
        let delegators = self.delegators(connection, basis, chart, &grants, now).await?;
        let vouched_for = basis.separated && self.is_vouched_for(connection, user).await?;
        Ok(Claims {
            principals,
            grants,
            roles: Arc::clone(&basis.roles),
            delegators,
            separated: basis.separated,
            vouched_for,
        })
    }

    /// Whether another's word lets the user in.
    pub(super) async fn is_vouched_for(
        &self,
        connection: &mut AnyConnection,
        user: &User,
    ) -> Result<bool, AccessError> {
        let (dialect, id) = (self.inner.db.dialect(), user.id.to_string());
        let found = store::identities::vouched_for(connection, dialect, &[&id]).await?;
        Ok(!found.is_empty())
    }

    pub(super) async fn basis(
        &self,
        connection: &mut AnyConnection,
        generation: i64,
    ) -> Result<Arc<Basis>, AccessError> {
        if let Some((of, basis)) = &self.memory().basis
            && *of == generation
        {
            return Ok(Arc::clone(basis));
        }
        let basis = Arc::new(Basis::load(connection).await?);
        self.memory().basis = Some((generation, Arc::clone(&basis)));
        Ok(basis)
    }

    /// Forgets everything: what is known of permissions has changed.
    pub(super) fn forget_rights(&self) {
        *self.memory() = Remembered::default();
    }

    async fn principals_of(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        user: &User,
        now: Time,
    ) -> Result<Vec<Principal>, AccessError> {
        let id = user.id.to_string();
        let groups = store::groups::of_user(connection, &id).await?;
        let posts = match &user.person_id {
            Some(person) => chart.posts_of(person, now).await?,
            None => Vec::new(),
        };
        Ok(resolution::principals(&id, &groups, &posts, &basis.graph))
    }

    /// For each grant that was passed on: by whom, and whether by its dates they still hold it.
    async fn delegators(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        grants: &[RoleGrant],
        now: Time,
    ) -> Result<HashMap<String, Delegator>, AccessError> {
        let mut found = HashMap::new();
        for grant in grants.iter().filter(|grant| grant.origin == Origin::Delegated) {
            let (Some(source), Some(by)) = (grant.source_id, grant.delegator_id) else { continue };
            let Some(by) = store::users::by_id(&mut *connection, by).await? else { continue };
            let source = store::grants::by_id(&mut *connection, source).await?;
            let passed_on = source.as_ref().map(|source| PassedOn {
                scope: source.scope.clone(),
                past_of: source.past_of.clone(),
            });
            let still_holds = match source.filter(|source| source.is_in_force(now)) {
                Some(source) if !by.disabled => {
                    let principals = self.principals_of(connection, basis, chart, &by, now).await?;
                    principals.iter().any(|one| {
                        one.holder == source.holder
                            && one.from.is_none_or(|from| from <= now)
                            && one.to.is_none_or(|to| now < to)
                    })
                }
                _ => false,
            };
            let (id, name) = (by.id.to_string(), by.name.as_str().to_owned());
            found.insert(
                grant.id.to_string(),
                Delegator { id, name, still_holds, source: passed_on },
            );
        }
        Ok(found)
    }

    fn remembered(
        &self,
        key: &str,
        generation: i64,
        organisation: u64,
        now: Time,
    ) -> Option<Entitled> {
        let memory = self.memory();
        let found = memory.held.get(key)?;
        found.is_good(generation, organisation, now).then(|| found.entitled.clone())
    }

    fn remembered_until(&self, key: &str) -> Option<Time> {
        self.memory().held.get(key).and_then(|found| found.until)
    }

    fn remember(&self, key: String, found: RememberedHeld) {
        let mut memory = self.memory();
        if memory.held.len() >= REMEMBERED_MAX {
            memory.held.clear();
        }
        memory.held.insert(key, found);
    }

    /// A panic elsewhere leaves what is remembered whole: entries are put in at once.
    fn memory(&self) -> MutexGuard<'_, Remembered> {
        self.inner.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `limits` leave of what the user holds.
fn narrowed(held: &Held, limits: &TokenLimits, basis: &Basis, chart: &Chart) -> Held {
    let roles: Option<Vec<&PermissionSet>> = limits.roles.as_ref().map(|names| {
        names.iter().filter_map(|name| basis.roles.get(name)).map(|role| &role.set).collect()
    });
    // Checked when the token was made; what does not read any more gives nothing.
    let only = limits.permissions.as_ref();
    let only = only.map(|entries| PermissionSet::parse(entries).unwrap_or_default());
    let scope = limits.scope.as_ref();
    let scope = scope.map_or(Scope::Everywhere, |scope| resolution::written_out(scope, chart));
    let by_role = |name: &str| match &roles {
        None => true,
        Some(sets) => sets.iter().any(|set| set.holds(name)),
    };
    held.narrowed(|name| by_role(name) && only.as_ref().is_none_or(|set| set.holds(name)), &scope)
}

/// The user themselves, as the holder of grants.
pub(super) fn user_holder(user: &User) -> Holder {
    Holder { kind: HolderKind::User, id: user.id.to_string() }
}
