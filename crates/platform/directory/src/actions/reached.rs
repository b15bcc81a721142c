//! What goes elsewhere comes within what is granted there. Who moves a unit or a region by a right
//! that was lent to them, or is theirs for a time, would so give what outlasts that right: to
//! others, and to themselves. A post, a person, a site or a resource goes where others look after
//! it from then on; but nobody takes it along to where they keep more than that right.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{Caller, Fault, FaultKind, FieldFault, Lineage, Permission, Text, Time};

use super::placed::{lineage, turns};
use crate::{
    DIRECTORY_CHANGE, Directory, DirectoryError, Past,
    ldap::{Part, Taken},
    model::{NEVER, SitePlace},
};

/// All that is above something, from each of these moments until the next.
type Above = BTreeMap<Time, Lineage>;

/// Something that is to lie elsewhere.
#[derive(Debug)]
pub(crate) struct Move {
    /// Where it lies.
    pub(crate) from: SitePlace,
    /// Where it, or what is in it, lies afterwards.
    pub(crate) to: SitePlace,
    /// What it is put into; neither where it only leaves something.
    pub(crate) into: SitePlace,
    /// From when on.
    pub(crate) at: Time,
    /// The field that says so, and what it says.
    pub(crate) said: (String, String),
}

impl Move {
    /// That something goes from one place to another, which says so itself.
    pub(crate) fn along((from, to): (SitePlace, SitePlace), at: Time) -> Self {
        let said = match to {
            (Some(unit), _) if from.0 != to.0 => ("unit_id".to_owned(), unit.to_string()),
            (_, region) => {
                let region = region.map(|region| region.to_string()).unwrap_or_default();
                ("region_id".to_owned(), region)
            }
        };
        Self { from, to, into: to, at, said }
    }
}

/// What is to lie elsewhere by a right that is not held for good, before it does.
#[derive(Debug)]
pub(crate) struct Lent {
    above: Above,
    to: SitePlace,
    at: Time,
    refusal: DirectoryError,
}

impl Directory {
    /// What has to be looked at once something lies elsewhere; nothing where the caller may change
    /// for good what goes and what it goes into. To be asked before it is written.
    ///
    /// Errors: [`DirectoryError::Db`], `Grants` when what keeps grants does not answer.
    pub(crate) async fn lent(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        goes: Move,
    ) -> Result<Option<Lent>, DirectoryError> {
        let ends = [goes.from, goes.into];
        let units = ends.iter().filter_map(|(unit, _)| unit.map(Part::Unit));
        let regions = ends.iter().filter_map(|(_, region)| region.map(Part::Region));
        for part in units.chain(regions) {
            let fault = match self.permit_for_good(caller, DIRECTORY_CHANGE, part).await {
                Ok(()) => continue,
                Err(DirectoryError::Grants(fault)) if fault.kind == FaultKind::Forbidden => *fault,
                Err(other) => return Err(other),
            };
            let above = above(tx, goes.from, goes.at).await?;
            let refusal = DirectoryError::Grants(Box::new(drawn_in(fault, &goes.said)));
            return Ok(Some(Lent { above, to: goes.to, at: goes.at, refusal }));
        }
        Ok(None)
    }

    /// Whether what lies elsewhere by now may: nothing that is granted reaches it that did not
    /// before.
    ///
    /// Errors: [`DirectoryError::Grants`] saying why the caller's right does not do.
    pub(crate) async fn permit_reached(
        &self,
        tx: &mut Tx,
        lent: Option<Lent>,
    ) -> Result<(), DirectoryError> {
        let (Some(lent), Some(grants)) = (lent, self.post_grants.get()) else { return Ok(()) };
        let anew = anew(&lent.above, &above(tx, lent.to, lent.at).await?);
        if anew == Lineage::default() || !grants.any_counts_in(tx, &anew).await? {
            return Ok(());
        }
        Err(lent.refusal)
    }

    /// Whether the caller may take something of the directory to where it goes. To be asked before
    /// it is written.
    ///
    /// Errors: as [`Self::permit_taking`].
    pub(crate) async fn permit_taken(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        goes: &Move,
    ) -> Result<(), DirectoryError> {
        if goes.from == goes.to || caller.user_id.is_none() {
            return Ok(());
        }
        let before = above(tx, goes.from, goes.at).await?;
        let after = above(tx, goes.to, goes.at).await?;
        self.permit_along(caller, DIRECTORY_CHANGE, &taken(&before, &after), &goes.said).await
    }

    /// The same of something that was to go and stays, because they call that off.
    ///
    /// Errors: as [`Self::permit_taking`].
    pub(crate) async fn permit_stays(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        stays: Option<Move>,
    ) -> Result<(), DirectoryError> {
        let Some(stays) = stays else { return Ok(()) };
        let goes = Move { said: ("id".to_owned(), stays.said.1.clone()), ..stays };
        self.permit_taken(tx, caller, &goes).await
    }

    /// Whether the caller may take a resource by `right` from one unit and region to another, from
    /// `at` on: not by a right that was lent to them, or is theirs for a time, where what they hold
    /// for longer than that would reach it there and did not before.
    ///
    /// Errors: [`DirectoryError::Grants`] saying why the right does not do.
    pub async fn permit_taking(
        &self,
        caller: &Caller,
        right: Permission,
        (resource_id, from, to): (&str, Lies<'_>, Lies<'_>),
        at: Time,
    ) -> Result<(), DirectoryError> {
        if from == to || caller.user_id.is_none() {
            return Ok(());
        }
        let past = self.past().await?;
        let taken = taken(&above_in(&past, from, at), &above_in(&past, to, at));
        let taken = Taken { resource_id: Some(resource_id.to_owned()), ..taken };
        let said = match to {
            (Some(unit), _) if from.0 != to.0 => ("unit_id", unit),
            (_, region) => ("region_id", region.unwrap_or_default()),
        };
        self.permit_along(caller, right, &taken, &(said.0.to_owned(), said.1.to_owned())).await
    }

