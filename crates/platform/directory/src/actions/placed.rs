//! Where things lie, and who may therefore change them.
//!
//! What is changed for a time must be in the caller's hands when it begins and over all of it that
//! has passed: also where the trees above it were otherwise meanwhile. What is planned later
//! elsewhere stays as it is planned.

use std::collections::BTreeSet;

use db::Tx;
use kernel::{Caller, Id, Lineage, Time};

use super::save::id_of;
use crate::{
    DIRECTORY_CHANGE, DIRECTORY_READ, Dated, Directory, DirectoryError, Holding, Noun, Past,
    Person, Post, Region, RegionId, Site, Trees, Unit, UnitId,
    directory::Belongs,
    model::{NEVER, SitePlace, Timeline},
    store::{self, Kept},
};

/// So many units are looked at above one for its region.
const LEVELS_MAX: usize = 1000;

/// What lies somewhere by what it is like.
pub(crate) trait Placed: Kept {
    /// The unit and the region that say where it lies in that state, at `at`; without a region it
    /// is in that of its unit.
    async fn lies(tx: &mut Tx, one: &Dated<Self>, at: Time) -> Result<SitePlace, DirectoryError>;

    /// The moments at which it comes to lie elsewhere while its state stays.
    async fn turns(_: &mut Tx, _: &Dated<Self>) -> Result<Vec<Time>, DirectoryError> {
        Ok(Vec::new())
    }

    /// Whether the caller sees that there is such a thing without seeing where it lies.
    async fn shown(_: &Directory, _: &Caller, _: Id<Self>) -> Result<bool, DirectoryError> {
        Ok(false)
    }
}

impl Placed for Unit {
    async fn lies(_: &mut Tx, one: &Dated<Self>, _: Time) -> Result<SitePlace, DirectoryError> {
        Ok((Some(one.id), None))
    }
}

impl Placed for Region {
    async fn lies(_: &mut Tx, one: &Dated<Self>, _: Time) -> Result<SitePlace, DirectoryError> {
        Ok((None, Some(one.id)))
    }

    /// One above what is held, or that a unit answers for, is shown: that is no secret.
    async fn shown(
        directory: &Directory,
        caller: &Caller,
        id: Id<Self>,
    ) -> Result<bool, DirectoryError> {
        let shown = directory.trees().await?.regions_seen(&caller.scope(DIRECTORY_READ));
        Ok(shown.is_none_or(|shown| shown.contains(&id.to_string())))
    }
}

impl Placed for Site {
    async fn lies(_: &mut Tx, one: &Dated<Self>, _: Time) -> Result<SitePlace, DirectoryError> {
        Ok(one.state.place())
    }
}

impl Placed for Post {
    async fn lies(_: &mut Tx, one: &Dated<Self>, _: Time) -> Result<SitePlace, DirectoryError> {
        Ok((Some(one.state.unit), None))
    }
}

impl Placed for Person {
    async fn lies(_: &mut Tx, one: &Dated<Self>, _: Time) -> Result<SitePlace, DirectoryError> {
        Ok((one.state.unit, None))
    }
}

impl Placed for Holding {
    /// A holding lies where its post does.
    async fn lies(tx: &mut Tx, one: &Dated<Self>, at: Time) -> Result<SitePlace, DirectoryError> {
        let post: Timeline<Post> = store::timeline(tx.connection(), one.state.post).await?;
        Ok((post.nearest(at).map(|post| post.state.unit), None))
    }

    async fn turns(tx: &mut Tx, one: &Dated<Self>) -> Result<Vec<Time>, DirectoryError> {
        let post: Timeline<Post> = store::timeline(tx.connection(), one.state.post).await?;
        Ok(post.spans().iter().map(|post| post.valid_from).collect())
    }
}

