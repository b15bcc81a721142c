use jobs::Status;

use crate::{Notify, NotifyError, store};

/// Messages forgotten in one run.
const BATCH: u32 = 1_000;

impl Notify {
    /// Forgets messages that are older than the retention, with everything of theirs. Their facts
    /// stay in the journal.
    pub(crate) async fn forget(&self) -> Result<Status, NotifyError> {
        let before = self.now().minus(self.settings().retention);
        let old = store::messages::old(self.inner.db.reader(), before, BATCH).await?;
        if old.is_empty() {
            return Ok(Status::default());
        }
        let mut tx = self.inner.db.begin().await?;
        for id in &old {
            store::attempts::delete_of(&mut tx, id).await?;
            store::deliveries::delete_of(&mut tx, id).await?;
            store::notifications::delete_of(&mut tx, id).await?;
            store::messages::delete(&mut tx, id).await?;
        }
        // no fact: what is kept for how long is a setting; the facts of the messages stay.
        tx.commit().await?;
        Ok(Status { done: old.len() as u64, ..Status::default() })
    }
}
