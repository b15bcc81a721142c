#![doc = include_str!("../README.md")]

mod actions;
mod api;
mod error;
mod model;
mod register;
mod search;
mod store;

pub use actions::Upserted;
pub use api::routes;
pub use error::ResourcesError;
pub use model::{
    AttributeDefinition, AttributeType, Attributes, Direction, FoundResource, Kind, NewResource,
    Relation, RelationCreated, RelationEnds, RelationId, RelationKind, RelationRemoved, Resource,
    ResourceChange, ResourceChanged, ResourceCreated, ResourceId, ResourceName, ResourceRetired,
    SeenRelation, Source,
};
pub use register::{RESOURCE_CHANGE, RESOURCE_READ, Resources};
pub use store::ResourceFilter;

/// The register's tables, with the kinds we ship.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "resources",
    number: 1,
    name: "register",
    sql: include_str!("../migrations/0001_register.sql"),
}];
