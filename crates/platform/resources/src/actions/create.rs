use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Id};

use crate::{
    NewResource, Resource, ResourceCreated, Resources, ResourcesError, model,
    register::{kinds_in, permit},
    store,
};

impl Resources {
    /// Puts a new resource into the register.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], [`ResourcesError::WrongInput`].
    pub async fn create(
        &self,
        caller: &Caller,
        new: &NewResource,
    ) -> Result<Resource, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource = self.create_in(&mut tx, caller, Cause::default(), new).await?;
        tx.commit().await?;
        Ok(resource)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::create`]; the change must then not be committed.
    pub async fn create_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        new: &NewResource,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let kinds = kinds_in(tx).await?;
        let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        let resource = model::made(new, kinds.find(&new.kind)?, id, self.clock.now())?;
        self.save_new(tx, caller, cause, &resource).await?;
        Ok(resource)
    }

    /// Saves and journals a resource that was not there.
    pub(super) async fn save_new(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        resource: &Resource,
    ) -> Result<(), ResourcesError> {
        store::insert_resource(tx.connection(), resource).await?;
        let fact = ResourceCreated::of(resource);
        let entry = Entry::new(caller, resource.created_at, &fact);
        journal::append(tx, entry.after(resource).because_of(cause)).await?;
        Ok(())
    }
}
