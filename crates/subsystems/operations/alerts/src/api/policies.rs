use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};
use kernel::{Fault, Text};
use notify::WayOrder;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Alerts,
    model::{
        matcher::Matcher,
        permission::{PAGE_POLICY_CHANGE, PAGE_POLICY_READ},
        policy::{ChainRef, Policy, PolicyDraft, Recipient},
        severity::Severity,
    },
};

/// What a label has to be. Besides the labels of the series or check there are `alertname`,
/// `severity` and `resource_name`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = AlertMatcher)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatcherView {
    label: String,
    /// `=`, `!=`, `=~` or `!~`.
    operator: String,
    value: String,
}

/// Who is told.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PageRecipient)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecipientView {
    /// `person`, `user`, `post`, `channel`, `mail` or `sms`.
    kind: String,
    /// The id, or the address.
    id: String,
    /// What people call it.
    name: String,
}

/// A chain of escalation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PageChain)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChainRefView {
    /// The id of a chain that is enabled.
    id: String,
    /// What it was called when the policy was saved; not read.
    #[serde(default)]
    name: String,
}

/// Who is told of which incidents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PagePolicy)]
pub(crate) struct PolicyView {
    id: String,
    name: String,
    enabled: bool,
    severity_min: String,
    matchers: Vec<MatcherView>,
    unit_ids: Vec<String>,
    region_ids: Vec<String>,
    recipients: Vec<RecipientView>,
    /// By which chains people are called until somebody answers.
    chains: Vec<ChainRefView>,
    repeat_s: Option<u32>,
    /// By which ways people among the recipients are told, one after another; null: as each
    /// prefers.
    order: Option<WayOrder>,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// What a policy says. An incident fits when one of its open alerts fits all of it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PagePolicyDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyBody {
    name: String,
    /// True when not given.
    enabled: Option<bool>,
    /// Alerts that are at least so bad: `critical`, `warning` or `info`.
    severity_min: String,
    /// With such labels.
    #[serde(default)]
    matchers: Vec<MatcherView>,
    /// On resources of these units and those below them; anywhere when empty.
    #[serde(default)]
    unit_ids: Vec<String>,
    /// In these regions and those below them; anywhere when empty.
    #[serde(default)]
    region_ids: Vec<String>,
    /// 1 to 20; none when a chain is called.
    #[serde(default)]
    recipients: Vec<RecipientView>,
    /// By which chains people are called until somebody answers: at most 5. Each is called once
    /// when an incident is told, not when it is told again.
    #[serde(default)]
    chains: Vec<ChainRefView>,
    /// They are told again after so many seconds while nobody cares: 300 to 604800.
    repeat_s: Option<u32>,
    /// By which ways people among the recipients are told, one after another; null: as each
    /// prefers; of a change also as it was, when left out.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<WayOrder>)]
    order: Option<Option<WayOrder>>,
}

/// The routes of policies.
pub(crate) fn routes(alerts: Alerts) -> Routes {
    Routes::new()
        .read_everywhere(PAGE_POLICY_READ, routes!(list))
        .write_everywhere(PAGE_POLICY_CHANGE, routes!(create))
        .write_everywhere(PAGE_POLICY_CHANGE, routes!(change))
        .write_everywhere(PAGE_POLICY_CHANGE, routes!(remove))
        .with_state(alerts)
}

/// Policies on who is told of which incidents, in the order they were made.
#[utoipa::path(
    get, path = "/api/v1/page-policies", tag = "alerts", operation_id = "list_page_policies",
    responses((status = 200, body = PageView<PolicyView>)))]
async fn list(
    State(alerts): State<Alerts>,
    Who(caller): Who,
) -> Result<PageView<PolicyView>, Problem> {
    let found = alerts.policies(&caller).await?;
    Ok(PageView::whole(found.into_iter().map(PolicyView::from).collect()))
}

/// Makes a policy.
#[utoipa::path(
    post, path = "/api/v1/page-policies", tag = "alerts", operation_id = "create_page_policy",
    request_body = PolicyBody, responses((status = 201, body = PolicyView), (status = 409)))]
