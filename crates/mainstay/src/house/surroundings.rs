use std::sync::Arc;

use jiff::tz::TimeZone;
use jobs::{Timer, TokioTimer};
use kernel::{Clock, Ids};

use crate::clock::{SystemClock, SystemIds};

/// What a house finds around it: time and chance (law 4).
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How it waits.
    pub timer: Arc<dyn Timer>,
    /// Where ids and secrets come from.
    pub ids: Arc<dyn Ids>,
    /// Where the organisation's days begin.
    pub zone: TimeZone,
}

impl Surroundings {
    /// Those of a running server.
    pub(crate) fn of_this_machine() -> Self {
        Self {
            clock: Arc::new(SystemClock::new()),
            timer: Arc::new(TokioTimer),
            ids: Arc::new(SystemIds),
            zone: TimeZone::system(),
        }
    }
}
