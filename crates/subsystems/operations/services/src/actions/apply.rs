use std::{sync::PoisonError, time::Duration};

use db::{DbError, Tx};
use jobs::Status;
use journal::Entry;
use kernel::{Caller, Cause, Fact, FactSeq, Id, Time};
use probe::model::ResourceId;
use resources::ResourcesError;

use super::{Services, scan::SERVICES_MAX};
use crate::{
    error::ServicesError,
    model::{
        Change, Discovered, DiscoveredId, DiscoveryState, SeenService, ServiceDiscovered,
        ServiceLost, ServiceNoted, ServiceReturned,
    },
    store,
};

/// Changes written in one transaction; the others have to wait for the next scan.
const CHANGES_MAX: usize = 200;
/// Services accepted in one transaction.
const ACCEPTED_MAX: usize = 50;
/// What nobody decided about is forgotten when it has not been seen for so long.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30 * 86_400);

impl Services {
    /// Writes `changes` and accepts what waits for it, in one transaction. What was found out for
    /// a `host` that has turned out to be another meanwhile is found out again by the next scan.
    pub(super) async fn apply(
        &self,
        host: ResourceId,
        known: &[Discovered],
        mut changes: Vec<Change>,
        now: Time,
    ) -> Result<Status, ServicesError> {
        keep_to_the_room(known.len(), &mut changes);
        let accepts = self.inner.parts.automatic && self.anything_waits(known, &changes);
        let forgets = known.iter().any(|item| is_forgotten(item, now));
        if changes.is_empty() && !accepts && !forgets {
            return Ok(Status::default());
        }
        let left = changes.len().saturating_sub(CHANGES_MAX);
        let caller = Caller::system("discovery");
        let mut tx = self.db().begin().await?;
        if self.inner.parts.resources.standing_for_in(&mut tx, host).await? != host {
            return Ok(Status { left: 1, ..Status::default() });
        }
        let mut discovered = Vec::new();
        let mut done = 0;
        for change in changes.into_iter().take(CHANGES_MAX) {
            done += 1;
            discovered.extend(self.apply_one(&mut tx, &caller, host, change, now).await?);
        }
        if accepts {
            done += self.accept_waiting(&mut tx, &caller, host, &discovered).await?;
        }
        if forgets {
            let before = now.minus(FORGOTTEN_AFTER);
            store::delete_forgotten(tx.connection(), host, before).await?;
        }
        tx.commit().await?;
        let left = u64::try_from(left).unwrap_or(u64::MAX);
        Ok(Status { done, left, ..Status::default() })
    }

    fn anything_waits(&self, known: &[Discovered], changes: &[Change]) -> bool {
        let refused = self.inner.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = |item: &&Discovered| {
            let undecided = item.state == DiscoveryState::Suggested;
            undecided && !item.is_passing() && !refused.contains(&item.key)
        };
        let arrives = |change: &Change| matches!(change, Change::New(_) | Change::Returned(..));
        known.iter().any(|item| item.listening && waits(&item)) || changes.iter().any(arrives)
    }

    /// Writes one change. Returns a service that is new, with the fact of its discovery.
    async fn apply_one(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        host: ResourceId,
        change: Change,
        now: Time,
    ) -> Result<Option<(DiscoveredId, FactSeq)>, ServicesError> {
        match change {
            Change::New(seen) => return self.discover(tx, caller, host, seen, now).await.map(Some),
            Change::LastSeen(id) => store::touch(tx.connection(), id, now).await?,
            Change::Lost(id) => {
                let item = store::find(tx.connection(), id).await?;
                let item = Discovered { listening: false, last_seen_at: now, ..item };
                store::save_sight(tx.connection(), &item).await?;
                // Nobody wants to hear of what was dismissed.
                if item.state != DiscoveryState::Dismissed {
                    note(tx, caller, now, &ServiceLost(ServiceNoted::of(&item))).await?;
                }
            }
            Change::Returned(id, seen) => {
                let item = store::find(tx.connection(), id).await?.seen_again(seen, now);
                store::save_sight(tx.connection(), &item).await?;
                let mut cause = Cause::default();
                if item.state != DiscoveryState::Dismissed {
                    let fact = ServiceReturned(ServiceNoted::of(&item));
                    cause = Cause(Some(note(tx, caller, now, &fact).await?));
                }
                self.bring_up_to_date(tx, caller, cause, &item).await?;
            }
            Change::ProcessChanged(id, seen) | Change::DetailsChanged(id, seen) => {
                let item = store::find(tx.connection(), id).await?.seen_again(seen, now);
                store::save_sight(tx.connection(), &item).await?;
                self.bring_up_to_date(tx, caller, Cause::default(), &item).await?;
            }
        }
        Ok(None)
    }

