use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};

use directory::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Person, PersonFilter, Post, PostId,
    Trees,
};
use journal::{PlaceOf, Places};
use kernel::{Caller, Page, Place, Scope, Text, Time};

use super::Access;
use crate::{
    AccessError,
    model::{
        grant::GrantScope,
        resolution::{HeldPost, Subtrees, written_out},
    },
};

/// Of a scope that lists more, so many are named.
const NAMED_MAX: usize = 3;

/// Where the directory is found, once it is known.
#[derive(Default)]
pub(super) struct Organisation(OnceLock<Directory>);

/// What the directory says about units, regions and posts, at one moment.
///
/// Without a directory (on the command line) a unit or region is only itself, and nobody holds a
/// post.
pub(super) struct Chart {
    directory: Option<Directory>,
    trees: Option<Arc<Trees>>,
    /// Grows with every change of the directory.
    pub(super) version: u64,
}

/// A person of the directory who was looked for by name.
pub(super) struct PersonCalled {
    pub(super) number: String,
    /// What their unit of record is called.
    pub(super) unit: Option<Text>,
}

/// Somebody who holds a post.
pub(super) struct PostHolder {
    pub(super) person_id: String,
    pub(super) post_name: String,
    pub(super) from: Time,
    pub(super) to: Option<Time>,
}

impl Organisation {
    /// Only the first call counts.
    pub(super) fn learn(&self, directory: Directory) {
        let _ = self.0.set(directory);
    }

    /// The chart as it is now; no query unless the directory has changed.
    pub(super) async fn chart(&self) -> Result<Chart, AccessError> {
        let Some(directory) = self.0.get() else {
            return Ok(Chart { directory: None, trees: None, version: 0 });
        };
        // Asked for first: what changes in between is seen as new the next time.
        let version = directory.generation().await?;
        let trees = Some(directory.trees().await?);
        Ok(Chart { directory: Some(directory.clone()), trees, version })
    }
}

impl Access {
    /// Tells where resources belong. Only the first call counts; until then a resource lies only
    /// in scopes that list it.
    pub fn learn_places(&self, places: Arc<dyn Places>) {
        let _ = self.inner.places.set(places);
    }

    /// Whether all that `scope` names lies within `held`: resources also by their unit or region,
    /// units also by their region.
    pub(super) async fn lies_within(
        &self,
        chart: &Chart,
        held: &Scope,
        scope: &GrantScope,
    ) -> Result<bool, AccessError> {
        if held.includes(&written_out(scope, chart)) {
            return Ok(true);
        }
        if let GrantScope::Unit(unit) = scope {
            return self.unit_lies_within(chart, held, unit).await;
        }
        let (GrantScope::Resources(ids), Some(places)) = (scope, self.inner.places.get()) else {
            return Ok(false);
        };
        let found = places.places_of(ids.clone()).await?;
        let is_in = |id: &String| {
            found.get(id).is_some_and(|PlaceOf { unit_id, region_id, .. }| {
                held.covers(&Place {
                    resource_id: Some(id),
                    unit_id: unit_id.as_deref(),
                    region_id: region_id.as_deref(),
                })
            })
        };
        Ok(ids.iter().all(is_in))
    }

    /// Whether the unit is in what is held with all below it and all that these units have. What is
    /// held as a region does not hold what names one of its units and another region.
    async fn unit_lies_within(
        &self,
        chart: &Chart,
        held: &Scope,
        unit: &str,
    ) -> Result<bool, AccessError> {
        let (Scope::Within(within), Some(units)) = (held, chart.units(unit)) else {
            return Ok(false);
        };
        let by_region: BTreeSet<String> = units.difference(&within.units).cloned().collect();
        if !by_region.is_subset(&within.answering) {
            return Ok(false);
        }
        if let Some(directory) = &chart.directory
            && directory.sites_elsewhere(&by_region, &within.regions).await?
        {
            return Ok(false);
        }
        match self.inner.places.get() {
            Some(places) => Ok(!places.any_elsewhere(&by_region, &within.regions).await?),
            None => Ok(true),
        }
    }
}

