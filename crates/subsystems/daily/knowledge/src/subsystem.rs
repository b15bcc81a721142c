//! The door plate: what the roof hangs up.

use http_kit::Routes;

use crate::{Knowledge, api};

/// The tables of articles.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "knowledge",
    number: 1,
    name: "article",
    sql: include_str!("../migrations/0001_article.sql"),
}];

/// The routes of articles.
#[must_use]
pub fn routes(knowledge: &Knowledge) -> Routes {
    api::articles::routes(knowledge.clone())
        .merge(api::courses::routes(knowledge.clone()))
        .merge(api::reading::routes(knowledge.clone()))
        .merge(api::tickets::routes(knowledge.clone()))
}