    async fn discover(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        host: ResourceId,
        seen: SeenService,
        now: Time,
    ) -> Result<(DiscoveredId, FactSeq), ServicesError> {
        let parts = &self.inner.parts;
        let item = Discovered {
            id: Id::new(parts.ids.as_ref(), parts.clock.as_ref()),
            host_resource_id: host,
            key: seen.key,
            addresses: seen.addresses,
            process: seen.process,
            kind: seen.kind,
            title: seen.title,
            confidence: seen.confidence,
            suggested_check: seen.suggested_check,
            state: DiscoveryState::Suggested,
            listening: true,
            resource_id: None,
            check_id: None,
            first_seen_at: now,
            last_seen_at: now,
        };
        store::insert(tx.connection(), &item).await?;
        let seq = note(tx, caller, now, &ServiceDiscovered(ServiceNoted::of(&item))).await?;
        Ok((item.id, seq))
    }

    /// The resource of an accepted service follows it, unless people have retired it.
    async fn bring_up_to_date(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        item: &Discovered,
    ) -> Result<(), ServicesError> {
        let Some(resource_id) = item.resource_id else { return Ok(()) };
        let resource = self.inner.parts.resources.get_in(tx, resource_id).await?;
        if resource.retired_at.is_none() {
            self.register_in(tx, caller, cause, item).await?;
        }
        Ok(())
    }

    /// Accepts what waits and is not likely to pass. One that is refused is remembered and left out
    /// next time, so that it stands in nobody's way.
    async fn accept_waiting(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        host: ResourceId,
        discovered: &[(DiscoveredId, FactSeq)],
    ) -> Result<u64, ServicesError> {
        let refused = self.inner.refused.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut waiting = store::waiting(tx.connection(), host, SERVICES_MAX).await?;
        waiting.retain(|item| !item.is_passing() && !refused.contains(&item.key));
        waiting.truncate(ACCEPTED_MAX);
        let mut accepted = 0;
        for item in waiting {
            let key = item.key.clone();
            let found = discovered.iter().find(|(new, _)| *new == item.id);
            let cause = Cause(found.map(|(_, seq)| *seq));
            if let Err(error) = self.accept_in(tx, caller, cause, item).await {
                if is_refusal(&error) {
                    let mut refused =
                        self.inner.refused.lock().unwrap_or_else(PoisonError::into_inner);
                    refused.insert(key);
                }
                return Err(error);
            }
            accepted += 1;
        }
        Ok(accepted)
    }
}

impl Discovered {
    /// The service as it is seen now. What was known for sure is not forgotten by a glance that
    /// tells less; the suggestion of a watched service stays what its check was made of.
    fn seen_again(self, seen: SeenService, now: Time) -> Self {
        let mut item = Self { listening: true, last_seen_at: now, ..self };
        let same_addresses = item.addresses == seen.addresses;
        item.addresses = seen.addresses;
        item.process = seen.process.or(item.process);
        let surer = seen.confidence > item.confidence;
        if surer {
            (item.kind, item.title) = (seen.kind, seen.title);
        }
        let as_sure = seen.confidence >= item.confidence;
        item.confidence = item.confidence.max(seen.confidence);
        let fresh = surer || (as_sure && !same_addresses);
        if fresh && item.state != DiscoveryState::Accepted {
            item.suggested_check = seen.suggested_check;
        }
        item
    }
}

/// Leaves out new services that are more than are kept.
fn keep_to_the_room(known: usize, changes: &mut Vec<Change>) {
    let mut room = (SERVICES_MAX as usize).saturating_sub(known);
    let before = changes.len();
    changes.retain(|change| {
        let fits = !matches!(change, Change::New(_)) || room > 0;
        if matches!(change, Change::New(_)) {
            room = room.saturating_sub(1);
        }
        fits
    });
    let refused = before - changes.len();
    if refused > 0 {
        tracing::warn!(refused, "{refused} services are not kept: there are {SERVICES_MAX}");
    }
}

fn is_forgotten(item: &Discovered, now: Time) -> bool {
    item.state == DiscoveryState::Suggested
        && !item.listening
        && now.since(item.last_seen_at) > FORGOTTEN_AFTER
}

/// Whether trying again would end the same way; a database that fails may do better.
fn is_refusal(error: &ServicesError) -> bool {
    match error {
        ServicesError::Db(_) | ServicesError::Resources(ResourcesError::Db(_)) => false,
        ServicesError::Check(fault) => {
            use kernel::FaultKind::{Internal, Unavailable};
            !matches!(fault.kind, Internal | Unavailable)
        }
        _ => true,
    }
}

async fn note<F: Fact>(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    fact: &F,
) -> Result<FactSeq, DbError> {
    journal::append(tx, Entry::new(caller, now, fact)).await
}
