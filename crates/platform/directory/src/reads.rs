use std::{collections::BTreeSet, sync::Arc};

use kernel::{Caller, Id, Page, PageOf, Time, Within};

use crate::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Holding, HoldingId, HoldingKind,
    Person, PersonId, Post, PostId, Region, RegionId, Site, SiteId, Trees, Unit, UnitId,
    directory::{Belongs, check_after},
    model::Timeline,
    narrowing::pattern,
    sight::{Placed, Sight},
    store::{self, Kept, Narrow},
};

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
    /// In this region or one within it: by the region they answer for, or that of a unit above.
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
    /// The trees of today: below what the caller does not see lies what lies there today.
    pub(crate) today: Arc<Trees>,
    /// The units within the scope as it is now that they saw then; none: all.
    pub(crate) units: Option<BTreeSet<String>>,
    /// Those that they see today; none: all.
    pub(crate) units_today: Option<BTreeSet<String>>,
    /// The regions that they see today; none: all.
    pub(crate) regions: Option<BTreeSet<String>>,
    /// What the scope lists, as far as it reached then; none: everything.
    pub(crate) within: Option<Within>,
    /// What it lists today; none: everything.
    pub(crate) within_today: Option<Within>,
    /// The moment of now when they look at a later one: the future is shown of what is seen today.
    pub(crate) now: Option<Time>,
}

impl Directory {
    /// What the caller sees when they look at a moment.
    pub(crate) async fn seen_at(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Seen, DirectoryError> {
        let then = self.trees_at(as_of.at).await?;
        Ok(self.seen(&self.sight(caller).await?, as_of, then))
    }

    fn seen(&self, sight: &Sight<'_>, as_of: AsOf, then: Arc<Trees>) -> Seen {
        Seen {
            then,
            today: Arc::clone(&sight.today.trees),
            units: sight.units_as_of(as_of),
            units_today: sight.units_today(),
            regions: sight.today.regions.clone(),
            within: sight.within_as_of(as_of),
            within_today: sight.within_today(),
            now: self.before(as_of),
        }
    }

    /// Now, when the moment is later.
    fn before(&self, as_of: AsOf) -> Option<Time> {
        Some(self.clock.now()).filter(|now| *now < as_of.at)
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
        let sight = self.sight(caller).await?;
        let today = Arc::clone(&sight.today.trees);
        Ok(self.seen(&sight, as_of, today))
    }

    /// The units that match at a moment and that the caller sees; pages by id. A page of the future
    /// may hold fewer than asked for.
    ///
    /// Errors: [`DirectoryError::WrongInput`] naming `q` or `after`.
    pub async fn units(
        &self,
        caller: &Caller,
        filter: &UnitFilter,
        as_of: AsOf,
        page: &Page,
    ) -> Result<PageOf<Dated<Unit>>, DirectoryError> {
        let seen = match filter.region {
            Some(_) => self.seen_at(caller, as_of).await?,
            None => self.seen_under(caller, as_of, filter.under).await?,
        };
        let narrow = filter.narrow(&seen)?;
        let mut found: PageOf<Dated<Unit>> = self.page(&narrow, as_of, page).await?;
        found.items = self.only_seen(caller, found.items, as_of).await?;
        found.items = self.ending_in_sight(caller, found.items).await?;
        Ok(found)
    }

    /// The regions that match at a moment and that the caller sees, pages by id: those within the
    /// scope, those its units answer for, and the ones above them, which say where they are. A page
    /// may hold fewer than asked for.
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
        let seen = self.sight(caller).await?.regions_as_of(as_of);
        narrow.within = seen.map(|seen| vec![("id", seen.into_iter().collect())]);
        let mut found: PageOf<Dated<Region>> = self.page(&narrow, as_of, page).await?;
        found.items = self.only_seen(caller, found.items, as_of).await?;
        found.items = self.ending_in_sight(caller, found.items).await?;
        Ok(found)
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
        let narrow = filter.narrow(&self.seen_at(caller, as_of).await?)?;
        let mut found = self.page(&narrow, as_of, page).await?;
        found.items = self.ending_in_sight(caller, found.items).await?;
        Ok(found)
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
        let mut found = self.page(&narrow, as_of, page).await?;
        found.items = self.ending_in_sight(caller, found.items).await?;
        Ok(found)
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
        let mut found = self.page(&narrow, as_of, page).await?;
        found.items = self.ending_in_sight(caller, found.items).await?;
        Ok(found)
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
        let mut found = self.page(&narrow, as_of, page).await?;
        found.items = self.holdings_ending_in_sight(caller, found.items).await?;
        Ok(found)
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
        let trees = self.trees().await?;
        seen(caller, &Belongs::to_unit(&trees, Some(id)), id)?;
        self.seen_then(caller, self.one(id, as_of).await?, as_of).await
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
        self.seen_then(caller, self.one(id, as_of).await?, as_of).await
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
        let place = |_: &Trees, site: &Site| Belongs::to_both(site.unit, site.region);
        self.one_seen(caller, id, as_of, place).await
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
        let place = |trees: &Trees, post: &Post| Belongs::to_unit(trees, Some(post.unit));
        self.one_seen(caller, id, as_of, place).await
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
        let place = |trees: &Trees, person: &Person| Belongs::to_unit(trees, person.unit);
        self.one_seen(caller, id, as_of, place).await
    }

    /// A thing that the caller sees where it is then; of a moment to come also where it is now, and
    /// what begins only then where it is to begin.
    async fn one_seen<S: Placed>(
        &self,
        caller: &Caller,
        id: Id<S>,
        as_of: Option<AsOf>,
        place: impl Fn(&Trees, &S) -> Belongs,
    ) -> Result<Dated<S>, DirectoryError> {
        let (found, trees) = (self.one(id, as_of).await?, self.trees().await?);
        seen(caller, &place(trees.as_ref(), &found.state), id)?;
        if as_of.is_some_and(|as_of| self.before(as_of).is_some()) {
            let today = self.one(id, None).await?;
            seen(caller, &place(trees.as_ref(), &today.state), id)?;
        }
        let begins = Some(found.valid_from).filter(|begins| *begins > self.clock.now());
        let as_of = as_of.or(begins.map(AsOf::at));
        self.seen_then(caller, found, as_of).await
    }

    /// What was found as of a moment. Errors: [`DirectoryError::NotFound`] when the caller did not
    /// see it then.
    async fn seen_then<S: Placed>(
        &self,
        caller: &Caller,
        found: Dated<S>,
        as_of: Option<AsOf>,
    ) -> Result<Dated<S>, DirectoryError> {
        let id = found.id;
        let seen = match as_of {
            Some(as_of) => self.only_seen(caller, vec![found], as_of).await?,
            None => vec![found],
        };
        let seen = self.ending_in_sight(caller, seen).await?.pop();
        seen.ok_or_else(|| DirectoryError::not_found::<S>(id))
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
        let as_of = as_of.unwrap_or_else(|| AsOf::at(self.clock.now()));
        if !self.sight(caller).await?.sees_holding((&holding, &post), as_of) {
            return Err(DirectoryError::not_found::<Holding>(id));
        }
        let seen = self.holdings_ending_in_sight(caller, vec![holding]).await?.pop();
        seen.ok_or_else(|| DirectoryError::not_found::<Holding>(id))
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
}

/// Errors: [`DirectoryError::NotFound`] when the caller does not see what belongs there.
fn seen<S: Kept>(caller: &Caller, belongs: &Belongs, id: Id<S>) -> Result<(), DirectoryError> {
    if belongs.seen_by(caller) { Ok(()) } else { Err(DirectoryError::not_found::<S>(id)) }
}
