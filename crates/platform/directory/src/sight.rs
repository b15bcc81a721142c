//! What a caller sees of the past and of what is planned: what they saw then, and where things go
//! if they see it today.

use std::{collections::BTreeSet, iter};

use kernel::{Caller, Id, Lineage, Scope, Time, Within};
use sqlx::AnyConnection;

use crate::{
    AsOf, DIRECTORY_READ, Dated, Directory, DirectoryError, Holding, HoldingId, Person, Post,
    Region, Site, Unit, UnitId,
    coming::{SeenToday, Shown},
    directory::Belongs,
    model::{NEVER, Timeline},
    store,
};

/// The history of one thing shows at most so many rows.
const HISTORY_MAX: u32 = 1000;

/// Where something is: its unit, and a region of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) unit: Option<String>,
    pub(crate) region: Option<String>,
    /// What is there, when it is a part of a tree itself.
    pub(crate) part: Option<Part>,
}

/// A part of a tree, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Unit(String),
    Region(String),
}

/// A moment that is looked at, and as of when it is known; none: as it is known now.
type Moment = (Time, Option<Time>);

/// What a caller sees today and saw before.
pub(crate) struct Sight<'c> {
    pub(crate) today: SeenToday<'c>,
}

/// A noun whose states say where it was.
pub(crate) trait Placed: Shown {
    /// Whether it is a part of a tree: where it was, that tree says, too.
    const IN_TREE: bool = false;

    /// Where it was in that state, as the state says; none: its past is open to whoever sees it.
    fn place(sight: &Sight<'_>, row: &Dated<Self>) -> Option<Place>;

    /// The same as the tree says.
    fn place_in_tree(_: &Dated<Self>) -> Option<Place> {
        None
    }
}

impl Placed for Unit {
    const IN_TREE: bool = true;

    fn place(_: &Sight<'_>, row: &Dated<Self>) -> Option<Place> {
        Some(Place::of_unit(row))
    }

    fn place_in_tree(row: &Dated<Self>) -> Option<Place> {
        Some(in_unit(row.id))
    }
}

impl Placed for Region {
    const IN_TREE: bool = true;

    /// A region above what is held, or one that a unit answers for, is shown as the way there.
    fn place(sight: &Sight<'_>, row: &Dated<Self>) -> Option<Place> {
        sight.holds_region(&row.id.to_string()).then(|| Place::of_region(row))
    }
}

impl Placed for Site {
    fn place(_: &Sight<'_>, row: &Dated<Self>) -> Option<Place> {
        Some(Place::of_site(&row.state))
    }
}

impl Placed for Post {
    fn place(_: &Sight<'_>, row: &Dated<Self>) -> Option<Place> {
        Some(in_unit(row.state.unit))
    }
}

impl Placed for Person {
    fn place(_: &Sight<'_>, row: &Dated<Self>) -> Option<Place> {
        Some(Place { unit: row.state.unit.map(|unit| unit.to_string()), ..Place::default() })
    }
}

impl Place {
    /// Where a unit is, as the row says.
    pub(crate) fn of_unit(row: &Dated<Unit>) -> Self {
        let region = row.state.region.map(|region| region.to_string());
        let unit = row.state.parent.map(|parent| parent.to_string());
        Self { unit, region, part: Some(Part::Unit(row.id.to_string())) }
    }

    /// Where a region is, as the row says.
    pub(crate) fn of_region(row: &Dated<Region>) -> Self {
        let region = row.state.parent.map(|parent| parent.to_string());
        Self { unit: None, region, part: Some(Part::Region(row.id.to_string())) }
    }

    pub(crate) fn of_site(site: &Site) -> Self {
        let region = site.region.map(|region| region.to_string());
        Self { unit: site.unit.map(|unit| unit.to_string()), region, part: None }
    }
}

impl SeenToday<'_> {
    /// Whether the scope reaches there at a moment, past or to come.
    pub(crate) fn reaches(&self, place: &Place, (at, known_at): Moment) -> bool {
        self.scope == Scope::Everywhere
            || self.scope.reached(None, &self.lineage(place, (at, known_at)))
    }

