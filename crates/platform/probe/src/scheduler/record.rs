use kernel::{Caller, Fault};

use super::Entry;
use crate::{Probe, facts::CheckStateChanged, model::CheckState, store};

/// Statuses written in one transaction.
const BATCH: usize = 500;

impl Probe {
    /// Writes every certain state that is not yet in the records, with its fact.
    ///
    /// Errors: database faults; what could not be written is tried again next time.
    pub async fn record_states(&self) -> Result<(), Fault> {
        let _only = self.inner.recording.lock().await;
        loop {
            let batch = self.board().take_unrecorded(BATCH);
            if batch.is_empty() {
                return Ok(());
            }
            self.write(batch).await?;
        }
    }

    /// Saves the statuses whose state or count of attempts has changed.
    ///
    /// Errors: as [`Self::record_states`].
    pub async fn save_statuses(&self) -> Result<(), Fault> {
        self.record_states().await?;
        let _only = self.inner.recording.lock().await;
        loop {
            let batch = self.board().take_unsaved(BATCH);
            if batch.is_empty() {
                return Ok(());
            }
            self.write(batch).await?;
        }
    }

    /// Saves every status, changed or not: at the end of the server.
    pub(crate) async fn save_all(&self) -> Result<(), Fault> {
        self.board().save_all();
        self.save_statuses().await
    }

    async fn write(&self, mut batch: Vec<Entry>) -> Result<(), Fault> {
        // What went to another server meanwhile is written there.
        batch.retain(|entry| self.inner.sharing.is_here(entry.machine));
        let written = self.try_write(&batch).await;
        let mut board = self.board();
        match &written {
            Ok(()) => board.recorded(&batch),
            Err(_) => board.not_recorded(&batch),
        }
        written
    }

    async fn try_write(&self, batch: &[Entry]) -> Result<(), Fault> {
        let caller = Caller::system("probe");
        let mut tx = self.inner.db.begin().await?;
        for entry in batch {
            let id = entry.definition.id;
            let kept = store::save_status(&mut tx, id, &entry.status).await?;
            // A check that was removed in the meantime has no status and no facts any more.
            if let Some(fact) = fact_of(entry).filter(|_| kept) {
                let at = self.inner.clock.now();
                journal::append(&mut tx, journal::Entry::new(&caller, at, &fact)).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}

/// The fact that leads from the state in the records to the present one.
fn fact_of(entry: &Entry) -> Option<CheckStateChanged> {
    let (from, to) = (entry.recorded(), entry.status.standing.hard_state);
    if from == to || to == CheckState::Pending {
        return None;
    }
    let definition = &entry.definition;
    let summary = entry.status.last_run.as_ref().map(|run| run.summary.clone());
    Some(CheckStateChanged {
        check_id: definition.id.to_string(),
        check_name: definition.settings.name.clone(),
        resource_id: definition.resource_id.to_string(),
        resource_name: entry.resource_name.to_string(),
        protocol: definition.settings.protocol.clone(),
        from,
        to,
        summary: summary.unwrap_or_default(),
        since: entry.status.standing.since.unwrap_or_default(),
    })
}
