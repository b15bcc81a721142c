use db::{DbError, Tx};
use journal::Entry;
use kernel::{Caller, Fault, Text, Time};

use super::permit;
use crate::{
    JOB_CHANGE, JobRescheduled, Jobs, Schedule, ScheduleParts,
    model::setting::JobSetting,
    runner::Slot,
    store::{settings, states, states::JobState},
};

impl Jobs {
    /// Gives the job `name` another schedule, or with none the one the program brings.
    ///
    /// Errors: [`Fault`] forbidden, not-found, conflict when the job is fixed, stale when `version`
    /// is not the newest, naming every field of the schedule that is wrong.
    pub async fn reschedule(
        &self,
        caller: &Caller,
        name: &str,
        version: i64,
        parts: Option<ScheduleParts>,
    ) -> Result<(), Fault> {
        permit(caller, JOB_CHANGE)?;
        let slot = self.movable_slot(name)?;
        let now = self.clock().now();
        // What is kept is the schedule as it was understood, with all that was left out.
        let schedule = parts.map(|parts| self.checked(&parts, now)).transpose()?;
        let schedule = schedule.map(|schedule| schedule.parts());
        let mut tx = self.inner.db.begin().await?;
        let old = settings::of_job(&mut tx, name).await?;
        if old.version != version {
            return Err(Fault::stale());
        }
        let own = || slot.job.schedule().parts();
        let before = old.schedule.clone().unwrap_or_else(own);
        let after = schedule.clone().unwrap_or_else(own);
        let (job, title, overridden) = (name.to_owned(), slot.job.title(), schedule.is_some());
        let fact = JobRescheduled { job, title, overridden };
        let entry = Entry::new(caller, now, &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        self.begin_anew(&mut tx, slot, now).await?;
        let setting = JobSetting { version: old.version + 1, schedule, ..old };
        self.decided(tx, slot, setting).await
    }

    /// The schedule that `parts` describe, if it has a future.
    fn checked(&self, parts: &ScheduleParts, now: Time) -> Result<Schedule, Fault> {
        let schedule = Schedule::from_parts(parts, &self.inner.calendars)?;
        match parts.at {
            Some(at) if at <= now => {
                let expected = Text::new("a time in the future", "将来的时间");
                Err(Fault::invalid("at", at, expected))
            }
            _ => Ok(schedule),
        }
    }

    /// What lies before `now` is done with, on every server.
    pub(super) async fn begin_anew(
        &self,
        tx: &mut Tx,
        slot: &Slot,
        now: Time,
    ) -> Result<(), DbError> {
        let fact_seq = journal::latest(&self.inner.db).await?.0;
        let known = states::of_job(&self.inner.db, slot.job.name()).await?;
        // Another server may have done runs that were asked for since this one looked.
        let handled = known.map_or(0, |state| state.handled).max(slot.board().handled);
        let state = JobState { scheduled_at: now, fact_seq, handled };
        states::save(tx, slot.job.name(), state).await?;
        let mut board = slot.board();
        board.fact_seq = board.fact_seq.max(fact_seq);
        Ok(())
    }

    /// The next runs that `parts` would bring after now, at most `count`; none for facts.
    ///
    /// Errors: [`Fault`] naming every field of the schedule that is wrong.
    pub fn preview(&self, parts: &ScheduleParts, count: usize) -> Result<Vec<Time>, Fault> {
        let now = self.clock().now();
        let schedule = self.checked(parts, now)?;
        let mut times = Vec::new();
        let mut after = now;
        while times.len() < count
            && let Some(next) = schedule.following(after)
        {
            times.push(next);
            after = next;
        }
        Ok(times)
    }
}
