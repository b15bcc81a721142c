use std::{collections::VecDeque, sync::Arc, time::Duration};

use kernel::Time;

use crate::{
    Outcome, Run, Schedule, StartedBy,
    model::{
        interval, run,
        schedule::{GRACE, Missed, Trigger},
        setting::JobSetting,
    },
    store::states::JobState,
};

/// Whoever follows the clock of the day or facts of other servers looks at least so often.
const LOOK_MAX: Duration = Duration::from_secs(15);

/// What is known of a job right now.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    pub(crate) schedule: Arc<Schedule>,
    /// What people decided.
    pub(crate) setting: JobSetting,
    /// Of an interval: when it runs next, in monotonic time.
    pub(crate) due: Duration,
    /// Of a clock time: up to when its runs are done.
    pub(crate) done: Time,
    next_at: Option<Time>,
    /// Of facts: the latest that was seen, and whether one of those seen asks for a run.
    pub(crate) fact_seq: i64,
    pub(crate) fact_waits: bool,
    /// How many of the runs asked for by hand were done.
    pub(crate) handled: i64,
    /// When it is tried again, and the number of that attempt.
    pub(crate) retry: Option<(Duration, u32)>,
    /// Whether it runs now.
    pub(crate) running: bool,
    /// Its latest run; of a short job also those before it that failed.
    pub(crate) runs: VecDeque<Run>,
    /// Whether the journal knows that it fails.
    pub(crate) known_to_fail: bool,
    /// The token with which its state was last read.
    pub(crate) read_with: Option<i64>,
}

/// A run that begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) by: StartedBy,
    pub(crate) attempt: u32,
    /// The requests that it answers.
    pub(crate) requested: i64,
    /// The facts that it answers.
    pub(crate) fact_seq: i64,
    pub(crate) mono: Duration,
    pub(crate) at: Time,
}

impl Board {
    /// A job that is due at `due`, if it has an interval, and at the first time after `now`, if it
    /// has times.
    pub(crate) fn new(schedule: Schedule, due: Duration, now: Time) -> Self {
        let next_at = schedule.next_after(now);
        Self {
            schedule: Arc::new(schedule),
            setting: JobSetting::default(),
            due,
            done: now,
            next_at,
            fact_seq: 0,
            fact_waits: false,
            handled: 0,
            retry: None,
            running: false,
            runs: VecDeque::new(),
            known_to_fail: false,
            read_with: None,
        }
    }

    /// Whether it runs by itself no more.
    pub(crate) fn is_paused(&self) -> bool {
        self.setting.paused.is_some()
    }

    /// Whether somebody asks for a run.
    pub(crate) fn is_requested(&self) -> bool {
        self.setting.requested > self.handled
    }

    /// Whether facts make it run.
    pub(crate) fn follows_facts(&self) -> bool {
        matches!(self.schedule.trigger, Trigger::Facts(_))
    }

    /// When it runs next by the clock of the day, as far as that is known.
    pub(crate) fn next_at(&self, mono: Duration, now: Time) -> Option<Time> {
        let by_clock = self.next_at.map(|at| at.max(now));
        let by_interval = match self.schedule.trigger {
            Trigger::Every(_) => Some(now.plus(self.due.saturating_sub(mono))),
            _ => None,
        };
        let again = self.retry.map(|(due, _)| now.plus(due.saturating_sub(mono)));
        let regular = if self.is_paused() { None } else { by_clock.or(by_interval) };
        let again = if self.is_paused() { None } else { again };
        let asked = self.is_requested().then_some(now);
        [asked, regular, again].into_iter().flatten().min()
    }

    /// How long it may sleep; none when only a bell or a fact can wake it.
    pub(crate) fn wait(&self, mono: Duration, now: Time) -> Option<Duration> {
        let next = self.next_at(mono, now).map(|at| at.since(now));
        match self.schedule.trigger {
            Trigger::Every(_) => next,
            Trigger::Facts(_) if self.fact_waits && !self.is_paused() => Some(Duration::ZERO),
            // The clock of the day can be set while it sleeps.
            _ => Some(next.unwrap_or(LOOK_MAX).min(LOOK_MAX)),
        }
    }

