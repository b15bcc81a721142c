//! The journal's routes: list, live stream, causes, export, and how it is kept.

mod export;
mod keeping;
mod list;
mod reasons;
mod views;
mod witness;

use std::{future::Future, pin::Pin, sync::Arc};

use axum::{extract::State, http::HeaderMap, response::Response};
use db::Db;
use journal::{
    Alone, Anchors, JOURNAL_CHANGE, JOURNAL_EXPORT, JOURNAL_READ, JOURNAL_WITNESS, Neighbours,
    Nowhere, Places, Sealer, Witness,
};
use kernel::Clock;
use serde::Deserialize;
use tokio::sync::watch;
use utoipa::IntoParams;

pub(crate) use self::views::FactView;
use crate::{Gate, Problem, Query, Routes, Who, live, routes};

/// A wait that begins when it is called.
pub type Pause = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// What the journal's routes need.
#[derive(Clone)]
pub struct JournalState {
    /// The records.
    pub db: Db,
    /// Asked again who listens to a live stream: after each pause, and when a fact about rights
    /// passes.
    pub gate: Arc<dyn Gate>,
    /// How long a live stream goes on without that: rights, sessions and tokens also end by time,
    /// of which there is no fact.
    pub pause: Pause,
    /// Turns true when the server stops: live streams end.
    pub stop: watch::Receiver<bool>,
    /// Where resources belong.
    pub places: Arc<dyn Places>,
    /// How resources hang together.
    pub neighbours: Arc<dyn Neighbours>,
}

/// What the routes about the keeping of the journal need.
#[derive(Clone)]
pub struct JournalKeeping {
    /// Seals.
    pub sealer: Sealer,
    /// Tells places outside.
    pub anchors: Anchors,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// This machine's name, for exports.
    pub host: String,
}

impl JournalState {
    /// A journal whose resources belong nowhere and hang together with nothing; who listens is
    /// asked again by facts only.
    #[must_use]
    pub fn plain(db: Db, gate: Arc<dyn Gate>, stop: watch::Receiver<bool>) -> Self {
        let (places, neighbours) = (Arc::new(Nowhere), Arc::new(Alone));
        let pause: Pause = Arc::new(|| Box::pin(std::future::pending()));
        Self { db, gate, pause, stop, places, neighbours }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LiveQuery {
    /// Facts after this number; the header `Last-Event-ID` goes before it.
    after: Option<i64>,
}

/// The routes that read the journal.
#[must_use]
pub fn journal_routes(state: JournalState) -> Routes {
    Routes::new()
        .read(JOURNAL_READ, routes!(list::list))
        .read(JOURNAL_READ, routes!(live_facts))
        .read(JOURNAL_READ, routes!(reasons::causes))
        .read(JOURNAL_READ, routes!(reasons::before))
        .with_state(state)
}

/// The routes that take facts out of the house, those about how the journal is kept, and those by
/// which this server is a witness of others.
#[must_use]
pub fn journal_keeping_routes(state: JournalState, keeping: JournalKeeping) -> Routes {
    let export = Routes::new()
        .write(JOURNAL_EXPORT, routes!(export::export))
        .with_state((state, keeping.clone()));
    let witness = Routes::new()
        .write_everywhere(JOURNAL_WITNESS, routes!(witness::take))
        .read_everywhere(JOURNAL_READ, routes!(witness::journals))
        .read_everywhere(JOURNAL_READ, routes!(witness::checkpoints))
        .write_everywhere(JOURNAL_CHANGE, routes!(witness::begin_anew))
        .with_state(Witness::new(keeping.sealer.clone()));
    Routes::new()
        .read_everywhere(JOURNAL_READ, routes!(keeping::status))
        .write_everywhere(JOURNAL_CHANGE, routes!(keeping::change_key))
        .write_everywhere(JOURNAL_CHANGE, routes!(keeping::release_archive))
        .with_state(keeping)
        .merge(export)
        .merge(witness)
}

/// Facts as they happen: server-sent events named `fact`, resumable by `Last-Event-ID`.
#[utoipa::path(
    get, path = "/api/v1/live", tag = "journal", params(LiveQuery),
    responses((status = 200, body = FactView, content_type = "text/event-stream")))]
async fn live_facts(
    State(state): State<JournalState>,
    Who(caller): Who,
    headers: HeaderMap,
    Query(query): Query<LiveQuery>,
) -> Result<Response, Problem> {
    live::stream_facts(&state, caller, headers, query.after).await
}
