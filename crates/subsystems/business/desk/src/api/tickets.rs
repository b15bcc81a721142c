use axum::{Json, extract::State};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Query, Reply, Routes, Who, routes};
use kernel::{Fault, Page, PageOf, PageRequest, Text};
use resources::ResourceId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    assignee, id_of, id_or_none, one_of,
    ticket_views::{ClocksView, EntryView, TicketPageView, TicketView, listed, page_of},
    time_or_none,
};
use crate::{
    Desk, DeskError,
    actions::{Asked, Counts, NewTicket, Whose},
    model::{
        field::Answers,
        permission::{TICKET_CREATE, TICKET_READ, TICKET_WORK},
        phase::Phase,
        priority::Level,
        ticket::{Channel, Content, Requester, Ticket},
    },
    store::list::{TicketFilter, TicketOrder},
};

/// What the list of tickets is asked for; every parameter that is given narrows.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TicketsQuery {
    /// `mine`, `my_posts`, `my_unit` or `nobodys`.
    whose: Option<String>,
    /// Open ones, or those that are over.
    open: Option<bool>,
    /// The key of a type.
    r#type: Option<String>,
    /// The key of a state.
    state: Option<String>,
    /// `new`, `active`, `paused`, `resolved` or `closed`.
    phase: Option<String>,
    /// 1 to 5.
    priority: Option<u8>,
    /// In the charge of this unit or one below it.
    unit_id: Option<String>,
    /// About this region or one within it.
    region_id: Option<String>,
    /// About this resource.
    resource_id: Option<String>,
    /// Asked for by this person.
    requester_id: Option<String>,
    /// Overdue now.
    overdue: Option<bool>,
    /// Under supervision.
    supervised: Option<bool>,
    /// Whose resolution was within its target, or was not.
    resolution_kept: Option<bool>,
    /// Whose response was within its target, or was not.
    response_kept: Option<bool>,
    /// Whose resolution is due from this moment on, RFC 3339.
    due_from: Option<String>,
    /// Whose resolution is due before this moment.
    due_to: Option<String>,
    /// The way by which it came.
    channel: Option<String>,
    /// Lacking answers to questions that must be answered, as a mail may, or lacking none.
    lacking: Option<bool>,
    /// Reopened at least once, or never.
    reopened: Option<bool>,
    /// Opened from this moment on, RFC 3339.
    opened_from: Option<String>,
    /// Opened before this moment.
    opened_to: Option<String>,
    /// A part of the subject, or a whole number; at most 200 characters.
    q: Option<String>,
    /// `newest` (first) or `due` (what is due first; only what has a due time).
    sort: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
    /// Of an export: `xlsx` (when not given) or `csv`.
    pub(super) format: Option<String>,
}

/// A ticket that is opened.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewTicket)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTicketBody {
    /// The key of its type.
    r#type: String,
    /// The unit in charge.
    unit_id: String,
    #[serde(default)]
    channel: Channel,
    /// Whom it is given to at once; none: nobody yet.
    person_id: Option<String>,
    /// The post it is given to.
    post_id: Option<String>,
    /// What it says.
    content: ContentBody,
}

/// What a ticket says.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TicketContent)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContentBody {
    /// What it is about, on one line.
    subject: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    requester: Requester,
    region_id: Option<String>,
    #[serde(default)]
    resource_ids: Vec<String>,
    impact: Level,
    urgency: Level,
    /// The answers of its form.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    fields: Answers,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntriesQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

impl EntriesQuery {
    /// The page that is asked for.
    pub(super) fn page(self) -> Result<Page, Fault> {
        PageRequest { after: self.after, limit: self.limit }.checked()
    }
}

/// How many open tickets are in the caller's lists, each counted up to 10,000.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketCounts)]
pub(crate) struct CountsView {
    open: i64,
    mine: i64,
    my_posts: i64,
    my_unit: i64,
    nobodys: i64,
    overdue: i64,
    supervised: i64,
}

