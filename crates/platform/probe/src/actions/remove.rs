use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Fault};

use super::{CHECK_CHANGE, no_such_check, permit};
use crate::{Probe, facts::CheckRemoved, model::CheckId, store};

impl Probe {
    /// Removes a check and its status; its samples stay. With `version`, only that version.
    ///
    /// Errors: not found; `stale-version`.
    pub async fn remove(
        &self,
        caller: &Caller,
        id: CheckId,
        version: Option<i64>,
    ) -> Result<(), Fault> {
        permit(caller, CHECK_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        self.remove_in(&mut tx, caller, Cause::default(), id, version).await?;
        tx.commit().await?;
        self.sync().await
    }

    /// Removes a check within a change that somebody else makes.
    ///
    /// Errors: as [`Self::remove`].
    pub async fn remove_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: CheckId,
        version: Option<i64>,
    ) -> Result<(), Fault> {
        let before = store::read_for_change(tx, id).await?;
        let before = before.ok_or_else(|| no_such_check(id))?;
        self.permit_over(caller, CHECK_CHANGE, id, before.resource_id).await?;
        if version.is_some_and(|version| version != before.version) {
            return Err(Fault::stale());
        }
        store::remove(tx, id).await?;
        let fact = CheckRemoved {
            check_id: id.to_string(),
            check_name: before.settings.name.clone(),
            resource_id: before.resource_id.to_string(),
        };
        let now = self.inner.clock.now();
        let entry = Entry::new(caller, now, &fact).before(&before.settings).because_of(cause);
        journal::append(tx, entry).await?;
        Ok(())
    }
}
