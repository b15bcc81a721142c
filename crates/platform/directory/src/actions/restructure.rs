use std::collections::BTreeSet;

use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text, Time};

use super::{
    needs::{counted, joined},
    save::{Act, belongs, load, same_version, then},
    units::permit_unit,
};
use crate::{
    Dated, Directory, DirectoryError, Person, PersonId, Post, PostId, Site, Unit, UnitChange,
    UnitId, UnitSplit, UnitsMerged,
    model::NEVER,
    store::{self, InUnit, Kept, Link},
};

/// So many units are merged, or split into, at once.
const UNITS_MAX: usize = 100;
/// A thing is in a unit at most so many times with breaks between them.
const STAYS_MAX: usize = 1000;

/// One of the units that a unit is split into, and what it gets.
#[derive(Debug, Clone, Default)]
pub struct SplitPart {
    /// The new unit; without a region it has that of the one before.
    pub unit: UnitChange,
    /// Units below the old one that go to it.
    pub units: Vec<UnitId>,
    /// Posts that go to it.
    pub posts: Vec<PostId>,
    /// People that go to it.
    pub people: Vec<PersonId>,
    /// Whether it gets all that no part names.
    pub rest: bool,
}

/// What came of a split.
#[derive(Debug, Clone)]
pub struct SplitResult {
    /// The unit that was split.
    pub before: Dated<Unit>,
    /// The new units.
    pub parts: Vec<Dated<Unit>>,
}

