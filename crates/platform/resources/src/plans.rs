use std::collections::HashSet;

use db::{DbError, Tx};
use kernel::{Caller, Page, PageOf, Permission, Place, Scope};
use sqlx::AnyConnection;

use crate::{
    Plan, PlanId, PlanState, PlannedChange, RESOURCE_APPROVE, RESOURCE_READ, ResourceId,
    ResourcePlace, Resources, ResourcesError, Signatory, StagingError, hindsight::Hindsight,
    model::earlier, register::check_after, store,
};

impl Resources {
    /// The plans in that state that the caller may see, the latest first; pages by id. A page may
    /// hold fewer than it could: those that are not for the caller are left out of it.
    pub async fn plans(
        &self,
        caller: &Caller,
        state: Option<PlanState>,
        page: &Page,
    ) -> Result<PageOf<Plan>, ResourcesError> {
        check_after(page)?;
        let hindsight = self.hindsight().await?;
        let mut reader = self.reader().await?;
        let found = store::list_plans(&mut reader, state, page).await?;
        let found = PageOf::from_fetched(found, page.limit, |plan| plan.id.to_string());
        let mut items = Vec::with_capacity(found.items.len());
        for plan in found.items {
            if let Some(sight) = plan_sight(&mut reader, caller, &plan, &hindsight).await? {
                items.push(shown_plan(&mut reader, caller, plan, sight).await?);
            }
        }
        Ok(PageOf { items, next: found.next })
    }

    /// A plan that the caller may see.
    ///
    /// Errors: [`StagingError::PlanNotFound`].
    pub async fn plan(&self, caller: &Caller, id: PlanId) -> Result<Plan, ResourcesError> {
        let hindsight = self.hindsight().await?;
        let mut reader = self.reader().await?;
        if let Some(plan) = store::load_plan(&mut reader, id).await?
            && let Some(sight) = plan_sight(&mut reader, caller, &plan, &hindsight).await?
        {
            return shown_plan(&mut reader, caller, plan, sight).await;
        }
        Err(StagingError::PlanNotFound { id }.into())
    }

    /// Where what the plan changes belongs today: with the region of the unit where it has none.
    pub(crate) async fn places_of_plan(
        &self,
        tx: &mut Tx,
        plan: &Plan,
    ) -> Result<Vec<ResourcePlace>, ResourcesError> {
        let ids = named(tx.connection(), plan).await?;
        let found = store::names_of(tx.connection(), &ids).await?;
        let mut places: Vec<ResourcePlace> = found.into_values().map(|(_, place)| place).collect();
        places.sort_by(|one, other| one.resource_id.cmp(&other.resource_id));
        if let Some(directory) = &self.directory {
            let trees = directory.trees().await?;
            for place in places.iter_mut().filter(|place| place.region_id.is_none()) {
                let unit = place.unit_id.as_deref().and_then(|unit| trees.unit(unit));
                place.region_id = unit.and_then(|unit| unit.region.clone());
            }
        }
        Ok(places)
    }
}

/// How much of a plan somebody sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlanSight {
    /// All of it.
    Whole,
    /// That it waits for consent, and what it does to those resources that they see: they may
    /// refuse it because of where the others were when it was submitted.
    Part,
}

/// Whether the caller holds `permission` over everything that the plan changes.
async fn holds_over(
    connection: &mut AnyConnection,
    caller: &Caller,
    permission: Permission,
    plan: &Plan,
) -> Result<bool, ResourcesError> {
    let ids = named(connection, plan).await?;
    let found = store::names_of(connection, &ids).await?;
    let over_all = found.values().all(|(_, place)| caller.may_at(permission, &place.as_place()));
    Ok(over_all && over_new(caller, permission, plan))
}

/// Whether the caller holds `permission` where the plan makes something new.
fn over_new(caller: &Caller, permission: Permission, plan: &Plan) -> bool {
    plan.changes.iter().all(|change| match change {
        PlannedChange::Create { resource, .. } => {
            let (unit_id, region_id) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
            caller.may_at(permission, &Place { resource_id: None, unit_id, region_id })
        }
        _ => true,
    })
}

/// The resources that a plan names, also by relations that it ends.
pub(crate) async fn named(
    connection: &mut AnyConnection,
    plan: &Plan,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let mut ids: HashSet<ResourceId> = HashSet::new();
    for change in &plan.changes {
        ids.extend(change.resources());
        if let PlannedChange::Unrelate { relation } = change
            && let Some(relation) = store::load_relation(&mut *connection, *relation).await?
        {
            ids.extend([relation.from, relation.to]);
        }
    }
    Ok(ids.into_iter().collect())
}

