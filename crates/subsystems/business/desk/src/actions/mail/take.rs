use ::mail::{Letter, Nature, without_quotes};
use db::Tx;
use kernel::{Caller, Cause, Text};
use serde_json::json;

use super::{
    fetch::Taken,
    said::{by_writer, readable, remarks},
};
use crate::{
    DeskError,
    actions::{Desk, NewTicket, Occasion, note, opened::entry},
    model::{
        entry::EntryKind,
        fact::{TicketChanged, TicketCommented, TicketLinked, Told},
        field::{FieldDef, unanswered},
        link::{Link, LinkKind},
        mail::{
            answers::answers_in,
            fact::TicketMailBounced,
            fate::{Fate, fate},
            mailbox::Mailbox,
            message::{Mail, MailState},
            tag,
        },
        priority::Level,
        ticket::{Assignee, Channel, Content, Ticket, TicketId},
        ticket_type::TypeDraft,
    },
    store,
};

const SUBJECT_CHARS_MAX: usize = 200;

/// A mail that is taken now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming<'a> {
    pub(super) mailbox: &'a Mailbox,
    pub(super) mail: &'a Mail,
    pub(super) taken: &'a Taken,
    pub(super) letter: &'a Letter,
}

impl Desk {
    /// Decides what becomes of a mail and does it, in one change.
    ///
    /// Errors: the records fail, or the mail cannot be taken as things are.
    pub(super) async fn settle_mail(
        &self,
        mailbox: &Mailbox,
        mail: &Mail,
        taken: &Taken,
    ) -> Result<(), DeskError> {
        let caller = Caller::system("desk");
        let occasion = Occasion { caller: &caller, now: self.now(), cause: Cause::default() };
        let mut tx = self.db().begin().await?;
        let found = store::mails::find(tx.connection(), mail.id).await?;
        // Somebody else may have taken it since.
        let Some(mail) = found.filter(|mail| mail.state == MailState::Arriving) else {
            return Ok(());
        };
        let mut settled =
            Mail { digest: taken.digest.clone(), settled_at: Some(occasion.now), ..mail.clone() };
        if let Some(letter) = taken.letter.as_ref().ok().or(taken.head.as_ref()) {
            settled.message_id = letter.message_id.clone().unwrap_or_default();
            settled.address.clone_from(&letter.from.address);
            settled.name.clone_from(&letter.from.name);
            settled.subject = letter.subject.chars().take(SUBJECT_CHARS_MAX).collect();
        }
        let fate = match &taken.letter {
            Err(why) => Fate::SetAside(why.clone()),
            Ok(letter) => fate(letter, &self.known(&mut tx, (&mail, taken), letter).await?),
        };
        let fate = self.possible(&mut tx, mailbox, fate).await?;
        let coming = taken.letter.as_ref().ok();
        let coming = coming.map(|letter| Coming { mailbox, mail: &mail, taken, letter });
        match (fate, coming) {
            (Fate::SetAside(why), _) => {
                (settled.state, settled.reason) = (MailState::SetAside, why);
                self.tell_set_aside(&mut tx, &settled).await?;
            }
            (Fate::Repeated, _) | (_, None) => settled.state = MailState::Repeated,
            (fate, Some(coming)) => {
                settled.state = MailState::Taken;
                let (id, opened) = self.carry_out(&mut tx, occasion, coming, fate).await?;
                settled.ticket_id = Some(id);
                store::mails::put(&mut tx, &settled).await?;
                if let Some(ticket) = opened {
                    // It answers the mail, which is the ticket's by now.
                    self.acknowledge(&mut tx, occasion, (coming, &ticket)).await?;
                }
            }
        }
        store::mails::put(&mut tx, &settled).await?;
        // no fact: what the mail led to is one; that it came a second time is none.
        tx.commit().await?;
        Ok(())
    }

