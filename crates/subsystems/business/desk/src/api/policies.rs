use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Desk,
    actions::{PolicyEffect, Reach},
    model::{
        permission::{DESK_CONFIGURE, TICKET_READ},
        policy::{Policy, PolicyDraft},
    },
};

/// A service level.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaPolicy)]
pub(crate) struct PolicyView {
    id: String,
    version: i64,
    /// Whether it was given up: no new ticket gets it.
    retired: bool,
    changed_at: String,
    policy: PolicyDraft,
}

/// What a service level said from a moment on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaPolicyVersion)]
pub(crate) struct VersionView {
    version: i64,
    said_at: String,
    said_by: String,
    policy: PolicyDraft,
}

/// A change of a service level.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SlaPolicyChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeBody {
    policy: PolicyDraft,
    /// Whether it applies to tickets that are open, too; at most 5,000.
    #[serde(default)]
    open_too: bool,
}

/// What a change of a service level means for an open ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlaPolicyEffect)]
pub(crate) struct EffectView {
    ticket_id: String,
    number: String,
    subject: String,
    priority: u8,
    /// When it is due now; null while it stands still.
    due_at: Option<String>,
    /// When it would be due.
    due_then: Option<String>,
}

/// The routes of service levels.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read(TICKET_READ, routes!(list))
        .write_everywhere(DESK_CONFIGURE, routes!(create))
        .read(TICKET_READ, routes!(find))
        .write_everywhere(DESK_CONFIGURE, routes!(change))
        .write_everywhere(DESK_CONFIGURE, routes!(retire))
        .read(TICKET_READ, routes!(versions))
        .write_everywhere(DESK_CONFIGURE, routes!(preview))
        .with_state(desk)
}

/// All service levels, those given up too; at most 500.
#[utoipa::path(
    get, path = "/api/v1/sla-policies", tag = "desk", operation_id = "list_sla_policies",
    responses((status = 200, body = PageView<PolicyView>)))]
async fn list(State(desk): State<Desk>) -> Result<PageView<PolicyView>, Problem> {
    let policies = desk.policies().await?;
    Ok(PageView::whole(policies.into_iter().map(PolicyView::from).collect()))
}

/// Makes a service level.
#[utoipa::path(
    post, path = "/api/v1/sla-policies", tag = "desk", operation_id = "create_sla_policy",
    request_body = PolicyDraft, responses((status = 201, body = PolicyView), (status = 400)))]
async fn create(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<PolicyDraft>,
) -> Result<Created<PolicyView>, Problem> {
    Ok(Created(reply(desk.create_policy(&caller, body).await?)))
}

/// One service level.
#[utoipa::path(
    get, path = "/api/v1/sla-policies/{id}", tag = "desk", operation_id = "get_sla_policy",
    params(("id" = String, Path)), responses((status = 200, body = PolicyView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Key(id): Key<Policy>,
) -> Result<Reply<PolicyView>, Problem> {
    Ok(reply(desk.policy(id).await?))
}

/// Changes a service level, for new tickets or for open ones, too.
#[utoipa::path(
    put, path = "/api/v1/sla-policies/{id}", tag = "desk", operation_id = "change_sla_policy",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ChangeBody,
    responses((status = 200, body = PolicyView), (status = 400), (status = 404), (status = 409),
        (status = 412)))]
async fn change(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Policy>,
    IfMatch(version): IfMatch,
    Body(body): Body<ChangeBody>,
) -> Result<Reply<PolicyView>, Problem> {
    let reach = if body.open_too { Reach::Open } else { Reach::New };
    Ok(reply(desk.change_policy(&caller, (id, version), (body.policy, reach)).await?))
}

/// Gives a service level up: no new ticket gets it.
#[utoipa::path(
    delete, path = "/api/v1/sla-policies/{id}", tag = "desk", operation_id = "retire_sla_policy",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 409), (status = 412)))]
async fn retire(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Policy>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    desk.retire_policy(&caller, (id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a service level said, the newest first.
#[utoipa::path(
    get, path = "/api/v1/sla-policies/{id}/versions", tag = "desk",
    operation_id = "list_sla_policy_versions", params(("id" = String, Path)),
    responses((status = 200, body = PageView<VersionView>), (status = 404)))]
async fn versions(
    State(desk): State<Desk>,
    Key(id): Key<Policy>,
) -> Result<PageView<VersionView>, Problem> {
    let said = desk.policy_versions(id).await?.into_iter().map(|said| VersionView {
        version: said.version,
        said_at: said.said_at.to_string(),
        said_by: said.said_by,
        policy: said.draft,
    });
    Ok(PageView::whole(said.collect()))
}

/// What a change of a service level would mean for open tickets under it: the first 200.
#[utoipa::path(
    post, path = "/api/v1/sla-policies/{id}/preview", tag = "desk",
    operation_id = "preview_sla_policy", params(("id" = String, Path)),
    request_body = PolicyDraft,
    responses((status = 200, body = PageView<EffectView>), (status = 400), (status = 404)))]
async fn preview(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Policy>,
    Body(body): Body<PolicyDraft>,
) -> Result<PageView<EffectView>, Problem> {
    let effects = desk.preview_policy(&caller, id, &body).await?;
    Ok(PageView::whole(effects.into_iter().map(EffectView::from).collect()))
}

fn reply(policy: Policy) -> Reply<PolicyView> {
    let version = policy.version;
    Reply::new(PolicyView::from(policy), version)
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        Self {
            id: policy.id.to_string(),
            version: policy.version,
            retired: policy.retired,
            changed_at: policy.changed_at.to_string(),
            policy: policy.draft,
        }
    }
}

impl From<PolicyEffect> for EffectView {
    fn from(effect: PolicyEffect) -> Self {
        let ticket = effect.ticket;
        Self {
            ticket_id: ticket.id.to_string(),
            number: ticket.number,
            subject: ticket.content.subject,
            priority: ticket.priority,
            due_at: ticket.due_at.map(|at| at.to_string()),
            due_then: effect.due_at.map(|at| at.to_string()),
        }
    }
}
