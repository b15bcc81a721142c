use std::sync::atomic::Ordering;

use journal::Entry;
use kernel::{Caller, Fact};

use crate::{
    Remote, RemoteError,
    facts::{DestinationDropped, DestinationRefused},
    line::Line,
    sending::attempt::Refusal,
};

impl Remote {
    /// Tells once that a destination refuses samples.
    pub(crate) async fn tell_refused(&self, line: &Line, samples: u64, refusal: &Refusal) {
        if line.progress.refused_told.swap(true, Ordering::Relaxed) {
            return;
        }
        let fact = DestinationRefused {
            destination_id: line.destination.id,
            name: line.destination.name.clone(),
            samples,
            status: refusal.status,
            said: refusal.said.clone(),
        };
        if let Err(error) = self.tell(&fact).await {
            tracing::error!("failed to journal that samples were refused: {error}");
            line.progress.refused_told.store(false, Ordering::Relaxed);
        }
    }

    /// Tells once that the queue of a destination dropped samples, if it did.
    pub(crate) async fn tell_dropped(&self, line: &Line) {
        let standing = line.queue.standing();
        if standing.dropped() == 0 || line.progress.dropped_told.swap(true, Ordering::Relaxed) {
            return;
        }
        let fact = DestinationDropped {
            destination_id: line.destination.id,
            name: line.destination.name.clone(),
            full: standing.dropped_full,
            old: standing.dropped_old,
            disk: standing.dropped_disk + standing.dropped_damaged,
        };
        if let Err(error) = self.tell(&fact).await {
            tracing::error!("failed to journal that samples were dropped: {error}");
            line.progress.dropped_told.store(false, Ordering::Relaxed);
        }
    }

    async fn tell(&self, fact: &impl Fact) -> Result<(), RemoteError> {
        let caller = Caller::system("remote");
        let mut tx = self.inner.db.begin().await?;
        journal::append(&mut tx, Entry::new(&caller, self.now(), fact)).await?;
        tx.commit().await?;
        Ok(())
    }
}
