use db::Tx;
use directory::PersonId;
use journal::{Filter, Row as FactRow};
use kernel::{Caller, FieldFault, Page, PageOf, Permission, Text};
use notify::Recipient;
use serde_json::json;

use super::{Desk, Occasion, Scene, assign::over, none_wrong, note, opened::entry, warn::Notice};
use crate::{
    DeskError,
    model::{
        entry::{Entry, EntryKind},
        fact::{Event, MajorDeclared, MajorEnded, MajorOverdue, MajorUpdated, Told},
        major::{Major, minutes_fault, next_update},
        permission::{TICKET_ASSIGN, TICKET_READ, TICKET_WORK},
        ticket::{Assignee, Ticket, TicketId, text_fault},
    },
    store,
};

const TEXT_CHARS_MAX: usize = 10_000;
/// Tickets that are looked at in one run, and that are listed.
const AT_ONCE: u32 = 100;

impl Desk {
    /// Declares version `version` of a ticket major: who leads, and how often those concerned are
    /// told how it stands.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn declare_major(
        &self,
        caller: &Caller,
        key: (TicketId, i64),
        (lead_id, every_minutes): (PersonId, u32),
    ) -> Result<Major, DeskError> {
        let mut faults: Vec<FieldFault> = minutes_fault(every_minutes).into_iter().collect();
        let unknown = self.unknown_assignee(caller, Assignee::Person(lead_id)).await?;
        faults.extend(unknown.map(|fault| FieldFault { field: "lead_id".to_owned(), ..fault }));
        none_wrong(faults)?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, key, TICKET_ASSIGN).await?;
        if !scene.ticket.phase.is_open() {
            return Err(over());
        }
        if store::majors::find(tx.connection(), key.0).await?.is_some_and(|one| one.goes_on()) {
            return Err(DeskError::conflict("major", "it is major already", "工单已是重大事件"));
        }
        let major = Major {
            ticket_id: key.0,
            lead_id,
            every_minutes,
            declared_by: caller.actor.name.clone(),
            declared_at: occasion.now,
            update_due_at: Some(next_update(every_minutes, occasion.now)),
            warned: false,
            ended: None,
            summary: String::new(),
        };
        let mut entry = entry(occasion, EntryKind::MajorDeclared, "");
        entry.detail = json!({ "lead_id": lead_id, "every_minutes": every_minutes });
        let written = self.written::<MajorDeclared>(&mut tx, occasion, scene, (&major, entry));
        let ticket = written.await?;
        let notice = Notice {
            title: Text::new(
                format!("You lead a major incident: {}", ticket.title()),
                format!("由您牵头处置重大事件：{}", ticket.title()),
            ),
            text: Text::new(
                format!("Those concerned are to be told every {every_minutes} minutes."),
                format!("请每 {every_minutes} 分钟通报一次进展。"),
            ),
            urgent: true,
            due_at: None,
        };
        self.tell(&mut tx, occasion, &ticket, (Recipient::Person(lead_id), &notice)).await?;
        tx.commit().await?;
        Ok(major)
    }

    /// Tells those concerned how a major ticket stands; the clock of updates begins anew.
    ///
    /// Errors: as [`Self::declare_major`].
    pub(crate) async fn update_major(
        &self,
        caller: &Caller,
        key: (TicketId, i64),
        (text, public): (String, bool),
    ) -> Result<Major, DeskError> {
        let (mut tx, scene, major) =
            self.going_on(caller, key, TICKET_WORK, ("text", &text)).await?;
        let occasion = Occasion::new(caller, self.now());
        let major = major.told(occasion.now);
        let entry = Entry { public, ..entry(occasion, EntryKind::MajorUpdated, &text) };
        self.written::<MajorUpdated>(&mut tx, occasion, scene, (&major, entry)).await?;
        tx.commit().await?;
        Ok(major)
    }

    /// Ends that a ticket is major, with how it went.
    ///
    /// Errors: as [`Self::declare_major`].
    pub(crate) async fn end_major(
        &self,
        caller: &Caller,
        key: (TicketId, i64),
        summary: String,
    ) -> Result<Major, DeskError> {
        let said = ("summary", summary.as_str());
        let (mut tx, scene, major) = self.going_on(caller, key, TICKET_ASSIGN, said).await?;
        let occasion = Occasion::new(caller, self.now());
        let entry = entry(occasion, EntryKind::MajorEnded, &summary);
        let ended = Some((caller.actor.name.clone(), occasion.now));
        let major = Major { update_due_at: None, ended, summary, ..major };
        self.written::<MajorEnded>(&mut tx, occasion, scene, (&major, entry)).await?;
        tx.commit().await?;
        Ok(major)
    }

    /// A change of a ticket that is major, by somebody who may make it and says something.
    async fn going_on(
        &self,
        caller: &Caller,
        key: (TicketId, i64),
        permission: Permission,
        (field, text): (&str, &str),
    ) -> Result<(Tx, Scene, Major), DeskError> {
        none_wrong(text_fault(field, text, 1, TEXT_CHARS_MAX).into_iter().collect())?;
        let mut tx = self.db().begin().await?;
        let scene = self.opened(&mut tx, caller, key, permission).await?;
        let major = store::majors::find(tx.connection(), key.0).await?;
        let major = major.filter(Major::goes_on).ok_or_else(|| {
            DeskError::conflict("not-major", "it is not major", "工单不是进行中的重大事件")
        })?;
        Ok((tx, scene, major))
    }

    /// Writes what was declared, with an entry and a fact.
    async fn written<E: Event>(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        scene: Scene,
        (major, entry): (&Major, Entry),
    ) -> Result<Ticket, DeskError> {
        store::majors::put(tx, major).await?;
        store::entries::add(tx, major.ticket_id, &entry).await?;
        let version = scene.ticket.version + 1;
        let mut ticket = Ticket { changed_at: occasion.now, version, ..scene.ticket };
        if entry.public && ticket.responded_at.is_none() {
            ticket.responded_at = Some(occasion.now);
        }
        let told = Told::<E>::ticket(&ticket)
            .with("lead_id", major.lead_id)
            .with("update_due_at", major.update_due_at);
        note(tx, occasion, told).await?;
        self.settle(tx, occasion, ticket, &scene.draft).await
    }

    /// Warns who leads of updates that are overdue. Returns how many.
    pub(crate) async fn warn_of_updates(&self) -> Result<u64, DeskError> {
        let (caller, now) = (Caller::system("desk"), self.now());
        let occasion = Occasion::new(&caller, now);
        let mut done = 0;
        for major in store::majors::due(self.db().reader(), now, AT_ONCE).await? {
            let mut tx = self.db().begin().await?;
            let found = store::majors::find(tx.connection(), major.ticket_id).await?;
            // It may have been told of since.
            if found.as_ref() != Some(&major) {
                continue;
            }
            let major = Major { warned: true, ..major };
            store::majors::put(&mut tx, &major).await?;
            let ticket = store::tickets::find(tx.connection(), major.ticket_id).await?;
            if let Some(ticket) = ticket {
                let told = Told::<MajorOverdue>::ticket(&ticket).with("lead_id", major.lead_id);
                note(&mut tx, occasion, told).await?;
                let notice = Notice {
                    title: Text::new(
                        format!("Tell how it stands: {}", ticket.title()),
                        format!("请通报重大事件进展：{}", ticket.title()),
                    ),
                    text: Text::new("The next update is overdue.", "进展通报已超时。"),
                    urgent: true,
                    due_at: None,
                };
                let lead = Recipient::Person(major.lead_id);
                self.tell(&mut tx, occasion, &ticket, (lead, &notice)).await?;
            }
            tx.commit().await?;
            done += 1;
        }
        Ok(done)
    }

    /// What was declared of a ticket that the caller sees.
    ///
    /// Errors: [`DeskError::NotFound`] where it never was major.
    pub(crate) async fn major(&self, caller: &Caller, id: TicketId) -> Result<Major, DeskError> {
        self.seen(caller, id).await?;
        let found = store::majors::find(self.db().reader(), id).await?;
        found.ok_or_else(|| DeskError::not_found("major incident", "重大事件", id))
    }

    /// The tickets that are major now and that the caller sees, what is due first.
    pub(crate) async fn majors(&self, caller: &Caller) -> Result<Vec<(Major, Ticket)>, DeskError> {
        let mut connection = self.db().reader().acquire().await?;
        let mut seen = Vec::new();
        for major in store::majors::going_on(&mut *connection, AT_ONCE).await? {
            let scene = self.scene(&mut connection, major.ticket_id).await?;
            if scene.permits(caller, TICKET_READ) {
                seen.push((major, scene.ticket));
            }
        }
        Ok(seen)
    }

    /// The facts of the journal about a ticket that the caller sees, the newest first.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn timeline(
        &self,
        caller: &Caller,
        id: TicketId,
        page: Page,
    ) -> Result<PageOf<FactRow>, DeskError> {
        self.seen(caller, id).await?;
        let filter = Filter {
            subject_kind: Some("ticket".to_owned()),
            subject_id: Some(id.to_string()),
            ..Filter::default()
        };
        Ok(journal::list(self.db(), &filter, page).await?)
    }
}
