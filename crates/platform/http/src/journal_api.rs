use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};
use db::Db;
use journal::{Filter, Row};
use kernel::{Actor, Caller, FactSeq, Fault, PageRequest, Permission, Subject, Text, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use utoipa::{IntoParams, ToSchema};

use crate::{Gate, PageView, Problem, Query, Routes, Who, live, routes};

/// Reading the journal.
pub const JOURNAL_READ: Permission = Permission("journal.read");

/// Facts about these nouns are for those who may read users.
const ABOUT_SIGN_IN: [&str; 4] = ["user", "session", "token", "access"];

/// What the journal's routes need.
#[derive(Clone)]
pub struct JournalState {
    /// The records.
    pub db: Db,
    /// Asked again when a sign-in fact passes a live stream.
    pub gate: Arc<dyn Gate>,
    /// Turns true when the server stops: live streams end.
    pub stop: watch::Receiver<bool>,
}

/// Whoever did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorView {
    kind: String,
    id: String,
    name: String,
}

/// What it was done to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subject)]
pub(crate) struct SubjectView {
    kind: String,
    id: String,
    name: String,
}

/// One row of the journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fact)]
pub(crate) struct FactView {
    /// Its number; grows by one.
    seq: i64,
    /// When it happened (RFC 3339, UTC).
    at: String,
    actor: ActorView,
    /// What happened, such as `alert.raised`.
    verb: String,
    subject: SubjectView,
    /// The resource it concerns.
    resource_id: Option<String>,
    /// The subject before the change.
    before: Option<Value>,
    /// The subject after the change.
    after: Option<Value>,
    /// The fact's own fields.
    detail: Value,
    /// The number of the fact that led to it.
    cause: Option<i64>,
    request_id: String,
    /// The address the request came from.
    source: String,
}

impl From<Row> for FactView {
    fn from(row: Row) -> Self {
        let Actor { kind, id, name } = row.actor;
        let actor = ActorView { kind: kind.name().to_owned(), id, name };
        let Subject { kind, id, name } = row.subject;
        Self {
            seq: row.seq.0,
            at: row.at.to_string(),
            actor,
            verb: row.verb,
            subject: SubjectView { kind, id, name },
            resource_id: row.resource_id,
            before: row.before,
            after: row.after,
            detail: row.detail,
            cause: row.cause.map(|cause| cause.0),
            request_id: row.request_id,
            source: row.source,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JournalQuery {
    /// The subject's kind: `resource`, `alert` …
    subject_kind: Option<String>,
    /// The subject's id.
    subject_id: Option<String>,
    /// The resource concerned.
    resource_id: Option<String>,
    /// The actor's id.
    actor: Option<String>,
    /// A verb, or all of a noun: `alert.`.
    verb: Option<String>,
    /// At or after (RFC 3339).
    #[param(value_type = Option<String>)]
    from: Option<Time>,
    /// Before (RFC 3339).
    #[param(value_type = Option<String>)]
    to: Option<Time>,
    /// What this fact led to.
    cause: Option<i64>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
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
        .read(JOURNAL_READ, routes!(list))
        .read(JOURNAL_READ, routes!(live_facts))
        .with_state(state)
}

/// Whether a fact tells of somebody's sign-in, session, token or refusal.
pub(crate) fn is_about_sign_in(row: &Row) -> bool {
    ABOUT_SIGN_IN.contains(&row.subject.kind.as_str())
}

/// Whether a fact may be shown to `caller`.
pub(crate) fn may_see(caller: &Caller, row: &Row) -> bool {
    caller.may(Permission("user.read")) || !is_about_sign_in(row)
}

/// What happened, newest first.
#[utoipa::path(
    get, path = "/api/v1/journal", tag = "journal", params(JournalQuery),
    responses((status = 200, body = PageView<FactView>)))]
async fn list(
    State(state): State<JournalState>,
    Who(caller): Who,
    Query(query): Query<JournalQuery>,
) -> Result<PageView<FactView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from >= to
    {
        let expected = Text::new("a time after `from`", "晚于 from 的时间");
        return Err(Fault::invalid("to", to, expected).into());
    }
    let hidden: &[&'static str] =
        if caller.may(Permission("user.read")) { &[] } else { &ABOUT_SIGN_IN };
    let filter = Filter {
        subject_kind: query.subject_kind,
        subject_id: query.subject_id,
        resource_id: query.resource_id,
        actor: query.actor,
        verb: query.verb,
        from: query.from,
        to: query.to,
        cause: query.cause.map(FactSeq),
        hidden_subject_kinds: hidden,
    };
    Ok(PageView::of(journal::list(&state.db, &filter, page).await?, FactView::from))
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