/// The routes of tickets.
pub(crate) fn routes(desk: Desk) -> Routes {
    Routes::new()
        .read(TICKET_READ, routes!(list))
        .write(TICKET_CREATE, routes!(create))
        .read(TICKET_READ, routes!(find))
        .write(TICKET_WORK, routes!(change))
        .read(TICKET_READ, routes!(entries))
        .read(TICKET_READ, routes!(clocks))
        .read(TICKET_READ, routes!(counts))
        .with_state(desk)
}

impl TicketsQuery {
    pub(super) fn asked(&self) -> Result<Asked, DeskError> {
        let whose = |name: &str| match name {
            "mine" => Some(Whose::Mine),
            "my_posts" => Some(Whose::MyPosts),
            "my_unit" => Some(Whose::MyUnit),
            "nobodys" => Some(Whose::Nobodys),
            _ => None,
        };
        let order = |name: &str| match name {
            "newest" => Some(TicketOrder::Newest),
            "due" => Some(TicketOrder::Due),
            _ => None,
        };
        let phases = "new, active, paused, resolved, closed";
        let channels = Channel::ALL.map(Channel::name).join(", ");
        let text = self.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if let Some(text) = text.filter(|text| text.chars().count() > 200) {
            let expected = Text::new("at most 200 characters", "最多 200 个字符");
            return Err(DeskError::field("q", text, expected));
        }
        let filter = TicketFilter {
            open: self.open,
            type_key: self.r#type.clone(),
            state: self.state.clone(),
            phase: one_of("phase", self.phase.as_deref(), (Phase::from_name, phases))?,
            priority: self.priority,
            resource_id: id_or_none("resource_id", self.resource_id.as_deref())?,
            requester: id_or_none("requester_id", self.requester_id.as_deref())?,
            supervised: self.supervised,
            kept: self.resolution_kept,
            response_kept: self.response_kept,
            due_from: time_or_none("due_from", self.due_from.as_deref())?,
            due_to: time_or_none("due_to", self.due_to.as_deref())?,
            channel: one_of(
                "channel",
                self.channel.as_deref(),
                (Channel::from_name, channels.as_str()),
            )?,
            reopened: self.reopened,
            lacking: self.lacking,
            opened_from: time_or_none("opened_from", self.opened_from.as_deref())?,
            opened_to: time_or_none("opened_to", self.opened_to.as_deref())?,
            text: text.map(str::to_owned),
            ..TicketFilter::default()
        };
        let lists = "mine, my_posts, my_unit, nobodys";
        let sort = one_of("sort", self.sort.as_deref(), (order, "newest, due"))?;
        Ok(Asked {
            filter,
            order: sort.unwrap_or_default(),
            whose: one_of("whose", self.whose.as_deref(), (whose, lists))?,
            unit_id: id_or_none("unit_id", self.unit_id.as_deref())?,
            region_id: id_or_none("region_id", self.region_id.as_deref())?,
            overdue: self.overdue.unwrap_or(false),
        })
    }
}

impl NewTicketBody {
    /// What is to be opened.
    pub(super) fn new_ticket(self) -> Result<NewTicket, DeskError> {
        let given = assignee(self.person_id.as_deref(), self.post_id.as_deref())?;
        Ok(NewTicket {
            type_key: self.r#type,
            unit_id: id_of("unit_id", &self.unit_id)?,
            channel: self.channel,
            assignee: given.unwrap_or_default(),
            content: self.content.content()?,
            source_key: None,
        })
    }
}

impl ContentBody {
    fn content(self) -> Result<Content, Fault> {
        let resource = |(at, id): (usize, &String)| -> Result<ResourceId, Fault> {
            id_of(&format!("resource_ids[{at}]"), id)
        };
        let mut resources: Vec<ResourceId> =
            self.resource_ids.iter().enumerate().map(resource).collect::<Result<_, _>>()?;
        resources.sort_unstable();
        resources.dedup();
        Ok(Content {
            subject: self.subject.trim().to_owned(),
            text: self.text,
            requester: self.requester,
            region_id: id_or_none("region_id", self.region_id.as_deref())?,
            resources,
            impact: self.impact,
            urgency: self.urgency,
            fields: self.fields,
        })
    }
}

