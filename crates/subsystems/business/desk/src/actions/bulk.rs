use kernel::{Caller, Fault, FaultKind, Text};

use super::Desk;
use crate::{
    DeskError,
    model::{
        moving::MoveOrder,
        priority::Level,
        ticket::{Assignee, Content, Ticket, TicketId},
    },
};

/// Tickets that are changed with one request.
const AT_ONCE_MAX: usize = 500;

/// What is done to each of several tickets.
#[derive(Debug, Clone)]
pub(crate) enum Bulk {
    /// It is given to somebody, or to nobody.
    Assign(Assignee),
    /// It is moved on.
    Move(MoveOrder),
    /// Its impact and urgency become these, and its priority with them.
    Priority(Level, Level),
}

/// What became of one of several tickets.
#[derive(Debug, Clone)]
pub(crate) struct BulkDone {
    pub(crate) id: TicketId,
    /// By what people call it, where the caller sees it.
    pub(crate) number: Option<String>,
    /// Why it was left as it was; none: it was done.
    pub(crate) refused: Option<Fault>,
}

impl Desk {
    /// Does the same to each of several tickets as they are now, each in a change of its own: one
    /// that is refused holds up no other.
    ///
    /// Errors: [`DeskError::Invalid`]; what makes going on senseless: the records do not answer.
    pub(crate) async fn bulk(
        &self,
        caller: &Caller,
        ids: Vec<TicketId>,
        what: Bulk,
    ) -> Result<Vec<BulkDone>, DeskError> {
        if !(1..=AT_ONCE_MAX).contains(&ids.len()) {
            let expected = Text::new("1 to 500 tickets", "1 至 500 张工单");
            return Err(DeskError::field("ticket_ids", ids.len(), expected));
        }
        let mut done = Vec::with_capacity(ids.len());
        for id in ids {
            let seen = self.seen(caller, id).await;
            let number = seen.as_ref().ok().map(|scene| scene.ticket.number.clone());
            let result = match seen {
                Ok(scene) => self.bulk_one(caller, scene.ticket, &what).await,
                Err(error) => Err(error),
            };
            let refused = result.err().map(Fault::from);
            if let Some(fault) = refused.clone().filter(|one| one.kind == FaultKind::Unavailable) {
                return Err(fault.into());
            }
            done.push(BulkDone { id, number, refused });
        }
        Ok(done)
    }

    async fn bulk_one(
        &self,
        caller: &Caller,
        ticket: Ticket,
        what: &Bulk,
    ) -> Result<Ticket, DeskError> {
        let key = (ticket.id, ticket.version);
        match what {
            Bulk::Assign(assignee) => self.assign(caller, key, *assignee).await,
            Bulk::Move(order) => self.move_on(caller, key, order.clone()).await,
            Bulk::Priority(impact, urgency) => {
                let content = Content { impact: *impact, urgency: *urgency, ..ticket.content };
                self.change(caller, key, content).await
            }
        }
    }
}
