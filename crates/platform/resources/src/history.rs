use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{Caller, FieldFault, Page, PageOf, Scope, Text, Time};

use crate::{
    AsOf, EarlierPlace, FieldDifference, RESOURCE_READ, Relation, RelationLine, RelationVersion,
    Resource, ResourceId, Resources, ResourcesError, Version,
    hindsight::ScopedHindsight,
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
    /// The resource as it was, or is to be. Whether the caller may see it follows from where it
    /// belongs today, and what they see of it from where it belongs then, with all that is above.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`], `NotThereYet`.
    pub async fn as_of(
        &self,
        caller: &Caller,
        id: ResourceId,
        as_of: AsOf,
    ) -> Result<Resource, ResourcesError> {
        self.get_seen(caller, id).await?;
        let sees = self.hindsight().await?.of(caller.scope(RESOURCE_READ));
        let found = self.many_as_of(&[id], as_of).await?.pop();
        // What it was while it belonged elsewhere is not theirs.
        let found = found.filter(|found| sees.as_of(found, as_of));
        found.ok_or(ResourcesError::NotThereYet { id, as_of })
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

    /// What was recorded of a resource that was so, or is to be so, while it belongs where the
    /// caller sees it, the latest first; pages by the entry. A page may hold fewer than asked for.
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
        let scope = caller.scope(RESOURCE_READ);
        if let (Scope::Within(_), Some(first)) = (&scope, page.items.last()) {
            let sees = self.hindsight().await?.of(scope);
            let later = store::spans_after(&mut *self.reader().await?, id, first.entry).await?;
            page.items.retain(|one| sees.version(one, &later));
        }
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
        let other = |version: &RelationVersion| {
            let (from, to) = (version.relation.from, version.relation.to);
            if from == id { to } else { from }
        };
        let mut ends: Vec<ResourceId> = found.iter().map(other).collect();
        ends.push(id);
        let seen = store::load_resources(&mut reader, &ends).await?;
        let seen: HashSet<ResourceId> =
            seen.iter().filter(|end| sees(caller, end)).map(|end| end.id).collect();
        drop(reader);
        let since = self.seen_since(caller, &ends).await?;
        let own = since.get(&id).copied();
        // What was over before both ends had come is of where one of them was.
        let begins = |version: &RelationVersion| own.max(since.get(&other(version)).copied());
        let over = |version: &RelationVersion| {
            let next = found.iter().filter(|next| {
                next.relation.id == version.relation.id && next.entry > version.entry
            });
            let end = match version.present {
                true => next.map(|next| next.valid_from).min(),
                false => Some(version.valid_from),
            };
            end.is_some_and(|end| Some(end) <= begins(version))
        };
        let hidden: Vec<bool> =
            found.iter().map(|version| !seen.contains(&other(version)) || over(version)).collect();
        let shown = found.into_iter().zip(hidden).filter(|(_, hidden)| !hidden);
        Ok(shown.map(|(version, _)| version).collect())
    }

    /// Until when each of the resources was last where the caller does not reach, if it ever was.
    async fn seen_since(
        &self,
        caller: &Caller,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, Time>, ResourcesError> {
        let scope = caller.scope(RESOURCE_READ);
        if scope == Scope::Everywhere {
            return Ok(HashMap::new());
        }
        let since = |(id, earlier): (ResourceId, Vec<EarlierPlace>)| {
            let text = id.to_string();
            let hidden = earlier.iter().filter(|one| !scope.reached(Some(&text), &one.was));
            hidden.map(|one| one.until).max().map(|until| (id, until))
        };
        Ok(self.earlier_places(ids).await?.into_iter().filter_map(since).collect())
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
        let sees = self.hindsight().await?.of(scope.clone());
        for (moment, as_of) in [(&mut before, from), (&mut after, to)] {
            moment.retain(|_, one| sees.as_of(one, as_of));
        }
        let old = self.lines_as_of(&sees, ids, from).await?;
        let new = self.lines_as_of(&sees, ids, to).await?;
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

    /// The relations of resources at a moment, between what was seen then.
    async fn lines_as_of(
        &self,
        sees: &ScopedHindsight,
        ids: &[ResourceId],
        as_of: AsOf,
    ) -> Result<Vec<RelationLine>, ResourcesError> {
        let mut lines = lines(&self.relations_as_of(ids, as_of).await?);
        if !sees.is_all() {
            let ends: HashSet<ResourceId> =
                lines.iter().flat_map(|line| [line.from, line.to]).collect();
            let ends: Vec<ResourceId> = ends.into_iter().collect();
            let ends = self.many_as_of(&ends, as_of).await?;
            let seen: HashSet<ResourceId> =
                ends.iter().filter(|end| sees.as_of(end, as_of)).map(|end| end.id).collect();
            lines.retain(|line| seen.contains(&line.from) && seen.contains(&line.to));
        }
        Ok(lines)
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
