//! `/api/v1/rules` and `/api/v1/alerts` as Prometheus answers them.

mod views;
mod wanted;

use crate::Recording;
use axum::{Json, extract::State, http::Uri};
use views::{AlertView, AlertsView, AnswerView, GroupView, RulesView};
use wanted::{Wanted, WrongParameter};

/// The groups with the states of their rules.
#[utoipa::path(
    get, path = "/prometheus/api/v1/rules", tag = "prometheus",
    params(
        ("type" = Option<String>, Query, description = "`alert` or `record`"),
        ("rule_name[]" = Option<Vec<String>>, Query, description = "rules of these names"),
        ("rule_group[]" = Option<Vec<String>>, Query, description = "groups of these names"),
        ("file[]" = Option<Vec<String>>, Query, description = "files of these names"),
        ("match[]" = Option<Vec<String>>, Query, description = "rules whose labels match one"),
        ("exclude_alerts" = Option<String>, Query, description = "`true`: without the alerts"),
        ("group_limit" = Option<u64>, Query, description = "at most so many groups"),
        ("group_next_token" = Option<String>, Query, description = "where the page before ended")),
    responses((status = 200, body = AnswerView<RulesView>), (status = 400)))]
pub(super) async fn rules(
    State(recording): State<Recording>,
    uri: Uri,
) -> Result<Json<AnswerView<RulesView>>, WrongParameter> {
    let wanted = Wanted::read(uri.query().unwrap_or_default())?;
    let (groups, group_next_token) = wanted.page(recording.statuses())?;
    let groups = groups.iter().map(|group| GroupView::of(group, &wanted)).collect();
    Ok(Json(AnswerView::of(RulesView { groups, group_next_token })))
}

/// The alerts of alerting rules that are pending or firing.
#[utoipa::path(
    get, path = "/prometheus/api/v1/alerts", tag = "prometheus",
    responses((status = 200, body = AnswerView<AlertsView>)))]
pub(super) async fn alerts(State(recording): State<Recording>) -> Json<AnswerView<AlertsView>> {
    let statuses = recording.statuses();
    let rules = statuses.iter().flat_map(|group| &group.rules);
    let alerts = rules.flat_map(|rule| &rule.alerts).map(AlertView::of);
    Json(AnswerView::of(AlertsView { alerts: alerts.collect() }))
}
