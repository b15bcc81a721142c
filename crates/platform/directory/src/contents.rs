//! What others keep in units and regions: the directory asks what there is before it closes one,
//! and lets it go along when a unit is merged or split.

use std::{future::Future, pin::Pin, sync::Arc};

use db::Tx;
use kernel::{Caller, Cause, Fault, FieldFault, Id, Time};

use crate::{
    Directory, DirectoryError, RegionId, UnitId,
    actions::save::Act,
    store::{self, InRegion, InUnit, Named},
};

/// What whoever keeps things in units and regions answers.
pub type ContentsFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// The id of something in a unit or a region that is not the directory's.
pub type ContentId = Id<Content>;

/// Knows what else is in units and regions: the register of resources, told by the roof.
pub trait Contents: Send + Sync + std::fmt::Debug {
    /// What is there at any time from `from` on, as it is known now. It has a name as far as the
    /// caller sees it today.
    ///
    /// Errors: the records do not answer.
    fn inside<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        holder: Holder,
        from: Time,
    ) -> ContentsFuture<'a, Vec<Content>>;

    /// Lets these go to another unit, in the change of the caller that merges or splits theirs.
    ///
    /// Errors: the caller may not change them as they would by hand; there are too many.
    fn rehouse<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        cause: Cause,
        things: &'a [ContentId],
        way: &'a Rehousing,
    ) -> ContentsFuture<'a, ()>;
}

/// What things are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// They name the unit.
    Unit(UnitId),
    /// They name the region.
    Region(RegionId),
}

/// Something in a unit or a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its id.
    pub id: ContentId,
    /// What it is called; none where it is not to be named.
    pub name: Option<String>,
}

/// From where to where things go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rehousing {
    /// The unit that is closed.
    pub from: UnitId,
    /// The unit that takes them over.
    pub into: UnitId,
    /// When.
    pub at: Time,
    /// Where that unit belongs, if it is made by the same change: nobody was given it yet.
    pub made: Option<MadeUnit>,
}

/// Where a new unit belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeUnit {
    /// The unit that it is part of.
    pub parent: Option<UnitId>,
    /// The region that it is in.
    pub region: Option<RegionId>,
}

impl Directory {
    /// Tells what else is kept in units and regions. Only the first call counts; until then there
    /// is nothing.
    pub fn learn_contents(&self, contents: Arc<dyn Contents>) {
        // A second call would be a second server in one process: the first one's word stands.
        let _ = self.contents.set(contents);
    }

    /// The same directory for the one who keeps the contents: it does not ask them, so that neither
    /// keeps the other alive.
    #[must_use]
    pub fn without_contents(&self) -> Self {
        let mut alone = self.clone();
        alone.contents = Arc::default();
        alone
    }

    /// What speaks against naming a unit (`unit_id`) and a region (`region_id`) from one moment
    /// until another: each must be there all that time. Empty: nothing does.
    pub async fn lacking_places(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (unit, region): (Option<UnitId>, Option<RegionId>),
        span: (Time, Time),
    ) -> Result<Vec<FieldFault>, DirectoryError> {
        let mut asked = self.asked(caller, span);
        asked.there(tx, "unit_id", unit).await?;
        asked.there(tx, "region_id", region).await?;
        Ok(asked.into_fields())
    }

    /// All that is in the unit after `from`.
    pub(crate) async fn inside_unit(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        unit: UnitId,
        from: Time,
    ) -> Result<InUnit, DirectoryError> {
        let inside = store::in_unit(tx.connection(), unit, from).await?;
        let resources = self.contents_of(tx, caller, Holder::Unit(unit), from).await?;
        Ok(InUnit { resources, ..inside })
    }

    /// All that is in the region after `from`.
    pub(crate) async fn inside_region(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        region: RegionId,
        from: Time,
    ) -> Result<InRegion, DirectoryError> {
        let inside = store::of_region(tx.connection(), region, from).await?;
        let resources = self.contents_of(tx, caller, Holder::Region(region), from).await?;
        Ok(InRegion { resources, ..inside })
    }

    async fn contents_of(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        holder: Holder,
        from: Time,
    ) -> Result<Vec<Named<Content>>, DirectoryError> {
        let Some(contents) = self.contents.get() else { return Ok(Vec::new()) };
        let inside = contents.inside(tx, caller, holder, from).await.map_err(refused)?;
        Ok(inside.into_iter().map(|one| Named { id: one.id, name: one.name }).collect())
    }

    /// Lets the contents of a unit go to another one.
    pub(crate) async fn rehouse(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        things: &[Named<Content>],
        way: &Rehousing,
    ) -> Result<(), DirectoryError> {
        let Some(contents) = self.contents.get().filter(|_| !things.is_empty()) else {
            return Ok(());
        };
        let ids: Vec<ContentId> = things.iter().map(|one| one.id).collect();
        contents.rehouse(tx, act.caller, act.cause, &ids, way).await.map_err(refused)
    }
}

fn refused(fault: Fault) -> DirectoryError {
    DirectoryError::Contents(Box::new(fault))
}
