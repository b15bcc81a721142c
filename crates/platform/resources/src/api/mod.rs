mod kinds;
mod relations;
mod resources;

use http_kit::{Routes, routes};

use crate::{RESOURCE_CHANGE, RESOURCE_READ, Resources};

/// The routes of the register.
#[must_use]
pub fn routes(resources: Resources) -> Routes {
    Routes::new()
        .read(RESOURCE_READ, routes!(kinds::list_kinds))
        .read(RESOURCE_READ, routes!(kinds::list_relation_kinds))
        .read(RESOURCE_READ, routes!(resources::list_resources))
        .write(RESOURCE_CHANGE, routes!(resources::create_resource))
        .read(RESOURCE_READ, routes!(resources::get_resource))
        .write(RESOURCE_CHANGE, routes!(resources::change_resource))
        .write(RESOURCE_CHANGE, routes!(resources::retire_resource))
        .read(RESOURCE_READ, routes!(relations::list_relations))
        .write(RESOURCE_CHANGE, routes!(relations::create_relation))
        .write(RESOURCE_CHANGE, routes!(relations::remove_relation))
        .with_state(resources)
}
