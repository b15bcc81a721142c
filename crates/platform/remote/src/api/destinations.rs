use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Routes, Who, routes};

use super::views::{DestinationBody, DestinationView};
use crate::{DESTINATION_CHANGE, DESTINATION_READ, Destination, Remote};

/// The routes of destinations.
#[must_use]
pub fn routes(remote: Remote) -> Routes {
    Routes::new()
        .read_everywhere(DESTINATION_READ, routes!(list))
        .write_everywhere(DESTINATION_CHANGE, routes!(create))
        .read_everywhere(DESTINATION_READ, routes!(find))
        .write_everywhere(DESTINATION_CHANGE, routes!(change))
        .write_everywhere(DESTINATION_CHANGE, routes!(remove))
        .with_state(remote)
}

/// The destinations that samples are forwarded to, the oldest first, and how each stands.
#[utoipa::path(get, path = "/api/v1/destinations", tag = "remote",
    responses((status = 200, body = PageView<DestinationView>)))]
async fn list(
    State(remote): State<Remote>,
    Who(caller): Who,
) -> Result<PageView<DestinationView>, Problem> {
    let destinations = remote.destinations(&caller).await?;
    let views = destinations.into_iter().map(|destination| view(&remote, destination));
    Ok(PageView::whole(views.collect()))
}

/// Makes a destination: what is stored from now on goes there.
#[utoipa::path(post, path = "/api/v1/destinations", tag = "remote", request_body = DestinationBody,
    responses((status = 201, body = DestinationView), (status = 409)))]
async fn create(
    State(remote): State<Remote>,
    Who(caller): Who,
    Body(body): Body<DestinationBody>,
) -> Result<Created<DestinationView>, Problem> {
    let destination = remote.create_destination(&caller, body.into()).await?;
    Ok(Created(reply(&remote, destination)))
}

/// One destination and how it stands.
#[utoipa::path(get, path = "/api/v1/destinations/{id}", tag = "remote",
    params(("id" = String, Path)),
    responses((status = 200, body = DestinationView), (status = 404)))]
async fn find(
    State(remote): State<Remote>,
    Who(caller): Who,
    Key(id): Key<Destination>,
) -> Result<Reply<DestinationView>, Problem> {
    let destination = remote.destination(&caller, id).await?;
    Ok(reply(&remote, destination))
}

/// Makes a destination what the body says; what waits for it stays.
#[utoipa::path(put, path = "/api/v1/destinations/{id}", tag = "remote",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = DestinationBody,
    responses((status = 200, body = DestinationView), (status = 404), (status = 409)))]
async fn change(
    State(remote): State<Remote>,
    Who(caller): Who,
    Key(id): Key<Destination>,
    IfMatch(version): IfMatch,
    Body(body): Body<DestinationBody>,
) -> Result<Reply<DestinationView>, Problem> {
    let destination = remote.change_destination(&caller, id, version, body.into()).await?;
    Ok(reply(&remote, destination))
}

/// Removes a destination; what waits for it is given up.
#[utoipa::path(delete, path = "/api/v1/destinations/{id}", tag = "remote",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412), (status = 428)))]
async fn remove(
    State(remote): State<Remote>,
    Who(caller): Who,
    Key(id): Key<Destination>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    remote.remove_destination(&caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(remote: &Remote, destination: Destination) -> Reply<DestinationView> {
    let version = destination.version;
    Reply::new(view(remote, destination), version)
}

fn view(remote: &Remote, destination: Destination) -> DestinationView {
    let line = remote.lines().get(&destination.id).cloned();
    DestinationView::of(destination, line.map(|line| remote.figures_of(&line)))
}
