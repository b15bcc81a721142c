use std::collections::{HashMap, HashSet};

use journal::Entry;
use kernel::{Caller, FieldFault, Id, Scope, Text, Time};
use sqlx::AnyConnection;

use crate::{
    AsOf, Edge, FailureRule, FailureRuleChanged, Graph, ImpactDirection, Outcome, RESOURCE_READ,
    Redundancy, RedundancyChanged, Relation, RelationKind, ResourceId, ResourceName, Resources,
    ResourcesError, Severity,
    hindsight::ScopedHindsight,
    members::{Members, SeenRedundancy},
    model::{checked_redundancies, rests_on, spread},
    register::{KIND_CHANGE, permit_at},
    store::{self, Manner, Near},
};

/// Impact is followed over so many relations in a row at most.
const DEPTH_MAX: u32 = 50;
/// Where nothing else is asked for.
const DEPTH_USUAL: u32 = 20;
/// Impact is followed to so many resources at most.
const RESOURCES_MAX: usize = 5000;
/// So many resources can be thought to fail at once.
const FAILED_MAX: usize = 200;

/// What is asked about impact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImpactBounds {
    /// Over so many relations in a row; 20 when not given.
    pub depth: Option<u32>,
    /// As the register stood then; now when not given.
    pub at: Option<Time>,
}

/// What a failure does, as far as it was followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Impact {
    /// What it does.
    pub outcome: Outcome,
    /// What the resources in it are called.
    pub names: HashMap<ResourceId, ResourceName>,
    /// How many resources were looked at.
    pub seen: usize,
    /// Why it was not followed to the end, if it was not.
    pub cut_off: Option<CutOff>,
}

/// Resources with all that they rest on.
#[derive(Debug, Clone, Default)]
pub struct Foundation {
    /// Who needs whom among them.
    pub graph: Graph,
    /// What they are called.
    pub names: HashMap<ResourceId, ResourceName>,
    /// Why it was not followed to the end, if it was not.
    pub cut_off: Option<CutOff>,
}

/// Why impact was not followed to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutOff {
    /// More relations in a row follow.
    Depth,
    /// There are more resources.
    Resources,
}

impl CutOff {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Depth => "depth",
            Self::Resources => "resources",
        }
    }
}

impl Resources {
    /// What fares worse when the resource fails, or what it rests on: among those that the caller
    /// sees.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`]; `NotThereYet` for a moment at which it was
    /// where the caller does not see it; `WrongInput` naming `depth`.
    pub async fn impact(
        &self,
        caller: &Caller,
        id: ResourceId,
        direction: ImpactDirection,
        bounds: ImpactBounds,
    ) -> Result<Impact, ResourcesError> {
        self.get_seen(caller, id).await?;
        match direction {
            ImpactDirection::Up => self.what_if(caller, &[id], bounds).await,
            ImpactDirection::Down => {
                let walk = self.walk(caller, &[id], direction, bounds).await?;
                let outcome = rests_on(&walk.graph(), id);
                Ok(walk.impact(outcome))
            }
        }
    }

    /// What fares worse when all of `failed` fail at once.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`] for one that the caller does not see;
    /// `WrongInput` naming `depth` or `failed`.
    pub async fn what_if(
        &self,
        caller: &Caller,
        failed: &[ResourceId],
        bounds: ImpactBounds,
    ) -> Result<Impact, ResourcesError> {
        if failed.is_empty() || failed.len() > FAILED_MAX {
            return Err(FieldFault::new("failed", failed.len(), Text::same("1–200")).into());
        }
        let walk = self.walk(caller, failed, ImpactDirection::Up, bounds).await?;
        if let Some(id) = failed.iter().find(|id| !walk.names.contains_key(id)) {
            return Err(ResourcesError::ResourceNotFound { id: *id });
        }
        let outcome = spread(&walk.graph(), failed);
        Ok(walk.impact(outcome))
    }

    /// These resources with all that they rest on, as far as the caller sees it: what may be the
    /// cause when something is wrong with them. Those that the caller does not see are left out.
    ///
    /// Errors: `WrongInput` naming `depth`; database faults.
    pub async fn foundation(
        &self,
        caller: &Caller,
        ids: &[ResourceId],
        bounds: ImpactBounds,
    ) -> Result<Foundation, ResourcesError> {
        let walk = self.walk(caller, ids, ImpactDirection::Down, bounds).await?;
        Ok(Foundation { graph: walk.graph(), names: walk.names, cut_off: walk.cut_off })
    }

