use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use db::{Db, DbError, Tx};
use jiff::tz::TimeZone;
use kernel::{Caller, Clock, FieldFault, Ids, Lineage, Page, Permission, Place, Text, Time};
use sqlx::{Any, pool::PoolConnection};
use tokio::sync::watch;

use crate::{
    AsOf, Contents, DirectoryError, Past, RegionId, Trees, UnitId,
    import::Runs,
    ldap::PostGrants,
    model::{self, NEVER},
    store::{self, Counters},
};

/// Seeing the directory.
pub const DIRECTORY_READ: Permission = Permission("directory.read");
/// Changing the directory.
pub const DIRECTORY_CHANGE: Permission = Permission("directory.change");

/// What was read last of the past of the trees.
type KnownPast = Option<(i64, Arc<Past>)>;

/// The organisation as of any date: cheap to clone.
#[derive(Debug, Clone)]
pub struct Directory {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) zone: TimeZone,
    commits: watch::Receiver<u64>,
    remembered: Arc<RwLock<Remembered>>,
    /// The imports that run here.
    pub(crate) imports: Runs,
    /// What keeps grants, once it is known.
    pub(crate) post_grants: Arc<OnceLock<Arc<dyn PostGrants>>>,
    /// What keeps things in units and regions, once it is known.
    pub(crate) contents: Arc<OnceLock<Arc<dyn Contents>>>,
    /// The past of the trees, and after how many of their changes it was read.
    pub(crate) past: Arc<Mutex<KnownPast>>,
    /// One reads, the others wait for what it has read.
    reading: Arc<tokio::sync::Mutex<()>>,
}

/// What is kept in memory, and for how long it is good.
#[derive(Debug, Clone)]
struct Remembered {
    trees: Arc<Trees>,
    generation: u64,
    counters: Counters,
    /// The commit after which it was read; none: never read.
    commit: Option<u64>,
    /// It holds from then …
    from: Time,
    /// … to then: what was planned for that moment happens by itself.
    until: Time,
}

/// To which unit and region a thing belongs, as far as scopes ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Belongs {
    pub(crate) unit: Option<String>,
    pub(crate) region: Option<String>,
    /// All that is above it at other moments that are asked for: what is held today may be
    /// elsewhere then.
    pub(crate) then: Vec<Lineage>,
}

