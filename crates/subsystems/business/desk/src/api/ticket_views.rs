use std::collections::HashMap;

use http_kit::{PageView, Reply, TextView};
use kernel::{Caller, PageOf, Text, Time};
use serde::Serialize;
use utoipa::ToSchema;

use super::ticket_ties::TiesView;
use crate::{
    Desk, DeskError,
    actions::{Clocks, Names, Scene, SeenLink},
    model::{
        beside::{Extension, Order},
        entry::Entry,
        field::{Answers, lacking},
        hop::Hop,
        link::LinkKind,
        moving,
        permission::{TICKET_ASSIGN, TICKET_WORK},
        phase::Phase,
        priority::Level,
        ticket::{Assignee, Channel, Requester, Ticket},
        ticket_type::{Right, TransitionDef, TypeDraft},
    },
};

/// Something by its id and what people call it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketNamed)]
pub(crate) struct NamedView {
    id: String,
    name: TextView,
}

/// A ticket in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketView {
    id: String,
    /// By what people call it: `REQ-42`.
    number: String,
    /// The key of its type.
    r#type: String,
    type_name: TextView,
    subject: String,
    state: String,
    state_name: TextView,
    phase: Phase,
    impact: Level,
    urgency: Level,
    /// 1 (the most pressing) to 5.
    priority: u8,
    unit: NamedView,
    region: Option<NamedView>,
    person: Option<NamedView>,
    post: Option<NamedView>,
    requester: Requester,
    channel: Channel,
    opened_by: String,
    opened_at: String,
    changed_at: String,
    responded_at: Option<String>,
    resolved_at: Option<String>,
    closed_at: Option<String>,
    /// When its resolution is due; null while that clock stands still.
    due_at: Option<String>,
    overdue: bool,
    supervised: bool,
    /// How many questions of its form that must be answered are not.
    lacking: u32,
    /// How often it was opened again.
    reopened: u32,
    /// Whether the response was within its target; null while it is not there.
    response_kept: Option<bool>,
    resolution_kept: Option<bool>,
    version: i64,
}

/// A ticket with all that belongs to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketPage)]
pub(crate) struct TicketPageView {
    #[serde(flatten)]
    ticket: TicketView,
    text: String,
    /// The answers of its form.
    #[schema(value_type = std::collections::HashMap<String, serde_json::Value>)]
    fields: Answers,
    /// The keys of the questions that must be answered and are not.
    lacking_fields: Vec<String>,
    resources: Vec<NamedView>,
    /// The units that have or had it.
    hops: Vec<HopView>,
    /// What can be done from its state.
    ways: Vec<WayView>,
    orders: Vec<OrderView>,
    extensions: Vec<ExtensionView>,
    links: Vec<LinkView>,
    #[serde(flatten)]
    ties: TiesView,
    /// Whether the caller may work on it.
    may_work: bool,
    /// Whether the caller may give it to others.
    may_assign: bool,
}

/// A unit has a ticket for a while.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketHop)]
pub(crate) struct HopView {
    number: u32,
    /// `lead` (in charge) or `assist` (helps).
    kind: String,
    unit: NamedView,
    given_by: Option<NamedView>,
    begun_at: String,
    ended_at: Option<String>,
    /// `done`, `handed_over` or `returned`.
    ending: Option<String>,
    text: String,
    answer: String,
}

/// What can be done from the state a ticket is in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketWay)]
pub(crate) struct WayView {
    transition: TransitionDef,
    /// Whether the caller may do it.
    permitted: bool,
}

/// An order of supervision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketOrder)]
pub(crate) struct OrderView {
    number: u32,
    text: String,
    ordered_by: String,
    ordered_at: String,
    due_at: String,
    report: Option<String>,
    reported_by: Option<String>,
    reported_at: Option<String>,
}

