use std::collections::{BTreeMap, BTreeSet};

use kernel::{Fact, FieldFault, Id, Subject, Text, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Attributes, Origins, RelationId, Resource, ResourceId, Source,
    model::change::{changed_fields, stamped},
};

/// The id of a reconciliation task.
pub type TaskId = Id<Task>;
/// The id of a merge.
pub type MergeId = Id<Merge>;

/// Two resources that may be the same: a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Whether and what was decided.
    pub state: TaskState,
    /// The kind of both.
    pub kind: String,
    /// The one that came first.
    pub left: ResourceId,
    /// The other.
    pub right: ResourceId,
    /// The rule that does not tell them apart.
    pub rule: String,
    /// What both have there.
    pub value: String,
    /// When it was noticed.
    pub created_at: Time,
    /// When it was decided.
    pub decided_at: Option<Time>,
    /// Who decided, by name.
    pub decided_by: Option<String>,
    /// Why.
    pub note: String,
}

/// What became of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// Nothing yet.
    Open,
    /// They are one.
    Merged,
    /// They are two: they are not asked about again.
    Apart,
}

impl TaskState {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Merged => "merged",
            Self::Apart => "apart",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Merged, Self::Apart].into_iter().find(|state| state.name() == name)
    }
}

/// A value that was seen and not believed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Observed {
    /// The attribute.
    pub attribute: String,
    /// Who has seen it.
    pub source: Source,
    /// What was seen.
    pub value: Value,
    /// How sure one is of that source, in percent.
    pub confidence: i64,
    /// When it was last seen.
    pub observed_at: Time,
}

/// Whose value counts when two become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// That of the one that stays.
    Kept,
    /// That of the one that goes.
    Gone,
}

impl Side {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Gone => "gone",
        }
    }
}

/// Two resources that became one.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// The one that stays.
    pub kept: ResourceId,
    /// The one that went.
    pub gone: ResourceId,
    /// What undoing it needs.
    pub record: MergeRecord,
    /// When.
    pub merged_at: Time,
    /// By whom, by name.
    pub merged_by: String,
    /// When it was undone.
    pub undone_at: Option<Time>,
    /// By whom.
    pub undone_by: Option<String>,
}

/// What undoing a merge needs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MergeRecord {
    /// The fields of the one that stays as they were, where they were changed, and as they became.
    pub fields: BTreeMap<String, (Value, Value)>,
    /// The attributes of the one that stays before.
    pub attributes: Attributes,
    /// Their origins before.
    pub origins: Origins,
    /// The tags of the one that stays before.
    pub tags: Vec<String>,
    /// The state of the life of the one that went.
    pub gone_life_cycle: String,
    /// When the one that went had been retired.
    pub gone_retired_at: Option<Time>,
    /// Relations that moved, and the one they became.
    pub moved: Vec<MovedRelation>,
    /// Identities that the one that stays got.
    pub identities: Vec<String>,
}

/// A relation that moved from one resource to the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedRelation {
    /// Its kind.
    pub kind: String,
    /// Its source before.
    pub from: ResourceId,
    /// Its target before.
    pub to: ResourceId,
    /// How much of it counts.
    pub weight: Option<i64>,
    /// Who said so.
    pub source: Source,
    /// The relation it became; none when there was the same already.
    pub became: Option<RelationId>,
}

/// The one that stays, with what the other knows and it does not, and with the other's values
/// where `choices` says so.
pub(crate) fn merged(
    kept: &Resource,
    gone: &Resource,
    choices: &BTreeMap<String, Side>,
    now: Time,
) -> Resource {
    let mut next = kept.clone();
    let takes = |name: &str| choices.get(name) == Some(&Side::Gone);
    if takes("name") {
        next.name.clone_from(&gone.name);
        next.named_by_hand = true;
    }
    if takes("description") || next.description.is_empty() {
        next.description.clone_from(&gone.description);
    }
    for (name, value) in &gone.attributes {
        if !next.attributes.contains_key(name) || takes(name) {
            next.attributes.insert(name.clone(), value.clone());
            let teller = gone.origins.get(name).copied().unwrap_or(gone.source);
            if teller == next.source {
                next.origins.remove(name);
            } else {
                next.origins.insert(name.clone(), teller);
            }
        }
    }
    if next.unit_id.is_none() && next.region_id.is_none() {
        next.unit_id.clone_from(&gone.unit_id);
        next.region_id.clone_from(&gone.region_id);
    }
    for tag in &gone.tags {
        if !next.tags.contains(tag) {
            next.tags.push(tag.clone());
        }
    }
    next.tags.sort_by_cached_key(|tag| tag.to_lowercase());
    stamped(kept, next, now)
}

