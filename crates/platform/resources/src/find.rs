use std::{collections::BTreeSet, sync::Arc};

use directory::Trees;
use kernel::{Caller, FieldFault, Page, PageOf, Scope, Text, Within};
use sqlx::AnyConnection;

use crate::{
    Candidate, Filter, PlaceSet, Places, QueryId, RESOURCE_READ, Resource, ResourceFilter,
    ResourceId, Resources, ResourcesError, Sort, StagingError,
    model::{PlacesNamed, Schema, complete, parsed, places_named},
    register::check_text,
    store::{self, Manner, Sought},
};

/// What is looked for; every part that is set narrows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceSearch {
    /// By its fields.
    pub fields: ResourceFilter,
    /// By the filter language.
    pub filter: Option<String>,
    /// By the filter of a saved query.
    pub query: Option<QueryId>,
    /// In which order; the saved query's when not given.
    pub sort: Option<Sort>,
}

/// A cursor for completion stands within so many bytes.
const COMPLETED_BYTES_MAX: usize = 16 * 1024;
/// Tags among which what is written of one is looked for.
const TAGS_OFFERED: u32 = 500;

impl Resources {
    /// The resources that match and that the caller sees, in the order asked for; pages by key.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `filter`, `after` or `q`;
    /// [`StagingError::QueryNotFound`].
    pub async fn find(
        &self,
        caller: &Caller,
        search: &ResourceSearch,
        after: Option<&str>,
        limit: u32,
    ) -> Result<PageOf<Resource>, ResourcesError> {
        let (filter, sort) = self.meant(caller, search).await?;
        let area = self.area_of(&search.fields).await?;
        let scope = caller.scope(RESOURCE_READ);
        let manner = Manner { dialect: self.dialect(), scope: &scope };
        let after = after.map(|key| Key::read(key, sort)).transpose()?;
        let sought = Sought {
            fields: &search.fields,
            area: &area,
            filter: &filter,
            sort,
            after: after.as_ref().map(|key| (key.value.as_str(), key.id)),
        };
        let mut reader = self.reader().await?;
        let found =
            store::find_resources(&mut reader, manner, &sought, i64::from(limit) + 1).await?;
        Ok(PageOf::from_fetched(found, limit, |resource| Key::of(resource, sort).text()))
    }

    /// How many match of those that the caller sees.
    ///
    /// Errors: as [`Self::find`].
    pub async fn count_found(
        &self,
        caller: &Caller,
        search: &ResourceSearch,
    ) -> Result<i64, ResourcesError> {
        let (filter, sort) = self.meant(caller, search).await?;
        let area = self.area_of(&search.fields).await?;
        let scope = caller.scope(RESOURCE_READ);
        let manner = Manner { dialect: self.dialect(), scope: &scope };
        let (fields, filter) = (&search.fields, &filter);
        let sought = Sought { fields, area: &area, filter, sort, after: None };
        Ok(store::count_found(&mut *self.reader().await?, manner, &sought).await?)
    }

    /// What could be written at `cursor`, a character of `text` counted from 0, and from which
    /// character on it replaces what is there.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `text` when it is over 16 KiB.
    pub async fn complete_filter(
        &self,
        caller: &Caller,
        text: &str,
        cursor: usize,
    ) -> Result<(usize, Vec<Candidate>), ResourcesError> {
        if text.len() > COMPLETED_BYTES_MAX {
            let expected = Text::new("at most 16 KiB", "不超过 16 KiB");
            return Err(FieldFault::new("text", format!("{} B", text.len()), expected).into());
        }
        let scope = caller.scope(RESOURCE_READ);
        let mut schema = self.schema(&mut *self.reader().await?, &scope, "").await?;
        if let Some(directory) = &self.directory {
            schema.places = offered(&*directory.trees().await?, &scope);
        }
        let first = Page { after: None, limit: TAGS_OFFERED };
        schema.tags = self.tags(caller, &first).await?.items.into_iter().map(|t| t.word).collect();
        let byte = text.char_indices().nth(cursor).map_or(text.len(), |(byte, _)| byte);
        let (from, candidates) = complete(text, byte, &schema);
        Ok((text[..from].chars().count(), candidates))
    }

