use std::collections::HashSet;

use db::DbError;
use kernel::{Caller, Page, PageOf, Permission, Place};
use sqlx::AnyConnection;

use crate::{
    Plan, PlanId, PlanState, PlannedChange, RESOURCE_READ, ResourceId, Resources, ResourcesError,
    Signatory, StagingError, register::check_after, store,
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
        let mut reader = self.reader().await?;
        let found = store::list_plans(&mut reader, state, page).await?;
        let found = PageOf::from_fetched(found, page.limit, |plan| plan.id.to_string());
        let mut items = Vec::with_capacity(found.items.len());
        for plan in found.items {
            if sees_plan(&mut reader, caller, &plan).await? {
                items.push(plan);
            }
        }
        Ok(PageOf { items, next: found.next })
    }

    /// A plan that the caller may see.
    ///
    /// Errors: [`StagingError::PlanNotFound`].
    pub async fn plan(&self, caller: &Caller, id: PlanId) -> Result<Plan, ResourcesError> {
        let mut reader = self.reader().await?;
        if let Some(plan) = store::load_plan(&mut reader, id).await?
            && sees_plan(&mut reader, caller, &plan).await?
        {
            return Ok(plan);
        }
        Err(StagingError::PlanNotFound { id }.into())
    }
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
    let over_new = plan.changes.iter().all(|change| match change {
        PlannedChange::Create { resource, .. } => {
            let (unit_id, region_id) = (resource.unit_id.as_deref(), resource.region_id.as_deref());
            caller.may_at(permission, &Place { resource_id: None, unit_id, region_id })
        }
        _ => true,
    });
    Ok(over_all && over_new)
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

/// Whether the caller wrote the plan, or sees every resource that it names.
pub(crate) async fn sees_plan(
    connection: &mut AnyConnection,
    caller: &Caller,
    plan: &Plan,
) -> Result<bool, ResourcesError> {
    if plan.author.id == Signatory::of(caller).id {
        return Ok(true);
    }
    holds_over(connection, caller, RESOURCE_READ, plan).await
}

/// The changes as they are kept.
pub(crate) fn changes_text(plan: &Plan) -> Result<String, DbError> {
    store::json_text(&plan.changes)
}
