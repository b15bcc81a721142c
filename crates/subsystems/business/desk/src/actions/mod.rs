//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod assign;
mod beside;
mod bulk;
mod calls;
mod canned;
mod change;
mod clocks;
mod comments;
mod create;
mod enquiries;
mod export;
mod hops;
mod incidents;
mod links;
mod mail;
mod majors;
mod merges;
mod moves;
mod names;
mod opened;
mod policies;
mod port;
mod publications;
mod reads;
mod replies;
mod satisfaction;
mod seed;
mod similar;
mod split;
mod ties;
mod types;
mod warn;
mod work_lists;

use std::{fmt, sync::Arc};

use db::{Db, Tx};
use directory::{Directory, PersonId};
use journal::Entry as Row;
use kernel::{Caller, Cause, Clock, Fault, FieldFault, Ids, OnDuty, Time};
use notify::{Accounts, Notify};
use resources::Resources;

pub(crate) use bulk::{Bulk, BulkDone};
pub(crate) use calls::{CallTold, SeenCall};
pub(crate) use clocks::Clocks;
pub(crate) use comments::Audience;
pub(crate) use create::NewTicket;
pub(crate) use enquiries::{NewEnquiry, OfferedForm, SeenEnquiry};
pub(crate) use incidents::IncidentTold;
pub(crate) use links::SeenLink;
pub(crate) use mail::Found;
pub use mail::{DeskFiles, MailMeans};
pub(crate) use merges::ThreadEntry;
pub(crate) use names::Names;
pub(crate) use opened::Scene;
pub(crate) use policies::{PolicyEffect, Reach};
pub(crate) use publications::NewPublication;
pub(crate) use reads::{Asked, Counts, Whose};
pub(crate) use satisfaction::NewCallBack;
pub(crate) use similar::Likeness;
pub(crate) use split::SplitOrder;
pub(crate) use ties::Ties;

use crate::{
    DeskError,
    model::{
        fact::{Event, Told},
        policy::BaseCalendars,
    },
};

/// What the desk is made of.
pub struct DeskParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Units, regions, posts and people.
    pub directory: Directory,
    /// What tickets are about.
    pub resources: Resources,
    /// Which user is which person.
    pub accounts: Arc<dyn Accounts>,
    /// By what people are told; none: nobody is.
    pub notify: Option<Notify>,
    /// Who is on duty for a unit; none: nobody is asked.
    pub on_duty: Option<Arc<dyn OnDuty>>,
    /// How mail is read, and where files are; none: there is neither.
    pub mail: Option<MailMeans>,
}

/// Tickets and all that follows from them: cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub(crate) parts: Arc<DeskParts>,
    pub(crate) calendars: Arc<BaseCalendars>,
}

impl Desk {
    /// The desk on these records.
    #[must_use]
    pub fn new(parts: DeskParts) -> Self {
        Self { parts: Arc::new(parts), calendars: Arc::new(BaseCalendars::standard()) }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.parts.db
    }

    pub(crate) fn now(&self) -> Time {
        self.parts.clock.now()
    }

    /// Who the caller is in the directory.
    pub(crate) async fn person_of(&self, caller: &Caller) -> Result<Option<PersonId>, DeskError> {
        match &caller.user_id {
            Some(user) => Ok(self.parts.accounts.person_of(user).await?),
            None => Ok(None),
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Desk").field("db", &self.parts.db).finish_non_exhaustive()
    }
}

/// Who does something, when, and because of which fact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) now: Time,
    pub(crate) cause: Cause,
}

impl<'a> Occasion<'a> {
    fn new(caller: &'a Caller, now: Time) -> Self {
        Self { caller, now, cause: Cause::default() }
    }
}

/// Writes that something happened.
async fn note<E: Event>(
    tx: &mut Tx,
    occasion: Occasion<'_>,
    told: Told<E>,
) -> Result<(), DeskError> {
    let row = Row::new(occasion.caller, occasion.now, &told).because_of(occasion.cause);
    journal::append(tx, row).await?;
    Ok(())
}

fn none_wrong(faults: Vec<FieldFault>) -> Result<(), DeskError> {
    if faults.is_empty() { Ok(()) } else { Err(DeskError::Invalid(faults)) }
}

/// The user who calls.
///
/// Errors: what is one's own has no owner where nobody in particular calls.
fn own_user(caller: &Caller) -> Result<&str, DeskError> {
    let forbidden = || Fault::forbidden(crate::model::permission::PROFILE_READ).into();
    caller.user_id.as_deref().ok_or_else(forbidden)
}
