use axum::{Json, extract::State};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{Fault, PageRequest, Text, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{planned::PlannedChangeBody, steps::StepView};
use crate::{Plan, PlanDecision, PlanDraft, PlanState, Resources, Signatory};

/// Changes that are made together once somebody else has consented.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(crate) struct PlanView {
    id: String,
    title: String,
    description: String,
    /// `draft`, `submitted`, `approved`, `rejected`, `applied` or `withdrawn`.
    state: String,
    /// What is to be done, in order.
    #[schema(value_type = Vec<PlannedChangeBody>)]
    changes: Vec<Value>,
    /// So many more are about what the caller does not see; they may only refuse the plan.
    changes_hidden: usize,
    /// Who wrote it.
    author: SignatoryView,
    /// Who asked for consent.
    submitter: Option<SignatoryView>,
    submitted_at: Option<String>,
    /// The SHA-256 of the changes that consent was asked for.
    payload_hash: Option<String>,
    /// Who decided.
    decider: Option<SignatoryView>,
    decided_at: Option<String>,
    /// What was said with the decision.
    note: String,
    applied_at: Option<String>,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// Somebody whose name stands under something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signatory)]
struct SignatoryView {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlansQuery {
    /// In this state.
    state: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// What a plan is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PlanDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanBody {
    /// 1 to 200 characters.
    title: String,
    /// At most 4000 characters.
    #[serde(default)]
    description: String,
    /// At most 2000.
    #[serde(default)]
    changes: Vec<PlannedChangeBody>,
}

/// What is said with a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PlanDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    /// At most 2000 characters.
    #[serde(default)]
    note: String,
}

/// What a plan does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPreview)]
pub(crate) struct PlanPreviewView {
    /// How many changes cannot be made.
    conflicts: usize,
    /// What becomes of each change, in order.
    steps: Vec<StepView>,
}

/// The plans that the caller may see, the latest first.
#[utoipa::path(
    get, path = "/api/v1/plans", tag = "resources", params(PlansQuery),
    responses((status = 200, body = PageView<PlanView>)))]
pub(crate) async fn list_plans(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<PlansQuery>,
) -> Result<PageView<PlanView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let state = query.state.filter(|state| !state.is_empty()).map(|state| {
        let names = PlanState::ALL.map(PlanState::name).join(", ");
        PlanState::from_name(&state)
            .ok_or_else(|| Fault::invalid("state", &state, Text::same(names)))
    });
    let found = resources.plans(&caller, state.transpose()?, &page).await?;
    Ok(PageView::of(found, PlanView::from))
}

/// Writes a plan.
#[utoipa::path(
    post, path = "/api/v1/plans", tag = "resources", request_body = PlanBody,
    responses((status = 201, body = PlanView), (status = 404)))]
pub(crate) async fn create_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<PlanBody>,
) -> Result<Created<PlanView>, Problem> {
    Ok(Created(reply(resources.create_plan(&caller, body.into_draft()?).await?)))
}

/// One plan.
#[utoipa::path(
    get, path = "/api/v1/plans/{id}", tag = "resources", params(("id" = String, Path)),
    responses((status = 200, body = PlanView), (status = 404)))]
pub(crate) async fn get_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
) -> Result<Reply<PlanView>, Problem> {
    Ok(reply(resources.plan(&caller, id).await?))
}

/// Writes a plan anew that is a draft or was rejected.
#[utoipa::path(
    put, path = "/api/v1/plans/{id}", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = PlanBody,
    responses((status = 200, body = PlanView), (status = 404), (status = 409)))]
pub(crate) async fn change_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
    IfMatch(version): IfMatch,
    Body(body): Body<PlanBody>,
) -> Result<Reply<PlanView>, Problem> {
    Ok(reply(resources.change_plan(&caller, id, version, body.into_draft()?).await?))
}

/// What each change of a plan would do now; nothing is changed.
#[utoipa::path(
    post, path = "/api/v1/plans/{id}/preview", tag = "resources", params(("id" = String, Path)),
    responses((status = 200, body = PlanPreviewView), (status = 404)))]
