use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Time};
use resources::ResourceMerged;

use super::{Services, scan::SERVICES_MAX};
use crate::{
    error::ServicesError,
    model::{Discovered, DiscoveredId, DiscoveryState, ServiceMoved, ServiceNoted},
    store,
};

/// One resource is at most so many discovered services.
const OF_RESOURCE_MAX: u32 = 1_000;
/// Services that go with one merge: those of a host, or those of a resource.
const MOVED_MAX: u32 = SERVICES_MAX + OF_RESOURCE_MAX;

/// On which occasion services move: when, and which fact led to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion {
    pub(crate) at: Time,
    pub(crate) cause: Cause,
}

impl Services {
    /// Two resources were found to be one: what was discovered as the one that went, or on it, is
    /// the other, or the other's, now. Checks follow by themselves.
    pub(crate) async fn follow_merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion,
        merged: &ResourceMerged,
    ) -> Result<(), ServicesError> {
        let merge = merged.merge.to_string();
        for item in store::moved::of_resource(tx, merged.gone, OF_RESOURCE_MAX).await? {
            store::moved::insert(tx, &merge, item.id).await?;
            let moved = Discovered { resource_id: Some(merged.kept), ..item.clone() };
            save_move(tx, occasion, &item, &moved).await?;
        }
        let theirs = store::of_host(tx.connection(), merged.kept, SERVICES_MAX).await?;
        for item in store::of_host(tx.connection(), merged.gone, SERVICES_MAX).await? {
            let twin = theirs.iter().find(|twin| twin.key == item.key);
            match twin.map(|twin| Meeting::of(twin, &item)) {
                None => {}
                Some(Meeting::OnlyArrivingDecided(twin)) => store::moved::delete(tx, twin).await?,
                Some(Meeting::ArrivingUndecided) => {
                    store::moved::delete(tx, item.id).await?;
                    continue;
                }
                Some(Meeting::BothDecided) => {
                    // It stays for the day on which the merge is undone; nobody looks for it.
                    let silent = Discovered { listening: false, ..item };
                    store::save_sight(tx.connection(), &silent).await?;
                    continue;
                }
            }
            store::moved::insert(tx, &merge, item.id).await?;
            let moved = Discovered { host_resource_id: merged.kept, ..item.clone() };
            save_move(tx, occasion, &item, &moved).await?;
        }
        Ok(())
    }

    /// They are two after all: what went with the merge goes back. What was found since on the one
    /// that was kept, and nobody decided about, is found again where it belongs.
    pub(crate) async fn follow_undone_merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion,
        undone: &ResourceMerged,
    ) -> Result<(), ServicesError> {
        let merge = undone.merge.to_string();
        let there = store::of_host(tx.connection(), undone.gone, SERVICES_MAX).await?;
        for item in store::moved::of_merge(tx, &merge, MOVED_MAX).await? {
            let mut back = item.clone();
            if item.resource_id == Some(undone.kept) {
                back.resource_id = Some(undone.gone);
            }
            let room = !there.iter().any(|other| other.key == item.key);
            if item.host_resource_id == undone.kept && room {
                back.host_resource_id = undone.gone;
            }
            if back != item {
                save_move(tx, occasion, &item, &back).await?;
            }
        }
        store::moved::forget(tx, &merge).await?;
        if let Some(merge) = self.inner.parts.resources.find_merge_in(tx, undone.merge).await? {
            store::moved::delete_suggested_since(tx, undone.kept, merge.merged_at).await?;
        }
        Ok(())
    }
}

/// How a service of the host that went meets the same one of the host that is kept.
enum Meeting {
    /// Only about the one that arrives something was decided: it takes the other's place.
    OnlyArrivingDecided(DiscoveredId),
    /// Nothing was decided about the one that arrives: the other says it all.
    ArrivingUndecided,
    /// Both are resources of their own, or are not wanted.
    BothDecided,
}

impl Meeting {
    fn of(twin: &Discovered, arriving: &Discovered) -> Self {
        let undecided = |item: &Discovered| item.state == DiscoveryState::Suggested;
        match (undecided(twin), undecided(arriving)) {
            (_, true) => Self::ArrivingUndecided,
            (true, false) => Self::OnlyArrivingDecided(twin.id),
            (false, false) => Self::BothDecided,
        }
    }
}

/// Writes which resource and which host a service is of, and tells it, unless nobody wants to hear
/// of it.
async fn save_move(
    tx: &mut Tx,
    occasion: Occasion,
    before: &Discovered,
    after: &Discovered,
) -> Result<(), ServicesError> {
    store::save_decision(tx.connection(), after).await?;
    store::moved::move_host(tx, after.id, after.host_resource_id).await?;
    if after.state == DiscoveryState::Dismissed {
        return Ok(());
    }
    let (before, fact) = (ServiceNoted::of(before), ServiceMoved(ServiceNoted::of(after)));
    let caller = Caller::system("discovery");
    let entry = Entry::new(&caller, occasion.at, &fact).before(&before).after(&fact.0);
    journal::append(tx, entry.because_of(occasion.cause)).await?;
    Ok(())
}
