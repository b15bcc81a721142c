use std::collections::BTreeSet;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Id, Text, Time};

use super::{
    needs::{counted, joined},
    placed::{Placed, permit_throughout, region_of},
    reached::Move,
    save::{Act, load, same_version, then},
    units::Plans,
    unseen::{Unseen, unname_in_unit, unseen_of},
};
use crate::{
    ContentId, DIRECTORY_CHANGE, Dated, Directory, DirectoryError, MadeUnit, Person, PersonId,
    Post, PostId, Rehousing, Site, Unit, UnitChange, UnitId, UnitSplit, UnitsMerged,
    model::NEVER,
    store::{self, InUnit, Kept, Link, Named},
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
    /// Resources that go to it.
    pub resources: Vec<ContentId>,
    /// Whether it gets all that no part names.
    pub rest: bool,
}

/// What takes over from a unit.
#[derive(Debug, Clone, Copy)]
struct Heir {
    unit: UnitId,
    /// What the unit before was part of.
    above: Option<UnitId>,
    /// Where it belongs, if it is made by the same change.
    made: Option<MadeUnit>,
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
    /// Errors: [`DirectoryError::NotFound`], `NotAllowed` (over each of them, and over all that is
    /// in them), `VersionDiffers`, `NotThen`, `WrongInput`, `Cycle`; as [`Self::permit_reached`].
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
        permit_throughout(self.permit_from(&mut tx, caller, &timeline, (act.now, at)).await?)?;
        same_version(&timeline, version)?;
        let target = then(&timeline, at)?;
        let mut asked = self.asked(act.caller, (at, NEVER));
        asked.there(&mut tx, "id", Some(into)).await?;
        asked.answered()?;
        let fact = UnitsMerged {
            units: units.iter().map(ToString::to_string).collect(),
            into: into.to_string(),
            name: target.state.name.zh.clone(),
            effective_at: at,
        };
        let merged_in = journal::append(&mut tx, Entry::new(caller, act.now, &fact)).await?;
        let act = Act { cause: Cause(Some(merged_in)), ..act };
        for unit in units {
            let merged = load(&mut tx, *unit).await?;
            let until = self.permit_from(&mut tx, caller, &merged, (act.now, at)).await;
            let permitted = until.and_then(permit_throughout);
            permitted.map_err(|error| error.at_id("units", Some(*unit)))?;
            let parent = then(&merged, at)?.state.parent;
            let inside = self.inside_unit(&mut tx, caller, *unit, at).await?;
            if inside.units.iter().any(|child| child.id == into) {
                self.permit_place(&mut tx, caller, (parent, None), at).await?;
            }
            let lent = match inside.is_empty() {
                true => None,
                false => self.lent(&mut tx, caller, merged_into(*unit, into, at)).await?,
            };
            let heir = Heir { unit: into, above: parent, made: None };
            self.empty(&mut tx, &act, *unit, &inside, heir, at).await?;
            self.permit_reached(&mut tx, lent).await?;
            let merged = load(&mut tx, *unit).await?;
            self.close_unit_in(&mut tx, &act, &merged, at).await?;
            link(&mut tx, &act, (*unit, into), "merge", at).await?;
        }
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
        permit_throughout(self.permit_from(&mut tx, caller, &timeline, (act.now, at)).await?)?;
        same_version(&timeline, version)?;
        let before = then(&timeline, at)?;
        let parent = before.state.parent;
        self.permit_place(&mut tx, caller, (parent, None), at).await?;
        let mut inside = self.inside_unit(&mut tx, caller, id, at).await?;
        let unseen = unseen_of(&mut tx, caller, (&inside, parts), act.now).await?;
        unname_in_unit(&mut tx, caller, &mut inside, act.now).await?;
        let shares = shared(&inside, parts, &unseen)?;
        for (number, part) in parts.iter().enumerate() {
            let region = part.unit.region.flatten();
            let named = (region_of_part(number), region);
            self.permit_answering_named(caller, (&named.0, named.1), at).await?;
        }
        let mut made = Vec::new();
        for part in parts {
            let region = part.unit.region.or(Some(before.state.region));
            let new = UnitChange { region, ..part.unit.clone() };
            made.push(self.create_unit_in(&mut tx, &act, &new, parent, at).await?);
        }
        let fact = UnitSplit {
            unit: id.to_string(),
            name: before.state.name.zh.clone(),
            into: made.iter().map(|unit| unit.id.to_string()).collect(),
            effective_at: at,
        };
        let split_in = journal::append(&mut tx, Entry::new(caller, act.now, &fact)).await?;
        let act = Act { cause: Cause(Some(split_in)), ..act };
        for (number, (unit, share)) in made.iter().zip(&shares).enumerate() {
            let lent = match share.is_empty() || unit.state.region == before.state.region {
                true => None,
                false => self.lent(&mut tx, caller, split_into(&before, unit, number, at)).await?,
            };
            let region = region_of(&mut tx, &unit.state, at).await?;
            let made = Some(MadeUnit { parent, region });
            let heir = Heir { unit: unit.id, above: parent, made };
            self.empty(&mut tx, &act, id, share, heir, at).await?;
            self.permit_reached(&mut tx, lent).await?;
            link(&mut tx, &act, (id, unit.id), "split", at).await?;
        }
        let timeline = load(&mut tx, id).await?;
        let closed = self.close_unit_in(&mut tx, &act, &timeline, at).await?;
        tx.commit().await?;
        Ok(SplitResult { before: closed, parts: made })
    }

    /// Moves what is in `unit` to its heir. What is above goes to the unit's own parent: a unit
    /// that is merged into one below it.
    async fn empty(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        unit: UnitId,
        inside: &InUnit,
        heir: Heir,
        at: Time,
    ) -> Result<(), DirectoryError> {
        self.permit_inside(tx, act, inside, at).await?;
        let into = heir.unit;
        for child in &inside.units {
            let to = if child.id == into { heir.above } else { Some(into) };
            for _ in 0..STAYS_MAX {
                let timeline = load(tx, child.id).await?;
                let stay = timeline.spans().iter().find(|span| {
                    span.end() > at.max(span.valid_from) && span.state.parent == Some(unit)
                });
                let Some(stay) = stay else { break };
                let from = stay.valid_from.max(at);
                self.move_unit_in(tx, act, &timeline, (to, Plans::Kept), from).await?;
            }
        }
        // What heads the one unit does not head the other beside its own head.
        let nobody = Id::from_uuid(into.uuid());
        let headed = store::heading(tx.connection(), into, (at, NEVER), nobody).await?.is_some();
        for post in &inside.posts {
            self.permit_found_anew(tx, act.caller, post.id).await?;
            let lies = |post: &Post| post.unit == unit;
            let put = |p: Post| Post { unit: into, head: p.head && !headed, ..p };
            rehome(tx, act, post.id, at, lies, put).await?;
        }
        let filled = store::any_puts_on_granted(tx.connection()).await?;
        for person in &inside.people {
            if filled {
                let timeline = load::<Person>(tx, person.id).await?;
                let now = timeline.nearest(at).map(|person| person.state.clone());
                let before = now.map(|now| Person { unit: Some(unit), ..now });
                let after = before.clone().map(|before| Person { unit: Some(into), ..before });
                if let (Some(before), Some(after)) = (before, after) {
                    self.permit_person_anew(tx, act.caller, person.id, (&before, &after)).await?;
                }
            }
            let lies = |person: &Person| person.unit == Some(unit);
            rehome(tx, act, person.id, at, lies, |p| Person { unit: Some(into), ..p }).await?;
        }
        for site in &inside.sites {
            let lies = |site: &Site| site.unit == Some(unit);
            rehome(tx, act, site.id, at, lies, |s| Site { unit: Some(into), ..s }).await?;
        }
        let way = Rehousing { from: unit, into, at, made: heir.made };
        self.rehouse(tx, act, &inside.resources, &way).await
    }

    /// Whether the caller may change all that is inside wherever it is from `at` on, as if they
    /// changed each by hand: a unit below may answer for another region, and who is to come is
    /// elsewhere yet.
    ///
    /// Errors: [`DirectoryError::NotAllowed`], also for what they do not see: it is not named.
    async fn permit_inside(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        inside: &InUnit,
        at: Time,
    ) -> Result<(), DirectoryError> {
        if act.caller.may_everywhere(DIRECTORY_CHANGE) {
            return Ok(());
        }
        self.permit_named(tx, act, &inside.units, at).await?;
        self.permit_named(tx, act, &inside.posts, at).await?;
        self.permit_named(tx, act, &inside.people, at).await?;
        self.permit_named(tx, act, &inside.sites, at).await
    }

    async fn permit_named<S: Placed>(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        things: &[Named<S>],
        at: Time,
    ) -> Result<(), DirectoryError> {
        for thing in things {
            let timeline = load(tx, thing.id).await?;
            match self.permit_from(tx, act.caller, &timeline, (act.now, at)).await {
                Err(DirectoryError::NotFound { .. }) => {
                    return Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE));
                }
                until => permit_throughout(until?)?,
            }
        }
        Ok(())
    }
}

