mod coming;
mod files;
mod history;
mod holdings;
mod imports;
mod moments;
mod people;
mod posts;
mod regions;
mod restructure;
mod sites;
mod source_posts;
mod source_sign_in;
mod sources;
mod units;

use axum::extract::DefaultBodyLimit;
use http_kit::{Routes, routes};
use utoipa_axum::router::UtoipaMethodRouterExt;

use crate::{DIRECTORY_CHANGE, DIRECTORY_READ, Directory, PROVIDER_CHANGE, Sources};

/// The routes of the directory.
#[must_use]
pub fn routes(directory: Directory) -> Routes {
    units_and_regions(Routes::new())
        .read(DIRECTORY_READ, routes!(sites::list_sites))
        .write(DIRECTORY_CHANGE, routes!(sites::create_site))
        .read(DIRECTORY_READ, routes!(sites::get_site))
        .write(DIRECTORY_CHANGE, routes!(sites::change_site))
        .write(DIRECTORY_CHANGE, routes!(sites::close_site))
        .read(DIRECTORY_READ, routes!(posts::list_posts))
        .write(DIRECTORY_CHANGE, routes!(posts::create_post))
        .read(DIRECTORY_READ, routes!(posts::get_post))
        .write(DIRECTORY_CHANGE, routes!(posts::change_post))
        .write(DIRECTORY_CHANGE, routes!(posts::close_post))
        .read(DIRECTORY_READ, routes!(history::of_post))
        .read(DIRECTORY_READ, routes!(people::list_people))
        .write(DIRECTORY_CHANGE, routes!(people::create_person))
        .read(DIRECTORY_READ, routes!(people::get_person))
        .write(DIRECTORY_CHANGE, routes!(people::change_person))
        .write(DIRECTORY_CHANGE, routes!(people::leave))
        .read(DIRECTORY_READ, routes!(history::of_person))
        .read(DIRECTORY_READ, routes!(history::career))
        .read(DIRECTORY_READ, routes!(holdings::list_holdings))
        .write(DIRECTORY_CHANGE, routes!(holdings::create_holding))
        .read(DIRECTORY_READ, routes!(holdings::get_holding))
        .write(DIRECTORY_CHANGE, routes!(holdings::change_holding))
        .write(DIRECTORY_CHANGE, routes!(holdings::begin_holding))
        .write(DIRECTORY_CHANGE, routes!(holdings::end_holding))
        .read(DIRECTORY_READ, routes!(history::of_holding))
        .read(DIRECTORY_READ, routes!(coming::list_coming))
        .write(DIRECTORY_CHANGE, routes!(coming::cancel_coming))
        .write(
            DIRECTORY_CHANGE,
            routes!(files::import_file).layer(DefaultBodyLimit::max(files::FILE_BYTES_MAX)),
        )
        .read(DIRECTORY_READ, routes!(files::last_import))
        .read(DIRECTORY_READ, routes!(files::export_file))
        .read(DIRECTORY_READ, routes!(files::template_file))
        .with_state(directory)
}

fn units_and_regions(routes: Routes<Directory>) -> Routes<Directory> {
    routes
        .read(DIRECTORY_READ, routes!(units::list_units))
        .write(DIRECTORY_CHANGE, routes!(units::create_unit))
        .read(DIRECTORY_READ, routes!(units::get_unit))
        .write(DIRECTORY_CHANGE, routes!(units::change_unit))
        .write(DIRECTORY_CHANGE, routes!(units::close_unit))
        .write(DIRECTORY_CHANGE, routes!(units::begin_unit))
        .write(DIRECTORY_CHANGE, routes!(restructure::move_unit))
        .write(DIRECTORY_CHANGE, routes!(restructure::merge_units))
        .write(DIRECTORY_CHANGE, routes!(restructure::split_unit))
        .read(DIRECTORY_READ, routes!(restructure::succession))
        .read(DIRECTORY_READ, routes!(history::of_unit))
        .read(DIRECTORY_READ, routes!(regions::list_regions))
        .write(DIRECTORY_CHANGE, routes!(regions::create_region))
        .read(DIRECTORY_READ, routes!(regions::get_region))
        .write(DIRECTORY_CHANGE, routes!(regions::change_region))
        .write(DIRECTORY_CHANGE, routes!(regions::close_region))
        .write(DIRECTORY_CHANGE, routes!(regions::begin_region))
}

/// The routes of the sources that people are taken from.
#[must_use]
pub fn source_routes(sources: Sources) -> Routes {
    Routes::new()
        .read_everywhere(DIRECTORY_READ, routes!(sources::list_sources))
        .write_everywhere(DIRECTORY_CHANGE, routes!(sources::create_source))
        .read_everywhere(DIRECTORY_READ, routes!(sources::get_source))
        .write_everywhere(DIRECTORY_CHANGE, routes!(sources::change_source))
        .write_everywhere(DIRECTORY_CHANGE, routes!(sources::remove_source))
        .write_everywhere(DIRECTORY_CHANGE, routes!(sources::sync_source))
        .write_everywhere(PROVIDER_CHANGE, routes!(source_sign_in::change_sign_in))
        .write_everywhere(PROVIDER_CHANGE, routes!(source_posts::change_posts))
        .with_state(sources)
}
