use journal::Entry;

use super::host::Host;
use crate::error::DevicesError;
use crate::model::{ClockJumped, Jump};

impl Host {
    /// Journals each setting of the clock; what cannot be written now waits for the next reading.
    pub(super) async fn journal_jumps(&self) {
        loop {
            let Some(jump) = self.seen().jumps.front().copied() else { return };
            if let Err(error) = self.journal_jump(jump).await {
                tracing::error!("failed to journal that the clock was set: {error}");
                return;
            }
            self.seen().jumps.pop_front();
        }
    }

    async fn journal_jump(&self, jump: Jump) -> Result<(), DevicesError> {
        let inner = &self.0;
        let fact = ClockJumped::new(self.resource_id().to_string(), &inner.name, jump);
        let mut tx = inner.parts.db.begin().await?;
        journal::append(&mut tx, Entry::new(&inner.caller, inner.parts.clock.now(), &fact)).await?;
        tx.commit().await?;
        let (from, to, seconds) = (jump.from, jump.to, jump.seconds());
        tracing::warn!(%from, %to, seconds, "the clock went from {from} to {to} at once");
        Ok(())
    }
}
