use db::Tx;
use directory::{RegionId, UnitId};
use kernel::Text;
use resources::ResourceId;
use serde_json::{Map, json};

use super::{
    Desk, NewTicket, Occasion, note,
    opened::{entry, state_of},
};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketMoved, Told},
        moving::entered,
        priority::Level,
        ticket::{Assignee, Channel, Content, Requester, Ticket},
        ticket_type::{IncidentRule, TypeDraft},
    },
    store,
};

/// An incident of monitoring, as its facts tell of it.
#[derive(Debug, Clone)]
pub(crate) struct IncidentTold {
    /// The incident's id.
    pub(crate) id: String,
    /// What is wrong.
    pub(crate) title: Text,
    /// The resource that it goes back to.
    pub(crate) cause_id: Option<String>,
    /// `critical`, `warning` or `info`; absent in the fact of its end.
    pub(crate) severity: String,
}

const SUBJECT_CHARS_MAX: usize = 200;

impl Desk {
    /// Opens a ticket for an incident where a type says so; once for each incident.
    pub(crate) async fn incident_opened(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        told: &IncidentTold,
    ) -> Result<(), DeskError> {
        let source = source_of(&told.id);
        if store::tickets::by_source(tx.connection(), &source).await?.is_some() {
            return Ok(());
        }
        for kind in store::types::all(tx.connection()).await? {
            let rule = kind.draft.incidents.clone().filter(|_| kind.draft.enabled);
            let Some(rule) = rule.filter(|rule| rule.severities.contains(&told.severity)) else {
                continue;
            };
            let new = self.of_incident(&kind.draft, &rule, told, source).await?;
            self.open(tx, occasion, &kind.draft, new).await?;
            return Ok(());
        }
        Ok(())
    }

    async fn of_incident(
        &self,
        draft: &TypeDraft,
        rule: &IncidentRule,
        told: &IncidentTold,
        source: String,
    ) -> Result<NewTicket, DeskError> {
        let cause: Option<ResourceId> = told.cause_id.as_deref().and_then(|id| id.parse().ok());
        let place = match cause {
            Some(id) => Some(self.parts.resources.place_of(id).await?),
            None => None,
        };
        let unit: Option<UnitId> =
            place.as_ref().and_then(|place| place.unit_id.as_deref()?.parse().ok());
        let region: Option<RegionId> =
            place.as_ref().and_then(|place| place.region_id.as_deref()?.parse().ok());
        let impact = match told.severity.as_str() {
            "critical" => Level::High,
            "warning" => Level::Medium,
            _ => Level::Low,
        };
        let both = [&told.title.zh, &told.title.en];
        let text =
            if both[0] == both[1] { both[0].clone() } else { both.map(String::as_str).join("\n") };
        Ok(NewTicket {
            type_key: draft.key.clone(),
            unit_id: unit.unwrap_or(rule.unit_id),
            channel: Channel::Alert,
            assignee: Assignee::Nobody,
            content: Content {
                subject: told.title.zh.chars().take(SUBJECT_CHARS_MAX).collect(),
                text,
                requester: Requester::default(),
                region_id: region,
                resources: cause.into_iter().collect(),
                impact,
                urgency: impact,
                fields: Map::new(),
            },
            source_key: Some(source),
        })
    }

    /// An incident is over: its ticket goes where its type says, or is told only.
    pub(crate) async fn incident_closed(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        told: &IncidentTold,
    ) -> Result<(), DeskError> {
        let found = store::tickets::by_source(tx.connection(), &source_of(&told.id)).await?;
        let Some(ticket) = found else { return Ok(()) };
        let draft = self.type_of(tx.connection(), &ticket.type_key).await?;
        let end = draft.incidents.as_ref().and_then(|rule| rule.on_end.as_deref());
        let end = end.and_then(|key| draft.state(key)).filter(|_| ticket.phase.is_open());
        let Some(to) = end else {
            let said = Text::new("the incident is over", "关联的监控故障已恢复");
            let mut entry = entry(occasion, EntryKind::Commented, &said.zh);
            entry.detail = json!({ "incident_id": told.id, "incident": "closed" });
            return Ok(store::entries::add(tx, ticket.id, &entry).await?);
        };
        let version = ticket.version + 1;
        let moved = Ticket { version, ..entered(&ticket, (&to.key, to.phase), occasion.now) };
        let mut entry = entry(occasion, EntryKind::Moved, "");
        entry.state = state_of(&moved);
        entry.detail = json!({
            "from": ticket.state, "incident_id": told.id, "incident": "closed",
        });
        store::entries::add(tx, ticket.id, &entry).await?;
        let fact = Told::<TicketMoved>::ticket(&moved)
            .with("from_state", &ticket.state)
            .with("incident_id", &told.id)
            .with("opened_at", moved.opened_at);
        note(tx, occasion, fact).await?;
        self.settle(tx, occasion, moved, &draft).await?;
        Ok(())
    }
}

fn source_of(incident: &str) -> String {
    format!("incident:{incident}")
}
