use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use kernel::{Caller, Language, Page};

use super::{columns::SheetKind, write::SheetOut};
use crate::{
    AsOf, Dated, Directory, DirectoryError, Holding, HoldingFilter, HoldingKind, Person,
    PersonFilter, Post, PostFilter, Region, RegionId, Site, SiteFilter, Trees, Unit, UnitFilter,
    UnitId, Way,
    model::written,
    store::{self, Kept, Narrow, language_name},
};

/// Rows are fetched so many at a time.
const ROWS_AT_ONCE: u32 = 5000;

/// The codes of what rows name, as far as the caller sees it: what lies outside their scope is
/// left out.
#[derive(Debug)]
struct Codes {
    trees: Arc<Trees>,
    /// None: all of them are seen.
    units: Option<BTreeSet<String>>,
    regions: Option<BTreeSet<String>>,
}

impl Codes {
    fn unit(&self, id: Option<UnitId>) -> String {
        let id = id.map(|id| id.to_string()).filter(|id| is_seen(self.units.as_ref(), id));
        let node = id.and_then(|id| self.trees.unit(&id));
        node.map_or_else(String::new, |unit| unit.code.clone())
    }

    fn region(&self, id: Option<RegionId>) -> String {
        let id = id.map(|id| id.to_string()).filter(|id| is_seen(self.regions.as_ref(), id));
        let node = id.and_then(|id| self.trees.region(&id));
        node.map_or_else(String::new, |region| region.code.clone())
    }
}

fn is_seen(among: Option<&BTreeSet<String>>, id: &str) -> bool {
    among.is_none_or(|among| among.contains(id))
}

