use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use calendar::WorkingCalendar;
use directory::PersonId;
use jiff::{ToSpan as _, civil::Date};
use kernel::{Caller, Text, Time};

use super::{DAY_AND_MORE, Duty, Ground, rosters::no_roster, sees};
use crate::{
    DutyError,
    model::{
        days::kind_of,
        fairness::{Load, loads},
        plan::{AHEAD_DAYS_MAX, DutySpan, joined, people_in, stamp},
        problem::{Around, Problem, problems},
        roster::{DayKind, Roster, RosterId},
    },
    store,
};

/// How far ahead colleagues see each other's shifts.
const SWAPPED_AHEAD: Duration = Duration::from_secs(56 * 86_400);

/// A stretch of a roster, with what there is to say of it.
pub(crate) struct Seen {
    pub(crate) roster: Roster,
    pub(crate) spans: Vec<DutySpan>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) names: HashMap<PersonId, String>,
    /// Each day with what it is and why.
    pub(crate) days: Vec<(Date, DayKind, String)>,
    /// Years of it whose days off are not published yet: they may turn out otherwise.
    pub(crate) unpublished: Vec<i16>,
}

/// How duty is shared out in a roster.
pub(crate) struct FairnessOf {
    pub(crate) rows: Vec<(PersonId, String, Load)>,
}

/// Who is on duty for what.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnDutyFilter {
    pub(crate) roster_id: Option<RosterId>,
    pub(crate) unit_id: Option<directory::UnitId>,
    pub(crate) post_id: Option<directory::PostId>,
    pub(crate) person_id: Option<PersonId>,
}

impl OnDutyFilter {
    pub(crate) fn takes(&self, roster: &Roster) -> bool {
        self.roster_id.is_none_or(|id| id == roster.id)
            && self.unit_id.is_none_or(|id| id == roster.draft.unit_id)
            && self.post_id.is_none_or(|post| {
                roster.draft.positions.iter().any(|position| position.post_id == Some(post))
            })
    }

    pub(crate) fn takes_span(&self, roster: &Roster, span: &DutySpan) -> bool {
        let post = roster.draft.position(&span.slot.position).and_then(|one| one.post_id);
        self.post_id.is_none_or(|wanted| post == Some(wanted))
            && self.person_id.is_none_or(|wanted| span.person == Some(wanted))
    }
}

impl Duty {
    /// Who is on from–to: what has passed as fact, what is to come as planned.
    pub(crate) async fn spans(
        &self,
        ground: &Ground,
        (from, to): (Time, Time),
    ) -> Result<Vec<DutySpan>, DutyError> {
        let frozen = ground.roster.frozen_until;
        let mut spans = Vec::new();
        if from < frozen {
            let until = to.min(frozen);
            let id = ground.roster.id;
            spans = store::spans::between(self.db().reader(), id, (from, until)).await?;
            for span in &mut spans {
                (span.from, span.to) = (span.from.max(from), span.to.min(to));
            }
        }
        spans.extend(ground.planned(from.max(frozen), to)?);
        Ok(joined(spans))
    }

    /// A roster the caller sees, with all that decides who is on.
    pub(crate) async fn ground_seen(
        &self,
        caller: &Caller,
        id: RosterId,
    ) -> Result<Ground, DutyError> {
        let roster = self.roster(caller, id).await?;
        let mut connection = self.db().reader().acquire().await?;
        self.ground(&mut connection, roster).await
    }

    /// A stretch of a roster that the caller sees.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Invalid`].
    pub(crate) async fn stretch(
        &self,
        caller: &Caller,
        id: RosterId,
        times: (Time, Time),
    ) -> Result<Seen, DutyError> {
        checked_times(times)?;
        let ground = self.ground_seen(caller, id).await?;
        let spans = self.spans(&ground, times).await?;
        self.seen(caller, ground, spans, times).await
    }

    /// What there is to say of spans of a roster: of what is to come also what is wrong.
    pub(crate) async fn seen(
        &self,
        caller: &Caller,
        ground: Ground,
        spans: Vec<DutySpan>,
        times: (Time, Time),
    ) -> Result<Seen, DutyError> {
        checked_times(times)?;
        let problems = self.wrong(caller, &ground, &spans).await?;
        let mut people = people_in(&spans);
        people.extend(ground.roster.draft.people());
        let names = self.names(people).await?;
        let days = days(&ground.calendar, times);
        let mut unpublished: Vec<i16> = days.iter().map(|(date, ..)| date.year()).collect();
        unpublished.dedup();
        unpublished.retain(|year| !ground.calendar.notes(*year).is_empty());
        Ok(Seen { roster: ground.roster, spans, problems, names, days, unpublished })
    }