impl Directory {
    /// Whether the caller may change a thing wherever it lies from `at` on; returns until when it
    /// is in their hands.
    ///
    /// Errors: as [`permit_reached`] and [`permit_later`].
    pub(crate) async fn permit_from<S: Placed>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        timeline: &Timeline<S>,
        (now, at): (Time, Time),
    ) -> Result<Time, DirectoryError> {
        let id = id_of(timeline)?;
        let today = match timeline.nearest(now) {
            Some(today) => {
                let lies = S::lies(tx, today, now).await?;
                belongs(tx, lies, now).await?
            }
            None => Belongs::default(),
        };
        if S::shown(self, caller, id).await? {
            today.permit(caller)?;
        } else if now < at {
            permit_later(caller, &today, id)?;
        }
        let mut places = Vec::new();
        for one in timeline.reached(at) {
            for (lies, (begin, end)) in stays(tx, one, (at.max(one.valid_from), one.end())).await? {
                let place = place_of(tx, caller, lies, now, (begin, end.min(now))).await?;
                places.push((begin, place));
            }
        }
        permit_reached(caller, &today, (now, at), &places, id)
    }

    /// Whether the caller may say that a thing was there from `at` on, before it begins: it is in
    /// their hands now, and was over that time.
    ///
    /// Errors: as [`Directory::permit_from`].
    pub(crate) async fn permit_earlier<S: Placed>(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        timeline: &Timeline<S>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        let now = self.clock.now();
        self.permit_from(tx, caller, timeline, (now, now)).await?;
        let Some(first) = timeline.spans().first() else { return Ok(()) };
        for (lies, span) in stays(tx, first, (at, first.valid_from)).await? {
            place_of(tx, caller, lies, now, span).await?.permit(caller)?;
        }
        Ok(())
    }

    /// Whether the caller may put something there, or take it from there, from `from` on.
    ///
    /// Errors: [`DirectoryError::NotAllowed`].
    pub(crate) async fn permit_place(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        lies: SitePlace,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let now = self.clock.now();
        place_of(tx, caller, lies, now, (from, now)).await?.permit(caller)
    }

    /// The same of a unit that a field names.
    ///
    /// Errors: [`DirectoryError::NotThere`] naming the field.
    pub(crate) async fn permit_unit_named(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (field, unit): (&str, Option<UnitId>),
        from: Time,
    ) -> Result<(), DirectoryError> {
        let permitted = self.permit_place(tx, caller, (unit, None), from).await;
        permitted.map_err(|error| error.at_id(field, unit))
    }

    /// Whether something may stay in a unit for so long: where the unit, or one above it, is
    /// planned to be elsewhere meanwhile, it would be there, too.
    ///
    /// Errors: [`DirectoryError::NotAllowed`].
    pub(crate) async fn permit_stay(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        unit: UnitId,
        (from, to): (Time, Time),
    ) -> Result<(), DirectoryError> {
        if caller.may_everywhere(DIRECTORY_CHANGE) {
            return Ok(());
        }
        let lies = (Some(unit), None);
        for turn in turns(tx, lies, (from.max(self.clock.now()), to)).await? {
            self.permit_place(tx, caller, lies, turn).await?;
        }
        Ok(())
    }

    /// Whether the caller may put a site into the unit and into the region, or take it from them:
    /// each of them has it. A region counts also when a unit of theirs answers for it.
    ///
    /// Errors: [`DirectoryError::NotThere`].
    pub(crate) async fn permit_each(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (unit, region): SitePlace,
        from: Time,
    ) -> Result<(), DirectoryError> {
        if unit.is_some() {
            self.permit_unit_named(tx, caller, ("unit_id", unit), from).await?;
        }
        self.permit_answering_named(caller, ("region_id", region), from).await
    }

    /// Whether the caller may let a unit answer for the region from `from` on; none asks for
    /// nothing.
    ///
    /// Errors: as [`permit_answering`].
    pub(crate) async fn permit_answering(
        &self,
        caller: &Caller,
        region: Option<RegionId>,
        from: Time,
    ) -> Result<(), DirectoryError> {
        let Some(region) = region else { return Ok(()) };
        let (trees, past) = (self.trees().await?, self.past().await?);
        permit_answering((&trees, &past), caller, region, (self.clock.now(), from))
    }

    /// The same of a region that a field names.
    ///
    /// Errors: [`DirectoryError::NotThere`] naming the field.
    pub(crate) async fn permit_answering_named(
        &self,
        caller: &Caller,
        (field, region): (&str, Option<RegionId>),
        from: Time,
    ) -> Result<(), DirectoryError> {
        let permitted = self.permit_answering(caller, region, from).await;
        permitted.map_err(|error| error.at_id(field, region))
    }
}

/// What a site leaves and what it enters when it is `after` instead of `before`.
pub(crate) fn left_and_entered(before: SitePlace, after: SitePlace) -> [SitePlace; 2] {
    let other = |one: SitePlace, than: SitePlace| {
        (one.0.filter(|_| one.0 != than.0), one.1.filter(|_| one.1 != than.1))
    };
    [other(before, after), other(after, before)]
}

/// Where something belongs that lies there, asked of the records: what is kept in memory would be
/// read again after every change.
pub(crate) async fn belongs(
    tx: &mut Tx,
    (unit, region): SitePlace,
    at: Time,
) -> Result<Belongs, DirectoryError> {
    let Some(id) = unit.filter(|_| region.is_none()) else {
        return Ok(Belongs::to_both(unit, region));
    };
    let timeline: Timeline<Unit> = store::timeline(tx.connection(), id).await?;
    let region = match timeline.nearest(at) {
        Some(unit) => region_of(tx, &unit.state, at).await?,
        None => None,
    };
    Ok(Belongs::to_both(unit, region))
}

