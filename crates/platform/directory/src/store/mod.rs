mod filling;
mod holding;
mod imports;
mod kept;
mod links;
mod person;
mod places;
mod post;
mod provided;
mod region;
mod site;
mod sources;
mod tallies;
mod unit;

pub(crate) use filling::{
    Refusal, count_refused, forget_refusals, forget_refused, note_refused, refused,
    set_source_posts, source_head,
};
pub(crate) use imports::{
    ImportEnd, ImportId, KeptImport, end_import, forget_imports, insert_import, last_import,
    leave_import, note_seen,
};
pub(crate) use kept::{Kept, Narrow, PostsLike, history, list, numbers, same_code, save, timeline};
pub(crate) use links::{Link, insert_link, links_of};
pub(crate) use person::language_name;
pub(crate) use places::{
    Counter, Counters, count, counters, next_holding, places, region_parents, unit_parents,
};
pub(crate) use provided::{insert_provided, is_in_ldap};
pub(crate) use sources::{
    KeptSource, PersonLink, all_sources, count_links, delete_source, insert_source, is_linked,
    link, linked_person, links, note_gone, note_run, put_link, update_source,
};
pub(crate) use tallies::{
    InRegion, InUnit, Named, in_unit, of_person, of_post, of_region, overlapping,
};
