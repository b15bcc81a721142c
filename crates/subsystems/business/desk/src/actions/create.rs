use db::Tx;
use directory::{PersonId, UnitId};
use kernel::{Caller, FieldFault, Id, Place, Text};
use serde_json::json;

use super::{Desk, Occasion, none_wrong, note, opened::entry, opened::state_of};
use crate::{
    DeskError,
    model::{
        entry::EntryKind,
        fact::{TicketOpened, Told},
        field::{answer_faults, lacking},
        hop::{Hop, HopKind},
        permission::{TICKET_CREATE, TICKET_READ},
        priority::priority,
        ticket::{Assignee, Channel, Content, Kept, Ticket},
        ticket_type::TypeDraft,
    },
    store,
};

/// A ticket that is to be opened.
#[derive(Debug, Clone)]
pub(crate) struct NewTicket {
    pub(crate) type_key: String,
    pub(crate) unit_id: UnitId,
    pub(crate) channel: Channel,
    pub(crate) assignee: Assignee,
    pub(crate) content: Content,
    pub(crate) source_key: Option<String>,
}

/// Nothing was opened from a source yet: of two who do so at once the second is told.
///
/// Errors: [`DeskError::Conflict`].
pub(super) async fn none_opened(tx: &mut Tx, source: &str) -> Result<(), DeskError> {
    match store::tickets::by_source(tx.connection(), source).await? {
        None => Ok(()),
        Some(Ticket { number, .. }) => Err(DeskError::conflict(
            "opened-already",
            format!("{number} was opened from it"),
            format!("已由此创建工单 {number}"),
        )),
    }
}

