use std::time::Duration;

use ::mail::{Letter, Nature};
use db::Tx;
use directory::{PersonId, Way};
use sqlx::AnyConnection;

use super::fetch::Taken;
use crate::{
    DeskError,
    actions::Desk,
    model::{
        mail::{
            fate::{Known, Thread},
            mailbox::Mailbox,
            message::{Direction, Mail, MailState},
            tag,
        },
        ticket::{Assignee, Requester, Ticket, TicketId},
    },
    store,
};

/// How far back the mails of a sender are counted.
const LATELY: Duration = Duration::from_secs(3_600);
/// References that are looked up.
const LOOKED_UP: usize = 20;

impl Desk {
    /// What is known when a mail comes.
    pub(super) async fn known(
        &self,
        tx: &mut Tx,
        (mail, taken): (&Mail, &Taken),
        letter: &Letter,
    ) -> Result<Known, DeskError> {
        let before = store::mails::said_before(tx.connection(), (&taken.digest, mail.id)).await?;
        let from = letter.from.address.as_str();
        let boxes = store::mailboxes::all(tx.connection()).await?;
        let mut own = boxes.iter().any(|one| one.draft.address.eq_ignore_ascii_case(from));
        if let Some(id) = &letter.message_id {
            let same = store::mails::by_message_id(tx.connection(), id).await?;
            own |= same.iter().any(|one| one.direction == Direction::Out);
        }
        let since = self.now().minus(LATELY);
        let lately =
            store::mails::count_since(tx.connection(), (from, Direction::In), since).await?;
        let bounced = match &letter.nature {
            Nature::Bounce(bounce) => match &bounce.message_id {
                Some(id) => sent(tx.connection(), id).await?.and_then(|mail| mail.ticket_id),
                None => None,
            },
            _ => None,
        };
        let thread = match self.thread_of(tx.connection(), letter).await? {
            Some(ticket_id) => {
                let concerned = self.is_concerned(tx.connection(), ticket_id, from).await?;
                Some(Thread { ticket_id, concerned })
            }
            None => None,
        };
        Ok(Known { repeated: before.is_some(), own, lately, thread, bounced })
    }

    /// The ticket that a mail refers to: by the mails that it answers, else by the number in its
    /// subject, with the token that only those have whom we wrote to.
    async fn thread_of(
        &self,
        connection: &mut AnyConnection,
        letter: &Letter,
    ) -> Result<Option<TicketId>, DeskError> {
        for id in letter.references.iter().take(LOOKED_UP) {
            let mails = store::mails::by_message_id(&mut *connection, id).await?;
            let counted = |mail: &Mail| {
                matches!(mail.state, MailState::Taken | MailState::Sent | MailState::Bounced)
            };
            let found = mails.into_iter().filter(counted).find_map(|mail| mail.ticket_id);
            if found.is_some() {
                return Ok(found);
            }
        }
        let Some((number, token)) = tag::found(&letter.subject) else { return Ok(None) };
        let Some((id, known)) = store::mail_threads::by_number(&mut *connection, &number).await?
        else {
            return Ok(None);
        };
        if token.is_some() && token == known {
            return Ok(Some(id));
        }
        // A number alone proves nothing; whose ticket it is may be believed to mean it.
        let theirs = self.is_concerned(connection, id, &letter.from.address).await?;
        Ok((theirs && token.is_none()).then_some(id))
    }

    /// Whether an address has to do with a ticket: its requester, who was in one of its mails, or
    /// who is in charge.
    async fn is_concerned(
        &self,
        connection: &mut AnyConnection,
        id: TicketId,
        address: &str,
    ) -> Result<bool, DeskError> {
        if store::mail_threads::parties(&mut *connection, id)
            .await?
            .iter()
            .any(|one| one == address)
        {
            return Ok(true);
        }
        let Some(ticket) = store::tickets::find(connection, id).await? else { return Ok(false) };
        let requester = &ticket.content.requester;
        if requester.contact.trim().eq_ignore_ascii_case(address) {
            return Ok(true);
        }
        let in_charge = match ticket.assignee {
            Assignee::Person(person) => Some(person),
            Assignee::Nobody | Assignee::Post(_) => None,
        };
        for person in requester.person_id.into_iter().chain(in_charge) {
            if self.mails_of(person).await?.iter().any(|one| one.eq_ignore_ascii_case(address)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The mail addresses of a person.
    pub(super) async fn mails_of(&self, person: PersonId) -> Result<Vec<String>, DeskError> {
        let ways = self.parts.directory.contact_ways(person).await?;
        let mails = ways.into_iter().filter(|way| way.way == Way::Mail);
        Ok(mails.map(|way| way.value).collect())
    }

    /// Who wrote: a person of the directory, or somebody from outside by name and address.
    pub(super) async fn requester_of(&self, letter: &Letter) -> Result<Requester, DeskError> {
        let from = &letter.from;
        let person = self.parts.directory.person_by_mail(&from.address).await?;
        let name = match &person {
            Some(person) => person.state.name.clone(),
            None if from.name.is_empty() => from.address.clone(),
            None => from.name.clone(),
        };
        Ok(Requester {
            name: name.chars().take(200).collect(),
            contact: from.address.chars().take(200).collect(),
            person_id: person.map(|person| person.id),
        })
    }

    /// From now on those in a mail may continue its ticket.
    pub(super) async fn join(
        &self,
        tx: &mut Tx,
        (ticket, mailbox): (&Ticket, &Mailbox),
        letter: &Letter,
    ) -> Result<(), DeskError> {
        let own = &mailbox.draft.address;
        let all = std::iter::once(&letter.from).chain(&letter.to).chain(&letter.cc);
        for party in all.filter(|party| !party.address.eq_ignore_ascii_case(own)) {
            store::mail_threads::join(tx, ticket.id, &party.address).await?;
        }
        Ok(())
    }
}

/// The mail with that Message-ID that we sent.
pub(super) async fn sent(
    connection: &mut AnyConnection,
    message_id: &str,
) -> Result<Option<Mail>, DeskError> {
    let mails = store::mails::by_message_id(connection, message_id).await?;
    Ok(mails.into_iter().find(|mail| mail.direction == Direction::Out))
}
