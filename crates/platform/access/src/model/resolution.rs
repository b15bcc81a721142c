//! What somebody may do and why: from grants, groups and posts to permissions with scopes. Pure.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use kernel::{Granted, Held, Scope, Time, Within};

use super::{
    grant::{GrantScope, Holder, HolderKind, Origin, RoleGrant},
    group::GroupGraph,
    role::{Duty, Extent, Role},
};

/// What every user may do, whatever they were granted: look after themselves.
pub(crate) const ALWAYS: [&str; 4] =
    ["profile.read", "profile.change", "sign-in.read", "sign-in.change"];

/// One step of the way from a user to what they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Member of this group.
    Group {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    },
    /// Holder of this post.
    Post {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
    },
    /// Passed on by this user.
    Delegation {
        /// The user's id.
        id: String,
        /// The user's name.
        name: String,
    },
}

impl Step {
    /// The name of its kind, the id and the name.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str, &str) {
        match self {
            Self::Group { id, name } => ("group", id, name),
            Self::Post { id, name } => ("post", id, name),
            Self::Delegation { id, name } => ("delegation", id, name),
        }
    }
}

/// As whom a user holds grants, by which way, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) holder: Holder,
    pub(crate) path: Vec<Step>,
    pub(crate) from: Option<Time>,
    pub(crate) to: Option<Time>,
}

/// A post that a person holds or will hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldPost {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) from: Time,
    pub(crate) to: Option<Time>,
}

/// Everything that decides what one user may do.
#[derive(Debug, Clone)]
pub(crate) struct Claims {
    pub(crate) principals: Vec<Principal>,
    /// Grants to any of the principals that nobody ended and that are not over.
    pub(crate) grants: Vec<RoleGrant>,
    pub(crate) roles: Arc<HashMap<String, Arc<Role>>>,
    /// For each delegated grant: who passed it on, and whether they still hold it themselves.
    pub(crate) delegators: HashMap<String, Delegator>,
    /// Whether the three administrators are separated.
    pub(crate) separated: bool,
    /// Whether another's word lets the user in: then they are none of the separated ones.
    pub(crate) vouched_for: bool,
}

/// Who passed a grant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delegator {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) still_holds: bool,
    /// What they passed on, if that is known.
    pub(crate) source: Option<PassedOn>,
}

/// What of a grant its being passed on is limited by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOn {
    /// Its scope.
    pub scope: GrantScope,
    /// How much of the past it shows, as [`RoleGrant::past_of`].
    pub past_of: Vec<Granted>,
}

/// One grant as it reaches one user by one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The grant.
    pub grant: RoleGrant,
    /// Its role.
    pub role: Arc<Role>,
    /// The way from the user to the grant; empty when it was given to them directly.
    pub path: Vec<Step>,
    /// Whether it counts now.
    pub standing: LineStanding,
    /// From when on it reaches the user.
    pub from: Time,
    /// Until when it reaches the user.
    pub to: Option<Time>,
    /// The grant that it was passed on from, if it was.
    pub source: Option<PassedOn>,
}

/// Whether a line counts, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStanding {
    /// It counts.
    Effective,
    /// Its time has not come.
    NotYet,
    /// The role unites duties that are separated, or has one and another's word lets its holder in.
    Separated,
    /// Another line gives the user another of the three duties.
    Conflicting,
    /// Who passed it on does not hold it any more.
    SourceGone,
    /// Its unit or region does not exist any more, or has left the part of who granted it or
    /// passed it on.
    ScopeGone,
}

impl LineStanding {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::NotYet => "not_yet",
            Self::Separated => "separated",
            Self::Conflicting => "conflicting",
            Self::SourceGone => "source_gone",
            Self::ScopeGone => "scope_gone",
        }
    }
}

/// The subtrees that scopes name. `None`: there is no such unit or region any more.
pub(crate) trait Subtrees {
    fn has_unit(&self, unit: &str) -> bool;
    fn has_region(&self, region: &str) -> bool;
    fn units(&self, unit: &str) -> Option<BTreeSet<String>>;
    fn regions(&self, region: &str) -> Option<BTreeSet<String>>;
    /// The units that answer for one of these regions.
    fn answering(&self, regions: &BTreeSet<String>) -> BTreeSet<String>;
}

