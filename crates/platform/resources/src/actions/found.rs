use db::Tx;
use kernel::{Caller, Cause, Id};

use crate::{
    FoundResource, Kind, Resource, ResourceId, Resources, ResourcesError, Source, model,
    register::{kinds_in, permit, permit_at},
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

/// Who found something, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finder {
    /// The source: it decides what is believed.
    pub source: Source,
    /// The resource it was found on: it belongs where that one does, if it is new.
    pub on: Option<ResourceId>,
    /// The resource that it is, where the finder knows: it is not looked for by its identity, and
    /// is not known by that from now on.
    pub is: Option<ResourceId>,
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

impl Finder {
    /// Discovery, on nothing in particular.
    pub const DISCOVERY: Self = Self { source: Source::Discovery, on: None, is: None };
}

impl Resources {
    /// Puts what was found into the register, or brings what is there up to date: found again by
    /// its identity, it is the same resource. Writes and journals only what differs. What a person
    /// named, described or retired stays so, and so do the values of sources believed more.
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
        self.upsert_found_in(tx, caller, cause, Finder::DISCOVERY, found).await
    }

    /// The same for any source, and on a resource that says where it belongs.
    ///
    /// Errors: as [`Self::upsert_by_identity`]; the change must then not be committed.
    pub async fn upsert_found_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        finder: Finder,
        found: &FoundResource,
    ) -> Result<Upserted, ResourcesError> {
        permit(caller)?;
        let kinds = kinds_in(tx).await?;
        let kind = kinds.find(&found.kind)?;
        let (now, source) = (self.clock.now(), finder.source);
        let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        let mut fresh = model::found(found, source, kind, id, now)?;
        if let Some(on) = finder.on {
            let on = self.get_in(tx, on).await?;
            fresh.resource.unit_id = on.unit_id;
            fresh.resource.region_id = on.region_id;
        }
        let known = match finder.is {
            Some(id) => {
                let known = self.get_in(tx, id).await?;
                Some(self.kept_in(tx, known).await?)
            }
            None => self.already_known(tx, kind, found, &fresh).await?,
        };
        let Some(before) = known else {
            let made = self.save_found(tx, caller, cause, kind, fresh.resource, finder).await?;
            return Ok(Upserted::Created(made));
        };
        permit_at(caller, &before)?;
        let again = model::found_again(&before, found, source, kind, now)?;
        let (after, overruled) = (again.resource, again.overruled);
        let noted = self.note_overruled(tx, &before, &overruled, source).await?;
        let named = match finder.is {
            Some(_) => false,
            None => self.note_identity(tx, &before, &found.identity).await?,
        };
        if after.version == before.version {
            let known = if noted || named { Upserted::Changed } else { Upserted::Unchanged };
            return Ok(known(before));
        }
        self.save_change(tx, caller, cause, &before, &after).await?;
        let states = (Some(&before), &after);
        self.tell_apart(tx, caller, cause, kind, states, source).await?;
        Ok(Upserted::Changed(after))
    }

    /// Saves what was not known. It goes along where the one that it was found on is to go because
    /// their unit will be no more.
    async fn save_found(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kind: &Kind,
        made: Resource,
        finder: Finder,
    ) -> Result<Resource, ResourcesError> {
        self.permit_move(caller, None, &made).await?;
        self.save_new(tx, caller, cause, &made, made.created_at).await?;
        self.tell_apart(tx, caller, cause, kind, (None, &made), finder.source).await?;
        let Some(on) = finder.on else { return Ok(made) };
        match self.leave_with(tx, caller, cause, (made.id, on)).await? {
            true => self.get_in(tx, made.id).await,
            false => Ok(made),
        }
    }
}
