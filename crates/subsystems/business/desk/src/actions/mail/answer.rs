use std::time::Duration;

use ::mail::Letter;
use db::Tx;
use kernel::{Id, Language, Text};
use notify::{Author, ChannelKind, MailHead, NewMessage, Recipient};
use serde_json::{Map, Value, json};

use super::take::Coming;
use crate::{
    DeskError,
    actions::{Desk, Occasion, warn::Notice},
    model::{
        field::{FieldDef, FieldKind, lacking},
        mail::{
            mailbox::{Mailbox, is_mail_address},
            message::{Direction, Mail, MailState},
            tag,
        },
        ticket::{Assignee, Ticket},
    },
    store,
};

/// Mails of a conversation that a mail refers to.
const REFERENCES_MAX: u32 = 20;
/// Bytes of a text that goes out; the rest is on the ticket.
const TEXT_BYTES_MAX: usize = 48 * 1024;
/// So many acknowledgements go to one address within an hour: two programs that answer each other
/// come to rest.
const ACKNOWLEDGED_PER_HOUR_MAX: u32 = 5;

/// What a mail says, and who says it.
struct Said {
    author: Author,
    template: &'static str,
    parameters: Map<String, Value>,
    /// None: there is nothing of ours in it.
    language: Option<Language>,
}

impl Desk {
    /// Sends the requester of a ticket what was said to them, where they can be reached by mail
    /// and some mailbox takes their answer.
    pub(in crate::actions) async fn mail_requester(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (ticket, text): (&Ticket, &str),
    ) -> Result<(), DeskError> {
        let Some(address) = self.address_of(ticket).await? else { return Ok(()) };
        let Some(mailbox) = self.mailbox_of(tx, ticket).await? else { return Ok(()) };
        let mut parameters = Map::new();
        parameters.insert("text".to_owned(), Value::String(cut(text)));
        let said =
            Said { author: Author::Person, template: "desk.reply", parameters, language: None };
        self.send_mail(tx, occasion, (ticket, &mailbox), (&address, said)).await
    }

    /// Tells who opened a ticket by mail its number, where the mailbox is to.
    pub(super) async fn acknowledge(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (coming, ticket): (Coming<'_>, &Ticket),
    ) -> Result<(), DeskError> {
        let address = coming.letter.from.address.as_str();
        if !coming.mailbox.draft.acknowledge
            || coming.letter.wants_no_answer
            || !is_mail_address(address)
        {
            return Ok(());
        }
        let since = occasion.now.minus(Duration::from_secs(3_600));
        let lately = (address, Direction::Out);
        if store::mails::count_since(tx.connection(), lately, since).await?
            >= ACKNOWLEDGED_PER_HOUR_MAX
        {
            return Ok(());
        }
        let mut parameters = Map::new();
        parameters.insert("number".to_owned(), Value::String(ticket.number.clone()));
        let language = language_of(coming.letter);
        let draft = self.type_of(tx.connection(), &ticket.type_key).await?;
        let lacking = lacking(&draft.fields, &ticket.content.fields);
        let asked: Vec<Value> = lacking.into_iter().map(|one| question(one, language)).collect();
        parameters.insert("questions".to_owned(), Value::Array(asked));
        let said = Said {
            author: Author::ServerInReply,
            template: "desk.received",
            parameters,
            language: Some(language),
        };
        self.send_mail(tx, occasion, (ticket, coming.mailbox), (address, said)).await
    }

    async fn send_mail(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (ticket, mailbox): (&Ticket, &Mailbox),
        (address, said): (&str, Said),
    ) -> Result<(), DeskError> {
        let Some(notify) = &self.parts.notify else { return Ok(()) };
        let token = tag::token_of(&self.parts.ids.secret());
        store::mail_threads::begin(tx, ticket.id, (mailbox.id, &token)).await?;
        let known = store::mail_threads::thread(tx.connection(), ticket.id).await?;
        let token = known.map_or(token, |(_, token)| token);
        let mut ids =
            store::mails::ids_of_ticket(tx.connection(), ticket.id, REFERENCES_MAX).await?;
        let answered = ids.iter().find(|(_, direction)| *direction == Direction::In);
        let in_reply_to = answered.map(|(id, _)| id.clone());
        ids.reverse();
        let id = Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref());
        let number = (ticket.number.as_str(), token.as_str());
        let subject = tag::tagged(&ticket.content.subject, number, in_reply_to.is_some());
        let Said { author, template, mut parameters, language } = said;
        parameters.insert("subject".to_owned(), Value::String(subject.clone()));
        let message_id =
            format!("{}.{id}@{}", ticket.number.to_lowercase(), mailbox.draft.domain());
        let head = MailHead {
            message_id: message_id.clone(),
            in_reply_to,
            references: ids.into_iter().map(|(id, _)| id).collect(),
            reply_to: Some(mailbox.draft.address.clone()),
            author,
        };
        let recipient = Recipient::Address { kind: ChannelKind::Mail, value: address.to_owned() };
        let message = NewMessage {
            cause: occasion.cause,
            mail: Some(head),
            language,
            ..NewMessage::new(template, recipient, parameters)
        };
        notify.enqueue(tx, occasion.caller, &message).await?;
        let mail = Mail {
            id,
            mailbox_id: mailbox.id,
            unit_id: mailbox.draft.unit_id,
            direction: Direction::Out,
            state: MailState::Sent,
            uid: None,
            filed: true,
            message_id,
            digest: String::new(),
            address: address.to_lowercase(),
            name: ticket.content.requester.name.clone(),
            subject,
            ticket_id: Some(ticket.id),
            reason: Text::default(),
            attempts: 0,
            noticed_at: occasion.now,
            settled_at: Some(occasion.now),
        };
        store::mails::add(tx, &mail).await?;
        Ok(store::mail_threads::join(tx, ticket.id, &address.to_lowercase()).await?)
    }

