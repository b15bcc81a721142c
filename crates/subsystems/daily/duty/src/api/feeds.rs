use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_kit::{Body, Created, Key, PageView, Problem, Reply, Routes, Who, routes};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::id_or_none;
use crate::{
    Duty,
    model::permission::{PROFILE_CHANGE, PROFILE_READ},
    store::feeds::Feed,
};

/// A secret link to a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DutyFeed)]
pub(crate) struct FeedView {
    id: String,
    /// Of this roster; null: of one's own duty.
    roster_id: Option<String>,
    /// Of this position of it; null: of all.
    position: Option<String>,
    created_at: String,
}

/// A new link; its address is told once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewDutyFeedLink)]
pub(crate) struct NewFeedView {
    feed: FeedView,
    /// The address below the server's, for calendar programs. Whoever has it sees the calendar.
    path: String,
}

/// What a link shall lead to.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDutyFeed)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedBody {
    /// A roster; none: one's own duty.
    roster_id: Option<String>,
    /// A position of it; none: all.
    position: Option<String>,
}

/// The routes of calendar links.
pub(crate) fn routes(duty: Duty) -> Routes {
    Routes::new()
        .read(PROFILE_READ, routes!(list))
        .write(PROFILE_CHANGE, routes!(make))
        .write(PROFILE_CHANGE, routes!(revoke))
        .open("a calendar program knows the secret of its link and nothing else", routes!(calendar))
        .with_state(duty)
}

/// One's links to calendars.
#[utoipa::path(
    get, path = "/api/v1/duty/feeds", tag = "duty", operation_id = "list_duty_feeds",
    responses((status = 200, body = PageView<FeedView>)))]
async fn list(State(duty): State<Duty>, Who(caller): Who) -> Result<PageView<FeedView>, Problem> {
    let feeds = duty.feeds(&caller).await?;
    Ok(PageView::whole(feeds.into_iter().map(FeedView::from).collect()))
}

/// Makes a secret link to a calendar; its address is told once.
#[utoipa::path(
    post, path = "/api/v1/duty/feeds", tag = "duty", operation_id = "make_duty_feed",
    request_body = FeedBody,
    responses((status = 201, body = NewFeedView), (status = 404), (status = 409)))]
async fn make(
    State(duty): State<Duty>,
    Who(caller): Who,
    Body(body): Body<FeedBody>,
) -> Result<Created<NewFeedView>, Problem> {
    let roster = id_or_none("roster_id", body.roster_id.as_deref())?;
    let made = duty.make_feed(&caller, roster, body.position).await?;
    let path = format!("/api/v1/duty/calendar/{}", made.secret);
    Ok(Created(Reply::new(NewFeedView { feed: made.feed.into(), path }, 1)))
}

/// Revokes one of one's links.
#[utoipa::path(
    delete, path = "/api/v1/duty/feeds/{id}", tag = "duty", operation_id = "revoke_duty_feed",
    params(("id" = String, Path)), responses((status = 204), (status = 404)))]
async fn revoke(
    State(duty): State<Duty>,
    Who(caller): Who,
    Key(id): Key<Feed>,
) -> Result<StatusCode, Problem> {
    duty.revoke_feed(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The calendar behind a secret link, as iCalendar (RFC 5545).
#[utoipa::path(
    get, path = "/api/v1/duty/calendar/{secret}", tag = "duty",
    operation_id = "get_duty_calendar", params(("secret" = String, Path)),
    responses((status = 200, content_type = "text/calendar", body = String), (status = 304),
        (status = 404)))]
async fn calendar(
    State(duty): State<Duty>,
    Path(secret): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let text = duty.calendar_of(&secret).await?;
    let etag = format!("\"{:x}\"", ShortDigest::of(&text).0);
    let same = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag.as_str());
    let mut response = match same {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => text.into_response(),
    };
    let kind = HeaderValue::from_static("text/calendar; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    Ok(response)
}

/// Enough of a digest to tell whether a calendar has changed.
struct ShortDigest(u64);

impl ShortDigest {
    fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        Self(digest.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte)))
    }
}

impl From<Feed> for FeedView {
    fn from(feed: Feed) -> Self {
        Self {
            id: feed.id.to_string(),
            roster_id: feed.roster_id.map(|id| id.to_string()),
            position: feed.position,
            created_at: feed.created_at.to_string(),
        }
    }
}
