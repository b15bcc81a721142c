use std::collections::HashMap;

use axum::{Json, extract::State};
use http_kit::{Body, Problem, Routes, TextBody, TextView, Who, routes};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{condition::ConditionBody, incidents::moment, rules::severity};
use crate::{
    Alerts,
    actions::{BackTest, BackTested, Outcome},
    model::{
        alert::{Alert, AlertId},
        back_test::{Difference, WouldPage},
        permission::ALERT_RULE_CHANGE,
        rule::RuleDraft,
    },
};

/// Alerts and messages that an answer shows, the first.
const SHOWN_MAX: usize = 500;

/// A rule, not saved, and the stretch to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BackTest)]
#[serde(deny_unknown_fields)]
pub(crate) struct BackTestBody {
    /// The saved rule that it is held against.
    rule_id: Option<String>,
    name: TextBody,
    /// `critical`, `warning` or `info`.
    severity: String,
    /// `threshold` or `query`.
    condition: ConditionBody,
    /// RFC 3339.
    from: String,
    /// RFC 3339; now when not given, at most 31 days after `from`.
    to: Option<String>,
    /// Seconds between two moments at which the rule is evaluated, at least 10; about 1,000 moments
    /// when not given.
    step_s: Option<u64>,
}

/// What a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BackTestAnswer)]
pub(crate) struct BackTestView {
    /// Seconds between two moments: what was shorter was not seen.
    step_s: u64,
    moments: usize,
    /// How many alerts it would have opened.
    alert_count: usize,
    /// How many of them a silence covered when they opened.
    silenced_count: usize,
    /// How many messages would have gone out; null when there are too many alerts to tell.
    page_count: Option<usize>,
    /// The alerts, the first 500.
    alerts: Vec<WouldAlertView>,
    /// The messages that an incident opened, the first 500.
    pages: Vec<WouldPageView>,
    /// What the saved rule would have done.
    saved: Option<SavedView>,
}

/// An alert that a rule would have opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BackTestAlert)]
pub(crate) struct WouldAlertView {
    title: TextView,
    summary: TextView,
    severity: String,
    resource_id: Option<String>,
    resource_name: String,
    labels: std::collections::BTreeMap<String, String>,
    value: Option<f64>,
    from: String,
    /// Null when it would be open at the end.
    to: Option<String>,
    /// The silence that covered it when it opened.
    silenced_by: Option<String>,
}

/// A message that would have gone out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BackTestPage)]
pub(crate) struct WouldPageView {
    at: String,
    policy: String,
    recipient: String,
    /// The alert that says what is wrong.
    title: TextView,
    /// How many alerts were open in the incident.
    alerts: usize,
}

/// What the saved rule would have done, and the difference.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BackTestSaved)]
pub(crate) struct SavedView {
    alert_count: usize,
    silenced_count: usize,
    page_count: Option<usize>,
    /// Alerts of both: of the same series at the same time.
    same: usize,
    /// Alerts that only the new rule would have opened.
    added: usize,
    /// Alerts that only the saved rule would have opened.
    gone: usize,
}

/// The routes of back-tests.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new().write_everywhere(ALERT_RULE_CHANGE, routes!(back_test)).with_state(alerts)
}

/// What a rule would have done on what is stored: alerts, silences and messages as things are set
/// now, and the difference from the saved rule. Nothing is saved, and nobody is told.
#[utoipa::path(
    post, path = "/api/v1/alert-rules/back-test", tag = "alerts",
    operation_id = "back_test_alert_rule", request_body = BackTestBody,
    responses((status = 200, body = BackTestView), (status = 404)))]
async fn back_test(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<BackTestBody>,
) -> Result<Json<BackTestView>, Problem> {
    let test = body.read(alerts.clock.now())?;
    Ok(Json(alerts.back_test(&caller, test).await?.into()))
}

impl BackTestBody {
    fn read(self, now: kernel::Time) -> Result<BackTest, Fault> {
        let mut faults = Vec::new();
        let severity = severity(&self.severity, &mut faults);
        let condition = self.condition.read(&mut faults);
        let (Some(severity), Some(condition)) = (severity, condition) else {
            return Err(Fault::invalid_fields(faults));
        };
        let rule_id = self.rule_id.map(|id| {
            let expected = || Text::new("the id of a rule", "规则编号");
            id.parse().map_err(|_| Fault::invalid("rule_id", &id, expected()))
        });
        let to = self.to.map(|to| moment("to", &to)).transpose()?;
        Ok(BackTest {
            draft: RuleDraft {
                name: self.name.into(),
                summary: Text::default(),
                severity,
                condition,
                enabled: true,
            },
            rule_id: rule_id.transpose()?,
            from: moment("from", &self.from)?,
            to: to.unwrap_or(now),
            step_s: self.step_s,
        })
    }
}

impl From<BackTested> for BackTestView {
    fn from(found: BackTested) -> Self {
        let BackTested { step_s, moments, new, saved } = found;
        let (alert_count, silenced_count, page_count) = counts(&new);
        let titles: HashMap<AlertId, Text> =
            new.alerts.iter().map(|(alert, _)| (alert.id, alert.title.clone())).collect();
        let pages = new.pages.unwrap_or_default().into_iter().take(SHOWN_MAX);
        let alerts = new.alerts.into_iter().take(SHOWN_MAX);
        Self {
            step_s,
            moments,
            alert_count,
            silenced_count,
            page_count,
            alerts: alerts.map(|(alert, silence)| WouldAlertView::of(alert, silence)).collect(),
            pages: pages.map(|page| WouldPageView::of(page, &titles)).collect(),
            saved: saved.map(|(outcome, differs)| SavedView::of(&outcome, differs)),
        }
    }
}

fn counts(outcome: &Outcome) -> (usize, usize, Option<usize>) {
    let silenced = outcome.alerts.iter().filter(|(_, silence)| silence.is_some()).count();
    (outcome.alerts.len(), silenced, outcome.pages.as_ref().map(Vec::len))
}

impl SavedView {
    fn of(outcome: &Outcome, Difference { same, added, gone }: Difference) -> Self {
        let (alert_count, silenced_count, page_count) = counts(outcome);
        Self { alert_count, silenced_count, page_count, same, added, gone }
    }
}

impl WouldAlertView {
    fn of(alert: Alert, silenced_by: Option<String>) -> Self {
        Self {
            title: alert.title.into(),
            summary: alert.summary.into(),
            severity: alert.severity.name().to_owned(),
            resource_id: alert.resource_id,
            resource_name: alert.resource_name,
            labels: alert.labels,
            value: alert.value,
            from: alert.raised_at.to_string(),
            to: alert.closed_at.map(|at| at.to_string()),
            silenced_by,
        }
    }
}

impl WouldPageView {
    fn of(page: WouldPage, titles: &HashMap<AlertId, Text>) -> Self {
        Self {
            at: page.at.to_string(),
            policy: page.policy,
            recipient: page.recipient,
            title: titles.get(&page.alert).cloned().unwrap_or_default().into(),
            alerts: page.alerts,
        }
    }
}