/// As whom the user holds grants: as themselves, by every way through groups, and by posts.
pub(crate) fn principals(
    user: &str,
    direct_groups: &[String],
    posts: &[HeldPost],
    graph: &GroupGraph,
) -> Vec<Principal> {
    let holder = |kind, id: &str| Holder { kind, id: id.to_owned() };
    let mut all = vec![Principal {
        holder: holder(HolderKind::User, user),
        path: Vec::new(),
        from: None,
        to: None,
    }];
    for way in direct_groups.iter().flat_map(|group| graph.ways_up(group)) {
        let Some(last) = way.last() else { continue };
        let step = |id: &String| Step::Group { id: id.clone(), name: graph.name(id).to_owned() };
        let path = way.iter().map(step).collect();
        all.push(Principal { holder: holder(HolderKind::Group, last), path, from: None, to: None });
    }
    all.extend(posts.iter().map(|post| Principal {
        holder: holder(HolderKind::Post, &post.id),
        path: vec![Step::Post { id: post.id.clone(), name: post.name.clone() }],
        from: Some(post.from),
        to: post.to,
    }));
    all
}

/// Every line by which a grant reaches the user, now or later.
pub(crate) fn lines(claims: &Claims, trees: &dyn Subtrees, now: Time) -> Vec<Line> {
    let mut lines = Vec::new();
    for grant in &claims.grants {
        let Some(role) = claims.roles.get(&grant.role) else { continue };
        for principal in claims.principals.iter().filter(|one| one.holder == grant.holder) {
            let from = principal.from.map_or(grant.valid_from, |from| from.max(grant.valid_from));
            let to = earlier(grant.valid_to, principal.to);
            if to.is_some_and(|to| to <= now.max(from)) {
                continue;
            }
            let mut path = principal.path.clone();
            let delegator = claims.delegators.get(&grant.id.to_string());
            path.extend(
                delegator.map(|by| Step::Delegation { id: by.id.clone(), name: by.name.clone() }),
            );
            let standing = standing(claims, grant, role, delegator, from, now, trees);
            let source = delegator.and_then(|by| by.source.clone());
            let (grant, role) = (grant.clone(), Arc::clone(role));
            let mut line = Line { grant, role, path, standing, from, to, source };
            let counts = line.standing == LineStanding::Effective;
            if counts && scope_of(&line, trees).is_nowhere() {
                line.standing = LineStanding::ScopeGone;
            }
            lines.push(line);
        }
    }
    withhold_conflicts(&mut lines, claims.separated);
    lines
}

fn standing(
    claims: &Claims,
    grant: &RoleGrant,
    role: &Role,
    delegator: Option<&Delegator>,
    from: Time,
    now: Time,
    trees: &dyn Subtrees,
) -> LineStanding {
    // Whoever fills posts, or vouches for people, is not one of those who give duties.
    let by_others = claims.vouched_for || grant.holder.kind == HolderKind::Post;
    let extent = Extent::of(&grant.scope, claims.separated);
    let lent = by_others && role.single_duty_over(extent).is_some();
    if claims.separated && (role.is_all_powerful_over(extent) || lent) {
        return LineStanding::Separated;
    }
    let delegated = grant.origin == Origin::Delegated;
    if delegated && !delegator.is_some_and(|by| by.still_holds) {
        return LineStanding::SourceGone;
    }
    let gone = match &grant.scope {
        GrantScope::Unit(id) => !trees.has_unit(id),
        GrantScope::Region(id) => !trees.has_region(id),
        GrantScope::Everything | GrantScope::Resources(_) => false,
    };
    if gone {
        return LineStanding::ScopeGone;
    }
    if from > now { LineStanding::NotYet } else { LineStanding::Effective }
}

/// Two of the three duties in one hand: what came by a post is withheld, and if that is not
/// enough, what makes a duty only over the whole house, and then all of them. Changes that would
/// lead here are refused; a post is given elsewhere, and older versions gave the house away.
fn withhold_conflicts(lines: &mut [Line], separated: bool) {
    let duty = |line: &Line| match line.standing {
        LineStanding::Effective => {
            line.role.single_duty_over(Extent::of(&line.grant.scope, separated))
        }
        _ => None,
    };
    let by_post =
        |line: &Line| line.path.first().is_some_and(|step| matches!(step, Step::Post { .. }));
    let in_the_house = |line: &Line| line.role.single_duty_over(Extent::Part).is_none();
    let order: [&dyn Fn(&Line) -> bool; 3] = [&by_post, &in_the_house, &|_| true];
    for withheld in order {
        let duties: BTreeSet<Duty> = lines.iter().filter_map(duty).collect();
        if duties.len() < 2 {
            return;
        }
        for line in lines.iter_mut() {
            if duty(line).is_some() && withheld(line) {
                line.standing = LineStanding::Conflicting;
            }
        }
    }
}

