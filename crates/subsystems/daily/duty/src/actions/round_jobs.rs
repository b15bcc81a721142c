use db::Tx;
use directory::{AsOf, PersonId, PostFilter, UnitId};
use jiff::{ToSpan as _, civil::Date};
use kernel::{Caller, Id, Page, Text, TicketWish, Time};

use super::{Duty, Notice, ground::note};
use crate::{
    DutyError,
    model::{
        fact::Told,
        inspection::{Inspection, Item, Schedule},
        inspection_fact::{RoundMissed, RoundTicketOpened},
        plan::stamp,
        round::{Found, Round, RoundState, closes_at, windows},
    },
    store,
};

/// Rounds are made so many days ahead.
const AHEAD_DAYS: i64 = 2;
/// After a stop of the server rounds are made so many days back: they were missed.
const BACK_DAYS: i64 = 7;
/// Rounds and tickets that are looked at in one run.
const AT_ONCE: u32 = 200;
const SUBJECT_CHARS_MAX: usize = 200;

impl Duty {
    /// Makes the rounds of the next days.
    pub(crate) async fn make_rounds(&self) -> Result<u64, DutyError> {
        let now = self.now();
        let mut done = 0;
        for one in store::inspections::all(self.db().reader()).await? {
            if one.made_until >= last_day(&one.draft.schedule, now)? {
                continue;
            }
            let mut tx = self.db().begin().await?;
            // It may have been changed since.
            let found = store::inspections::find(tx.connection(), one.id).await?;
            let Some(one) = found.filter(|one| !one.retired) else { continue };
            self.make_rounds_of(&mut tx, one, now).await?;
            // no fact: when rounds are due was told by the plan's.
            tx.commit().await?;
            done += 1;
        }
        Ok(done)
    }

    /// Makes the rounds of a plan that are not made yet, and keeps how far they are.
    pub(super) async fn make_rounds_of(
        &self,
        tx: &mut Tx,
        one: Inspection,
        now: Time,
    ) -> Result<Inspection, DutyError> {
        let schedule = &one.draft.schedule;
        let calendar =
            self.calendars.with_days(&schedule.zone, schedule.calendar, &schedule.days)?;
        let last = last_day(schedule, now)?;
        let out_of_range = |_| calendar::CalendarError::OutOfRange;
        let earliest = last.checked_sub((AHEAD_DAYS + BACK_DAYS).days()).map_err(out_of_range)?;
        let first = one.made_until.tomorrow().map_err(out_of_range)?.max(earliest);
        for day in first.series(1.day()).take_while(|day| *day <= last) {
            for (window, from, to) in windows(schedule, &calendar, day)? {
                // What was over before the plan said so was nobody's to do.
                if closes_at(to, &one.draft) <= one.changed_at {
                    continue;
                }
                let round = Round {
                    id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
                    inspection_id: one.id,
                    unit_id: one.draft.unit_id,
                    day,
                    window,
                    plan: one.draft.clone(),
                    from,
                    to,
                    state: RoundState::Due,
                    person_id: None,
                    started_at: None,
                    ended_at: None,
                };
                store::rounds::insert(tx, &round).await?;
            }
        }
        let made = Inspection { made_until: last.max(one.made_until), ..one };
        store::inspections::update(tx, &made).await?;
        Ok(made)
    }

    /// Finds the rounds that were not done in time, and tells who heads the unit.
    pub(crate) async fn miss_rounds(&self) -> Result<u64, DutyError> {
        let (now, system) = (self.now(), Caller::system("duty"));
        let mut done = 0;
        for state in [RoundState::Due, RoundState::Started] {
            let overdue = store::rounds::overdue(self.db().reader(), state, now, AT_ONCE).await?;
            for round in overdue {
                let heads = self.heads_of(round.unit_id).await?;
                let mut tx = self.db().begin().await?;
                // Somebody may have finished it since.
                let found = store::rounds::find(tx.connection(), round.id).await?;
                let Some(round) = found.filter(|round| round.state == state) else { continue };
                let missed = Round { state: RoundState::Missed, ended_at: Some(now), ..round };
                store::rounds::update(&mut tx, &missed).await?;
                let told = Told::<RoundMissed>::of(missed.id, missed.plan.name.clone())
                    .with("inspection_id", missed.inspection_id)
                    .with("unit_id", missed.unit_id)
                    .with("from", missed.from)
                    .with("to", missed.to)
                    .with("started", missed.started_at.is_some());
                note(&mut tx, (&system, now), told).await?;
                for head in heads {
                    self.tell(&mut tx, &system, head, &missed_notice(&missed)).await?;
                }
                tx.commit().await?;
                done += 1;
            }
        }
        Ok(done)
    }

