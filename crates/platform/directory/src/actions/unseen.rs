//! What stands in the way of a change is named to those who see it, and counted to others.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{Caller, Id, Time};

use super::{
    needs::NAMED_MAX,
    placed::{Placed, place_of},
};
use crate::{
    DIRECTORY_READ, DirectoryError, SplitPart, Trees,
    model::Timeline,
    store::{self, InRegion, InUnit, Named},
};

/// So many things are looked at for those that can be named.
pub(super) const LOOKED_MAX: usize = 100;

/// Things of any sort, by their ids.
pub(super) type Unseen = BTreeSet<Id<()>>;

/// What parts of a split name of what is inside and the caller does not see today: for them it is
/// not there.
pub(super) async fn unseen_of(
    tx: &mut Tx,
    caller: &Caller,
    (inside, parts): (&InUnit, &[SplitPart]),
    now: Time,
) -> Result<Unseen, DirectoryError> {
    let mut unseen = Unseen::new();
    if caller.may_everywhere(DIRECTORY_READ)
        && inside.resources.iter().all(|one| one.name.is_some())
    {
        return Ok(unseen);
    }
    for part in parts {
        not_seen(tx, caller, (&inside.units, &part.units), now, &mut unseen).await?;
        not_seen(tx, caller, (&inside.posts, &part.posts), now, &mut unseen).await?;
        not_seen(tx, caller, (&inside.people, &part.people), now, &mut unseen).await?;
    }
    // Each has a name that is seen, however many there are.
    let unnamed = inside.resources.iter().filter(|one| one.name.is_none());
    unseen.extend(unnamed.map(|one| Id::from_uuid(one.id.uuid())));
    Ok(unseen)
}

async fn not_seen<S: Placed>(
    tx: &mut Tx,
    caller: &Caller,
    (inside, named): (&[Named<S>], &[Id<S>]),
    now: Time,
    unseen: &mut Unseen,
) -> Result<(), DirectoryError> {
    let inside: BTreeSet<Id<S>> = inside.iter().map(|one| one.id).collect();
    for id in named.iter().filter(|id| inside.contains(id)) {
        if !sees_today(tx, caller, *id, now).await? {
            unseen.insert(Id::from_uuid(id.uuid()));
        }
    }
    Ok(())
}

/// Takes the names off what is in a unit and the caller does not see today.
pub(super) async fn unname_in_unit(
    tx: &mut Tx,
    caller: &Caller,
    inside: &mut InUnit,
    now: Time,
) -> Result<(), DirectoryError> {
    unname(tx, caller, &mut inside.units, now).await?;
    unname(tx, caller, &mut inside.posts, now).await?;
    unname(tx, caller, &mut inside.people, now).await?;
    unname(tx, caller, &mut inside.sites, now).await
}

/// The same of what is in a region.
pub(super) async fn unname_in_region(
    tx: &mut Tx,
    caller: &Caller,
    (inside, trees): (&mut InRegion, &Trees),
    now: Time,
) -> Result<(), DirectoryError> {
    if let Some(seen) = trees.regions_seen(&caller.scope(DIRECTORY_READ)) {
        for region in &mut inside.regions {
            region.name.take_if(|_| !seen.contains(&region.id.to_string()));
        }
    }
    unname(tx, caller, &mut inside.units, now).await?;
    unname(tx, caller, &mut inside.sites, now).await
}

async fn unname<S: Placed>(
    tx: &mut Tx,
    caller: &Caller,
    things: &mut [Named<S>],
    now: Time,
) -> Result<(), DirectoryError> {
    if caller.may_everywhere(DIRECTORY_READ) {
        return Ok(());
    }
    let mut named = 0;
    for (at, thing) in things.iter_mut().enumerate() {
        let looked_at = at < LOOKED_MAX && named <= NAMED_MAX;
        if looked_at && sees_today(tx, caller, thing.id, now).await? {
            named += 1;
        } else {
            thing.name = None;
        }
    }
    Ok(())
}

/// Whether the caller sees a thing where it belongs today, or did last, or will first.
pub(super) async fn sees_today<S: Placed>(
    tx: &mut Tx,
    caller: &Caller,
    id: kernel::Id<S>,
    now: Time,
) -> Result<bool, DirectoryError> {
    let timeline: Timeline<S> = store::timeline(tx.connection(), id).await?;
    match timeline.nearest(now) {
        Some(today) => {
            // What begins later is where it will be then.
            let at = now.max(today.valid_from);
            let lies = S::lies(tx, today, at).await?;
            Ok(place_of(tx, caller, lies, now, (at, now)).await?.seen_by(caller))
        }
        None => Ok(false),
    }
}
