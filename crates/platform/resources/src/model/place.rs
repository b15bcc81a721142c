use directory::Past;
use kernel::{FieldFault, Id, Lineage, Place, Text, Time};
use serde::{Deserialize, Serialize};

use crate::{FOREVER, Resource, ResourceId};

/// Where a resource belongs, as permissions ask it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcePlace {
    /// The resource, as text.
    pub resource_id: String,
    /// The unit that answers for it.
    pub unit_id: Option<String>,
    /// The region it is in.
    pub region_id: Option<String>,
}

/// Where a resource was before it came to where it is now: it moved, or what is above it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierPlace {
    /// Until when.
    pub until: Time,
    /// Where it was, and all that was above that then.
    pub was: Lineage,
}

/// Where a resource was that left places at moments (`left`, in their order) and belongs to
/// `today`.
pub(crate) fn earlier(
    past: &Past,
    left: Vec<(Time, ResourcePlace)>,
    today: &ResourcePlace,
    now: Time,
) -> Vec<EarlierPlace> {
    let (mut all, mut since) = (Vec::new(), Time::from_micros(i64::MIN));
    for (until, place) in left.into_iter().chain([(FOREVER, today.clone())]) {
        let (unit, region) = (place.unit_id.as_deref(), place.region_id.as_deref());
        let turns = past.turns(unit, region).into_iter();
        let turns = turns.filter(|turn| since < *turn && *turn <= now);
        let ends = turns.take_while(|turn| *turn < until).chain([until]);
        all.extend(ends.filter(|end| *end < FOREVER).map(|end| EarlierPlace {
            until: end,
            was: past.lineage(unit, region, Time::from_micros(end.micros() - 1)),
        }));
        since = until;
    }
    all
}

/// A change of where a resource belongs; what is `None` stays, an inner `None` clears.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceChange {
    /// The unit that shall answer for it.
    pub unit_id: Option<Option<String>>,
    /// The region it shall be in.
    pub region_id: Option<Option<String>>,
}

impl ResourcePlace {
    /// Where `resource` belongs.
    #[must_use]
    pub fn of(resource: &Resource) -> Self {
        Self::new(resource.id, resource.unit_id.clone(), resource.region_id.clone())
    }

    /// The resource `id` at that unit and region.
    #[must_use]
    pub fn new(id: ResourceId, unit_id: Option<String>, region_id: Option<String>) -> Self {
        Self { resource_id: id.to_string(), unit_id, region_id }
    }

    /// The same, borrowed.
    #[must_use]
    pub fn as_place(&self) -> Place<'_> {
        Place {
            resource_id: Some(&self.resource_id),
            unit_id: self.unit_id.as_deref(),
            region_id: self.region_id.as_deref(),
        }
    }
}

/// An id of the directory: text of a UUID.
pub(crate) fn checked_place(field: &str, id: Option<&str>) -> Result<Option<String>, FieldFault> {
    let Some(id) = id else { return Ok(None) };
    match id.parse::<Id<()>>() {
        Ok(id) => Ok(Some(id.to_string())),
        Err(_) => {
            Err(FieldFault::new(field, id, Text::new("an id of the directory", "组织目录中的编号")))
        }
    }
}

/// What is expected of a unit that the caller does not hold.
pub(crate) fn unit_not_held(id: &str) -> FieldFault {
    let expected = Text::new("a unit within your scope", "您权限范围内的单位");
    FieldFault::new("unit_id", id, expected)
}

/// What is expected of a region that the caller does not hold.
pub(crate) fn region_not_held(id: &str) -> FieldFault {
    let expected = Text::new("a region within your scope", "您权限范围内的区域");
    FieldFault::new("region_id", id, expected)
}

/// The field that says that a resource belongs where the caller does not hold anything.
pub(crate) fn not_held(resource: &Resource) -> FieldFault {
    match (&resource.unit_id, &resource.region_id) {
        (Some(unit), _) => unit_not_held(unit),
        (None, Some(region)) => region_not_held(region),
        (None, None) => {
            let expected =
                Text::new("a unit or a region within your scope", "您权限范围内的单位或区域");
            FieldFault::new("unit_id", "", expected)
        }
    }
}