/// What the effective lines give, each of `known` written out.
pub(crate) fn held(lines: &[Line], known: &[&str], trees: &dyn Subtrees) -> Held {
    let effective: Vec<&Line> =
        lines.iter().filter(|line| line.standing == LineStanding::Effective).collect();
    // Many grants have the same scope, and many permissions come from the same ones: each scope is
    // written out once, and each set of them united once.
    let mut scopes: Vec<(Named<'_>, Scope)> = Vec::new();
    let of_line: Vec<usize> = effective
        .iter()
        .map(|line| {
            let named = (&line.grant.scope, &line.grant.past_of[..], line.source.as_ref());
            scopes.iter().position(|(known, _)| *known == named).unwrap_or_else(|| {
                scopes.push((named, scope_of(line, trees)));
                scopes.len() - 1
            })
        })
        .collect();
    let mut held = Held::default();
    let mut united: HashMap<BTreeSet<usize>, Scope> = HashMap::new();
    for permission in known {
        let giving = effective.iter().zip(&of_line);
        let giving = giving.filter(|(line, _)| line.role.set.holds(permission));
        let from: BTreeSet<usize> = giving.map(|(_, scope)| *scope).collect();
        if !from.is_empty() {
            let scope = united.entry(from).or_insert_with_key(|from| {
                let each = from.iter().map(|&one| scopes[one].1.clone());
                each.reduce(Scope::union).unwrap_or_else(Scope::nowhere)
            });
            held.add(permission, scope.clone());
        }
    }
    for permission in ALWAYS {
        held.add(permission, Scope::Everywhere);
    }
    for (line, scope) in effective.iter().zip(of_line) {
        held.add_set(line.role.set.clone(), scopes[scope].1.clone());
    }
    held
}

/// What says where a line counts.
type Named<'l> = (&'l GrantScope, &'l [Granted], Option<&'l PassedOn>);

/// Where a line counts: what was granted or passed on by who has a part, as long as it is within
/// that part, and it shows no more of the past than they see.
pub(crate) fn scope_of(line: &Line, trees: &dyn Subtrees) -> Scope {
    let grant = &line.grant;
    let scope = bounded(written_out(&grant.scope, trees), &grant.past_of, trees);
    let Some(source) = &line.source else { return scope };
    let passed_on = written_out(&source.scope, trees);
    let scope = match source.scope == grant.scope {
        true => scope,
        false => scope.within(&passed_on).with_past_of(&passed_on),
    };
    bounded(scope, &source.past_of, trees)
}

/// What of a scope is within each of the parts, today and in the past.
fn bounded(scope: Scope, parts: &[Granted], trees: &dyn Subtrees) -> Scope {
    let part = |granted: &Granted| {
        let units = granted.units.iter().filter_map(|unit| trees.units(unit)).flatten().collect();
        let regions = granted.regions.iter().filter_map(|region| trees.regions(region));
        let regions: BTreeSet<String> = regions.flatten().collect();
        let answering = trees.answering(&regions);
        Scope::Within(Arc::new(Within { units, regions, answering, ..Within::default() }))
    };
    let inside = parts.iter().fold(scope, |scope, granted| scope.within(&part(granted)));
    inside.with_past_within(parts)
}

/// The next moment at which time alone changes what the lines give.
pub(crate) fn next_change(lines: &[Line], now: Time) -> Option<Time> {
    let moments = lines.iter().flat_map(|line| [Some(line.from), line.to]);
    moments.flatten().filter(|moment| *moment > now).min()
}

/// A scope with its subtree written out; nowhere when its unit or region is gone.
pub(crate) fn written_out(scope: &GrantScope, trees: &dyn Subtrees) -> Scope {
    let within = match scope {
        GrantScope::Everything => return Scope::Everywhere,
        GrantScope::Unit(id) => {
            let Some(units) = trees.units(id) else { return Scope::nowhere() };
            let granted = Granted { units: [id.clone()].into(), ..Granted::default() };
            Within { units, granted: vec![granted], ..Within::default() }
        }
        GrantScope::Region(id) => {
            let Some(regions) = trees.regions(id) else { return Scope::nowhere() };
            let granted = Granted { regions: [id.clone()].into(), ..Granted::default() };
            let (answering, granted) = (trees.answering(&regions), vec![granted]);
            Within { answering, regions, granted, ..Within::default() }
        }
        GrantScope::Resources(ids) => {
            Within { resources: ids.iter().cloned().collect(), ..Within::default() }
        }
    };
    Scope::Within(Arc::new(within))
}

fn earlier(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
#[path = "resolution/tests.rs"]
mod tests;
