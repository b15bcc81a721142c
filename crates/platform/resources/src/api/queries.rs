use axum::{extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Who};
use kernel::{Fault, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Audience, QueryDraft, Resources, SavedQuery, Signatory, Sort};

/// A filter with a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SavedQuery)]
pub(crate) struct SavedQueryView {
    id: String,
    name: String,
    filter: String,
    /// The columns to show: fields of filters.
    columns: Vec<String>,
    /// `id`, `name`, `-name`, `updated_at` or `-updated_at`.
    sort: String,
    /// `me`, `everybody`, or the permission of those who see it: `resource.change`,
    /// `resource.approve`.
    shared_with: String,
    /// What its owner is called.
    owner: String,
    /// Whether it is the caller's.
    mine: bool,
    version: i64,
    created_at: String,
    updated_at: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedQueriesQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// What a saved query is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SavedQueryDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedQueryBody {
    /// 1 to 100 characters, none of your others' name.
    name: String,
    /// At most 16 KiB.
    #[serde(default)]
    filter: String,
    /// At most 50 fields of filters.
    #[serde(default)]
    columns: Vec<String>,
    /// `id` when not given.
    sort: Option<String>,
    /// `me` when not given. Whoever sees it reads the filter as it is written, names included; what
    /// it finds is limited to what each of them may see.
    shared_with: Option<String>,
}

/// The caller's saved queries and those shared with them.
#[utoipa::path(
    get, path = "/api/v1/queries", tag = "resources", params(SavedQueriesQuery),
    responses((status = 200, body = PageView<SavedQueryView>)))]
pub(crate) async fn list_queries(
    State(resources): State<Resources>,
    Who(caller): Who,
    Query(query): Query<SavedQueriesQuery>,
) -> Result<PageView<SavedQueryView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = resources.saved_queries(&caller, &page).await?;
    let caller = Signatory::of(&caller);
    Ok(PageView::of(found, |query| SavedQueryView::of(query, &caller)))
}

/// Saves a filter under a name.
#[utoipa::path(
    post, path = "/api/v1/queries", tag = "resources", request_body = SavedQueryBody,
    responses((status = 201, body = SavedQueryView), (status = 409)))]
pub(crate) async fn save_query(
    State(resources): State<Resources>,
    Who(caller): Who,
    Body(body): Body<SavedQueryBody>,
) -> Result<Created<SavedQueryView>, Problem> {
    let saved = resources.save_query(&caller, &body.into_draft()?).await?;
    Ok(Created(reply(saved, &Signatory::of(&caller))))
}

/// One saved query.
#[utoipa::path(
    get, path = "/api/v1/queries/{id}", tag = "resources", params(("id" = String, Path)),
    responses((status = 200, body = SavedQueryView), (status = 404)))]
pub(crate) async fn get_query(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<SavedQuery>,
) -> Result<Reply<SavedQueryView>, Problem> {
    Ok(reply(resources.saved_query(&caller, id).await?, &Signatory::of(&caller)))
}

/// Saves it anew; only its owner can.
#[utoipa::path(
    put, path = "/api/v1/queries/{id}", tag = "resources",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = SavedQueryBody,
    responses((status = 200, body = SavedQueryView), (status = 404), (status = 409)))]
pub(crate) async fn change_query(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<SavedQuery>,
    IfMatch(version): IfMatch,
    Body(body): Body<SavedQueryBody>,
) -> Result<Reply<SavedQueryView>, Problem> {
    let saved = resources.change_query(&caller, id, version, &body.into_draft()?).await?;
    Ok(reply(saved, &Signatory::of(&caller)))
}

/// Forgets it; only its owner can.
#[utoipa::path(
    delete, path = "/api/v1/queries/{id}", tag = "resources", params(("id" = String, Path)),
    responses((status = 204), (status = 404), (status = 409)))]
pub(crate) async fn remove_query(
    State(resources): State<Resources>,
    Who(caller): Who,
    Key(id): Key<SavedQuery>,
) -> Result<StatusCode, Problem> {
    resources.remove_query(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn reply(query: SavedQuery, caller: &Signatory) -> Reply<SavedQueryView> {
    let version = query.version;
    Reply::new(SavedQueryView::of(query, caller), version)
}

impl SavedQueryBody {
    fn into_draft(self) -> Result<QueryDraft, Fault> {
        let wrong = |fault| Fault::invalid_fields(vec![fault]);
        let sort = self.sort.as_deref().map(Sort::from_name).transpose().map_err(wrong)?;
        let audience = self.shared_with.as_deref().map(Audience::from_name);
        Ok(QueryDraft {
            name: self.name,
            filter: self.filter,
            columns: self.columns,
            sort: sort.unwrap_or_default(),
            shared_with: audience.transpose().map_err(wrong)?.unwrap_or_default(),
        })
    }
}

impl SavedQueryView {
    fn of(query: SavedQuery, caller: &Signatory) -> Self {
        Self {
            id: query.id.to_string(),
            name: query.name,
            filter: query.filter,
            columns: query.columns,
            sort: query.sort.name().to_owned(),
            shared_with: query.shared_with.name().to_owned(),
            owner: query.owner_name,
            mine: query.owner_id == caller.id,
            version: query.version,
            created_at: query.created_at.to_string(),
            updated_at: query.updated_at.to_string(),
        }
    }
}
