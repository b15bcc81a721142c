use calendar::{CalendarError, WorkingCalendar};
use directory::{PersonId, UnitId};
use jiff::{ToSpan as _, civil::Date};
use kernel::{FieldFault, Id, Text, Time};
use serde_json::Value;

use super::{
    checks::text,
    days::kind_of,
    inspection::{DaysOff, Every, InspectionDraft, InspectionId, Item, QuestionKind, Schedule},
    plan::span_of_day,
    roster::DayKind,
};

/// The id of a round.
pub(crate) type RoundId = Id<Round>;

/// How far before a workday the days off reach whose rounds it takes.
const DAYS_OFF_MAX: usize = 31;
const NOTE_CHARS_MAX: usize = 2_000;
const CLIENT_ID_CHARS_MAX: usize = 100;
/// Photos of one answer.
const PHOTOS_MAX: usize = 10;

/// An inspection that is to be done, or was (巡检任务).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Round {
    /// Its id.
    pub id: RoundId,
    /// The plan.
    pub inspection_id: InspectionId,
    /// The unit of the plan.
    pub unit_id: UnitId,
    /// The day.
    pub day: Date,
    /// Which window of the day, from 0.
    pub window: u32,
    /// What the plan said when it was made: later changes of the plan do not touch it.
    pub plan: InspectionDraft,
    /// From when it can be done …
    pub from: Time,
    /// … until when.
    pub to: Time,
    /// How far it is.
    pub state: RoundState,
    /// Who set out.
    pub person_id: Option<PersonId>,
    /// When.
    pub started_at: Option<Time>,
    /// When it was done, or found missed.
    pub ended_at: Option<Time>,
}

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoundState {
    /// Nobody has set out.
    Due,
    /// Somebody is on it.
    Started,
    /// Done.
    Finished,
    /// Not done in time.
    Missed,
}

/// What was found at an item; the newest one of an item counts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// The round.
    pub round_id: RoundId,
    /// Its number within the round.
    pub number: i64,
    /// The item's key.
    pub item: String,
    /// The name that the phone gave it: the same one is kept once.
    pub client_id: String,
    /// What was read: a truth value, a number or words.
    pub value: Value,
    /// Whether that is abnormal.
    pub abnormal: bool,
    /// What there is to say of it.
    pub note: String,
    /// Ids of its photos.
    pub photos: Vec<String>,
    /// Who found it.
    pub person_id: PersonId,
    /// When, as the phone has it.
    pub found_at: Time,
    /// When it came in.
    pub received_at: Time,
    /// The ticket.
    pub ticket: FoundTicket,
}

/// The ticket of something abnormal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FoundTicket {
    /// There is none and will be none.
    None,
    /// It is still to be opened.
    Owed,
    /// It is there: id and number.
    Opened(String, String),
}

/// An answer as it comes from a phone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Its name on the phone.
    pub client_id: String,
    /// The item's key.
    pub item: String,
    /// What was read.
    pub value: Value,
    /// What there is to say of it.
    pub note: String,
    /// Ids of its photos.
    pub photos: Vec<String>,
    /// When it was found; none: now.
    pub found_at: Option<Time>,
}

impl RoundState {
    const ALL: [Self; 4] = [Self::Due, Self::Started, Self::Finished, Self::Missed];

    /// Its name on the wire and in the records.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Missed => "missed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing in it changes any more.
    #[must_use]
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Missed)
    }
}

impl Round {
    /// Until when answers come in.
    #[must_use]
    pub(crate) fn closes_at(&self) -> Time {
        closes_at(self.to, &self.plan)
    }
}

/// Until when answers of a window that ends at `to` come in.
#[must_use]
pub(crate) fn closes_at(to: Time, plan: &InspectionDraft) -> Time {
    to.plus(std::time::Duration::from_secs(60 * u64::from(plan.grace_minutes)))
}

/// The rounds of `date`: the number of the window, from when and until when. A window that the
/// clocks skip as a whole has none.
///
/// Errors: [`CalendarError::OutOfRange`].
pub(crate) fn windows(
    schedule: &Schedule,
    calendar: &WorkingCalendar,
    date: Date,
) -> Result<Vec<(u32, Time, Time)>, CalendarError> {
    if !is_due(schedule, calendar, date) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (number, window) in (0..).zip(&schedule.windows) {
        if let Some((from, to)) = span_of_day(calendar, date, (window.from, window.to))? {
            found.push((number, from, to));
        }
    }
    Ok(found)
}