async fn create(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Body(body): Body<PolicyBody>,
) -> Result<Created<PolicyView>, Problem> {
    Ok(Created(reply(alerts.create_policy(&caller, body.read()?).await?)))
}

/// Changes a policy: what it says as a whole.
#[utoipa::path(
    put, path = "/api/v1/page-policies/{id}", tag = "alerts", operation_id = "change_page_policy",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = PolicyBody,
    responses((status = 200, body = PolicyView), (status = 404), (status = 412)))]
async fn change(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Policy>,
    IfMatch(version): IfMatch,
    Body(body): Body<PolicyBody>,
) -> Result<Reply<PolicyView>, Problem> {
    let order = body.order.clone();
    Ok(reply(alerts.change_policy(&caller, (id, version), (body.read()?, order)).await?))
}

/// Removes a policy; whoever was told by it is still told when the incident is over.
#[utoipa::path(
    delete, path = "/api/v1/page-policies/{id}", tag = "alerts",
    operation_id = "remove_page_policy",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412)))]
async fn remove(
    State(alerts): State<Alerts>,
    Who(caller): Who,
    Key(id): Key<Policy>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    alerts.remove_policy(&caller, (id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(policy: Policy) -> Reply<PolicyView> {
    let version = policy.version;
    Reply::new(policy.into(), version)
}

impl PolicyBody {
    fn read(self) -> Result<PolicyDraft, Fault> {
        let expected = Text::same("critical | warning | info");
        let severity_min = Severity::from_name(&self.severity_min)
            .ok_or_else(|| Fault::invalid("severity_min", &self.severity_min, expected))?;
        Ok(PolicyDraft {
            name: self.name.trim().to_owned(),
            enabled: self.enabled.unwrap_or(true),
            severity_min,
            matchers: self.matchers.into_iter().map(Matcher::from).collect(),
            unit_ids: self.unit_ids,
            region_ids: self.region_ids,
            recipients: self.recipients.into_iter().map(Recipient::from).collect(),
            chains: self.chains.into_iter().map(ChainRef::from).collect(),
            repeat_s: self.repeat_s,
            order: self.order.flatten(),
        })
    }
}

impl From<MatcherView> for Matcher {
    fn from(MatcherView { label, operator, value }: MatcherView) -> Self {
        Self { label, operator, value }
    }
}

impl From<Matcher> for MatcherView {
    fn from(Matcher { label, operator, value }: Matcher) -> Self {
        Self { label, operator, value }
    }
}

impl From<Recipient> for RecipientView {
    fn from(Recipient { kind, id, name }: Recipient) -> Self {
        Self { kind, id, name }
    }
}

impl From<RecipientView> for Recipient {
    fn from(RecipientView { kind, id, name }: RecipientView) -> Self {
        Self { kind, id, name }
    }
}

impl From<ChainRefView> for ChainRef {
    fn from(ChainRefView { id, name }: ChainRefView) -> Self {
        Self { id, name }
    }
}

impl From<ChainRef> for ChainRefView {
    fn from(ChainRef { id, name }: ChainRef) -> Self {
        Self { id, name }
    }
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        let PolicyDraft { name, enabled, repeat_s, unit_ids, region_ids, order, .. } =
            policy.content;
        let recipients = policy.content.recipients.into_iter();
        let recipients =
            recipients.map(|Recipient { kind, id, name }| RecipientView { kind, id, name });
        Self {
            id: policy.id.to_string(),
            name,
            enabled,
            severity_min: policy.content.severity_min.name().to_owned(),
            matchers: policy.content.matchers.into_iter().map(MatcherView::from).collect(),
            unit_ids,
            region_ids,
            recipients: recipients.collect(),
            chains: policy.content.chains.into_iter().map(ChainRefView::from).collect(),
            repeat_s,
            order,
            version: policy.version,
            created_at: policy.created_at.to_string(),
            updated_at: policy.updated_at.to_string(),
        }
    }
}