pub(crate) async fn preview_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
) -> Result<Json<PlanPreviewView>, Problem> {
    let steps = resources.preview_plan(&caller, id).await?;
    let conflicts = steps.iter().filter(|step| step.refused.is_some()).count();
    let steps = steps.into_iter().map(StepView::from).collect();
    Ok(Json(PlanPreviewView { conflicts, steps }))
}

/// Asks for consent; from now on the changes are fixed.
#[utoipa::path(
    post, path = "/api/v1/plans/{id}/submit", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = PlanView), (status = 404), (status = 409)))]
pub(crate) async fn submit_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
    IfMatch(version): IfMatch,
) -> Result<Reply<PlanView>, Problem> {
    Ok(reply(resources.submit_plan(&caller, id, version).await?))
}

/// Consents to a plan that somebody else wrote.
#[utoipa::path(
    post, path = "/api/v1/plans/{id}/approve", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = DecisionBody,
    responses((status = 200, body = PlanView), (status = 404), (status = 409)))]
pub(crate) async fn approve_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
    IfMatch(version): IfMatch,
    Body(body): Body<DecisionBody>,
) -> Result<Reply<PlanView>, Problem> {
    let decision = PlanDecision::Approve;
    Ok(reply(resources.decide_plan(&caller, id, version, decision, &body.note).await?))
}

/// Refuses a plan that somebody else wrote.
#[utoipa::path(
    post, path = "/api/v1/plans/{id}/reject", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = DecisionBody,
    responses((status = 200, body = PlanView), (status = 404), (status = 409)))]
pub(crate) async fn reject_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
    IfMatch(version): IfMatch,
    Body(body): Body<DecisionBody>,
) -> Result<Reply<PlanView>, Problem> {
    let decision = PlanDecision::Reject;
    Ok(reply(resources.decide_plan(&caller, id, version, decision, &body.note).await?))
}

/// Gives a plan up that is not carried out yet.
#[utoipa::path(
    post, path = "/api/v1/plans/{id}/withdraw", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = PlanView), (status = 404), (status = 409)))]
pub(crate) async fn withdraw_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
    IfMatch(version): IfMatch,
) -> Result<Reply<PlanView>, Problem> {
    Ok(reply(resources.withdraw_plan(&caller, id, version).await?))
}

/// Carries an approved plan out: all of it or nothing.
#[utoipa::path(
    post, path = "/api/v1/plans/{id}/apply", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    responses((status = 200, body = PlanView), (status = 404), (status = 409)))]
pub(crate) async fn apply_plan(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Plan>,
    IfMatch(version): IfMatch,
) -> Result<Reply<PlanView>, Problem> {
    Ok(reply(resources.apply_plan(&caller, id, version).await?.0))
}

fn reply(plan: Plan) -> Reply<PlanView> {
    let version = plan.version;
    Reply::new(plan.into(), version)
}

impl PlanBody {
    fn into_draft(self) -> Result<PlanDraft, Problem> {
        let changes = self.changes.into_iter().map(PlannedChangeBody::into_change);
        let changes = changes.collect::<Result<Vec<_>, _>>()?;
        Ok(PlanDraft { title: self.title, description: self.description, changes })
    }
}

impl From<Signatory> for SignatoryView {
    fn from(signatory: Signatory) -> Self {
        Self { id: signatory.id, name: signatory.name }
    }
}

impl From<Plan> for PlanView {
    fn from(plan: Plan) -> Self {
        let split = |signed: Option<(Signatory, Time)>| match signed {
            Some((signatory, at)) => (Some(signatory.into()), Some(at.to_string())),
            None => (None, None),
        };
        let ((submitter, submitted_at), (decider, decided_at)) =
            (split(plan.submitted), split(plan.decided));
        Self {
            id: plan.id.to_string(),
            title: plan.title,
            description: plan.description,
            state: plan.state.name().to_owned(),
            changes: plan.changes.iter().map(PlannedChangeBody::of).collect(),
            changes_hidden: plan.changes_hidden,
            author: plan.author.into(),
            submitter,
            submitted_at,
            payload_hash: plan.payload_hash,
            decider,
            decided_at,
            note: plan.note,
            applied_at: plan.applied_at.map(|at| at.to_string()),
            version: plan.version,
            created_at: plan.created_at.to_string(),
            updated_at: plan.updated_at.to_string(),
        }
    }
}
