//! Units and regions by their codes, as the directory's own spreadsheets name them.

use std::collections::{BTreeSet, HashMap};

use directory::Trees;
use kernel::{Id, Scope, Text};

/// The codes of the units and regions that somebody sees. Others are as unknown as those that
/// there are not.
#[derive(Debug, Default)]
pub(crate) struct PlaceCodes {
    /// None: there is no directory, so that an id is only an id.
    known: Option<(Codes, Codes)>,
}

#[derive(Debug, Default)]
struct Codes {
    /// The codes, by ids.
    codes: HashMap<String, String>,
    /// Which ids have a code: those that are open, else those that are closed.
    ids: HashMap<String, Vec<String>>,
}

impl PlaceCodes {
    /// What `scope` covers of the directory.
    pub(crate) fn of(trees: &Trees, scope: &Scope) -> Self {
        let (units, regions) = (trees.units_within(scope), trees.regions_seen(scope));
        let seen = |within: &Option<BTreeSet<String>>, id: &str| {
            within.as_ref().is_none_or(|within| within.contains(id))
        };
        let units = trees.units().filter(|unit| seen(&units, &unit.id));
        let regions = trees.regions().filter(|region| seen(&regions, &region.id));
        Self {
            known: Some((
                Codes::of(units.map(|unit| (unit.id.as_str(), unit.code.as_str(), unit.closed))),
                Codes::of(regions.map(|one| (one.id.as_str(), one.code.as_str(), one.closed))),
            )),
        }
    }

    /// The id of the unit that a cell means by its code or its id.
    ///
    /// Errors: what is expected.
    pub(super) fn unit(&self, cell: &str) -> Result<String, Text> {
        let Some((units, _)) = &self.known else { return Ok(cell.to_owned()) };
        units.id(cell).map_err(|count| match count {
            0 => Text::new(
                "the code or the id of a unit of the directory",
                "组织目录中单位的编码或编号",
            ),
            _ => Text::new(
                format!("the id of a unit: {count} have this code"),
                format!("请填写单位编号：有 {count} 个单位使用该编码"),
            ),
        })
    }

    /// The same of a region.
    ///
    /// Errors: what is expected.
    pub(super) fn region(&self, cell: &str) -> Result<String, Text> {
        let Some((_, regions)) = &self.known else { return Ok(cell.to_owned()) };
        regions.id(cell).map_err(|count| match count {
            0 => Text::new(
                "the code or the id of a region of the directory",
                "组织目录中区域的区划代码或编号",
            ),
            _ => Text::new(
                format!("the id of a region: {count} have this code"),
                format!("请填写区域编号：有 {count} 个区域使用该代码"),
            ),
        })
    }

    /// What a cell says of a unit: its code where that tells which is meant, else its id.
    pub(super) fn unit_cell(&self, id: Option<&str>) -> String {
        id.map_or_else(String::new, |id| Codes::cell(self.known.as_ref().map(|(one, _)| one), id))
    }

    /// The same of a region.
    pub(super) fn region_cell(&self, id: Option<&str>) -> String {
        id.map_or_else(String::new, |id| Codes::cell(self.known.as_ref().map(|(_, one)| one), id))
    }
}

impl Codes {
    fn of<'t>(places: impl Iterator<Item = (&'t str, &'t str, bool)>) -> Self {
        let (mut codes, mut open) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        let mut closed = HashMap::<_, Vec<_>>::new();
        for (id, code, is_closed) in places.filter(|(_, code, _)| !code.is_empty()) {
            codes.insert(id.to_owned(), code.to_owned());
            let of_code = if is_closed { &mut closed } else { &mut open };
            of_code.entry(code.to_owned()).or_default().push(id.to_owned());
        }
        // A code that was given again means the one that has it now.
        for (code, ids) in closed {
            open.entry(code).or_insert(ids);
        }
        Self { codes, ids: open }
    }

    /// Errors: how many have the code.
    fn id(&self, cell: &str) -> Result<String, usize> {
        match self.ids.get(cell).map(Vec::as_slice) {
            Some([only]) => Ok(only.clone()),
            Some(several) => Err(several.len()),
            // Whether there is such a place, and within the caller's reach, the register says.
            None if cell.parse::<Id<()>>().is_ok() => Ok(cell.to_owned()),
            None => Err(0),
        }
    }

    fn cell(of: Option<&Self>, id: &str) -> String {
        let code = of.and_then(|codes| Some((codes, codes.codes.get(id)?)));
        match code {
            Some((codes, code)) if codes.id(code).as_deref() == Ok(id) => code.clone(),
            _ => id.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use directory::UnitNode;
    use kernel::Within;

    use super::*;

    #[test]
    fn what_lies_outside_of_a_scope_has_no_code() {
        let unit = |id: &str, code: &str| UnitNode {
            id: id.to_owned(),
            code: code.to_owned(),
            name: Text::same(code),
            parent: None,
            region: None,
            closed: false,
        };
        let trees = Trees::new(vec![unit("u1", "A"), unit("u2", "B")], Vec::new());
        let within = Within { units: ["u1".to_owned()].into(), ..Within::default() };
        let places = PlaceCodes::of(&trees, &Scope::Within(Arc::new(within)));
        assert_eq!(places.unit_cell(Some("u1")), "A");
        assert_eq!(places.unit_cell(Some("u2")), "u2");
        assert_eq!(places.unit("A").as_deref(), Ok("u1"));
        assert_eq!(places.unit("B").unwrap_err(), places.unit("X").unwrap_err());
        let everywhere = PlaceCodes::of(&trees, &Scope::Everywhere);
        assert_eq!(everywhere.unit_cell(Some("u2")), "B");
    }

    #[test]
    fn code_means_one_place_and_what_is_written_means_it_again() {
        const OPEN: &str = "01890a5d-0000-7000-8000-000000000001";
        const CLOSED: &str = "01890a5d-0000-7000-8000-000000000002";
        let places =
            [(OPEN, "A", false), (CLOSED, "A", true), ("u3", "B", true), ("u4", "", false)];
        let twins = [("u5", "C", false), ("u6", "C", false)];
        let codes = Codes::of(places.into_iter().chain(twins));
        for (cell, meant) in [
            ("A", Ok(OPEN.to_owned())),
            ("B", Ok("u3".to_owned())),
            ("C", Err(2)),
            ("a", Err(0)),
            ("", Err(0)),
            (CLOSED, Ok(CLOSED.to_owned())),
        ] {
            assert_eq!(codes.id(cell), meant, "{cell}");
        }
        for (id, cell) in [(OPEN, "A"), (CLOSED, CLOSED), ("u3", "B"), ("u4", "u4"), ("u5", "u5")] {
            assert_eq!(Codes::cell(Some(&codes), id), cell);
        }
        assert_eq!(Codes::cell(None, OPEN), OPEN);
    }
}