    /// The groups of a resource of which some suffice, each with the members that the caller sees
    /// and how many others there are.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn redundancies(
        &self,
        caller: &Caller,
        id: ResourceId,
    ) -> Result<Vec<SeenRedundancy>, ResourcesError> {
        self.get_seen(caller, id).await?;
        let mut reader = self.reader().await?;
        let groups = store::redundancies_of(&mut reader, &[id]).await?;
        let members = Members::of(&mut reader, caller, &groups).await?;
        Ok(groups.into_iter().map(|group| members.seen_of(group)).collect())
    }

    /// Sets the groups of a resource: all of them.
    ///
    /// Members that the caller does not see stay in the group of that name.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `ResourceNotFound`, `WrongInput` naming the group.
    pub async fn set_redundancies(
        &self,
        caller: &Caller,
        id: ResourceId,
        groups: Vec<Redundancy>,
    ) -> Result<Vec<SeenRedundancy>, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource = self.get_in(&mut tx, id).await?;
        permit_at(caller, &resource)?;
        let relations = store::all_relation_kinds(tx.connection()).await?;
        let relations: Vec<String> = relations.into_iter().map(|kind| kind.name).collect();
        checked_redundancies(&groups, &relations)?;
        let before = store::redundancies_of(tx.connection(), &[id]).await?;
        let both: Vec<&Redundancy> = groups.iter().chain(&before).collect();
        let members = Members::of(tx.connection(), caller, both).await?;
        members.check(&groups)?;
        let groups: Vec<Redundancy> = groups
            .into_iter()
            .map(|group| {
                let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
                let members = members.with_hidden(&group, &before);
                Redundancy { id, resource: resource.id, members, ..group }
            })
            .collect();
        checked_redundancies(&groups, &relations)?;
        store::replace_redundancies(tx.connection(), id, &groups).await?;
        let (name, count) = (resource.name, groups.len());
        let fact = RedundancyChanged { resource: id, name, groups: count };
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&before).after(&groups);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(groups.into_iter().map(|group| members.seen_of(group)).collect())
    }

    /// What failures do along each kind of relation.
    pub async fn failure_rules(&self) -> Result<Vec<FailureRule>, ResourcesError> {
        let mut reader = self.reader().await?;
        Ok(rules(&mut reader).await?.into_iter().map(|(rule, _)| rule).collect())
    }

    /// Sets the worst that a failure does along a kind of relation.
    ///
    /// Errors: [`ResourcesError::NotAllowed`]; `WrongInput` naming `relation` or `worst`.
    pub async fn set_failure_worst(
        &self,
        caller: &Caller,
        relation: &str,
        worst: Severity,
    ) -> Result<FailureRule, ResourcesError> {
        if !caller.may_everywhere(KIND_CHANGE) {
            return Err(ResourcesError::NotAllowed(KIND_CHANGE));
        }
        if worst == Severity::Fine {
            let expected = Text::same("at-risk, degraded, down");
            return Err(FieldFault::new("worst", worst.name(), expected).into());
        }
        let mut tx = self.db.begin().await?;
        let rules = rules(tx.connection()).await?;
        let names: Vec<String> = rules.iter().map(|(rule, _)| rule.relation.clone()).collect();
        let Some((before, _)) = rules.into_iter().find(|(rule, _)| rule.relation == relation)
        else {
            return Err(FieldFault::new("relation", relation, Text::same(names.join(", "))).into());
        };
        let after = FailureRule { worst, ..before.clone() };
        if after == before {
            return Ok(after);
        }
        store::set_worst(tx.connection(), relation, worst).await?;
        let fact = FailureRuleChanged { relation: relation.to_owned(), worst };
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    async fn walk(
        &self,
        caller: &Caller,
        starts: &[ResourceId],
        direction: ImpactDirection,
        bounds: ImpactBounds,
    ) -> Result<Walk, ResourcesError> {
        let depth = bounds.depth.unwrap_or(DEPTH_USUAL);
        if !(1..=DEPTH_MAX).contains(&depth) {
            return Err(FieldFault::new("depth", depth, Text::same("1–50")).into());
        }
        let scope = caller.scope(RESOURCE_READ);
        let sees = self.hindsight().await?.of(scope.clone());
        let mut reader = self.reader().await?;
        let moment = bounds.at.unwrap_or_else(|| self.clock.now());
        let then = bounds.at.map(AsOf::known_now).filter(|_| !sees.is_all());
        let sight = Sight {
            manner: Manner { dialect: self.dialect(), scope: &scope },
            moment,
            then: then.map(|as_of| (&sees, as_of)),
        };
        let names = sight.names(&mut reader, starts).await?;
        if let Some((as_of, id)) = then.zip(starts.iter().find(|id| !names.contains_key(id))) {
            return Err(ResourcesError::NotThereYet { id: *id, as_of });
        }
        let mut walk = Walk {
            rules: rules(&mut reader).await?,
            relations: HashMap::new(),
            redundancies: Vec::new(),
            names,
            unnamed: HashSet::new(),
            cut_off: None,
        };
        let mut frontier: Vec<ResourceId> = walk.names.keys().copied().collect();
        for step in 0..=depth {
            if frontier.is_empty() {
                break;
            }
            let found = walk.next(&mut reader, &frontier, direction, bounds.at).await?;
            let new = walk.take(&mut reader, sight, found, step == depth).await?;
            frontier = new;
        }
        walk.complete(&mut reader, sight, bounds.at).await?;
        Ok(walk)
    }
}

