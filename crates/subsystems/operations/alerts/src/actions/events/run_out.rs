use jobs::Fence;
use kernel::{Caller, Time};

use super::super::{Alerts, Occasion};
use crate::{AlertsError, model::alert::CloseReason, store};

/// Events that are looked at in one round; the rest follow in the next.
const RUN_OUT_MAX: u32 = 2_000;

impl Alerts {
    /// Ends the alerts of other systems that were not sent again in time. Returns how many events
    /// ran out, and whether there may be more.
    pub(crate) async fn end_run_out(&self, fence: &Fence) -> Result<(u64, bool), AlertsError> {
        let now = self.clock.now();
        let found = store::events::run_out(self.db.reader(), now, RUN_OUT_MAX).await?;
        if found.is_empty() {
            return Ok((0, false));
        }
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, now);
        let mut tx = self.db.begin().await?;
        let mut done = 0;
        for seen in &found {
            let fingerprint = seen.event.fingerprint.as_str();
            // It may have been sent again since it was read.
            let current = store::events::find(tx.connection(), fingerprint).await?;
            let over = |ends: Time| ends <= now;
            let Some(current) = current.filter(|one| over(one.event.ends_at)) else { continue };
            if let Some(alert) = current.alert_id {
                self.end_event(&mut tx, occasion, alert, CloseReason::NotSentAgain).await?;
                store::events::end(&mut tx, fingerprint).await?;
                done += 1;
            }
        }
        fence.check(&mut tx).await.map_err(|fault| AlertsError::TakenOver(Box::new(fault)))?;
        // no fact: the alerts that ended have theirs; of what a person ended nothing changes.
        tx.commit().await?;
        Ok((done, found.len() >= RUN_OUT_MAX as usize))
    }
}
