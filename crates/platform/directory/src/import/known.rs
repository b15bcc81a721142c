use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{FieldFault, Id, Page, Text, Time};

use crate::{
    AsOf, Dated, DirectoryError, Noun, Person, Post, Region, Trees, Unit, UnitId,
    actions::save::require,
    directory::Belongs,
    model::NEVER,
    store::{self, Kept, Narrow},
};

/// More things of one sort are not in an organisation.
const THINGS_MAX: u32 = 10_000_000;

/// What is there already, by the codes that a file names it by.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) units: HashMap<String, UnitId>,
    pub(super) regions: HashMap<String, Id<Region>>,
    pub(super) posts: HashMap<String, (Id<Post>, UnitId)>,
    pub(super) people: HashMap<String, Id<Person>>,
    /// Units of this very import: what they are part of.
    pub(super) new_units: HashMap<UnitId, Option<UnitId>>,
    /// Numbers that people have at some time, perhaps not now.
    pub(super) numbers: HashSet<String>,
    /// From when on units exist for good, as far as it has been asked.
    lasting: HashMap<UnitId, Time>,
}

impl Known {
    /// What is there now.
    pub(super) async fn load(
        tx: &mut Tx,
        dialect: db::Dialect,
        now: Time,
    ) -> Result<Self, DirectoryError> {
        let units: Vec<Dated<Unit>> = all(tx, dialect, now).await?;
        let regions: Vec<Dated<Region>> = all(tx, dialect, now).await?;
        let posts: Vec<Dated<Post>> = all(tx, dialect, now).await?;
        let people: Vec<Dated<Person>> = all(tx, dialect, now).await?;
        Ok(Self {
            units: units.into_iter().map(|unit| (unit.state.code, unit.id)).collect(),
            regions: regions.into_iter().map(|region| (region.state.code, region.id)).collect(),
            posts: posts
                .into_iter()
                .map(|post| (post.state.code, (post.id, post.state.unit)))
                .collect(),
            people: people.into_iter().map(|person| (person.state.number, person.id)).collect(),
            new_units: HashMap::new(),
            numbers: store::numbers(tx.connection()).await?,
            lasting: HashMap::new(),
        })
    }

    /// The unit exists for good from `from` on.
    ///
    /// Errors: names `unit_id`.
    pub(super) async fn lasts(
        &mut self,
        tx: &mut Tx,
        unit: UnitId,
        from: Time,
    ) -> Result<(), DirectoryError> {
        if self.lasting.get(&unit).is_some_and(|since| *since <= from) {
            return Ok(());
        }
        require(tx, "unit_id", unit, from, NEVER).await?;
        self.lasting.insert(unit, from);
        Ok(())
    }

    /// Where something of the unit belongs: a unit of this import where the nearest one above it
    /// does that was there before.
    pub(super) fn belongs(&self, trees: &Trees, unit: Option<UnitId>) -> Belongs {
        let mut at = unit;
        // As many steps as there are new units, at most: they are no cycle.
        for _ in 0..=self.new_units.len() {
            match at.and_then(|unit| self.new_units.get(&unit)) {
                Some(parent) => at = *parent,
                None => break,
            }
        }
        Belongs::to_unit(trees, at)
    }
}

/// What is found by a code. Errors: names the column.
pub(super) fn found<'k, N: Noun, T>(
    known: &'k HashMap<String, T>,
    column: &str,
    code: &str,
) -> Result<&'k T, FieldFault> {
    known.get(code).ok_or_else(|| {
        let noun = N::noun();
        let expected = Text::new(
            format!("the code of a {} in the directory or in this file", noun.en),
            format!("目录或本文件中已有的{}编码", noun.zh),
        );
        FieldFault::new(column, code, expected)
    })
}

async fn all<S: Kept>(
    tx: &mut Tx,
    dialect: db::Dialect,
    now: Time,
) -> Result<Vec<Dated<S>>, DirectoryError> {
    let page = Page { after: None, limit: THINGS_MAX };
    let everything = Narrow::default();
    store::list(tx.connection(), dialect, &everything, AsOf::at(now), &page).await
}