/// More time that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketExtension)]
pub(crate) struct ExtensionView {
    number: u32,
    minutes: u32,
    reason: String,
    /// `asked`, `granted` or `refused`.
    state: String,
    asked_by: String,
    asked_at: String,
    decided_by: Option<String>,
    decided_at: Option<String>,
}

/// A link to or from another ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketLink)]
pub(crate) struct LinkView {
    kind: LinkKind,
    /// Whether the other one links to this one.
    incoming: bool,
    id: String,
    number: String,
    subject: String,
    phase: Phase,
    linked_at: String,
}

/// Something that happened to a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketEntry)]
pub(crate) struct EntryView {
    number: u32,
    at: String,
    by: String,
    /// `opened`, `moved`, `assigned`, `changed`, `commented`, `assist_asked`, `assist_given`,
    /// `supervised`, `reported`, `extension_asked`, `extension_decided`, `linked`, `unlinked`,
    /// `warned`.
    kind: String,
    /// Whether the requester sees it.
    public: bool,
    /// The state that it brought the ticket into.
    state: Option<String>,
    text: String,
    detail: serde_json::Value,
}

/// The clocks of a ticket, each with the timeline that explains it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketClocks)]
pub(crate) struct ClocksView {
    /// The moment of reading.
    at: String,
    /// The service level; null where nothing was promised.
    policy: Option<TextView>,
    policy_version: Option<i64>,
    zone: Option<String>,
    clocks: Vec<ClockView>,
}

/// A clock of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketClock)]
pub(crate) struct ClockView {
    /// `response`, `resolution` or `hop-<number>`.
    clock: String,
    /// `running`, `paused`, `overdue`, `kept` or `broken`.
    state: String,
    /// Seconds of working time that counted.
    elapsed_s: u64,
    /// Seconds of working time that are promised.
    target_s: u64,
    left_s: u64,
    /// When the target is or was used up; null while the clock stands still before that.
    due_at: Option<String>,
    spans: Vec<SpanView>,
}

/// A span of a clock, and why it counts or does not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketClockSpan)]
pub(crate) struct SpanView {
    from: String,
    to: String,
    /// `counts`, `paused` or `off_hours`.
    counting: String,
    why: TextView,
}

impl TicketView {
    fn of(ticket: &Ticket, names: &Names, types: &HashMap<String, TypeDraft>, now: Time) -> Self {
        let content = &ticket.content;
        let draft = types.get(&ticket.type_key);
        let state = draft.and_then(|draft| draft.state(&ticket.state));
        let same = |name: String| TextView { en: name.clone(), zh: name };
        let (person, post) = match ticket.assignee {
            Assignee::Nobody => (None, None),
            Assignee::Person(id) => {
                (Some(NamedView { id: id.to_string(), name: same(names.person(id)) }), None)
            }
            Assignee::Post(id) => {
                (None, Some(NamedView { id: id.to_string(), name: names.post(id).into() }))
            }
        };
        Self {
            id: ticket.id.to_string(),
            number: ticket.number.clone(),
            r#type: ticket.type_key.clone(),
            type_name: draft
                .map_or_else(|| same(ticket.type_key.clone()), |draft| draft.name.clone().into()),
            subject: content.subject.clone(),
            state: ticket.state.clone(),
            state_name: state
                .map_or_else(|| same(ticket.state.clone()), |state| state.name.clone().into()),
            phase: ticket.phase,
            impact: content.impact,
            urgency: content.urgency,
            priority: ticket.priority,
            unit: unit_view(&ticket.unit_id.to_string(), names),
            region: content.region_id.map(|id| {
                let id = id.to_string();
                NamedView { name: names.region(&id).into(), id }
            }),
            person,
            post,
            requester: content.requester.clone(),
            channel: ticket.channel,
            opened_by: ticket.opened_by.clone(),
            opened_at: ticket.opened_at.to_string(),
            changed_at: ticket.changed_at.to_string(),
            responded_at: ticket.responded_at.map(|at| at.to_string()),
            resolved_at: ticket.resolved_at.map(|at| at.to_string()),
            closed_at: ticket.closed_at.map(|at| at.to_string()),
            due_at: ticket.due_at.map(|at| at.to_string()),
            overdue: ticket.due_at.is_some_and(|due| due < now),
            supervised: ticket.supervised,
            lacking: ticket.lacking,
            reopened: ticket.reopened,
            response_kept: ticket.response.kept,
            resolution_kept: ticket.resolution.kept,
            version: ticket.version,
        }
    }
}

