use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Text};

use super::{kinds::permit_kinds, relate::relation_kind_in};
use crate::{
    RelationKind, RelationKindChanged, RelationKindCreated, Resources, ResourcesError,
    register::kinds_in, store,
};

impl Resources {
    /// Adds a kind of relation.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`, `NameTaken`.
    pub async fn create_relation_kind(
        &self,
        caller: &Caller,
        kind: &RelationKind,
    ) -> Result<RelationKind, ResourcesError> {
        permit_kinds(caller)?;
        let mut tx = self.db.begin().await?;
        let known = store::all_relation_kinds(tx.connection()).await?;
        if known.iter().any(|known| known.name == kind.name) {
            return Err(ResourcesError::NameTaken { name: kind.name.clone() });
        }
        let new = RelationKind { shipped: false, version: 1, ..kind.clone() };
        check(&mut tx, &new).await?;
        store::insert_relation_kind(tx.connection(), &new).await?;
        let fact = RelationKindCreated { name: new.name.clone() };
        let entry = Entry::new(caller, self.clock.now(), &fact).after(&new);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Changes a kind of relation that is at `kind.version`. What is there has to fit: a stricter
    /// cardinality, other ends or no circles are refused where relations contradict them.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`, `VersionDiffers`,
    /// `RelationKindBreaks`.
    pub async fn change_relation_kind(
        &self,
        caller: &Caller,
        kind: &RelationKind,
    ) -> Result<RelationKind, ResourcesError> {
        permit_kinds(caller)?;
        let mut tx = self.db.begin().await?;
        let before = relation_kind_in(&mut tx, &kind.name).await?;
        let (shipped, version) = (before.shipped, kind.version + 1);
        let after = RelationKind { shipped, version, ..kind.clone() };
        let broken = before.broken_by(&after);
        if !broken.is_empty() {
            return Err(broken.into());
        }
        check(&mut tx, &after).await?;
        if !store::update_relation_kind(tx.connection(), &after).await? {
            let (expected, found) = (kind.version, before.version);
            return Err(ResourcesError::VersionDiffers { expected, found });
        }
        let kinds = kinds_in(&mut tx).await?;
        let family = |names: &[String]| -> Vec<String> {
            let all = names.iter().flat_map(|name| kinds.family(name));
            all.map(|kind| kind.name.clone()).collect()
        };
        let ends = (family(&after.source_kinds), family(&after.target_kinds));
        let dialect = self.dialect();
        let misfits = store::relation_misfits(tx.connection(), dialect, &after, &ends).await?;
        if misfits > 0 {
            return Err(ResourcesError::RelationKindBreaks { count: misfits });
        }
        let fact = RelationKindChanged { name: after.name.clone(), version: after.version };
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }
}

async fn check(tx: &mut Tx, kind: &RelationKind) -> Result<(), ResourcesError> {
    let kinds = kinds_in(tx).await?;
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    let mut faults = kind.faults(&names);
    if kind.acyclic && store::has_circle(tx.connection(), &kind.name).await? {
        let expected = Text::new("false: there are circles", "否：现有关系中存在循环");
        faults.push(FieldFault::new("acyclic", true, expected));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}
