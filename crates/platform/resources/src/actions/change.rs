use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause};

use crate::{
    Resource, ResourceChange, ResourceChanged, ResourceId, ResourceRetired, Resources,
    ResourcesError, model,
    register::{kinds_in, permit},
    store,
};

impl Resources {
    /// Changes a resource that is at `version`. A change that changes nothing is none.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `ResourceNotFound`, `VersionDiffers`, `WrongInput`,
    /// `ResourceRetired` unless it goes back into use.
    pub async fn change(
        &self,
        caller: &Caller,
        id: ResourceId,
        version: i64,
        change: &ResourceChange,
    ) -> Result<Resource, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource =
            self.change_in(&mut tx, caller, Cause::default(), id, version, change).await?;
        tx.commit().await?;
        Ok(resource)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::change`]; the larger change must then not be committed.
    pub async fn change_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: ResourceId,
        version: i64,
        change: &ResourceChange,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let before = self.get_in(tx, id).await?;
        same_version(&before, version)?;
        if before.retired_at.is_some() && !change.back_in_use {
            return Err(ResourcesError::ResourceRetired { name: before.name });
        }
        let kinds = kinds_in(tx).await?;
        let after = model::changed(&before, change, kinds.find(&before.kind)?, self.clock.now())?;
        self.save_change(tx, caller, cause, &before, &after).await?;
        Ok(after)
    }

    /// Takes a resource that is at `version` out of use. It stays in the register, with its
    /// relations; retiring it again changes nothing.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `ResourceNotFound`, `VersionDiffers`.
    pub async fn retire(
        &self,
        caller: &Caller,
        id: ResourceId,
        version: i64,
    ) -> Result<Resource, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource = self.retire_in(&mut tx, caller, Cause::default(), id, version).await?;
        tx.commit().await?;
        Ok(resource)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::retire`]; the larger change must then not be committed.
    pub async fn retire_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: ResourceId,
        version: i64,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let before = self.get_in(tx, id).await?;
        same_version(&before, version)?;
        if before.retired_at.is_some() {
            return Ok(before);
        }
        let after = model::retired(&before, self.clock.now());
        update(tx, &after).await?;
        let fact = ResourceRetired::of(&after);
        let entry = Entry::new(caller, after.updated_at, &fact).before(&before).after(&after);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(after)
    }

    /// Saves and journals what differs, if anything does.
    pub(super) async fn save_change(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        before: &Resource,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        let fields = model::changed_fields(before, after);
        if fields.is_empty() {
            return Ok(());
        }
        update(tx, after).await?;
        let fact = ResourceChanged::of(after, fields);
        let entry = Entry::new(caller, after.updated_at, &fact).before(before).after(after);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(())
    }
}

fn same_version(resource: &Resource, version: i64) -> Result<(), ResourcesError> {
    if resource.version == version {
        return Ok(());
    }
    Err(ResourcesError::VersionDiffers { expected: version, found: resource.version })
}

/// Saves the next version; refuses when another change was faster.
async fn update(tx: &mut Tx, resource: &Resource) -> Result<(), ResourcesError> {
    if store::update_resource(tx.connection(), resource).await? {
        return Ok(());
    }
    let expected = resource.version - 1;
    Err(ResourcesError::VersionDiffers { expected, found: resource.version })
}