fn unit_view(id: &str, names: &Names) -> NamedView {
    NamedView { id: id.to_owned(), name: names.unit(id).into() }
}

impl HopView {
    fn of(hop: &Hop, names: &Names) -> Self {
        Self {
            number: hop.number,
            kind: hop.kind.name().to_owned(),
            unit: unit_view(&hop.unit_id.to_string(), names),
            given_by: hop.given_by.map(|id| unit_view(&id.to_string(), names)),
            begun_at: hop.begun_at.to_string(),
            ended_at: hop.ended.map(|(at, _)| at.to_string()),
            ending: hop.ended.map(|(_, end)| end.name().to_owned()),
            text: hop.text.clone(),
            answer: hop.answer.clone(),
        }
    }
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        let (report, reported_by, reported_at) = match order.report {
            Some((text, by, at)) => (Some(text), Some(by), Some(at.to_string())),
            None => (None, None, None),
        };
        Self {
            number: order.number,
            text: order.text,
            ordered_by: order.ordered_by,
            ordered_at: order.ordered_at.to_string(),
            due_at: order.due_at.to_string(),
            report,
            reported_by,
            reported_at,
        }
    }
}

impl From<Extension> for ExtensionView {
    fn from(extension: Extension) -> Self {
        let (decided_by, decided_at) = extension.decided.unzip();
        Self {
            number: extension.number,
            minutes: extension.minutes,
            reason: extension.reason,
            state: extension.state.name().to_owned(),
            asked_by: extension.asked_by,
            asked_at: extension.asked_at.to_string(),
            decided_by,
            decided_at: decided_at.map(|at| at.to_string()),
        }
    }
}

impl From<SeenLink> for LinkView {
    fn from(seen: SeenLink) -> Self {
        Self {
            kind: seen.link.kind,
            incoming: seen.incoming,
            id: seen.other.id.to_string(),
            number: seen.other.number,
            subject: seen.other.content.subject,
            phase: seen.other.phase,
            linked_at: seen.link.linked_at.to_string(),
        }
    }
}

impl From<Entry> for EntryView {
    fn from(entry: Entry) -> Self {
        Self {
            number: entry.number,
            at: entry.at.to_string(),
            by: entry.actor_name,
            kind: entry.kind.name().to_owned(),
            public: entry.public,
            state: entry.state.map(|(state, _)| state),
            text: entry.text,
            detail: entry.detail,
        }
    }
}

impl ClocksView {
    pub(super) fn of(ticket: &Ticket, clocks: Option<Clocks>, now: Time) -> Self {
        let Some(clocks) = clocks else {
            let (policy, policy_version, zone, clocks) = (None, None, None, Vec::new());
            return Self { at: now.to_string(), policy, policy_version, zone, clocks };
        };
        let view =
            |(name, reading): (crate::model::sla::ClockName, crate::model::clock::Reading)| {
                let span = |span: crate::model::clock::ClockSpan| SpanView {
                    from: span.from.to_string(),
                    to: span.to.to_string(),
                    counting: wire_name(span.counting),
                    why: span.why.into(),
                };
                ClockView {
                    clock: name.to_string(),
                    state: wire_name(reading.state),
                    elapsed_s: reading.elapsed.as_secs(),
                    target_s: reading.target.as_secs(),
                    left_s: reading.left().as_secs(),
                    due_at: reading.due_at.map(|at| at.to_string()),
                    spans: reading.spans.into_iter().map(span).collect(),
                }
            };
        Self {
            at: now.to_string(),
            policy_version: ticket.policy.map(|(_, version)| version),
            policy: Some(clocks.policy.name.into()),
            zone: Some(clocks.policy.zone),
            clocks: clocks.readings.into_iter().map(view).collect(),
        }
    }
}