/// What a walk sees.
#[derive(Debug, Clone, Copy)]
struct Sight<'s> {
    manner: Manner<'s>,
    moment: Time,
    /// At another moment than now only what was reached then, if not all is.
    then: Option<(&'s ScopedHindsight, AsOf)>,
}

impl Sight<'_> {
    /// What those of the resources are called that are seen, and were then.
    async fn names(
        self,
        connection: &mut AnyConnection,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, ResourceName>, ResourcesError> {
        let mut names =
            store::names_in_use(&mut *connection, self.manner, ids, self.moment).await?;
        if let Some((sees, as_of)) = self.then {
            let there = store::resources_as_of(connection, ids, as_of).await?;
            let seen: HashSet<ResourceId> =
                there.iter().filter(|one| sees.as_of(one, as_of)).map(|one| one.id).collect();
            names.retain(|id, _| seen.contains(id));
        }
        Ok(names)
    }
}

/// The part of the register that a failure can reach.
struct Walk {
    /// With the weight that relations have that say nothing else.
    rules: Vec<(FailureRule, i64)>,
    relations: HashMap<crate::RelationId, Relation>,
    redundancies: Vec<Redundancy>,
    names: HashMap<ResourceId, ResourceName>,
    /// Members of groups that are not told of, since they are not seen or beyond the limits: they
    /// count as working, or a group would seem smaller than it is.
    unnamed: HashSet<ResourceId>,
    cut_off: Option<CutOff>,
}

impl Walk {
    /// The relations that lead on from `ids`.
    async fn next(
        &self,
        connection: &mut AnyConnection,
        ids: &[ResourceId],
        direction: ImpactDirection,
        at: Option<Time>,
    ) -> Result<Vec<Relation>, ResourcesError> {
        let reaching = |reaches: fn(&FailureRule) -> bool| -> Vec<&str> {
            let rules = self.rules.iter().filter(|(rule, _)| reaches(rule));
            rules.map(|(rule, _)| rule.relation.as_str()).collect()
        };
        let (to_source, to_target) = match direction {
            ImpactDirection::Up => (Near::Target, Near::Source),
            ImpactDirection::Down => (Near::Source, Near::Target),
        };
        let kinds = reaching(FailureRule::reaches_source);
        let mut found = store::relations_near(connection, to_source, ids, &kinds, at).await?;
        let kinds = reaching(FailureRule::reaches_target);
        found.extend(store::relations_near(connection, to_target, ids, &kinds, at).await?);
        Ok(found)
    }

