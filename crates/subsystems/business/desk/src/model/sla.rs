use std::{fmt, str::FromStr, time::Duration};

use calendar::{CalendarError, WorkingCalendar};
use kernel::{Text, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    clock::{self, ClockFacts, Reading, Stretch},
    phase::Phase,
    policy::PolicyDraft,
    priority::Priority,
};

/// What happened to a ticket as far as its clocks ask.
#[derive(Debug, Clone)]
pub(crate) struct SlaFacts {
    /// When it was opened.
    pub opened_at: Time,
    /// Its states in the order of time, the first from `opened_at` on.
    pub states: Vec<StateSpan>,
    /// How pressing it is now: priorities count from the beginning.
    pub priority: Priority,
    /// When somebody took it up or replied.
    pub responded_at: Option<Time>,
    /// The time by which its resolution was extended.
    pub extra: Duration,
    /// The units that have or had it.
    pub hops: Vec<HopSpan>,
}

/// A ticket is in a state from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StateSpan {
    /// From this moment.
    pub from: Time,
    /// What the state means to the clocks.
    pub phase: Phase,
    /// What people call the state.
    pub name: Text,
}

/// A unit has a ticket, alone in charge or helping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HopSpan {
    /// Its number within the ticket.
    pub number: u32,
    /// Since when.
    pub from: Time,
    /// Until when.
    pub ended_at: Option<Time>,
}

/// A clock of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ClockName {
    /// Until somebody takes it up or replies.
    Response,
    /// Until it is resolved.
    Resolution,
    /// As long as the unit of that hop has it.
    Hop(u32),
}

/// That somebody was warned: of which clock, at how many percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Warning {
    /// Of which clock.
    pub clock: ClockName,
    /// At how many percent of its target.
    pub percent: u8,
}

impl fmt::Display for ClockName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response => out.write_str("response"),
            Self::Resolution => out.write_str("resolution"),
            Self::Hop(number) => write!(out, "hop-{number}"),
        }
    }
}

impl FromStr for ClockName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "response" => Ok(Self::Response),
            "resolution" => Ok(Self::Resolution),
            _ => {
                let number = text.strip_prefix("hop-").and_then(|number| number.parse().ok());
                number.map(Self::Hop).ok_or(())
            }
        }
    }
}

impl Serialize for ClockName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClockName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| de::Error::custom("the name of a clock"))
    }
}

impl SlaFacts {
    fn stretches(&self) -> Vec<Stretch> {
        let stretch = |state: &StateSpan| Stretch {
            from: state.from,
            runs: state.phase.runs(),
            state: state.name.clone(),
        };
        self.states.iter().map(stretch).collect()
    }

    /// Since when it is resolved or closed without a break.
    fn ended_at(&self) -> Option<Time> {
        let open = self.states.iter().rposition(|state| state.phase.is_open());
        self.states.get(open.map_or(0, |last| last + 1)).map(|state| state.from)
    }
}

/// Every clock of a ticket, as a pure function of what happened to it, the version of its policy,
/// the calendar and the moment of reading.
///
/// Errors: [`CalendarError`] beyond a century.
pub(crate) fn readings(
    facts: &SlaFacts,
    policy: &PolicyDraft,
    calendar: &WorkingCalendar,
    now: Time,
) -> Result<Vec<(ClockName, Reading)>, CalendarError> {
    let stretches = facts.stretches();
    let over_at = facts.ended_at();
    let mut all = Vec::new();
    let mut add = |name, from, ended_at, target| -> Result<(), CalendarError> {
        let facts = ClockFacts { from, stretches: &stretches, ended_at, target, now };
        all.push((name, clock::read(&facts, calendar)?));
        Ok(())
    };
    let promised = policy.target(facts.priority);
    if let Some(target) = promised.and_then(|promised| promised.response) {
        let span = target.span(facts.opened_at, calendar)?;
        let ended = [facts.responded_at, over_at].into_iter().flatten().min();
        add(ClockName::Response, facts.opened_at, ended, span)?;
    }
    if let Some(target) = promised.and_then(|promised| promised.resolution) {
        let span = target.span(facts.opened_at, calendar)? + facts.extra;
        add(ClockName::Resolution, facts.opened_at, over_at, span)?;
    }
    if let Some(target) = policy.hop {
        for hop in &facts.hops {
            let span = target.span(hop.from, calendar)?;
            let ended = [hop.ended_at, over_at.filter(|over| *over >= hop.from)];
            add(ClockName::Hop(hop.number), hop.from, ended.into_iter().flatten().min(), span)?;
        }
    }
    Ok(all)
}

