use axum::{Json, extract::State};
use http_kit::{Body, IfMatch, Key, Problem, Reply, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    enquiries::StatusView,
    ticket_views::{TicketPageView, page_of},
    time_or_none,
};
use crate::{
    Desk,
    actions::NewCallBack,
    model::{
        permission::{PROFILE_CHANGE, TICKET_READ, TICKET_WORK},
        satisfaction::{CallBack, CallResult, Rating},
        ticket::Ticket,
    },
};

/// What somebody says of how their ticket was dealt with.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketRatingBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct RatingBody {
    /// 1 (bad) to 5 (good).
    score: u8,
    #[serde(default)]
    text: String,
}

/// The same, with the code of an enquiry.
#[derive(Deserialize, ToSchema)]
#[schema(as = EnquiryRating)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnquiryRatingBody {
    code: String,
    /// 1 (bad) to 5 (good).
    score: u8,
    #[serde(default)]
    text: String,
}

/// What somebody says who was called back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTicketCallBack)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallBackBody {
    result: CallResult,
    /// What they said; needed of who is dissatisfied.
    #[serde(default)]
    text: String,
    /// When supervision is to be reported on, of who is dissatisfied; in three days when not given.
    due_at: Option<String>,
}

/// What was said of a ticket by whoever asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketSatisfaction)]
pub(crate) struct SatisfactionView {
    rating: Option<RatingView>,
    call_backs: Vec<CallBackView>,
}

/// A rating.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketRating)]
pub(crate) struct RatingView {
    score: u8,
    text: String,
    rated_at: String,
}

/// A call back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketCallBack)]
pub(crate) struct CallBackView {
    number: u32,
    result: CallResult,
    text: String,
    called_by: String,
    called_at: String,
}

/// The routes of satisfaction.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .open("proves itself by the query code of the enquiry", routes!(rate_enquiry))
        .write(PROFILE_CHANGE, routes!(rate_own))
        .write(TICKET_WORK, routes!(call_back))
        .read(TICKET_READ, routes!(find))
        .with_state(desk)
}

/// Rates the enquiry of a code, once it is answered; later ratings replace earlier ones.
#[utoipa::path(
    post, path = "/api/v1/public/enquiries/rating", tag = "public",
    operation_id = "rate_enquiry", request_body = EnquiryRatingBody,
    responses((status = 200, body = StatusView), (status = 400), (status = 404), (status = 409),
        (status = 429)))]
async fn rate_enquiry(
    State(desk): State<Desk>,
    Body(body): Body<EnquiryRatingBody>,
) -> Result<Json<StatusView>, Problem> {
    let seen = desk.rate_enquiry(&body.code, (body.score, body.text)).await?;
    Ok(Json(StatusView::from(seen)))
}

/// Rates a ticket that one asked for oneself, once it is resolved.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/rating", tag = "desk", operation_id = "rate_ticket",
    params(("id" = String, Path)), request_body = RatingBody,
    responses((status = 200, body = RatingView), (status = 400), (status = 404), (status = 409)))]
async fn rate_own(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    Body(body): Body<RatingBody>,
) -> Result<Json<RatingView>, Problem> {
    let rating = desk.rate_own(&caller, id, (body.score, body.text)).await?;
    Ok(Json(RatingView::from(rating)))
}

/// Notes what somebody says who was called back; who is dissatisfied opens the ticket again, under
/// supervision.
#[utoipa::path(
    post, path = "/api/v1/tickets/{id}/call-backs", tag = "desk", operation_id = "call_back_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = CallBackBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 409), (status = 412)))]
async fn call_back(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<CallBackBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let due_at = time_or_none("due_at", body.due_at.as_deref())?;
    let new = NewCallBack { result: body.result, text: body.text, due_at };
    let ticket = desk.call_back(&caller, (id, version), new).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// What was said of a ticket by whoever asked: their rating, and the calls back.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/satisfaction", tag = "desk",
    operation_id = "get_ticket_satisfaction", params(("id" = String, Path)),
    responses((status = 200, body = SatisfactionView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
) -> Result<Json<SatisfactionView>, Problem> {
    let (rating, calls) = desk.satisfaction(&caller, id).await?;
    let call_backs = calls.into_iter().map(CallBackView::from).collect();
    Ok(Json(SatisfactionView { rating: rating.map(RatingView::from), call_backs }))
}

impl From<Rating> for RatingView {
    fn from(rating: Rating) -> Self {
        let rated_at = rating.rated_at.to_string();
        Self { score: rating.score, text: rating.text, rated_at }
    }
}

impl From<CallBack> for CallBackView {
    fn from(call: CallBack) -> Self {
        Self {
            number: call.number,
            result: call.result,
            text: call.text,
            called_by: call.called_by,
            called_at: call.called_at.to_string(),
        }
    }
}