/// Checks that one can choose of each field that `choices` names: name, description, and the
/// attributes that the kind knows or one of the two has.
///
/// Errors: a fault for every other, named `choices.<field>`.
pub(crate) fn check_choices<'k>(
    choices: &BTreeMap<String, Side>,
    kept: &'k Resource,
    gone: &'k Resource,
    attributes: impl Iterator<Item = &'k str>,
) -> Result<(), Vec<FieldFault>> {
    let theirs = kept.attributes.keys().chain(gone.attributes.keys()).map(String::as_str);
    let mut known: BTreeSet<&str> = attributes.chain(theirs).collect();
    known.extend(["name", "description"]);
    let wrong = choices.iter().filter(|(field, _)| !known.contains(field.as_str()));
    let fault = |(field, side): (&String, &Side)| {
        let known: Vec<&str> = known.iter().copied().collect();
        let expected = Text::new(
            format!("a choice of one of {}", known.join(", ")),
            format!("只能选择以下字段：{}", known.join("、")),
        );
        FieldFault::new(format!("choices.{field}"), side.name(), expected)
    };
    let faults: Vec<FieldFault> = wrong.map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The one that stayed without what the merge brought it, as far as that was not changed since.
pub(crate) fn unmerged(current: &Resource, record: &MergeRecord, now: Time) -> Resource {
    let mut next = current.clone();
    for (field, (before, after)) in &record.fields {
        if super::read_field(current, field) != *after {
            continue;
        }
        let text = || before.as_str().unwrap_or_default().to_owned();
        match field.as_str() {
            "name" => next.name = text(),
            "description" => next.description = text(),
            "unit_id" => next.unit_id = before.as_str().map(str::to_owned),
            "region_id" => next.region_id = before.as_str().map(str::to_owned),
            "tags" => next.tags.clone_from(&record.tags),
            attribute => {
                let name = attribute.strip_prefix("attributes.").unwrap_or(attribute);
                match record.attributes.get(name) {
                    Some(value) => drop(next.attributes.insert(name.to_owned(), value.clone())),
                    None => drop(next.attributes.remove(name)),
                }
                match record.origins.get(name) {
                    Some(source) => drop(next.origins.insert(name.to_owned(), *source)),
                    None => drop(next.origins.remove(name)),
                }
            }
        }
    }
    stamped(current, next, now)
}

/// What has to be remembered of the fields that a merge changes.
pub(crate) fn remembered(before: &Resource, after: &Resource) -> BTreeMap<String, (Value, Value)> {
    let fields = changed_fields(before, after).into_iter();
    fields
        .map(|field| {
            let values = (super::read_field(before, &field), super::read_field(after, &field));
            (field, values)
        })
        .collect()
}

/// Two resources turned out to be one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceMerged {
    /// The merge.
    pub merge: MergeId,
    /// The one that stays.
    pub kept: ResourceId,
    /// Its name.
    pub kept_name: String,
    /// The one that went: what talks about it now means the other.
    pub gone: ResourceId,
    /// Its name.
    pub gone_name: String,
}

/// A merge was undone: they are two again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergeUndone(pub ResourceMerged);

/// Two resources may be the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskOpened {
    /// The task.
    pub task: TaskId,
    /// The one that came first.
    pub left: ResourceId,
    /// The other.
    pub right: ResourceId,
    /// The rule that does not tell them apart.
    pub rule: String,
}

/// Two resources that look alike are two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeptApart {
    /// The task.
    pub task: TaskId,
    /// The one that came first.
    pub left: ResourceId,
    /// The other.
    pub right: ResourceId,
    /// Why.
    pub note: String,
}

impl Fact for ResourceMerged {
    const VERB: &'static str = "resource.merged";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.kept, self.kept_name.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.kept.to_string())
    }
}

impl Fact for MergeUndone {
    const VERB: &'static str = "resource.merge_undone";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.resource_id()
    }
}

impl Fact for TaskOpened {
    const VERB: &'static str = "reconciliation.opened";

    fn subject(&self) -> Subject {
        Subject::new("reconciliation", self.task, self.rule.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.right.to_string())
    }
}

impl Fact for KeptApart {
    const VERB: &'static str = "reconciliation.kept_apart";

    fn subject(&self) -> Subject {
        Subject::new("reconciliation", self.task, self.note.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.right.to_string())
    }
}