impl Desk {
    /// Opens a ticket.
    ///
    /// Errors: [`DeskError::Forbidden`], [`DeskError::Invalid`], [`DeskError::Conflict`] where one
    /// was opened from its source.
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        new: NewTicket,
    ) -> Result<Ticket, DeskError> {
        let (unit, region) =
            (new.unit_id.to_string(), new.content.region_id.map(|id| id.to_string()));
        let place = Place { resource_id: None, unit_id: Some(&unit), region_id: region.as_deref() };
        if !caller.may_at(TICKET_CREATE, &place) {
            return Err(DeskError::lacking(caller, TICKET_CREATE));
        }
        let found = store::types::find(self.db().reader(), &new.type_key).await?;
        let Some(kind) = found.filter(|kind| kind.draft.enabled) else {
            let expected = Text::new("the key of a type that is in use", "已启用的工单类型标识");
            return Err(DeskError::field("type", new.type_key, expected));
        };
        let mut faults = new.content.faults();
        faults.extend(answer_faults(&kind.draft.fields, &new.content.fields));
        faults.extend(self.unknown_unit(caller, new.unit_id).await?);
        faults.extend(self.unknown_names(caller, &new.content).await?);
        faults.extend(self.unknown_assignee(caller, new.assignee).await?);
        none_wrong(faults)?;
        let mut tx = self.db().begin().await?;
        if let Some(source) = &new.source_key {
            none_opened(&mut tx, source).await?;
        }
        let occasion = Occasion::new(caller, self.now());
        let ticket = self.open(&mut tx, occasion, &kind.draft, new).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Opens a ticket in which nothing is wrong.
    pub(super) async fn open(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        draft: &TypeDraft,
        new: NewTicket,
    ) -> Result<Ticket, DeskError> {
        let now = occasion.now;
        let first = draft.state(&draft.first);
        let first = first.ok_or_else(|| DeskError::not_found("state", "状态", &draft.first))?;
        let policy = match draft.policy_id {
            Some(id) => store::policies::find(tx.connection(), id).await?,
            None => None,
        };
        let policy = policy.filter(|policy| !policy.retired);
        let number = store::tickets::next_number(tx, &draft.prefix).await?;
        let ticket = Ticket {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            number: format!("{}-{number}", draft.prefix),
            type_key: draft.key.clone(),
            channel: new.channel,
            unit_id: new.unit_id,
            state: first.key.clone(),
            phase: first.phase,
            priority: priority(&draft.matrix, new.content.impact, new.content.urgency),
            assignee: new.assignee,
            source_key: new.source_key,
            policy: policy.map(|policy| (policy.id, policy.version)),
            opened_by: occasion.caller.actor.name.clone(),
            opened_at: now,
            changed_at: now,
            responded_at: None,
            resolved_at: None,
            closed_at: None,
            answered_by: None,
            due_at: None,
            next_at: None,
            response: Kept::default(),
            resolution: Kept::default(),
            reopened: 0,
            supervised: false,
            lacking: 0,
            warned: Vec::new(),
            version: 1,
            content: new.content,
        };
        store::hops::put(tx, ticket.id, &first_hop(&ticket)).await?;
        let mut entry = entry(occasion, EntryKind::Opened, "");
        (entry.state, entry.public) = (state_of(&ticket), true);
        entry.detail = json!({ "unit_id": ticket.unit_id, "channel": ticket.channel });
        store::entries::add(tx, ticket.id, &entry).await?;
        let lacking = lacking(&draft.fields, &ticket.content.fields);
        let lacking: Vec<&str> = lacking.iter().map(|field| field.key.as_str()).collect();
        let mut told = Told::<TicketOpened>::ticket(&ticket).with("channel", ticket.channel);
        if !lacking.is_empty() {
            told = told.with("lacking", lacking);
        }
        note(tx, occasion, told).await?;
        let ticket = self.settle(tx, occasion, ticket, draft).await?;
        store::tickets::put_resources(tx, &ticket).await?;
        Ok(ticket)
    }

    /// What is wrong with a unit that a setting names.
    pub(super) async fn absent_unit(&self, id: UnitId) -> Result<Option<FieldFault>, DeskError> {
        let trees = self.parts.directory.trees().await?;
        let here = trees.unit(&id.to_string()).is_some_and(|unit| !unit.closed);
        Ok((!here).then(|| no_unit(id)))
    }

    /// What is wrong with a unit that the caller names.
    pub(super) async fn unknown_unit(
        &self,
        caller: &Caller,
        id: UnitId,
    ) -> Result<Option<FieldFault>, DeskError> {
        let here = self.parts.directory.is_unit_named(caller, TICKET_READ, id).await?;
        Ok((!here).then(|| no_unit(id)))
    }

    /// What is wrong with the region, the person and the resources that a ticket names.
    pub(super) async fn unknown_names(
        &self,
        caller: &Caller,
        content: &Content,
    ) -> Result<Vec<FieldFault>, DeskError> {
        let mut faults = Vec::new();
        let directory = &self.parts.directory;
        if let Some(region) = content.region_id
            && !directory.is_region_named(caller, TICKET_READ, region).await?
        {
            let expected = Text::new("a region of the directory", "组织目录中的区域");
            faults.push(FieldFault::new("region_id", region, expected));
        }
        if let Some(person) = content.requester.person_id
            && !self.may_name(caller, person).await?
        {
            let expected = Text::new("a person of the directory", "组织目录中的人员");
            faults.push(FieldFault::new("requester.person_id", person, expected));
        }
        for (at, id) in content.resources.iter().enumerate() {
            let found = self.parts.resources.get_seen(caller, *id).await;
            match found {
                Ok(_) => {}
                Err(resources::ResourcesError::ResourceNotFound { .. }) => {
                    let expected = Text::new("a resource that you see", "您可见的资源");
                    faults.push(FieldFault::new(format!("resource_ids[{at}]"), id, expected));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(faults)
    }

    /// What is wrong with whom the caller gives a ticket to.
    pub(super) async fn unknown_assignee(
        &self,
        caller: &Caller,
        assignee: Assignee,
    ) -> Result<Option<FieldFault>, DeskError> {
        Ok(match assignee {
            Assignee::Nobody => None,
            Assignee::Person(id) => {
                let here = self.may_name(caller, id).await?;
                let expected = || {
                    Text::new("a person of the directory who has not left", "组织目录中的在职人员")
                };
                (!here).then(|| FieldFault::new("person_id", id, expected()))
            }
            Assignee::Post(id) => {
                let found = self.parts.directory.post_named(caller, TICKET_READ, id).await?;
                let here = found.is_some();
                let expected = || Text::new("a post of the directory", "组织目录中的岗位");
                (!here).then(|| FieldFault::new("post_id", id, expected()))
            }
        })
    }

    /// Whether there is that person for the caller: themselves, or whom they see.
    async fn may_name(&self, caller: &Caller, id: PersonId) -> Result<bool, DeskError> {
        let found = self.parts.directory.person_named(caller, TICKET_READ, id).await?;
        Ok(found.is_some() || self.person_of(caller).await? == Some(id))
    }
}

fn no_unit(id: UnitId) -> FieldFault {
    FieldFault::new("unit_id", id, Text::new("a unit of the directory", "组织目录中的单位"))
}

/// The turn of the unit that a ticket is opened at.
fn first_hop(ticket: &Ticket) -> Hop {
    Hop {
        number: 1,
        kind: HopKind::Lead,
        unit_id: ticket.unit_id,
        given_by: None,
        begun_at: ticket.opened_at,
        ended: None,
        text: String::new(),
        answer: String::new(),
    }
}
