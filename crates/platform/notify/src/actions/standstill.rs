use std::time::Duration;

use kernel::Time;

use crate::{Notify, NotifyError, store};

/// A channel that fails is left alone for ten minutes at most: then something is tried again.
const TRIED_WITHIN: Duration = Duration::from_secs(720);

impl Notify {
    /// Since when what is due waits in vain: a message that nobody prepares, or a delivery while
    /// nothing at all is tried. A channel that fails, or has a rate, is no standstill.
    ///
    /// Errors: [`NotifyError::Db`].
    pub async fn waiting_since(&self) -> Result<Option<Time>, NotifyError> {
        let (reader, now) = (self.inner.db.reader(), self.now());
        if let Some(since) = store::messages::oldest_new(reader).await? {
            return Ok(Some(since));
        }
        let due = store::deliveries::next_due(reader).await?.filter(|due| *due <= now);
        let Some(due) = due else { return Ok(None) };
        let tried = store::attempts::last_started(reader).await?;
        let lately = tried.is_some_and(|at| now.since(at) <= TRIED_WITHIN);
        Ok((!lately).then_some(due))
    }
}
