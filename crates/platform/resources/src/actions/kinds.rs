use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Page, Scope};

use crate::{
    KIND_CHANGE, Kind, KindChanged, KindCreated, Kinds, MigrationStep, Resource, ResourceFilter,
    ResourceId, Resources, ResourcesError,
    model::{kind_faults, migrated, misfits, stamped},
    register::kinds_in,
    store,
};

/// A change of a kind migrates at most so many resources.
const MIGRATED_MAX: u64 = 20_000;
/// Of the resources that a change would break so many are named.
const BROKEN_SHOWN: usize = 100;
/// So many resources are looked at at once.
const BATCH: u32 = 500;

/// What a change of a kind would do to the resources of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KindPreview {
    /// How many resources there are of it and its special cases.
    pub resources: u64,
    /// How many would be changed by the migration.
    pub migrated: u64,
    /// How many would not fit it.
    pub broken: u64,
    /// The first 100 of those, with what does not fit.
    pub shown: Vec<BrokenResource>,
}

/// A resource that a change of its kind would break.
#[derive(Debug, Clone, PartialEq)]
pub struct BrokenResource {
    /// Its id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// What does not fit.
    pub faults: Vec<FieldFault>,
}

impl Resources {
    /// Adds a kind.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`, `NameTaken`.
    pub async fn create_kind(&self, caller: &Caller, kind: &Kind) -> Result<Kind, ResourcesError> {
        permit_kinds(caller)?;
        let mut tx = self.db.begin().await?;
        let kinds = kinds_in(&mut tx).await?;
        if kinds.own(&kind.name).is_some() {
            return Err(ResourcesError::NameTaken { name: kind.name.clone() });
        }
        let new = Kind { shipped: false, version: 1, ..kind.clone() };
        refuse(kind_faults(&new, &kinds, &[]))?;
        store::insert_kind(tx.connection(), &new).await?;
        let fact = KindCreated { name: new.name.clone() };
        let now = self.clock.now();
        journal::append(&mut tx, Entry::new(caller, now, &fact).after(&new)).await?;
        tx.commit().await?;
        self.whole_kind(&new.name).await
    }

    /// What [`Self::change_kind`] would do, without doing it.
    ///
    /// Errors: as [`Self::change_kind`], without `KindBreaks`.
    pub async fn preview_kind(
        &self,
        caller: &Caller,
        kind: &Kind,
        steps: &[MigrationStep],
    ) -> Result<KindPreview, ResourcesError> {
        permit_kinds(caller)?;
        let mut tx = self.db.begin().await?;
        let (old, new) = checked_change(&mut tx, kind).await?;
        // Dropped without a commit: nothing is written.
        self.go_through(&mut tx, None, (&old, &new), &kind.name, steps).await
    }

    /// Changes a kind that is at `kind.version`, and its resources by `steps`, all or nothing.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`, `VersionDiffers`, `KindBreaks` naming
    /// the first resources that would not fit, `TooManyFollow` over 20,000 to migrate.
    pub async fn change_kind(
        &self,
        caller: &Caller,
        kind: &Kind,
        steps: &[MigrationStep],
    ) -> Result<Kind, ResourcesError> {
        permit_kinds(caller)?;
        let mut tx = self.db.begin().await?;
        let (old, new) = checked_change(&mut tx, kind).await?;
        let before = old.own(&kind.name).cloned().unwrap_or_default();
        let after = new.own(&kind.name).cloned().unwrap_or_default();
        if !store::update_kind(tx.connection(), &after).await? {
            let (expected, found) = (kind.version, before.version);
            return Err(ResourcesError::VersionDiffers { expected, found });
        }
        let family: Vec<&str> = new.family(&kind.name).iter().map(|k| k.name.as_str()).collect();
        store::identify_again(tx.connection(), self.dialect(), &family).await?;
        let names = (&old, &new);
        let done = self.go_through(&mut tx, Some(caller), names, &kind.name, steps).await?;
        if done.broken > 0 {
            return Err(ResourcesError::KindBreaks { count: done.broken, shown: done.shown });
        }
        let fact = KindChanged {
            name: kind.name.clone(),
            version: after.version,
            migrated: done.migrated,
            steps: steps.to_vec(),
        };
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.whole_kind(&kind.name).await
    }

