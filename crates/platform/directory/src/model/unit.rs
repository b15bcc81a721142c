use kernel::{FieldFault, Id, Text};
use serde::{Deserialize, Serialize};

use super::{Noun, input::Faults};
use crate::Region;

/// The id of a unit.
pub type UnitId = Id<Unit>;

/// A part of the organisation: a bureau, a department, a county's office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its code, unique among units.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What it is called for short; may be empty.
    pub short_name: String,
    /// What sort of unit it is, in the organisation's own words: `bureau`, `处室`.
    pub kind: String,
    /// The unit it is part of; none at the top.
    pub parent: Option<UnitId>,
    /// The region it answers for.
    pub region: Option<Id<Region>>,
}

/// A unit that somebody wants, or a change of one: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitChange {
    /// The code.
    pub code: Option<String>,
    /// The name.
    pub name: Option<Text>,
    /// The short name.
    pub short_name: Option<String>,
    /// The sort of unit.
    pub kind: Option<String>,
    /// The region; `Some(None)` takes it away.
    pub region: Option<Option<Id<Region>>>,
}

impl Noun for Unit {
    const NOUN: &'static str = "unit";
    const CREATED: &'static str = "unit.created";
    const CHANGED: &'static str = "unit.changed";
    const CLOSED: &'static str = "unit.closed";
    const CANCELLED: &'static str = "unit.change_cancelled";
    const PLACE: &'static [&'static str] = &["parent", "region"];

    fn noun() -> Text {
        Text::new("unit", "单位")
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn label(&self) -> String {
        self.name.zh.clone()
    }
}

impl Unit {
    /// A unit under `parent` as `new` describes it.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn made(new: &UnitChange, parent: Option<UnitId>) -> Result<Self, Vec<FieldFault>> {
        let blank = Self {
            code: String::new(),
            name: Text::default(),
            short_name: String::new(),
            kind: String::new(),
            parent,
            region: None,
        };
        let whole = UnitChange {
            code: Some(new.code.clone().unwrap_or_default()),
            name: Some(new.name.clone().unwrap_or_default()),
            ..new.clone()
        };
        blank.changed(&whole)
    }

    /// The unit after the change.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn changed(&self, change: &UnitChange) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut next = self.clone();
        if let Some(code) = &change.code {
            next.code = faults.code("code", code);
        }
        if let Some(name) = &change.name {
            next.name = faults.both("name", name);
        }
        if let Some(short_name) = &change.short_name {
            next.short_name = faults.short("short_name", short_name);
        }
        if let Some(kind) = &change.kind {
            next.kind = faults.short("kind", kind);
        }
        if let Some(region) = change.region {
            next.region = region;
        }
        faults.or(next)
    }
}
