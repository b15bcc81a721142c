//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod calls;
mod chains;
mod feeds;
mod freeze;
mod ground;
mod hand_overs;
mod imports;
mod incidents;
mod inspections;
mod leaves;
mod occasion;
mod overrides;
mod people;
mod port;
mod qualifications;
mod reads;
mod rosters;
mod round_answers;
mod round_jobs;
mod rounds;
mod swaps;
mod watch;
mod work_items;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use calendar::CalendarError;
use db::{Db, Tx};
use directory::{Directory, PersonId, UnitId};
use kernel::{Caller, Clock, Fault, FieldFault, Ids, Permission, Place, Text, Tickets, Time};
use notify::{Accounts, NewMessage, Notify, Recipient, WayOrder};
use resources::Resources;
use serde_json::{Map, Value};
use vault::Vault;

pub(crate) use calls::SimulatedStep;
pub(crate) use ground::Ground;
pub(crate) use imports::{ImportFormat, ImportWish, ImportedRoster};
pub(crate) use inspections::Counted;
pub(crate) use leaves::LeaveDraft;
pub(crate) use occasion::Occasion;
pub(crate) use overrides::OverrideDraft;
pub(crate) use reads::{OnDutyFilter, Seen};
pub(crate) use rounds::{AskedRounds, SeenRound};
pub(crate) use swaps::{SwapAnswer, SwapDraft};
pub(crate) use work_items::Progress;

use crate::{
    DutyError,
    model::{
        days::BaseCalendars,
        permission::{DUTY_CHANGE, DUTY_READ},
    },
};

/// How far ahead changes are looked at.
pub(crate) const AHEAD: Duration = Duration::from_secs(400 * 86_400);
/// Longer than any shift: what begins now ends within it.
pub(crate) const DAY_AND_MORE: Duration = Duration::from_secs(26 * 3_600);
/// The longest reason that somebody gives.
const REASON_CHARS_MAX: usize = 500;

/// What duty is made of.
pub struct DutyParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub ids: Arc<dyn Ids>,
    /// Who is who, and who holds which post.
    pub directory: Directory,
    /// Which user is which person.
    pub accounts: Arc<dyn Accounts>,
    /// By what people are told; none: nobody is.
    pub notify: Option<Notify>,
}

/// What inspections are about, and where their photos are.
pub struct InspectionMeans {
    /// What items name.
    pub resources: Resources,
    /// Where photos are kept.
    pub vault: Vault,
}

/// Rosters and all that follows from them: cheap to clone.
#[derive(Clone)]
pub struct Duty {
    pub(crate) parts: Arc<DutyParts>,
    pub(crate) calendars: Arc<BaseCalendars>,
    pub(crate) means: Option<Arc<InspectionMeans>>,
    pub(crate) tickets: Arc<OnceLock<Arc<dyn Tickets>>>,
}

/// What somebody is told.
pub(crate) struct Notice {
    pub(crate) title: Text,
    pub(crate) text: Text,
    pub(crate) link: String,
    pub(crate) urgent: bool,
}

/// How a notice goes, where somebody says so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    /// By which ways one after another; as the person prefers when `None`.
    pub(crate) order: Option<WayOrder>,
    /// What it is about: whoever answers that ends it.
    pub(crate) about: Option<String>,
}

impl Duty {
    /// Duty on these records.
    ///
    /// Errors: [`CalendarError`] never in practice.
    pub fn new(parts: DutyParts) -> Result<Self, CalendarError> {
        Ok(Self {
            parts: Arc::new(parts),
            calendars: Arc::new(BaseCalendars::standard()?),
            means: None,
            tickets: Arc::default(),
        })
    }

    /// The same with what inspections name, and with photos; without, they do without both.
    #[must_use]
    pub fn with_inspection_means(self, means: InspectionMeans) -> Self {
        Self { means: Some(Arc::new(means)), ..self }
    }

    /// Tells where tickets are opened for what is abnormal; until then they are owed. Whoever
    /// opens them may ask duty who is on, and so is there later.
    pub fn learn_tickets(&self, tickets: Arc<dyn Tickets>) {
        // The first one that is told stays.
        self.tickets.get_or_init(|| tickets);
    }

    pub(crate) fn db(&self) -> &Db {
        &self.parts.db
    }

    pub(crate) fn now(&self) -> Time {
        self.parts.clock.now()
    }

