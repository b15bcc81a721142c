use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
};
use journal::{JOURNAL_READ, Sight};
use kernel::{FactSeq, Fault, Text, Time};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    JournalState,
    views::{CausesView, SuspectsView},
};
use crate::{Problem, Query, Who};

/// The window when none is given, in seconds.
const WINDOW_S_DEFAULT: u64 = 24 * 3600;
/// The longest window, in seconds.
const WINDOW_S_MAX: u64 = 31 * 24 * 3600;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BeforeQuery {
    /// When it broke (RFC 3339).
    #[param(value_type = String)]
    at: Time,
    /// How many seconds before that are looked at: 60 to 2678400 (31 days); a day when not given.
    window: Option<u64>,
}

/// What led to a fact, and what it led to.
#[utoipa::path(
    get, path = "/api/v1/journal/{seq}/causes", tag = "journal",
    params(("seq" = i64, Path, description = "The fact's number")),
    responses((status = 200, body = CausesView), (status = 404, description = "no such fact")))]
pub(super) async fn causes(
    State(state): State<JournalState>,
    Who(caller): Who,
    Path(text): Path<String>,
) -> Result<Json<CausesView>, Problem> {
    let expected = || Text::new("a fact's number", "事实记录的编号");
    let seq = text.parse().map_err(|_| Fault::invalid("seq", &text, expected()))?;
    let sight = Sight::of(&caller, JOURNAL_READ);
    let causes = journal::causes(&state.db, FactSeq(seq), (&sight, state.places.as_ref())).await?;
    Ok(Json(causes.into()))
}

/// What changed around a resource before it broke: itself and its neighbours, the likeliest cause
/// first.
#[utoipa::path(
    get, path = "/api/v1/resources/{id}/before", tag = "journal",
    params(("id" = String, Path, description = "The resource's id"), BeforeQuery),
    responses((status = 200, body = SuspectsView), (status = 404, description = "no such one")))]
pub(super) async fn before(
    State(state): State<JournalState>,
    Who(caller): Who,
    Path(id): Path<String>,
    Query(query): Query<BeforeQuery>,
) -> Result<Json<SuspectsView>, Problem> {
    let window_s = query.window.unwrap_or(WINDOW_S_DEFAULT);
    if !(60..=WINDOW_S_MAX).contains(&window_s) {
        let expected = Text::new("60 to 2678400 seconds", "60 到 2678400 秒");
        return Err(Fault::invalid("window", window_s, expected).into());
    }
    let sight = Sight::of(&caller, JOURNAL_READ);
    let span = (query.at, Duration::from_secs(window_s));
    let seen = (&sight, state.places.as_ref());
    let near = state.neighbours.as_ref();
    let suspects = journal::before(&state.db, (&caller, &id), span, seen, near).await?;
    Ok(Json(suspects.into()))
}
