//! What goes elsewhere comes within what is granted there. Who moves a unit or a region by a right
//! that was lent to them, or is theirs for a time, would so give what outlasts that right: to
//! others, and to themselves.

use std::collections::{BTreeMap, BTreeSet};

use db::Tx;
use kernel::{Caller, Fault, FaultKind, FieldFault, Lineage, Permission, Text, Time};

use super::placed::{lineage, turns};
use crate::{
    DIRECTORY_CHANGE, Directory, DirectoryError,
    ldap::Part,
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
