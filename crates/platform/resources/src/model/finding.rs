use kernel::{FieldFault, Time};

use crate::{
    Attributes, FoundResource, Kind, Resource, ResourceId, Source,
    model::{
        assign::{self, Origins},
        change::{held, stamped},
        input::{checked_description, checked_identity, checked_name, kept},
    },
};

/// What became of a resource that was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    /// As it is now; the same version when nothing differs.
    pub(crate) resource: Resource,
    /// What was seen and not taken, as somebody more believed says otherwise.
    pub(crate) overruled: Attributes,
}

/// The new resource that was found.
///
/// Errors: one fault for every field that is wrong.
pub(crate) fn found(
    found: &FoundResource,
    source: Source,
    kind: &Kind,
    id: ResourceId,
    now: Time,
) -> Result<Finding, Vec<FieldFault>> {
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
        origins: Origins::new(),
        source,
        confidence: source.confidence(),
        unit_id: None,
        region_id: None,
        life_cycle: kind.life_cycle.first().to_owned(),
        tags: Vec::new(),
        retired_at: None,
        merged_into: None,
        version: 0,
        created_at: now,
        updated_at: now,
    };
    let whole = found_again(&blank, found, source, kind, now);
    match whole {
        Ok(finding) if faults.is_empty() => Ok(finding),
        Ok(_) => Err(faults),
        Err(wrong) => Err(faults.into_iter().chain(wrong).collect()),
    }
}

/// `resource` after it was found again.
///
/// A person's name and description, and whether it is retired, are left alone; so is each value
/// of a source that is believed more.
/// Errors: one fault for every field that is wrong.
pub(crate) fn found_again(
    resource: &Resource,
    found: &FoundResource,
    source: Source,
    kind: &Kind,
    now: Time,
) -> Result<Finding, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let mut next = resource.clone();
    let name = kept(checked_name(&found.name), &mut faults);
    if !resource.named_by_hand {
        next.name = name;
    }
    let mut overruled = Attributes::new();
    match assign::assigned(kind, held(resource), &found.attributes, source) {
        Ok(assigned) => {
            next.attributes = assigned.attributes;
            next.origins = assigned.origins;
            overruled = assigned.overruled;
        }
        Err(wrong) => faults.extend(wrong),
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Finding { resource: stamped(resource, next, now), overruled })
}
