mod coming;
mod due;
mod earlier;
mod elsewhere;
mod filter;
mod find;
mod fold;
mod identified;
mod identifiers;
mod impact;
mod inside;
mod kinds;
mod plans;
mod queries;
mod relation_fit;
mod relation_versions;
mod relations;
mod resources;
mod standing;
mod tags;
mod tasks;
mod versions;
mod visible;

pub(crate) use coming::{Moment, coming_moments, forget_moment, tellers};
pub(crate) use due::{Due, done, due, due_left, note_due, told};
pub(crate) use earlier::{earlier_places, note_left};
pub(crate) use elsewhere::any_elsewhere;
pub(crate) use filter::Manner;
pub(crate) use find::{Sought, count_found, find_resources, ids_named};
pub(crate) use fold::{fold, not_folded, not_folded_count};
pub(crate) use identified::{identify_again, kinds_behind, note_identified};
pub(crate) use identifiers::{
    add_identity, forget_observed, identifiers_of, known_by, observe, observed_of,
    remove_identifier, set_identifiers, share_identities, sharing,
};
pub(crate) use impact::{
    Near, names_in_use, redundancies_of, relations_near, replace_redundancies, set_worst,
    worst_by_relation,
};
pub(crate) use inside::{Named, told_to_be_in};
pub(crate) use kinds::text as json_text;
pub(crate) use kinds::{
    all_kinds, all_relation_kinds, insert_kind, insert_relation_kind, shipped_attributes,
    update_kind, update_relation_kind,
};
pub(crate) use plans::{insert_plan, list_plans, load_plan, plan_changes, update_plan};
pub(crate) use queries::{
    delete_query, insert_query, list_queries, load_query, query_of_name, update_query,
};
pub(crate) use relation_fit::{has_circle, relation_misfits};
pub(crate) use relation_versions::{
    Presence, insert_relation_version, relation_history, relations_as_of,
};
pub(crate) use relations::{
    delete_relation, insert_relation, load_relation, load_same, relations_at, relations_from,
    relations_of, ties,
};
pub use resources::{ResourceFilter, TextIn};
pub(crate) use resources::{
    count_resources, insert_resource, list_resources, load_by_identity, load_resource,
    load_resources, names_of, update_resource,
};
pub(crate) use standing::{turned_out, went_into};
pub(crate) use tags::{
    canonical_tags, colour_tag, insert_tag, list_tags, load_tag, remove_tag, set_tags, tagged,
};
pub(crate) use tasks::{
    close_task_of, decide_task, has_task, insert_merge, insert_task, list_tasks, load_merge,
    load_task, merges_of, reopen_task, undo_merge,
};
pub(crate) use versions::{
    has_ahead, history_of, insert_version, moved_between, resources_as_of, spans_after, versions_of,
};
pub(crate) use visible::ids_within;
pub use visible::push_visible;
