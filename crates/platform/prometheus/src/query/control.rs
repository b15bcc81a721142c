use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kernel::Clock;
use promql::{Control, Verdict};

/// Until when a query may run, and whether somebody still waits for it.
pub(super) struct Deadline {
    pub(super) cancelled: Arc<AtomicBool>,
    pub(super) clock: Arc<dyn Clock>,
    /// On the clock that never goes back.
    pub(super) until: Duration,
}

/// Says, when it is dropped, that nobody waits any more.
pub(super) struct OnDrop(pub(super) Arc<AtomicBool>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Control for Deadline {
    fn verdict(&self) -> Verdict {
        if self.cancelled.load(Ordering::Relaxed) {
            Verdict::Cancel
        } else if self.clock.monotonic() >= self.until {
            Verdict::TimeOut
        } else {
            Verdict::GoOn
        }
    }
}
