use db::Tx;
use kernel::{Caller, Permission, Place};
use sqlx::AnyConnection;

use super::Desk;
use crate::{
    DeskError,
    model::{
        entry::{Entry, EntryKind},
        hop::Hop,
        permission::TICKET_READ,
        phase::Phase,
        ticket::{Ticket, TicketId},
        ticket_type::TypeDraft,
    },
    store,
};

/// A ticket with what decides what can be done to it.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) ticket: Ticket,
    pub(crate) draft: TypeDraft,
    pub(crate) hops: Vec<Hop>,
}

impl Scene {
    /// Whether the caller holds `permission` over the ticket: by the unit in charge, its region or
    /// its resources, or by a unit that helps; to read, also by one that had it before.
    pub(crate) fn permits(&self, caller: &Caller, permission: Permission) -> bool {
        let region = self.ticket.content.region_id.map(|id| id.to_string());
        let unit = self.ticket.unit_id.to_string();
        let own = Place { resource_id: None, unit_id: Some(&unit), region_id: region.as_deref() };
        if caller.may_at(permission, &own) {
            return true;
        }
        let hops = self.hops.iter().filter(|hop| permission == TICKET_READ || hop.is_open());
        let by_hop = hops.map(|hop| hop.unit_id.to_string()).any(|unit| {
            caller.may_at(permission, &Place { unit_id: Some(&unit), ..Place::default() })
        });
        by_hop
            || self.ticket.content.resources.iter().any(|id| {
                let id = id.to_string();
                caller.may_at(permission, &Place { resource_id: Some(&id), ..Place::default() })
            })
    }

    /// Errors: [`DeskError::NotFound`] for those who do not see the ticket,
    /// [`DeskError::Forbidden`] for those who only do.
    pub(crate) fn permit(&self, caller: &Caller, permission: Permission) -> Result<(), DeskError> {
        if self.permits(caller, permission) {
            return Ok(());
        }
        match self.permits(caller, TICKET_READ) {
            true => Err(DeskError::lacking(caller, permission)),
            false => Err(no_ticket(self.ticket.id)),
        }
    }
}

impl Desk {
    /// The ticket of that id with all that decides.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn scene(
        &self,
        connection: &mut AnyConnection,
        id: TicketId,
    ) -> Result<Scene, DeskError> {
        let found = store::tickets::find(&mut *connection, id).await?;
        let ticket = found.ok_or_else(|| no_ticket(id))?;
        let draft = self.type_of(connection, &ticket.type_key).await?;
        let hops = store::hops::of_ticket(connection, id).await?;
        Ok(Scene { ticket, draft, hops })
    }

    /// The type of that key.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn type_of(
        &self,
        connection: &mut AnyConnection,
        key: &str,
    ) -> Result<TypeDraft, DeskError> {
        let found = store::types::find(connection, key).await?;
        let absent = || DeskError::not_found("ticket type", "工单类型", key);
        Ok(found.ok_or_else(absent)?.draft)
    }

    /// The ticket within a change of its version `version` by somebody who may make it.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`].
    pub(crate) async fn opened(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (id, version): (TicketId, i64),
        permission: Permission,
    ) -> Result<Scene, DeskError> {
        let scene = self.scene(tx.connection(), id).await?;
        scene.permit(caller, permission)?;
        if scene.ticket.version != version {
            return Err(DeskError::Stale);
        }
        Ok(scene)
    }

    /// A ticket as somebody left it, who may not see it any more.
    pub(crate) async fn left(&self, ticket: Ticket) -> Result<Scene, DeskError> {
        let mut connection = self.db().reader().acquire().await?;
        let draft = self.type_of(&mut connection, &ticket.type_key).await?;
        let hops = store::hops::of_ticket(&mut *connection, ticket.id).await?;
        Ok(Scene { ticket, draft, hops })
    }

    /// The ticket, if the caller sees it.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn seen(&self, caller: &Caller, id: TicketId) -> Result<Scene, DeskError> {
        let mut connection = self.db().reader().acquire().await?;
        let scene = self.scene(&mut connection, id).await?;
        scene.permit(caller, TICKET_READ)?;
        Ok(scene)
    }
}

/// What happened, done by the caller now; it changes no state and only those at the desk see it.
pub(super) fn entry(occasion: super::Occasion<'_>, kind: EntryKind, text: &str) -> Entry {
    let caller = occasion.caller;
    Entry {
        number: 0,
        at: occasion.now,
        principal: caller.principal().to_owned(),
        actor_name: caller.actor.name.clone(),
        kind,
        public: false,
        state: None,
        text: text.to_owned(),
        detail: serde_json::Value::Null,
    }
}

/// The state that an entry brings a ticket into.
pub(super) fn state_of(ticket: &Ticket) -> Option<(String, Phase)> {
    Some((ticket.state.clone(), ticket.phase))
}

pub(super) fn no_ticket(id: TicketId) -> DeskError {
    DeskError::not_found("ticket", "工单", id)
}
