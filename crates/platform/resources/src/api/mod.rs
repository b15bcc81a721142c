mod attributes;
mod bulk;
mod coming;
mod exchange;
mod filter;
mod history;
mod impact;
mod kind_parts;
mod kinds;
mod planned;
mod plans;
mod queries;
mod reconciliation;
mod relation_kinds;
mod relations;
mod resources;
mod steps;
mod tags;

use axum::extract::DefaultBodyLimit;
use http_kit::{Routes, routes};
use utoipa_axum::router::UtoipaMethodRouterExt;

use crate::{KIND_CHANGE, RESOURCE_APPROVE, RESOURCE_CHANGE, RESOURCE_READ, Resources};

/// The routes of the register.
#[must_use]
pub fn routes(resources: Resources) -> Routes {
    Routes::new()
        .read(RESOURCE_READ, routes!(kinds::list_kinds))
        .read(RESOURCE_READ, routes!(kinds::get_kind))
        .write_everywhere(KIND_CHANGE, routes!(kinds::create_kind))
        .write_everywhere(KIND_CHANGE, routes!(kinds::change_kind))
        .write_everywhere(KIND_CHANGE, routes!(kinds::preview_kind))
        .read(RESOURCE_READ, routes!(relation_kinds::list_relation_kinds))
        .read(RESOURCE_READ, routes!(relation_kinds::get_relation_kind))
        .write_everywhere(KIND_CHANGE, routes!(relation_kinds::create_relation_kind))
        .write_everywhere(KIND_CHANGE, routes!(relation_kinds::change_relation_kind))
        .read(RESOURCE_READ, routes!(resources::list_resources))
        .write(RESOURCE_CHANGE, routes!(resources::create_resource))
        .read(RESOURCE_READ, routes!(resources::get_resource))
        .write(RESOURCE_CHANGE, routes!(resources::change_resource))
        .write(RESOURCE_CHANGE, routes!(resources::retire_resource))
        .read(RESOURCE_READ, routes!(coming::list_coming))
        .write(RESOURCE_CHANGE, routes!(coming::cancel_coming))
        .read(RESOURCE_READ, routes!(history::all_differences))
        .read(RESOURCE_READ, routes!(history::resource_history))
        .read(RESOURCE_READ, routes!(history::relation_history))
        .read(RESOURCE_READ, routes!(history::resource_difference))
        .read(RESOURCE_READ, routes!(relations::list_relations))
        .write(RESOURCE_CHANGE, routes!(relations::create_relation))
        .write(RESOURCE_CHANGE, routes!(relations::remove_relation))
        .merge(reconciliation_routes())
        .merge(staging_routes())
        .with_state(resources)
}

/// The routes of tags, and those by which what was found twice becomes one.
fn reconciliation_routes() -> Routes<Resources> {
    Routes::new()
        .read(RESOURCE_READ, routes!(tags::list_tags))
        .write_everywhere(KIND_CHANGE, routes!(tags::put_tag))
        .write_everywhere(KIND_CHANGE, routes!(tags::rename_tag))
        .write_everywhere(KIND_CHANGE, routes!(tags::remove_tag))
        .read(RESOURCE_READ, routes!(reconciliation::list_tasks))
        .read(RESOURCE_READ, routes!(reconciliation::get_task))
        .write(RESOURCE_CHANGE, routes!(reconciliation::decide_task))
        .write(RESOURCE_CHANGE, routes!(reconciliation::merge_resources))
        .read(RESOURCE_READ, routes!(reconciliation::list_merges))
        .write(RESOURCE_CHANGE, routes!(reconciliation::undo_merge))
        .read(RESOURCE_READ, routes!(reconciliation::list_observed))
        .write(RESOURCE_CHANGE, routes!(reconciliation::adopt_observed))
}

/// The routes of what stands on the register: filters, plans, impact.
fn staging_routes() -> Routes<Resources> {
    Routes::new()
        .read(RESOURCE_READ, routes!(filter::complete_filter))
        .read(RESOURCE_READ, routes!(exchange::export_file))
        .write(
            RESOURCE_CHANGE,
            routes!(exchange::import_file).layer(DefaultBodyLimit::max(exchange::FILE_BYTES_MAX)),
        )
        .read(RESOURCE_READ, routes!(filter::count_resources))
        .read(RESOURCE_READ, routes!(queries::list_queries))
        .read(RESOURCE_READ, routes!(queries::save_query))
        .read(RESOURCE_READ, routes!(queries::get_query))
        .read(RESOURCE_READ, routes!(queries::change_query))
        .read(RESOURCE_READ, routes!(queries::remove_query))
        .write(RESOURCE_CHANGE, routes!(bulk::preview_bulk))
        .write(RESOURCE_CHANGE, routes!(bulk::apply_bulk))
        .read(RESOURCE_READ, routes!(plans::list_plans))
        .write(RESOURCE_CHANGE, routes!(plans::create_plan))
        .read(RESOURCE_READ, routes!(plans::get_plan))
        .write(RESOURCE_CHANGE, routes!(plans::change_plan))
        .write(RESOURCE_CHANGE, routes!(plans::preview_plan))
        .write(RESOURCE_CHANGE, routes!(plans::submit_plan))
        .write(RESOURCE_APPROVE, routes!(plans::approve_plan))
        .write(RESOURCE_APPROVE, routes!(plans::reject_plan))
        .write(RESOURCE_CHANGE, routes!(plans::withdraw_plan))
        .write(RESOURCE_CHANGE, routes!(plans::apply_plan))
        .read(RESOURCE_READ, routes!(impact::resource_impact))
        .read(RESOURCE_READ, routes!(impact::what_if))
        .read(RESOURCE_READ, routes!(impact::list_redundancies))
        .write(RESOURCE_CHANGE, routes!(impact::set_redundancies))
        .read(RESOURCE_READ, routes!(impact::list_failure_rules))
        .write_everywhere(KIND_CHANGE, routes!(impact::set_failure_rule))
}
