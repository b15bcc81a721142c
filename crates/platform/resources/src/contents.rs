//! What the register keeps in the directory's units and regions, for the directory.

use std::sync::Arc;

use db::Tx;
use directory::{Content, ContentId, Contents, ContentsFuture, Directory, Holder, Rehousing};
use kernel::{Caller, Cause, Fault, Id, Time};

use crate::{Resource, ResourceId, Resources, register::sees, store::Named};

/// The register, over a directory that does not ask it.
#[derive(Debug)]
struct Kept(Resources);

impl Resources {
    /// What is in units and regions, to be told to the directory.
    #[must_use]
    pub fn contents(&self) -> Arc<dyn Contents> {
        let directory = self.directory.as_ref().map(Directory::without_contents);
        Arc::new(Kept(Self { directory, ..self.clone() }))
    }
}

impl Contents for Kept {
    fn inside<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        holder: Holder,
        from: Time,
    ) -> ContentsFuture<'a, Vec<Content>> {
        Box::pin(async move {
            let named = match holder {
                Holder::Unit(id) => Named::Unit(id.to_string()),
                Holder::Region(id) => Named::Region(id.to_string()),
            };
            let inside = self.0.inside(tx, &named, from).await.map_err(Fault::from)?;
            let content = |one: Resource| Content {
                id: Id::from_uuid(one.id.uuid()),
                name: Some(&one).filter(|one| sees(caller, one)).map(|one| one.name.clone()),
            };
            Ok(inside.into_iter().map(content).collect())
        })
    }

    fn rehouse<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        cause: Cause,
        things: &'a [ContentId],
        way: &'a Rehousing,
    ) -> ContentsFuture<'a, ()> {
        Box::pin(async move {
            let ids: Vec<ResourceId> = things.iter().map(|id| Id::from_uuid(id.uuid())).collect();
            self.0.rehouse(tx, caller, cause, &ids, way).await.map_err(Fault::from)
        })
    }
}
