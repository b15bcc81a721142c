//! Chains of escalation and calls.

use std::collections::HashMap;

use axum::{extract::State, http::StatusCode};
use directory::PersonId;
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, TextView, Who, routes,
};
use kernel::{PageOf, PageRequest};
use notify::WayOrder;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{time_or, views::PersonView};
use crate::{
    Duty, DutyError,
    actions::SimulatedStep,
    model::{
        call::{About, Call, CalledIncident},
        chain::{Chain, ChainDraft, Target},
        permission::{DUTY_CHANGE, DUTY_READ, PROFILE_CHANGE, PROFILE_READ},
    },
};

/// A chain of escalation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chain)]
pub(crate) struct ChainView {
    id: String,
    version: i64,
    /// Whether this version was simulated: only then it can be enabled.
    simulated: bool,
    enabled: bool,
    changed_at: String,
    chain: ChainDraft,
}

/// When a simulation begins.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChainSimulation)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimulationBody {
    /// RFC 3339; now when not given.
    start: Option<String>,
}

/// A step that would be taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimulatedStep)]
pub(crate) struct StepView {
    chain: String,
    /// Which time round, from 1.
    round: u32,
    /// Which step of the chain, from 1.
    step: u32,
    after_minutes: u64,
    wait_minutes: u32,
    at: String,
    targets: Vec<Target>,
    /// By which ways, one after another; null: as each prefers.
    order: Option<WayOrder>,
    /// Who would be called; empty: nobody.
    people: Vec<PersonView>,
}

/// Whether a chain calls people.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ChainSwitch)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwitchBody {
    enabled: bool,
}

/// What people are called for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewCall)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallBody {
    /// 1 to 200 characters.
    title: String,
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalledStep)]
pub(crate) struct CalledView {
    at: String,
    /// From 1.
    step: u32,
    /// Who was called; empty: nobody was there.
    people: Vec<PersonView>,
}

/// The incident that people are called for, as it was when the call began.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CallIncident)]
pub(crate) struct CallIncidentView {
    /// That of another once it turned out to be part of it.
    id: String,
    title: TextView,
    /// `critical`, `warning` or `info`.
    severity: String,
}

/// People being called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub(crate) struct CallView {
    id: String,
    chain_id: String,
    title: String,
    /// `running`, `answered`, `exhausted` or `over`: what it was about is.
    state: String,
    /// The incident that it is about; null when somebody started it by hand.
    incident: Option<CallIncidentView>,
    version: i64,
    /// How many steps there are in all.
    steps: usize,
    /// When the next is due.
    next_at: Option<String>,
    started_by: String,
    started_at: String,
    ended_by: Option<String>,
    ended_at: Option<String>,
    log: Vec<CalledView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of chains and calls.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(DUTY_READ, routes!(list))
        .write(DUTY_CHANGE, routes!(create))
        .read(DUTY_READ, routes!(find))
        .write(DUTY_CHANGE, routes!(change))
        .write(DUTY_CHANGE, routes!(remove))
        .write(DUTY_CHANGE, routes!(simulate))
        .write(DUTY_CHANGE, routes!(switch))
        .write(DUTY_CHANGE, routes!(start))
        .read(PROFILE_READ, routes!(calls))
        .write(PROFILE_CHANGE, routes!(answer))
        .with_state(duty)
}

/// Chains of escalation, in the order they were made.
#[utoipa::path(
    get, path = "/api/v1/duty/chains", tag = "duty", operation_id = "list_chains",
    responses((status = 200, body = PageView<ChainView>)))]
async fn list(State(duty): State<Duty>, Who(caller): Who) -> Result<PageView<ChainView>, Problem> {
    let chains = duty.chains(&caller).await?;
    Ok(PageView::whole(chains.into_iter().map(ChainView::from).collect()))
}

/// Makes a chain. It calls nobody before it was simulated and enabled.
#[utoipa::path(
    post, path = "/api/v1/duty/chains", tag = "duty", operation_id = "create_chain",
    request_body = ChainDraft, responses((status = 201, body = ChainView), (status = 400)))]
async fn create(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<ChainDraft>,
) -> Result<Created<ChainView>, Problem> {
    Ok(Created(reply(duty.create_chain(&caller, body).await?)))
}

/// One chain.
#[utoipa::path(
    get, path = "/api/v1/duty/chains/{id}", tag = "duty", operation_id = "get_chain",
    params(("id" = String, Path)), responses((status = 200, body = ChainView), (status = 404)))]
async fn find(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Chain>,
) -> Result<Reply<ChainView>, Problem> {
    Ok(reply(duty.chain(&caller, id).await?))
}

/// Changes a chain; it is disabled until it was simulated again.
#[utoipa::path(
    put, path = "/api/v1/duty/chains/{id}", tag = "duty", operation_id = "change_chain",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ChainDraft,
    responses((status = 200, body = ChainView), (status = 404), (status = 412), (status = 400)))]
async fn change(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Chain>,
    IfMatch(version): IfMatch,
    Body(body): Body<ChainDraft>,
) -> Result<Reply<ChainView>, Problem> {
    Ok(reply(duty.change_chain(&caller, (id, version), body).await?))
}

/// Removes a chain to which no other leads.
#[utoipa::path(
    delete, path = "/api/v1/duty/chains/{id}", tag = "duty", operation_id = "remove_chain",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 409), (status = 412)))]