    async fn whole_kind(&self, name: &str) -> Result<Kind, ResourcesError> {
        Ok(self.kind_tree().await?.find(name)?.clone())
    }

    /// Looks at every resource of the kind and its special cases; with a caller, migrates them.
    async fn go_through(
        &self,
        tx: &mut Tx,
        writer: Option<&Caller>,
        (old, new): (&Kinds, &Kinds),
        name: &str,
        steps: &[MigrationStep],
    ) -> Result<KindPreview, ResourcesError> {
        let mut preview = KindPreview::default();
        for kind in new.family(name) {
            let was = old.find(&kind.name)?;
            let kind_name = Some(kind.name.clone());
            let filter = ResourceFilter { kind: kind_name, ..ResourceFilter::default() };
            let mut after = None;
            loop {
                let page = Page { after, limit: BATCH };
                let dialect = self.dialect();
                let everywhere = Scope::Everywhere;
                let found = store::list_resources(
                    tx.connection(),
                    dialect,
                    &everywhere,
                    (&filter, &everywhere),
                    &page,
                );
                let found = kernel::PageOf::from_fetched(found.await?, BATCH, |resource| {
                    resource.id.to_string()
                });
                for resource in &found.items {
                    let next = migrated(resource, steps);
                    note(&mut preview, resource, &next, kind, was);
                    if preview.migrated > MIGRATED_MAX && writer.is_some() {
                        let limit = usize::try_from(MIGRATED_MAX).unwrap_or(usize::MAX);
                        return Err(ResourcesError::TooManyFollow { limit });
                    }
                    if let Some(caller) = writer.filter(|_| preview.broken == 0) {
                        self.save_migrated(tx, caller, resource, next).await?;
                    }
                }
                after = found.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(preview)
    }

    async fn save_migrated(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        before: &Resource,
        next: Resource,
    ) -> Result<(), ResourcesError> {
        let next = stamped(before, next, self.clock.now());
        self.save_change(tx, caller, kernel::Cause::default(), before, &next).await
    }
}

fn note(preview: &mut KindPreview, before: &Resource, next: &Resource, kind: &Kind, was: &Kind) {
    preview.resources += 1;
    preview.migrated += u64::from(before != next);
    let faults = misfits(next, kind, was);
    if faults.is_empty() {
        return;
    }
    preview.broken += 1;
    if preview.shown.len() < BROKEN_SHOWN {
        let (id, name) = (before.id, before.name.clone());
        preview.shown.push(BrokenResource { id, name, faults });
    }
}

/// The kinds as they are, and as they would be with `kind`.
async fn checked_change(tx: &mut Tx, kind: &Kind) -> Result<(Kinds, Kinds), ResourcesError> {
    let old = kinds_in(tx).await?;
    let Some(before) = old.own(&kind.name) else {
        return Err(ResourcesError::KindNotFound { name: kind.name.clone() });
    };
    if before.version != kind.version {
        let (expected, found) = (kind.version, before.version);
        return Err(ResourcesError::VersionDiffers { expected, found });
    }
    let shipped = store::shipped_attributes(tx.connection(), &kind.name).await?;
    let next = Kind { shipped: before.shipped, version: before.version + 1, ..kind.clone() };
    let mut faults = kind_faults(&next, &old, &shipped);
    if before.shipped && before.parent != next.parent {
        let found = next.parent.clone().unwrap_or_default();
        let expected = kernel::Text::new("as shipped", "与内置定义一致");
        faults.push(FieldFault::new("parent", found, expected));
    }
    refuse(faults)?;
    let new = old.with(&next);
    Ok((old, new))
}

fn refuse(faults: Vec<FieldFault>) -> Result<(), ResourcesError> {
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// Errors: [`ResourcesError::NotAllowed`]: kinds are everybody's.
pub(super) fn permit_kinds(caller: &Caller) -> Result<(), ResourcesError> {
    if caller.may_everywhere(KIND_CHANGE) {
        Ok(())
    } else {
        Err(ResourcesError::NotAllowed(KIND_CHANGE))
    }
}
