use std::{sync::Arc, time::Duration};

use kernel::Clock;
use promql::{Control, Verdict};
use tokio::sync::watch;

/// Ends queries when their time is over, or the server stops.
pub(crate) struct Deadline {
    clock: Arc<dyn Clock>,
    until: Duration,
    stopped: watch::Receiver<bool>,
}

impl Deadline {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        allowed: Duration,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        let until = clock.monotonic() + allowed;
        Self { clock, until, stopped }
    }
}

impl Control for Deadline {
    fn verdict(&self) -> Verdict {
        if *self.stopped.borrow() {
            Verdict::Cancel
        } else if self.clock.monotonic() > self.until {
            Verdict::TimeOut
        } else {
            Verdict::GoOn
        }
    }
}