    /// The address at which the requester of a ticket is reached.
    async fn address_of(&self, ticket: &Ticket) -> Result<Option<String>, DeskError> {
        let requester = &ticket.content.requester;
        let contact = requester.contact.trim();
        if is_mail_address(contact) {
            return Ok(Some(contact.to_owned()));
        }
        let Some(person) = requester.person_id else { return Ok(None) };
        Ok(self.mails_of(person).await?.into_iter().find(|address| is_mail_address(address)))
    }

    /// The mailbox that takes answers about a ticket: the one it came by, else one of its unit and
    /// type, else one of its unit, else the first.
    async fn mailbox_of(&self, tx: &mut Tx, ticket: &Ticket) -> Result<Option<Mailbox>, DeskError> {
        let mut all = store::mailboxes::all(tx.connection()).await?;
        all.retain(|one| one.draft.enabled);
        let thread = store::mail_threads::thread(tx.connection(), ticket.id).await?;
        let rank = |one: &Mailbox| {
            let came_by = thread.as_ref().is_some_and(|(id, _)| *id == one.id);
            let unit = one.draft.unit_id == ticket.unit_id;
            let kind = one.draft.r#type == ticket.type_key;
            (!came_by, !(unit && kind), !unit)
        };
        Ok(all.into_iter().min_by_key(rank))
    }

    /// Tells who is in charge of a ticket that its requester has written.
    pub(super) async fn tell_in_charge(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        ticket: &Ticket,
    ) -> Result<(), DeskError> {
        let recipient = match ticket.assignee {
            Assignee::Person(person) => Recipient::Person(person),
            Assignee::Post(post) => Recipient::Post(post),
            Assignee::Nobody => return Ok(()),
        };
        let title = ticket.title();
        let notice = Notice {
            title: Text::new(format!("{title}: a mail has come"), format!("工单有新来信：{title}")),
            text: Text::new(
                "A mail continues the ticket. See its page for what it says.",
                "工单收到新的来信，请在工单页面查看。",
            ),
            urgent: false,
            due_at: None,
        };
        self.tell(tx, occasion, ticket, (recipient, &notice)).await
    }
}

/// A question as a mail asks it: its name, and what may be answered where there is a choice.
fn question(field: &FieldDef, language: Language) -> Value {
    let said = |text: &Text| match language {
        Language::English => text.en.clone(),
        Language::Chinese => text.zh.clone(),
    };
    let answers: Vec<String> = match field.kind {
        FieldKind::Choice => field.choices.iter().map(|one| said(&one.name)).collect(),
        FieldKind::YesNo => vec![said(&Text::new("yes", "是")), said(&Text::new("no", "否"))],
        FieldKind::Date => vec![said(&Text::new("such as 2026-10-01", "如 2026-10-01"))],
        FieldKind::Text | FieldKind::LongText | FieldKind::Number => Vec::new(),
    };
    json!({ "name": said(&field.name), "answers": answers })
}

/// The language that somebody writes in, as far as that shows.
fn language_of(letter: &Letter) -> Language {
    let chinese = |letter: char| matches!(letter, '\u{4e00}'..='\u{9fff}');
    let text = letter.subject.chars().chain(letter.text.chars());
    if text.take(1_000).any(chinese) { Language::Chinese } else { Language::English }
}

/// A text that fits into a message.
fn cut(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=TEXT_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}\n…", &text[..end])
}