/// What belongs there from `from` on, with all that is above it then and at each turn until `to`:
/// who holds it today does not by that hold it when what it lies in, or is below, is elsewhere.
pub(crate) async fn place_of(
    tx: &mut Tx,
    caller: &Caller,
    lies: SitePlace,
    now: Time,
    (from, to): (Time, Time),
) -> Result<Belongs, DirectoryError> {
    let place = belongs(tx, lies, from).await?;
    if caller.may_everywhere(DIRECTORY_CHANGE) {
        return Ok(place);
    }
    let mut moments = turns(tx, lies, (from, to)).await?;
    moments.insert(from);
    // As they are now is what is held.
    moments.remove(&now);
    let mut then = Vec::with_capacity(moments.len());
    for at in moments {
        then.push(lineage(tx, lies, at).await?);
    }
    Ok(Belongs { then, ..place })
}

/// Where a thing lies in one of its states from–to, and how long.
async fn stays<S: Placed>(
    tx: &mut Tx,
    one: &Dated<S>,
    (from, to): (Time, Time),
) -> Result<Vec<(SitePlace, (Time, Time))>, DirectoryError> {
    let mut begins: BTreeSet<Time> = S::turns(tx, one).await?.into_iter().collect();
    begins.retain(|turn| from < *turn && *turn < to);
    begins.insert(from);
    let ends: Vec<Time> = begins.iter().skip(1).copied().chain([to]).collect();
    let mut stays = Vec::with_capacity(ends.len());
    for span in begins.into_iter().zip(ends) {
        stays.push((S::lies(tx, one, span.0).await?, span));
    }
    Ok(stays)
}

/// The moments after `from` and before `to` at which something else is above what lies there.
pub(super) async fn turns(
    tx: &mut Tx,
    (unit, region): SitePlace,
    (from, to): (Time, Time),
) -> Result<BTreeSet<Time>, DirectoryError> {
    let mut turns = BTreeSet::new();
    if to <= from {
        return Ok(turns);
    }
    let (mut units, mut regions) = (BTreeSet::new(), BTreeSet::new());
    let mut open = (Vec::from_iter(unit), Vec::from_iter(region));
    while let Some(id) = open.0.pop() {
        if units.len() < LEVELS_MAX && units.insert(id) {
            let timeline: Timeline<Unit> = store::timeline(tx.connection(), id).await?;
            for unit in turned(&timeline, (from, to), &mut turns, |unit| (unit.parent, unit.region))
            {
                open.0.extend(unit.parent);
                open.1.extend(unit.region);
            }
        }
    }
    while let Some(id) = open.1.pop() {
        if regions.len() < LEVELS_MAX && regions.insert(id) {
            let timeline: Timeline<Region> = store::timeline(tx.connection(), id).await?;
            let states = turned(&timeline, (from, to), &mut turns, |region| region.parent);
            open.1.extend(states.into_iter().filter_map(|region| region.parent));
        }
    }
    Ok(turns)
}

/// What a part of a tree is like in that time; notes when it comes to be elsewhere.
fn turned<'t, S: Noun, P: PartialEq>(
    timeline: &'t Timeline<S>,
    (from, to): (Time, Time),
    turns: &mut BTreeSet<Time>,
    place: impl Fn(&S) -> P,
) -> Vec<&'t S> {
    let spans = timeline.spans();
    for pair in spans.windows(2) {
        let turn = pair[1].valid_from;
        if from < turn && turn < to && place(&pair[0].state) != place(&pair[1].state) {
            turns.insert(turn);
        }
    }
    let meets = spans.iter().filter(|span| span.valid_from < to && from < span.end());
    let states: Vec<&S> = meets.map(|span| &span.state).collect();
    // Before it began it is where it is first, and after its end where it was last.
    let nearest = timeline.nearest(from).filter(|_| states.is_empty());
    states.into_iter().chain(nearest.map(|span| &span.state)).collect()
}

/// A unit with all above it, and a region, or that of the unit, with all above it.
pub(super) async fn lineage(
    tx: &mut Tx,
    (unit, mut region): SitePlace,
    at: Time,
) -> Result<Lineage, DirectoryError> {
    let mut then = Lineage::default();
    let mut above = unit;
    while let Some(id) = above.filter(|_| then.units.len() < LEVELS_MAX) {
        then.units.push(id.to_string());
        let timeline: Timeline<Unit> = store::timeline(tx.connection(), id).await?;
        let unit = timeline.nearest(at);
        region = region.or(unit.and_then(|unit| unit.state.region));
        above = unit.and_then(|unit| unit.state.parent);
    }
    while let Some(id) = region.filter(|_| then.regions.len() < LEVELS_MAX) {
        then.regions.push(id.to_string());
        let timeline: Timeline<Region> = store::timeline(tx.connection(), id).await?;
        region = timeline.nearest(at).and_then(|region| region.state.parent);
    }
    Ok(then)
}

