use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, TryLockError},
    time::Duration,
};

use kernel::Clock;
use promql::Engine;
use rules::{Evaluator, LabelPairs, Report, RuleGroup, RunningGroup, Slots, Surroundings};
use tokio::sync::watch;
use tsdb::{DiskStore, Labels, SeriesStore};

use super::{Deadline, GroupStatus, StoreOutput, StoreSource};

/// What evaluations stand on.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<DiskStore>,
    pub(crate) series: Arc<dyn SeriesStore>,
    pub(crate) engine: Engine,
    /// Longest time that the evaluation of a group may take.
    pub(crate) allowed: Duration,
    /// Milliseconds between evaluations where a group does not say it.
    pub(crate) interval_ms: i64,
    /// Whether the server stops: nothing is evaluated any more.
    pub(crate) stopped: watch::Receiver<bool>,
}

impl Bench {
    /// Ends queries that begin now, in time.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline::new(Arc::clone(&self.clock), self.allowed, self.stopped.clone())
    }

    /// Where results go.
    pub(crate) fn output(&self) -> StoreOutput<'_> {
        StoreOutput { series: self.series.as_ref(), store: &self.store }
    }

    /// Whether the server stops.
    pub(crate) fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }
}

/// Why a group is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The process has started.
    Start,
    /// Somebody uploaded it.
    Change,
}

/// A group that is evaluated by the clock.
pub(crate) struct LiveGroup {
    pub(crate) file: String,
    pub(crate) name: String,
    slots: Slots,
    /// None once another has taken over or the group has ended: it is not evaluated any more.
    running: Mutex<Option<RunningGroup>>,
    /// One that was being evaluated when this one came in its place: what it knows is still to be
    /// taken over.
    before: Mutex<Option<Arc<LiveGroup>>>,
    status: RwLock<Arc<GroupStatus>>,
    /// The moment of the last evaluation.
    last_slot: Mutex<i64>,
    /// What a back-fill has to say, for the next evaluation: nobody waits for one under way.
    notes: Mutex<Notes>,
}

/// What a back-fill has to say to a group.
#[derive(Default)]
struct Notes {
    /// The rules that it works on.
    held: BTreeSet<String>,
    /// The series that it wrote last, by rule.
    written: Vec<(String, Vec<Labels>)>,
}

impl LiveGroup {
    /// A group whose first evaluation is at its next moment, as in Prometheus. After a
    /// start its alerts go on as they were before.
    pub(crate) fn new(file: &str, group: RuleGroup, bench: &Bench, origin: Origin) -> Self {
        let interval_ms = group.interval_or(bench.interval_ms);
        let name = group.name.clone();
        let slots = Slots::new(file, &name, interval_ms);
        let running = match origin {
            Origin::Start => RunningGroup::new(group).waiting(),
            Origin::Change => RunningGroup::new(group),
        };
        let status = GroupStatus::of(file, &running, interval_ms);
        Self {
            file: file.to_owned(),
            name,
            slots,
            running: Mutex::new(Some(running)),
            before: Mutex::default(),
            status: RwLock::new(Arc::new(status)),
            last_slot: Mutex::new(slots.last_at(bench.clock.now().millis())),
            notes: Mutex::default(),
        }
    }

    /// The first moment that it has not been evaluated at, if that has come.
    pub(crate) fn due_since(&self, now_ms: i64) -> Option<i64> {
        let last = *lock(&self.last_slot);
        let slot = self.slots.last_at(now_ms);
        // A clock that was ahead and is set right does not stop the rules.
        let set_back = last.saturating_sub(slot) > self.slots.interval_ms();
        (slot > last || set_back).then(|| self.slots.next_after(last).min(slot))
    }

    /// Takes the last moment that has come, if the group was not evaluated at it: nobody else gets
    /// it then. Those before it are left out.
    pub(crate) fn take_due(&self, now_ms: i64) -> Option<i64> {
        let slot = self.slots.last_at(now_ms);
        let mut last = lock(&self.last_slot);
        let due = slot > *last;
        if due || last.saturating_sub(slot) > self.slots.interval_ms() {
            *last = slot;
        }
        due.then_some(slot)
    }

