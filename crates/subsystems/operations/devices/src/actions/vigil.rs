//! Watching this machine while the records are out of reach at the start: by what is remembered
//! of it from the last time they were there.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jobs::Timer;
use kernel::Clock;
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, task};
use tsdb::SeriesStore;

use super::{
    host::Host,
    open::read_attributes,
    read::JUMPS_WAITING_MAX,
    watch::{INTERVAL_MIN, next_turn},
    watcher::Watcher,
};
use crate::{
    Progress,
    collect::{Collector, Roots},
    model::{Jump, Moment, identity},
    store::SeriesWriter,
};

/// What has to be remembered of a machine so that its samples get the same labels without the
/// register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownHost {
    /// What tells it from all others.
    pub identity: String,
    /// Its resource.
    pub resource_id: String,
    /// Its own name.
    pub name: String,
}

/// What a vigil needs.
pub struct VigilParts {
    /// The time of day, and the one that never jumps.
    pub clock: Arc<dyn Clock>,
    /// Waiting for the next reading.
    pub timer: Arc<dyn Timer>,
    /// Where samples go.
    pub series: Arc<dyn SeriesStore>,
    /// The machine.
    pub roots: Roots,
    /// Time from one reading to the next; at least a second.
    pub interval: Duration,
}

/// The machine, watched without the records.
pub struct Vigil {
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    interval: Duration,
    watcher: Arc<Mutex<Watcher>>,
    told: Mutex<Told>,
}

/// How it went.
#[derive(Debug, Default)]
struct Told {
    progress: Progress,
    /// For the journal, once it can be written.
    jumps: VecDeque<Jump>,
}

impl Host {
    /// What is remembered for a start without the records.
    #[must_use]
    pub fn known(&self) -> KnownHost {
        KnownHost {
            identity: self.0.identity.clone(),
            resource_id: self.resource_id().to_string(),
            name: self.0.name.clone(),
        }
    }

    /// Takes over what a vigil saw that belongs into the journal.
    pub fn take_over(&self, vigil: &Vigil) {
        let mut told = vigil.told.lock().unwrap_or_else(PoisonError::into_inner);
        self.seen().jumps.append(&mut told.jumps);
    }
}

impl Vigil {
    /// Makes ready to watch the machine; `None` when this is another one than is remembered: its
    /// samples would stand under a name that is not its own.
    pub async fn open(parts: VigilParts, known: &KnownHost) -> Option<Self> {
        let found = match read_attributes(parts.roots.clone()).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!("failed to read what this machine is: {error}");
                return None;
            }
        };
        if identity(&found) != known.identity {
            return None;
        }
        let VigilParts { clock, timer, series, roots, interval } = parts;
        let now = Moment { wall: clock.now(), monotonic: clock.monotonic() };
        let collector = {
            let clock = Arc::clone(&clock);
            Collector::new(roots, Box::new(move || clock.monotonic()))
        };
        let writer = SeriesWriter::new(series, known.resource_id.clone(), known.name.clone());
        let watcher = Watcher::new(collector, writer, now);
        let watcher = Arc::new(Mutex::new(watcher));
        Some(Self { clock, timer, interval, watcher, told: Mutex::default() })
    }

    /// How it goes.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).progress
    }

    /// Reads the machine at once and then every interval, until `stop` turns true.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let interval = self.interval.max(INTERVAL_MIN);
        let began = self.clock.monotonic();
        let mut turn = 0;
        loop {
            self.read().await;
            turn = next_turn(turn, self.clock.monotonic().saturating_sub(began), interval);
            let due = began.saturating_add(interval.saturating_mul(turn));
            let wait = due.saturating_sub(self.clock.monotonic());
            tokio::select! {
                () = self.timer.sleep(wait) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn read(&self) {
        let (watcher, clock) = (Arc::clone(&self.watcher), Arc::clone(&self.clock));
        let progress = self.progress();
        let reading = task::spawn_blocking(move || {
            let mut watcher = watcher.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Moment { wall: clock.now(), monotonic: clock.monotonic() };
            watcher.read(now, progress)
        });
        let outcome = reading.await;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.progress.readings += 1;
        match outcome {
            Ok(outcome) => {
                told.jumps.extend(outcome.jump);
                while told.jumps.len() > JUMPS_WAITING_MAX {
                    told.jumps.pop_front();
                }
                match outcome.written {
                    Ok(written) => {
                        told.progress.samples_stored += written.stored;
                        told.progress.samples_refused += written.refused;
                    }
                    Err(error) => {
                        tracing::error!("failed to store samples of this machine: {error}");
                        told.progress.readings_failed += 1;
                    }
                }
            }
            Err(error) => {
                tracing::error!("failed to read this machine: {error}");
                told.progress.readings_failed += 1;
            }
        }
    }
}
