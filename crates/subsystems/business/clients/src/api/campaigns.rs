use axum::extract::State;
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Caller, Fault, Page, PageRequest, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{id_or_none, named};
use crate::{
    Clients,
    actions::SeenCampaign,
    model::{
        campaign::{Campaign, CampaignDraft, CampaignState},
        machine::Counts,
        permission::{CAMPAIGN_CHANGE, CAMPAIGN_READ},
    },
    store::campaigns::CampaignFilter,
};

/// Client software that is installed, upgraded or removed on many machines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Campaign)]
pub(crate) struct CampaignView {
    id: String,
    version: i64,
    campaign: CampaignDraft,
    /// What who answers for it is called.
    owner: Option<String>,
    /// The machines that were chosen one by one, as far as one sees them; empty in lists.
    chosen: Vec<ChosenView>,
    state: CampaignState,
    /// How many machines are how far; none before it is started.
    counts: Counts,
    created_at: String,
    changed_at: String,
    started_at: Option<String>,
    ended_at: Option<String>,
    /// Whether the caller may say what became of its machines.
    may_work: bool,
    /// Whether the caller may change, start and end it.
    may_change: bool,
}

/// A machine that was chosen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignChosen)]
pub(crate) struct ChosenView {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignsQuery {
    /// Of this unit.
    unit_id: Option<String>,
    /// That this person answers for.
    owner_id: Option<String>,
    /// `planned`, `running`, `finished` or `cancelled`.
    state: Option<String>,
    /// With this machine, once they are started.
    resource_id: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// The routes of campaigns.
pub(crate) fn routes(clients: Clients) -> Routes {
    Routes::new()
        .read(CAMPAIGN_READ, routes!(list))
        .write(CAMPAIGN_CHANGE, routes!(create))
        .read(CAMPAIGN_READ, routes!(one))
        .write(CAMPAIGN_CHANGE, routes!(change))
        .write(CAMPAIGN_CHANGE, routes!(start))
        .write(CAMPAIGN_CHANGE, routes!(finish))
        .write(CAMPAIGN_CHANGE, routes!(cancel))
        .with_state(clients)
}

/// The campaigns that one sees, the newest first.
#[utoipa::path(
    get, path = "/api/v1/clients/campaigns", tag = "clients", operation_id = "list_campaigns",
    params(CampaignsQuery),
    responses((status = 200, body = PageView<CampaignView>), (status = 400)))]
async fn list(
    State(clients): State<Clients>,
    Who(caller): Who,
    Query(query): Query<CampaignsQuery>,
) -> Result<PageView<CampaignView>, Problem> {
    let (filter, page) = query.asked()?;
    Ok(PageView::of(clients.campaigns(&caller, &filter, &page).await?, CampaignView::from))
}

/// Plans a campaign.
#[utoipa::path(
    post, path = "/api/v1/clients/campaigns", tag = "clients", operation_id = "create_campaign",
    request_body = CampaignDraft,
    responses((status = 201, body = CampaignView), (status = 400), (status = 403)))]
async fn create(
    State(clients): State<Clients>,
    Who(caller): Who,
    Body(body): Body<CampaignDraft>,
) -> Result<Created<CampaignView>, Problem> {
    let campaign = clients.create(&caller, body).await?;
    Ok(Created(reply(&clients, &caller, campaign).await?))
}

/// One campaign.
#[utoipa::path(
    get, path = "/api/v1/clients/campaigns/{id}", tag = "clients", operation_id = "campaign",
    params(("id" = String, Path)),
    responses((status = 200, body = CampaignView), (status = 404)))]
async fn one(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
) -> Result<Reply<CampaignView>, Problem> {
    let campaign = clients.campaign(&caller, id).await?;
    reply(&clients, &caller, campaign).await
}

