use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Caller, FieldFault, Id, Page, Text, Time};

use super::line::Line;
use crate::{
    AsOf, DIRECTORY_READ, Dated, DirectoryError, Noun, Person, PersonId, Post, PostId, Region,
    RegionId, Site, SiteId, Trees, Unit, UnitId,
    directory::Belongs,
    model::NEVER,
    store::{self, Kept, Narrow},
};

/// More things of one sort are not in an organisation.
const THINGS_MAX: u32 = 10_000_000;

/// What is there already, by the codes that a file names it by.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) regions: Codes<RegionId>,
    pub(super) units: Codes<UnitId>,
    pub(super) sites: Codes<SiteId>,
    pub(super) posts: Codes<(PostId, UnitId)>,
    pub(super) people: Codes<(PersonId, Option<UnitId>)>,
    /// Units of this very import: what they are part of.
    pub(super) new_units: HashMap<UnitId, Option<UnitId>>,
    /// Regions of this very import: what they are part of.
    pub(super) new_regions: HashMap<RegionId, Option<RegionId>>,
    /// Numbers that people have at some time, perhaps not now.
    pub(super) numbers: HashSet<String>,
    /// Codes that several posts have, one after the other.
    pub(super) reused: HashSet<String>,
    /// From when on units exist for good, as far as it has been asked.
    pub(super) lasting: HashMap<UnitId, Time>,
}

/// Things of one sort by their codes, and codes that the file defines in rows that are wrong.
#[derive(Debug)]
pub(super) struct Codes<T> {
    there: HashMap<String, T>,
    wrong: HashMap<String, WrongRow>,
}

/// A row that is wrong, and whether that has been told to a row that names it.
#[derive(Debug)]
struct WrongRow {
    sheet: String,
    row: u32,
    told: bool,
}

impl Known {
    /// What is there now, or is planned, as far as the caller sees it: what they do not see is as
    /// unknown as what there is not.
    pub(super) async fn load(
        tx: &mut Tx,
        dialect: db::Dialect,
        (caller, trees): (&Caller, &Trees),
        now: Time,
    ) -> Result<Self, DirectoryError> {
        let sees = |unit| Belongs::to_unit(trees, unit).seen_by(caller);
        let regions = trees.regions_seen(&caller.scope(DIRECTORY_READ));
        let sees_region =
            |id: RegionId| regions.as_ref().is_none_or(|seen| seen.contains(&id.to_string()));
        let sees_site = |site: &Site| Belongs::to_both(site.unit, site.region).seen_by(caller);
        let regions = seen(all::<Region>(tx, dialect, now).await?, |one| sees_region(one.id));
        let units = seen(all::<Unit>(tx, dialect, now).await?, |one| sees(Some(one.id)));
        let sites = seen(all::<Site>(tx, dialect, now).await?, |one| sees_site(&one.state));
        let posts = seen(all::<Post>(tx, dialect, now).await?, |one| sees(Some(one.state.unit)));
        let people = seen(all::<Person>(tx, dialect, now).await?, |one| sees(one.state.unit));
        Ok(Self {
            regions: Codes::of(&regions, |one| one.id),
            units: Codes::of(&units, |one| one.id),
            sites: Codes::of(&sites, |one| one.id),
            posts: Codes::of(&posts, |one| (one.id, one.state.unit)),
            people: Codes::of(&people, |one| (one.id, one.state.unit)),
            numbers: store::numbers(tx.connection()).await?,
            ..Self::default()
        })
    }

    /// Where something of the unit belongs: a unit of this import where the nearest one above it
    /// does that was there before.
    pub(super) fn belongs(&self, trees: &Trees, unit: Option<UnitId>) -> Belongs {
        Belongs::to_unit(trees, self.unit_before(unit))
    }

    /// The unit, or the nearest one above it that was there before this import.
    pub(super) fn unit_before(&self, unit: Option<UnitId>) -> Option<UnitId> {
        before(&self.new_units, unit)
    }

    /// The region, or the nearest one above it that was there before this import.
    pub(super) fn region_before(&self, region: Option<RegionId>) -> Option<RegionId> {
        before(&self.new_regions, region)
    }
}

