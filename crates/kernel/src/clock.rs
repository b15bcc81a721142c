use std::time::Duration;

use crate::Time;

/// What time it is. Passed in, so that tests own the clock (law 4).
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The time of day. It may jump forwards and backwards when somebody sets the clock.
    fn now(&self) -> Time;

    /// Time passed since some fixed moment; never goes back. For latencies and intervals.
    fn monotonic(&self) -> Duration;
}

/// Where chance comes from: ids and secrets. Passed in, so that tests can foresee them.
pub trait Ids: Send + Sync + std::fmt::Debug {
    /// A new UUID, version 7 (RFC 9562): ids made later sort later.
    fn uuid(&self, now: Time) -> uuid::Uuid;

    /// 256 unpredictable bits, for session and token secrets.
    fn secret(&self) -> [u8; 32];
}
