use http_kit::TextView;
use kernel::Fault;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{Resource, Step, staging_error::why};

/// What becomes of one change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeStep)]
pub(crate) struct StepView {
    /// What it is about: `web1`, `nginx runs-on web1`.
    about: String,
    /// The resource it is about; none for relations.
    resource: Option<String>,
    /// `create`, `change`, `nothing`, `relation` or `refuse`.
    outcome: String,
    /// What differs, field by field.
    differences: Vec<DifferenceView>,
    /// Why it cannot be made.
    refused: Option<RefusalView>,
}

/// One field that differs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangedField)]
struct DifferenceView {
    /// `name`, `attributes.port` …
    field: String,
    /// What is there now; null when there is nothing.
    #[schema(value_type = Object)]
    before: Value,
    /// What would be there.
    #[schema(value_type = Object)]
    after: Value,
}

/// Why a change cannot be made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refusal)]
struct RefusalView {
    /// For programs: `resource-retired`.
    code: String,
    /// For people.
    text: TextView,
}

impl From<Step> for StepView {
    fn from(step: Step) -> Self {
        let differences = fields(step.before.as_ref(), step.after.as_ref());
        let outcome = match (&step.refused, &step.before, &step.after) {
            (Some(_), ..) => "refuse",
            (None, None, Some(_)) => "create",
            (None, None, None) => "relation",
            (None, Some(_), _) if differences.is_empty() => "nothing",
            (None, Some(_), _) => "change",
        };
        let refusal =
            |fault: &Fault| RefusalView { code: fault.code.to_owned(), text: why(fault).into() };
        let refused = step.refused.as_ref().map(refusal);
        Self {
            about: step.about,
            resource: step.resource.map(|id| id.to_string()),
            outcome: outcome.to_owned(),
            differences,
            refused,
        }
    }
}

/// What differs; nothing where there is nothing to compare.
fn fields(before: Option<&Resource>, after: Option<&Resource>) -> Vec<DifferenceView> {
    let Some(after) = after else { return Vec::new() };
    let (before, after) = (before.map(shown).unwrap_or_default(), shown(after));
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    let value = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or(Value::Null);
    names
        .map(|name| DifferenceView {
            field: name.clone(),
            before: value(&before, name),
            after: value(&after, name),
        })
        .filter(|one| one.before != one.after)
        .collect()
}

/// The fields that people change, by name.
fn shown(resource: &Resource) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| drop(fields.insert(name.to_owned(), value));
    put("kind", resource.kind.clone().into());
    put("name", resource.name.clone().into());
    put("description", resource.description.clone().into());
    put("unit_id", resource.unit_id.clone().into());
    put("region_id", resource.region_id.clone().into());
    put("life_cycle", resource.life_cycle.clone().into());
    put("tags", resource.tags.clone().into());
    put("retired", resource.retired_at.is_some().into());
    for (name, value) in &resource.attributes {
        put(&format!("attributes.{name}"), value.clone());
    }
    fields
}