    /// The filter that `text` says, for whoever asks the register with one. Units and regions
    /// outside of the caller's scope are unknown, as those that there are not.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `filter` for each thing that is wrong.
    pub async fn parse_filter(
        &self,
        caller: &Caller,
        text: &str,
    ) -> Result<Filter, ResourcesError> {
        let scope = caller.scope(RESOURCE_READ);
        let schema = self.schema(&mut *self.reader().await?, &scope, text).await?;
        Ok(parsed(text, &schema, self.clock.now())?)
    }

    /// All resources that [`Self::find`] lists for this text of the filter language and these
    /// fields, as far as `scope` covers them, in the order of ids.
    ///
    /// Errors: as [`Self::find`]; [`StagingError::TooMany`] when they are more than `most`.
    pub(crate) async fn all_listed(
        &self,
        connection: &mut AnyConnection,
        scope: &Scope,
        (text, fields): (&str, &ResourceFilter),
        most: usize,
    ) -> Result<Vec<Resource>, ResourcesError> {
        check_text(fields)?;
        let schema = self.schema(&mut *connection, scope, text).await?;
        let filter = parsed(text, &schema, self.clock.now())?.in_use_unless(fields);
        let manner = Manner { dialect: self.dialect(), scope };
        let area = self.area_of(fields).await?;
        let (area, filter) = (&area, &filter);
        let sought = Sought { fields, area, filter, sort: Sort::Id, after: None };
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let found = store::find_resources(connection, manner, &sought, limit).await?;
        if found.len() > most {
            return Err(StagingError::TooMany { most }.into());
        }
        Ok(found)
    }

    /// What filters can ask for, with the units and regions that `text` names and that `scope`
    /// covers.
    pub(crate) async fn schema(
        &self,
        connection: &mut AnyConnection,
        scope: &Scope,
        text: &str,
    ) -> Result<Schema, ResourcesError> {
        let kinds = store::all_kinds(&mut *connection).await?.into_vec();
        let relations = store::all_relation_kinds(&mut *connection).await?;
        let named = places_named(text);
        let places = match &self.directory {
            Some(directory) if named != PlacesNamed::default() => {
                by_names(named, &*directory.trees().await?, scope)
            }
            _ => by_ids(named),
        };
        Ok(Schema::new(&kinds, &relations, places))
    }

    /// Where what is in the region that is asked for is, by the rule of what a caller may see; the
    /// whole house where none is.
    pub(crate) async fn area_of(&self, filter: &ResourceFilter) -> Result<Scope, ResourcesError> {
        let Some(region) = &filter.region_id else { return Ok(Scope::Everywhere) };
        let mut within = Within::default();
        if let Some(directory) = &self.directory {
            let trees = directory.trees().await?;
            within.regions = trees.region_subtree(region);
            within.answering = trees.units_answering(&within.regions);
        }
        within.regions.insert(region.clone());
        Ok(Scope::Within(Arc::new(within)))
    }

    /// The filter and the order that are meant: what is given itself goes before what is saved.
    async fn meant(
        &self,
        caller: &Caller,
        search: &ResourceSearch,
    ) -> Result<(Filter, Sort), ResourcesError> {
        check_text(&search.fields)?;
        let given = match &search.filter {
            Some(text) => self.parse_filter(caller, text).await?,
            None => Filter::Everything,
        };
        let (mut filter, mut sort) = (given, Sort::default());
        if let Some(id) = search.query {
            let saved = self.saved_query(caller, id).await?;
            let saved_filter = self.parse_filter(caller, &saved.filter).await?;
            filter = Filter::All(vec![filter, saved_filter]);
            sort = saved.sort;
        }
        Ok((filter.in_use_unless(&search.fields), search.sort.unwrap_or(sort)))
    }
}

/// Units and regions by their ids alone: where there is no directory.
fn by_ids(named: PlacesNamed) -> Places {
    let alone = |ids: BTreeSet<String>| {
        let set = |id: String| {
            let ids = vec![id.clone()];
            (id, PlaceSet { exactly: ids.clone(), below: ids, ..PlaceSet::default() })
        };
        ids.into_iter().map(set).collect()
    };
    Places { units: alone(named.units), regions: alone(named.regions) }
}

