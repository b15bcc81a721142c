use axum::extract::State;
use http_kit::{Body, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{PageRequest, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    history::FieldDifferenceView,
    resources::{ResourceView, reply},
};
use crate::{ComingChange, ComingFilter, Resource, ResourceId, Resources, Teller};

/// A change that was told ahead of time and has not come true yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceComingChange)]
pub(crate) struct ComingChangeView {
    /// The resource's id.
    resource: String,
    /// Its kind and name today.
    kind: String,
    name: String,
    /// Its version today: what a cancelling is for.
    version: i64,
    /// From when on it is so.
    at: String,
    /// What changes.
    fields: Vec<FieldDifferenceView>,
    /// Whether it comes from where the caller does not see it: nothing is shown of before.
    before_hidden: bool,
    /// Whether it goes where the caller does not see it: nothing is shown of what it becomes.
    after_hidden: bool,
    /// Who told it.
    told_by: Vec<TellerView>,
}

/// Who told a change ahead of time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Teller)]
struct TellerView {
    /// The user's id.
    id: String,
    /// What they were called then.
    name: String,
    /// When they told it; null when that is not known.
    at: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComingQuery {
    /// Of this resource.
    #[param(value_type = Option<String>)]
    resource_id: Option<ResourceId>,
    /// Told by the user with this id.
    told_by: Option<String>,
    /// That come true by this time (RFC 3339).
    #[param(value_type = Option<String>)]
    until: Option<Time>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// Which coming change is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CancelComingChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelBody {
    /// When it would come true (RFC 3339), as the list says it.
    #[schema(value_type = String)]
    at: Time,
}

/// What was told ahead of time and has not come true yet, the earliest first. A page may hold fewer
/// than asked for.
#[utoipa::path(
    get, path = "/api/v1/resources/coming-changes", tag = "resources", params(ComingQuery),
    responses((status = 200, body = PageView<ComingChangeView>)))]
pub(crate) async fn list_coming(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<ComingQuery>,
) -> Result<PageView<ComingChangeView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let told_by = query.told_by.filter(|user| !user.is_empty());
    let filter = ComingFilter { resource: query.resource_id, told_by, until: query.until };
    Ok(PageView::of(resources.coming_changes(&caller, &filter, &page).await?, Into::into))
}

/// Cancels what was told to change of a resource at one moment; from then on it stays as before.
#[utoipa::path(
    post, path = "/api/v1/resources/{id}/coming-changes/cancel", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = CancelBody,
    responses((status = 200, body = ResourceView), (status = 404), (status = 409)))]
pub(crate) async fn cancel_coming(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<Resource>,
    IfMatch(version): IfMatch,
    Body(body): Body<CancelBody>,
) -> Result<Reply<ResourceView>, Problem> {
    Ok(reply(resources.cancel_change(&caller, id, version, body.at).await?))
}

impl From<ComingChange> for ComingChangeView {
    fn from(change: ComingChange) -> Self {
        Self {
            resource: change.resource.id.to_string(),
            kind: change.resource.kind,
            name: change.resource.name,
            version: change.version,
            at: change.at.to_string(),
            fields: change.fields.into_iter().map(FieldDifferenceView::from).collect(),
            before_hidden: change.hidden.before,
            after_hidden: change.hidden.after,
            told_by: change.tellers.into_iter().map(TellerView::from).collect(),
        }
    }
}

impl From<Teller> for TellerView {
    fn from(teller: Teller) -> Self {
        let at = teller.at.map(|at| at.to_string());
        Self { id: teller.id, name: teller.name, at }
    }
}
