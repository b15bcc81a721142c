use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
};
use http_kit::{Body, IfMatch, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Fault, PageRequest, Text};

use super::views::{PreviewBody, PreviewView, TemplateBody, TemplateView, TemplatesQuery};
use crate::{Notify, TEMPLATE_CHANGE, TEMPLATE_READ, Template};

pub(super) fn routes() -> Routes<Notify> {
    Routes::new()
        .read_everywhere(TEMPLATE_READ, routes!(list))
        .read_everywhere(TEMPLATE_READ, routes!(find))
        .write_everywhere(TEMPLATE_CHANGE, routes!(put))
        .write_everywhere(TEMPLATE_CHANGE, routes!(remove))
        .read_everywhere(TEMPLATE_READ, routes!(preview))
}

/// The templates, by name.
#[utoipa::path(get, path = "/api/v1/templates", tag = "notify", params(TemplatesQuery),
    responses((status = 200, body = PageView<TemplateView>)))]
async fn list(
    State(notify): State<Notify>,
    Who(caller): Who,
    Query(query): Query<TemplatesQuery>,
) -> Result<PageView<TemplateView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(notify.templates(&caller, &page).await?, TemplateView::from))
}

/// One template.
#[utoipa::path(get, path = "/api/v1/templates/{name}", tag = "notify",
    params(("name" = String, Path)),
    responses((status = 200, body = TemplateView), (status = 404)))]
async fn find(
    State(notify): State<Notify>,
    Who(caller): Who,
    Path(name): Path<String>,
) -> Result<Reply<TemplateView>, Problem> {
    Ok(reply(notify.template(&caller, &name).await?))
}

/// Makes a template, or changes one: a change says which version it is for with `If-Match`.
#[utoipa::path(put, path = "/api/v1/templates/{name}", tag = "notify",
    params(("name" = String, Path),
        ("If-Match" = Option<String>, Header, description = "the ETag")),
    request_body = TemplateBody, responses((status = 200, body = TemplateView)))]
async fn put(
    State(notify): State<Notify>,
    Who(caller): Who,
    Path(name): Path<String>,
    headers: HeaderMap,
    Body(body): Body<TemplateBody>,
) -> Result<Reply<TemplateView>, Problem> {
    let version = version_of(&headers)?;
    Ok(reply(notify.put_template(&caller, &name, version, body.into()).await?))
}

/// Removes a template; one that came with the product is set back to what it came with.
#[utoipa::path(delete, path = "/api/v1/templates/{name}", tag = "notify",
    params(("name" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 204), (status = 404), (status = 412), (status = 428)))]
async fn remove(
    State(notify): State<Notify>,
    Who(caller): Who,
    Path(name): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    notify.remove_template(&caller, &name, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a template, or what it may become, reads in both languages. Changes nothing.
#[utoipa::path(post, path = "/api/v1/templates/{name}/preview", tag = "notify",
    params(("name" = String, Path)), request_body = PreviewBody,
    responses((status = 200, body = PreviewView), (status = 404)))]
async fn preview(
    State(notify): State<Notify>,
    Who(caller): Who,
    Path(name): Path<String>,
    Body(body): Body<PreviewBody>,
) -> Result<axum::Json<PreviewView>, Problem> {
    let draft = body.draft.map(Into::into);
    let read = notify.preview(&caller, &name, draft, body.parameters).await?;
    Ok(axum::Json(PreviewView::from(read)))
}

/// The version a change is for; none when the template is to be made.
fn version_of(headers: &HeaderMap) -> Result<Option<i64>, Fault> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let expected = Text::new("the ETag of what you loaded", "读取时得到的 ETag");
    let version = text.trim_matches('"').parse();
    version.map(Some).map_err(|_| Fault::invalid("If-Match", text, expected))
}

fn reply(template: Template) -> Reply<TemplateView> {
    let version = template.version;
    Reply::new(template.into(), version)
}
