use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};

use super::views::{
    ChannelBody, ChannelChangeBody, ChannelKindView, ChannelTestBody, ChannelView, MessageView,
};
use crate::{CHANNEL_CHANGE, CHANNEL_READ, Channel, ChannelKind, Notify, NotifyError};

pub(super) fn routes() -> Routes<Notify> {
    Routes::new()
        .read_everywhere(CHANNEL_READ, routes!(kinds))
        .read_everywhere(CHANNEL_READ, routes!(list))
        .write_everywhere(CHANNEL_CHANGE, routes!(create))
        .read_everywhere(CHANNEL_READ, routes!(find))
        .write_everywhere(CHANNEL_CHANGE, routes!(change))
        .write_everywhere(CHANNEL_CHANGE, routes!(remove))
        .write_everywhere(CHANNEL_CHANGE, routes!(test))
}

/// The kinds of channel there are, each with its settings as a form.
#[utoipa::path(get, path = "/api/v1/channel-kinds", tag = "notify",
    responses((status = 200, body = PageView<ChannelKindView>)))]
async fn kinds() -> PageView<ChannelKindView> {
    PageView::whole(ChannelKind::ALL.map(ChannelKindView::from).into())
}

/// The channels, the oldest first. Settings name secrets and hold none.
#[utoipa::path(get, path = "/api/v1/channels", tag = "notify",
    responses((status = 200, body = PageView<ChannelView>)))]
async fn list(
    State(notify): State<Notify>,
    Who(caller): Who,
) -> Result<PageView<ChannelView>, Problem> {
    let mut views = Vec::new();
    for channel in notify.channels(&caller).await? {
        let standing = notify.standing(channel.id).await?;
        views.push(ChannelView::of(channel, standing));
    }
    Ok(PageView::whole(views))
}

/// Makes a channel.
#[utoipa::path(post, path = "/api/v1/channels", tag = "notify", request_body = ChannelBody,
    responses((status = 201, body = ChannelView), (status = 409)))]
async fn create(
    State(notify): State<Notify>,
    Who(caller): Who,
    Body(body): Body<ChannelBody>,
) -> Result<Created<ChannelView>, Problem> {
    let channel = notify.create_channel(&caller, body.read()?).await?;
    Ok(Created(reply(&notify, channel).await?))
}

/// One channel.
#[utoipa::path(get, path = "/api/v1/channels/{id}", tag = "notify",
    params(("id" = String, Path)), responses((status = 200, body = ChannelView), (status = 404)))]
async fn find(
    State(notify): State<Notify>,
    Who(caller): Who,
    Key(id): Key<Channel>,
) -> Result<Reply<ChannelView>, Problem> {
    let channel = notify.channel(&caller, id).await?;
    Ok(reply(&notify, channel).await?)
}

/// Changes a channel; it takes effect with the next message. Settings are given whole.
#[utoipa::path(patch, path = "/api/v1/channels/{id}", tag = "notify",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ChannelChangeBody,
    responses((status = 200, body = ChannelView), (status = 404), (status = 409)))]
async fn change(
    State(notify): State<Notify>,
    Who(caller): Who,
    Key(id): Key<Channel>,
    IfMatch(version): IfMatch,
    Body(body): Body<ChannelChangeBody>,
) -> Result<Reply<ChannelView>, Problem> {
    let changed = notify.change_channel(&caller, id, version, |draft| body.applied_to(draft));
    let channel = changed.await?;
    Ok(reply(&notify, channel).await?)
}

/// Removes a channel; what waits for it is given up.
#[utoipa::path(delete, path = "/api/v1/channels/{id}", tag = "notify",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 409), (status = 412), (status = 428)))]
async fn remove(
    State(notify): State<Notify>,
    Who(caller): Who,
    Key(id): Key<Channel>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    notify.remove_channel(&caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test by a channel. What came of it is in the message: read it until it is `sent` or
/// `failed`.
#[utoipa::path(post, path = "/api/v1/channels/{id}/test", tag = "notify",
    params(("id" = String, Path)), request_body = ChannelTestBody,
    responses((status = 202, body = MessageView), (status = 404)))]
async fn test(
    State(notify): State<Notify>,
    Who(caller): Who,
    Key(id): Key<Channel>,
    Body(body): Body<ChannelTestBody>,
) -> Result<(StatusCode, axum::Json<MessageView>), Problem> {
    let message = notify.test_channel(&caller, id, body.address.as_deref()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(message.into())))
}

async fn reply(notify: &Notify, channel: Channel) -> Result<Reply<ChannelView>, NotifyError> {
    let (version, standing) = (channel.version, notify.standing(channel.id).await?);
    Ok(Reply::new(ChannelView::of(channel, standing), version))
}