/// Changes what a campaign says until it is over; its machines only until it is started.
#[utoipa::path(
    put, path = "/api/v1/clients/campaigns/{id}", tag = "clients",
    operation_id = "change_campaign",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = CampaignDraft,
    responses((status = 200, body = CampaignView), (status = 404), (status = 409), (status = 412)))]
async fn change(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    IfMatch(version): IfMatch,
    Body(body): Body<CampaignDraft>,
) -> Result<Reply<CampaignView>, Problem> {
    let campaign = clients.change(&caller, (id, version), body).await?;
    reply(&clients, &caller, campaign).await
}

/// Freezes the machines as they are now, and sets it going.
#[utoipa::path(
    post, path = "/api/v1/clients/campaigns/{id}/start", tag = "clients",
    operation_id = "start_campaign",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = CampaignView), (status = 404), (status = 409), (status = 412)))]
async fn start(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    IfMatch(version): IfMatch,
) -> Result<Reply<CampaignView>, Problem> {
    let campaign = clients.start(&caller, (id, version)).await?;
    reply(&clients, &caller, campaign).await
}

/// Ends it, once no machine is still to be done.
#[utoipa::path(
    post, path = "/api/v1/clients/campaigns/{id}/finish", tag = "clients",
    operation_id = "finish_campaign",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = CampaignView), (status = 404), (status = 409), (status = 412)))]
async fn finish(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    IfMatch(version): IfMatch,
) -> Result<Reply<CampaignView>, Problem> {
    let campaign = clients.finish(&caller, (id, version)).await?;
    reply(&clients, &caller, campaign).await
}

/// Gives it up; what was said of its machines stays.
#[utoipa::path(
    post, path = "/api/v1/clients/campaigns/{id}/cancel", tag = "clients",
    operation_id = "cancel_campaign",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    responses((status = 200, body = CampaignView), (status = 404), (status = 409), (status = 412)))]
async fn cancel(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    IfMatch(version): IfMatch,
) -> Result<Reply<CampaignView>, Problem> {
    let campaign = clients.cancel(&caller, (id, version)).await?;
    reply(&clients, &caller, campaign).await
}

impl CampaignsQuery {
    fn asked(self) -> Result<(CampaignFilter, Page), Fault> {
        let names = "planned, running, finished, cancelled";
        let state_of = |name: String| {
            let wrong = || Fault::invalid("state", &name, Text::same(names));
            CampaignState::from_name(&name).ok_or_else(wrong)
        };
        let unit = id_or_none::<directory::UnitId>("unit_id", self.unit_id)?;
        let filter = CampaignFilter {
            unit_id: unit.map(|id| id.to_string()),
            owner: id_or_none("owner_id", self.owner_id)?,
            state: named(self.state).map(state_of).transpose()?,
            machine: id_or_none("resource_id", self.resource_id)?,
        };
        Ok((filter, PageRequest { after: self.after, limit: self.limit }.checked()?))
    }
}

async fn reply(
    clients: &Clients,
    caller: &Caller,
    campaign: Campaign,
) -> Result<Reply<CampaignView>, Problem> {
    let version = campaign.version;
    let seen = clients.seen_alone(caller, campaign).await?;
    Ok(Reply::new(CampaignView::from(seen), version))
}

impl From<SeenCampaign> for CampaignView {
    fn from(seen: SeenCampaign) -> Self {
        let chosen = seen.chosen.into_iter();
        let chosen = chosen.map(|(id, name)| ChosenView { id: id.to_string(), name }).collect();
        let one = seen.campaign;
        Self {
            id: one.id.to_string(),
            version: one.version,
            campaign: one.draft,
            owner: seen.owner,
            chosen,
            state: one.state,
            counts: seen.counts,
            created_at: one.created_at.to_string(),
            changed_at: one.changed_at.to_string(),
            started_at: one.started_at.map(|at| at.to_string()),
            ended_at: one.ended_at.map(|at| at.to_string()),
            may_work: seen.may_work,
            may_change: seen.may_change,
        }
    }
}
