use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use db::Db;
use jobs::{Job, JobFuture, RunsOn, Status, Timer};
use kernel::{Clock, Fault, Text};
use tokio::sync::watch;
use tsdb::DiskStore;

use crate::config::Settings;

/// How often the length of the log is looked at where every write brings itself to stable storage.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// How long a sample may be in the operating system's hands before it is on stable storage; may
/// change while the server runs.
#[derive(Clone)]
pub(super) struct SyncPace(Arc<AtomicU64>);

impl SyncPace {
    pub(super) fn new(settings: &Settings) -> Self {
        let pace = Self(Arc::default());
        pace.apply(settings);
        pace
    }

    /// Holds to what is set from the next round on.
    pub(super) fn apply(&self, settings: &Settings) {
        // At most ten seconds: `load` checked it. Zero: each write by itself.
        let ms = settings.series_sync().map_or(0, |pace| pace.as_millis());
        self.0.store(u64::try_from(ms).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How often others that keep up with the samples do the same.
    pub(super) fn asked(&self) -> remote::Pace {
        let pace = self.clone();
        Arc::new(move || pace.interval().unwrap_or(LOOK_INTERVAL))
    }

    /// None where each write brings itself to stable storage.
    fn interval(&self) -> Option<Duration> {
        Some(self.0.load(Ordering::Relaxed)).filter(|ms| *ms > 0).map(Duration::from_millis)
    }
}

/// Turns what the series store holds in memory into blocks, merges, rolls up and drops blocks.
pub(super) struct SeriesUpkeep {
    pub(super) store: Arc<DiskStore>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Job for SeriesUpkeep {
    fn name(&self) -> &'static str {
        "series-upkeep"
    }

    fn title(&self) -> Text {
        Text::new(
            "Series: write, merge, roll up and drop blocks",
            "时间序列：落盘、合并、降采样与过期清理",
        )
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    /// The samples are on this server's disk.
    fn runs_on(&self) -> RunsOn {
        RunsOn::EveryServer
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            let (store, now_ms) = (Arc::clone(&self.store), self.clock.now().millis());
            let maintained = tokio::task::spawn_blocking(move || store.maintain(now_ms)).await;
            let done = maintained.map_err(Fault::internal)?.map_err(Fault::internal)?;
            let blocks = done.blocks_flushed + done.blocks_merged + done.blocks_expired;
            Ok(Status {
                done: blocks + done.days_rolled_up + done.rollups_expired + done.rollups_rewritten,
                ..Status::default()
            })
        })
    }
}

/// Lets the records' database know how large its tables have become.
pub(super) struct RecordsUpkeep(pub(super) Db);

impl Job for RecordsUpkeep {
    fn name(&self) -> &'static str {
        "records-upkeep"
    }

    fn title(&self) -> Text {
        Text::new("Records: count what queries are planned by", "记录库：更新查询规划统计")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            self.0.gather_statistics().await.map_err(Fault::from)?;
            Ok(Status::default())
        })
    }
}

/// Reads the records' database once a day from end to end, so that damage is known before what it
/// hit is needed.
pub(super) struct RecordsCheck(pub(super) Db);

impl Job for RecordsCheck {
    fn name(&self) -> &'static str {
        "records-check"
    }

    fn title(&self) -> Text {
        Text::new("Records: look for damage", "记录库：完整性检查")
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(24 * 3_600)
    }

    fn run(&self) -> JobFuture<'_> {
        Box::pin(async move {
            self.0.check().await.map_err(Fault::from)?;
            Ok(Status { done: 1, ..Status::default() })
        })
    }
}

/// Brings appended samples to stable storage until `stop`, and once more then.
pub(super) async fn sync_series(
    store: Arc<DiskStore>,
    pace: SyncPace,
    timer: Arc<dyn Timer>,
    mut stop: watch::Receiver<bool>,
) {
    let mut failing = false;
    loop {
        let interval = pace.interval();
        let stopping = tokio::select! {
            () = timer.sleep(interval.unwrap_or(LOOK_INTERVAL)) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        };
        // Also when all is synced, but the log has grown long.
        if store.is_dirty() {
            let store = Arc::clone(&store);
            let synced = tokio::task::spawn_blocking(move || store.sync()).await;
            let failed = !matches!(synced, Ok(Ok(())));
            // Said once when it begins and once when it is over, not five times a second.
            if failed && !failing {
                tracing::error!("failed to bring samples to stable storage: {synced:?}");
            } else if failing && !failed {
                tracing::info!("samples reach stable storage again");
            }
            failing = failed;
        }
        if stopping {
            return;
        }
    }
}