/// What the caller sees of the plan: all when they wrote it, or see every resource that it names.
/// One that names nothing yet is its author's, and theirs who see everything.
pub(crate) async fn plan_sight(
    connection: &mut AnyConnection,
    caller: &Caller,
    plan: &Plan,
    hindsight: &Hindsight,
) -> Result<Option<PlanSight>, ResourcesError> {
    let is_somewhere = !plan.changes.is_empty() || caller.scope(RESOURCE_READ) == Scope::Everywhere;
    if plan.author.id == Signatory::of(caller).id
        || (is_somewhere
            && holds_over(connection, caller, RESOURCE_READ, plan).await?
            && saw_written(connection, caller, plan, hindsight).await?)
    {
        return Ok(Some(PlanSight::Whole));
    }
    let me = Signatory::of(caller).id;
    let refused = plan.decided.as_ref().is_some_and(|(decider, _)| decider.id == me);
    let theirs = plan.state == PlanState::Submitted || refused;
    let part = theirs && may_refuse(connection, caller, plan).await?;
    Ok(part.then_some(PlanSight::Part))
}

/// Whether the caller saw everything that the plan changes where it was when the plan was written.
/// As long as nobody is asked for consent, a plan stays where it was written when its things leave.
async fn saw_written(
    connection: &mut AnyConnection,
    caller: &Caller,
    plan: &Plan,
    Hindsight { past, now }: &Hindsight,
) -> Result<bool, ResourcesError> {
    let scope = caller.scope(RESOURCE_READ);
    if plan.submitted.is_some() || scope == Scope::Everywhere {
        return Ok(true);
    }
    let written = [plan.created_at, plan.updated_at];
    let ids = named(connection, plan).await?;
    let places = store::names_of(connection, &ids).await?;
    let mut left = store::earlier_places(connection, &ids).await?;
    for (id, (_, place)) in &places {
        let earlier = earlier(past, left.remove(id).unwrap_or_default(), place, *now);
        for at in written {
            let then = earlier.iter().find(|then| at < then.until);
            if then.is_some_and(|then| !scope.reached(Some(&place.resource_id), &then.was)) {
                return Ok(false);
            }
        }
    }
    let mut moved = written.into_iter().filter(|at| !past.is_still(*at, *now));
    Ok(moved.all(|at| {
        plan.changes.iter().all(|change| match change {
            PlannedChange::Create { resource, .. } => {
                let (unit, region) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
                scope.reached(None, &past.lineage(unit, region, at))
            }
            _ => true,
        })
    }))
}

/// Whether the caller may consent in the place of each thing that the plan changes: where it is
/// today, or where it was when consent was asked for.
pub(crate) async fn may_refuse(
    connection: &mut AnyConnection,
    caller: &Caller,
    plan: &Plan,
) -> Result<bool, ResourcesError> {
    let ids = named(connection, plan).await?;
    let today = store::names_of(connection, &ids).await?;
    let may = |place: &ResourcePlace| caller.may_at(RESOURCE_APPROVE, &place.as_place());
    let over_all = today.values().all(|(_, place)| {
        let then = plan.places.iter().find(|then| then.resource_id == place.resource_id);
        may(place) || then.is_some_and(may)
    });
    Ok(over_all && over_new(caller, RESOURCE_APPROVE, plan))
}

/// The plan as the caller is shown it: without the changes of what they do not see.
pub(crate) async fn shown_plan(
    connection: &mut AnyConnection,
    caller: &Caller,
    mut plan: Plan,
    sight: PlanSight,
) -> Result<Plan, ResourcesError> {
    if sight == PlanSight::Whole {
        return Ok(plan);
    }
    let all = std::mem::take(&mut plan.changes);
    plan.changes_hidden = all.len();
    for change in all {
        let one = Plan { changes: vec![change], ..plan.clone() };
        if holds_over(&mut *connection, caller, RESOURCE_READ, &one).await? {
            plan.changes.extend(one.changes);
            plan.changes_hidden -= 1;
        }
    }
    Ok(plan)
}

/// The changes as they are kept.
pub(crate) fn changes_text(plan: &Plan) -> Result<String, DbError> {
    store::json_text(&plan.changes)
}