impl Chart {
    /// The posts that a person holds at `now`.
    pub(super) async fn posts_of(
        &self,
        person: &str,
        now: Time,
    ) -> Result<Vec<HeldPost>, AccessError> {
        let (Some(directory), Ok(person)) = (&self.directory, person.parse()) else {
            return Ok(Vec::new());
        };
        let held = directory.posts_of(person, now).await?.into_iter();
        let posts = held.map(|held| HeldPost {
            id: held.post.id.to_string(),
            name: name_of(&held.post.state.title),
            from: held.holding.valid_from,
            to: held.holding.valid_to,
        });
        Ok(posts.collect())
    }

    /// The title and the unit of those of the posts that the caller sees in the directory.
    pub(super) async fn posts_seen<'p>(
        &self,
        caller: &Caller,
        posts: impl Iterator<Item = &'p str>,
    ) -> Result<HashMap<String, (Text, String)>, AccessError> {
        let Some(directory) = &self.directory else { return Ok(HashMap::new()) };
        let posts = posts.filter_map(|post| post.parse().ok()).collect();
        let seen = directory.posts_near(caller, &posts).await?;
        let told =
            |(id, post): (PostId, Post)| (id.to_string(), (post.title, post.unit.to_string()));
        Ok(seen.into_iter().map(told).collect())
    }

    /// When those of `people` leave, or left, of whom that is known.
    pub(super) async fn leaving_among(
        &self,
        people: &[&str],
    ) -> Result<HashMap<String, Time>, AccessError> {
        match &self.directory {
            Some(directory) => Ok(directory.leaving_among(people).await?),
            None => Ok(HashMap::new()),
        }
    }

    /// People whom the caller sees in the directory, by part of their name or number.
    pub(super) async fn people_called(
        &self,
        caller: &Caller,
        text: &str,
        now: Time,
        limit: u32,
    ) -> Result<HashMap<String, PersonCalled>, AccessError> {
        let Some(directory) = &self.directory else { return Ok(HashMap::new()) };
        let filter = PersonFilter { text: Some(text.to_owned()), ..PersonFilter::default() };
        let page = Page { after: None, limit };
        let found = directory.people(caller, &filter, AsOf::at(now), &page).await?;
        Ok(self.called(found.items))
    }

    /// Those of these people whom the caller sees in the directory.
    pub(super) async fn people_among(
        &self,
        caller: &Caller,
        people: &[&str],
        now: Time,
    ) -> Result<HashMap<String, PersonCalled>, AccessError> {
        match &self.directory {
            Some(directory) => {
                Ok(self.called(directory.people_among(caller, people, AsOf::at(now)).await?))
            }
            None => Ok(HashMap::new()),
        }
    }

    fn called(&self, people: Vec<Dated<Person>>) -> HashMap<String, PersonCalled> {
        let trees = self.trees.as_ref();
        let called = |person: Dated<Person>| {
            let unit = person.state.unit.map(|unit| unit.to_string());
            let unit = unit.and_then(|unit| trees?.unit(&unit).map(|unit| unit.name.clone()));
            (person.id.to_string(), PersonCalled { number: person.state.number, unit })
        };
        people.into_iter().map(called).collect()
    }

    /// Whether the caller sees a person who is in the directory at `now`.
    pub(super) async fn sees_person(
        &self,
        caller: &Caller,
        person: &str,
        now: Time,
    ) -> Result<bool, AccessError> {
        let (Some(directory), Ok(person)) = (&self.directory, person.parse()) else {
            return Ok(false);
        };
        match directory.person_seen(caller, person, Some(AsOf::at(now))).await {
            Ok(_) => Ok(true),
            Err(DirectoryError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the caller sees a post that is there at `now`.
    pub(super) async fn sees_post(
        &self,
        caller: &Caller,
        post: &str,
        now: Time,
    ) -> Result<bool, AccessError> {
        let (Some(directory), Ok(post)) = (&self.directory, post.parse()) else {
            return Ok(false);
        };
        match directory.post(caller, post, Some(AsOf::at(now))).await {
            Ok(_) => Ok(true),
            Err(DirectoryError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Who holds a post at `now`.
    pub(super) async fn holders_of(
        &self,
        post: &str,
        now: Time,
    ) -> Result<Vec<PostHolder>, AccessError> {
        let (Some(directory), Ok(id)) = (&self.directory, post.parse::<PostId>()) else {
            return Ok(Vec::new());
        };
        let post_name = self.post_name(post, now).await?.unwrap_or_default();
        let holders = directory.holders(id, now).await?.into_iter().map(|holding| PostHolder {
            person_id: holding.state.person.to_string(),
            post_name: post_name.clone(),
            from: holding.valid_from,
            to: holding.valid_to,
        });
        Ok(holders.collect())
    }

    /// The people who hold a post at `now` or are to hold it later.
    pub(super) async fn coming_holders_of(
        &self,
        post: &str,
        now: Time,
    ) -> Result<Vec<String>, AccessError> {
        let (Some(directory), Ok(id)) = (&self.directory, post.parse::<PostId>()) else {
            return Ok(Vec::new());
        };
        let holders = directory.holders_from(id, now).await?;
        Ok(holders.into_iter().map(|holding| holding.state.person.to_string()).collect())
    }

    /// What a post is called; `None` when there is none.
    pub(super) async fn post_name(
        &self,
        post: &str,
        now: Time,
    ) -> Result<Option<String>, AccessError> {
        let (Some(directory), Ok(post)) = (&self.directory, post.parse()) else {
            return Ok(None);
        };
        Ok(directory.post_at(post, now).await?.map(|post| name_of(&post.state.title)))
    }

    /// What a scope names, for who sees that by its name, too.
    pub(super) fn said(&self, caller: &Caller, scope: &GrantScope) -> String {
        let name = |id: &String| -> Option<String> {
            let (trees, seen) = (self.trees.as_ref()?, caller.scope(DIRECTORY_READ));
            let is_in = |among: Option<BTreeSet<String>>| among.is_none_or(|ids| ids.contains(id));
            match scope {
                GrantScope::Unit(_) => {
                    let unit = trees.unit(id).filter(|_| is_in(trees.units_within(&seen)))?;
                    Some(name_of(&unit.name))
                }
                GrantScope::Region(_) => {
                    let region = trees.region(id).filter(|_| is_in(trees.regions_seen(&seen)))?;
                    Some(name_of(&region.name))
                }
                GrantScope::Everything | GrantScope::Resources(_) => None,
            }
        };
        let called = |id: &String| match name(id) {
            Some(name) => format!("{name} ({id})"),
            None => id.clone(),
        };
        let mut said = vec![scope.kind().to_owned()];
        said.extend(scope.ids().iter().take(NAMED_MAX).map(called));
        said.join(" ")
    }

    /// Whether what is held has the region in it, or a unit that answers for it.
    pub(super) fn answers_for(&self, held: &Scope, region: &str) -> bool {
        let held = self.trees.as_ref().and_then(|trees| trees.regions_within(held));
        held.is_none_or(|regions| regions.contains(region))
    }

    /// Whether there is such a person; unknown ones are let pass where there is no directory.
    pub(super) async fn has_person(&self, person: &str) -> Result<bool, AccessError> {
        match (&self.directory, person.parse()) {
            (None, _) => Ok(true),
            (Some(_), Err(_)) => Ok(false),
            (Some(directory), Ok(person)) => Ok(directory.person(person).await?.is_some()),
        }
    }
}

impl Subtrees for Chart {
    fn has_unit(&self, unit: &str) -> bool {
        let is_there = |trees: &Arc<Trees>| trees.unit(unit).is_some_and(|node| !node.closed);
        self.trees.as_ref().is_none_or(is_there)
    }

    fn has_region(&self, region: &str) -> bool {
        let is_there = |trees: &Arc<Trees>| trees.region(region).is_some_and(|node| !node.closed);
        self.trees.as_ref().is_none_or(is_there)
    }

    fn units(&self, unit: &str) -> Option<BTreeSet<String>> {
        let Some(trees) = &self.trees else { return Some(BTreeSet::from([unit.to_owned()])) };
        self.has_unit(unit).then(|| trees.unit_subtree(unit))
    }

    fn regions(&self, region: &str) -> Option<BTreeSet<String>> {
        let Some(trees) = &self.trees else { return Some(BTreeSet::from([region.to_owned()])) };
        self.has_region(region).then(|| trees.region_subtree(region))
    }

    fn answering(&self, regions: &BTreeSet<String>) -> BTreeSet<String> {
        self.trees.as_ref().map(|trees| trees.units_answering(regions)).unwrap_or_default()
    }
}

/// Ways are shown as one line of names: the Chinese one where there is one.
fn name_of(title: &Text) -> String {
    if title.zh.is_empty() { title.en.clone() } else { title.zh.clone() }
}