    async fn permit_along(
        &self,
        caller: &Caller,
        right: Permission,
        taken: &Taken,
        said: &(String, String),
    ) -> Result<(), DirectoryError> {
        let Some(grants) = self.post_grants.get() else { return Ok(()) };
        if taken.anew == Lineage::default() {
            return Ok(());
        }
        let permitted = grants.permit_taking(caller, right, taken).await;
        permitted.map_err(|fault| match fault.kind {
            FaultKind::Forbidden => {
                DirectoryError::Grants(Box::new(taken_along(fault, right, said)))
            }
            _ => DirectoryError::Grants(Box::new(fault)),
        })
    }
}

/// The unit and the region of something, by their ids.
pub(crate) type Lies<'a> = (Option<&'a str>, Option<&'a str>);

/// What is above something that lies there, as far as is planned.
fn above_in(past: &Past, (unit, region): Lies<'_>, from: Time) -> Above {
    let turns = past.turns(unit, region).into_iter().filter(|turn| *turn > from);
    let moments = std::iter::once(from).chain(turns);
    moments.map(|at| (at, past.lineage(unit, region, at))).collect()
}

/// Something that goes from below the one to below the other.
fn taken(before: &Above, after: &Above) -> Taken {
    let first = |above: &Above| above.values().next().cloned().unwrap_or_default();
    let (from, to, anew) = (first(before), first(after), anew(before, after));
    Taken { resource_id: None, from, to, anew }
}

/// Why somebody may not take it along by such a right.
fn taken_along(fault: Fault, Permission(right): Permission, said: &(String, String)) -> Fault {
    let expected = Text::new(
        format!(
            "a place where nothing of yours outlasts your right to move it, or `{right}` for good"
        ),
        format!("您没有其他长期权限的位置，否则须长期拥有“{right}”权限"),
    );
    let Text { en, zh } = &fault.text;
    let text = Text::new(
        format!("what else you hold where it goes would reach it from then on: {en}"),
        format!("调整后，您在目标位置的其他权限将覆盖该内容：{zh}"),
    );
    Fault { text, fields: vec![FieldFault::new(&said.0, &said.1, expected)], ..fault }
}

/// What is above something that lies there, from a moment on and as far as is planned.
async fn above(tx: &mut Tx, lies: SitePlace, from: Time) -> Result<Above, DirectoryError> {
    let mut moments = turns(tx, lies, (from, NEVER)).await?;
    moments.insert(from);
    let mut above = Above::new();
    for at in moments {
        above.insert(at, lineage(tx, lies, at).await?);
    }
    Ok(above)
}

/// What is above at some moment afterwards and would not have been then.
fn anew(before: &Above, after: &Above) -> Lineage {
    let then = |above: &Above, at: Time| {
        above.range(..=at).next_back().map(|(_, then)| then.clone()).unwrap_or_default()
    };
    let (mut units, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for at in before.keys().chain(after.keys()) {
        let (was, is) = (then(before, *at), then(after, *at));
        units.extend(is.units.into_iter().filter(|unit| !was.units.contains(unit)));
        regions.extend(is.regions.into_iter().filter(|region| !was.regions.contains(region)));
    }
    Lineage { units: units.into_iter().collect(), regions: regions.into_iter().collect() }
}

/// Why it may not go there by such a right.
fn drawn_in(fault: Fault, (field, found): &(String, String)) -> Fault {
    let Permission(right) = DIRECTORY_CHANGE;
    let expected = Text::new(
        format!("a place where nothing is granted that would reach it, or `{right}` for good"),
        format!("不会被其他授权覆盖的位置，否则须长期拥有“{right}”权限"),
    );
    let Text { en, zh } = &fault.text;
    let text = Text::new(
        format!("what is granted where it goes would reach it from then on: {en}"),
        format!("调整后，目标位置的授权将覆盖该内容：{zh}"),
    );
    Fault { text, fields: vec![FieldFault::new(field, found, expected)], ..fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lies(units: &[&str], regions: &[&str]) -> Lineage {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Lineage { units: owned(units), regions: owned(regions) }
    }

    #[test]
    fn only_what_was_not_above_at_that_moment_is_above_anew() {
        let at = Time::from_seconds;
        let before = Above::from([
            (at(0), lies(&["u", "north", "top"], &["r"])),
            (at(50), lies(&["u", "south", "top"], &["r"])),
        ]);
        let stays = Above::from([(at(0), lies(&["u", "north", "top"], &["r"]))]);
        assert_eq!(anew(&before, &before), Lineage::default());
        assert_eq!(anew(&before, &stays), lies(&["north"], &[]), "it was to leave the north");
        let top = Above::from([(at(0), lies(&["u"], &[]))]);
        assert_eq!(anew(&before, &top), Lineage::default(), "it leaves all");
        let other = Above::from([(at(0), lies(&["u", "east", "top"], &["r", "s"]))]);
        assert_eq!(anew(&before, &other), lies(&["east"], &["s"]));
        let later = Above::from([
            (at(0), lies(&["u", "north", "top"], &["r"])),
            (at(90), lies(&["u", "west", "top"], &["r"])),
        ]);
        assert_eq!(anew(&before, &later), lies(&["north", "west"], &[]));
    }
}