/// That what is in a unit goes into the one that it is merged into.
fn merged_into(unit: UnitId, into: UnitId, at: Time) -> Move {
    let into = (Some(into), None);
    let said = ("units".to_owned(), unit.to_string());
    Move { from: (Some(unit), None), to: into, into, at, said }
}

/// That what is in a unit goes into a part of it that answers for another region.
fn split_into(before: &Dated<Unit>, part: &Dated<Unit>, number: usize, at: Time) -> Move {
    let region = part.state.region;
    let found = region.map(|region| region.to_string()).unwrap_or_default();
    Move {
        from: (Some(before.id), None),
        to: (Some(part.id), None),
        into: (None, region),
        at,
        said: (region_of_part(number), found),
    }
}

/// The field in which a part of a split names its region.
fn region_of_part(number: usize) -> String {
    format!("parts[{number}].region_id")
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
/// Errors: [`DirectoryError::WrongInput`] naming what is not inside, or `unseen`, or goes to two
/// parts, [`DirectoryError::LeftBehind`] naming what goes to none.
fn shared(
    inside: &InUnit,
    parts: &[SplitPart],
    unseen: &Unseen,
) -> Result<Vec<InUnit>, DirectoryError> {
    let nothing = InUnit {
        units: Vec::new(),
        posts: Vec::new(),
        people: Vec::new(),
        sites: Vec::new(),
        resources: Vec::new(),
    };
    let (mut left, mut shares) = (inside.clone(), Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let mut share = nothing.clone();
        share.units = taken(&mut left.units, &part.units, unseen, &format!("parts[{at}].units"))?;
        share.posts = taken(&mut left.posts, &part.posts, unseen, &format!("parts[{at}].posts"))?;
        let field = format!("parts[{at}].people");
        share.people = taken(&mut left.people, &part.people, unseen, &field)?;
        let field = format!("parts[{at}].resources");
        share.resources = taken(&mut left.resources, &part.resources, unseen, &field)?;
        shares.push(share);
    }
    if let Some(at) = parts.iter().position(|part| part.rest) {
        shares[at].units.append(&mut left.units);
        shares[at].posts.append(&mut left.posts);
        shares[at].people.append(&mut left.people);
        shares[at].sites.append(&mut left.sites);
        shares[at].resources.append(&mut left.resources);
    }
    let behind = [
        counted(&left.units, &Text::new("unit below it", "下级单位")),
        counted(&left.posts, &Text::new("post", "岗位")),
        counted(&left.people, &Text::new("person", "人员")),
        counted(&left.sites, &Text::new("site", "地点")),
        counted(&left.resources, &Text::new("resource", "资源")),
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
    unseen: &Unseen,
    field: &str,
) -> Result<Vec<store::Named<K>>, DirectoryError> {
    let mut taken = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let is_seen = !unseen.contains(&Id::from_uuid(id.uuid()));
        let found = left.iter().position(|thing| thing.id == *id).filter(|_| is_seen);
        let Some(found) = found else {
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
