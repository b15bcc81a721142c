use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt;
use kernel::Text;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::board::{Asked, Ended};
use crate::{
    Probe,
    guard::Reach,
    model::host_of,
    outcome::{Check, CheckContext, Outcome},
};

/// A check has this much more than its timeout to say so in its own words.
const GRACE: Duration = Duration::from_millis(500);
/// Targets that are remembered before those without a run are forgotten.
const TARGETS_KEPT: usize = 1_024;

/// How many runs there may be at once: of one target, and of all.
#[derive(Debug)]
pub(crate) struct Permits {
    all: Arc<Semaphore>,
    per_target: usize,
    targets: Mutex<Targets>,
    running: AtomicU64,
    waiting: AtomicU64,
}

#[derive(Debug)]
struct Targets {
    by_host: HashMap<String, Weak<Semaphore>>,
    sweep_at: usize,
}

/// Leave for one run; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Leave<'p> {
    permits: &'p Permits,
    _target: Option<OwnedSemaphorePermit>,
    _one: Option<OwnedSemaphorePermit>,
}

impl Permits {
    pub(crate) fn new(all: usize, per_target: usize) -> Self {
        let targets = Targets { by_host: HashMap::new(), sweep_at: TARGETS_KEPT };
        Self {
            all: Arc::new(Semaphore::new(all.clamp(1, Semaphore::MAX_PERMITS))),
            per_target: per_target.clamp(1, Semaphore::MAX_PERMITS),
            targets: Mutex::new(targets),
            running: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
        }
    }

    /// Waits for leave. Whoever waits for a slow target holds nothing that others need.
    pub(crate) async fn acquire(&self, host: &str) -> Leave<'_> {
        let waiting = Count::up(&self.waiting);
        let of_target = self.of_target(host);
        // Neither semaphore is ever closed, so both answers are permits.
        let target = of_target.acquire_owned().await.ok();
        let one = Arc::clone(&self.all).acquire_owned().await.ok();
        drop(waiting);
        self.running.fetch_add(1, Ordering::Relaxed);
        Leave { permits: self, _target: target, _one: one }
    }

    /// Runs that are being made.
    pub(crate) fn running(&self) -> u64 {
        self.running.load(Ordering::Relaxed)
    }

    /// Runs that wait for leave.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    fn of_target(&self, host: &str) -> Arc<Semaphore> {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = targets.by_host.get(host).and_then(Weak::upgrade) {
            return known;
        }
        if targets.by_host.len() >= targets.sweep_at {
            targets.by_host.retain(|_, semaphore| semaphore.strong_count() > 0);
            targets.sweep_at = TARGETS_KEPT.max(2 * targets.by_host.len());
        }
        let made = Arc::new(Semaphore::new(self.per_target));
        targets.by_host.insert(host.to_owned(), Arc::downgrade(&made));
        made
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.permits.running.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts something for as long as it lives.
struct Count<'c>(&'c AtomicU64);

impl<'c> Count<'c> {
    fn up(counter: &'c AtomicU64) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Count<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Probe {
    /// Starts a task for every check that is due and tells how long it is until the next one is.
    ///
    /// The server's loop calls it; tests call it after they have moved the clock. Needs a tokio
    /// runtime around it.
    pub fn tick(&self) -> Option<Duration> {
        let now = self.inner.clock.monotonic();
        let (asked, next_due) = {
            let mut board = self.board();
            (board.take_due(now, &self.inner.sharing), board.next_due())
        };
        let mut tasks = self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        for asked in asked {
            tasks.spawn(run_one(self.clone(), asked));
        }
        next_due.map(|due| due.saturating_sub(now))
    }

    /// Ends all runs that are being made; they leave no trace.
    pub(crate) fn give_up_runs(&self) {
        self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }

    /// Asks once and answers by `timeout` plus a grace, whatever the check does. Where the server's
    /// own machine is off limits, the guard refuses it also behind names and redirects.
    pub(crate) async fn ask(
        &self,
        check: &dyn Check,
        timeout: Duration,
        own_machine: Reach,
    ) -> (Outcome, Duration) {
        let inner = &self.inner;
        let guard = match own_machine {
            Reach::Allowed => &inner.guard,
            Reach::Refused => &inner.outward_guard,
        };
        let (clock, guard) = (Arc::clone(&inner.clock), Arc::clone(guard));
        let cx = CheckContext { timeout, clock, guard };
        let began = inner.clock.monotonic();
        let run = AssertUnwindSafe(check.run(&cx)).catch_unwind();
        let outcome = tokio::select! {
            outcome = run => outcome.unwrap_or_else(|_| broken()),
            () = inner.timer.sleep(timeout + GRACE) => no_answer(timeout),
        };
        (outcome, inner.clock.monotonic().saturating_sub(began))
    }
}

async fn run_one(probe: Probe, asked: Asked) {
    let target = asked.check.as_ref().map(|check| check.target()).unwrap_or_default();
    let leave = probe.inner.permits.acquire(host_of(&target)).await;
    let clock = &probe.inner.clock;
    let (began, began_at) = (clock.monotonic(), clock.now());
    probe.note_late(began.saturating_sub(asked.planned));
    let settings = &asked.definition.settings;
    let (outcome, duration) = match &asked.check {
        Some(check) => {
            let own_machine = asked.definition.own_machine;
            probe.ask(check.as_ref(), settings.timeout(), own_machine).await
        }
        None => (not_askable(&settings.protocol), Duration::ZERO),
    };
    drop(leave);
    probe.end(&asked, Ended { outcome, began_at, duration });
}

fn no_answer(timeout: Duration) -> Outcome {
    let seconds = timeout.as_secs_f64();
    Outcome::critical(Text::new(
        format!("no answer within {seconds} s"),
        format!("{seconds} 秒内没有应答"),
    ))
}

fn broken() -> Outcome {
    Outcome::unknown(Text::new(
        "the check failed inside; the server's log has the details",
        "检查程序内部出错，详情见服务器日志",
    ))
}

fn not_askable(protocol: &str) -> Outcome {
    Outcome::unknown(Text::new(
        format!("this version cannot run the check: protocol `{protocol}` refuses its settings"),
        format!("当前版本无法运行此检查：协议“{protocol}”不接受其设置"),
    ))
}
