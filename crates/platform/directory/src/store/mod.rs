mod filling;
mod holding;
mod imports;
mod kept;
mod links;
mod past;
mod person;
mod places;
mod post;
mod provided;
mod region;
mod site;
mod sources;
mod tallies;
mod told;
mod unit;
mod untaken;

pub(crate) use filling::{
    Refusal, count_refused, forget_refusals, forget_refused, note_refused, refused,
    set_source_posts, source_head,
};
pub(crate) use holding::{holding_spans, holdings_from};
pub(crate) use imports::{
    ImportEnd, ImportId, KeptImport, end_import, forget_imports, insert_import, last_import,
    leave_import, note_seen,
};
pub(crate) use kept::{
    Columns, Kept, Narrow, PostsLike, history, list, numbers, same_code, save, timeline, timelines,
};
pub(crate) use links::{Link, forget_links, insert_link, links_of};
pub(crate) use past::{regions_told, units_told};
pub(crate) use person::language_name;
pub(crate) use places::{
    Counter, Counters, count, counters, next_holding, places, region_parents, unit_parents,
};
pub(crate) use post::{heading, reused_codes};
pub(crate) use provided::{any_puts_on_granted, insert_provided, is_in_ldap, is_put_on_granted};
pub(crate) use sources::{
    KeptSource, PersonLink, all_sources, any_fills_granted, count_links, delete_source,
    insert_source, is_linked, link, linked_person, links, note_gone, note_run, put_link,
    update_source,
};
pub(crate) use tallies::{
    InRegion, InUnit, Named, in_unit, of_person, of_post, of_region, overlapping,
};
pub(crate) use told::{Ahead, Thing, ToldRow, ahead, forget_told, note_told, told_at};
pub(crate) use untaken::{last_read, links_among, note_read, read_at, untaken_among};
