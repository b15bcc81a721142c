use axum::{extract::State, http::StatusCode};
use http_kit::{Body, IfMatch, PageView, Problem, Query, TextView, Who};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::moments::{given, page};
use crate::{
    Cancelling, ComingChange, ComingField, ComingFilter, Directory, DirectoryError, NounName,
};

/// Something that is to become of a thing of the directory at a moment to come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryComingChange)]
pub(super) struct ComingView {
    /// `unit`, `region`, `site`, `post`, `person` or `holding`.
    noun: String,
    id: String,
    /// Its code; empty for holdings.
    code: String,
    /// What it is called; of a holding the person and the post.
    name: TextView,
    /// Its version: what a cancelling is for.
    version: i64,
    /// When.
    at: String,
    /// `begins`, `changes` or `ends`.
    turn: String,
    /// What changes.
    fields: Vec<ComingFieldView>,
    /// Whether it comes from where the caller does not see it: nothing is shown of before.
    before_hidden: bool,
    /// Whether it goes where the caller does not see it: nothing is shown of what it becomes.
    after_hidden: bool,
    /// The user who told it; null when it was none, or is not known.
    told_by: Option<String>,
    /// What they were called then.
    told_by_name: String,
    /// When they told it.
    told_at: String,
}

/// A field that is to change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DirectoryComingField)]
struct ComingFieldView {
    /// `name`, `unit_id`.
    field: String,
    #[schema(value_type = Object)]
    before: Value,
    #[schema(value_type = Object)]
    after: Value,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ComingQuery {
    /// `unit`, `region`, `site`, `post`, `person` or `holding`.
    #[param(value_type = Option<String>)]
    noun: Option<NounName>,
    /// Of the thing with this id.
    id: Option<String>,
    /// Told by the user with this id.
    told_by: Option<String>,
    /// That come true by that day (`2026-03-01`: its beginning) or time (RFC 3339).
    until: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// Which coming change is meant.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CancelDirectoryComingChange)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelBody {
    /// `unit`, `region`, `site`, `post`, `person` or `holding`.
    #[schema(value_type = String)]
    noun: NounName,
    /// The thing's id.
    id: String,
    /// When it would come true: a day or a time, as the list says it.
    at: String,
}

/// What is to become of the organisation, the earliest first. A page may hold fewer than asked for.
#[utoipa::path(
    get, path = "/api/v1/directory/coming-changes", tag = "directory", params(ComingQuery),
    responses((status = 200, body = PageView<ComingView>)))]
pub(super) async fn list_coming(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<ComingQuery>,
) -> Result<PageView<ComingView>, Problem> {
    let until = given(query.until).map(|text| directory.effective("until", Some(&text)));
    let until = until.transpose().map_err(DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let (thing, told_by) = (given(query.id), given(query.told_by));
    let filter = ComingFilter { noun: query.noun, thing, told_by, until };
    Ok(PageView::of(directory.coming_changes(&caller, &filter, &page).await?, ComingView::from))
}

/// Cancels what is to become of a thing: it does not begin, stays as it is, or goes on.
#[utoipa::path(
    post, path = "/api/v1/directory/coming-changes/cancel", tag = "directory",
    params(("If-Match" = String, Header, description = "the thing's version")),
    request_body = CancelBody,
    responses((status = 204), (status = 404), (status = 409), (status = 412), (status = 428)))]
pub(super) async fn cancel_coming(
    State(directory): State<Directory>,
    Who(caller): Who,
    IfMatch(version): IfMatch,
    Body(body): Body<CancelBody>,
) -> Result<StatusCode, Problem> {
    let at = directory.effective("at", Some(&body.at)).map_err(DirectoryError::from)?;
    let asked = Cancelling { noun: body.noun, id: body.id, version, at };
    directory.cancel_coming(&caller, &asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ComingChange> for ComingView {
    fn from(change: ComingChange) -> Self {
        Self {
            noun: change.noun.name().to_owned(),
            id: change.id,
            code: change.code,
            name: change.name.into(),
            version: change.version,
            at: change.at.to_string(),
            turn: change.turn.name().to_owned(),
            fields: change.fields.into_iter().map(ComingFieldView::from).collect(),
            before_hidden: change.before_hidden,
            after_hidden: change.after_hidden,
            told_by: Some(change.teller.id).filter(|id| !id.is_empty()),
            told_by_name: change.teller.name,
            told_at: change.told_at.to_string(),
        }
    }
}

impl From<ComingField> for ComingFieldView {
    fn from(field: ComingField) -> Self {
        let ComingField { field, before, after } = field;
        Self { field, before, after }
    }
}
