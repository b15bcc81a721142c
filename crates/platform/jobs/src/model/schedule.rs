use std::time::Duration;

use kernel::{Fault, Time};

use super::{cron::CronRule, parts::ScheduleParts};
use crate::Calendars;

/// Jobs that run more often than this keep their history in memory.
const SHORT: Duration = Duration::from_secs(60);
/// A run that is later than this counts as missed.
pub(crate) const GRACE: Duration = Duration::from_secs(60);
/// How far the clock may go back while times of the day that were served count as served.
const SET_BACK_FIXED: Duration = Duration::from_secs(3 * 3600);
/// The same for what runs every so often.
const SET_BACK_RECURRING: Duration = Duration::from_secs(300);

/// When a job runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    pub(crate) trigger: Trigger,
    /// What becomes of runs that were due while no server could run them.
    pub(crate) missed: Missed,
}

/// What makes a job run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// So much time between the starts of two runs, on the monotonic clock.
    Every(Duration),
    /// Times of the day.
    Cron(Box<CronRule>),
    /// One moment.
    Once(Time),
    /// Facts of these verbs, or of a noun by its prefix with the dot.
    Facts(Vec<String>),
}

/// What becomes of runs that were due while no server could run them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Missed {
    /// One run makes up for all of them.
    #[default]
    RunOnce,
    /// They are left out.
    Skip,
}

impl Missed {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RunOnce => "run_once",
            Self::Skip => "skip",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::RunOnce, Self::Skip].into_iter().find(|missed| missed.name() == name)
    }
}

impl Schedule {
    /// So much time between the starts of two runs; at least 1 ms.
    #[must_use]
    pub fn every(interval: Duration) -> Self {
        Self { trigger: Trigger::Every(interval), missed: Missed::default() }
    }

    /// At the times of the cron expression `cron` on the wall clock of `zone`.
    ///
    /// Errors: [`Fault`] naming `cron` or `zone`.
    pub fn cron(cron: &str, zone: &str) -> Result<Self, Fault> {
        let rule = Box::new(CronRule::new(cron, zone, None)?);
        Ok(Self { trigger: Trigger::Cron(rule), missed: Missed::default() })
    }

    /// Once, at `at`.
    #[must_use]
    pub fn once(at: Time) -> Self {
        Self { trigger: Trigger::Once(at), missed: Missed::default() }
    }

    /// Soon after a fact with one of `verbs`, or of a noun by its prefix with the dot: `alert.`.
    /// Several facts that come together are one run.
    #[must_use]
    pub fn on_facts(verbs: &[&str]) -> Self {
        let verbs = verbs.iter().map(|&verb| verb.to_owned()).collect();
        Self { trigger: Trigger::Facts(verbs), missed: Missed::default() }
    }

    /// The same schedule, leaving out what was missed.
    #[must_use]
    pub fn skipping_missed(self) -> Self {
        Self { missed: Missed::Skip, ..self }
    }

    /// The schedule that `parts` describe.
    ///
    /// Errors: [`Fault`] naming every field that is wrong.
    pub fn from_parts(parts: &ScheduleParts, calendars: &Calendars) -> Result<Self, Fault> {
        super::parts::read(parts, calendars)
    }

    /// Itself in parts, as it is kept and shown.
    #[must_use]
    pub fn parts(&self) -> ScheduleParts {
        super::parts::write(self)
    }

    /// Whether its history is kept in memory only.
    pub(crate) fn is_short(&self) -> bool {
        matches!(self.trigger, Trigger::Every(interval) if interval < SHORT)
    }

    /// The first run after `done`, by the clock of the day; none for intervals and facts, and when
    /// there is none any more.
    pub(crate) fn next_after(&self, done: Time) -> Option<Time> {
        match &self.trigger {
            Trigger::Cron(rule) => rule.next_after(done),
            Trigger::Once(at) => (*at > done).then_some(*at),
            Trigger::Every(_) | Trigger::Facts(_) => None,
        }
    }

    /// The run that follows one at `run`, for people to see.
    pub(crate) fn following(&self, run: Time) -> Option<Time> {
        match &self.trigger {
            Trigger::Every(interval) => Some(run.plus(*interval)),
            _ => self.next_after(run),
        }
    }

    /// The moment up to which its runs are done, once the clock shows `now`: when the clock was
    /// set back far, what lies ahead of it again is no longer done.
    pub(crate) fn done_by(&self, done: Time, now: Time) -> Time {
        let allowed = match &self.trigger {
            Trigger::Cron(rule) if rule.recurring() => SET_BACK_RECURRING,
            Trigger::Cron(_) => SET_BACK_FIXED,
            Trigger::Once(_) | Trigger::Every(_) | Trigger::Facts(_) => return done,
        };
        if done.since(now) > allowed { now } else { done }
    }

    /// Whether a fact with `verb` makes it run.
    pub(crate) fn wants(&self, verb: &str) -> bool {
        let Trigger::Facts(verbs) = &self.trigger else { return false };
        verbs.iter().any(|wanted| {
            wanted == verb || (wanted.ends_with('.') && verb.starts_with(wanted.as_str()))
        })
    }
}