/// What somebody is to be warned of by now, and when the next warning comes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Outlook {
    /// All warnings that hold by now: those given before and those to be given.
    pub reached: Vec<Warning>,
    /// When the next one comes, if nothing else happens.
    pub next_at: Option<Time>,
}

/// Looks at the clocks for what was reached and what comes. Clocks that ended warn no more; what
/// was reached before stays reached.
///
/// Errors: [`CalendarError`] beyond a century.
pub(crate) fn outlook(
    readings: &[(ClockName, Reading)],
    percents: &[u8],
    calendar: &WorkingCalendar,
    now: Time,
) -> Result<Outlook, CalendarError> {
    let mut outlook = Outlook::default();
    for (name, reading) in readings {
        for percent in percents {
            match reading.reached(*percent, calendar)? {
                Some(at) if at <= now => {
                    outlook.reached.push(Warning { clock: *name, percent: *percent });
                }
                Some(at) if reading.is_open() => {
                    outlook.next_at = Some(outlook.next_at.map_or(at, |next| next.min(at)));
                }
                _ => {}
            }
        }
    }
    Ok(outlook)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{policy::BaseCalendars, shipped};

    fn at(text: &str) -> Time {
        format!("2026-09-{text}:00+08:00").parse().unwrap()
    }

    fn state(from: &str, phase: Phase) -> StateSpan {
        StateSpan { from: at(from), phase, name: Text::same(phase.name()) }
    }

    fn facts(states: Vec<StateSpan>) -> SlaFacts {
        SlaFacts {
            opened_at: states[0].from,
            states,
            priority: 3,
            responded_at: None,
            extra: Duration::ZERO,
            hops: vec![HopSpan { number: 1, from: at("21T09:00"), ended_at: None }],
        }
    }

    fn shown(facts: &SlaFacts, now: &str) -> String {
        let policy = shipped::policy();
        let calendar = BaseCalendars::standard().of(&policy).unwrap();
        let readings = readings(facts, &policy, &calendar, at(now)).unwrap();
        let lines = readings.iter().map(|(name, reading)| {
            let hours = reading.elapsed.as_secs_f64() / 3600.0;
            format!("{name} {hours} {:?}", reading.state)
        });
        let outlook = outlook(&readings, &policy.warn_percents, &calendar, at(now)).unwrap();
        let warned = outlook.reached.iter().map(|one| format!("{}:{}", one.clock, one.percent));
        let next = outlook.next_at.map(|at| at.to_string()).unwrap_or_default();
        let lines: Vec<String> = lines.chain(warned).chain([next]).collect();
        lines.join(", ")
    }

    /// Priority 3 of the shipped policy: response 4 h, resolution 24 h; a hop 16 h of work.
    #[test]
    fn clocks_of_a_ticket_run_pause_and_end() {
        let mut ticket = facts(vec![state("21T09:00", Phase::New)]);
        let expected = "response 3 Running, resolution 3 Running, hop-1 3 Running, \
            response:75, 2026-09-21T06:30:00Z";
        assert_eq!(shown(&ticket, "21T13:30"), expected);
        ticket.responded_at = Some(at("21T13:30"));
        ticket.states.push(state("21T14:30", Phase::Paused));
        let expected = "response 3 Kept, resolution 4 Paused, hop-1 4 Paused, response:75, ";
        assert_eq!(shown(&ticket, "24T10:00"), expected);
        ticket.states.push(state("24T10:00", Phase::Active));
        ticket.states.push(state("24T11:00", Phase::Resolved));
        let expected = "response 3 Kept, resolution 5 Kept, hop-1 5 Kept, response:75, ";
        assert_eq!(shown(&ticket, "28T10:00"), expected);
        // Reopened: the clocks go on where they stood.
        ticket.states.push(state("28T10:00", Phase::Active));
        let expected = "response 3 Kept, resolution 6 Running, hop-1 6 Running, response:75, \
            2026-09-29T01:30:00Z";
        assert_eq!(shown(&ticket, "28T11:00"), expected);
    }

    #[test]
    fn clock_names_are_read_as_they_are_written() {
        for name in [ClockName::Response, ClockName::Resolution, ClockName::Hop(7)] {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        assert!("hop-x".parse::<ClockName>().is_err());
    }
}
