mod kinds;
mod relations;
mod resources;

pub(crate) use kinds::{all_kinds, all_relation_kinds};
pub(crate) use relations::{
    delete_relation, insert_relation, load_relation, load_same, relations_of, ties,
};
pub use resources::ResourceFilter;
pub(crate) use resources::{
    insert_resource, list_resources, load_by_identity, load_resource, names_of, update_resource,
};
