mod attribute;
mod fact;
mod input;
mod kind;
mod relation;
mod resource;

pub use attribute::{AttributeDefinition, AttributeType, Attributes};
pub use fact::{
    RelationCreated, RelationEnds, RelationRemoved, ResourceChanged, ResourceCreated,
    ResourceRetired,
};
pub use kind::{Kind, RelationKind};
pub use relation::{Direction, Relation, RelationId, ResourceName, SeenRelation};
pub use resource::{FoundResource, NewResource, Resource, ResourceChange, ResourceId, Source};

pub(crate) use kind::Kinds;
pub(crate) use relation::{Ties, check_relation};
pub(crate) use resource::{changed, changed_fields, found, found_again, made, retired};
