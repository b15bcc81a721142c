use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Time};
use probe::model::ResourceId;
use resources::ResourceMerged;

use super::Services;
use crate::{
    error::ServicesError,
    model::{Discovered, ServiceMoved, ServiceNoted},
    store,
};

/// One resource is at most so many discovered services.
const SERVICES_MAX: u32 = 1_000;

/// On which occasion services move: when, and which fact led to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion {
    pub(crate) at: Time,
    pub(crate) cause: Cause,
}

impl Services {
    /// Two resources were found to be one: what was discovered as the one that went is the other
    /// now. Its check follows by itself.
    pub(crate) async fn follow_merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion,
        merged: &ResourceMerged,
    ) -> Result<(), ServicesError> {
        let merge = merged.merge.to_string();
        for item in store::moved::of_resource(tx, merged.gone, SERVICES_MAX).await? {
            store::moved::insert(tx, &merge, item.id).await?;
            save_move(tx, occasion, item, merged.kept).await?;
        }
        Ok(())
    }

    /// They are two after all: what went with the merge goes back.
    pub(crate) async fn follow_undone_merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion,
        undone: &ResourceMerged,
    ) -> Result<(), ServicesError> {
        let merge = undone.merge.to_string();
        for item in store::moved::of_merge(tx, &merge, SERVICES_MAX).await? {
            if item.resource_id == Some(undone.kept) {
                save_move(tx, occasion, item, undone.gone).await?;
            }
        }
        store::moved::forget(tx, &merge).await?;
        Ok(())
    }
}

async fn save_move(
    tx: &mut Tx,
    occasion: Occasion,
    item: Discovered,
    to: ResourceId,
) -> Result<(), ServicesError> {
    let before = ServiceNoted::of(&item);
    let moved = Discovered { resource_id: Some(to), ..item };
    store::save_decision(tx.connection(), &moved).await?;
    let fact = ServiceMoved(ServiceNoted::of(&moved));
    let caller = Caller::system("discovery");
    let entry = Entry::new(&caller, occasion.at, &fact).before(&before).after(&fact.0);
    journal::append(tx, entry.because_of(occasion.cause)).await?;
    Ok(())
}
