use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Key, PageView, Problem, Query, Who};
use kernel::{PageRequest, Time};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    oversight_views::{ReviewAboutView, ReviewItemView, ReviewView, VerdictView},
    views::ListQuery,
};
use crate::{Access, NewReview, Review, ReviewItem, UserId};

/// A review that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReviewBody {
    /// 1 to 100 characters.
    title: String,
    /// Whose rights it looks at; everybody's when not given.
    #[serde(default)]
    about: ReviewAboutView,
    /// The user who looks.
    #[schema(value_type = String)]
    reviewer_id: UserId,
    /// Until when (RFC 3339).
    #[schema(value_type = String)]
    due_at: Time,
}

/// What becomes of a line, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionBody {
    verdict: VerdictView,
    reason: String,
}

/// Reviews of access: all for those who may read them, else those one does oneself.
#[utoipa::path(
    get, path = "/api/v1/reviews", tag = "reviews", params(ListQuery),
    responses((status = 200, body = PageView<ReviewView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<ReviewView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let reviews = access.reviews(&caller, &page).await?;
    Ok(PageView::of(reviews, |review| ReviewView::at(access.now(), review)))
}

/// Opens a review: writes down every line that it is about, as it is now.
#[utoipa::path(
    post, path = "/api/v1/reviews", tag = "reviews", request_body = NewReviewBody,
    responses((status = 201, body = ReviewView), (status = 409)))]
pub(super) async fn open(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<NewReviewBody>,
) -> Result<(StatusCode, Json<ReviewView>), Problem> {
    let wanted = NewReview {
        title: body.title,
        about: body.about.into_about()?,
        reviewer_id: body.reviewer_id,
        due_at: body.due_at,
    };
    let review = access.open_review(&caller, &wanted).await?;
    Ok((StatusCode::CREATED, Json(ReviewView::at(access.now(), review))))
}

/// One review.
#[utoipa::path(
    get, path = "/api/v1/reviews/{id}", tag = "reviews",
    params(("id" = String, Path, description = "the review's id")),
    responses((status = 200, body = ReviewView), (status = 404)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Review>,
) -> Result<Json<ReviewView>, Problem> {
    Ok(Json(ReviewView::at(access.now(), access.review(&caller, id).await?)))
}

/// The lines of a review.
#[utoipa::path(
    get, path = "/api/v1/reviews/{id}/items", tag = "reviews",
    params(("id" = String, Path, description = "the review's id"), ListQuery),
    responses((status = 200, body = PageView<ReviewItemView>), (status = 404)))]
pub(super) async fn items(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Review>,
    Query(query): Query<ListQuery>,
) -> Result<PageView<ReviewItemView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.review_items(&caller, id, &page).await?, ReviewItemView::from))
}

/// Closes a review, done or not.
#[utoipa::path(
    post, path = "/api/v1/reviews/{id}/close", tag = "reviews",
    params(("id" = String, Path, description = "the review's id")),
    responses((status = 200, body = ReviewView), (status = 404)))]
pub(super) async fn close(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Review>,
) -> Result<Json<ReviewView>, Problem> {
    Ok(Json(ReviewView::at(access.now(), access.close_review(&caller, id).await?)))
}

/// Confirms a line under review or takes it away; nobody decides about their own.
#[utoipa::path(
    post, path = "/api/v1/review-items/{id}/decide", tag = "reviews", request_body = DecisionBody,
    params(("id" = String, Path, description = "the line's id")),
    responses((status = 200, body = ReviewItemView), (status = 404), (status = 409)))]
pub(super) async fn decide(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<ReviewItem>,
    Body(body): Body<DecisionBody>,
) -> Result<Json<ReviewItemView>, Problem> {
    let item = access.decide_item(&caller, id, body.verdict.into(), &body.reason).await?;
    Ok(Json(item.into()))
}