    fn lineage(&self, place: &Place, (at, known_at): Moment) -> Lineage {
        let (unit, region) = (place.unit.as_deref(), place.region.as_deref());
        let mut was = self.past.lineage_known(unit, region, at, known_at);
        match &place.part {
            Some(Part::Unit(id)) => was.units.insert(0, id.clone()),
            Some(Part::Region(id)) => was.regions.insert(0, id.clone()),
            None => {}
        }
        was
    }
}

impl Sight<'_> {
    /// The units that the caller sees as of a moment: those that they see today and saw then. None:
    /// all of them.
    pub(crate) fn units_as_of(&self, as_of: AsOf) -> Option<BTreeSet<String>> {
        let mut units = self.units_today()?;
        units.retain(|id| self.saw(&unit_at(id), as_of));
        Some(units)
    }

    /// The units that the caller sees today. None: all of them.
    pub(crate) fn units_today(&self) -> Option<BTreeSet<String>> {
        self.today.trees.units_within(&self.today.scope)
    }

    /// The same of regions.
    pub(crate) fn regions_as_of(&self, as_of: AsOf) -> Option<BTreeSet<String>> {
        let mut regions = self.today.regions.clone()?;
        regions.retain(|id| !self.holds_region(id) || self.saw(&region_at(id), as_of));
        Some(regions)
    }

    /// What the scope lists, as far as it reached there then; for what has a unit and a region.
    /// None: everything.
    pub(crate) fn within_as_of(&self, as_of: AsOf) -> Option<Within> {
        let mut within = self.within_today()?;
        within.units.retain(|id| {
            self.moments(as_of).all(|moment| {
                let units = self.today.lineage(&unit_at(id), moment).units;
                self.today.scope.reached(None, &Lineage { units, regions: Vec::new() })
            })
        });
        within.regions.retain(|id| self.saw(&region_at(id), as_of));
        within.answering.retain(|id| self.saw(&unit_at(id), as_of));
        Some(within)
    }

    /// What the scope lists today. None: everything.
    pub(crate) fn within_today(&self) -> Option<Within> {
        match &self.today.scope {
            Scope::Within(within) => Some(Within::clone(within)),
            Scope::Everywhere => None,
        }
    }

    /// Whether the caller sees what is known of a thing as of a moment.
    pub(crate) async fn sees<S: Placed>(
        &self,
        connection: &mut AnyConnection,
        row: &Dated<S>,
        as_of: AsOf,
    ) -> Result<bool, DirectoryError> {
        let saw = self.places(row).iter().all(|place| self.saw(place, as_of));
        Ok(saw && self.sees_place(connection, row).await?)
    }

    /// Whether the caller sees a row of a thing's history: they saw it at some time at which it
    /// was so, and at some time at which that was known.
    async fn sees_ever<S: Placed>(
        &self,
        connection: &mut AnyConnection,
        row: &Dated<S>,
    ) -> Result<bool, DirectoryError> {
        let places = self.places(row);
        let saw = self.saw_within(&places, (row.valid_from, row.end())) && self.knew(&places, row);
        Ok(saw && self.sees_place(connection, row).await?)
    }

    /// The places in which it was in that state: as the state says, and as the tree says.
    fn places<S: Placed>(&self, row: &Dated<S>) -> Vec<Place> {
        let place = S::place(self, row);
        let in_tree = place.as_ref().and_then(|_| S::place_in_tree(row));
        place.into_iter().chain(in_tree).collect()
    }

    /// Where something is to be, or was to be and never was, must be seen today, too: otherwise
    /// its place would be told before it comes there. So must what names its place itself.
    async fn sees_place<S: Placed>(
        &self,
        connection: &mut AnyConnection,
        row: &Dated<S>,
    ) -> Result<bool, DirectoryError> {
        let planned = row.valid_from > self.today.now
            || row.superseded_at.is_some_and(|at| at <= row.valid_from);
        if self.is_everything() || (S::IN_TREE && !planned) {
            return Ok(true);
        }
        let known: Timeline<S> = match S::IN_TREE {
            true => store::timeline(connection, row.id).await?,
            false => Timeline::new(Vec::new()),
        };
        S::seen(connection, &self.today, row, known.nearest(self.today.now)).await
    }

    /// Whether the caller sees a holding of the post as of a moment that it may cover: where the
    /// post is then, and of what is to come also where it is now.
    pub(crate) fn sees_holding(
        &self,
        (holding, post): (&Dated<Holding>, &Timeline<Post>),
        as_of: AsOf,
    ) -> bool {
        let at = if holding.holds_at(as_of.at) { as_of.at } else { holding.valid_from };
        let saw = |at: Time| {
            let unit = post.nearest(at).map(|post| post.state.unit);
            let is_seen = Belongs::to_unit(&self.today.trees, unit).seen_by(self.today.caller);
            is_seen && unit.is_none_or(|unit| self.saw(&in_unit(unit), AsOf { at, ..as_of }))
        };
        [at, at.min(self.today.now)].into_iter().all(saw)
    }

    /// The same of a row of its history, as [`Self::sees_ever`].
    fn sees_holding_ever(&self, row: &Dated<Holding>, post: &Timeline<Post>) -> bool {
        let seen = |unit: UnitId| {
            Belongs::to_unit(&self.today.trees, Some(unit)).seen_by(self.today.caller)
        };
        let today = post.nearest(self.today.now);
        if row.valid_from > self.today.now && !today.is_some_and(|post| seen(post.state.unit)) {
            return false;
        }
        let meets = |at: &&Dated<Post>| at.valid_from < row.end() && row.valid_from < at.end();
        post.spans().iter().filter(meets).any(|at| {
            let places = [in_unit(at.state.unit)];
            let span = (row.valid_from.max(at.valid_from), row.end().min(at.end()));
            seen(at.state.unit) && self.saw_within(&places, span) && self.knew(&places, row)
        })
    }

    /// Whether the scope reaches there at the moment; and if that is asked as of when it is known,
    /// whether it was known then to reach there, at the moment and then.
    fn saw(&self, place: &Place, as_of: AsOf) -> bool {
        self.moments(as_of).all(|moment| self.today.reaches(place, moment))
    }

    /// The moments at which the trees are not as they are today.
    fn moments(&self, AsOf { at, known_at }: AsOf) -> impl Iterator<Item = Moment> {
        let now = self.today.now;
        let moved = iter::once((at, None)).filter(move |_| !self.today.past.is_still(at, now));
        let known_at = known_at.filter(|known_at| *known_at < now);
        let known = known_at.into_iter().flat_map(move |known_at| {
            [(at, Some(known_at)), (known_at, Some(known_at)), (known_at, None)]
        });
        moved.chain(known)
    }

    /// Whether the scope reaches all of them at some time from–to: as far as that has come, and of
    /// what is to come at any time.
    fn saw_within(&self, places: &[Place], (from, to): (Time, Time)) -> bool {
        let now = self.today.now;
        let turns = self.turns(places).filter(|turn| from < *turn && *turn < to);
        let turns = turns.filter(|turn| *turn <= now || now < from);
        iter::once(from).chain(turns).any(|at| self.all_reached(places, (at, None)))
    }

    /// Whether the scope reached all of them, and was known to, at some time at which the row was
    /// what was known.
    fn knew<S>(&self, places: &[Place], row: &Dated<S>) -> bool {
        let now = self.today.now;
        let (from, to) = (row.recorded_at, row.superseded_at.unwrap_or(NEVER));
        let last = Time::from_micros(to.micros().saturating_sub(1)).min(now);
        let turns = self.turns(places).filter(|turn| from < *turn && *turn < last);
        iter::once(from).chain(turns).chain([last]).any(|at| {
            self.all_reached(places, (at, None))
                && (at == now || self.all_reached(places, (at, Some(at))))
        })
    }

    fn turns(&self, places: &[Place]) -> impl Iterator<Item = Time> {
        places
            .iter()
            .flat_map(|place| self.today.past.turns(place.unit.as_deref(), place.region.as_deref()))
    }

    fn all_reached(&self, places: &[Place], moment: Moment) -> bool {
        places.iter().all(|place| self.today.reaches(place, moment))
    }

    fn is_everything(&self) -> bool {
        self.today.scope == Scope::Everywhere
    }

    fn holds_region(&self, id: &str) -> bool {
        matches!(&self.today.scope, Scope::Within(within) if within.regions.contains(id))
    }
}

