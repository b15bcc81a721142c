use journal::Entry;
use kernel::{Caller, Fault};

use super::permit;
use crate::{JOB_RUN, JobRequested, Jobs, model::setting::JobSetting, store::settings};

impl Jobs {
    /// Asks for a run of the job `name` now, on whichever server runs it; while it runs, for one
    /// more after that. A paused job runs too.
    ///
    /// Errors: [`Fault`] forbidden, not-found.
    pub async fn run_now(&self, caller: &Caller, name: &str) -> Result<(), Fault> {
        let slot = self.slot(name)?;
        permit(caller, JOB_RUN)?;
        let mut tx = self.inner.db.begin().await?;
        let old = settings::of_job(&mut tx, name).await?;
        let fact = JobRequested { job: name.to_owned(), title: slot.job.title() };
        journal::append(&mut tx, Entry::new(caller, self.clock().now(), &fact)).await?;
        let setting = JobSetting { requested: old.requested + 1, ..old };
        self.decided(tx, slot, setting).await
    }
}
