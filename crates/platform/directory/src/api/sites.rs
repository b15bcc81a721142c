use axum::extract::State;
use http_kit::{
    Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, TextBody, TextView, Who,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::moments::{EndBody, MomentQuery, SpanView, given, page};
use crate::{Dated, Directory, RegionId, Site, SiteChange, SiteFilter, UnitId};

/// A place where things and people are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Site)]
pub(crate) struct SiteView {
    id: String,
    code: String,
    name: TextView,
    address: String,
    /// The unit that answers for it.
    unit_id: Option<String>,
    /// The region it is in.
    region_id: Option<String>,
    /// Degrees north.
    latitude: Option<f64>,
    /// Degrees east.
    longitude: Option<f64>,
    #[serde(flatten)]
    span: SpanView,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SitesQuery {
    /// With this text in code or name, or the pinyin of it, ignoring case.
    q: Option<String>,
    /// Of this unit or one below it.
    #[param(value_type = Option<String>)]
    under: Option<UnitId>,
    /// In this region or one within it.
    #[param(value_type = Option<String>)]
    region_id: Option<RegionId>,
    /// As it was on that day (`2026-03-01`) or at that time (RFC 3339); now when not given.
    as_of: Option<String>,
    /// As it was known then; as it is known now when not given.
    known_at: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// A new site.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSite)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSiteBody {
    /// 1 to 64 characters without blanks; no other site has it.
    code: String,
    /// One language is enough.
    name: TextBody,
    #[serde(default)]
    address: String,
    /// The unit that answers for it.
    #[schema(value_type = Option<String>)]
    unit_id: Option<UnitId>,
    /// The region it is in.
    #[schema(value_type = Option<String>)]
    region_id: Option<RegionId>,
    /// Where it is on the map.
    coordinates: Option<CoordinatesView>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// A change of a site: what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SiteChange)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteChangeBody {
    /// 1 to 64 characters without blanks; no other site has it.
    code: Option<String>,
    /// One language is enough.
    name: Option<TextBody>,
    /// At most 4000 characters.
    address: Option<String>,
    /// The unit that answers for it; null takes it away.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    unit_id: Option<Option<UnitId>>,
    /// The region it is in; null takes it away.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<String>)]
    region_id: Option<Option<RegionId>>,
    /// Where it is on the map; null takes it away.
    #[serde(default, deserialize_with = "kernel::nullable")]
    #[schema(value_type = Option<CoordinatesView>)]
    coordinates: Option<Option<CoordinatesView>>,
    /// From when: a day (`2026-03-01`) or a time (RFC 3339); now when not given.
    from: Option<String>,
}

/// Sites, oldest first.
#[utoipa::path(
    get, path = "/api/v1/sites", tag = "directory", params(SitesQuery),
    responses((status = 200, body = PageView<SiteView>)))]
pub(super) async fn list_sites(
    State(directory): State<Directory>,
    Who(caller): Who,
    Query(query): Query<SitesQuery>,
) -> Result<PageView<SiteView>, Problem> {
    let as_of = directory.as_of(query.as_of.as_deref(), query.known_at.as_deref());
    let as_of = as_of.map_err(crate::DirectoryError::from)?;
    let page = page(query.after, query.limit)?;
    let filter = SiteFilter { text: given(query.q), under: query.under, region: query.region_id };
    Ok(PageView::of(directory.sites(&caller, &filter, as_of, &page).await?, SiteView::from))
}

/// Makes a site.
#[utoipa::path(
    post, path = "/api/v1/sites", tag = "directory", request_body = NewSiteBody,
    responses((status = 201, body = SiteView), (status = 409)))]
pub(super) async fn create_site(
    State(directory): State<Directory>,
    Who(caller): Who,
    Body(body): Body<NewSiteBody>,
) -> Result<Created<SiteView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let site = directory.create_site(&caller, &body.into_change(), from).await?;
    Ok(Created(reply(site)))
}

/// One site: now, or as it was last if it is no more; or as of a moment.
#[utoipa::path(
    get, path = "/api/v1/sites/{id}", tag = "directory",
    params(("id" = String, Path), MomentQuery),
    responses((status = 200, body = SiteView), (status = 404)))]
pub(super) async fn get_site(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Site>,
    Query(query): Query<MomentQuery>,
) -> Result<Reply<SiteView>, Problem> {
    let as_of = query.moment(&directory)?;
    Ok(reply(directory.site(&caller, id, as_of).await?))
}

/// Changes a site, from a moment on.
#[utoipa::path(
    patch, path = "/api/v1/sites/{id}", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = SiteChangeBody,
    responses((status = 200, body = SiteView), (status = 404), (status = 409)))]
pub(super) async fn change_site(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Site>,
    IfMatch(version): IfMatch,
    Body(body): Body<SiteChangeBody>,
) -> Result<Reply<SiteView>, Problem> {
    let from = directory.effective("from", body.from.as_deref());
    let from = from.map_err(crate::DirectoryError::from)?;
    let change = body.into_change();
    Ok(reply(directory.change_site(&caller, id, version, &change, from).await?))
}

/// Closes a site.
#[utoipa::path(
    post, path = "/api/v1/sites/{id}/close", tag = "directory",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "its ETag")),
    request_body = EndBody,
    responses(
        (status = 200, body = SiteView), (status = 404), (status = 409), (status = 412),
        (status = 428)))]
pub(super) async fn close_site(
    State(directory): State<Directory>,
    Who(caller): Who,
    Key(id): Key<Site>,
    IfMatch(version): IfMatch,
    Body(body): Body<EndBody>,
) -> Result<Reply<SiteView>, Problem> {
    let at = body.at(&directory)?;
    Ok(reply(directory.close_site(&caller, id, version, at).await?))
}

pub(super) fn reply(site: Dated<Site>) -> Reply<SiteView> {
    let version = site.version;
    Reply::new(site.into(), version)
}

impl From<Dated<Site>> for SiteView {
    fn from(dated: Dated<Site>) -> Self {
        let span = SpanView::from(&dated);
        let site = dated.state;
        Self {
            id: dated.id.to_string(),
            code: site.code,
            name: site.name.into(),
            address: site.address,
            unit_id: site.unit.map(|id| id.to_string()),
            region_id: site.region.map(|id| id.to_string()),
            latitude: site.latitude,
            longitude: site.longitude,
            span,
        }
    }
}

impl NewSiteBody {
    fn into_change(self) -> SiteChange {
        SiteChange {
            code: Some(self.code),
            name: Some(self.name.as_given()),
            address: Some(self.address),
            unit: Some(self.unit_id),
            region: Some(self.region_id),
            coordinates: Some(self.coordinates.map(|c| (c.latitude, c.longitude))),
        }
    }
}

impl SiteChangeBody {
    fn into_change(self) -> SiteChange {
        let pair = |c: CoordinatesView| (c.latitude, c.longitude);
        SiteChange {
            code: self.code,
            name: self.name.map(TextBody::as_given),
            address: self.address,
            unit: self.unit_id,
            region: self.region_id,
            coordinates: self.coordinates.map(|coordinates| coordinates.map(pair)),
        }
    }
}

/// Degrees north and east.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = Coordinates)]
#[serde(deny_unknown_fields)]
pub(super) struct CoordinatesView {
    /// −90 to 90.
    latitude: f64,
    /// −180 to 180.
    longitude: f64,
}