impl Directory {
    /// What the caller sees today and saw before.
    pub(crate) async fn sight<'c>(&self, caller: &'c Caller) -> Result<Sight<'c>, DirectoryError> {
        Ok(Sight { today: self.seen_today(caller).await? })
    }

    /// Those of the rows that the caller sees as of the moment.
    pub(crate) async fn only_seen<S: Placed>(
        &self,
        caller: &Caller,
        rows: Vec<Dated<S>>,
        as_of: AsOf,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        if caller.may_everywhere(DIRECTORY_READ) {
            return Ok(rows);
        }
        let sight = self.sight(caller).await?;
        let mut connection = self.reader().await?;
        let mut seen = Vec::with_capacity(rows.len());
        for row in rows {
            if sight.sees(&mut connection, &row, as_of).await? {
                seen.push(row);
            }
        }
        Ok(seen)
    }

    /// What was ever known of a thing, in the order in which it became known: of the time when the
    /// caller saw it.
    pub(crate) async fn history<S: Placed>(
        &self,
        caller: &Caller,
        id: Id<S>,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let sight = self.sight(caller).await?;
        let mut connection = self.reader().await?;
        let rows: Vec<Dated<S>> = store::history(&mut connection, id, HISTORY_MAX).await?;
        let mut seen = Vec::with_capacity(rows.len());
        for row in rows {
            if sight.sees_ever(&mut connection, &row).await? {
                seen.push(row);
            }
        }
        drop(connection);
        Ok(without_repeats(self.ending_in_sight(caller, seen).await?))
    }

    /// The same of a holding: of the time when the caller saw its post.
    pub(crate) async fn holding_history(
        &self,
        caller: &Caller,
        id: HoldingId,
    ) -> Result<Vec<Dated<Holding>>, DirectoryError> {
        let sight = self.sight(caller).await?;
        let mut connection = self.reader().await?;
        let mut rows: Vec<Dated<Holding>> =
            store::history(&mut connection, id, HISTORY_MAX).await?;
        let Some(first) = rows.first().filter(|_| !sight.is_everything()) else { return Ok(rows) };
        let post: Timeline<Post> = store::timeline(&mut connection, first.state.post).await?;
        rows.retain(|row| sight.sees_holding_ever(row, &post));
        drop(connection);
        Ok(without_repeats(self.holdings_ending_in_sight(caller, rows).await?))
    }
}

/// What became known anew and says the same, as far as it is seen, was known all along: when it was
/// told otherwise would tell that something beyond was.
fn without_repeats<S: PartialEq>(rows: Vec<Dated<S>>) -> Vec<Dated<S>> {
    let mut kept: Vec<Dated<S>> = Vec::with_capacity(rows.len());
    for row in rows {
        let same = |one: &&mut Dated<S>| {
            one.superseded_at == Some(row.recorded_at)
                && (one.valid_from, one.valid_to) == (row.valid_from, row.valid_to)
                && one.state == row.state
        };
        match kept.iter_mut().find(same) {
            Some(one) => one.superseded_at = row.superseded_at,
            None => kept.push(row),
        }
    }
    kept
}

pub(crate) fn in_unit(unit: UnitId) -> Place {
    unit_at(&unit.to_string())
}

fn unit_at(id: &str) -> Place {
    Place { unit: Some(id.to_owned()), ..Place::default() }
}

fn region_at(id: &str) -> Place {
    Place { region: Some(id.to_owned()), ..Place::default() }
}
