use db::Tx;
use kernel::{Caller, Cause, Id};

use crate::{
    FoundResource, Resource, Resources, ResourcesError, model,
    register::{kinds_in, permit},
    store,
};

/// What became of something that was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Upserted {
    /// It came into the register.
    Created(Resource),
    /// It was there, and something about it was new.
    Changed(Resource),
    /// It was there as it was found: nothing was written.
    Unchanged(Resource),
}

impl Upserted {
    /// The resource as it is now.
    #[must_use]
    pub fn resource(self) -> Resource {
        match self {
            Self::Created(resource) | Self::Changed(resource) | Self::Unchanged(resource) => {
                resource
            }
        }
    }
}

impl Resources {
    /// Puts what was found into the register, or brings what is there up to date: found again by
    /// its identity, it is the same resource. Writes and journals only what differs. What a person
    /// named, described or retired stays so.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], [`ResourcesError::WrongInput`].
    pub async fn upsert_by_identity(
        &self,
        caller: &Caller,
        found: &FoundResource,
    ) -> Result<Upserted, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let upserted = self.upsert_by_identity_in(&mut tx, caller, Cause::default(), found).await?;
        // Nothing to make durable, nobody to wake: dropping the transaction costs less.
        if !matches!(upserted, Upserted::Unchanged(_)) {
            tx.commit().await?;
        }
        Ok(upserted)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::upsert_by_identity`]; the change must then not be committed.
    pub async fn upsert_by_identity_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        found: &FoundResource,
    ) -> Result<Upserted, ResourcesError> {
        permit(caller)?;
        let kinds = kinds_in(tx).await?;
        let kind = kinds.find(&found.kind)?;
        let now = self.clock.now();
        let known = store::load_by_identity(tx.connection(), &found.kind, &found.identity).await?;
        let Some(before) = known else {
            let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
            let resource = model::found(found, kind, id, now)?;
            self.save_new(tx, caller, cause, &resource).await?;
            return Ok(Upserted::Created(resource));
        };
        let after = model::found_again(&before, found, kind, now)?;
        if after.version == before.version {
            return Ok(Upserted::Unchanged(before));
        }
        self.save_change(tx, caller, cause, &before, &after).await?;
        Ok(Upserted::Changed(after))
    }
}
