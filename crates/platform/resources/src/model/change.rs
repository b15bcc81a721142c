use kernel::{FieldFault, Time};

use crate::{
    Attributes, Kind, NewResource, Resource, ResourceChange, ResourceId, Source,
    model::{
        assign::{self, Held},
        input::{checked_description, checked_name, checked_tags, kept},
        place::checked_place,
    },
};

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
    let unit_id = kept(checked_place("unit_id", new.unit_id.as_deref()), &mut faults);
    let region_id = kept(checked_place("region_id", new.region_id.as_deref()), &mut faults);
    let tags = kept(checked_tags(&new.tags), &mut faults);
    let attributes = kept_all(given_attributes(new, kind), &mut faults);
    let wanted = new.life_cycle.as_deref().unwrap_or(kind.life_cycle.first());
    let state = kind.life_cycle.step("", wanted);
    let out_of_use = state.as_ref().is_ok_and(|state| state.out_of_use);
    faults.extend(state.err());
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Resource {
        id,
        kind: kind.name.clone(),
        name,
        named_by_hand: new.source == Source::Manual,
        identity: None,
        description,
        attributes,
        origins: assign::Origins::new(),
        source: new.source,
        confidence: new.source.confidence(),
        unit_id,
        region_id,
        life_cycle: wanted.to_owned(),
        tags,
        retired_at: out_of_use.then_some(now),
        merged_into: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// The attributes of a new resource, complete and of their types.
fn given_attributes(new: &NewResource, kind: &Kind) -> Result<Attributes, Vec<FieldFault>> {
    let (none, origins) = (Attributes::new(), assign::Origins::new());
    let held = Held { attributes: &none, origins: &origins, source: new.source };
    let checked = assign::assigned(kind, held, &new.attributes, new.source);
    if new.source != Source::Manual {
        return checked.map(|assigned| assigned.attributes);
    }
    // What lacks and what is wrong are told at once.
    match (checked, assign::completed(kind, &new.attributes)) {
        (Ok(assigned), Ok(_)) => assign::completed(kind, &assigned.attributes),
        (wrong, lacking) => {
            let wrong = wrong.err().unwrap_or_default();
            Err(wrong.into_iter().chain(lacking.err().unwrap_or_default()).collect())
        }
    }
}

/// `resource` after a person's change at `at`; the same version when nothing differs.
///
/// Errors: one fault for every field that is wrong.
pub(crate) fn changed(
    resource: &Resource,
    change: &ResourceChange,
    kind: &Kind,
    at: Time,
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
    if let Some(unit) = &change.place.unit_id {
        next.unit_id = kept(checked_place("unit_id", unit.as_deref()), &mut faults);
    }
    if let Some(region) = &change.place.region_id {
        next.region_id = kept(checked_place("region_id", region.as_deref()), &mut faults);
    }
    if let Some(tags) = &change.tags {
        next.tags = kept(checked_tags(tags), &mut faults);
    }
    match assign::assigned(kind, held(resource), &change.attributes, Source::Manual) {
        Ok(assigned) => {
            next.attributes = assigned.attributes;
            next.origins = assigned.origins;
        }
        Err(wrong) => faults.extend(wrong),
    }
    let back = (change.back_in_use && resource.retired_at.is_some())
        .then(|| kind.life_cycle.first().to_owned());
    if let Some(wanted) = change.life_cycle.clone().or(back) {
        faults.extend(lived_on(&mut next, kind, &wanted, at).err());
    }
    if faults.is_empty() { Ok(stamped(resource, next, at)) } else { Err(faults) }
}

/// The fields that a change says something of, as [`changed_fields`] calls them.
pub(crate) fn named_fields(change: &ResourceChange) -> Vec<String> {
    let plain = [
        ("name", change.name.is_some()),
        ("description", change.description.is_some()),
        ("unit_id", change.place.unit_id.is_some()),
        ("region_id", change.place.region_id.is_some()),
        ("life_cycle", change.life_cycle.is_some()),
        ("tags", change.tags.is_some()),
    ];
    let plain = plain.into_iter().filter(|(_, named)| *named).map(|(name, _)| name.to_owned());
    plain.chain(change.attributes.keys().map(|name| assign::field(name))).collect()
}

/// `resource` out of use, by the first state of its life that is.
///
/// Errors: a fault naming `life_cycle` when its state does not allow that.
pub(crate) fn retired(resource: &Resource, kind: &Kind, at: Time) -> Result<Resource, FieldFault> {
    let mut next = resource.clone();
    lived_on(&mut next, kind, kind.life_cycle.out(), at)?;
    Ok(stamped(resource, next, at))
}

fn lived_on(next: &mut Resource, kind: &Kind, to: &str, at: Time) -> Result<(), FieldFault> {
    let state = kind.life_cycle.step(&next.life_cycle, to)?;
    if !state.out_of_use {
        next.retired_at = None;
        next.merged_into = None;
    } else if next.retired_at.is_none() {
        next.retired_at = Some(at);
    }
    to.clone_into(&mut next.life_cycle);
    Ok(())
}

/// What the resource holds, for putting something over it.
pub(crate) fn held(resource: &Resource) -> Held<'_> {
    Held { attributes: &resource.attributes, origins: &resource.origins, source: resource.source }
}

