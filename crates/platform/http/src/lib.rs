//! The kit of every route. A crate with routes says what each needs ([`Routes::read`],
//! [`Routes::write`], [`Routes::open`]); the kit authenticates, checks, documents, renders faults
//! as RFC 9457 problem details, pages, streams and measures. [`guard`] decides where the server may
//! connect to for somebody, [`outgoing`] asks there, [`certificate`] says what is wrong with whom
//! it finds there. It knows no business word.

pub mod certificate;
pub mod guard;
pub mod outgoing;

mod alertmanager_error;
mod extract;
mod gate;
mod journal_api;
mod live;
mod measure;
mod misread;
mod parameters;
mod problem;
mod prometheus_error;
mod rate;
mod reply;
mod routes;
mod scim_error;
mod search;
mod stack;

pub use extract::{Body, IfMatch, Key, Query, Who};
pub use gate::{Denial, Gate, GateFuture, Reason};
pub use journal::JOURNAL_READ;
pub use journal_api::{
    JournalKeeping, JournalState, Pause, journal_keeping_routes, journal_routes,
};
pub use measure::{Measured, RequestMetrics};
pub use misread::misread;
pub use problem::{FieldFaultView, Problem, ProblemView};
pub use reply::{Created, PageView, Reply, TextBody, TextView};
pub use routes::{RouteEntry, RouteNeed, Routes};
pub use search::{Hit, SearchFuture, SearchSource};
pub use stack::{Stack, StackSettings};
pub use utoipa_axum::routes;
