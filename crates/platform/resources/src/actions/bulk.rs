use std::collections::HashMap;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause};

use super::carry_out::all_made;
use crate::{
    BulkApplied, BulkChange, BulkTarget, PlannedChange, RESOURCE_READ, Resource, ResourceEdit,
    ResourceId, Resources, ResourcesError, Signature, StagingError, Step,
    model::{BULK_MAX, checked_bulk},
    register::sees,
    store,
};

/// What a change of many resources would do.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkPreview {
    /// What would become of each, in the order of ids.
    pub steps: Vec<Step>,
    /// Says what it was made of; making the change asks for it.
    pub signature: Signature,
}

/// What becomes of resources that cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusals {
    /// Then none is changed.
    Stop,
    /// They are left out.
    LeaveOut,
}

impl Resources {
    /// What `change` would do to each of these resources. Nothing is changed.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`; `StagingError::TooMany`.
    pub async fn preview_bulk(
        &self,
        caller: &Caller,
        target: &BulkTarget,
        change: &BulkChange,
    ) -> Result<BulkPreview, ResourcesError> {
        checked_bulk(target, change)?;
        // Made by the verbs themselves and never committed: exactly what would happen.
        let mut tx = self.begin(caller).await?;
        let (resources, signature) = self.signed_in(&mut tx, caller, target, change).await?;
        let steps = self.bulk_in(&mut tx, caller, Cause::default(), &resources, change).await?;
        Ok(BulkPreview { steps, signature })
    }

    /// Makes a change that was previewed: of exactly those resources, all in one transaction.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`; `StagingError::RegisterChanged` when
    /// the preview would no longer be the same, `Refused` when one cannot be changed and is not to
    /// be left out.
    pub async fn apply_bulk(
        &self,
        caller: &Caller,
        target: &BulkTarget,
        change: &BulkChange,
        signature: &Signature,
        refusals: Refusals,
    ) -> Result<Vec<Step>, ResourcesError> {
        checked_bulk(target, change)?;
        let mut tx = self.begin(caller).await?;
        let (mut resources, found) = self.signed_in(&mut tx, caller, target, change).await?;
        if found != *signature {
            return Err(StagingError::RegisterChanged.into());
        }
        if refusals == Refusals::LeaveOut {
            let steps = self.bulk_in(&mut tx, caller, Cause::default(), &resources, change).await?;
            // What a refused change may have begun is undone with this transaction.
            drop(tx);
            tx = self.begin(caller).await?;
            let mut refused = steps.iter().map(|step| step.refused.is_some());
            resources.retain(|_| !refused.next().unwrap_or_default());
            let (now, _) = self.signed_in(&mut tx, caller, target, change).await?;
            let versions: HashMap<ResourceId, i64> =
                now.iter().map(|resource| (resource.id, resource.version)).collect();
            let same = |one: &Resource| versions.get(&one.id) == Some(&one.version);
            // Between the two transactions somebody else may have been faster.
            if !resources.iter().all(same) {
                return Err(StagingError::RegisterChanged.into());
            }
        }
        let fact = BulkApplied { change: change.clone(), resources: resources.len() };
        let cause = journal::append(&mut tx, Entry::new(caller, self.clock.now(), &fact)).await?;
        let steps = self.bulk_in(&mut tx, caller, Cause(Some(cause)), &resources, change).await?;
        all_made(&steps)?;
        tx.commit().await?;
        Ok(steps)
    }

    /// The resources that are meant, with the signature of changing them.
    async fn signed_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        target: &BulkTarget,
        change: &BulkChange,
    ) -> Result<(Vec<Resource>, Signature), ResourcesError> {
        let resources = match target {
            BulkTarget::Listed { filter, fields } => {
                let scope = caller.scope(RESOURCE_READ);
                self.all_listed(tx.connection(), &scope, (filter, fields), BULK_MAX).await?
            }
            BulkTarget::Ids(ids) => {
                let found = store::load_resources(tx.connection(), ids).await?;
                let seen = |id| found.iter().any(|one| one.id == id && sees(caller, one));
                if let Some(id) = ids.iter().find(|id| !seen(**id)) {
                    return Err(ResourcesError::ResourceNotFound { id: *id });
                }
                found
            }
        };
        let signature = Signature::of(change, &resources);
        Ok((resources, signature))
    }

    async fn bulk_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        resources: &[Resource],
        change: &BulkChange,
    ) -> Result<Vec<Step>, ResourcesError> {
        let edits = change.edit != ResourceEdit::default();
        let mut steps = Vec::with_capacity(resources.len());
        for resource in resources {
            let (id, edit) = (resource.id, change.edit.clone());
            let mut changes = Vec::new();
            if edits {
                changes.push(PlannedChange::Change { resource: id, version: None, edit });
            }
            if change.retire {
                changes.push(PlannedChange::Retire { resource: id, version: None });
            }
            let done = self.carry_out_in(tx, caller, cause, &changes).await?;
            steps.push(folded(resource, done));
        }
        Ok(steps)
    }
}

/// Several steps of one resource as one.
fn folded(resource: &Resource, steps: Vec<Step>) -> Step {
    let mut whole = Step {
        about: resource.name.clone(),
        resource: Some(resource.id),
        before: Some(resource.clone()),
        after: None,
        refused: None,
    };
    for step in steps {
        if step.refused.is_some() {
            return Step { after: None, refused: step.refused, ..whole };
        }
        whole.after = step.after;
    }
    whole
}
