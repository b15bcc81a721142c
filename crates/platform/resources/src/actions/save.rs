use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Time};

use super::since::begun;
use crate::{
    FOREVER, Resource, ResourceChanged, ResourceCreated, Resources, ResourcesError,
    model::{self, Timeline},
    store::{self, Due},
};

/// A change told for another moment than now.
pub(super) struct Told<'a> {
    /// From when on it is so.
    pub(super) at: Time,
    /// The resource's life as it was known.
    pub(super) timeline: Timeline,
    /// How it was at that moment.
    pub(super) then: &'a Resource,
    /// How it is from that moment on.
    pub(super) after: &'a Resource,
    /// Fields that are told for that moment and are so by then already, as others told.
    pub(super) confirmed: Vec<String>,
}

impl Resources {
    /// Saves and journals a resource that was not there, since `valid_from`.
    pub(super) async fn save_new(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        resource: &Resource,
        valid_from: Time,
    ) -> Result<(), ResourcesError> {
        store::insert_resource(tx.connection(), resource).await?;
        if !resource.tags.is_empty() {
            store::set_tags(tx.connection(), resource.id, &resource.tags).await?;
        }
        let (begun, now) = (begun(resource, valid_from), resource.created_at);
        store::insert_version(tx.connection(), &begun, now, &caller.actor.name).await?;
        let fact = ResourceCreated::of(resource);
        let entry = Entry::new(caller, now, &fact);
        journal::append(tx, entry.after(resource).because_of(cause)).await?;
        Ok(())
    }

    /// Saves and journals what differs from now on, if anything does.
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
        self.save_state(tx, caller, before, after).await?;
        let fact = ResourceChanged::of(after, fields, None);
        let entry = Entry::new(caller, after.updated_at, &fact).before(before).after(after);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(())
    }

    /// Saves `after` over `before` and adds to its history, without a fact: the caller journals.
    pub(super) async fn save_state(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        before: &Resource,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        update(tx, before, after).await?;
        if before.tags != after.tags {
            store::set_tags(tx.connection(), after.id, &after.tags).await?;
        }
        let (now, by) = (after.updated_at, caller.actor.name.as_str());
        if store::has_ahead(tx.connection(), after.id, now).await? {
            let life = self.life_for(tx, caller, after.id, now).await?;
            for stretch in life.told(now, after) {
                store::insert_version(tx.connection(), &stretch, now, by).await?;
            }
            return Ok(());
        }
        store::insert_version(tx.connection(), &begun(after, now), now, by).await?;
        Ok(())
    }

    /// Saves and journals what differs from another moment on. Returns the resource as it is now.
    pub(super) async fn save_told(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        current: &Resource,
        told: Told<'_>,
    ) -> Result<Resource, ResourcesError> {
        let Told { at, timeline, then, after, confirmed } = told;
        let (now, by) = (self.clock.now(), caller.actor.name.as_str());
        let taken = model::changed_fields(then, after);
        let fields = [&taken[..], &confirmed].concat();
        let fact = ResourceChanged::of(after, fields.clone(), Some(at));
        let entry = Entry::new(caller, now, &fact).before(then).after(after);
        let told_in = journal::append(tx, entry.because_of(cause)).await?;
        let stretches = timeline.told_with(at, after, &confirmed);
        for stretch in &stretches {
            store::insert_version(tx.connection(), stretch, now, by).await?;
            for moment in [stretch.from, stretch.to] {
                if now < moment && moment < FOREVER {
                    // Where it meets what others told, these answer for the moment.
                    let told_by = caller.user_id.clone().filter(|_| moment == at);
                    let fields = if moment == at { fields.clone() } else { Vec::new() };
                    let due = Due { at: moment, told_by, told_in: Some(told_in), fields };
                    let due = (&due, if moment == at { &taken[..] } else { &[] });
                    store::note_due(tx.connection(), after.id, due, (by, now)).await?;
                }
            }
        }
        let today = timeline.with(&stretches);
        let today = today.at(now).unwrap_or(current).clone();
        let next = followed(current, today, now);
        update(tx, current, &next).await?;
        if next.tags != current.tags {
            store::set_tags(tx.connection(), next.id, &next.tags).await?;
        }
        Ok(next)
    }
}

/// The row of today after what its history says of today.
pub(super) fn followed(current: &Resource, today: Resource, now: Time) -> Resource {
    Resource {
        identity: current.identity.clone(),
        created_at: current.created_at,
        version: current.version + 1,
        updated_at: now,
        ..today
    }
}

/// Saves the next version, and where the one before belonged if that is elsewhere; refuses when
/// another change was faster.
pub(super) async fn update(
    tx: &mut Tx,
    before: &Resource,
    after: &Resource,
) -> Result<(), ResourcesError> {
    if !store::update_resource(tx.connection(), after).await? {
        let expected = after.version - 1;
        return Err(ResourcesError::VersionDiffers { expected, found: after.version });
    }
    if (&before.unit_id, &before.region_id) != (&after.unit_id, &after.region_id) {
        store::note_left(tx.connection(), before, after.updated_at).await?;
    }
    Ok(())
}