impl Directory {
    /// Merges `units` into `into`, which is at `version`, at `at`: all that is in them moves
    /// there, they are closed, and links tell what became of them.
    ///
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed` (over each of them), `VersionDiffers`,
    /// `NotThen`, `WrongInput`, `Cycle`.
    pub async fn merge_units(
        &self,
        caller: &Caller,
        into: UnitId,
        version: i64,
        units: &[UnitId],
        at: Time,
    ) -> Result<Dated<Unit>, DirectoryError> {
        check_merged(units, into)?;
        let mut tx = self.begin().await?;
        let act = self.act(caller);
        let timeline = load(&mut tx, into).await?;
        permit_unit(caller, &timeline, into, at)?;
        same_version(&timeline, version)?;
        let target = then(&timeline, at)?;
        let mut asked = self.asked(at, NEVER);
        asked.there(&mut tx, "id", Some(into)).await?;
        asked.answered()?;
        for unit in units {
            let merged = load(&mut tx, *unit).await?;
            permit_unit(caller, &merged, *unit, at)?;
            let parent = then(&merged, at)?.state.parent;
            let inside = store::in_unit(tx.connection(), *unit, at).await?;
            self.empty(&mut tx, &act, *unit, &inside, (into, parent), at).await?;
            let merged = load(&mut tx, *unit).await?;
            self.close_unit_in(&mut tx, &act, &merged, at).await?;
            link(&mut tx, &act, (*unit, into), "merge", at).await?;
        }
        let fact = UnitsMerged {
            units: units.iter().map(ToString::to_string).collect(),
            into: into.to_string(),
            name: target.state.name.zh.clone(),
            effective_at: at,
        };
        journal::append(&mut tx, Entry::new(caller, act.now, &fact)).await?;
        let after = then(&load(&mut tx, into).await?, at)?;
        tx.commit().await?;
        Ok(after)
    }

    /// Splits a unit that is at `version` into new ones at `at`: each part gets what it names, one
    /// may get the rest. Then the unit is closed.
    ///
    /// Errors: as [`Self::merge_units`]; [`DirectoryError::LeftBehind`] naming what no part gets.
    pub async fn split_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        parts: &[SplitPart],
        at: Time,
    ) -> Result<SplitResult, DirectoryError> {
        check_parts(parts)?;
        let mut tx = self.begin().await?;
        let act = self.act(caller);
        let timeline = load(&mut tx, id).await?;
        permit_unit(caller, &timeline, id, at)?;
        same_version(&timeline, version)?;
        let before = then(&timeline, at)?;
        let parent = before.state.parent;
        belongs(&mut tx, parent, at).await?.permit(caller)?;
        let inside = store::in_unit(tx.connection(), id, at).await?;
        let shares = shared(&inside, parts)?;
        let mut made = Vec::new();
        for (part, share) in parts.iter().zip(&shares) {
            let region = part.unit.region.or(Some(before.state.region));
            let new = UnitChange { region, ..part.unit.clone() };
            let unit = self.create_unit_in(&mut tx, &act, &new, parent, at).await?;
            self.empty(&mut tx, &act, id, share, (unit.id, parent), at).await?;
            link(&mut tx, &act, (id, unit.id), "split", at).await?;
            made.push(unit);
        }
        let timeline = load(&mut tx, id).await?;
        let closed = self.close_unit_in(&mut tx, &act, &timeline, at).await?;
        let fact = UnitSplit {
            unit: id.to_string(),
            name: closed.state.name.zh.clone(),
            into: made.iter().map(|unit| unit.id.to_string()).collect(),
            effective_at: at,
        };
        journal::append(&mut tx, Entry::new(caller, act.now, &fact)).await?;
        tx.commit().await?;
        Ok(SplitResult { before: closed, parts: made })
    }

    /// Moves what is in `unit` to `into`. What is above goes to the unit's own parent: a unit
    /// that is merged into one below it.
    async fn empty(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        unit: UnitId,
        inside: &InUnit,
        (into, parent): (UnitId, Option<UnitId>),
        at: Time,
    ) -> Result<(), DirectoryError> {
        for child in &inside.units {
            let to = if child.id == into { parent } else { Some(into) };
            for _ in 0..STAYS_MAX {
                let timeline = load(tx, child.id).await?;
                let stay = timeline.spans().iter().find(|span| {
                    span.end() > at.max(span.valid_from) && span.state.parent == Some(unit)
                });
                let Some(stay) = stay else { break };
                let from = stay.valid_from.max(at);
                self.move_unit_in(tx, act, &timeline, to, from).await?;
            }
        }
        for post in &inside.posts {
            let lies = |post: &Post| post.unit == unit;
            rehome(tx, act, post.id, at, lies, |p| Post { unit: into, ..p }).await?;
        }
        for person in &inside.people {
            let lies = |person: &Person| person.unit == Some(unit);
            rehome(tx, act, person.id, at, lies, |p| Person { unit: Some(into), ..p }).await?;
        }
        for site in &inside.sites {
            let lies = |site: &Site| site.unit == Some(unit);
            rehome(tx, act, site.id, at, lies, |s| Site { unit: Some(into), ..s }).await?;
        }
        Ok(())
    }
}

/// Changes a thing wherever `lies` holds from `at` on.
async fn rehome<S: Kept>(
    tx: &mut Tx,
    act: &Act<'_>,
    id: Id<S>,
    at: Time,
    lies: impl Fn(&S) -> bool,
    put: impl Fn(S) -> S,
) -> Result<(), DirectoryError> {
    for _ in 0..STAYS_MAX {
        let timeline = load(tx, id).await?;
        let stay = timeline
            .spans()
            .iter()
            .find(|span| span.end() > at.max(span.valid_from) && lies(&span.state));
        let Some(stay) = stay else { break };
        let from = stay.valid_from.max(at);
        let before = then(&timeline, from)?;
        let rewrite = timeline.changed(from, &put(before.state.clone()), act.now)?;
        act.save_change(tx, &before, &rewrite, from).await?;
    }
    Ok(())
}

async fn link(
    tx: &mut Tx,
    act: &Act<'_>,
    (unit, successor): (UnitId, UnitId),
    how: &str,
    effective_at: Time,
) -> Result<(), DirectoryError> {
    let link = Link { unit, successor, how: how.to_owned(), effective_at };
    store::insert_link(tx.connection(), &link, act.now).await
}

fn check_merged(units: &[UnitId], into: UnitId) -> Result<(), DirectoryError> {
    let distinct: BTreeSet<&UnitId> = units.iter().collect();
    let sound = (1..=UNITS_MAX).contains(&units.len()) && distinct.len() == units.len();
    if sound && !units.contains(&into) {
        return Ok(());
    }
    let expected = Text::new(
        "1 to 100 different units, without the one they are merged into",
        "1 到 100 个不同的单位，不含合并后的单位",
    );
    let found: Vec<String> = units.iter().take(3).map(ToString::to_string).collect();
    Err(FieldFault::new("units", found.join(", "), expected).into())
}

fn check_parts(parts: &[SplitPart]) -> Result<(), DirectoryError> {
    if !(1..=UNITS_MAX).contains(&parts.len()) {
        let expected = Text::new("1 to 100 parts", "1 到 100 个部分");
        return Err(FieldFault::new("parts", parts.len(), expected).into());
    }
    if parts.iter().filter(|part| part.rest).count() > 1 {
        let expected = Text::new("at most one part with the rest", "最多一个部分接收其余内容");
        return Err(FieldFault::new("parts", "rest", expected).into());
    }
    Ok(())
}

/// What each part gets of what is inside.
///
/// Errors: [`DirectoryError::WrongInput`] naming what is not inside or goes to two parts,
/// [`DirectoryError::LeftBehind`] naming what goes to none.
fn shared(inside: &InUnit, parts: &[SplitPart]) -> Result<Vec<InUnit>, DirectoryError> {
    let nothing =
        InUnit { units: Vec::new(), posts: Vec::new(), people: Vec::new(), sites: Vec::new() };
    let (mut left, mut shares) = (inside.clone(), Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let mut share = nothing.clone();
        share.units = taken(&mut left.units, &part.units, &format!("parts[{at}].units"))?;
        share.posts = taken(&mut left.posts, &part.posts, &format!("parts[{at}].posts"))?;
        share.people = taken(&mut left.people, &part.people, &format!("parts[{at}].people"))?;
        shares.push(share);
    }
    if let Some(at) = parts.iter().position(|part| part.rest) {
        shares[at].units.append(&mut left.units);
        shares[at].posts.append(&mut left.posts);
        shares[at].people.append(&mut left.people);
        shares[at].sites.append(&mut left.sites);
    }
    let behind = [
        counted(&left.units, &Text::new("unit below it", "下级单位")),
        counted(&left.posts, &Text::new("post", "岗位")),
        counted(&left.people, &Text::new("person", "人员")),
        counted(&left.sites, &Text::new("site", "地点")),
    ];
    let end = Text::new(
        "; name a part for each, or one for the rest",
        "；请逐一指定，或指定一个部分接收其余内容",
    );
    match joined(behind, &end) {
        Some(left) => Err(DirectoryError::LeftBehind { left }),
        None => Ok(shares),
    }
}

/// Takes those named out of what is left.
fn taken<K>(
    left: &mut Vec<store::Named<K>>,
    ids: &[Id<K>],
    field: &str,
) -> Result<Vec<store::Named<K>>, DirectoryError> {
    let mut taken = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let Some(found) = left.iter().position(|thing| thing.id == *id) else {
            let expected = Text::new(
                "something in the unit that no other part gets",
                "该单位内且未分给其他部分的内容",
            );
            return Err(FieldFault::new(format!("{field}[{at}]"), id, expected).into());
        };
        taken.push(left.swap_remove(found));
    }
    Ok(taken)
}
