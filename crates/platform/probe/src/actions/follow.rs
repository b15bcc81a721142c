use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Fault, Time};
use resources::ResourceMerged;

use crate::{
    Probe,
    facts::CheckMoved,
    model::{CheckDefinition, ResourceId},
    store::{self, moved::Moved},
};

/// One merge takes at most so many checks with it; the others stay and rest.
const CHECKS_MAX: u32 = 1_000;
/// Names tried for a check whose name the other resource has already.
const NAMES_MAX: u32 = 1_000;

/// On which occasion checks move: who says so, when, and which fact led to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) at: Time,
    pub(crate) cause: Cause,
}

impl Probe {
    /// Two resources were found to be one: the checks of the one that went are the other's now,
    /// with their states. What the other asks already is not asked twice: that check comes
    /// switched off.
    ///
    /// Errors: database faults.
    pub(crate) async fn follow_merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        merged: &ResourceMerged,
    ) -> Result<(), Fault> {
        let theirs = store::of_resource(tx, merged.kept, CHECKS_MAX).await?;
        for before in store::of_resource(tx, merged.gone, CHECKS_MAX).await? {
            let twin = theirs.iter().any(|other| asks_the_same(other, &before));
            let mut settings = before.settings.clone();
            settings.name = free_name(tx, merged.kept, &before).await?;
            settings.enabled &= !twin;
            let after = CheckDefinition {
                resource_id: merged.kept,
                settings,
                version: before.version + 1,
                updated_at: occasion.at,
                ..before.clone()
            };
            let moved = Moved {
                check: before.id,
                from: before.resource_id,
                name: before.settings.name.clone(),
                enabled: before.settings.enabled,
                version: after.version,
            };
            store::moved::insert(tx, &merged.merge.to_string(), &moved).await?;
            save_move(tx, occasion, &before, &after, &merged.kept_name).await?;
        }
        Ok(())
    }

    /// They are two after all: the checks that went with the merge go back, as they were where
    /// nobody has changed them since.
    ///
    /// Errors: database faults.
    pub(crate) async fn follow_undone_merge(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        undone: &ResourceMerged,
    ) -> Result<(), Fault> {
        let merge = undone.merge.to_string();
        for moved in store::moved::of_merge(tx, &merge, CHECKS_MAX).await? {
            // Somebody may have removed it, or another merge taken it further.
            let before = store::read_for_change(tx, moved.check).await?;
            let Some(before) = before.filter(|check| check.resource_id == undone.kept) else {
                continue;
            };
            let mut settings = before.settings.clone();
            if before.version == moved.version {
                settings.name = moved.name;
                settings.enabled = moved.enabled;
            }
            let back = CheckDefinition { resource_id: moved.from, settings, ..before.clone() };
            let name = free_name(tx, moved.from, &back).await?;
            let mut after =
                CheckDefinition { version: before.version + 1, updated_at: occasion.at, ..back };
            after.settings.name = name;
            save_move(tx, occasion, &before, &after, &undone.gone_name).await?;
        }
        store::moved::forget(tx, &merge).await?;
        Ok(())
    }
}

/// Whether two checks ask the same thing in the same way.
fn asks_the_same(one: &CheckDefinition, other: &CheckDefinition) -> bool {
    let (one, other) = (&one.settings, &other.settings);
    one.enabled && one.protocol == other.protocol && one.spec == other.spec
}

/// The check's name, with a number if the resource has a check of that name.
async fn free_name(
    tx: &mut Tx,
    resource_id: ResourceId,
    check: &CheckDefinition,
) -> Result<String, Fault> {
    let name = &check.settings.name;
    for number in 1..=NAMES_MAX {
        let tried = match number {
            1 => name.clone(),
            // A long name makes room for its number.
            _ => format!("{} ({number})", name.chars().take(190).collect::<String>()),
        };
        if !store::name_is_taken(tx, resource_id, &tried, check.id).await? {
            return Ok(tried);
        }
    }
    Ok(check.id.to_string())
}

async fn save_move(
    tx: &mut Tx,
    occasion: Occasion<'_>,
    before: &CheckDefinition,
    after: &CheckDefinition,
    resource_name: &str,
) -> Result<(), Fault> {
    store::move_to(tx, after).await?;
    let fact = CheckMoved {
        check_id: after.id.to_string(),
        check_name: after.settings.name.clone(),
        resource_id: after.resource_id.to_string(),
        resource_name: resource_name.to_owned(),
        from_resource_id: before.resource_id.to_string(),
        enabled: after.settings.enabled,
    };
    let entry = Entry::new(occasion.caller, occasion.at, &fact);
    let entry = entry.before(&before.settings).after(&after.settings);
    journal::append(tx, entry.because_of(occasion.cause)).await?;
    Ok(())
}
