use kernel::{FieldFault, Id, Text};
use serde::{Deserialize, Serialize};

use super::{Noun, RegionId, UnitId, input::Faults};

/// The id of a site.
pub type SiteId = Id<Site>;

/// A place where things and people are: a building, a machine room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its code, unique among sites.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Its address; may be empty.
    pub address: String,
    /// The unit that answers for it.
    pub unit: Option<UnitId>,
    /// The region it is in.
    pub region: Option<RegionId>,
    /// Degrees north, −90 to 90.
    pub latitude: Option<f64>,
    /// Degrees east, −180 to 180.
    pub longitude: Option<f64>,
}

/// A site that somebody wants, or a change of one: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SiteChange {
    /// The code.
    pub code: Option<String>,
    /// The name.
    pub name: Option<Text>,
    /// The address.
    pub address: Option<String>,
    /// The unit; `Some(None)` takes it away.
    pub unit: Option<Option<UnitId>>,
    /// The region; `Some(None)` takes it away.
    pub region: Option<Option<RegionId>>,
    /// Degrees north and east; `Some(None)` takes them away.
    pub coordinates: Option<Option<(f64, f64)>>,
}

impl Noun for Site {
    const NOUN: &'static str = "site";
    const CREATED: &'static str = "site.created";
    const CHANGED: &'static str = "site.changed";
    const CLOSED: &'static str = "site.closed";
    const CANCELLED: &'static str = "site.change_cancelled";
    const PLACE: &'static [&'static str] = &["unit", "region"];

    fn noun() -> Text {
        Text::new("site", "地点")
    }

    fn code(&self) -> &str {
        &self.code
    }

    fn label(&self) -> String {
        self.name.zh.clone()
    }
}

/// The unit and the region that a site names; it belongs to each of them.
pub(crate) type SitePlace = (Option<UnitId>, Option<RegionId>);

impl Site {
    /// Where it belongs.
    pub(crate) fn place(&self) -> SitePlace {
        (self.unit, self.region)
    }

    /// The site that `new` describes.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn made(new: &SiteChange) -> Result<Self, Vec<FieldFault>> {
        let blank = Self {
            code: String::new(),
            name: Text::default(),
            address: String::new(),
            unit: None,
            region: None,
            latitude: None,
            longitude: None,
        };
        let whole = SiteChange {
            code: Some(new.code.clone().unwrap_or_default()),
            name: Some(new.name.clone().unwrap_or_default()),
            ..new.clone()
        };
        blank.changed(&whole)
    }

    /// The site after the change.
    ///
    /// Errors: one fault for every field that is wrong.
    pub(crate) fn changed(&self, change: &SiteChange) -> Result<Self, Vec<FieldFault>> {
        let mut faults = Faults::default();
        let mut next = self.clone();
        if let Some(code) = &change.code {
            next.code = faults.code("code", code);
        }
        if let Some(name) = &change.name {
            next.name = faults.both("name", name);
        }
        if let Some(address) = &change.address {
            next.address = faults.description("address", address);
        }
        next.unit = change.unit.unwrap_or(next.unit);
        next.region = change.region.unwrap_or(next.region);
        if let Some(coordinates) = change.coordinates {
            next.latitude = coordinates.map(|(north, _)| north);
            next.longitude = coordinates.map(|(_, east)| east);
        }
        for (field, degrees, max) in
            [("latitude", next.latitude, 90.0), ("longitude", next.longitude, 180.0)]
        {
            if let Some(found) = degrees.filter(|degrees| !(-max..=max).contains(degrees)) {
                let expected = Text::same(format!("-{max}–{max}"));
                faults.note(FieldFault::new(field, found, expected));
            }
        }
        faults.or(next)
    }
}
