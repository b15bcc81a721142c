use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Fault, Id, Text};
use resources::{RESOURCE_READ, Resource, ResourcePlace, ResourcesError};

use super::{
    CHECK_CHANGE, WatchedCheck, check_settings, name_taken, own_machine, permit, permit_protocol,
    permit_target,
};
use crate::{
    Probe,
    facts::CheckCreated,
    guard::Reach,
    model::{CheckDefinition, CheckDraft},
    store,
};

impl Probe {
    /// Makes a check of a resource that exists; it runs at once.
    ///
    /// Errors: every field that is wrong; `check-exists` when the resource has one of that name.
    pub async fn create(&self, caller: &Caller, draft: CheckDraft) -> Result<WatchedCheck, Fault> {
        permit(caller, CHECK_CHANGE)?;
        permit_protocol(caller, CHECK_CHANGE, &draft.settings().protocol, self.protocols())?;
        let mut tx = self.inner.db.begin().await?;
        let definition = self.create_in(&mut tx, caller, Cause::default(), &draft).await?;
        tx.commit().await?;
        self.check(definition.id).await
    }

    /// Makes a check within a change that somebody else makes, such as the discovery of a service.
    /// The check runs once the change is committed.
    ///
    /// Errors: as [`Self::create`].
    pub async fn create_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        draft: &CheckDraft,
    ) -> Result<CheckDefinition, Fault> {
        match self.inner.resources.get_in(tx, draft.resource_id).await {
            Ok(resource) if resource.retired_at.is_none() && sees(caller, &resource) => {
                if !caller.may_at(CHECK_CHANGE, &ResourcePlace::of(&resource).as_place()) {
                    return Err(Fault::forbidden(CHECK_CHANGE));
                }
            }
            Ok(_) | Err(ResourcesError::ResourceNotFound { .. }) => {
                let expected = Text::new("a resource that is in use", "在用的资源");
                return Err(Fault::invalid("resource_id", draft.resource_id, expected));
            }
            Err(error) => return Err(error.into()),
        }
        let settings = draft.settings();
        let target = check_settings(&settings, self.protocols())?;
        let own_machine = match draft.own_machine {
            Reach::Allowed => Reach::Allowed,
            Reach::Refused => own_machine(caller, CHECK_CHANGE),
        };
        permit_target(own_machine, CHECK_CHANGE, &target)?;
        let now = self.inner.clock.now();
        let definition = CheckDefinition {
            id: Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref()),
            resource_id: draft.resource_id,
            settings,
            source: draft.source.clone(),
            own_machine,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let (id, name) = (definition.id, &definition.settings.name);
        if store::name_is_taken(tx, definition.resource_id, name, id).await? {
            return Err(name_taken(name));
        }
        store::insert(tx, &definition).await?;
        let fact = CheckCreated {
            check_id: id.to_string(),
            check_name: name.clone(),
            resource_id: definition.resource_id.to_string(),
            protocol: definition.settings.protocol.clone(),
            source: definition.source.clone(),
        };
        let entry = Entry::new(caller, now, &fact).after(&definition.settings).because_of(cause);
        journal::append(tx, entry).await?;
        Ok(definition)
    }
}

/// A resource that the caller may not see is, for them, not there.
fn sees(caller: &Caller, resource: &Resource) -> bool {
    caller.may_at(RESOURCE_READ, &ResourcePlace::of(resource).as_place())
}
