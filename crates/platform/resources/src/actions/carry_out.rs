use std::collections::HashMap;

use db::Tx;
use kernel::{Caller, Cause, Text};

use crate::{
    End, NewResource, PlannedChange, RESOURCE_READ, ResourceId, Resources, ResourcesError,
    StagingError, Step, staging_error::RefusedStep,
};

impl Resources {
    /// Makes these changes one after another by the register's own verbs, as part of a larger
    /// change. Those that cannot be made are said, and the others are made nevertheless: whoever
    /// wants all or nothing does not commit where one is refused, whoever only wants to know what
    /// would happen never commits.
    ///
    /// Errors: what is no fault of a change: the database's.
    pub(crate) async fn carry_out_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        changes: &[PlannedChange],
    ) -> Result<Vec<Step>, ResourcesError> {
        let mut handles = HashMap::new();
        let mut steps = Vec::with_capacity(changes.len());
        for change in changes {
            let made = self.carry_out_one(tx, caller, cause, change, &mut handles).await;
            steps.push(match made {
                Ok(step) => step,
                Err(fatal @ (ResourcesError::Db(_) | ResourcesError::Unreadable { .. })) => {
                    return Err(fatal);
                }
                Err(refused) => {
                    let resource = change.resources().first().copied();
                    Step::refused(self.about(tx, caller, change).await?, resource, refused.into())
                }
            });
        }
        Ok(steps)
    }

    async fn carry_out_one(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        change: &PlannedChange,
        handles: &mut HashMap<String, ResourceId>,
    ) -> Result<Step, ResourcesError> {
        match change {
            PlannedChange::Create { handle, resource } => {
                let new = NewResource::from(resource.clone());
                let made = self.create_in(tx, caller, cause, &new).await?;
                handles.insert(handle.clone(), made.id);
                Ok(Step::made(None, made))
            }
            PlannedChange::Change { resource, version, edit } => {
                let before = self.get_in(tx, *resource).await?;
                let (version, change) = (version.unwrap_or(before.version), edit.of(&before));
                let after = self.change_in(tx, caller, cause, *resource, version, &change).await?;
                Ok(Step::made(Some(before), after))
            }
            PlannedChange::Retire { resource, version } => {
                let before = self.get_in(tx, *resource).await?;
                let version = version.unwrap_or(before.version);
                let after = self.retire_in(tx, caller, cause, *resource, version).await?;
                Ok(Step::made(Some(before), after))
            }
            PlannedChange::Relate { relation, from, to } => {
                let (from, to) = (resolved(from, handles)?, resolved(to, handles)?);
                self.relate_in(tx, caller, cause, relation, from, to).await?;
                Ok(Step::of_relation(self.about_ends(tx, relation, from, to).await?))
            }
            PlannedChange::Unrelate { relation } => {
                let ended = self.unrelate_in(tx, caller, cause, *relation).await?;
                let about = self.about_ends(tx, &ended.kind, ended.from, ended.to).await?;
                Ok(Step::of_relation(about))
            }
        }
    }

    /// What a change is about, for people: by name as far as the caller sees it.
    async fn about(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        change: &PlannedChange,
    ) -> Result<String, ResourcesError> {
        let name = match change {
            PlannedChange::Create { resource, .. } => return Ok(resource.name.clone()),
            PlannedChange::Relate { relation, .. } => relation.clone(),
            PlannedChange::Unrelate { relation } => relation.to_string(),
            PlannedChange::Change { resource, .. } | PlannedChange::Retire { resource, .. } => {
                resource.to_string()
            }
        };
        let ids = change.resources();
        let names = crate::store::names_of(tx.connection(), &ids).await?;
        let seen = |id| {
            let (name, place) = names.get(id)?;
            caller.may_at(RESOURCE_READ, &place.as_place()).then_some(name.name.as_str())
        };
        let known: Vec<&str> = ids.iter().filter_map(seen).collect();
        Ok(match (change, &known[..]) {
            (PlannedChange::Relate { .. }, [from, to]) => format!("{from} {name} {to}"),
            (PlannedChange::Change { .. } | PlannedChange::Retire { .. }, [only]) => {
                (*only).to_owned()
            }
            _ => name,
        })
    }

    async fn about_ends(
        &self,
        tx: &mut Tx,
        relation: &str,
        from: ResourceId,
        to: ResourceId,
    ) -> Result<String, ResourcesError> {
        let names = crate::store::names_of(tx.connection(), &[from, to]).await?;
        let name = |id| names.get(&id).map_or("", |(name, _)| name.name.as_str());
        Ok(format!("{} {relation} {}", name(from), name(to)))
    }
}

/// All of them, or an error that names those that were refused.
pub(super) fn all_made(steps: &[Step]) -> Result<(), StagingError> {
    let refused = RefusedStep::of(steps);
    if refused.is_empty() { Ok(()) } else { Err(StagingError::Refused(refused)) }
}

fn resolved(
    end: &End,
    handles: &HashMap<String, ResourceId>,
) -> Result<ResourceId, ResourcesError> {
    match end {
        End::There(id) => Ok(*id),
        End::New(handle) => handles.get(handle).copied().ok_or_else(|| {
            let expected =
                Text::new("a resource created before in the plan", "计划中前面已新建的资源");
            kernel::FieldFault::new("handle", handle, expected).into()
        }),
    }
}
