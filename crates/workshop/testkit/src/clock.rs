use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kernel::{Clock, Ids, Time};
use tokio::sync::watch;

/// A clock that moves only when a test moves it.
#[derive(Debug, Clone)]
pub struct ManualClock {
    state: Arc<Mutex<(Time, Duration)>>,
    moved: watch::Sender<u64>,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Time) -> Self {
        // A monotonic clock does not begin at zero: intervals reaching back must work.
        let state = Arc::new(Mutex::new((now, Duration::from_secs(1_000_000))));
        Self { state, moved: watch::channel(0).0 }
    }

    /// Lets `span` pass: on the clock of the day and on the monotonic one.
    pub fn advance(&self, span: Duration) {
        self.change(|state| *state = (state.0.plus(span), state.1 + span));
    }

    /// Sets the time of day, as an administrator would; the monotonic clock goes on.
    pub fn set(&self, now: Time) {
        self.change(|state| state.0 = now);
    }

    fn change(&self, change: impl FnOnce(&mut (Time, Duration))) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.moved.send_modify(|count| *count += 1);
    }

    fn read(&self) -> (Time, Duration) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        self.read().0
    }

    fn monotonic(&self) -> Duration {
        self.read().1
    }
}

/// A timer whose sleepers wake when its clock is moved past their moment.
#[derive(Debug, Clone)]
pub struct ManualTimer(pub ManualClock);

impl jobs::Timer for ManualTimer {
    fn sleep(&self, span: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = self.0.clone();
        let mut moved = clock.moved.subscribe();
        let wake_at = clock.monotonic() + span;
        Box::pin(async move {
            while clock.monotonic() < wake_at {
                if moved.changed().await.is_err() {
                    return;
                }
            }
        })
    }
}

/// Ids and secrets that follow from a seed.
#[derive(Debug)]
pub struct SeededIds {
    state: Mutex<u64>,
}

impl SeededIds {
    /// The sequence of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: Mutex::new(seed) }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): good enough for tests, useless for secrets.
    fn next(&self) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Ids for SeededIds {
    fn uuid(&self, now: Time) -> uuid::Uuid {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.next().to_be_bytes());
        random[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        for chunk in secret.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes());
        }
        secret
    }
}