impl Directory {
    /// The directory in these records. Days begin at midnight in `zone`.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, zone: TimeZone) -> Self {
        let commits = db.commits();
        let remembered = Remembered {
            trees: Arc::default(),
            generation: 0,
            counters: Counters::default(),
            commit: None,
            from: NEVER,
            until: NEVER,
        };
        let remembered = Arc::new(RwLock::new(remembered));
        Self {
            db,
            clock,
            ids,
            zone,
            commits,
            remembered,
            imports: Runs::default(),
            post_grants: Arc::default(),
            contents: Arc::default(),
            past: Arc::default(),
            reading: Arc::default(),
        }
    }

    /// The zone in which days begin at midnight.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The unit tree and the region tree as they are now. Read again only after a change, or when
    /// something planned has come to pass; costs no query otherwise.
    pub async fn trees(&self) -> Result<Arc<Trees>, DirectoryError> {
        Ok(self.remembered().await?.trees)
    }

    /// How often the trees have changed, and what they are now.
    pub(crate) async fn places_and_trees(&self) -> Result<(i64, Arc<Trees>), DirectoryError> {
        let remembered = self.remembered().await?;
        Ok((remembered.counters.places, remembered.trees))
    }

    /// The trees at a moment, as they are known now. Costs a read of all units and regions, unless
    /// they are the same as now.
    pub async fn trees_at(&self, at: Time) -> Result<Arc<Trees>, DirectoryError> {
        let remembered = self.remembered().await?;
        if (remembered.from..remembered.until).contains(&at) {
            return Ok(remembered.trees);
        }
        let mut connection = self.reader().await?;
        let places = store::places(&mut connection, at).await?;
        Ok(Arc::new(Trees::new(places.units, places.regions)))
    }

    /// A number that grows whenever units, regions, posts, people or holdings have changed, or
    /// something planned for them has come to pass: what was worked out from them before is to be
    /// worked out again. It counts in this process only.
    pub async fn generation(&self) -> Result<u64, DirectoryError> {
        Ok(self.remembered().await?.generation)
    }

    async fn remembered(&self) -> Result<Remembered, DirectoryError> {
        if let Some(good) = self.still_good() {
            return Ok(good);
        }
        let _reading = self.reading.lock().await;
        if let Some(good) = self.still_good() {
            return Ok(good);
        }
        // Noted before reading: a commit in between makes the next caller read again.
        let (commit, now) = (*self.commits.borrow(), self.clock.now());
        let mut connection = self.reader().await?;
        let counters = store::counters(&mut connection).await?;
        let mut next = self.last();
        let planned = !(next.from..next.until).contains(&now);
        let nothing_new = next.commit.is_some() && next.counters == counters && !planned;
        next.commit = Some(commit);
        if !nothing_new {
            if next.counters.places != counters.places || planned {
                let places = store::places(&mut connection, now).await?;
                next.until = places.until;
                next.trees = Arc::new(Trees::new(places.units, places.regions));
            }
            next.until = next.until.min(store::next_holding(&mut connection, now).await?);
            next.from = now;
            next.counters = counters;
            next.generation += 1;
        }
        *self.remembered.write().unwrap_or_else(PoisonError::into_inner) = next.clone();
        Ok(next)
    }

    fn last(&self) -> Remembered {
        self.remembered.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn still_good(&self) -> Option<Remembered> {
        let (commit, now) = (*self.commits.borrow(), self.clock.now());
        let last = self.last();
        let good = last.commit == Some(commit) && (last.from..last.until).contains(&now);
        good.then_some(last)
    }

    /// The moment a reader asks about: texts as they come with a query; now where there is none.
    ///
    /// Errors: names `as_of` or `known_at`.
    pub(crate) fn as_of(
        &self,
        as_of: Option<&str>,
        known_at: Option<&str>,
    ) -> Result<AsOf, FieldFault> {
        let given = |field, text: Option<&str>| {
            let text = text.filter(|text| !text.is_empty());
            text.map(|text| model::moment(field, text, &self.zone)).transpose()
        };
        let at = given("as_of", as_of)?.unwrap_or_else(|| self.clock.now());
        Ok(AsOf { at, known_at: given("known_at", known_at)? })
    }

    /// The moment from which a change counts: now where none is given.
    ///
    /// Errors: names `field`.
    pub(crate) fn effective(&self, field: &str, text: Option<&str>) -> Result<Time, FieldFault> {
        match text {
            Some(text) => model::moment(field, text, &self.zone),
            None => Ok(self.clock.now()),
        }
    }

    pub(crate) async fn begin(&self) -> Result<Tx, DirectoryError> {
        Ok(self.db.begin().await?)
    }

    pub(crate) async fn reader(&self) -> Result<PoolConnection<Any>, DirectoryError> {
        Ok(self.db.reader().acquire().await.map_err(DbError::from)?)
    }
}

impl Belongs {
    /// Where something of that unit belongs.
    pub(crate) fn to_unit(trees: &Trees, unit: Option<UnitId>) -> Self {
        let unit = unit.map(|unit| unit.to_string());
        let node = unit.as_deref().and_then(|unit| trees.unit(unit));
        Self { region: node.and_then(|node| node.region.clone()), unit, then: Vec::new() }
    }

    /// Where something of that unit and region belongs.
    pub(crate) fn to_both(unit: Option<UnitId>, region: Option<RegionId>) -> Self {
        Self {
            unit: unit.map(|unit| unit.to_string()),
            region: region.map(|region| region.to_string()),
            then: Vec::new(),
        }
    }

    pub(crate) fn place(&self) -> Place<'_> {
        Place {
            resource_id: None,
            unit_id: self.unit.as_deref(),
            region_id: self.region.as_deref(),
        }
    }

    /// Whether the caller holds the permission over what belongs there.
    pub(crate) fn held_by(&self, caller: &Caller, permission: Permission) -> bool {
        caller.may_at(permission, &self.place())
            && self.then.iter().all(|then| caller.scope(permission).reached(None, then))
    }

    /// Whether the caller sees what belongs there.
    pub(crate) fn seen_by(&self, caller: &Caller) -> bool {
        self.held_by(caller, DIRECTORY_READ)
    }

    /// Whether the caller may change what belongs there, or put something there.
    ///
    /// Errors: [`DirectoryError::NotAllowed`].
    pub(crate) fn permit(&self, caller: &Caller) -> Result<(), DirectoryError> {
        if self.held_by(caller, DIRECTORY_CHANGE) {
            Ok(())
        } else {
            Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE))
        }
    }
}

/// Pages go on after an id. Errors: names `after`.
pub(crate) fn check_after(page: &Page) -> Result<(), FieldFault> {
    match &page.after {
        Some(after) if after.parse::<kernel::Id<()>>().is_err() => {
            let expected = Text::new("the `next` of the page before", "上一页的 next");
            Err(FieldFault::new("after", after, expected))
        }
        _ => Ok(()),
    }
}
