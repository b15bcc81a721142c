use std::collections::BTreeMap;

use kernel::{Caller, FieldFault, Page, PageOf, Scope, Text, Time};

use crate::{
    AsOf, EarlierPlace, FieldDifference, RESOURCE_READ, Relation, RelationId, RelationLine,
    RelationVersion, Resource, ResourceId, ResourcePlace, Resources, ResourcesError, Version,
    model::differences,
    register::{check_after, sees},
    store,
};

/// A resource's history of relations is told so far back.
const RELATIONS_MAX: i64 = 500;

/// What differs of a resource between two moments.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceDifference {
    /// The resource.
    pub id: ResourceId,
    /// As it was at the first moment; none when it was not there yet.
    pub before: Option<Resource>,
    /// As it is at the second moment; none when it is not there yet.
    pub after: Option<Resource>,
    /// What differs, field by field.
    pub fields: Vec<FieldDifference>,
    /// Relations that are there at the second moment only.
    pub relations_added: Vec<RelationLine>,
    /// Relations that were there at the first moment only.
    pub relations_removed: Vec<RelationLine>,
}

impl Resources {
    /// The resource as it was. Whether the caller may see it follows from where it belongs today,
    /// and what they see of it from where it belonged then.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`], `NotThereYet`.
    pub async fn as_of(
        &self,
        caller: &Caller,
        id: ResourceId,
        as_of: AsOf,
    ) -> Result<Resource, ResourcesError> {
        self.get_seen(caller, id).await?;
        let found = self.many_as_of(&[id], as_of).await?.pop();
        // What it was while it belonged elsewhere is not theirs.
        found.filter(|found| sees(caller, found)).ok_or(ResourcesError::NotThereYet { id, as_of })
    }

    /// The resources as they were, in the order of ids; those not there yet are left out.
    pub async fn many_as_of(
        &self,
        ids: &[ResourceId],
        as_of: AsOf,
    ) -> Result<Vec<Resource>, ResourcesError> {
        store::resources_as_of(&mut *self.reader().await?, ids, as_of).await
    }

    /// The relations that have an end among `ids`, as they were, in the order of their ids.
    pub async fn relations_as_of(
        &self,
        ids: &[ResourceId],
        as_of: AsOf,
    ) -> Result<Vec<Relation>, ResourcesError> {
        store::relations_as_of(&mut *self.reader().await?, ids, as_of).await
    }

    /// What was recorded of a resource while it belonged where the caller sees it, the latest
    /// first; pages by the entry. A page may hold fewer than asked for.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`]; `WrongInput` naming `after`.
    pub async fn history(
        &self,
        caller: &Caller,
        id: ResourceId,
        page: &Page,
    ) -> Result<PageOf<Version>, ResourcesError> {
        if let Some(after) = &page.after
            && after.parse::<i64>().is_err()
        {
            let expected = Text::new("the `next` of the page before", "上一页的 next");
            return Err(FieldFault::new("after", after, expected).into());
        }
        self.get_seen(caller, id).await?;
        let items = store::history_of(&mut *self.reader().await?, id, page).await?;
        let mut page = PageOf::from_fetched(items, page.limit, |version| version.entry.to_string());
        page.items.retain(|version| sees(caller, &version.resource));
        Ok(page)
    }