    /// Who the caller is in the directory.
    pub(crate) async fn person_of(&self, caller: &Caller) -> Result<Option<PersonId>, DutyError> {
        match &caller.user_id {
            Some(user) => Ok(self.parts.accounts.person_of(user).await?),
            None => Ok(None),
        }
    }

    /// The same for what only a person can do.
    ///
    /// Errors: [`DutyError::Conflict`] for a user who is no person of the directory.
    pub(crate) async fn own_person(&self, caller: &Caller) -> Result<PersonId, DutyError> {
        self.person_of(caller).await?.ok_or_else(|| {
            DutyError::conflict(
                "no-person",
                "your user is no person of the directory; somebody has to tie them together",
                "您的账号尚未关联组织目录中的人员，请联系管理员关联",
            )
        })
    }

    /// Keeps a message to a person in the change; it is sent exactly if the change is made.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person: PersonId,
        notice: &Notice,
    ) -> Result<(), DutyError> {
        self.tell_by(tx, caller, person, notice, Ways::default()).await
    }

    /// The same by ways that are named, about something that can be acknowledged.
    pub(crate) async fn tell_by(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person: PersonId,
        notice: &Notice,
        ways: Ways,
    ) -> Result<(), DutyError> {
        let Some(notify) = &self.parts.notify else { return Ok(()) };
        let mut parameters = Map::new();
        let texts = [("title", &notice.title), ("text", &notice.text)];
        for (name, text) in texts {
            parameters.insert(format!("{name}_en"), Value::String(text.en.clone()));
            parameters.insert(format!("{name}_zh"), Value::String(text.zh.clone()));
        }
        let message = NewMessage {
            template: "duty.notice".to_owned(),
            parameters,
            recipient: Recipient::Person(person),
            channel: None,
            urgent: notice.urgent,
            dedupe: None,
            link: Some(notice.link.clone()),
            language: None,
            cause: kernel::Cause::default(),
            mail: None,
            order: ways.order,
            about: ways.about,
        };
        notify.enqueue(tx, caller, &message).await?;
        Ok(())
    }
}

impl fmt::Debug for Duty {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Duty").field("db", &self.parts.db).finish_non_exhaustive()
    }
}

/// Whether the caller sees what belongs to a unit.
pub(crate) fn sees(caller: &Caller, unit: UnitId) -> bool {
    holds(caller, DUTY_READ, unit)
}

/// Whether the caller holds a permission over what belongs to a unit.
pub(crate) fn holds(caller: &Caller, permission: Permission, unit: UnitId) -> bool {
    let unit = unit.to_string();
    caller.may_at(permission, &Place { unit_id: Some(&unit), ..Place::default() })
}

/// Whether the caller may change what belongs to a unit.
///
/// Errors: `absent` for those who do not see it, [`DutyError::Forbidden`] for those who only do.
fn permit_change(
    caller: &Caller,
    unit: UnitId,
    absent: impl FnOnce() -> DutyError,
) -> Result<(), DutyError> {
    if holds(caller, DUTY_CHANGE, unit) {
        return Ok(());
    }
    Err(if sees(caller, unit) { DutyError::Forbidden(DUTY_CHANGE) } else { absent() })
}

/// A span of time that is one.
fn checked_span(from: Time, to: Time, faults: &mut Vec<FieldFault>) {
    let longest = AHEAD.as_micros() as i64;
    if from >= to || to.micros() - from.micros() > longest {
        let expected =
            Text::new("a time after `from`, 400 days at most", "晚于开始时间，且不超过 400 天");
        faults.push(FieldFault::new("to", to, expected));
    }
}

fn checked_reason(reason: &str, faults: &mut Vec<FieldFault>) {
    if reason.chars().count() > REASON_CHARS_MAX || reason.contains('\0') {
        let expected = Text::new("at most 500 characters", "最多 500 个字符");
        faults.push(FieldFault::new(
            "reason",
            reason.chars().take(60).collect::<String>(),
            expected,
        ));
    }
}

fn none_wrong(faults: Vec<FieldFault>) -> Result<(), DutyError> {
    if faults.is_empty() { Ok(()) } else { Err(DutyError::Invalid(faults)) }
}

/// Past its moment: what has begun is fact.
fn too_late() -> DutyError {
    Fault::conflict(
        "past",
        Text::new(
            "it is over, or has begun: past duty is settled",
            "时间已过：已开始或已结束的值班不能再变更",
        ),
    )
    .into()
}
