//! What of a list the caller sees and asks for, as conditions.

use std::collections::BTreeSet;

use kernel::{FieldFault, Text, Within};

use crate::{
    DirectoryError, HoldingFilter, PersonFilter, PostFilter, RegionId, SiteFilter, Trees,
    UnitFilter, UnitId,
    model::input::containing,
    reads::Seen,
    store::{Columns, Narrow, PostsLike},
};

/// A search text is at most so long.
const TEXT_CHARS_MAX: usize = 200;

impl UnitFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(self.parent.map(|id| ("parent_id", id.to_string())));
        narrow.equal.extend(self.kind.clone().map(|kind| ("kind", kind)));
        narrow.one_of.extend(self.region.map(|id| ("id", seen.units_in(id))));
        narrow.equal.extend(self.code.clone().map(|code| ("code", code)));
        narrow.one_of.extend(seen.under("id", self.under));
        narrow.within = seen.visible("id");
        Ok(narrow)
    }
}

/// The unit of a site that names no region: then it is in its unit's.
pub(crate) const UNIT_ALONE: &str = "CASE WHEN region_id IS NULL THEN unit_id END";

impl SiteFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        let mut under = seen.under("unit_id", self.under);
        // A site of a region of theirs may be in a unit that they do not see: what that is below of
        // is not told.
        if let (Some((_, units)), Some(seen)) = (&mut under, &seen.units) {
            units.retain(|unit| seen.contains(unit));
        }
        narrow.one_of.extend(under);
        if let Some(region) = self.region {
            let regions = seen.trees_within(region).region_subtree(&region.to_string());
            narrow.in_area = Some(vec![
                ("region_id", regions.into_iter().collect()),
                (UNIT_ALONE, seen.units_in(region)),
            ]);
        }
        narrow.within = seen.within.as_ref().map(of_sites);
        narrow.within_at = seen.now.zip(seen.within_today.as_ref().map(of_sites));
        Ok(narrow)
    }
}

impl PostFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(self.unit.map(|id| ("unit_id", id.to_string())));
        narrow.flag = self.head.map(|head| ("head", head));
        narrow.one_of.extend(seen.under("unit_id", self.under));
        narrow.within = seen.visible("unit_id");
        narrow.within_at = seen.now.zip(seen.visible_today("unit_id"));
        Ok(narrow)
    }
}

impl PersonFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Result<Narrow, DirectoryError> {
        let mut narrow = Narrow { folded: pattern(self.text.as_deref())?, ..Narrow::default() };
        narrow.equal.extend(self.unit.map(|id| ("unit_id", id.to_string())));
        narrow.equal.extend(self.number.clone().map(|number| ("number", number)));
        narrow.one_of.extend(seen.under("unit_id", self.under));
        narrow.within = seen.visible("unit_id");
        narrow.within_at = seen.now.zip(seen.visible_today("unit_id"));
        Ok(narrow)
    }
}

impl HoldingFilter {
    pub(crate) fn narrow(&self, seen: &Seen) -> Narrow {
        let mut narrow = Narrow::default();
        narrow.equal.extend(self.person.map(|id| ("person_id", id.to_string())));
        narrow.equal.extend(self.post.map(|id| ("post_id", id.to_string())));
        narrow.equal.extend(self.kind.map(|kind| ("kind", kind.name().to_owned())));
        let mut units = seen.units.clone();
        let mut only = |asked: BTreeSet<String>| {
            units = Some(match units.take() {
                Some(seen) => seen.intersection(&asked).cloned().collect(),
                None => asked,
            });
        };
        if let Some(unit) = self.unit {
            only(BTreeSet::from([unit.to_string()]));
        }
        if let Some(unit) = self.under {
            only(seen.trees_below(unit).unit_subtree(&unit.to_string()));
        }
        if units.is_some() || self.head {
            let units = units.map(|units| units.into_iter().collect());
            let today = seen.units_today.as_ref().zip(seen.now);
            let today = today.map(|(units, now)| (units.iter().cloned().collect(), now));
            narrow.posts = Some(PostsLike { units, today, head: self.head });
        }
        narrow
    }
}

/// What limits a list of sites to a scope.
fn of_sites(within: &Within) -> Columns {
    vec![
        ("unit_id", within.units.iter().cloned().collect()),
        ("region_id", within.regions.iter().cloned().collect()),
        (UNIT_ALONE, within.answering.iter().cloned().collect()),
    ]
}

impl Seen {
    /// What limits a list to the scope, where `column` holds a unit.
    fn visible(&self, column: &'static str) -> Option<Columns> {
        Some(vec![(column, self.units.as_ref()?.iter().cloned().collect())])
    }

    /// The same as it is today.
    fn visible_today(&self, column: &'static str) -> Option<Columns> {
        Some(vec![(column, self.units_today.as_ref()?.iter().cloned().collect())])
    }

    /// The units that are in a region or one within it, then.
    fn units_in(&self, region: RegionId) -> Vec<String> {
        let trees = self.trees_within(region);
        let regions = trees.region_subtree(&region.to_string());
        trees.units_answering(&regions).into_iter().collect()
    }

    /// The trees that say what was below the unit. What comes under, or was under, one that the
    /// caller does not see is not told.
    fn trees_below(&self, unit: UnitId) -> &Trees {
        match &self.units {
            Some(units) if !units.contains(&unit.to_string()) => &self.today,
            _ => &self.then,
        }
    }

    /// The same of a region.
    fn trees_within(&self, region: RegionId) -> &Trees {
        match &self.regions {
            Some(regions) if !regions.contains(&region.to_string()) => &self.today,
            _ => &self.then,
        }
    }

    /// What limits a list to a unit and all below it, where `column` holds a unit.
    fn under(
        &self,
        column: &'static str,
        unit: Option<UnitId>,
    ) -> Option<(&'static str, Vec<String>)> {
        let unit = unit?;
        let units = self.trees_below(unit).unit_subtree(&unit.to_string());
        Some((column, units.into_iter().collect()))
    }
}

/// The pattern that finds `text`. Errors: names `q` when it is over 200 characters.
pub(crate) fn pattern(text: Option<&str>) -> Result<Option<String>, DirectoryError> {
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if text.chars().count() > TEXT_CHARS_MAX || text.contains('\0') {
        let expected = Text::new("at most 200 characters", "不超过 200 个字符");
        return Err(FieldFault::new("q", text, expected).into());
    }
    Ok(Some(containing(text)))
}
