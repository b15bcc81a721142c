use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use http_kit::{Body, Problem, Who};
use kernel::{Fault, FaultKind, Text};

use super::{
    filter::{AlertsQuery, Wanted},
    views::{GettableView, GroupView, PostableView, ReceiverView, gettable},
};
use crate::{
    Alerts,
    actions::{BATCH_MAX, ShownAlert},
    model::{event::Posted, matcher::all_fit},
};

/// Takes alerts of another system, such as Prometheus or vmalert: what is valid of a batch is
/// taken, and of the rest the answer says why not.
#[utoipa::path(
    post, path = "/alertmanager/api/v2/alerts", tag = "alertmanager",
    request_body = Vec<PostableView>,
    responses((status = 200, description = "all were taken"),
        (status = 400, description = "why some were not; the others were taken")))]
pub(super) async fn post(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<Vec<PostableView>>,
) -> Result<StatusCode, Problem> {
    let receipt = alerts.receive(&caller, read(body)?).await?;
    if receipt.refused == 0 {
        return Ok(StatusCode::OK);
    }
    let (taken, refused) = (receipt.taken, receipt.refused);
    let why = receipt.reasons.join("; ");
    let text = Text::new(
        format!("{refused} refused, {taken} taken: {why}"),
        format!("已拒绝 {refused} 条告警，接收 {taken} 条：{why}"),
    );
    Err(Fault::new(FaultKind::Invalid, "invalid-alerts", text).into())
}

/// Open alerts, the newest first: those that others sent and those of rules.
#[utoipa::path(
    get, path = "/alertmanager/api/v2/alerts", tag = "alertmanager",
    params(AlertsQuery), responses((status = 200, body = Vec<GettableView>)))]
pub(super) async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    query: RawQuery,
) -> Result<Json<Vec<GettableView>>, Problem> {
    let wanted = Wanted::read(query)?;
    let shown = alerts.shown(&caller).await?;
    let found = wanted_of(&shown, &wanted, alerts.clock.now());
    Ok(Json(found.into_iter().map(|(_, view)| view).collect()))
}

/// The same, by the incidents that they are in.
#[utoipa::path(
    get, path = "/alertmanager/api/v2/alerts/groups", tag = "alertmanager",
    params(AlertsQuery), responses((status = 200, body = Vec<GroupView>)))]
pub(super) async fn groups(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    query: RawQuery,
) -> Result<Json<Vec<GroupView>>, Problem> {
    let wanted = Wanted::read(query)?;
    let shown = alerts.shown(&caller).await?;
    let mut groups: BTreeMap<Option<String>, Vec<GettableView>> = BTreeMap::new();
    for (one, view) in wanted_of(&shown, &wanted, alerts.clock.now()) {
        groups.entry(one.incident.map(|id| id.to_string())).or_default().push(view);
    }
    let group = |(incident, alerts): (Option<String>, Vec<GettableView>)| GroupView {
        labels: incident.map(|id| ("incident".to_owned(), id)).into_iter().collect(),
        receiver: ReceiverView::own(),
        alerts,
    };
    Ok(Json(groups.into_iter().map(group).collect()))
}

fn read(body: Vec<PostableView>) -> Result<Vec<Posted>, Fault> {
    if body.len() > BATCH_MAX {
        let expected = Text::new(
            format!("at most {BATCH_MAX} alerts at once"),
            format!("一次最多 {BATCH_MAX} 条告警"),
        );
        return Err(Fault::invalid("body", body.len(), expected));
    }
    body.into_iter().enumerate().map(|(at, one)| one.read(at)).collect()
}

fn wanted_of<'s>(
    shown: &'s [ShownAlert],
    wanted: &Wanted,
    now: kernel::Time,
) -> Vec<(&'s ShownAlert, GettableView)> {
    let views = shown.iter().zip(gettable(shown, now));
    views
        .filter(|(one, view)| {
            let status = &view.status;
            all_fit(&wanted.matchers, &one.alert)
                && (wanted.active || status.state != "active")
                && (wanted.unprocessed || status.state != "unprocessed")
                && (wanted.silenced || status.silenced_by.is_empty())
                && (wanted.inhibited || status.inhibited_by.is_empty())
        })
        .collect()
}