    /// Opens the tickets that are owed for what was abnormal.
    pub(crate) async fn open_owed_tickets(&self) -> Result<u64, DutyError> {
        let mut done = 0;
        for found in store::found::owed(self.db().reader(), AT_ONCE).await? {
            if self.open_ticket(&found).await? {
                done += 1;
            }
        }
        Ok(done)
    }

    /// Opens the ticket of something abnormal; one that is refused stays owed.
    pub(super) async fn open_ticket(&self, found: &Found) -> Result<bool, DutyError> {
        let Some(tickets) = self.tickets.get() else { return Ok(false) };
        let round = store::rounds::find(self.db().reader(), found.round_id).await?;
        let Some(round) = round else { return Ok(false) };
        let Some((item, type_key)) =
            round.plan.item(&found.item).zip(round.plan.ticket_type.clone())
        else {
            return Ok(false);
        };
        let ticket = match tickets.open(wish(&round, item, type_key, found)).await {
            Ok(ticket) => ticket,
            Err(fault) => {
                let (id, text) = (round.id, &fault.text.en);
                tracing::warn!(round = %id, "failed to open a ticket for round {id}: {text}");
                return Ok(false);
            }
        };
        let (now, system) = (self.now(), Caller::system("duty"));
        let mut tx = self.db().begin().await?;
        if store::found::set_ticket(&mut tx, found, (&ticket.id, &ticket.number)).await? {
            let told = Told::<RoundTicketOpened>::of(round.id, round.plan.name.clone())
                .with("item", &found.item)
                .with("ticket_id", &ticket.id)
                .with("ticket", &ticket.number);
            note(&mut tx, (&system, now), told).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Who holds the posts that head a unit.
    async fn heads_of(&self, unit: UnitId) -> Result<Vec<PersonId>, DutyError> {
        let (directory, now) = (&self.parts.directory, self.now());
        let filter = PostFilter { unit: Some(unit), head: Some(true), ..PostFilter::default() };
        let page = Page { after: None, limit: 50 };
        let system = Caller::system("duty");
        let posts = directory.posts(&system, &filter, AsOf::at(now), &page).await?.items;
        let mut people = Vec::new();
        for post in posts {
            for held in directory.holders(post.id, now).await? {
                if !people.contains(&held.state.person) {
                    people.push(held.state.person);
                }
            }
        }
        Ok(people)
    }
}

/// What a ticket about something abnormal says.
fn wish(round: &Round, item: &Item, type_key: String, found: &Found) -> TicketWish {
    let subject = format!("{} · {}", round.plan.name, item.name);
    let value = match &found.value {
        serde_json::Value::String(words) => words.clone(),
        other => other.to_string(),
    };
    let place = if item.place.is_empty() { String::new() } else { format!("{}\n", item.place) };
    TicketWish {
        source: format!("inspection:{}:{}", round.id, item.key),
        type_key,
        unit_id: round.unit_id.to_string(),
        resource_id: item.resource_id.map(|id| id.to_string()),
        subject: subject.chars().take(SUBJECT_CHARS_MAX).collect(),
        text: format!(
            "{} · {}\n{place}{}: {value} {}\n{}",
            round.plan.name, round.day, item.name, item.unit, found.note
        ),
    }
}

fn missed_notice(round: &Round) -> Notice {
    let (name, day) = (&round.plan.name, round.day);
    Notice {
        title: Text::new("An inspection was missed", "巡检漏检"),
        text: Text::new(
            format!("“{name}” of {day} was not done in time."),
            format!("{day} 的巡检“{name}”未按时完成。"),
        ),
        link: "/inspections".to_owned(),
        urgent: true,
    }
}

/// The last day whose rounds are made.
fn last_day(schedule: &Schedule, now: Time) -> Result<Date, DutyError> {
    let today = date_in(schedule, now)?;
    Ok(today.checked_add(AHEAD_DAYS.days()).map_err(|_| calendar::CalendarError::OutOfRange)?)
}

/// Which day it is where rounds are done.
pub(super) fn date_in(schedule: &Schedule, now: Time) -> Result<Date, DutyError> {
    let zone = calendar::zone(&schedule.zone)?;
    Ok(stamp(now)?.to_zoned(zone).date())
}
