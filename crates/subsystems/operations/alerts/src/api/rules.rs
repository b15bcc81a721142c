use axum::{extract::State, http::StatusCode};
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, TextBody, TextView, Who,
    routes,
};
use kernel::{Fault, FieldFault, PageRequest, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::condition::{ConditionBody, ConditionView};
use crate::{
    Alerts,
    model::{
        permission::{ALERT_RULE_CHANGE, ALERT_RULE_READ},
        rule::{Rule, RuleDraft, RulePatch},
        severity::Severity,
    },
};

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertRule)]
pub(crate) struct RuleView {
    id: String,
    name: TextView,
    summary: TextView,
    /// `critical`, `warning` or `info`; for states of checks the most an alert can be.
    severity: String,
    enabled: bool,
    /// Whether it came with the product.
    shipped: bool,
    version: i64,
    created_at: String,
    updated_at: String,
    condition: ConditionView,
}

/// A new rule.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewAlertRule)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleBody {
    name: TextBody,
    /// What it means and what to do; empty when not given.
    summary: Option<TextBody>,
    /// `critical`, `warning` or `info`.
    severity: String,
    condition: ConditionBody,
    /// True when not given.
    enabled: Option<bool>,
}

/// A change of a rule; what is not given stays. A condition is given whole.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertRuleChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulePatchBody {
    name: Option<TextBody>,
    summary: Option<TextBody>,
    /// `critical`, `warning` or `info`.
    severity: Option<String>,
    condition: Option<ConditionBody>,
    enabled: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct RulesQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of rules.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read(ALERT_RULE_READ, routes!(list))
        .write_everywhere(ALERT_RULE_CHANGE, routes!(create))
        .read(ALERT_RULE_READ, routes!(find))
        .write_everywhere(ALERT_RULE_CHANGE, routes!(change))
        .write_everywhere(ALERT_RULE_CHANGE, routes!(remove))
        .with_state(alerts)
}

/// Rules, in the order they were made; not those that name a resource outside of the scope.
#[utoipa::path(
    get, path = "/api/v1/alert-rules", tag = "alerts", operation_id = "list_alert_rules",
    params(RulesQuery), responses((status = 200, body = PageView<RuleView>)))]
async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Query(query): Query<RulesQuery>,
) -> Result<PageView<RuleView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(alerts.rules(&caller, &page).await?, RuleView::from))
}

/// Makes a rule.
#[utoipa::path(
    post, path = "/api/v1/alert-rules", tag = "alerts", operation_id = "create_alert_rule",
    request_body = RuleBody, responses((status = 201, body = RuleView), (status = 409)))]
async fn create(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<RuleBody>,
) -> Result<Created<RuleView>, Problem> {
    Ok(Created(reply(alerts.create_rule(&caller, body.read()?).await?)))
}

/// One rule.
#[utoipa::path(
    get, path = "/api/v1/alert-rules/{id}", tag = "alerts", operation_id = "get_alert_rule",
    params(("id" = String, Path)), responses((status = 200, body = RuleView), (status = 404)))]
async fn find(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Rule>,
) -> Result<Reply<RuleView>, Problem> {
    Ok(reply(alerts.rule_seen(&caller, id).await?))
}

/// Changes a rule; alerts that it would not open any more close.
#[utoipa::path(
    patch, path = "/api/v1/alert-rules/{id}", tag = "alerts", operation_id = "change_alert_rule",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = RulePatchBody, responses((status = 200, body = RuleView), (status = 404)))]
async fn change(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Rule>,
    IfMatch(version): IfMatch,
    Body(body): Body<RulePatchBody>,
) -> Result<Reply<RuleView>, Problem> {
    Ok(reply(alerts.change_rule(&caller, id, version, body.read()?).await?))
}

/// Removes a rule and closes its alerts. One that came with the product can only be disabled.
#[utoipa::path(
    delete, path = "/api/v1/alert-rules/{id}", tag = "alerts", operation_id = "remove_alert_rule",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 409), (status = 412), (status = 428)))]
async fn remove(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Rule>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    alerts.remove_rule(&caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(rule: Rule) -> Reply<RuleView> {
    let version = rule.version;
    Reply::new(RuleView::from(rule), version)
}

impl RuleBody {
    fn read(self) -> Result<RuleDraft, Fault> {
        let mut faults = Vec::new();
        let severity = severity(&self.severity, &mut faults);
        let condition = self.condition.read(&mut faults);
        match (severity, condition) {
            (Some(severity), Some(condition)) if faults.is_empty() => Ok(RuleDraft {
                name: self.name.into(),
                summary: self.summary.map(Text::from).unwrap_or_default(),
                severity,
                condition,
                enabled: self.enabled.unwrap_or(true),
            }),
            _ => Err(Fault::invalid_fields(faults)),
        }
    }
}

impl RulePatchBody {
    fn read(self) -> Result<RulePatch, Fault> {
        let mut faults = Vec::new();
        let severity = self.severity.and_then(|name| severity(&name, &mut faults));
        let condition = self.condition.and_then(|condition| condition.read(&mut faults));
        if !faults.is_empty() {
            return Err(Fault::invalid_fields(faults));
        }
        Ok(RulePatch {
            name: self.name.map(Text::from),
            summary: self.summary.map(Text::from),
            severity,
            condition,
            enabled: self.enabled,
        })
    }
}

/// The severity of that name; a fault when there is none.
pub(super) fn severity(name: &str, faults: &mut Vec<FieldFault>) -> Option<Severity> {
    let severity = Severity::from_name(name);
    if severity.is_none() {
        let expected = Text::new("critical, warning or info", "critical、warning 或 info");
        faults.push(FieldFault::new("severity", name, expected));
    }
    severity
}

impl From<Rule> for RuleView {
    fn from(rule: Rule) -> Self {
        Self {
            id: rule.id.to_string(),
            shipped: rule.shipped(),
            name: rule.content.name.into(),
            summary: rule.content.summary.into(),
            severity: rule.content.severity.name().to_owned(),
            enabled: rule.content.enabled,
            version: rule.version,
            created_at: rule.created_at.to_string(),
            updated_at: rule.updated_at.to_string(),
            condition: rule.content.condition.into(),
        }
    }
}
