//! What people decide about jobs: each checked, kept and journalled in one transaction.

mod pause;
mod request;
mod reschedule;

use db::Tx;
use kernel::{Caller, Fault, Permission};

use crate::{Jobs, model::setting::JobSetting, runner::Slot, store::settings};

/// Jobs belong nowhere: whoever changes them must be allowed to everywhere.
fn permit(caller: &Caller, permission: Permission) -> Result<(), Fault> {
    if caller.may_everywhere(permission) { Ok(()) } else { Err(Fault::forbidden(permission)) }
}

impl Jobs {
    /// Commits the new setting and makes it count here at once.
    async fn decided(&self, mut tx: Tx, slot: &Slot, setting: JobSetting) -> Result<(), Fault> {
        settings::save(&mut tx, slot.job.name(), &setting).await?;
        tx.commit().await?;
        self.take_over(slot, setting);
        Ok(())
    }
}