impl Directory {
    /// The sheets as of a moment, with what the caller sees.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub(crate) async fn export(
        &self,
        caller: &Caller,
        kinds: &[SheetKind],
        as_of: AsOf,
        language: Language,
    ) -> Result<Vec<SheetOut>, DirectoryError> {
        let mut sheets = Vec::new();
        for kind in kinds {
            let rows = match kind {
                SheetKind::Regions => self.region_rows(caller, as_of).await?,
                SheetKind::Units => self.unit_rows(caller, as_of).await?,
                SheetKind::Sites => self.site_rows(caller, as_of).await?,
                SheetKind::Posts => self.post_rows(caller, as_of, language).await?,
                SheetKind::People => self.person_rows(caller, as_of).await?,
                SheetKind::Holdings => self.holding_rows(caller, as_of, language).await?,
            };
            sheets.push(SheetOut { kind: *kind, rows });
        }
        Ok(sheets)
    }

    async fn region_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let codes = self.codes_seen(caller, as_of).await?;
        let within = codes.regions.clone();
        let within = within.map(|seen| vec![("id", seen.into_iter().collect())]);
        let narrow = Narrow { within, ..Narrow::default() };
        let row = |region: Dated<Region>| {
            vec![
                region.state.code,
                region.state.name.zh,
                region.state.name.en,
                region.state.kind,
                codes.region(region.state.parent),
                written(region.valid_from, &self.zone),
            ]
        };
        let regions = self.only_seen(caller, self.every(&narrow, as_of).await?, as_of).await?;
        Ok(regions.into_iter().map(row).collect())
    }

    async fn site_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let narrow = SiteFilter::default().narrow(&seen)?;
        let codes = self.codes_seen(caller, as_of).await?;
        let degrees = |degrees: Option<f64>| degrees.map_or_else(String::new, |d| d.to_string());
        let row = |site: Dated<Site>| {
            vec![
                site.state.code,
                site.state.name.zh,
                site.state.name.en,
                site.state.address,
                codes.unit(site.state.unit),
                codes.region(site.state.region),
                degrees(site.state.latitude),
                degrees(site.state.longitude),
                written(site.valid_from, &self.zone),
            ]
        };
        Ok(self.every(&narrow, as_of).await?.into_iter().map(row).collect())
    }

    async fn unit_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let narrow = UnitFilter::default().narrow(&seen)?;
        let codes = self.codes_seen(caller, as_of).await?;
        let row = |unit: Dated<Unit>| {
            vec![
                unit.state.code,
                unit.state.name.zh,
                unit.state.name.en,
                unit.state.short_name,
                unit.state.kind,
                codes.unit(unit.state.parent),
                codes.region(unit.state.region),
                written(unit.valid_from, &self.zone),
            ]
        };
        let units = self.only_seen(caller, self.every(&narrow, as_of).await?, as_of).await?;
        Ok(units.into_iter().map(row).collect())
    }

    async fn post_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
        language: Language,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let narrow = PostFilter::default().narrow(&seen)?;
        let codes = self.codes_seen(caller, as_of).await?;
        let row = |post: Dated<Post>| {
            vec![
                post.state.code,
                post.state.title.zh,
                post.state.title.en,
                post.state.description,
                codes.unit(Some(post.state.unit)),
                flag_cell(post.state.head, language).to_owned(),
                written(post.valid_from, &self.zone),
            ]
        };
        Ok(self.every(&narrow, as_of).await?.into_iter().map(row).collect())
    }

    async fn person_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let narrow = PersonFilter::default().narrow(&seen)?;
        let codes = self.codes_seen(caller, as_of).await?;
        let row = |person: Dated<Person>| {
            let mut cells = vec![
                person.state.number,
                person.state.name,
                language_name(person.state.language).to_owned(),
                codes.unit(person.state.unit),
            ];
            for way in Way::ALL {
                let first = person.state.contacts.iter().find(|contact| contact.way == way);
                cells.push(first.map_or_else(String::new, |contact| contact.value.clone()));
            }
            cells.push(written(person.valid_from, &self.zone));
            cells
        };
        Ok(self.every(&narrow, as_of).await?.into_iter().map(row).collect())
    }

    async fn holding_rows(
        &self,
        caller: &Caller,
        as_of: AsOf,
        language: Language,
    ) -> Result<Vec<Vec<String>>, DirectoryError> {
        let seen = self.seen_at(caller, as_of).await?;
        let narrow = HoldingFilter::default().narrow(&seen);
        let holdings: Vec<Dated<Holding>> = self.every(&narrow, as_of).await?;
        // Whoever holds a post here and belongs elsewhere is named by nothing.
        let people = PersonFilter::default().narrow(&seen)?;
        let people = self.codes::<Person>(&people, as_of).await?;
        let posts = PostFilter::default().narrow(&seen)?;
        let posts = self.codes::<Post>(&posts, as_of).await?;
        let mut connection = self.reader().await?;
        let spans = store::holding_spans(&mut connection, as_of.known_at).await?;
        drop(connection);
        // All of it, also what its share was before or is to be.
        let whole = |holding: Dated<Holding>| {
            let whole = spans.get(&holding.id.to_string()).copied();
            let (valid_from, valid_to) = whole.unwrap_or((holding.valid_from, holding.valid_to));
            Dated { valid_from, valid_to, ..holding }
        };
        let holdings = holdings.into_iter().map(whole).collect();
        let holdings = self.holdings_ending_in_sight(caller, holdings).await?;
        let row = |holding: Dated<Holding>| {
            let (person, post) = (holding.state.person.uuid(), holding.state.post.uuid());
            vec![
                people.get(&person.to_string()).cloned().unwrap_or_default(),
                posts.get(&post.to_string()).cloned().unwrap_or_default(),
                kind_cell(holding.state.kind, language).to_owned(),
                holding.state.share_percent.to_string(),
                written(holding.valid_from, &self.zone),
                holding.valid_to.map_or_else(String::new, |to| written(to, &self.zone)),
            ]
        };
        Ok(holdings.into_iter().map(row).collect())
    }

    /// The codes of units and regions that the caller sees, and saw then.
    async fn codes_seen(&self, caller: &Caller, as_of: AsOf) -> Result<Codes, DirectoryError> {
        let sight = self.sight(caller).await?;
        let (units, regions) = (sight.units_as_of(as_of), sight.regions_as_of(as_of));
        Ok(Codes { trees: self.trees_at(as_of.at).await?, units, regions })
    }

    /// The codes of things of a sort, by their ids.
    async fn codes<S: Kept>(
        &self,
        narrow: &Narrow,
        as_of: AsOf,
    ) -> Result<HashMap<String, String>, DirectoryError> {
        let all: Vec<Dated<S>> = self.every(narrow, as_of).await?;
        let pair = |thing: Dated<S>| (thing.id.to_string(), thing.state.code().to_owned());
        Ok(all.into_iter().map(pair).collect())
    }

    /// All that match as of a moment.
    pub(crate) async fn every<S: Kept>(
        &self,
        narrow: &Narrow,
        as_of: AsOf,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let mut connection = self.reader().await?;
        let mut all: Vec<Dated<S>> = Vec::new();
        loop {
            let after = all.last().map(|thing| thing.id.to_string());
            let page = Page { after, limit: ROWS_AT_ONCE - 1 };
            let some =
                store::list(&mut connection, self.db.dialect(), narrow, as_of, &page).await?;
            let whole = some.len() < ROWS_AT_ONCE as usize;
            all.extend(some);
            if whole {
                return Ok(all);
            }
        }
    }
}

/// Yes or no, as the import reads it.
const fn flag_cell(set: bool, language: Language) -> &'static str {
    match (language, set) {
        (Language::Chinese, true) => "是",
        (Language::Chinese, false) => "否",
        (Language::English, true) => "yes",
        (Language::English, false) => "no",
    }
}

/// In which way a post is held, as the import reads it.
const fn kind_cell(kind: HoldingKind, language: Language) -> &'static str {
    match (language, kind) {
        (Language::English, kind) => kind.name(),
        (Language::Chinese, HoldingKind::Substantive) => "正式",
        (Language::Chinese, HoldingKind::Acting) => "代理",
        (Language::Chinese, HoldingKind::PartTime) => "兼任",
    }
}
