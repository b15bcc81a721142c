use std::time::Duration;

use db::Tx;
use kernel::{Caller, FieldFault, Text, Time};
use serde_json::json;

use super::{
    Desk, Occasion, Scene, SeenEnquiry,
    enquiries::outsider,
    moves::note_moved,
    none_wrong, note,
    opened::{entry, no_ticket, state_of},
};
use crate::{
    DeskError,
    model::{
        enquiry::Progress,
        entry::EntryKind,
        fact::{TicketCalledBack, TicketRated, Told},
        moving::{Mover, Refusal, entered, is_another},
        permission::TICKET_WORK,
        satisfaction::{CallBack, CallResult, Rating, SCORE_MAX, handled_by, way_after},
        ticket::{Assignee, Ticket, TicketId, text_fault},
    },
    store::{self, satisfaction::CALLS_MAX},
};

const TEXT_CHARS_MAX: usize = 4_000;
/// The entries that are looked at for who had a hand in the answer.
const LOOKED_AT_MAX: u32 = 10_000;
/// When supervision of what was answered badly is to be reported on, unless that is said.
const REPORT_WITHIN: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// What somebody says who was called back.
#[derive(Debug, Clone)]
pub(crate) struct NewCallBack {
    pub(crate) result: CallResult,
    pub(crate) text: String,
    /// When supervision is to be reported on, of a dissatisfied one.
    pub(crate) due_at: Option<Time>,
}

