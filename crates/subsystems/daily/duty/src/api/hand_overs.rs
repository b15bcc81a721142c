use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Caller, PageOf, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{id_of, views::PersonView};
use crate::{
    Duty, DutyError,
    model::{
        hand_over::{HandOver, HandOverContent},
        permission::{PROFILE_CHANGE, PROFILE_READ},
        roster::Roster,
    },
};

/// A shift that is passed on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandOver)]
pub(crate) struct HandOverView {
    id: String,
    roster_id: String,
    position: String,
    giver: PersonView,
    taker: PersonView,
    /// What the caller is in it: `giver`, `taker` or `other`.
    own: String,
    content: HandOverContent,
    /// `begun`, `given` (whoever goes has signed) or `taken` (both have).
    state: String,
    version: i64,
    begun_at: String,
    given_at: Option<String>,
    taken_at: Option<String>,
}

/// A hand-over that is begun.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewHandOver)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOverBody {
    /// The position's key.
    position: String,
    /// Who comes.
    taker: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOversQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of hand-overs.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(PROFILE_READ, routes!(list))
        .write(PROFILE_CHANGE, routes!(begin))
        .read(PROFILE_READ, routes!(find))
        .write(PROFILE_CHANGE, routes!(write))
        .write(PROFILE_CHANGE, routes!(give))
        .write(PROFILE_CHANGE, routes!(take))
        .with_state(duty)
}

/// The hand-overs of a roster, the newest first, for its people and who sees it.
#[utoipa::path(
    get, path = "/api/v1/duty/rosters/{id}/hand-overs", tag = "duty",
    operation_id = "list_hand_overs", params(("id" = String, Path), HandOversQuery),
    responses((status = 200, body = PageView<HandOverView>), (status = 404)))]
async fn list(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    Query(query): Query<HandOversQuery>,
) -> Result<PageView<HandOverView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let PageOf { items, next } = duty.hand_overs(&caller, id, &page).await?;
    Ok(PageView { items: shown(&duty, &caller, items).await?, next })
}

/// Begins a hand-over to a colleague; it begins with what the last one left open.
#[utoipa::path(
    post, path = "/api/v1/duty/rosters/{id}/hand-overs", tag = "duty",
    operation_id = "begin_hand_over", params(("id" = String, Path)), request_body = HandOverBody,
    responses((status = 201, body = HandOverView), (status = 404), (status = 409), (status = 400)))]
async fn begin(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Roster>,
    Body(body): Body<HandOverBody>,
) -> Result<Created<HandOverView>, Problem> {
    let taker = id_of("taker", &body.taker)?;
    let one = duty.begin_hand_over(&caller, (id, body.position), taker).await?;
    Ok(Created(reply(&duty, &caller, one).await?))
}

/// One hand-over.
#[utoipa::path(
    get, path = "/api/v1/duty/hand-overs/{id}", tag = "duty", operation_id = "get_hand_over",
    params(("id" = String, Path)), responses((status = 200, body = HandOverView), (status = 404)))]
async fn find(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<HandOver>,
) -> Result<Reply<HandOverView>, Problem> {
    let one = duty.hand_over(&caller, id).await?;
    Ok(reply(&duty, &caller, one).await?)
}

/// Changes what is handed over, by whoever goes, until they have signed.
#[utoipa::path(
    put, path = "/api/v1/duty/hand-overs/{id}", tag = "duty", operation_id = "write_hand_over",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = HandOverContent,
    responses((status = 200, body = HandOverView), (status = 404), (status = 409), (status = 412)))]
async fn write(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<HandOver>,
    IfMatch(version): IfMatch,
    Body(body): Body<HandOverContent>,
) -> Result<Reply<HandOverView>, Problem> {
    let one = duty.write_hand_over(&caller, (id, version), body).await?;
    Ok(reply(&duty, &caller, one).await?)
}

/// Signs as whoever goes: from then on it no longer changes.
#[utoipa::path(
    post, path = "/api/v1/duty/hand-overs/{id}/give", tag = "duty", operation_id = "give_hand_over",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = HandOverView), (status = 404), (status = 409), (status = 412)))]
async fn give(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<HandOver>,
    IfMatch(version): IfMatch,
) -> Result<Reply<HandOverView>, Problem> {
    let one = duty.give_hand_over(&caller, (id, version)).await?;
    Ok(reply(&duty, &caller, one).await?)
}

/// Signs as whoever comes, who inherits what is open.
#[utoipa::path(
    post, path = "/api/v1/duty/hand-overs/{id}/take", tag = "duty", operation_id = "take_hand_over",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = HandOverView), (status = 404), (status = 409), (status = 412)))]
async fn take(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<HandOver>,
    IfMatch(version): IfMatch,
) -> Result<Reply<HandOverView>, Problem> {
    let one = duty.take_hand_over(&caller, (id, version)).await?;
    Ok(reply(&duty, &caller, one).await?)
}

async fn reply(
    duty: &Duty,
    caller: &Caller,
    one: HandOver,
) -> Result<Reply<HandOverView>, DutyError> {
    let version = one.version;
    Ok(Reply::new(shown(duty, caller, vec![one]).await?.remove(0), version))
}

async fn shown(
    duty: &Duty,
    caller: &Caller,
    all: Vec<HandOver>,
) -> Result<Vec<HandOverView>, DutyError> {
    let parties = all.iter().flat_map(|one| [one.giver, one.taker]);
    let names = duty.names(parties.collect()).await?;
    let own = duty.person_of(caller).await?;
    let side = |one: &HandOver| match own {
        Some(own) if own == one.giver => "giver",
        Some(own) if own == one.taker => "taker",
        _ => "other",
    };
    let view = |one: HandOver| HandOverView {
        id: one.id.to_string(),
        roster_id: one.roster_id.to_string(),
        own: side(&one).to_owned(),
        position: one.position,
        giver: PersonView::of(one.giver, &names),
        taker: PersonView::of(one.taker, &names),
        content: one.content,
        state: one.state.name().to_owned(),
        version: one.version,
        begun_at: one.begun_at.to_string(),
        given_at: one.given_at.map(|at| at.to_string()),
        taken_at: one.taken_at.map(|at| at.to_string()),
    };
    Ok(all.into_iter().map(view).collect())
}
