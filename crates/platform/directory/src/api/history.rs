use axum::extract::State;
use http_kit::{Key, PageView, Problem, Who};

use super::{
    holdings::{self, HoldingView},
    people::PersonView,
    posts::PostView,
    units::UnitView,
};
use crate::{Directory, Holding, Person, Post, Unit};

/// All that was ever known of a unit, in the order in which it became
/// known: of the time when you saw it.
#[utoipa::path(
    get, path = "/api/v1/units/{id}/history", tag = "directory", params(("id" = String, Path)),
    responses((status = 200, body = PageView<UnitView>), (status = 404)))]
pub(super) async fn of_unit(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Unit>,
) -> Result<PageView<UnitView>, Problem> {
    directory.unit(&caller, id, None).await?;
    let spans = directory.history(&caller, id).await?;
    Ok(PageView::whole(spans.into_iter().map(UnitView::from).collect()))
}

/// All that was ever known of a post, in the order in which it became
/// known: of the time when you saw it.
#[utoipa::path(
    get, path = "/api/v1/posts/{id}/history", tag = "directory", params(("id" = String, Path)),
    responses((status = 200, body = PageView<PostView>), (status = 404)))]
pub(super) async fn of_post(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Post>,
) -> Result<PageView<PostView>, Problem> {
    directory.post(&caller, id, None).await?;
    let spans = directory.history(&caller, id).await?;
    Ok(PageView::whole(spans.into_iter().map(PostView::from).collect()))
}

/// All that was ever known of a person, in the order in which it became
/// known: of the time when you saw it.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/history", tag = "directory", params(("id" = String, Path)),
    responses((status = 200, body = PageView<PersonView>), (status = 404)))]
pub(super) async fn of_person(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Person>,
) -> Result<PageView<PersonView>, Problem> {
    directory.person_seen(&caller, id, None).await?;
    let spans = directory.history(&caller, id).await?;
    Ok(PageView::whole(spans.into_iter().map(PersonView::from).collect()))
}

/// All that a person has held, holds and is to hold, the latest first.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/holdings", tag = "directory",
    params(("id" = String, Path)),
    responses((status = 200, body = PageView<HoldingView>), (status = 404)))]
pub(super) async fn career(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Person>,
) -> Result<PageView<HoldingView>, Problem> {
    let held = directory.career(&caller, id).await?;
    Ok(PageView::whole(holdings::named(&directory, &caller, held).await?))
}

/// All that was ever known of a holding, in the order in which it became
/// known: of the time when you saw it.
#[utoipa::path(
    get, path = "/api/v1/holdings/{id}/history", tag = "directory", params(("id" = String, Path)),
    responses((status = 200, body = PageView<HoldingView>), (status = 404)))]
pub(super) async fn of_holding(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Holding>,
) -> Result<PageView<HoldingView>, Problem> {
    directory.holding(&caller, id, None).await?;
    let spans = directory.holding_history(&caller, id).await?;
    Ok(PageView::whole(spans.into_iter().map(HoldingView::from).collect()))
}
