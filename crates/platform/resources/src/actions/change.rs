use std::time::Duration;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Text, Time};

use super::{
    check::{check_references, tags_in},
    place::place_of,
    save::Told,
};
use crate::{
    Kind, Kinds, Resource, ResourceChange, ResourceId, ResourceRetired, Resources, ResourcesError,
    Source, model,
    register::{kinds_in, permit, permit_at},
};

/// A change is told at most so long ahead.
const AHEAD_MAX: Duration = Duration::from_secs(10 * 366 * 86_400);

impl Resources {
    /// Changes a resource that is at `version`. A change that changes nothing is none.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `OutOfScope` also for a unit or region that it
    /// leaves or enters, and for a time when it was not the caller's; `ResourceNotFound`,
    /// `VersionDiffers`, `WrongInput`, `ResourceRetired` unless it goes back into use.
    pub async fn change(
        &self,
        caller: &Caller,
        id: ResourceId,
        version: i64,
        change: &ResourceChange,
    ) -> Result<Resource, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource =
            self.change_in(&mut tx, caller, Cause::default(), id, version, change).await?;
        tx.commit().await?;
        Ok(resource)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::change`]; the larger change must then not be committed.
    pub async fn change_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: ResourceId,
        version: i64,
        change: &ResourceChange,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let before = self.get_in(tx, id).await?;
        permit_at(caller, &before)?;
        same_version(&before, version)?;
        if before.retired_at.is_some() && !change.back_in_use && change.life_cycle.is_none() {
            return Err(ResourcesError::ResourceRetired { name: before.name });
        }
        let kinds = kinds_in(tx).await?;
        let kind = kinds.find(&before.kind)?;
        let references = (Some(&before.attributes), &change.attributes);
        check_references(tx, caller, &kinds, kind, references).await?;
        let now = self.clock.now();
        match change.effective_at {
            Some(at) if at != now => {
                self.change_at(tx, caller, cause, &before, change, kind, at).await
            }
            _ => {
                let mut after = model::changed(&before, change, kind, now)?;
                still_merged(&before, &after, change)?;
                self.permit_move(caller, Some(&before), &after).await?;
                self.check_places(tx, caller, (Some(&before), &after), now).await?;
                if after.tags != before.tags {
                    after.tags = tags_in(tx, self.dialect(), &after.tags, now).await?;
                }
                self.save_change(tx, caller, cause, &before, &after).await?;
                let states = (Some(&before), &after);
                self.tell_apart(tx, caller, cause, kind, states, Source::Manual).await?;
                self.let_follow(tx, caller, cause, &kinds, &before, &after).await?;
                // What was to become of it where it was may not any more: that is another version.
                let moved = place_of(&before) != place_of(&after);
                if moved { self.get_in(tx, id).await } else { Ok(after) }
            }
        }
    }

    /// Changes a resource from another moment on.
    #[expect(clippy::too_many_arguments, reason = "the change and what it is made of, once")]
    async fn change_at(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        current: &Resource,
        change: &ResourceChange,
        kind: &Kind,
        at: Time,
    ) -> Result<Resource, ResourcesError> {
        let now = self.clock.now();
        let timeline = self.life_for(tx, caller, current.id, at).await?;
        let begins = timeline.begins().unwrap_or(current.created_at);
        let Some(then) = timeline.at(at).filter(|_| at <= now.plus(AHEAD_MAX)) else {
            let begins = begins.to_second();
            let expected = Text::new(
                format!("from {begins} on, at most ten years ahead"),
                format!("不早于 {begins}，且不晚于十年之后"),
            );
            return Err(FieldFault::new("effective_at", at, expected).into());
        };
        let then = Resource { version: current.version, ..then.clone() };
        // Before anything is said of what it was like.
        let asked = ("effective_at", at);
        self.permit_since(caller, timeline.stretches(), asked).await?;
        let mut after = model::changed(&then, change, kind, at)?;
        still_merged(&then, &after, change)?;
        self.permit_move_from(caller, Some(&then), &after, at).await?;
        let life = timeline.clone().with(&timeline.told(at, &after));
        self.permit_since(caller, life.stretches(), asked).await?;
        self.check_places(tx, caller, (Some(&then), &after), at).await?;
        // What others told to be so until then, and may take back, is told anew.
        let mut confirmed = model::named_fields(change);
        let (coming, differs) =
            (model::changed_fields(current, &then), model::changed_fields(&then, &after));
        confirmed.retain(|field| now < at && coming.contains(field) && !differs.contains(field));
        if after.version == then.version && confirmed.is_empty() {
            return Ok(current.clone());
        }
        after.version = then.version + 1;
        if after.tags != then.tags {
            after.tags = tags_in(tx, self.dialect(), &after.tags, now).await?;
        }
        let told = Told { at, timeline, then: &then, after: &after, confirmed };
        let next = self.save_told(tx, caller, cause, current, told).await?;
        let states = (Some(current), &next);
        self.tell_apart(tx, caller, cause, kind, states, Source::Manual).await?;
        if place_of(&then) == place_of(&after) {
            return Ok(next);
        }
        self.stay_put(tx, caller, cause, current, at).await?;
        self.get_in(tx, current.id).await
    }

    /// Takes a resource that is at `version` out of use. It stays in the register, with its
    /// relations, as far as their kinds say nothing else; retiring it again changes nothing.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `ResourceNotFound`, `VersionDiffers`,
    /// `StillNeeded`, `TooManyFollow`; `WrongInput` when its life does not allow it.
    pub async fn retire(
        &self,
        caller: &Caller,
        id: ResourceId,
        version: i64,
    ) -> Result<Resource, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let resource = self.retire_in(&mut tx, caller, Cause::default(), id, version).await?;
        tx.commit().await?;
        Ok(resource)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::retire`]; the larger change must then not be committed.
    pub async fn retire_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: ResourceId,
        version: i64,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let before = self.get_in(tx, id).await?;
        permit_at(caller, &before)?;
        same_version(&before, version)?;
        if before.retired_at.is_some() {
            return Ok(before);
        }
        let kinds = kinds_in(tx).await?;
        let after = self.save_retired(tx, caller, cause, &kinds, &before).await?;
        self.let_follow(tx, caller, cause, &kinds, &before, &after).await?;
        Ok(after)
    }

    /// Retires one resource, and nothing that hangs on it.
    pub(super) async fn save_retired(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kinds: &Kinds,
        before: &Resource,
    ) -> Result<Resource, ResourcesError> {
        let after = model::retired(before, kinds.find(&before.kind)?, self.clock.now())?;
        self.save_state(tx, caller, before, &after).await?;
        let fact = ResourceRetired::of(&after);
        let entry = Entry::new(caller, after.updated_at, &fact).before(before).after(&after);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(after)
    }
}

/// What was merged into another comes back with all that went along, by undoing that.
///
/// Errors: [`ResourcesError::WrongInput`] naming `retired` or `life_cycle`.
fn still_merged(
    before: &Resource,
    after: &Resource,
    change: &ResourceChange,
) -> Result<(), ResourcesError> {
    if before.merged_into.is_none() || after.merged_into.is_some() {
        return Ok(());
    }
    let expected = Text::new("the merge to be undone first", "先撤销其所属的合并");
    let fault = match &change.life_cycle {
        Some(state) => FieldFault::new("life_cycle", state, expected),
        None => FieldFault::new("retired", false, expected),
    };
    Err(fault.into())
}

pub(super) fn same_version(resource: &Resource, version: i64) -> Result<(), ResourcesError> {
    if resource.version == version {
        return Ok(());
    }
    Err(ResourcesError::VersionDiffers { expected: version, found: resource.version })
}