    /// What is wrong with those of the spans that are not over.
    pub(crate) async fn wrong(
        &self,
        caller: &Caller,
        ground: &Ground,
        spans: &[DutySpan],
    ) -> Result<Vec<Problem>, DutyError> {
        let now = self.now();
        let ahead: Vec<DutySpan> = spans.iter().filter(|span| span.to > now).cloned().collect();
        let (Some(first), Some(last)) = (ahead.first(), ahead.iter().map(|span| span.to).max())
        else {
            return Ok(Vec::new());
        };
        let people: BTreeSet<PersonId> = ahead.iter().filter_map(|span| span.person).collect();
        let times = (first.from, last);
        let elsewhere = self.elsewhere(caller, ground.roster.id, &people, times).await?;
        self.wrong_beside(ground, &ahead, &elsewhere).await
    }

    /// What is wrong with spans that are not over, beside the same people's duty elsewhere.
    pub(crate) async fn wrong_beside(
        &self,
        ground: &Ground,
        ahead: &[DutySpan],
        elsewhere: &[(String, DutySpan)],
    ) -> Result<Vec<Problem>, DutyError> {
        let people = ahead.iter().filter_map(|span| span.person).collect();
        let asks = ground.roster.draft.positions.iter().any(|one| one.post_id.is_some());
        let known = self.known(people, asks).await?;
        let around = Around {
            draft: &ground.roster.draft,
            people: &known,
            leaves: &ground.leaves,
            elsewhere,
        };
        Ok(problems(&around, ahead))
    }

    /// The duty of people in other rosters; those that the caller does not see have no name.
    async fn elsewhere(
        &self,
        caller: &Caller,
        but: RosterId,
        people: &BTreeSet<PersonId>,
        (from, to): (Time, Time),
    ) -> Result<Vec<(String, DutySpan)>, DutyError> {
        let mut found = Vec::new();
        let mut connection = self.db().reader().acquire().await?;
        for roster in store::rosters::all(&mut *connection).await? {
            if roster.id == but {
                continue;
            }
            let ground = self.ground(&mut connection, roster).await?;
            if !names_any(&ground, people) {
                continue;
            }
            let spans = ground.planned(from.max(ground.roster.frozen_until), to)?;
            let of_them = |span: &DutySpan| span.person.is_some_and(|one| people.contains(&one));
            let name = match sees(caller, ground.roster.draft.unit_id) {
                true => ground.roster.draft.name.as_str(),
                false => "",
            };
            found.extend(spans.into_iter().filter(of_them).map(|span| (name.to_owned(), span)));
        }
        Ok(found)
    }

    /// How duty is shared out in a roster from–to.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Invalid`].
    pub(crate) async fn fairness(
        &self,
        caller: &Caller,
        id: RosterId,
        times: (Time, Time),
    ) -> Result<FairnessOf, DutyError> {
        checked_times(times)?;
        let ground = self.ground_seen(caller, id).await?;
        let spans = self.spans(&ground, times).await?;
        let mut of_all = loads(&spans, ground.calendar.zone());
        // Who is named and has nothing is part of the picture.
        for person in ground.roster.draft.people() {
            of_all.entry(person).or_default();
        }
        let names = self.names(of_all.keys().copied().collect()).await?;
        let rows = of_all.into_iter().map(|(person, load)| {
            let name = names.get(&person).cloned().unwrap_or_default();
            (person, name, load)
        });
        Ok(FairnessOf { rows: rows.collect() })
    }

    /// Who is on duty at a moment, in the rosters that the caller sees.
    pub(crate) async fn on_duty(
        &self,
        caller: &Caller,
        filter: &OnDutyFilter,
        at: Time,
    ) -> Result<Vec<Seen>, DutyError> {
        let mut rosters = self.rosters(caller).await?;
        rosters.retain(|roster| filter.takes(roster));
        if filter.roster_id.is_some_and(|_| rosters.is_empty()) {
            return Err(filter.roster_id.map_or(DutyError::Stale, no_roster));
        }
        // A day either side: a span is shown whole, not the moment that was asked for.
        let around = (at.minus(DAY_AND_MORE), at.plus(DAY_AND_MORE));
        let mut found = self.each(rosters, filter, around).await?;
        for seen in &mut found {
            seen.spans.retain(|span| span.from <= at && at < span.to);
        }
        Ok(found)
    }

    /// The stretches of rosters in which the filter finds something.
    pub(crate) async fn each(
        &self,
        rosters: Vec<Roster>,
        filter: &OnDutyFilter,
        times: (Time, Time),
    ) -> Result<Vec<Seen>, DutyError> {
        let mut found = Vec::new();
        for roster in rosters {
            let mut connection = self.db().reader().acquire().await?;
            let ground = self.ground(&mut connection, roster).await?;
            drop(connection);
            let mut spans = self.spans(&ground, times).await?;
            spans.retain(|span| filter.takes_span(&ground.roster, span));
            if spans.is_empty() {
                continue;
            }
            let names = self.names(people_in(&spans)).await?;
            let roster = ground.roster;
            found.push(Seen {
                roster,
                spans,
                problems: Vec::new(),
                names,
                days: Vec::new(),
                unpublished: Vec::new(),
            });
        }
        Ok(found)
    }