async fn remove(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Chain>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    duty.remove_chain(&caller, (id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom a chain would call, and when, if nobody answered. Calls nobody.
#[utoipa::path(
    post, path = "/api/v1/duty/chains/{id}/simulate", tag = "duty",
    operation_id = "simulate_chain", params(("id" = String, Path)), request_body = SimulationBody,
    responses((status = 200, body = PageView<StepView>), (status = 404)))]
async fn simulate(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Chain>,
    Body(body): Body<SimulationBody>,
) -> Result<PageView<StepView>, Problem> {
    let start = time_or("start", body.start.as_deref(), duty.now())?;
    let steps = duty.simulate(&caller, id, start).await?;
    Ok(PageView::whole(steps.into_iter().map(StepView::from).collect()))
}

/// Lets a chain that was simulated call people, or no longer.
#[utoipa::path(
    post, path = "/api/v1/duty/chains/{id}/switch", tag = "duty", operation_id = "switch_chain",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = SwitchBody,
    responses((status = 200, body = ChainView), (status = 404), (status = 409), (status = 412)))]
async fn switch(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Chain>,
    IfMatch(version): IfMatch,
    Body(body): Body<SwitchBody>,
) -> Result<Reply<ChainView>, Problem> {
    Ok(reply(duty.switch_chain(&caller, (id, version), body.enabled).await?))
}

/// Calls people by a chain, until somebody answers.
#[utoipa::path(
    post, path = "/api/v1/duty/chains/{id}/calls", tag = "duty", operation_id = "start_call",
    params(("id" = String, Path)), request_body = CallBody,
    responses((status = 201, body = CallView), (status = 404), (status = 409), (status = 400)))]
async fn start(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Chain>,
    Body(body): Body<CallBody>,
) -> Result<Created<CallView>, Problem> {
    let call = duty.start_call(&caller, id, body.title).await?;
    Ok(Created(call_reply(&duty, call).await?))
}

/// Calls, the newest first: those of chains that one sees, and those that one was called by.
#[utoipa::path(
    get, path = "/api/v1/duty/calls", tag = "duty", operation_id = "list_calls",
    params(CallsQuery), responses((status = 200, body = PageView<CallView>)))]
async fn calls(
    State(duty): State<Duty>,
    Who(caller): Who,
    Query(query): Query<CallsQuery>,
) -> Result<PageView<CallView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let PageOf { items, next } = duty.calls(&caller, &page).await?;
    Ok(PageView { items: shown(&duty, items).await?, next })
}

/// Answers a call: nobody else is called.
#[utoipa::path(
    post, path = "/api/v1/duty/calls/{id}/answer", tag = "duty", operation_id = "answer_call",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = CallView), (status = 404), (status = 409), (status = 412)))]
async fn answer(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Call>,
    IfMatch(version): IfMatch,
) -> Result<Reply<CallView>, Problem> {
    let call = duty.answer_call(&caller, (id, version)).await?;
    Ok(call_reply(&duty, call).await?)
}

fn reply(chain: Chain) -> Reply<ChainView> {
    let version = chain.version;
    Reply::new(ChainView::from(chain), version)
}

async fn call_reply(duty: &Duty, call: Call) -> Result<Reply<CallView>, DutyError> {
    let version = call.version;
    Ok(Reply::new(shown(duty, vec![call]).await?.remove(0), version))
}

async fn shown(duty: &Duty, calls: Vec<Call>) -> Result<Vec<CallView>, DutyError> {
    let people = calls.iter().flat_map(|call| &call.log).flat_map(|step| &step.people);
    let names = duty.names(people.copied().collect()).await?;
    Ok(calls.into_iter().map(|call| CallView::of(call, &names)).collect())
}

impl CallView {
    fn of(call: Call, names: &HashMap<PersonId, String>) -> Self {
        let log = call.log.iter().map(|step| CalledView {
            at: step.at.to_string(),
            step: step.step + 1,
            people: step.people.iter().map(|id| PersonView::of(*id, names)).collect(),
        });
        Self {
            id: call.id.to_string(),
            chain_id: call.chain_id.to_string(),
            log: log.collect(),
            title: call.title,
            incident: call.about.map(CallIncidentView::from),
            state: call.state.name().to_owned(),
            version: call.version,
            steps: call.steps.len(),
            next_at: call.next_at.map(|at| at.to_string()),
            started_by: call.started_by,
            started_at: call.started_at.to_string(),
            ended_by: call.ended_by,
            ended_at: call.ended_at.map(|at| at.to_string()),
        }
    }
}

impl From<About> for CallIncidentView {
    fn from(about: About) -> Self {
        let CalledIncident { title, severity } = about.incident;
        Self { id: about.incident_id, title: title.into(), severity }
    }
}

impl From<Chain> for ChainView {
    fn from(chain: Chain) -> Self {
        Self {
            id: chain.id.to_string(),
            version: chain.version,
            simulated: chain.simulated_version == chain.version,
            enabled: chain.enabled,
            changed_at: chain.changed_at.to_string(),
            chain: chain.draft,
        }
    }
}

impl From<SimulatedStep> for StepView {
    fn from(step: SimulatedStep) -> Self {
        let person = |(id, name): (PersonId, String)| PersonView { id: id.to_string(), name };
        Self {
            chain: step.step.chain,
            round: step.step.round,
            step: step.step.step,
            after_minutes: step.step.after_minutes,
            wait_minutes: step.step.wait_minutes,
            at: step.at.to_string(),
            targets: step.step.targets,
            order: step.step.order,
            people: step.people.into_iter().map(person).collect(),
        }
    }
}
