use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jobs::{
    Calendars, Fence, Job, JobFuture, Jobs, JobsParts, LeaseParts, Leases, Retry, RunsOn, Schedule,
    Sharing, Status,
};
use journal::Row;
use kernel::{Caller, Fault, FaultKind, Page, Text, Time};
use testkit::{ManualClock, ManualTimer, TemporaryDb};
use tokio::sync::watch;

/// What a [`Scripted`] job does next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Succeed,
    Fail,
    Panic,
    Hang,
}

/// A job that does what it was told, then succeeds for ever; it counts its runs.
#[derive(Debug)]
pub(crate) struct Scripted {
    name: &'static str,
    schedule: Schedule,
    retry: Retry,
    runs_on: RunsOn,
    acts: Mutex<VecDeque<Act>>,
    pub(crate) ran: watch::Sender<u64>,
    inside: AtomicU64,
    pub(crate) inside_max: AtomicU64,
    /// The tokens it ran with.
    pub(crate) tokens: Mutex<Vec<Option<i64>>>,
}

impl Scripted {
    pub(crate) fn new(name: &'static str, interval_s: u64, acts: &[Act]) -> Arc<Self> {
        Self::on(name, Schedule::every(Duration::from_secs(interval_s)), Retry::NONE, acts)
    }

    pub(crate) fn on(
        name: &'static str,
        schedule: Schedule,
        retry: Retry,
        acts: &[Act],
    ) -> Arc<Self> {
        Arc::new(Self {
            name,
            schedule,
            retry,
            runs_on: RunsOn::OneServer,
            acts: Mutex::new(acts.iter().copied().collect()),
            ran: watch::channel(0).0,
            inside: AtomicU64::new(0),
            inside_max: AtomicU64::new(0),
            tokens: Mutex::default(),
        })
    }

    pub(crate) fn count(&self) -> u64 {
        *self.ran.borrow()
    }

    /// Waits until it has run `count` times.
    pub(crate) async fn ran(&self, count: u64) {
        self.ran.subscribe().wait_for(|ran| *ran >= count).await.unwrap();
    }
}

impl Job for Scripted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn title(&self) -> Text {
        Text::new(format!("Title of {}", self.name), "标题")
    }

    fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }

    fn retry(&self) -> Retry {
        self.retry
    }

    fn runs_on(&self) -> RunsOn {
        self.runs_on
    }

    fn is_fixed(&self) -> bool {
        self.name == "proof"
    }

    fn run_fenced<'a>(&'a self, fence: &'a Fence) -> JobFuture<'a> {
        self.tokens.lock().unwrap().push(fence.token());
        self.run()
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async {
            let inside = self.inside.fetch_add(1, Ordering::SeqCst) + 1;
            self.inside_max.fetch_max(inside, Ordering::SeqCst);
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            self.inside.fetch_sub(1, Ordering::SeqCst);
            self.ran.send_modify(|ran| *ran += 1);
            let act = self.acts.lock().unwrap().pop_front();
            match act.unwrap_or(Act::Succeed) {
                Act::Succeed => Ok(Status { done: 2, left: 1, ..Status::default() }),
                Act::Fail => {
                    let text = Text::new("the peer is away", "对端不可用");
                    Err(Fault::new(FaultKind::Unavailable, "peer-away", text))
                }
                Act::Panic => panic!("on purpose"),
                Act::Hang => std::future::pending().await,
            }
        })
    }
}

/// Jobs on fresh records.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) jobs: Jobs,
    pub(crate) leases: Leases,
}

/// One of several servers on the same records, each with a monotonic clock of its own.
pub(crate) struct Server {
    pub(crate) clock: ManualClock,
    pub(crate) jobs: Jobs,
    pub(crate) leases: Leases,
}

pub(crate) async fn house(scripted: &[&Arc<Scripted>]) -> House {
    let records = records().await;
    let clock = ManualClock::at(Time::from_seconds(1_700_000_000));
    let Server { jobs, leases, .. } = server(&records, &clock, Sharing::Alone, "one", scripted);
    House { records, clock, jobs, leases }
}

pub(crate) async fn records() -> TemporaryDb {
    testkit::temporary_db(&[journal::MIGRATIONS, jobs::MIGRATIONS]).await
}

pub(crate) fn jobs_of(
    records: &TemporaryDb,
    clock: &ManualClock,
    scripted: &[&Arc<Scripted>],
) -> Jobs {
    server(records, clock, Sharing::Alone, "again", scripted).jobs
}

pub(crate) fn server(
    records: &TemporaryDb,
    clock: &ManualClock,
    sharing: Sharing,
    holder: &str,
    scripted: &[&Arc<Scripted>],
) -> Server {
    let work = scripted.iter().map(|job| Arc::clone(job) as Arc<dyn Job>).collect();
    let timer = Arc::new(ManualTimer(clock.clone()));
    let leases = Leases::new(LeaseParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer: timer.clone(),
        holder: holder.to_owned(),
        sharing,
    });
    let jobs = Jobs::new(JobsParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer,
        leases: leases.clone(),
        calendars: Calendars::standard().unwrap(),
        work,
    });
    Server { clock: clock.clone(), jobs, leases }
}

/// Whoever may do everything.
pub(crate) fn operator() -> Caller {
    Caller::console()
}

impl Server {
    /// Lets `seconds` pass on its clock, second by second with a round of its leases, then runs
    /// what is due.
    pub(crate) async fn live(&self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            self.leases.round().await.unwrap();
        }
        drop(self.jobs.settle().await);
    }
}

impl House {
    pub(crate) async fn verbs(&self) -> Vec<String> {
        self.facts().await.into_iter().rev().map(|row| row.verb).collect()
    }

    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        journal::list(&self.records.db, &journal::Filter::default(), page).await.unwrap().items
    }

    /// Lets `seconds` pass, then runs what is due; failures are looked at in the history.
    pub(crate) async fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        drop(self.jobs.settle().await);
    }
}