    /// The people of a roster and their shifts of the next eight weeks, for who is one of them.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn colleagues(
        &self,
        caller: &Caller,
        id: RosterId,
    ) -> Result<Seen, DutyError> {
        let ground = self.ground_mine(caller, id).await?;
        let now = self.now();
        let spans = joined(ground.planned(now, now.plus(SWAPPED_AHEAD))?);
        let mut people = people_in(&spans);
        people.extend(ground.roster.draft.people());
        let names = self.names(people).await?;
        let roster = ground.roster;
        Ok(Seen {
            roster,
            spans,
            problems: Vec::new(),
            names,
            days: Vec::new(),
            unpublished: Vec::new(),
        })
    }

    /// Who is on at a moment in a roster, whoever asks; nobody in one that is not there.
    pub(crate) async fn on_in(&self, id: RosterId, at: Time) -> Result<Vec<DutySpan>, DutyError> {
        let Some(roster) = store::rosters::find(self.db().reader(), id).await? else {
            return Ok(Vec::new());
        };
        let mut connection = self.db().reader().acquire().await?;
        let ground = self.ground(&mut connection, roster).await?;
        drop(connection);
        self.spans(&ground, (at, Time::from_micros(at.micros().saturating_add(1)))).await
    }

    /// Who the caller is in the directory, and their own duty from–to, in all rosters; none for
    /// who is no person.
    ///
    /// Errors: [`DutyError::Invalid`].
    pub(crate) async fn mine(
        &self,
        caller: &Caller,
        times: (Time, Time),
    ) -> Result<(Option<PersonId>, Vec<Seen>), DutyError> {
        checked_times(times)?;
        let person_id = self.person_of(caller).await?;
        if person_id.is_none() {
            return Ok((None, Vec::new()));
        }
        let filter = OnDutyFilter { person_id, ..OnDutyFilter::default() };
        let rosters = store::rosters::all(self.db().reader()).await?;
        Ok((person_id, self.each(rosters, &filter, times).await?))
    }

    /// What a roster said, the newest first.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn versions(
        &self,
        caller: &Caller,
        id: RosterId,
    ) -> Result<Vec<store::rosters::Version>, DutyError> {
        self.roster(caller, id).await?;
        Ok(store::rosters::versions(self.db().reader(), id, 100).await?)
    }

    /// The caller sees the roster, or is one of its people.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn ground_mine(
        &self,
        caller: &Caller,
        id: RosterId,
    ) -> Result<Ground, DutyError> {
        let found = store::rosters::find(self.db().reader(), id).await?;
        let roster = found.ok_or_else(|| no_roster(id))?;
        let unit = roster.draft.unit_id;
        let mut connection = self.db().reader().acquire().await?;
        let ground = self.ground(&mut connection, roster).await?;
        drop(connection);
        let own = self.person_of(caller).await?.into_iter().collect();
        if sees(caller, unit) || names_any(&ground, &own) {
            return Ok(ground);
        }
        Err(no_roster(id))
    }
}

/// Whether one of the people may ever be on by that ground.
fn names_any(ground: &Ground, people: &BTreeSet<PersonId>) -> bool {
    ground.roster.draft.people().iter().any(|person| people.contains(person))
        || ground
            .overrides
            .iter()
            .any(|one| one.person_in.is_some_and(|person| people.contains(&person)))
        || ground.swaps.iter().any(|swap| people.contains(&swap.taker))
}

fn days(calendar: &WorkingCalendar, (from, to): (Time, Time)) -> Vec<(Date, DayKind, String)> {
    let last = Time::from_micros(to.micros() - 1);
    let (Ok(from), Ok(to)) = (stamp(from), stamp(last)) else { return Vec::new() };
    let (first, last) = (calendar.date_at(from), calendar.date_at(to));
    let dates = first.series(1.day()).take_while(|date| *date <= last);
    dates
        .map(|date| {
            let (kind, name) = kind_of(calendar, date);
            (date, kind, name)
        })
        .collect()
}

/// Errors: [`DutyError::Invalid`] for what is no stretch of time, or too long a one.
pub(crate) fn checked_times((from, to): (Time, Time)) -> Result<(), DutyError> {
    let days = (to.micros().saturating_sub(from.micros())) / 86_400_000_000;
    let within = stamp(from).is_ok() && stamp(to).is_ok();
    if from < to && days <= AHEAD_DAYS_MAX && within {
        return Ok(());
    }
    let expected = Text::new(
        format!("a time after `from`, {AHEAD_DAYS_MAX} days at most"),
        format!("晚于开始时间，且不超过 {AHEAD_DAYS_MAX} 天"),
    );
    Err(DutyError::field("to", to, expected))
}
