use std::{collections::BTreeSet, sync::Arc};

use kernel::{Caller, FieldFault, Id, Page, PageOf, Scope, Text};

use crate::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Holding, HoldingId, HoldingKind,
    Person, PersonId, Post, PostId, Region, RegionId, Site, SiteId, Trees, Unit, UnitId,
    directory::{Belongs, check_after},
    model::{Timeline, input::containing},
    store::{self, Kept, Narrow, PostsLike},
};

/// A search text is at most so long.
const TEXT_CHARS_MAX: usize = 200;
/// The history of one thing shows at most so many rows.
const HISTORY_MAX: u32 = 1000;

/// Which units are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct UnitFilter {
    /// With this text in code, name, or the pinyin of it.
    pub text: Option<String>,
    /// Directly below this unit.
    pub parent: Option<UnitId>,
    /// This unit and all below it.
    pub under: Option<UnitId>,
    /// Of this sort.
    pub kind: Option<String>,
    /// That answer for this region.
    pub region: Option<RegionId>,
    /// With this code.
    pub code: Option<String>,
}

/// Which regions are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct RegionFilter {
    /// With this text in code, name, or the pinyin of it.
    pub text: Option<String>,
    /// Directly within this region.
    pub parent: Option<RegionId>,
    /// With this code.
    pub code: Option<String>,
}

/// Which sites are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct SiteFilter {
    /// With this text in code, name, address.
    pub text: Option<String>,
    /// Of this unit or one below it.
    pub under: Option<UnitId>,
    /// In this region or one within it.
    pub region: Option<RegionId>,
}

/// Which posts are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct PostFilter {
    /// With this text in code or title.
    pub text: Option<String>,
    /// In this very unit.
    pub unit: Option<UnitId>,
    /// In this unit or one below it.
    pub under: Option<UnitId>,
    /// Whether they head their unit.
    pub head: Option<bool>,
}

/// Which people are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct PersonFilter {
    /// With this text in number, name, its pinyin or initials, or a contact.
    pub text: Option<String>,
    /// Of this very unit.
    pub unit: Option<UnitId>,
    /// Of this unit or one below it.
    pub under: Option<UnitId>,
    /// With this employee number.
    pub number: Option<String>,
}

/// Which holdings are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub struct HoldingFilter {
    /// Of this person.
    pub person: Option<PersonId>,
    /// Of this post.
    pub post: Option<PostId>,
    /// Of posts in this very unit.
    pub unit: Option<UnitId>,
    /// Of posts in this unit or one below it.
    pub under: Option<UnitId>,
    /// Only of posts that head their unit.
    pub head: bool,
    /// Held in this way.
    pub kind: Option<HoldingKind>,
}

/// What a caller sees when they look at a moment.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The trees at that moment: who was below whom.
    pub(crate) then: Arc<Trees>,
    /// The units within the scope as it is now; none: all.
    pub(crate) units: Option<BTreeSet<String>>,
}