impl Desk {
    /// Rates the enquiry of a code.
    ///
    /// Errors: as [`Self::enquiry`]; [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn rate_enquiry(
        &self,
        code: &str,
        (score, text): (u8, String),
    ) -> Result<SeenEnquiry, DeskError> {
        let seen = self.enquiry(code).await?;
        if seen.progress != Progress::Answered {
            return Err(not_answered());
        }
        let id = seen.scene.ticket.id;
        let caller = outsider();
        let mut tx = self.db().begin().await?;
        let scene = self.scene(tx.connection(), id).await?;
        self.rate(&mut tx, Occasion::new(&caller, self.now()), scene, (score, text)).await?;
        tx.commit().await?;
        self.enquiry(code).await
    }

    /// Rates a ticket that the caller asked for themselves.
    ///
    /// Errors: [`DeskError::NotFound`] for tickets of others, [`DeskError::Invalid`],
    /// [`DeskError::Conflict`].
    pub(crate) async fn rate_own(
        &self,
        caller: &Caller,
        id: TicketId,
        (score, text): (u8, String),
    ) -> Result<Rating, DeskError> {
        let person = self.person_of(caller).await?;
        let mut tx = self.db().begin().await?;
        let scene = self.scene(tx.connection(), id).await?;
        if person.is_none() || scene.ticket.content.requester.person_id != person {
            return Err(no_ticket(id));
        }
        let occasion = Occasion::new(caller, self.now());
        let rating = self.rate(&mut tx, occasion, scene, (score, text)).await?;
        tx.commit().await?;
        Ok(rating)
    }

    async fn rate(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        scene: Scene,
        (score, text): (u8, String),
    ) -> Result<Rating, DeskError> {
        let mut faults: Vec<FieldFault> =
            text_fault("text", &text, 0, TEXT_CHARS_MAX).into_iter().collect();
        if !(1..=SCORE_MAX).contains(&score) {
            let expected = Text::new("1 (bad) to 5 (good)", "1（差）至 5（好）");
            faults.push(FieldFault::new("score", score, expected));
        }
        none_wrong(faults)?;
        none_open(&scene.ticket)?;
        let rating = Rating { score, text, rated_at: occasion.now };
        store::satisfaction::rate(tx, scene.ticket.id, &rating).await?;
        let mut entry = entry(occasion, EntryKind::Rated, &rating.text);
        (entry.public, entry.detail) = (true, json!({ "score": score }));
        store::entries::add(tx, scene.ticket.id, &entry).await?;
        let version = scene.ticket.version + 1;
        let ticket = Ticket { changed_at: occasion.now, version, ..scene.ticket };
        note(tx, occasion, Told::<TicketRated>::ticket(&ticket).with("score", score)).await?;
        self.settle(tx, occasion, ticket, &scene.draft).await?;
        Ok(rating)
    }

    /// Notes what somebody says who was called back (回访) on version `version` of a ticket, by
    /// somebody who had no hand in the answer. Dissatisfied: it is opened again under supervision
    /// (督办), in the same change.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Forbidden`], [`DeskError::Stale`],
    /// [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn call_back(
        &self,
        caller: &Caller,
        (id, version): (TicketId, i64),
        new: NewCallBack,
    ) -> Result<Ticket, DeskError> {
        none_wrong(self.call_faults(&new))?;
        let person = self.person_of(caller).await?;
        let mut tx = self.db().begin().await?;
        let occasion = Occasion::new(caller, self.now());
        let scene = self.opened(&mut tx, caller, (id, version), TICKET_WORK).await?;
        none_open(&scene.ticket)?;
        let mover = Mover {
            user_id: caller.user_id.as_deref(),
            in_charge: person.is_some_and(|one| scene.ticket.assignee == Assignee::Person(one)),
        };
        let entries = store::entries::list(tx.connection(), id, (0, LOOKED_AT_MAX)).await?;
        let handled = handled_by(caller, &entries, &scene.draft);
        if handled || !is_another(&scene.ticket, mover) {
            return Err(Refusal::ByAnother.into());
        }
        let ticket = self.called(&mut tx, occasion, &scene, &new).await?;
        let ticket = match new.result {
            CallResult::Satisfied | CallResult::Neutral => ticket,
            CallResult::Dissatisfied => {
                let due_at = new.due_at.unwrap_or_else(|| occasion.now.plus(REPORT_WITHIN));
                self.order(&mut tx, occasion, ticket, (new.text, due_at)).await?
            }
        };
        let ticket = self.settle(&mut tx, occasion, ticket, &scene.draft).await?;
        tx.commit().await?;
        Ok(ticket)
    }

    /// Writes a call back and moves the ticket by the way that its type has for that.
    async fn called(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        scene: &Scene,
        new: &NewCallBack,
    ) -> Result<Ticket, DeskError> {
        let id = scene.ticket.id;
        let calls = store::satisfaction::calls(tx.connection(), id).await?;
        let way = way_after(new.result, &scene.ticket, &scene.draft);
        let to = way.and_then(|way| scene.draft.state(&way.to));
        if to.is_none() && new.result == CallResult::Dissatisfied {
            return Err(DeskError::conflict(
                "no-way-back",
                "its type has no way from this state back to an open one",
                "该类型在当前状态下没有重新办理的流转",
            ));
        }
        let number = u32::try_from(calls.len()).unwrap_or(u32::MAX).saturating_add(1);
        if number > CALLS_MAX {
            return Err(DeskError::conflict(
                "too-many",
                format!("a ticket has {CALLS_MAX} calls back at most"),
                format!("每张工单最多回访 {CALLS_MAX} 次"),
            ));
        }
        let call = CallBack {
            number,
            result: new.result,
            text: new.text.clone(),
            called_by: occasion.caller.actor.name.clone(),
            called_at: occasion.now,
        };
        store::satisfaction::add_call(tx, id, &call).await?;
        let ticket = match to {
            Some(to) => entered(&scene.ticket, (&to.key, to.phase), occasion.now),
            None => scene.ticket.clone(),
        };
        let version = ticket.version + 1;
        let ticket = Ticket { version, changed_at: occasion.now, ..ticket };
        let mut entry = entry(occasion, EntryKind::CalledBack, &new.text);
        entry.state = to.and_then(|_| state_of(&ticket));
        entry.detail = json!({ "call": number, "result": new.result });
        store::entries::add(tx, id, &entry).await?;
        let told = Told::<TicketCalledBack>::ticket(&ticket).with("result", new.result);
        note(tx, occasion, told).await?;
        if let Some(way) = way {
            note_moved(tx, occasion, (&scene.ticket, &ticket), way).await?;
        }
        Ok(ticket)
    }

    fn call_faults(&self, new: &NewCallBack) -> Vec<FieldFault> {
        let least = usize::from(new.result == CallResult::Dissatisfied);
        let mut faults: Vec<FieldFault> =
            text_fault("text", &new.text, least, TEXT_CHARS_MAX).into_iter().collect();
        if let Some(due) = new.due_at.filter(|due| *due <= self.now()) {
            faults.push(FieldFault::new("due_at", due, Text::new("a time to come", "将来的时间")));
        }
        faults
    }

    /// What was said of a ticket that the caller sees.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn satisfaction(
        &self,
        caller: &Caller,
        id: TicketId,
    ) -> Result<(Option<Rating>, Vec<CallBack>), DeskError> {
        self.seen(caller, id).await?;
        let rating = store::satisfaction::rating(self.db().reader(), id).await?;
        Ok((rating, store::satisfaction::calls(self.db().reader(), id).await?))
    }
}

/// Nobody is asked how the answer was before there is one.
fn none_open(ticket: &Ticket) -> Result<(), DeskError> {
    if !ticket.phase.is_open() {
        return Ok(());
    }
    Err(not_answered())
}

fn not_answered() -> DeskError {
    DeskError::conflict("not-answered", "it is not answered yet", "工单尚未答复，不能评价或回访")
}
