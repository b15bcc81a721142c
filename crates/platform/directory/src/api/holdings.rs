use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, TextView, Who};
use kernel::{Caller, PageOf};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moments::{BeginBody, EndBody, MomentQuery, SpanView, page};
use crate::{
    Dated, Directory, DirectoryError, Holding, HoldingChange, HoldingFilter, HoldingKind, PersonId,
    PostId, UnitId,
};

/// That a person holds a post, from–to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holding)]
pub(crate) struct HoldingView {
    id: String,
    person_id: String,
    /// What the person is called; null where the caller does not see them, and outside of lists.
    person_name: Option<String>,
    post_id: String,
    /// The post's title and unit; null where the caller does not see it, and outside of lists.
    post_title: Option<TextView>,
    post_unit_id: Option<String>,
    /// `substantive`, `acting` or `part-time`.
    kind: String,
    /// How much of their working time belongs to it, 1 to 100.
    share_percent: u32,
    #[serde(flatten)]
    span: SpanView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldingsQuery {
    /// Of this person.
    #[param(value_type = Option<String>)]
    person_id: Option<PersonId>,
    /// Of this post.
    #[param(value_type = Option<String>)]
    post_id: Option<PostId>,
    /// Of posts in this very unit.
    #[param(value_type = Option<String>)]
    unit_id: Option<UnitId>,
    /// Of posts in this unit or one below it.
    #[param(value_type = Option<String>)]
    under: Option<UnitId>,
    /// `true`: only of posts that head their unit.
    head: Option<bool>,
    /// `substantive`, `acting` or `part-time`.
    #[param(value_type = Option<String>)]
    kind: Option<HoldingKind>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new holding.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewHolding)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHoldingBody {
    #[schema(value_type = String)]
    person_id: PersonId,
    #[schema(value_type = String)]
    post_id: PostId,
    /// `substantive` (also when not given), `acting` or `part-time`.
    #[schema(value_type = Option<String>)]
    kind: Option<HoldingKind>,
    /// 1 to 100; 100 when not given.
    share_percent: Option<u32>,
    /// Until when: a day or a time; no end when not given.
    to: Option<String>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// A change of a holding: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HoldingChange)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldingChangeBody {
    /// `substantive`, `acting` or `part-time`.
    #[schema(value_type = Option<String>)]
    kind: Option<HoldingKind>,
    /// 1 to 100.
    share_percent: Option<u32>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// Who holds which post, oldest first.
#[utoipa::path(
    get, path = "/api/v1/holdings", tag = "directory", params(HoldingsQuery),
    responses((status = 200, body = PageView<HoldingView>)))]
pub(super) async fn list_holdings(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<HoldingsQuery>,
) -> Result<PageView<HoldingView>, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(crate::DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let filter = HoldingFilter {
        person: query.person_id,
        post: query.post_id,
        unit: query.unit_id,
        under: query.under,
        head: query.head.unwrap_or(false),
        kind: query.kind,
    };
    let found = directory.holdings(&caller, &filter, as_of, &page).await?;
    let items = named(&directory, &caller, found.items).await?;
    Ok(PageView::of(PageOf { items, next: found.next }, |view| view))
}

/// Lets a person hold a post.
#[utoipa::path(
    post, path = "/api/v1/holdings", tag = "directory", request_body = NewHoldingBody,
    responses((status = 201, body = HoldingView), (status = 409)))]
pub(super) async fn create_holding(
    State(directory): State<Directory>,
    Who(caller): Who,
    Body(body): Body<NewHoldingBody>,
) -> Result<Created<HoldingView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let to = body.to.as_deref().map(|to| directory.effective("to", Some(to))).transpose();
    let to = to.map_err(crate::DirectoryError::from)?;
    let new = HoldingChange { kind: body.kind, share_percent: body.share_percent };
    let ends = (body.person_id, body.post_id);
    let holding = directory.create_holding(&caller, &new, ends, (from, to)).await?;
    Ok(Created(reply(holding)))
}

/// One holding: now, or as it was last if it is no more; or as of a moment.
#[utoipa::path(
    get, path = "/api/v1/holdings/{id}", tag = "directory",
    params(("id" = String, Path), MomentQuery),
    responses((status = 200, body = HoldingView), (status = 404)))]
pub(super) async fn get_holding(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Holding>,
    Query(query): Query<MomentQuery>,
) -> Result<Reply<HoldingView>, Problem> {
    let as_of = query.moment(&directory)?;
    Ok(reply(directory.holding(&caller, id, as_of).await?))
}

/// Changes a holding, from a moment on.
#[utoipa::path(
    patch, path = "/api/v1/holdings/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = HoldingChangeBody,
    responses((status = 200, body = HoldingView), (status = 404), (status = 409)))]
pub(super) async fn change_holding(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Holding>,
    IfMatch(version): IfMatch,
    Body(body): Body<HoldingChangeBody>,
) -> Result<Reply<HoldingView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let change = HoldingChange { kind: body.kind, share_percent: body.share_percent };
    Ok(reply(directory.change_holding(&caller, id, version, &change, from).await?))
}

/// Corrects since when somebody holds a post, to an earlier day.
#[utoipa::path(
    post, path = "/api/v1/holdings/{id}/begin", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = BeginBody,
    responses(
        (status = 200, body = HoldingView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn begin_holding(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Holding>,
    IfMatch(version): IfMatch,
    Body(body): Body<BeginBody>,
) -> Result<Reply<HoldingView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.begin_holding(&caller, id, version, at).await?))
}

/// Ends a holding.
#[utoipa::path(
    post, path = "/api/v1/holdings/{id}/end", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = EndBody,
    responses(
        (status = 200, body = HoldingView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn end_holding(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Holding>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Reply<HoldingView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.end_holding(&caller, id, version, at).await?))
}

/// The holdings with the names of those ends that the caller sees, so that nobody need ask for them
/// one by one, and in vain for those that are out of sight.
pub(super) async fn named(
    directory: &Directory,
    caller: &Caller,
    holdings: Vec<Dated<Holding>>,
) -> Result<Vec<HoldingView>, DirectoryError> {
    let ends = directory.ends_of(caller, &holdings).await?;
    let named = |holding: Dated<Holding>| {
        let person = ends.people.get(&holding.state.person).cloned();
        let post = ends.posts.get(&holding.state.post);
        HoldingView {
            person_name: person,
            post_title: post.map(|post| post.title.clone().into()),
            post_unit_id: post.map(|post| post.unit.to_string()),
            ..holding.into()
        }
    };
    Ok(holdings.into_iter().map(named).collect())
}

pub(super) fn reply(holding: Dated<Holding>) -> Reply<HoldingView> {
    let version = holding.version;
    Reply::new(holding.into(), version)
}

impl From<Dated<Holding>> for HoldingView {
    fn from(dated: Dated<Holding>) -> Self {
        let span = SpanView::from(&dated);
        let holding = dated.state;
        Self {
            id: dated.id.to_string(),
            person_id: holding.person.to_string(),
            person_name: None,
            post_id: holding.post.to_string(),
            post_title: None,
            post_unit_id: None,
            kind: holding.kind.name().to_owned(),
            share_percent: holding.share_percent,
            span,
        }
    }
}