/// Units and regions that `scope` covers by id, code or name, each with those below it. Those
/// outside are as unknown as those that there are not; a region above says where one is.
fn by_names(named: PlacesNamed, trees: &Trees, scope: &Scope) -> Places {
    let (units, regions) = (trees.units_within(scope), trees.regions_seen(scope));
    let within = |seen: &Option<BTreeSet<String>>, id: &str| {
        seen.as_ref().is_none_or(|seen| seen.contains(id))
    };
    let is = |called: &str, id: &str, code: &str, name: &Text| {
        [id, code, &name.en, &name.zh].contains(&called) && !called.is_empty()
    };
    let set = |exactly: Vec<String>, subtree: &dyn Fn(&str) -> BTreeSet<String>| {
        let below: BTreeSet<String> = exactly.iter().flat_map(|id| subtree(id)).collect();
        PlaceSet { exactly, below: below.into_iter().collect(), ..PlaceSet::default() }
    };
    let mut places = Places::default();
    for called in named.units {
        let seen = trees.units().filter(|unit| within(&units, &unit.id));
        let found = seen.filter(|unit| is(&called, &unit.id, &unit.code, &unit.name));
        let found: Vec<String> = found.map(|unit| unit.id.clone()).collect();
        if !found.is_empty() {
            places.units.insert(called, set(found, &|id| trees.unit_subtree(id)));
        }
    }
    for called in named.regions {
        let seen = trees.regions().filter(|one| within(&regions, &one.id));
        let found = seen.filter(|one| is(&called, &one.id, &one.code, &one.name));
        let found: Vec<String> = found.map(|region| region.id.clone()).collect();
        if !found.is_empty() {
            let mut set = set(found, &|id| trees.region_subtree(id));
            let answering = |ids: &[String]| {
                trees.units_answering(&ids.iter().cloned().collect()).into_iter().collect()
            };
            (set.answering, set.answering_below) = (answering(&set.exactly), answering(&set.below));
            places.regions.insert(called, set);
        }
    }
    places
}

/// The units and regions within the scope, by their names.
fn offered(trees: &Trees, scope: &Scope) -> Places {
    let within = trees.units_within(scope);
    let seen = |id: &str| within.as_ref().is_none_or(|within| within.contains(id));
    let units = trees.units().filter(|unit| !unit.closed && seen(&unit.id));
    let regions = trees.regions().filter(|region| match scope {
        Scope::Everywhere => !region.closed,
        Scope::Within(within) => !region.closed && within.regions.contains(&region.id),
    });
    Places {
        units: units.map(|unit| (unit.name.zh.clone(), PlaceSet::default())).collect(),
        regions: regions.map(|region| (region.name.zh.clone(), PlaceSet::default())).collect(),
    }
}

/// Where a page goes on: after this value of the sort key, and after this id among equals.
struct Key {
    id: ResourceId,
    value: String,
}

impl Key {
    fn of(resource: &Resource, sort: Sort) -> Self {
        let value = match sort {
            Sort::Id => String::new(),
            Sort::Name | Sort::NameDescending => resource.name.to_lowercase(),
            Sort::Updated | Sort::UpdatedDescending => resource.updated_at.micros().to_string(),
        };
        Self { id: resource.id, value }
    }

    fn text(&self) -> String {
        if self.value.is_empty() {
            self.id.to_string()
        } else {
            format!("{}:{}", self.id, self.value)
        }
    }

    /// Errors: a fault naming `after`.
    fn read(text: &str, sort: Sort) -> Result<Self, FieldFault> {
        let (id, value) = text.split_once(':').unwrap_or((text, ""));
        let fits = match sort {
            Sort::Id => value.is_empty(),
            Sort::Name | Sort::NameDescending => !value.is_empty() && !value.contains('\0'),
            Sort::Updated | Sort::UpdatedDescending => value.parse::<i64>().is_ok(),
        };
        match id.parse() {
            Ok(id) if fits => Ok(Self { id, value: value.to_owned() }),
            _ => {
                let expected = Text::new(
                    "the `next` of the page before, in the same order",
                    "同一排序下上一页的 next",
                );
                Err(FieldFault::new("after", text, expected))
            }
        }
    }
}
