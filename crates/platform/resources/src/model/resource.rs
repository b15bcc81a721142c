use kernel::{FieldFault, Id, Time};
use serde::Serialize;

use crate::{
    Attributes, Kind,
    model::{
        attribute,
        input::{checked_description, checked_identity, checked_name, kept},
    },
};

/// The id of a resource.
pub type ResourceId = Id<Resource>;

/// Anything managed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its kind: `host`.
    pub kind: String,
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// Whether a person chose the name: then discovery leaves it alone.
    pub named_by_hand: bool,
    /// What tells it from all others of its kind, for those who find it again: a machine-id.
    pub identity: Option<String>,
    /// What people say about it.
    pub description: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// Where it came from.
    pub source: Source,
    /// When it went out of use; none while it is in use.
    pub retired_at: Option<Time>,
    /// Grows by one with every change.
    pub version: i64,
    /// When it came into the register.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Where a resource, or something about it, comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A person, or a program in a person's place.
    Manual,
    /// Found by ourselves.
    Discovery,
}

/// A resource that somebody wants in the register.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewResource {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What people say about it.
    pub description: String,
    /// Its attributes.
    pub attributes: Attributes,
}

/// A change somebody wants; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResourceChange {
    /// The new name.
    pub name: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// Attributes to set, or to remove by null; those not named stay.
    pub attributes: Attributes,
    /// Whether it goes back into use. Leaving use is a verb of its own.
    pub back_in_use: bool,
}

/// A resource as discovery found it.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundResource {
    /// Its kind.
    pub kind: String,
    /// What tells it from all others of its kind, 1 to 300 characters.
    pub identity: String,
    /// The name to give it, unless a person has chosen one.
    pub name: String,
    /// The description to give it when it is new.
    pub description: String,
    /// Attributes to set, or to remove by null; those not named stay.
    pub attributes: Attributes,
}

impl Source {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Discovery => "discovery",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Manual, Self::Discovery].into_iter().find(|source| source.name() == name)
    }
}

/// The resource a person asks for.
///
/// Errors: one fault for every field that is wrong.
pub(crate) fn made(
    new: &NewResource,
    kind: &Kind,
    id: ResourceId,
    now: Time,
) -> Result<Resource, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let name = kept(checked_name(&new.name), &mut faults);
    let description = kept(checked_description(&new.description), &mut faults);
    let attributes =
        attribute::merged(&kind.attributes, &Attributes::new(), &new.attributes, Source::Manual);
    let attributes = attributes.unwrap_or_else(|wrong| {
        faults.extend(wrong);
        Attributes::new()
    });
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Resource {
        id,
        kind: kind.name.clone(),
        name,
        named_by_hand: true,
        identity: None,
        description,
        attributes,
        source: Source::Manual,
        retired_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// `resource` after a person's change; the same version when nothing differs.
///
/// Errors: one fault for every field that is wrong.
pub(crate) fn changed(
    resource: &Resource,
    change: &ResourceChange,
    kind: &Kind,
    now: Time,
) -> Result<Resource, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut next = resource.clone();
    if let Some(name) = &change.name {
        next.name = kept(checked_name(name), &mut faults);
        next.named_by_hand = resource.named_by_hand || next.name != resource.name;
    }
    if let Some(description) = &change.description {
        next.description = kept(checked_description(description), &mut faults);
    }
    let given = &change.attributes;
    match attribute::merged(&kind.attributes, &resource.attributes, given, Source::Manual) {
        Ok(attributes) => next.attributes = attributes,
        Err(wrong) => faults.extend(wrong),
    }
    if change.back_in_use {
        next.retired_at = None;
    }
    if faults.is_empty() { Ok(stamped(resource, next, now)) } else { Err(faults) }
}

/// `resource` out of use.
pub(crate) fn retired(resource: &Resource, now: Time) -> Resource {
    let next = Resource { retired_at: Some(now), ..resource.clone() };
    stamped(resource, next, now)
}

/// The new resource that discovery found.
///
/// Errors: one fault for every field that is wrong.
pub(crate) fn found(
    found: &FoundResource,
    kind: &Kind,
    id: ResourceId,
    now: Time,
) -> Result<Resource, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let identity = kept(checked_identity(&found.identity), &mut faults);
    let description = kept(checked_description(&found.description), &mut faults);
    let blank = Resource {
        id,
        kind: kind.name.clone(),
        name: String::new(),
        named_by_hand: false,
        identity: Some(identity),
        description,
        attributes: Attributes::new(),
        source: Source::Discovery,
        retired_at: None,
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let whole = found_again(&blank, found, kind, now);
    match whole {
        Ok(resource) if faults.is_empty() => Ok(resource),
        Ok(_) => Err(faults),
        Err(wrong) => Err(faults.into_iter().chain(wrong).collect()),
    }
}

/// `resource` after discovery found it again; the same version when nothing differs.
///
/// A person's name and description, and whether it is retired, are left alone.
/// Errors: one fault for every field that is wrong.
pub(crate) fn found_again(
    resource: &Resource,
    found: &FoundResource,
    kind: &Kind,
    now: Time,
) -> Result<Resource, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut next = resource.clone();
    let name = kept(checked_name(&found.name), &mut faults);
    if !resource.named_by_hand {
        next.name = name;
    }
    let (old, given) = (&resource.attributes, &found.attributes);
    match attribute::merged(&kind.attributes, old, given, Source::Discovery) {
        Ok(attributes) => next.attributes = attributes,
        Err(wrong) => faults.extend(wrong),
    }
    if faults.is_empty() { Ok(stamped(resource, next, now)) } else { Err(faults) }
}

/// Which fields differ: `name`, `description`, `retired`, `attributes.port`.
pub(crate) fn changed_fields(before: &Resource, after: &Resource) -> Vec<String> {
    let plain = [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("retired", before.retired_at.is_some() != after.retired_at.is_some()),
    ];
    let plain = plain.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned());
    let added = after.attributes.keys().filter(|name| !before.attributes.contains_key(*name));
    let names = before.attributes.keys().chain(added);
    let attributes = names
        .filter(|name| before.attributes.get(*name) != after.attributes.get(*name))
        .map(|name| format!("attributes.{name}"));
    plain.chain(attributes).collect()
}

/// `next` with a new version and time, if it says anything that `resource` did not.
fn stamped(resource: &Resource, next: Resource, now: Time) -> Resource {
    if changed_fields(resource, &next).is_empty() && next.version > 0 {
        return resource.clone();
    }
    Resource { version: resource.version + 1, updated_at: now, ..next }
}

#[cfg(test)]
#[path = "resource_tests.rs"]
pub(crate) mod tests;
