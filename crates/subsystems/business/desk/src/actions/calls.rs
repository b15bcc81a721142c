use directory::{AsOf, Dated, Person, PersonFilter, PersonId};
use kernel::{Caller, Id, Page, PageOf};

use super::{Asked, Desk, NewTicket, Occasion, none_wrong, note};
use crate::{
    DeskError,
    model::{
        call::{Call, CallEvent, CallId, Direction, digits, same_number},
        fact::{CallAnswered, CallBegan, CallEnded, Told},
        ticket::{Channel, Ticket},
    },
    store::{self, list::TicketFilter},
};

/// People who are compared with a number.
const COMPARED: u32 = 200;
/// By so many digits at its end people are looked for.
const DIGITS: usize = 4;
/// Open tickets that are shown with a call.
const TICKETS_SHOWN: u32 = 20;

/// What an exchange tells of a call.
#[derive(Debug, Clone)]
pub(crate) struct CallTold {
    pub(crate) event: CallEvent,
    pub(crate) call_id: String,
    pub(crate) direction: Direction,
    pub(crate) from: String,
    pub(crate) to: String,
    /// Who answers.
    pub(crate) user: String,
    /// Why it ends.
    pub(crate) cause: String,
}

/// A call with what is known of whoever is outside.
#[derive(Debug, Clone)]
pub(crate) struct SeenCall {
    pub(crate) call: Call,
    pub(crate) person: Option<String>,
    /// Their open tickets.
    pub(crate) open: Vec<Ticket>,
    /// The ticket that was opened from it; its subject, where the caller sees it.
    pub(crate) ticket: Option<(Ticket, Option<String>)>,
}

impl Desk {
    /// Takes in what an exchange tells of a call. What is told twice, late or out of order changes
    /// nothing that is known.
    ///
    /// Errors: [`DeskError::Invalid`].
    pub(crate) async fn call_told(
        &self,
        caller: &Caller,
        told: CallTold,
    ) -> Result<Call, DeskError> {
        let now = self.now();
        let event = told.event;
        let mut call = Call {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            call_id: told.call_id,
            direction: told.direction,
            from: told.from,
            to: told.to,
            person_id: None,
            began_at: now,
            answered_at: None,
            answered_by: told.user,
            ended_at: None,
            cause: told.cause,
        };
        none_wrong(call.faults())?;
        call.person_id = self.person_with(call.outside()).await?.map(|(id, _)| id);
        let mut tx = self.db().begin().await?;
        let before = store::calls::by_call(tx.connection(), &call.call_id).await?;
        let is_new = before.is_none();
        let (user, cause) = (call.answered_by.clone(), call.cause.clone());
        let known =
            before.unwrap_or(Call { answered_by: String::new(), cause: String::new(), ..call });
        let mut next = known.clone();
        match event {
            CallEvent::NewCall => {}
            CallEvent::Answer if known.answered_at.is_none() && known.ended_at.is_none() => {
                (next.answered_at, next.answered_by) = (Some(now), user);
            }
            CallEvent::Hangup if known.ended_at.is_none() => {
                (next.ended_at, next.cause) = (Some(now), cause);
            }
            CallEvent::Answer | CallEvent::Hangup => {}
        }
        if !is_new && next == known {
            return Ok(next);
        }
        store::calls::put(&mut tx, &next).await?;
        let occasion = Occasion::new(caller, now);
        // Numbers are addresses of people: the journal gets none.
        let id = next.id.to_string();
        match event {
            CallEvent::NewCall => note(&mut tx, occasion, Told::<CallBegan>::of(&id, &id)).await?,
            CallEvent::Answer => {
                note(&mut tx, occasion, Told::<CallAnswered>::of(&id, &id)).await?;
            }
            CallEvent::Hangup => note(&mut tx, occasion, Told::<CallEnded>::of(&id, &id)).await?,
        }
        tx.commit().await?;
        Ok(next)
    }

    /// The calls, the newest first.
    pub(crate) async fn calls(&self, page: &Page) -> Result<PageOf<Call>, DeskError> {
        // Ids are lower-case hexadecimal: every one is less than this.
        let before = page.after.clone().unwrap_or_else(|| "g".to_owned());
        let found = store::calls::list(self.db().reader(), (before, page.limit + 1)).await?;
        Ok(PageOf::from_fetched(found, page.limit, |call| call.id.to_string()))
    }

    /// A call with who is outside, and of their open tickets those that the caller sees.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn call(&self, caller: &Caller, id: CallId) -> Result<SeenCall, DeskError> {
        let found = store::calls::find(self.db().reader(), id).await?;
        let call = found.ok_or_else(|| DeskError::not_found("call", "通话", id))?;
        let (mut person, mut open) = (None, Vec::new());
        if let Some(id) = call.person_id {
            let found = self.parts.directory.person(id).await?;
            person = found.map(|one| one.state.name.clone());
            let (requester, page) = (Some(id), Page { after: None, limit: TICKETS_SHOWN });
            let filter = TicketFilter { open: Some(true), requester, ..TicketFilter::default() };
            let asked = Asked { filter, ..Asked::default() };
            open = self.tickets(caller, asked, &page).await?.items;
        }
        let mut connection = self.db().reader().acquire().await?;
        let ticket = store::tickets::by_source(&mut connection, &source_of(&call)).await?;
        drop(connection);
        let ticket = match ticket {
            Some(ticket) => {
                let seen = self.seen(caller, ticket.id).await.ok();
                Some((ticket, seen.map(|scene| scene.ticket.content.subject)))
            }
            None => None,
        };
        Ok(SeenCall { call, person, open, ticket })
    }

    /// Opens a ticket from a call, once: by telephone, and asked for by whoever is outside unless
    /// something else is said.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Conflict`]; as [`Self::create`].
    pub(crate) async fn create_from_call(
        &self,
        caller: &Caller,
        id: CallId,
        mut new: NewTicket,
    ) -> Result<Ticket, DeskError> {
        let seen = self.call(caller, id).await?;
        let requester = &mut new.content.requester;
        if requester.contact.is_empty() {
            seen.call.outside().clone_into(&mut requester.contact);
        }
        requester.person_id = requester.person_id.or(seen.call.person_id);
        if requester.name.is_empty() && requester.person_id == seen.call.person_id {
            requester.name = seen.person.unwrap_or_default();
        }
        let source_key = Some(source_of(&seen.call));
        self.create(caller, NewTicket { channel: Channel::Phone, source_key, ..new }).await
    }

    /// Who in the directory has that telephone number; nobody where several have.
    async fn person_with(&self, number: &str) -> Result<Option<(PersonId, String)>, DeskError> {
        let digits = digits(number);
        let Some(end) = digits.len().checked_sub(DIGITS) else { return Ok(None) };
        let text = Some(digits[end..].to_owned());
        let filter = PersonFilter { text, ..PersonFilter::default() };
        let (now, page) = (AsOf::at(self.now()), Page { after: None, limit: COMPARED });
        let desk = Caller::system("desk");
        let found = self.parts.directory.people(&desk, &filter, now, &page).await?.items;
        let has = |one: &Dated<Person>| {
            one.state.contacts.iter().any(|contact| same_number(&contact.value, number))
        };
        let mut having = found.into_iter().filter(has);
        Ok(match (having.next(), having.next()) {
            (Some(one), None) => Some((one.id, one.state.name.clone())),
            _ => None,
        })
    }
}

fn source_of(call: &Call) -> String {
    format!("call:{}", call.id)
}