/// The region of a unit: its own, or that of the nearest unit above it which has one.
pub(super) async fn region_of(
    tx: &mut Tx,
    unit: &Unit,
    at: Time,
) -> Result<Option<RegionId>, DirectoryError> {
    let (mut region, mut above) = (unit.region, unit.parent);
    for _ in 0..LEVELS_MAX {
        let Some(parent) = above.filter(|_| region.is_none()) else { break };
        let timeline: Timeline<Unit> = store::timeline(tx.connection(), parent).await?;
        let parent = timeline.nearest(at);
        region = parent.and_then(|parent| parent.state.region);
        above = parent.and_then(|parent| parent.state.parent);
    }
    Ok(region)
}

/// Whether the caller may let a unit answer for the region: theirs, or within one that a unit of
/// theirs answers for; today, from `from` on, and at each turn from then until now. Otherwise a
/// unit would be given to whoever holds that region.
///
/// Errors: [`DirectoryError::NotAllowed`].
pub(crate) fn permit_answering(
    (trees, past): (&Trees, &Past),
    caller: &Caller,
    region: RegionId,
    (now, from): (Time, Time),
) -> Result<(), DirectoryError> {
    let (scope, id) = (caller.scope(DIRECTORY_CHANGE), region.to_string());
    let Some(held) = trees.regions_within(&scope) else { return Ok(()) };
    let mut moments = past.turns(None, Some(&id));
    moments.extend(past.answering_turns());
    moments.retain(|turn| from < *turn && *turn < now);
    moments.insert(from);
    moments.remove(&now);
    let mut theirs = moments.into_iter().map(|at| {
        let then = past.lineage(None, Some(&id), at);
        scope.reached(None, &then)
            || past.answering(&then.regions, at).any(|unit| {
                trees.units_within(&scope).is_some_and(|held| held.contains(unit))
                    && scope.reached(None, &past.lineage(Some(unit), None, at))
            })
    });
    match held.contains(&id) && theirs.all(|then| then) {
        true => Ok(()),
        false => Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE)),
    }
}

/// Whoever does not see a thing is told that there is none; whoever sees it and may not change it
/// is told that.
///
/// Errors: [`DirectoryError::NotFound`], [`DirectoryError::NotAllowed`].
fn permit_seen<S: Noun>(
    caller: &Caller,
    belongs: &Belongs,
    id: Id<S>,
) -> Result<(), DirectoryError> {
    if belongs.held_by(caller, DIRECTORY_CHANGE) {
        return Ok(());
    }
    if belongs.seen_by(caller) {
        return Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE));
    }
    Err(DirectoryError::not_found::<S>(id))
}

/// The same of where a thing is from `at` on, when a change of it counts: `places` since when.
/// Returns until when it is in the caller's hands, which may be earlier than its end: what is
/// planned where they may not change it is not theirs to change, and is no reason to let them
/// change nothing.
///
/// Whoever sees it `today`, and may not change where it was, is told that.
///
/// Errors: as [`permit_seen`] and [`Belongs::permit`].
fn permit_reached<S: Noun>(
    caller: &Caller,
    today: &Belongs,
    (now, at): (Time, Time),
    places: &[(Time, Belongs)],
    id: Id<S>,
) -> Result<Time, DirectoryError> {
    let seen_today = at <= now && today.seen_by(caller);
    let first = places.iter().map(|(since, _)| *since).min().unwrap_or(at);
    let (counts, planned): (Vec<_>, Vec<_>) =
        places.iter().partition(|(since, _)| *since <= first.max(at).max(now));
    for (_, place) in counts {
        if seen_today && !place.seen_by(caller) {
            place.permit(caller)?;
        }
        permit_seen(caller, place, id)?;
    }
    let others = planned.iter().filter(|(_, place)| !place.held_by(caller, DIRECTORY_CHANGE));
    Ok(others.map(|(since, _)| *since).min().unwrap_or(NEVER))
}

/// Whether a thing is in the caller's hands for good, as far as is planned.
///
/// Errors: [`DirectoryError::NotAllowed`].
pub(crate) fn permit_throughout(until: Time) -> Result<(), DirectoryError> {
    if until == NEVER { Ok(()) } else { Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE)) }
}

/// What is not seen today is not there for a change that counts from later on: its answer would
/// show it.
///
/// Errors: [`DirectoryError::NotFound`].
fn permit_later<S: Noun>(
    caller: &Caller,
    today: &Belongs,
    id: Id<S>,
) -> Result<(), DirectoryError> {
    if today.seen_by(caller) { Ok(()) } else { Err(DirectoryError::not_found::<S>(id)) }
}
