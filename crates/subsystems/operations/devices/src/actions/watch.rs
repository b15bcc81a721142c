use std::{pin::pin, time::Duration};

use tokio::{sync::watch, task::JoinHandle};

use super::host::Host;

/// A shorter interval would keep the machine busy with itself.
pub(super) const INTERVAL_MIN: Duration = Duration::from_secs(1);
/// Between two questions to the register who stands for the host, while much is changed there.
const FOLLOW_PAUSE: Duration = Duration::from_secs(1);
/// How long a reading under way may go on when the server stops.
const LAST_READING_LIMIT: Duration = Duration::from_secs(2);

impl Host {
    /// Reads the machine at once and then every interval, until `stop` turns true.
    ///
    /// Readings are due at fixed distances from the first by the monotonic clock: neither their
    /// own time nor the setting of the clock shifts them. One that is due while the one before has
    /// not ended is left out and counted.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        // Beside the readings: these do not wait for records that are away.
        tokio::join!(self.read_until(stop.clone()), self.follow_until(stop));
    }

    /// Looks after every change of the records whether the host's resource turned out to be
    /// another, or is one of its own again.
    async fn follow_until(&self, mut stop: watch::Receiver<bool>) {
        let parts = &self.0.parts;
        let mut commits = parts.db.commits();
        let follow = async {
            loop {
                commits.mark_unchanged();
                let before = self.resource_id();
                match self.follow().await {
                    Ok(now) if now != before => {
                        tracing::info!("this machine is the resource {now} now, no more {before}");
                    }
                    Ok(_) => {}
                    Err(fault) => {
                        tracing::debug!("failed to ask which resource this machine is: {fault}");
                        parts.timer.sleep(parts.interval).await;
                        continue;
                    }
                }
                if commits.changed().await.is_err() {
                    return;
                }
                parts.timer.sleep(FOLLOW_PAUSE).await;
            }
        };
        tokio::select! {
            () = follow => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn read_until(&self, mut stop: watch::Receiver<bool>) {
        let parts = &self.0.parts;
        let (clock, timer) = (&parts.clock, &parts.timer);
        let interval = parts.interval.max(INTERVAL_MIN);
        let began = clock.monotonic();
        let mut turn = 0;
        let mut reading: Option<JoinHandle<()>> = None;
        loop {
            reading = Some(self.begin_reading(reading));
            turn = next_turn(turn, clock.monotonic().saturating_sub(began), interval);
            let due = began.saturating_add(interval.saturating_mul(turn));
            let wait = due.saturating_sub(clock.monotonic());
            tokio::select! {
                () = timer.sleep(wait) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        let Some(mut last) = reading else { return };
        tokio::select! {
            _ = pin!(&mut last) => {}
            () = timer.sleep(LAST_READING_LIMIT) => {}
        }
    }

    fn begin_reading(&self, before: Option<JoinHandle<()>>) -> JoinHandle<()> {
        match before {
            Some(before) if !before.is_finished() => {
                self.0.progress.send_modify(|progress| progress.readings_skipped += 1);
                tracing::warn!("left out a reading of this machine: the last one has not ended");
                before
            }
            _ => {
                let host = self.clone();
                tokio::spawn(async move { host.read().await })
            }
        }
    }
}

/// The number of the next reading that is due after `elapsed`; always a later one than `turn`,
/// also when the timer woke a little early.
pub(super) fn next_turn(turn: u32, elapsed: Duration, interval: Duration) -> u32 {
    let passed = elapsed.as_nanos() / interval.as_nanos().max(1);
    u32::try_from(passed).unwrap_or(u32::MAX).max(turn).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_keep_their_distance_and_those_missed_are_left_out() {
        let ten = Duration::from_secs(10);
        for (turn, elapsed_ms, next) in [
            (0, 0, 1),
            (0, 3, 1),
            (1, 10_002, 2),
            // Woke a little early: not the same turn again.
            (1, 9_999, 2),
            (1, 10_000, 2),
            // Asleep for a minute.
            (2, 83_000, 9),
        ] {
            assert_eq!(next_turn(turn, Duration::from_millis(elapsed_ms), ten), next);
        }
    }
}