    /// Keeps those of the relations whose ends are seen; returns the resources that are new.
    async fn take(
        &mut self,
        connection: &mut AnyConnection,
        sight: Sight<'_>,
        relations: Vec<Relation>,
        beyond: bool,
    ) -> Result<Vec<ResourceId>, ResourcesError> {
        let ends = relations.iter().flat_map(|relation| [relation.from, relation.to]);
        let mut new: Vec<ResourceId> = ends
            .filter(|id| !self.names.contains_key(id))
            .collect::<HashSet<_>>()
            .into_iter()
            .collect();
        new.sort_unstable();
        let mut names = sight.names(connection, &new).await?;
        new.retain(|id| names.contains_key(id));
        if beyond && !new.is_empty() {
            self.cut_off = self.cut_off.or(Some(CutOff::Depth));
            new.clear();
        }
        let room = RESOURCES_MAX.saturating_sub(self.names.len());
        if new.len() > room {
            self.cut_off = Some(CutOff::Resources);
            new.truncate(room);
        }
        for id in &new {
            self.names.extend(names.remove(id).map(|name| (*id, name)));
        }
        for relation in relations {
            if self.names.contains_key(&relation.from) && self.names.contains_key(&relation.to) {
                self.relations.insert(relation.id, relation);
            }
        }
        Ok(new)
    }

    /// Loads the groups of all that was reached, and their other members.
    async fn complete(
        &mut self,
        connection: &mut AnyConnection,
        sight: Sight<'_>,
        at: Option<Time>,
    ) -> Result<(), ResourcesError> {
        let ids: Vec<ResourceId> = self.names.keys().copied().collect();
        self.redundancies = store::redundancies_of(connection, &ids).await?;
        let needy: HashSet<ResourceId> =
            self.redundancies.iter().map(|group| group.resource).collect();
        let needy: Vec<ResourceId> = needy.into_iter().collect();
        let relations = self.next(connection, &needy, ImpactDirection::Down, at).await?;
        self.take(connection, sight, relations.clone(), false).await?;
        let ends = relations.iter().flat_map(|relation| [relation.from, relation.to]);
        let others: HashSet<ResourceId> = ends.filter(|id| !self.names.contains_key(id)).collect();
        let others: Vec<ResourceId> = others.into_iter().collect();
        let everywhere = Manner { scope: &Scope::Everywhere, ..sight.manner };
        let in_use = store::names_in_use(connection, everywhere, &others, sight.moment).await?;
        self.unnamed = in_use.into_keys().collect();
        let is_there = |id: &ResourceId| self.names.contains_key(id) || self.unnamed.contains(id);
        for relation in relations {
            if is_there(&relation.from) && is_there(&relation.to) {
                self.relations.insert(relation.id, relation);
            }
        }
        Ok(())
    }

    fn graph(&self) -> Graph {
        let weights: HashMap<&str, i64> =
            self.rules.iter().map(|(rule, weight)| (rule.relation.as_str(), *weight)).collect();
        let mut relations: Vec<&Relation> = self.relations.values().collect();
        relations.sort_unstable_by_key(|relation| relation.id);
        let edges: Vec<Edge> = relations
            .into_iter()
            .map(|relation| {
                let usual = weights.get(relation.kind.as_str()).copied().unwrap_or(100);
                let weight = relation.weight.unwrap_or(usual);
                Edge {
                    relation: relation.kind.clone(),
                    source: relation.from,
                    target: relation.to,
                    weight: u32::try_from(weight).unwrap_or(0),
                }
            })
            .collect();
        let rules: Vec<FailureRule> = self.rules.iter().map(|(rule, _)| rule.clone()).collect();
        Graph::with_reserves(&edges, &rules, &self.redundancies, &self.unnamed)
    }

    fn impact(self, mut outcome: Outcome) -> Impact {
        outcome.affected.retain(|affected| self.names.contains_key(&affected.id));
        Impact { outcome, seen: self.names.len(), names: self.names, cut_off: self.cut_off }
    }
}

/// What failures do along each kind of relation, and how much one counts.
async fn rules(connection: &mut AnyConnection) -> Result<Vec<(FailureRule, i64)>, ResourcesError> {
    let kinds: Vec<RelationKind> = store::all_relation_kinds(&mut *connection).await?;
    let worst = store::worst_by_relation(connection).await?;
    let rule = |kind: RelationKind| {
        let worst = worst.get(&kind.name).copied().unwrap_or(Severity::Down);
        (FailureRule { relation: kind.name, goes: kind.failure, worst }, kind.weight)
    };
    Ok(kinds.into_iter().map(rule).collect())
}