/// Tickets: those that one sees and asks for, the newest first or what is due first.
#[utoipa::path(
    get, path = "/api/v1/tickets", tag = "desk", operation_id = "list_tickets",
    params(TicketsQuery), responses((status = 200, body = PageView<TicketView>), (status = 400)))]
async fn list(
    State(desk): State<Desk>,
    Who(caller): Who,
    Query(query): Query<TicketsQuery>,
) -> Result<PageView<TicketView>, Problem> {
    let asked = query.asked()?;
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = desk.tickets(&caller, asked, &page).await?;
    Ok(listed(&desk, found).await?)
}

/// Opens a ticket.
#[utoipa::path(
    post, path = "/api/v1/tickets", tag = "desk", operation_id = "create_ticket",
    request_body = NewTicketBody,
    responses((status = 201, body = TicketPageView), (status = 400), (status = 403)))]
async fn create(
    State(desk): State<Desk>,
    Who(caller): Who,
    Body(body): Body<NewTicketBody>,
) -> Result<Created<TicketPageView>, Problem> {
    let ticket = desk.create(&caller, body.new_ticket()?).await?;
    Ok(Created(page_of(&desk, &caller, ticket).await?))
}

/// One ticket with all that belongs to it.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}", tag = "desk", operation_id = "get_ticket",
    params(("id" = String, Path)),
    responses((status = 200, body = TicketPageView), (status = 404)))]
async fn find(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
) -> Result<Reply<TicketPageView>, Problem> {
    let ticket = desk.seen(&caller, id).await?.ticket;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// Changes what a ticket says: all of it. Its priority follows impact and urgency.
#[utoipa::path(
    put, path = "/api/v1/tickets/{id}", tag = "desk", operation_id = "change_ticket",
    params(("id" = String, Path), ("If-Match" = String, Header, description = "the ETag")),
    request_body = ContentBody,
    responses((status = 200, body = TicketPageView), (status = 400), (status = 404),
        (status = 412)))]
async fn change(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    IfMatch(version): IfMatch,
    Body(body): Body<ContentBody>,
) -> Result<Reply<TicketPageView>, Problem> {
    let content = body.content()?;
    let ticket = desk.change(&caller, (id, version), content).await?;
    Ok(page_of(&desk, &caller, ticket).await?)
}

/// What happened to a ticket, in order.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/entries", tag = "desk", operation_id = "list_ticket_entries",
    params(("id" = String, Path), EntriesQuery),
    responses((status = 200, body = PageView<EntryView>), (status = 404)))]
async fn entries(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
    Query(query): Query<EntriesQuery>,
) -> Result<PageView<EntryView>, Problem> {
    let page = query.page()?;
    let PageOf { items, next } = desk.entries(&caller, id, &page).await?;
    Ok(PageView { items: items.into_iter().map(EntryView::from).collect(), next })
}

/// The clocks of a ticket: each span with why it counts or does not.
#[utoipa::path(
    get, path = "/api/v1/tickets/{id}/clocks", tag = "desk", operation_id = "get_ticket_clocks",
    params(("id" = String, Path)), responses((status = 200, body = ClocksView), (status = 404)))]
async fn clocks(
    State(desk): State<Desk>,
    Who(caller): Who,
    Key(id): Key<Ticket>,
) -> Result<Json<ClocksView>, Problem> {
    let (ticket, clocks, now) = desk.clocks_seen(&caller, id).await?;
    Ok(Json(ClocksView::of(&ticket, clocks, now)))
}

/// How many open tickets are in the caller's lists.
#[utoipa::path(
    get, path = "/api/v1/ticket-counts", tag = "desk", operation_id = "get_ticket_counts",
    responses((status = 200, body = CountsView)))]
async fn counts(State(desk): State<Desk>, Who(caller): Who) -> Result<Json<CountsView>, Problem> {
    let Counts { open, mine, my_posts, my_unit, nobodys, overdue, supervised } =
        desk.counts(&caller).await?;
    Ok(Json(CountsView { open, mine, my_posts, my_unit, nobodys, overdue, supervised }))
}