    /// Evaluates the group at a moment. Touches the disk, and takes as long as its queries.
    pub(crate) fn evaluate(&self, at_ms: i64, bench: &Bench) -> Report {
        let mut held = self.lock();
        let Some(running) = held.as_mut() else { return Report::default() };
        let before = lock(&self.before).take();
        if let Some(known) = before.and_then(|before| lock(&before.running).take()) {
            running.take_over(known);
        }
        self.read_notes(running);
        let source = StoreSource::new(Arc::clone(&bench.store));
        let control = bench.deadline();
        let none = LabelPairs::new();
        let around = Surroundings {
            evaluator: Evaluator { engine: &bench.engine, source: &source, control: &control },
            external_labels: &none,
            external_url: "",
            query_offset_ms: 0,
            monotonic: &|| bench.clock.monotonic(),
        };
        let mut output = bench.output();
        let again = running.rules().any(|(_, state)| state.evaluated_at_ms.is_some());
        let report = running.evaluate(at_ms, &around, &mut output);
        if again && running.is_waiting() {
            let now_ms = bench.clock.now().millis();
            if let Err(error) = running.restore(now_ms, &source) {
                tracing::warn!("failed to find since when alerts of {} wait: {error}", self.file);
            }
        }
        self.publish(running);
        report
    }

    /// Goes on with what another has known of the same rules; that one is not evaluated any more.
    /// Where it is being evaluated that happens before the next evaluation, and nobody waits here.
    pub(crate) fn take_over(&self, before: &Arc<Self>) {
        self.notes().written.append(&mut before.notes().written);
        let Some(mut known) = before.try_lock() else {
            *lock(&self.before) = Some(Arc::clone(before));
            return;
        };
        *lock(&self.before) = lock(&before.before).take();
        let mut held = self.lock();
        if let (Some(running), Some(known)) = (held.as_mut(), known.take()) {
            running.take_over(known);
            self.publish(running);
        }
    }

    /// Leaves rules out of evaluations until they are not held any more.
    pub(crate) fn hold(&self, names: &BTreeSet<String>) {
        self.notes().held.clone_from(names);
    }

    /// What a back-fill wrote at last: the next evaluation goes on from there.
    pub(crate) fn remember(&self, rule: &str, written: Vec<Labels>) {
        let mut notes = self.notes();
        notes.written.retain(|(known, _)| known != rule);
        notes.written.push((rule.to_owned(), written));
    }

    fn read_notes(&self, running: &mut RunningGroup) {
        let mut notes = self.notes();
        running.hold(&notes.held);
        for (rule, written) in std::mem::take(&mut notes.written) {
            running.remember(&rule, &written);
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        lock(&self.notes)
    }

    /// Marks everything that the group wrote as stale; it is not evaluated any more. Says whether
    /// that was done: not while it is being evaluated.
    pub(crate) fn end(&self, now_ms: i64, bench: &Bench) -> bool {
        let Some(mut held) = self.try_lock() else { return false };
        let before = lock(&self.before).take();
        let before = before.and_then(|before| lock(&before.running).take());
        for mut running in before.into_iter().chain(held.take()) {
            running.end(now_ms, &mut bench.output());
        }
        true
    }

    /// How it stands.
    pub(crate) fn status(&self) -> Arc<GroupStatus> {
        Arc::clone(&self.status.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock(&self) -> MutexGuard<'_, Option<RunningGroup>> {
        lock(&self.running)
    }

    /// What it knows, unless it is being evaluated.
    fn try_lock(&self) -> Option<MutexGuard<'_, Option<RunningGroup>>> {
        match self.running.try_lock() {
            Ok(held) => Some(held),
            Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn publish(&self, running: &RunningGroup) {
        let status = GroupStatus::of(&self.file, running, self.slots.interval_ms());
        *self.status.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(status);
    }
}

/// What an evaluation that panicked left behind is worth as much as what it found.
fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
