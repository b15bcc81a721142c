use axum::extract::State;
use http_kit::{PageView, Problem, Routes, TextView, routes};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{CHECK_READ, Probe};

pub(super) fn routes() -> Routes<Probe> {
    Routes::new().read(CHECK_READ, routes!(list))
}

/// A way of asking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckProtocol)]
struct ProtocolView {
    name: String,
    title: TextView,
    /// The JSON Schema (2020-12) of a check's `spec`.
    #[schema(value_type = Object)]
    schema: Value,
}

/// The ways of asking, with the schema of what each can be told.
#[utoipa::path(
    get, path = "/api/v1/check-protocols", tag = "checks",
    responses((status = 200, body = PageView<ProtocolView>)))]
async fn list(State(probe): State<Probe>) -> Result<PageView<ProtocolView>, Problem> {
    let views = probe.protocols().all().map(|protocol| ProtocolView {
        name: protocol.name().to_owned(),
        title: protocol.title().into(),
        schema: protocol.schema(),
    });
    Ok(PageView::whole(views.collect()))
}