impl Directory {
    /// What the caller sees when they look at a moment.
    pub(crate) async fn seen_at(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Seen, DirectoryError> {
        let units = self.trees().await?.units_within(&caller.scope(DIRECTORY_READ));
        Ok(Seen { then: self.trees_at(as_of.at).await?, units })
    }

    /// The same when nobody asks who was below whom: then the trees of today do.
    async fn seen_under(
        &self,
        caller: &Caller,
        as_of: AsOf,
        under: Option<UnitId>,
    ) -> Result<Seen, DirectoryError> {
        if under.is_some() {
            return self.seen_at(caller, as_of).await;
        }
        let then = self.trees().await?;
        let units = then.units_within(&caller.scope(DIRECTORY_READ));
        Ok(Seen { then, units })
    }

    /// The units that match at a moment and that the caller sees; pages by id.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `q` or `after`.
    pub async fn units(
        &self,
        caller: &Caller,
        filter: &UnitFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Unit>>, DirectoryError> {
        let narrow = filter.narrow(&self.seen_under(caller, as_of, filter.under).await?)?;
        self.page(&narrow, as_of, page).await
    }

    /// The regions that match at a moment and that the caller sees, pages by id: those within the
    /// scope, those its units answer for, and the ones above them, which say where they are.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `q` or `after`.
    pub async fn regions(
        &self,
        caller: &Caller,
        filter: &RegionFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Region>>, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(filter.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(filter.parent.map(|id| ("parent_id", id.to_string())));
        narrow.equal.extend(filter.code.clone().map(|code| ("code", code)));
        let seen = self.trees().await?.regions_seen(&caller.scope(DIRECTORY_READ));
        narrow.within = seen.map(|seen| vec![("id", seen.into_iter().collect())]);
        self.page(&narrow, as_of, page).await
    }

    /// The sites that match at a moment and that the caller sees; pages by id.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `q` or `after`.
    pub async fn sites(
        &self,
        caller: &Caller,
        filter: &SiteFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Site>>, DirectoryError> {
        let narrow = filter.narrow(caller, &self.seen_at(caller, as_of).await?)?;
        self.page(&narrow, as_of, page).await
    }

    /// The posts that match at a moment and that the caller sees; pages by id.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `q` or `after`.
    pub async fn posts(
        &self,
        caller: &Caller,
        filter: &PostFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Post>>, DirectoryError> {
        let narrow = filter.narrow(&self.seen_under(caller, as_of, filter.under).await?)?;
        self.page(&narrow, as_of, page).await
    }

    /// The people that match at a moment and that the caller sees; pages by id.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `q` or `after`.
    pub async fn people(
        &self,
        caller: &Caller,
        filter: &PersonFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Person>>, DirectoryError> {
        let narrow = filter.narrow(&self.seen_under(caller, as_of, filter.under).await?)?;
        self.page(&narrow, as_of, page).await
    }

    /// Who holds which post at a moment, of the posts that the caller sees; pages by id.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `after`.
    pub async fn holdings(
        &self,
        caller: &Caller,
        filter: &HoldingFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Holding>>, DirectoryError> {
        let narrow = filter.narrow(&self.seen_under(caller, as_of, filter.under).await?);
        self.page(&narrow, as_of, page).await
    }

    pub(crate) async fn page<S: Kept>(
        &self,
        narrow: &Narrow,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<S>>, DirectoryError> {
        check_after(page)?;
        let mut connection = self.reader().await?;
        let dialect = self.db.dialect();
        let items = store::list(&mut connection, dialect, narrow, as_of, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |item: &Dated<S>| item.id.to_string()))
    }

    /// A unit at a moment. Without a moment: now, or as it was last if it is no more.
    ///
    /// Errors: [`DirectoryError::NotFound`], also when the caller does not see it.
    pub async fn unit(
        &self,
        caller: &Caller,
        id: UnitId,
        as_of: Option<AsOf>,
    ) -> Result<Dated<Unit>, DirectoryError> {
        let unit = self.one(id, as_of).await?;
        seen(caller, &Belongs::to_both(Some(id), unit.state.region), id)?;
        Ok(unit)
    }

    /// A region at a moment; as [`Self::unit`].
    ///
    /// Errors: [`DirectoryError::NotFound`], also when the caller does not see it.
    pub async fn region(
        &self,
        caller: &Caller,
        id: RegionId,
        as_of: Option<AsOf>,
    ) -> Result<Dated<Region>, DirectoryError> {
        let seen = self.trees().await?.regions_seen(&caller.scope(DIRECTORY_READ));
        if seen.is_some_and(|seen| !seen.contains(&id.to_string())) {
            return Err(DirectoryError::not_found::<Region>(id));
        }
        self.one(id, as_of).await
    }

    /// A site at a moment; as [`Self::unit`].
    ///
    /// Errors: [`DirectoryError::NotFound`].
    pub async fn site(
        &self,
        caller: &Caller,
        id: SiteId,
        as_of: Option<AsOf>,
    ) -> Result<Dated<Site>, DirectoryError> {
        let site = self.one(id, as_of).await?;
        seen(caller, &Belongs::to_both(site.state.unit, site.state.region), id)?;
        Ok(site)
    }

    /// A post at a moment; as [`Self::unit`].
    ///
    /// Errors: [`DirectoryError::NotFound`].
    pub async fn post(
        &self,
        caller: &Caller,
        id: PostId,
        as_of: Option<AsOf>,
    ) -> Result<Dated<Post>, DirectoryError> {
        let post = self.one(id, as_of).await?;
        let trees = self.trees().await?;
        seen(caller, &Belongs::to_unit(&trees, Some(post.state.unit)), id)?;
        Ok(post)
    }

    /// A person at a moment; as [`Self::unit`].
    ///
    /// Errors: [`DirectoryError::NotFound`].
    pub async fn person_seen(
        &self,
        caller: &Caller,
        id: PersonId,
        as_of: Option<AsOf>,
    ) -> Result<Dated<Person>, DirectoryError> {
        let person = self.one(id, as_of).await?;
        let trees = self.trees().await?;
        seen(caller, &Belongs::to_unit(&trees, person.state.unit), id)?;
        Ok(person)
    }

    /// A holding at a moment; as [`Self::unit`]. It belongs to the unit of its post.
    ///
    /// Errors: [`DirectoryError::NotFound`].
    pub async fn holding(
        &self,
        caller: &Caller,
        id: HoldingId,
        as_of: Option<AsOf>,
    ) -> Result<Dated<Holding>, DirectoryError> {
        let holding: Dated<Holding> = self.one(id, as_of).await?;
        let mut connection = self.reader().await?;
        let post = store::timeline(&mut connection, holding.state.post).await?;
        drop(connection);
        let unit = post.nearest(holding.valid_from).map(|post| post.state.unit);
        let trees = self.trees().await?;
        seen(caller, &Belongs::to_unit(&trees, unit), id)?;
        Ok(holding)
    }

    /// A thing at a moment; without one as it is now, or was last, or will be first.
    pub(crate) async fn one<S: Kept>(
        &self,
        id: Id<S>,
        as_of: Option<AsOf>,
    ) -> Result<Dated<S>, DirectoryError> {
        let mut connection = self.reader().await?;
        let now = self.clock.now();
        let found = match as_of.filter(|as_of| as_of.known_at.is_some()) {
            Some(as_of) => {
                let equal = vec![("id", id.to_string())];
                let narrow = Narrow { equal, ..Narrow::default() };
                let (dialect, page) = (self.db.dialect(), Page { after: None, limit: 1 });
                store::list(&mut connection, dialect, &narrow, as_of, &page).await?.pop()
            }
            None => {
                let timeline: Timeline<S> = store::timeline(&mut connection, id).await?;
                let version = timeline.version();
                let span = match as_of {
                    Some(as_of) => timeline.at(as_of.at),
                    None => timeline.nearest(now),
                };
                span.map(|span| Dated { version, ..span.clone() })
            }
        };
        found.ok_or_else(|| DirectoryError::not_found::<S>(id))
    }

    /// From which units the unit took over, and which took over from it.
    ///
    /// Errors: [`DirectoryError::NotFound`], also when the caller does not see it.
    pub(crate) async fn succession(
        &self,
        caller: &Caller,
        id: UnitId,
    ) -> Result<Vec<store::Link>, DirectoryError> {
        self.unit(caller, id, None).await?;
        let mut connection = self.reader().await?;
        store::links_of(&mut connection, id).await
    }

    /// All that was ever known of a thing, in the order in which it became known.
    pub(crate) async fn history<S: Kept>(
        &self,
        id: Id<S>,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let mut connection = self.reader().await?;
        store::history(&mut connection, id, HISTORY_MAX).await
    }
}

impl UnitFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(self.parent.map(|id| ("parent_id", id.to_string())));
        narrow.equal.extend(self.kind.clone().map(|kind| ("kind", kind)));
        narrow.equal.extend(self.region.map(|id| ("region_id", id.to_string())));
        narrow.equal.extend(self.code.clone().map(|code| ("code", code)));
        narrow.one_of.extend(seen.under("id", self.under));
        narrow.within = seen.visible("id");
        Ok(narrow)
    }
}

/// The unit of a site that names no region: then it is in its unit's.
const UNIT_ALONE: &str = "CASE WHEN region_id IS NULL THEN unit_id END";

impl SiteFilter {
    pub(crate) fn narrow(&self, caller: &Caller, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.one_of.extend(seen.under("unit_id", self.under));
        if let Some(region) = self.region {
            let regions = seen.then.region_subtree(&region.to_string()).into_iter().collect();
            narrow.one_of.push(("region_id", regions));
        }
        if let Scope::Within(within) = caller.scope(DIRECTORY_READ) {
            narrow.within = Some(vec![
                ("unit_id", within.units.iter().cloned().collect()),
                ("region_id", within.regions.iter().cloned().collect()),
                (UNIT_ALONE, within.answering.iter().cloned().collect()),
            ]);
        }
        Ok(narrow)
    }
}

impl PostFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(self.unit.map(|id| ("unit_id", id.to_string())));
        narrow.flag = self.head.map(|head| ("head", head));
        narrow.one_of.extend(seen.under("unit_id", self.under));
        narrow.within = seen.visible("unit_id");
        Ok(narrow)
    }
}

impl PersonFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(self.unit.map(|id| ("unit_id", id.to_string())));
        narrow.equal.extend(self.number.clone().map(|number| ("number", number)));
        narrow.one_of.extend(seen.under("unit_id", self.under));
        narrow.within = seen.visible("unit_id");
        Ok(narrow)
    }
}

impl HoldingFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Narrow {
        let mut narrow = Narrow::default();
        narrow.equal.extend(self.person.map(|id| ("person_id", id.to_string())));
        narrow.equal.extend(self.post.map(|id| ("post_id", id.to_string())));
        narrow.equal.extend(self.kind.map(|kind| ("kind", kind.name().to_owned())));
        let mut units = seen.units.clone();
        let mut only = |asked: BTreeSet<String>| {
            units = Some(match units.take() {
                Some(seen) => seen.intersection(&asked).cloned().collect(),
                None => asked,
            });
        };
        if let Some(unit) = self.unit {
            only(BTreeSet::from([unit.to_string()]));
        }
        if let Some(unit) = self.under {
            only(seen.then.unit_subtree(&unit.to_string()));
        }
        if units.is_some() || self.head {
            let units = units.map(|units| units.into_iter().collect());
            narrow.posts = Some(PostsLike { units, head: self.head });
        }
        narrow
    }
}