/// Whether rounds are done on `date`.
#[must_use]
pub(crate) fn is_due(schedule: &Schedule, calendar: &WorkingCalendar, date: Date) -> bool {
    let works = |date| kind_of(calendar, date).0 == DayKind::Workday;
    if schedule.days_off == DaysOff::Kept {
        return meant(schedule, date);
    }
    if !works(date) {
        return false;
    }
    if meant(schedule, date) {
        return true;
    }
    let before = (1_i64..).map_while(|days| date.checked_sub(days.days()).ok());
    let mut off = before.take(DAYS_OFF_MAX).take_while(|date| !works(*date));
    schedule.days_off == DaysOff::Moved && off.any(|date| meant(schedule, date))
}

/// Whether `date` is one of its days, whatever is worked.
fn meant(schedule: &Schedule, date: Date) -> bool {
    let day = date.day().unsigned_abs();
    date >= schedule.from
        && match schedule.every {
            Every::Day => true,
            Every::Week => {
                schedule.on.contains(&date.weekday().to_monday_one_offset().unsigned_abs())
            }
            Every::Month => {
                let last = date.days_in_month().unsigned_abs();
                schedule.on.contains(&day)
                    || (day == last && schedule.on.iter().any(|wanted| *wanted > last))
            }
        }
}

impl Answer {
    /// Whether what was read of `item` is abnormal.
    ///
    /// Errors: what is wrong with the answer, field by field.
    pub(crate) fn judged(&self, item: &Item) -> Result<bool, Vec<FieldFault>> {
        let mut faults = Vec::new();
        text(&mut faults, "client_id", &self.client_id, (1, CLIENT_ID_CHARS_MAX));
        text(&mut faults, "note", &self.note, (0, NOTE_CHARS_MAX));
        let abnormal = item.judged(&self.value).unwrap_or_else(|fault| {
            faults.push(fault);
            false
        });
        if abnormal && self.note.trim().is_empty() {
            let expected = Text::new("words on what is abnormal", "异常时须填写情况说明");
            faults.push(FieldFault::new("note", "", expected));
        }
        if item.photo && self.photos.is_empty() {
            let expected = Text::new("a photo of it", "该项须拍照");
            faults.push(FieldFault::new("photos", "none", expected));
        }
        if self.photos.len() > PHOTOS_MAX {
            let expected = Text::new("at most 10 photos", "最多 10 张照片");
            faults.push(FieldFault::new("photos", self.photos.len(), expected));
        }
        if faults.is_empty() { Ok(abnormal) } else { Err(faults) }
    }
}

impl Item {
    /// Whether a value is abnormal.
    ///
    /// Errors: it is no answer to what is asked.
    fn judged(&self, value: &Value) -> Result<bool, FieldFault> {
        let wrong = |en: String, zh: String| {
            let shown: String = value.to_string().chars().take(60).collect();
            FieldFault::new("value", shown, Text::new(en, zh))
        };
        match self.kind {
            QuestionKind::YesNo => value
                .as_bool()
                .map(|yes| !yes)
                .ok_or_else(|| wrong("`true` or `false`".to_owned(), "true 或 false".to_owned())),
            QuestionKind::Number => {
                let read = value.as_f64().filter(|read| read.is_finite());
                let read = read.ok_or_else(|| wrong("a number".to_owned(), "数值".to_owned()))?;
                let low = self.min.is_some_and(|min| read < min);
                Ok(low || self.max.is_some_and(|max| read > max))
            }
            QuestionKind::Choice => {
                let chosen = |name: &str| self.choices.iter().find(|choice| choice.name == name);
                let chosen = value.as_str().and_then(chosen);
                chosen.map(|choice| choice.abnormal).ok_or_else(|| {
                    let names: Vec<_> =
                        self.choices.iter().map(|choice| choice.name.as_str()).collect();
                    let names = names.join(", ");
                    wrong(format!("one of: {names}"), format!("以下之一：{names}"))
                })
            }
            QuestionKind::Text => {
                let fits = value.as_str().is_some_and(|words| {
                    words.chars().count() <= NOTE_CHARS_MAX && !words.contains('\0')
                });
                if fits {
                    return Ok(false);
                }
                Err(wrong("at most 2000 characters".to_owned(), "最多 2000 个字符".to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
