//! The loop: on time, never twice at once, never ended by what it meets.

use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use devices::{Host, Progress};
use kernel::Clock as _;
use tokio::{sync::watch, task::JoinHandle};
use tsdb::{
    Appended, Batch, BatchAppended, DiskStore, Labels, Sample, SelectLimits, Selector, Series,
    SeriesStore, StoreStats, TimeRange, TsdbError,
};

use crate::house::{House, INTERVAL, Machine};

struct Watched {
    stop: watch::Sender<bool>,
    run: JoinHandle<()>,
    progress: watch::Receiver<Progress>,
}

impl Watched {
    fn begin(host: &Host) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (host, progress) = (host.clone(), host.progress());
        Self { stop, run: tokio::spawn(async move { host.run(stopped).await }), progress }
    }

    async fn until(&mut self, reached: impl FnMut(&Progress) -> bool) -> Progress {
        *self.progress.wait_for(reached).await.unwrap()
    }

    async fn end(self) {
        self.stop.send(true).unwrap();
        self.run.await.unwrap();
    }
}

#[tokio::test]
async fn first_reading_comes_at_once_and_the_others_every_interval() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    let mut watched = Watched::begin(&host);
    watched.until(|progress| progress.readings == 1).await;
    for turn in 2..=4 {
        // A timer that is late does not shift what comes after.
        let late = Duration::from_secs(if turn == 2 { 3 } else { 0 });
        let early = Duration::from_secs(if turn == 3 { 3 } else { 0 });
        house.clock.advance(INTERVAL + late - early);
        watched.until(|progress| progress.readings == turn).await;
    }
    let times: Vec<i64> = house.points("node_load5").into_iter().map(|(at, _)| at).collect();
    assert_eq!(times, [0, 13, 20, 30]);
    watched.end().await;
}

/// A store that waits while it is closed, and fails when it is told to.
struct Gate {
    store: Arc<DiskStore>,
    open: Mutex<bool>,
    opened: Condvar,
    broken: AtomicBool,
}

impl Gate {
    fn of(house: &House) -> Arc<Self> {
        Arc::new(Self {
            store: Arc::clone(&house.series),
            open: Mutex::new(true),
            opened: Condvar::new(),
            broken: AtomicBool::new(false),
        })
    }

    fn set(&self, open: bool) {
        *self.open.lock().unwrap() = open;
        self.opened.notify_all();
    }
}

impl SeriesStore for Gate {
    fn append(&self, batch: &[Sample]) -> Result<Appended, TsdbError> {
        drop(self.opened.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap());
        if self.broken.load(Ordering::SeqCst) {
            let (bytes, max) = (1, 0);
            return Err(tsdb::SeriesError::NameTooLong { bytes, max }.into());
        }
        self.store.append(batch)
    }

    fn append_batch(&self, batch: &Batch<'_>) -> Result<BatchAppended, TsdbError> {
        self.store.append_batch(batch)
    }

    fn acknowledge(&self) -> Result<(), TsdbError> {
        self.store.acknowledge()
    }

    fn select(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Series>, TsdbError> {
        self.store.select(selector, range, limits)
    }

    fn series(
        &self,
        selector: &Selector,
        range: TimeRange,
        limits: &SelectLimits,
    ) -> Result<Vec<Labels>, TsdbError> {
        self.store.series(selector, range, limits)
    }

    fn stats(&self) -> StoreStats {
        self.store.stats()
    }
}

#[tokio::test]
async fn reading_that_is_stuck_is_counted_and_the_next_ones_left_out() {
    let (house, machine) = (House::new().await, Machine::new());
    let gate = Gate::of(&house);
    let host = house.host_with(machine.roots(), Arc::clone(&gate) as Arc<dyn SeriesStore>).await;
    gate.set(false);
    let mut watched = Watched::begin(&host);
    for skipped in 1..=3 {
        // The task must have gone to sleep again before the clock moves.
        tokio::task::yield_now().await;
        house.clock.advance(INTERVAL);
        watched.until(|progress| progress.readings_skipped == skipped).await;
    }
    assert_eq!(host.progress().borrow().readings, 0);
    gate.set(true);
    watched.until(|progress| progress.readings == 1).await;
    // The task that read ends a moment after it has told of it.
    let mut readings = 1;
    while readings == 1 {
        house.clock.advance(INTERVAL);
        let before = *host.progress().borrow();
        let next = watched
            .until(|now| {
                now.readings > before.readings || now.readings_skipped > before.readings_skipped
            })
            .await;
        readings = next.readings;
    }
    house.clock.advance(INTERVAL);
    watched.until(|progress| progress.readings > readings).await;
    let counted = house.points("mainstay_host_readings_skipped_total");
    assert!(counted.last().unwrap().1 >= 3.0);
    watched.end().await;
}

#[tokio::test]
async fn store_that_cannot_write_does_not_end_the_watching() {
    let (house, machine) = (House::new().await, Machine::new());
    let gate = Gate::of(&house);
    let host = house.host_with(machine.roots(), Arc::clone(&gate) as Arc<dyn SeriesStore>).await;
    gate.broken.store(true, Ordering::SeqCst);
    host.read().await;
    house.tick(&host).await;
    assert!(host.glance().is_some(), "the glance needs no store");
    let progress = *host.progress().borrow();
    assert_eq!((progress.readings_failed, progress.last_failed), (2, true));
    gate.broken.store(false, Ordering::SeqCst);
    house.tick(&host).await;
    let progress = *host.progress().borrow();
    assert_eq!((progress.readings_failed, progress.last_failed), (2, false));
    assert_eq!(progress.last_at, Some(house.clock.now()));
    assert_eq!(house.points("mainstay_host_readings_failed_total"), [(20, 2.0)]);
}

#[tokio::test]
async fn journal_that_cannot_be_written_gets_the_fact_later_or_not_but_watching_goes_on() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    host.read().await;
    house.records.db.close().await;
    house.clock.set(kernel::Time::from_seconds(1));
    house.tick(&host).await;
    assert_eq!(host.progress().borrow().readings, 2);
    assert!(host.glance().is_some());
}

#[tokio::test]
async fn stop_ends_the_loop_while_it_waits() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    let mut watched = Watched::begin(&host);
    watched.until(|progress| progress.readings == 1).await;
    watched.end().await;
}
