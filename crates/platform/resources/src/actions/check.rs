use db::{Dialect, Tx};
use kernel::{Caller, FieldFault, Text, Time};
use serde_json::Value;

use crate::{
    AttributeType, Attributes, Kind, Kinds, RESOURCE_READ, ResourceId, ResourcesError,
    model::{attribute_field, shown},
    store,
};

/// Checks that the references among `given` lead to resources of the right kind that the caller
/// sees. One that the resource has already stays, wherever it leads: what was read can be written
/// back.
///
/// Errors: [`ResourcesError::WrongInput`], one fault for each that does not.
pub(super) async fn check_references(
    tx: &mut Tx,
    caller: &Caller,
    kinds: &Kinds,
    kind: &Kind,
    (before, given): (Option<&Attributes>, &Attributes),
) -> Result<(), ResourcesError> {
    let mut wanted = Vec::new();
    for (name, value) in given {
        let Some(definition) = kind.attribute(name) else { continue };
        if definition.r#type == AttributeType::Reference {
            let had = before.and_then(|before| before.get(name)).map(ids_in).unwrap_or_default();
            let ids = ids_in(value).into_iter().filter(|id| !had.contains(id));
            wanted.extend(ids.map(|id| (definition, id)));
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let ids: Vec<ResourceId> = wanted.iter().map(|(_, id)| *id).collect();
    let found = store::names_of(tx.connection(), &ids).await?;
    let mut faults = Vec::new();
    for (definition, id) in wanted {
        let target = definition.refers_to.as_deref();
        let fits = found.get(&id).is_some_and(|(name, place)| {
            caller.may_at(RESOURCE_READ, &place.as_place())
                && target.is_none_or(|target| kinds.is_a(&name.kind, target))
        });
        if !fits {
            let target = target.unwrap_or("*");
            let expected = Text::new(
                format!("the id of a resource of the kind {target}"),
                format!("类型为 {target} 的资源编号"),
            );
            let field = attribute_field(&definition.name);
            faults.push(FieldFault::new(field, shown(&id.to_string().into()), expected));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

fn ids_in(value: &Value) -> Vec<ResourceId> {
    match value {
        Value::String(id) => id.parse().into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(ids_in).collect(),
        _ => Vec::new(),
    }
}

/// The tags as the register spells them, in their order; new ones are added to it.
pub(super) async fn tags_in(
    tx: &mut Tx,
    dialect: Dialect,
    tags: &[String],
    now: Time,
) -> Result<Vec<String>, ResourcesError> {
    Ok(store::canonical_tags(tx.connection(), dialect, tags, now).await?)
}
