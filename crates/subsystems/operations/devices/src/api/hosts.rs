use axum::{Json, extract::State};
use http_kit::{Key, PageView, Problem, Who};
use kernel::Fault;
use resources::Resource;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::actions::Host;
use crate::error::DevicesError;
use crate::model::Glance;

/// A host that is watched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Host)]
pub(crate) struct HostView {
    /// Its resource.
    resource_id: String,
    /// Its name in the register: what a person called it, else the machine's own.
    name: String,
    /// Null until it has been read twice.
    glance: Option<Glance>,
    /// What it is: operating system, processors, interfaces …
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
}

impl HostView {
    async fn of(host: &Host) -> Result<Self, Fault> {
        Ok(Self {
            resource_id: host.resource_id().to_string(),
            name: host.given_name().await?,
            glance: host.glance().map(|glance| (*glance).clone()),
            attributes: (*host.attributes()).clone(),
        })
    }
}

/// The watched hosts at a glance.
#[utoipa::path(
    get, path = "/api/v1/hosts", tag = "hosts",
    responses((status = 200, body = PageView<HostView>)))]
pub(crate) async fn list_hosts(
    State(host): State<Option<Host>>,
    Who(caller): Who,
) -> Result<PageView<HostView>, Problem> {
    let mut views = Vec::new();
    if let Some(host) = &host {
        host.follow().await?;
        if host.is_seen_by(&caller).await? {
            views.push(HostView::of(host).await?);
        }
    }
    Ok(PageView::whole(views))
}

/// One watched host at a glance.
#[utoipa::path(
    get, path = "/api/v1/hosts/{resource_id}", tag = "hosts",
    params(("resource_id" = String, Path, description = "The host's resource")),
    responses((status = 200, body = HostView), (status = 404)))]
pub(crate) async fn show_host(
    State(host): State<Option<Host>>,
    Who(caller): Who,
    Key(id): Key<Resource>,
) -> Result<Json<HostView>, Problem> {
    let not_found = || Problem::from(Fault::from(DevicesError::HostNotFound { id }));
    let host = host.ok_or_else(not_found)?;
    if host.follow().await? == id && host.is_seen_by(&caller).await? {
        Ok(Json(HostView::of(&host).await?))
    } else {
        Err(not_found())
    }
}
