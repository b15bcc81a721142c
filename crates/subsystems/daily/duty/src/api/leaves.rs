use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};
use kernel::{Fault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{id_or_none, time_or, views::PersonView};
use crate::{
    Duty, DutyError,
    actions::LeaveDraft,
    model::{
        changes::{Leave, LeaveState},
        permission::{PROFILE_CHANGE, PROFILE_READ},
    },
};

/// A person who is away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyLeave)]
pub(crate) struct LeaveView {
    id: String,
    person: PersonView,
    /// Whether it is the caller's own.
    own: bool,
    /// Whether the caller may decide on it.
    decides: bool,
    from: String,
    to: String,
    reason: String,
    /// `asked`, `approved`, `refused` or `withdrawn`.
    state: String,
    version: i64,
    decided_by: Option<String>,
    asked_at: String,
}

/// A leave that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDutyLeave)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaveBody {
    /// For one of one's people, whose leave then holds at once; none: for oneself.
    person_id: Option<String>,
    /// From this moment, RFC 3339; from now on at the earliest.
    from: String,
    to: String,
    #[serde(default)]
    reason: String,
}

/// What is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DutyLeaveDecision)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionBody {
    /// `approved`, `refused` or `withdrawn`.
    state: String,
}

/// The routes of leave.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(PROFILE_READ, routes!(list))
        .write(PROFILE_CHANGE, routes!(ask))
        .write(PROFILE_CHANGE, routes!(decide))
        .with_state(duty)
}

/// Leave that is not over: one's own, and of those whose unit the caller sees.
#[utoipa::path(
    get, path = "/api/v1/duty/leaves", tag = "duty", operation_id = "list_duty_leaves",
    responses((status = 200, body = PageView<LeaveView>)))]
async fn list(State(duty): State<Duty>, Who(caller): Who) -> Result<PageView<LeaveView>, Problem> {
    let leaves = duty.leaves(&caller).await?;
    Ok(PageView::whole(shown(&duty, &caller, leaves).await?))
}

/// Asks for leave for oneself, or gives it to one of one's people.
#[utoipa::path(
    post, path = "/api/v1/duty/leaves", tag = "duty", operation_id = "ask_duty_leave",
    request_body = LeaveBody,
    responses((status = 201, body = LeaveView), (status = 409), (status = 400)))]
async fn ask(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<LeaveBody>,
) -> Result<Created<LeaveView>, Problem> {
    let now = duty.now();
    let draft = LeaveDraft {
        person_id: id_or_none("person_id", body.person_id.as_deref())?,
        from: time_or("from", Some(&body.from), now)?,
        to: time_or("to", Some(&body.to), now)?,
        reason: body.reason,
    };
    let leave = duty.ask_leave(&caller, draft).await?;
    Ok(Created(reply(&duty, &caller, leave).await?))
}

/// Approves or refuses a leave, or takes it back.
#[utoipa::path(
    post, path = "/api/v1/duty/leaves/{id}/decide", tag = "duty",
    operation_id = "decide_duty_leave", request_body = DecisionBody,
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = LeaveView), (status = 404), (status = 409), (status = 412)))]
async fn decide(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Leave>,
    IfMatch(version): IfMatch,
    Body(body): Body<DecisionBody>,
) -> Result<Reply<LeaveView>, Problem> {
    let state = LeaveState::from_name(&body.state).filter(|state| *state != LeaveState::Asked);
    let expected = || Text::new("approved, refused or withdrawn", "approved、refused 或 withdrawn");
    let state = state.ok_or_else(|| Fault::invalid("state", &body.state, expected()))?;
    let leave = duty.decide_leave(&caller, (id, version), state).await?;
    Ok(reply(&duty, &caller, leave).await?)
}

async fn reply(
    duty: &Duty,
    caller: &kernel::Caller,
    leave: Leave,
) -> Result<Reply<LeaveView>, DutyError> {
    let version = leave.version;
    Ok(Reply::new(shown(duty, caller, vec![leave]).await?.remove(0), version))
}

async fn shown(
    duty: &Duty,
    caller: &kernel::Caller,
    leaves: Vec<Leave>,
) -> Result<Vec<LeaveView>, DutyError> {
    let names = duty.names(leaves.iter().map(|leave| leave.person_id).collect()).await?;
    let own = duty.person_of(caller).await?;
    let mut views = Vec::new();
    for leave in leaves {
        let is_own = own == Some(leave.person_id);
        let change = crate::DUTY_CHANGE;
        let decides = !is_own && duty.is_theirs(caller, change, leave.person_id).await?;
        views.push(LeaveView {
            id: leave.id.to_string(),
            person: PersonView::of(leave.person_id, &names),
            own: is_own,
            decides,
            from: leave.from.to_string(),
            to: leave.to.to_string(),
            reason: leave.reason,
            state: leave.state.name().to_owned(),
            version: leave.version,
            decided_by: leave.decided_by,
            asked_at: leave.asked_at.to_string(),
        });
    }
    Ok(views)
}
