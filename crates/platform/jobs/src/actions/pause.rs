use journal::Entry;
use kernel::{Caller, Fault, Text};

use super::permit;
use crate::{
    JOB_CHANGE, JobPaused, JobResumed, Jobs,
    model::setting::{JobSetting, Pause, reason},
    store::settings,
};

impl Jobs {
    /// Pauses the job `name`: it runs only when somebody asks for it. A run under way goes on.
    ///
    /// Errors: [`Fault`] forbidden, not-found, naming `reason`, conflict when it is paused.
    pub async fn pause(&self, caller: &Caller, name: &str, why: &str) -> Result<(), Fault> {
        permit(caller, JOB_CHANGE)?;
        let slot = self.movable_slot(name)?;
        let reason = reason(why)?;
        let now = self.clock().now();
        let mut tx = self.inner.db.begin().await?;
        let old = settings::of_job(&mut tx, name).await?;
        if old.paused.is_some() {
            let text = Text::new("the job is paused already", "该任务已暂停");
            return Err(Fault::conflict("already-paused", text));
        }
        let (job, title) = (name.to_owned(), slot.job.title());
        let fact = JobPaused { job, title, reason: reason.clone() };
        journal::append(&mut tx, Entry::new(caller, now, &fact)).await?;
        let pause = Pause { reason, by: caller.actor.name.clone(), at: now };
        let setting = JobSetting { version: old.version + 1, paused: Some(pause), ..old };
        self.decided(tx, slot, setting).await
    }

    /// Lets the job `name` run by itself again. What fell into the pause is not made up for.
    ///
    /// Errors: [`Fault`] forbidden, not-found, conflict when it is not paused.
    pub async fn resume(&self, caller: &Caller, name: &str) -> Result<(), Fault> {
        let slot = self.slot(name)?;
        permit(caller, JOB_CHANGE)?;
        let now = self.clock().now();
        let mut tx = self.inner.db.begin().await?;
        let old = settings::of_job(&mut tx, name).await?;
        let Some(pause) = old.paused else {
            let text = Text::new("the job is not paused", "该任务未暂停");
            return Err(Fault::conflict("not-paused", text));
        };
        let fact = JobResumed { job: name.to_owned(), title: slot.job.title() };
        journal::append(&mut tx, Entry::new(caller, now, &fact).before(&pause)).await?;
        self.begin_anew(&mut tx, slot, now).await?;
        let setting = JobSetting { version: old.version + 1, paused: None, ..old };
        self.decided(tx, slot, setting).await
    }
}