fn before<K: Copy + Eq + std::hash::Hash>(new: &HashMap<K, Option<K>>, at: Option<K>) -> Option<K> {
    let mut at = at;
    // As many steps as there are new ones, at most: they are no cycle.
    for _ in 0..=new.len() {
        match at.and_then(|thing| new.get(&thing)) {
            Some(above) => at = *above,
            None => break,
        }
    }
    at
}

impl<T> Default for Codes<T> {
    fn default() -> Self {
        Self { there: HashMap::new(), wrong: HashMap::new() }
    }
}

impl<T: Copy> Codes<T> {
    fn of<S: Noun>(things: &[Dated<S>], thing: impl Fn(&Dated<S>) -> T) -> Self {
        let there = things.iter().map(|one| (one.state.code().to_owned(), thing(one))).collect();
        Self { there, wrong: HashMap::new() }
    }

    pub(super) fn get(&self, code: &str) -> Option<T> {
        self.there.get(code).copied()
    }

    pub(super) fn insert(&mut self, code: &str, thing: T) {
        self.there.insert(code.to_owned(), thing);
    }

    /// Notes that the row that defines the code is wrong, and whether rows that name it need be
    /// told no more.
    pub(super) fn broken(&mut self, code: &str, line: &Line<'_>, told: bool) {
        if self.there.contains_key(code) || self.wrong.contains_key(code) {
            return;
        }
        let (sheet, row) = (line.table.name.clone(), line.row.number);
        self.wrong.insert(code.to_owned(), WrongRow { sheet, row, told });
    }

    /// What the code in a column names; none when the cell is empty, or names nothing.
    pub(super) fn find<N: Noun>(&mut self, line: &mut Line<'_>, column: &str) -> Option<T> {
        if line.cell(column).is_empty() { None } else { self.need::<N>(line, column) }
    }

    /// The same where a cell must name something. What is wrong is noted; that a row is wrong
    /// which the file itself defines the code by, only once.
    pub(super) fn need<N: Noun>(&mut self, line: &mut Line<'_>, column: &str) -> Option<T> {
        let code = line.cell(column);
        if let Some(thing) = self.get(code) {
            return Some(thing);
        }
        let Some(wrong) = self.wrong.get_mut(code) else {
            line.note(FieldFault::new(column, code, unknown::<N>()));
            return None;
        };
        if std::mem::replace(&mut wrong.told, true) {
            line.block();
            return None;
        }
        let (noun, sheet, row) = (N::noun(), &wrong.sheet, wrong.row);
        let expected = Text::new(
            format!("a {}; row {row} of “{sheet}”, which defines it, is wrong", noun.en),
            format!("有效的{}编码；定义它的“{sheet}”第 {row} 行有误", noun.zh),
        );
        line.pass_on(FieldFault::new(column, code, expected));
        None
    }
}

/// What is expected where a code names nothing.
pub(super) fn unknown<N: Noun>() -> Text {
    let noun = N::noun();
    Text::new(
        format!("the code of a {} in the directory or in this file", noun.en),
        format!("目录或本文件中已有的{}编码", noun.zh),
    )
}

/// Those that `sees` sees where they are today, or will be first: of one thing, that comes last.
fn seen<S: Noun>(mut all: Vec<Dated<S>>, sees: impl Fn(&Dated<S>) -> bool) -> Vec<Dated<S>> {
    let today: HashMap<Id<S>, bool> = all.iter().map(|one| (one.id, sees(one))).collect();
    all.retain(|one| today.get(&one.id) == Some(&true));
    all
}

/// All things that are planned, and after them those that are there now.
async fn all<S: Kept>(
    tx: &mut Tx,
    dialect: db::Dialect,
    now: Time,
) -> Result<Vec<Dated<S>>, DirectoryError> {
    let page = Page { after: None, limit: THINGS_MAX };
    let (everything, mut all) = (Narrow::default(), Vec::new());
    let at_last = Time::from_micros(NEVER.micros() - 1);
    for at in [at_last, now] {
        let at = AsOf::at(at);
        all.extend(store::list(tx.connection(), dialect, &everything, at, &page).await?);
    }
    Ok(all)
}
