use axum::{Json, extract::State};
use http_kit::{Body, Key, PageView, Problem, Query, Routes, Who, routes};
use kernel::PageRequest;

use super::views::{
    NotificationView, NotificationsQuery, PreferenceBody, PreferenceView, ReadUpToBody, UnreadView,
};
use crate::{NOTIFICATION_READ, Notification, Notify, notify::PROFILE_CHANGE};

pub(super) fn routes() -> Routes<Notify> {
    Routes::new()
        .read(NOTIFICATION_READ, routes!(list))
        .read(NOTIFICATION_READ, routes!(unread))
        .write(PROFILE_CHANGE, routes!(read_all))
        .write(PROFILE_CHANGE, routes!(read_one))
        .read(NOTIFICATION_READ, routes!(preference))
        .write(PROFILE_CHANGE, routes!(set_preference))
}

/// One's own notifications, the newest first. The fact `notification.created` on the live stream
/// says when to ask again.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notify", params(NotificationsQuery),
    responses((status = 200, body = PageView<NotificationView>), (status = 409)))]
async fn list(
    State(notify): State<Notify>,
    Who(caller): Who,
    Query(query): Query<NotificationsQuery>,
) -> Result<PageView<NotificationView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = match query.unread {
        Some(true) => notify.unread_notifications(&caller, &page).await?,
        _ => notify.notifications(&caller, &page).await?,
    };
    Ok(PageView::of(found, NotificationView::from))
}

/// How many of one's own notifications are not read.
#[utoipa::path(get, path = "/api/v1/notifications/unread", tag = "notify",
    responses((status = 200, body = UnreadView), (status = 409)))]
async fn unread(
    State(notify): State<Notify>,
    Who(caller): Who,
) -> Result<Json<UnreadView>, Problem> {
    Ok(Json(UnreadView { unread: notify.unread_count(&caller).await? }))
}

/// Marks one's own notifications as read, up to one and that one included.
#[utoipa::path(post, path = "/api/v1/notifications/read", tag = "notify",
    request_body = ReadUpToBody, responses((status = 200, body = UnreadView), (status = 409)))]
async fn read_all(
    State(notify): State<Notify>,
    Who(caller): Who,
    Body(body): Body<ReadUpToBody>,
) -> Result<Json<UnreadView>, Problem> {
    notify.read_notifications(&caller, body.up_to).await?;
    Ok(Json(UnreadView { unread: notify.unread_count(&caller).await? }))
}

/// Marks one of one's own notifications as read.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", tag = "notify",
    params(("id" = String, Path)),
    responses((status = 200, body = NotificationView), (status = 404), (status = 409)))]
async fn read_one(
    State(notify): State<Notify>,
    Who(caller): Who,
    Key(id): Key<Notification>,
) -> Result<Json<NotificationView>, Problem> {
    Ok(Json(notify.read_notification(&caller, id).await?.into()))
}

/// How one wants to be told.
#[utoipa::path(get, path = "/api/v1/notification-preference", tag = "notify",
    responses((status = 200, body = PreferenceView), (status = 409)))]
async fn preference(
    State(notify): State<Notify>,
    Who(caller): Who,
) -> Result<Json<PreferenceView>, Problem> {
    Ok(Json(notify.preference(&caller).await?.into()))
}

/// Says how one wants to be told: by which ways, when it is urgent, and when not at all.
#[utoipa::path(put, path = "/api/v1/notification-preference", tag = "notify",
    request_body = PreferenceBody,
    responses((status = 200, body = PreferenceView), (status = 409)))]
async fn set_preference(
    State(notify): State<Notify>,
    Who(caller): Who,
    Body(body): Body<PreferenceBody>,
) -> Result<Json<PreferenceView>, Problem> {
    let now = notify.preference(&caller).await?;
    Ok(Json(notify.set_preference(&caller, body.read(now)?).await?.into()))
}