    /// What was recorded of a resource's relations to those that the caller sees, since the
    /// resource came to where they see it, the latest first, at most 500.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn relation_history(
        &self,
        caller: &Caller,
        id: ResourceId,
    ) -> Result<Vec<RelationVersion>, ResourcesError> {
        self.get_seen(caller, id).await?;
        let mut reader = self.reader().await?;
        let found = store::relation_history(&mut reader, id, RELATIONS_MAX).await?;
        let earlier = store::earlier_places(&mut reader, &[id]).await?.remove(&id);
        let hidden =
            |earlier: &&EarlierPlace| !caller.may_at(RESOURCE_READ, &earlier.place.as_place());
        let since = earlier.iter().flatten().filter(hidden).map(|earlier| earlier.until).max();
        let other = |version: &RelationVersion| {
            let (from, to) = (version.relation.from, version.relation.to);
            if from == id { to } else { from }
        };
        let others: Vec<ResourceId> = found.iter().map(other).collect();
        let seen = store::load_resources(&mut reader, &others).await?;
        let seen: Vec<ResourceId> =
            seen.iter().filter(|other| sees(caller, other)).map(|other| other.id).collect();
        // What had ended before the resource came is of where it was.
        let over = |version: &&RelationVersion| {
            !version.present && since.is_some_and(|since| version.valid_from <= since)
        };
        let over: Vec<RelationId> =
            found.iter().filter(over).map(|version| version.relation.id).collect();
        let shown = |version: &RelationVersion| {
            !over.contains(&version.relation.id) && seen.contains(&other(version))
        };
        Ok(found.into_iter().filter(shown).collect())
    }

    /// What differs of a resource between two moments, both as they were known at `known_at`.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn difference(
        &self,
        caller: &Caller,
        id: ResourceId,
        (from, to): (Time, Time),
        known_at: Time,
    ) -> Result<ResourceDifference, ResourcesError> {
        self.get_seen(caller, id).await?;
        let moments = (AsOf { valid_at: from, known_at }, AsOf { valid_at: to, known_at });
        let scope = caller.scope(RESOURCE_READ);
        let mut found = self.differences_of(&scope, &[id], moments).await?;
        self.hide_unseen(&scope, &mut found).await?;
        let none = ResourceDifference {
            id,
            before: None,
            after: None,
            fields: Vec::new(),
            relations_added: Vec::new(),
            relations_removed: Vec::new(),
        };
        Ok(found.pop().unwrap_or(none))
    }

    /// What differs of all resources that `scope` covers, of `kind` if one is given; pages by id.
    /// A page may hold fewer than asked for, as what moved and moved back is left out.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `after`.
    pub async fn all_differences(
        &self,
        scope: &Scope,
        (from, to): (Time, Time),
        kind: Option<&str>,
        page: &Page,
    ) -> Result<PageOf<ResourceDifference>, ResourcesError> {
        check_after(page)?;
        let (mut reader, dialect) = (self.reader().await?, self.dialect());
        let moved = store::moved_between(&mut reader, dialect, scope, (from, to), kind, page);
        let moved = PageOf::from_fetched(moved.await?, page.limit, ToString::to_string);
        drop(reader);
        let moments = (AsOf::known_now(from), AsOf::known_now(to));
        let mut items = self.differences_of(scope, &moved.items, moments).await?;
        self.hide_unseen(scope, &mut items).await?;
        items.retain(|item| {
            !item.fields.is_empty()
                || !item.relations_added.is_empty()
                || !item.relations_removed.is_empty()
        });
        Ok(PageOf { items, next: moved.next })
    }

    /// Leaves out the relations that lead to what `scope` does not cover.
    async fn hide_unseen(
        &self,
        scope: &Scope,
        found: &mut [ResourceDifference],
    ) -> Result<(), ResourcesError> {
        let sight = self.sight(scope).await?;
        let seen = |line: &RelationLine| sight.sees(line.from) && sight.sees(line.to);
        for item in found {
            item.relations_added.retain(seen);
            item.relations_removed.retain(seen);
        }
        Ok(())
    }

    /// What it was at a moment at which it belonged where `scope` does not reach counts as if it
    /// had not been there.
    async fn differences_of(
        &self,
        scope: &Scope,
        ids: &[ResourceId],
        (from, to): (AsOf, AsOf),
    ) -> Result<Vec<ResourceDifference>, ResourcesError> {
        let mut before = by_id(self.many_as_of(ids, from).await?);
        let mut after = by_id(self.many_as_of(ids, to).await?);
        for moment in [&mut before, &mut after] {
            moment.retain(|_, one| scope.covers(&ResourcePlace::of(one).as_place()));
        }
        let old = lines(&self.relations_as_of(ids, from).await?);
        let new = lines(&self.relations_as_of(ids, to).await?);
        let difference = |id: &ResourceId| {
            let (before, after) = (before.remove(id), after.remove(id));
            let only = |these: &[RelationLine], others: &[RelationLine]| -> Vec<RelationLine> {
                let of_it = |line: &&RelationLine| line.from == *id || line.to == *id;
                let only = these.iter().filter(of_it).filter(|line| !others.contains(line));
                only.cloned().collect()
            };
            ResourceDifference {
                id: *id,
                fields: differences(before.as_ref(), after.as_ref()),
                relations_added: if after.is_some() { only(&new, &old) } else { Vec::new() },
                relations_removed: if before.is_some() { only(&old, &new) } else { Vec::new() },
                before,
                after,
            }
        };
        Ok(ids.iter().map(difference).collect())
    }
}

fn by_id(resources: Vec<Resource>) -> BTreeMap<ResourceId, Resource> {
    resources.into_iter().map(|resource| (resource.id, resource)).collect()
}

fn lines(relations: &[Relation]) -> Vec<RelationLine> {
    let line = |relation: &Relation| RelationLine {
        kind: relation.kind.clone(),
        from: relation.from,
        to: relation.to,
    };
    relations.iter().map(line).collect()
}