/// The name by which an enum without fields is serialized.
fn wire_name(one: impl Serialize) -> String {
    let value = serde_json::to_value(one).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// A page of tickets.
pub(super) async fn listed(
    desk: &Desk,
    page: PageOf<Ticket>,
) -> Result<PageView<TicketView>, DeskError> {
    let items = views(desk, &page.items).await?;
    Ok(PageView { items, next: page.next })
}

/// Tickets as they are shown in lists.
pub(super) async fn views(desk: &Desk, tickets: &[Ticket]) -> Result<Vec<TicketView>, DeskError> {
    let names = desk.names(tickets).await?;
    let types = desk.types().await?.into_iter();
    let types = types.map(|one| (one.draft.key.clone(), one.draft)).collect();
    let now = desk.now();
    Ok(tickets.iter().map(|ticket| TicketView::of(ticket, &names, &types, now)).collect())
}

/// A ticket with all that belongs to it, as it is now.
pub(super) async fn page_of(
    desk: &Desk,
    caller: &Caller,
    ticket: Ticket,
) -> Result<Reply<TicketPageView>, DeskError> {
    let version = ticket.version;
    let scene = desk.seen(caller, ticket.id).await;
    // Who gave it to another unit may not see it any more: it is shown as they left it.
    let scene = match scene {
        Ok(scene) if scene.ticket.version == version => scene,
        Ok(_) | Err(DeskError::NotFound { .. }) => desk.left(ticket).await?,
        Err(error) => return Err(error),
    };
    Ok(Reply::new(page(desk, caller, scene).await?, version))
}

async fn page(desk: &Desk, caller: &Caller, scene: Scene) -> Result<TicketPageView, DeskError> {
    let id = scene.ticket.id;
    let tickets = std::slice::from_ref(&scene.ticket);
    let names = desk.names(tickets).await?;
    let (orders, extensions) = desk.beside(id).await?;
    let links = desk.links(caller, id).await?;
    let (may_work, may_assign) =
        (scene.permits(caller, TICKET_WORK), scene.permits(caller, TICKET_ASSIGN));
    let ways = moving::ways(&scene.ticket, &scene.draft, &scene.hops);
    let ways = ways.map(|way| WayView {
        transition: way.clone(),
        permitted: match way.right {
            Right::Work => may_work,
            Right::Assign => may_assign,
        },
    });
    let lacking = lacking(&scene.draft.fields, &scene.ticket.content.fields);
    let sight = desk.resources_seen(caller).await?;
    let resource = |id: &resources::ResourceId| {
        let name = match sight.sees(*id) {
            true => Text::same(names.resource(*id)),
            false => Text::new("beyond what you may see", "在您的权限范围之外"),
        };
        NamedView { id: id.to_string(), name: name.into() }
    };
    Ok(TicketPageView {
        text: scene.ticket.content.text.clone(),
        fields: scene.ticket.content.fields.clone(),
        lacking_fields: lacking.into_iter().map(|field| field.key.clone()).collect(),
        resources: scene.ticket.content.resources.iter().map(resource).collect(),
        hops: scene.hops.iter().map(|hop| HopView::of(hop, &names)).collect(),
        ways: ways.collect(),
        orders: orders.into_iter().map(OrderView::from).collect(),
        extensions: extensions.into_iter().map(ExtensionView::from).collect(),
        links: links.into_iter().map(LinkView::from).collect(),
        ties: TiesView::of(&scene.ticket, desk.ties(caller, id).await?),
        may_work,
        may_assign,
        // There is one view for each ticket.
        ticket: views(desk, tickets).await?.remove(0),
    })
}