/// Which fields differ: `name`, `description`, `retired`, `attributes.port`.
pub(crate) fn changed_fields(before: &Resource, after: &Resource) -> Vec<String> {
    let plain = [
        ("kind", before.kind != after.kind),
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("unit_id", before.unit_id != after.unit_id),
        ("region_id", before.region_id != after.region_id),
        ("life_cycle", before.life_cycle != after.life_cycle),
        ("retired", before.retired_at.is_some() != after.retired_at.is_some()),
        ("merged_into", before.merged_into != after.merged_into),
        ("tags", before.tags != after.tags),
    ];
    let plain = plain.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name.to_owned());
    let added = after.attributes.keys().filter(|name| !before.attributes.contains_key(*name));
    let names = before.attributes.keys().chain(added);
    let attributes = names
        .filter(|name| before.attributes.get(*name) != after.attributes.get(*name))
        .map(|name| assign::field(name));
    plain.chain(attributes).collect()
}

/// Gives `to` what `from` has in `field`, one of [`changed_fields`].
pub(crate) fn copy_field(from: &Resource, to: &mut Resource, field: &str) {
    match field {
        "kind" => to.kind.clone_from(&from.kind),
        "name" => {
            to.name.clone_from(&from.name);
            to.named_by_hand = from.named_by_hand;
        }
        "description" => to.description.clone_from(&from.description),
        "unit_id" => to.unit_id.clone_from(&from.unit_id),
        "region_id" => to.region_id.clone_from(&from.region_id),
        "life_cycle" => to.life_cycle.clone_from(&from.life_cycle),
        "retired" => to.retired_at = from.retired_at,
        "merged_into" => to.merged_into = from.merged_into,
        "tags" => to.tags.clone_from(&from.tags),
        attribute => {
            let name = attribute.strip_prefix("attributes.").unwrap_or(attribute);
            match from.attributes.get(name) {
                Some(value) => drop(to.attributes.insert(name.to_owned(), value.clone())),
                None => drop(to.attributes.remove(name)),
            }
            match from.origins.get(name) {
                Some(source) => drop(to.origins.insert(name.to_owned(), *source)),
                None => drop(to.origins.remove(name)),
            }
        }
    }
}

/// `next` with a new version and time, if it says anything that `resource` did not.
pub(crate) fn stamped(resource: &Resource, next: Resource, now: Time) -> Resource {
    if changed_fields(resource, &next).is_empty() && next.version > 0 {
        return resource.clone();
    }
    Resource { version: resource.version + 1, updated_at: now, ..next }
}

fn kept_all(
    checked: Result<Attributes, Vec<FieldFault>>,
    faults: &mut Vec<FieldFault>,
) -> Attributes {
    checked.unwrap_or_else(|wrong| {
        faults.extend(wrong);
        Attributes::new()
    })
}