/// Errors: [`DirectoryError::NotFound`] when the caller does not see what belongs there.
fn seen<S: Kept>(caller: &Caller, belongs: &Belongs, id: Id<S>) -> Result<(), DirectoryError> {
    if belongs.seen_by(caller) { Ok(()) } else { Err(DirectoryError::not_found::<S>(id)) }
}

impl Seen {
    /// What limits a list to the scope, where `column` holds a unit.
    fn visible(&self, column: &'static str) -> Option<Vec<(&'static str, Vec<String>)>> {
        let units = self.units.as_ref()?;
        Some(vec![(column, units.iter().cloned().collect())])
    }

    /// What limits a list to a unit and all below it, where `column` holds a unit.
    fn under(
        &self,
        column: &'static str,
        unit: Option<UnitId>,
    ) -> Option<(&'static str, Vec<String>)> {
        let units = self.then.unit_subtree(&unit?.to_string());
        Some((column, units.into_iter().collect()))
    }
}

/// The pattern that finds `text`. Errors: names `q` when it is over 200 characters.
fn pattern(text: Option<&str>) -> Result<Option<String>, DirectoryError> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if text.chars().count() > TEXT_CHARS_MAX || text.contains('\0') {
        let expected = Text::new("at most 200 characters", "不超过 200 个字符");
        return Err(FieldFault::new("q", text, expected).into());
    }
    Ok(Some(containing(text)))
}