    /// Whether it is due, and why. A missed time that is not made up for is left behind.
    pub(crate) fn start(&mut self, mono: Duration, now: Time) -> Option<Start> {
        let by = self.reason(mono, now)?;
        let attempt = match (by, self.retry) {
            (StartedBy::Retry, Some((_, attempt))) => attempt,
            _ => 1,
        };
        let (requested, fact_seq) = (self.setting.requested, self.fact_seq);
        self.running = true;
        self.fact_waits = false;
        self.retry = None;
        Some(Start { by, attempt, requested, fact_seq, mono, at: now })
    }

    fn reason(&mut self, mono: Duration, now: Time) -> Option<StartedBy> {
        if self.is_requested() {
            return Some(StartedBy::Hand);
        }
        if self.is_paused() {
            return None;
        }
        if self.retry.is_some_and(|(due, _)| due <= mono) {
            return Some(StartedBy::Retry);
        }
        match self.schedule.trigger {
            Trigger::Every(_) => (self.due <= mono).then_some(StartedBy::Schedule),
            Trigger::Facts(_) => self.fact_waits.then_some(StartedBy::Fact),
            Trigger::Cron(_) | Trigger::Once(_) => {
                let late = now.since(self.next_at.filter(|at| *at <= now)?);
                match self.schedule.missed {
                    _ if late <= GRACE => Some(StartedBy::Schedule),
                    Missed::RunOnce => Some(StartedBy::Missed),
                    Missed::Skip => {
                        self.done_until(now);
                        None
                    }
                }
            }
        }
    }

    /// Takes note that the clock of the day was set back far.
    pub(crate) fn follow_clock(&mut self, now: Time) {
        let done = self.schedule.done_by(self.done, now);
        if done != self.done {
            self.done_until(done);
        }
    }

    /// Its times up to `done` are done with.
    pub(crate) fn done_until(&mut self, done: Time) {
        self.done = done;
        self.next_at = self.schedule.next_after(done);
    }

    /// What is kept of it if `start` is done; not how far it came while it is tried again.
    pub(crate) fn state_after(&self, start: &Start, again: bool) -> JobState {
        let due = self.next_at.is_some_and(|at| at <= start.at);
        let done = if due && !again { self.done.max(start.at) } else { self.done };
        JobState {
            scheduled_at: done,
            fact_seq: if again { self.fact_seq.min(start.fact_seq) } else { start.fact_seq },
            handled: start.requested,
        }
    }

    /// Takes note of a run that ended at `finished`; `retry`: when it is tried again.
    pub(crate) fn finish(
        &mut self,
        start: &Start,
        run: Run,
        finished: Duration,
        retry: Option<(Duration, u32)>,
    ) {
        self.running = false;
        self.handled = self.handled.max(start.requested);
        self.retry = retry;
        if let Trigger::Every(interval) = self.schedule.trigger {
            self.due = interval::next_due(self.due, start.mono, finished, interval);
        }
        if self.next_at.is_some_and(|at| at <= start.at) {
            self.done_until(self.done.max(start.at));
        }
        if !self.schedule.is_short() {
            self.runs.clear();
        }
        run::remember(&mut self.runs, run);
    }

    /// Takes note of what people decided; whether anything changed.
    pub(crate) fn decide(
        &mut self,
        setting: JobSetting,
        schedule: Option<Schedule>,
        mono: Duration,
        now: Time,
    ) -> bool {
        let old = &self.setting;
        let stale = setting.version < old.version || setting.requested < old.requested;
        if stale || setting == *old {
            return false;
        }
        let resumed = self.is_paused() && setting.paused.is_none();
        self.setting = setting;
        let changed = schedule.is_some();
        if let Some(schedule) = schedule {
            self.schedule = Arc::new(schedule);
        }
        if resumed || changed {
            // What fell into the pause, or into another schedule, is not made up for.
            self.retry = None;
            self.fact_waits = false;
            if let Trigger::Every(interval) = self.schedule.trigger {
                self.due = mono + interval;
            }
            self.done_until(now);
        }
        true
    }

    /// Takes note of how far the job came on another server, or before the start.
    pub(crate) fn recall(&mut self, state: Option<JobState>, latest: Option<Run>) {
        if let Some(state) = state {
            self.fact_seq = state.fact_seq;
            self.handled = state.handled;
            self.done_until(state.scheduled_at);
        }
        if let Some(latest) = latest
            && !self.schedule.is_short()
        {
            self.known_to_fail = latest.outcome == Outcome::Failed;
            self.runs.clear();
            self.runs.push_back(latest);
        }
    }
}
