use kernel::{FieldFault, Id, Text};
use serde::{Deserialize, Serialize};

use super::{Noun, input::Faults};

/// The id of a region.
pub type RegionId = Id<Region>;

/// A part of the country: a province, a city, a county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    /// Its administrative division code, such as GB/T 2260's `330100`; unique among regions.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// What sort of region it is: `province`, `市`.
    pub kind: String,
    /// The region it is part of; none at the top.
    pub parent: Option<RegionId>,
}

/// A region that somebody wants, or a change of one: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegionChange {
    /// The code.
    pub code: Option<String>,
    /// The name.
    pub name: Option<Text>,
    /// The sort of region.
    pub kind: Option<String>,
    /// The region it is part of; `Some(None)` puts it at the top.
    pub parent: Option<Option<RegionId>>,
}

impl Noun for Region {
    const NOUN: &'static str = "region";
    const CREATED: &'static str = "region.created";
    const CHANGED: &'static str = "region.changed";
    const CLOSED: &'static str = "region.closed";
    const CANCELLED: &'static str = "region.change_cancelled";
    const PLACE: &'static [&'static str] = &["parent"];

    fn noun() -> Text {
        Text::new("region", "区域")
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn label(&self) -> String {
        self.name.zh.clone()
    }
}

impl Region {
    /// The region that `new` describes.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn made(new: &RegionChange) -> Result<Self, Vec<FieldFault>> {
        let blank =
            Self { code: String::new(), name: Text::default(), kind: String::new(), parent: None };
        let whole = RegionChange {
            code: Some(new.code.clone().unwrap_or_default()),
            name: Some(new.name.clone().unwrap_or_default()),
            ..new.clone()
        };
        blank.changed(&whole)
    }

    /// The region after the change.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn changed(&self, change: &RegionChange) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut next = self.clone();
        if let Some(code) = &change.code {
            next.code = faults.code("code", code);
        }
        if let Some(name) = &change.name {
            next.name = faults.both("name", name);
        }
        if let Some(kind) = &change.kind {
            next.kind = faults.short("kind", kind);
        }
        if let Some(parent) = change.parent {
            next.parent = parent;
        }
        faults.or(next)
    }
}