    /// The same fate, unless the mailbox opens tickets that cannot be opened any more.
    async fn possible(
        &self,
        tx: &mut Tx,
        mailbox: &Mailbox,
        fate: Fate,
    ) -> Result<Fate, DeskError> {
        if !matches!(fate, Fate::Opens { .. }) {
            return Ok(fate);
        }
        let kind = store::types::find(tx.connection(), &mailbox.draft.r#type).await?;
        if !kind.is_some_and(|kind| kind.draft.enabled) {
            return Ok(Fate::SetAside(Text::new(
                format!("the ticket type `{}` is not in use", mailbox.draft.r#type),
                format!("工单类型“{}”未启用", mailbox.draft.r#type),
            )));
        }
        if self.absent_unit(mailbox.draft.unit_id).await?.is_some() {
            return Ok(Fate::SetAside(Text::new(
                "the unit of the mailbox is closed",
                "邮箱所属单位已撤销",
            )));
        }
        Ok(fate)
    }

    /// Does what becomes of a mail. Returns its ticket, all of it where it was opened.
    async fn carry_out(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        coming: Coming<'_>,
        fate: Fate,
    ) -> Result<(TicketId, Option<Ticket>), DeskError> {
        let id = match fate {
            Fate::Continues(id) => self.continued(tx, occasion, coming, id).await?,
            Fate::Noted(id, why) => {
                let (text, _) = without_quotes(&coming.letter.text);
                let text = format!("{} / {}\n\n{text}", why.zh, why.en);
                self.noted(tx, occasion, (coming, id), &text).await?
            }
            Fate::Bounced(id) => self.bounced(tx, occasion, (coming, id)).await?,
            Fate::Opens { related } => {
                let ticket = self.opened_by_mail(tx, occasion, coming).await?;
                if let Some(other) = related {
                    self.relate(tx, occasion, (&ticket, other)).await?;
                }
                return Ok((ticket.id, Some(ticket)));
            }
            Fate::Repeated | Fate::SetAside(_) => {
                return Err(DeskError::not_found("ticket", "工单", coming.mail.id));
            }
        };
        Ok((id, None))
    }

    /// Opens a ticket by what a mail says.
    pub(super) async fn opened_by_mail(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        coming: Coming<'_>,
    ) -> Result<Ticket, DeskError> {
        let (letter, mailbox) = (coming.letter, coming.mailbox);
        let draft = self.type_of(tx.connection(), &mailbox.draft.r#type).await?;
        let subject = tag::bare(&letter.subject);
        let subject = if subject.is_empty() { "（无主题）" } else { subject };
        let content = Content {
            subject: subject.chars().take(SUBJECT_CHARS_MAX).collect(),
            text: readable(letter, &letter.text),
            requester: self.requester_of(letter).await?,
            region_id: None,
            resources: Vec::new(),
            impact: Level::Medium,
            urgency: Level::Medium,
            fields: answers_in(&letter.text, &draft.fields),
        };
        let new = NewTicket {
            type_key: draft.key.clone(),
            unit_id: mailbox.draft.unit_id,
            channel: Channel::Mail,
            assignee: Assignee::Nobody,
            content,
            source_key: Some(format!("mail:{}", coming.mail.id)),
        };
        let ticket = self.open(tx, occasion, &draft, new).await?;
        let token = tag::token_of(&self.parts.ids.secret());
        store::mail_threads::begin(tx, ticket.id, (mailbox.id, &token)).await?;
        self.join(tx, (&ticket, mailbox), letter).await?;
        let by_mail = format!("来信 / by mail: {}\n{}", letter.from.address, remarks(coming));
        let mut said = by_writer(occasion, coming, by_mail.trim_end());
        said.public = false;
        store::entries::add(tx, ticket.id, &said).await?;
        Ok(ticket)
    }

    /// Their writer says something on a ticket; one that is over is opened again where its type
    /// has a way for that.
    async fn continued(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        coming: Coming<'_>,
        id: TicketId,
    ) -> Result<TicketId, DeskError> {
        let scene = self.scene(tx.connection(), id).await?;
        let version = scene.ticket.version + 1;
        let how = Text::new("answered by mail", "来信回复");
        let led = match self.taken_up_again(tx, occasion, &scene, &how).await? {
            Some(ticket) => Some(ticket),
            None => self.reopened(tx, occasion, &scene, &how).await?,
        };
        let ticket = led.unwrap_or_else(|| scene.ticket.clone());
        let mut ticket = Ticket { changed_at: occasion.now, version, ..ticket };
        let (text, _) = without_quotes(&coming.letter.text);
        let remarks = remarks(coming);
        let text = readable(coming.letter, &text);
        let text = if remarks.is_empty() { text } else { format!("{text}\n\n{remarks}") };
        store::entries::add(tx, id, &by_writer(occasion, coming, &text)).await?;
        self.answered_by_mail(tx, occasion, (&mut ticket, &scene.draft), &text).await?;
        self.join(tx, (&ticket, coming.mailbox), coming.letter).await?;
        let token = tag::token_of(&self.parts.ids.secret());
        store::mail_threads::begin(tx, id, (coming.mailbox.id, &token)).await?;
        let told = Told::<TicketCommented>::ticket(&ticket).with("public", true);
        note(tx, occasion, told.with("channel", Channel::Mail)).await?;
        let ticket = self.settle(tx, occasion, ticket, &scene.draft).await?;
        self.tell_in_charge(tx, occasion, &ticket).await?;
        Ok(id)
    }

    /// What a mail says to questions of the form that were not answered is kept with the ticket.
    async fn answered_by_mail(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (ticket, draft): (&mut Ticket, &TypeDraft),
        text: &str,
    ) -> Result<(), DeskError> {
        let open = unanswered(&draft.fields, &ticket.content.fields);
        let open: Vec<FieldDef> = open.into_iter().cloned().collect();
        let answers = answers_in(text, &open);
        if answers.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> = answers.keys().cloned().collect();
        ticket.content.fields.extend(answers);
        let mut entry = entry(occasion, EntryKind::Changed, "");
        entry.detail = json!({
            "fields": ["fields"], "answered": keys, "priority": ticket.priority,
            "priority_before": ticket.priority,
        });
        store::entries::add(tx, ticket.id, &entry).await?;
        let told = Told::<TicketChanged>::ticket(ticket)
            .with("fields", ["fields"])
            .with("channel", Channel::Mail)
            .with("priority_before", ticket.priority);
        note(tx, occasion, told).await
    }

    /// Writes something that only those at the desk see and that changes nothing.
    async fn noted(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (coming, id): (Coming<'_>, TicketId),
        text: &str,
    ) -> Result<TicketId, DeskError> {
        let scene = self.scene(tx.connection(), id).await?;
        let ticket = Ticket {
            changed_at: occasion.now,
            version: scene.ticket.version + 1,
            ..scene.ticket.clone()
        };
        let mut entry = by_writer(occasion, coming, text);
        entry.public = false;
        store::entries::add(tx, id, &entry).await?;
        let told = Told::<TicketCommented>::ticket(&ticket).with("public", false);
        note(tx, occasion, told.with("channel", Channel::Mail)).await?;
        self.settle(tx, occasion, ticket, &scene.draft).await?;
        Ok(id)
    }

    /// A mail about a ticket did not arrive: that is noted there, and told to who is in charge.
    async fn bounced(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (coming, id): (Coming<'_>, TicketId),
    ) -> Result<TicketId, DeskError> {
        let Nature::Bounce(bounce) = &coming.letter.nature else { return Ok(id) };
        let whom: Vec<String> = bounce
            .addresses
            .iter()
            .map(|one| format!("{} {} {}", one.address, one.status, one.said).trim().to_owned())
            .collect();
        let whom = whom.join("\n");
        let said = if bounce.is_final {
            format!("邮件未送达 / a mail did not arrive:\n{whom}")
        } else {
            format!("邮件延迟送达 / a mail is delayed:\n{whom}")
        };
        self.noted(tx, occasion, (coming, id), said.trim()).await?;
        if let Some(message_id) = bounce.message_id.as_ref().filter(|_| bounce.is_final)
            && let Some(sent) = super::threads::sent(tx.connection(), message_id).await?
        {
            let reason = Text::same(whom);
            store::mails::put(tx, &Mail { state: MailState::Bounced, reason, ..sent }).await?;
        }
        let ticket = self.scene(tx.connection(), id).await?.ticket;
        note(tx, occasion, Told::<TicketMailBounced>::ticket(&ticket)).await?;
        Ok(id)
    }

    /// Links a ticket to another that its mail refers to, whose people its writer is none of.
    async fn relate(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        (ticket, other_id): (&Ticket, TicketId),
    ) -> Result<(), DeskError> {
        let other = self.scene(tx.connection(), other_id).await?.ticket;
        let kind = LinkKind::RelatesTo;
        let link = Link { ticket_id: ticket.id, kind, other_id, linked_at: occasion.now };
        if !store::links::add(tx, &link).await? {
            return Ok(());
        }
        let mut entry = entry(occasion, EntryKind::Linked, "");
        entry.detail = json!({ "kind": kind, "other_id": other_id, "other": other.number });
        store::entries::add(tx, ticket.id, &entry).await?;
        let told = Told::<TicketLinked>::ticket(ticket)
            .with("kind", kind)
            .with("other_id", other_id)
            .with("other_number", &other.number);
        note(tx, occasion, told).await
    }
}
