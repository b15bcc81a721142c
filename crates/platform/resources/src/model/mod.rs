mod assign;
mod attribute;
mod change;
mod coming;
mod difference;
mod fact;
mod filter;
mod finding;
mod identify;
mod impact;
mod input;
mod kind;
mod kind_check;
mod life_cycle;
mod migration;
mod place;
mod query;
mod reconcile;
mod relation;
mod relation_kind;
mod resource;
#[cfg(test)]
pub(crate) mod resource_tests;
mod source;
mod staging;
mod tag;
mod tie;
mod timeline;
mod value;

pub use assign::Origins;
pub use attribute::{AttributeDefinition, AttributeType, Attributes, EnumerationValue};
pub use coming::{ComingChange, ComingFilter, HiddenSides, ResourceChangeCancelled, Teller};
pub use difference::FieldDifference;
pub use fact::{
    KindChanged, KindCreated, RelationCreated, RelationEnds, RelationKindChanged,
    RelationKindCreated, RelationRemoved, ResourceChangeLapsed, ResourceChanged, ResourceCreated,
    ResourceRetired,
};
pub use filter::{
    Candidate, CandidateSort, Check, Field, Filter, Neighbours, Order, Pattern, PlaceSet, Places,
};
pub use identify::{Identifier, Match};
pub use impact::{
    Affected, Edge, Enough, FailureRule, FailureRuleChanged, Graph, ImpactDirection, Outcome,
    Reason, Redundancy, RedundancyChanged, Severity, spread,
};
pub use kind::{Authority, Kind, Kinds};
pub use life_cycle::{LifeCycle, LifeState};
pub use migration::MigrationStep;
pub use place::{EarlierPlace, PlaceChange, ResourcePlace};
pub use query::{Audience, QueryDraft, QueryId, QueryRemoved, QuerySaved, SavedQuery, Sort};
pub use reconcile::{
    KeptApart, Merge, MergeId, MergeRecord, MergeUndone, MovedRelation, Observed, ResourceMerged,
    Side, Task, TaskId, TaskOpened, TaskState,
};
pub use relation::{
    Direction, NewRelation, Relation, RelationId, RelationVersion, ResourceName, SeenRelation,
};
pub use relation_kind::{Cardinality, FailureDirection, OnRetirement, RelationKind};
pub use resource::{FoundResource, NewResource, Resource, ResourceChange, ResourceId};
pub use source::Source;
pub use staging::{
    BulkApplied, BulkChange, BulkTarget, End, FileImported, Plan, PlanApplied, PlanApproved,
    PlanChanged, PlanCreated, PlanDraft, PlanId, PlanLine, PlanRejected, PlanState, PlanSubmitted,
    PlanWithdrawn, PlannedChange, PlannedResource, ResourceEdit, Signatory, Signature, Step,
};
pub use tag::{Tag, TagChanged, TagRemoved, TagRenamed};
pub use timeline::{AsOf, FOREVER, RelationLine, Version};

pub(crate) use assign::{field as attribute_field, shown};
pub(crate) use change::{
    changed, changed_fields, copy_field, made, named_fields, retired, stamped,
};
pub(crate) use difference::{differences, read_field};
pub(crate) use filter::{
    FOLDED_AS, PlacesNamed, Schema, complete, folded, number_in, parsed, places_named, searched,
    texts,
};
pub(crate) use finding::{Finding, found, found_again};
pub(crate) use identify::{IDENTITY, Known, identifiers, matched};
pub(crate) use impact::{checked_redundancies, rests_on};
pub(crate) use input::checked_tag;
pub(crate) use kind_check::kind_faults;
pub(crate) use migration::{migrated, misfits};
pub(crate) use place::{earlier, not_held, region_not_held, unit_not_held};
pub(crate) use query::checked_query;
pub(crate) use reconcile::{check_choices, merged, remembered, unmerged};
pub(crate) use staging::{BULK_MAX, checked_bulk, checked_draft, payload_hash};
pub(crate) use tag::checked_colour;
pub(crate) use tie::{Ties, check_relation};
pub(crate) use timeline::{Stretch, Timeline};
pub(crate) use value::is_unwanted;
