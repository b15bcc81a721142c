use std::time::Duration;

use kernel::Time;

use super::{Alerts, HEARTBEAT, OUTSIDE};
use crate::{
    AlertsError,
    model::watchdog::{Heartbeat, OutsideWatcher, Signs},
    store,
};

/// A round is noted at most so often, and only while somebody watches: a quiet server writes
/// nothing.
const NOTED_EVERY: Duration = Duration::from_secs(20);

/// What is done round after round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Rules are evaluated.
    Evaluate,
    /// Causes are looked for, and people told.
    Correlate,
}

impl Round {
    const fn name(self) -> &'static str {
        match self {
            Self::Evaluate => "evaluated_at",
            Self::Correlate => "correlated_at",
        }
    }
}

impl Alerts {
    /// Notes that a round was done, in the records: who asks may be another server.
    pub(crate) async fn note_round(&self, round: Round) -> Result<(), AlertsError> {
        if !self.is_watched().await? {
            return Ok(());
        }
        let now = self.clock.now();
        let found = store::settings::find::<Time>(self.db.reader(), round.name()).await?;
        if found.is_some_and(|(at, _)| at <= now && now.since(at) < NOTED_EVERY) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        self.keep(&mut tx, round.name(), &now).await?;
        // no fact: that a round was done is news only when it was not.
        tx.commit().await?;
        Ok(())
    }

    /// Whether anybody is to hear that we live.
    async fn is_watched(&self) -> Result<bool, AlertsError> {
        let (outside, _) = self.kept::<OutsideWatcher>(OUTSIDE).await?;
        let (heartbeat, _) = self.kept::<Heartbeat>(HEARTBEAT).await?;
        Ok(outside.enabled || heartbeat.enabled)
    }

    /// What shows whether everything works.
    pub(super) async fn signs(&self) -> Result<Signs, AlertsError> {
        let reader = self.db.reader();
        let at = |found: Option<(Time, i64)>| found.map(|(at, _)| at);
        let waiting_since = match &self.notify {
            Some(notify) => notify.waiting_since().await?,
            None => None,
        };
        Ok(Signs {
            evaluated_at: at(store::settings::find(reader, Round::Evaluate.name()).await?),
            correlated_at: at(store::settings::find(reader, Round::Correlate.name()).await?),
            waiting_since,
        })
    }
}
