//! The one place where the time of day and chance enter the house.

use std::time::{Duration, Instant, SystemTime};

use kernel::{Clock, Ids, Time};
use uuid::Uuid;

/// The machine's own clock.
#[derive(Debug)]
pub(crate) struct SystemClock {
    started: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub(crate) fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Time {
        // A clock before 1970 counts as 1970.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The system's source of random bits.
#[derive(Debug)]
pub(crate) struct SystemIds;

impl Ids for SystemIds {
    fn uuid(&self, now: Time) -> Uuid {
        let mut random = [0; 10];
        fill(&mut random);
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        fill(&mut secret);
        secret
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where chance enters")]
fn fill(bytes: &mut [u8]) {
    // getrandom(2) fails only before the kernel has gathered entropy at boot.
    getrandom::fill(bytes).expect("the kernel gives random bits to every running process");
}
