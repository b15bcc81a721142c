//! What the runner reads: the history, what people decided, how far jobs came, new facts.

use std::sync::Arc;

use db::DbError;
use kernel::FactSeq;

use super::{Jobs, Slot};
use crate::{
    Schedule, ScheduleParts, Sharing,
    model::{schedule::Trigger, setting::JobSetting},
    store::{history, settings, states, states::JobState},
};

/// Facts that are read at once.
const FACTS_AT_ONCE: u32 = 500;
/// What stands for a token where a job needs no lease.
const NO_LEASE: i64 = 0;

impl Jobs {
    /// Reads what is shown of the jobs.
    pub(crate) async fn look(&self) -> Result<(), kernel::Fault> {
        self.load().await?;
        Ok(self.read_others().await?)
    }

    /// Reads the latest run of every job and what was decided about it, once.
    pub(super) async fn load(&self) -> Result<(), DbError> {
        self.inner.loaded.get_or_try_init(|| self.load_latest()).await?;
        Ok(())
    }

    async fn load_latest(&self) -> Result<(), DbError> {
        self.read_settings().await?;
        for slot in self.slots() {
            if slot.board().schedule.is_short() {
                continue;
            }
            let latest = history::latest(&self.inner.db, slot.job.name()).await?;
            let mut board = slot.board();
            if board.runs.is_empty() {
                board.recall(None, latest);
            }
        }
        Ok(())
    }

    /// What other servers did, for those who look at it here.
    async fn read_others(&self) -> Result<(), DbError> {
        if self.inner.leases.sharing() == Sharing::Alone {
            return Ok(());
        }
        let elsewhere = |slot: &&Slot| slot.lease.as_ref().is_some_and(|lease| !lease.is_held());
        for slot in self.slots().iter().filter(elsewhere) {
            let state = states::of_job(&self.inner.db, slot.job.name()).await?;
            let latest = history::latest(&self.inner.db, slot.job.name()).await?;
            slot.board().recall(state, latest);
        }
        Ok(())
    }

    /// Takes over what was decided about the jobs, here or on another server.
    pub(super) async fn read_settings(&self) -> Result<(), DbError> {
        let mut decided = settings::all(&self.inner.db).await?;
        for slot in self.slots() {
            if let Some(setting) = decided.remove(slot.job.name()) {
                self.take_over(slot, setting);
            }
        }
        Ok(())
    }

    /// Makes `setting` count for `slot`.
    pub(crate) fn take_over(&self, slot: &Slot, setting: JobSetting) {
        // What was decided about a job before it was fixed counts no more.
        let setting = match slot.job.is_fixed() {
            true => JobSetting { schedule: None, paused: None, ..setting },
            false => setting,
        };
        let wanted = setting.schedule.as_ref();
        let changed = wanted != slot.board().setting.schedule.as_ref();
        let schedule = changed.then(|| match wanted {
            None => slot.job.schedule(),
            Some(parts) => self.readable(slot, parts),
        });
        let clock = &self.inner.clock;
        if slot.board().decide(setting, schedule, clock.monotonic(), clock.now()) {
            slot.bell.notify_one();
        }
    }

    /// The schedule that was kept; the program's own when it is no longer understood.
    fn readable(&self, slot: &Slot, parts: &ScheduleParts) -> Schedule {
        Schedule::from_parts(parts, &self.inner.calendars).unwrap_or_else(|fault| {
            let name = slot.job.name();
            tracing::error!(job = name, "the schedule of the job `{name}` is unusable: {fault}");
            slot.job.schedule()
        })
    }

    /// Whether the job may run here; what is new for it has been read then.
    pub(super) async fn catch_up(&self, slot: &Slot) -> Result<bool, DbError> {
        let token = match &slot.lease {
            None => Some(NO_LEASE),
            Some(lease) => lease.token(),
        };
        let Some(token) = token else { return Ok(false) };
        if slot.board().read_with != Some(token) {
            self.recall(slot).await?;
            slot.board().read_with = Some(token);
        }
        if slot.board().follows_facts() {
            self.read_facts(slot).await?;
        }
        Ok(true)
    }

    /// Reads how far the job came, when its lease is new here.
    async fn recall(&self, slot: &Slot) -> Result<(), DbError> {
        let name = slot.job.name();
        let state = states::of_job(&self.inner.db, name).await?;
        let interval = matches!(slot.board().schedule.trigger, Trigger::Every(_));
        let state = match state {
            None if !interval => Some(self.first_state(slot).await?),
            state => state,
        };
        if self.inner.leases.sharing() == Sharing::Alone {
            slot.board().recall(state, None);
            return Ok(());
        }
        let latest = history::latest(&self.inner.db, name).await?;
        let clock = &self.inner.clock;
        let mut board = slot.board();
        if let (Trigger::Every(interval), Some(latest)) = (&board.schedule.trigger, &latest) {
            // Another server ran it not long ago: its beat goes on.
            let left = interval.saturating_sub(clock.now().since(latest.started_at));
            board.due = board.due.max(clock.monotonic() + left);
        }
        board.recall(state, latest);
        Ok(())
    }

    /// Where a job with times or facts begins: now. Written, so that what is missed is known.
    async fn first_state(&self, slot: &Slot) -> Result<JobState, DbError> {
        let board = slot.board().clone();
        let scheduled_at = match board.schedule.trigger {
            // A moment that passed before anybody looked is missed, not unknown.
            Trigger::Once(at) => board.done.min(at.minus(std::time::Duration::from_micros(1))),
            _ => board.done,
        };
        let fact_seq = journal::latest(&self.inner.db).await?.0;
        let state = JobState { scheduled_at, fact_seq, handled: board.handled };
        let mut tx = self.inner.db.begin().await?;
        states::save(&mut tx, slot.job.name(), state).await?;
        // no fact: where a job has got to is its cursor.
        tx.commit().await?;
        Ok(state)
    }

    /// Looks whether a fact asks for a run.
    async fn read_facts(&self, slot: &Slot) -> Result<(), DbError> {
        loop {
            let (seq, schedule) = {
                let board = slot.board();
                (board.fact_seq, Arc::clone(&board.schedule))
            };
            let rows = journal::since(&self.inner.db, FactSeq(seq), FACTS_AT_ONCE).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            let wanted = rows.iter().any(|row| schedule.wants(&row.verb));
            let mut board = slot.board();
            board.fact_waits |= wanted;
            board.fact_seq = last.seq.0;
            if rows.len() < FACTS_AT_ONCE as usize {
                return Ok(());
            }
        }
    }
}
