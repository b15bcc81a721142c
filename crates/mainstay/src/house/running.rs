use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use db::{DataDir, Db};
use journal::Sealer;
use kernel::Clock;
use tokio::task::JoinSet;
use tsdb::DiskStore;

use super::facts::{ServerStopped, note};

/// How long the loops may take to finish what they are at.
const FINISH_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that runs besides requests.
pub(crate) struct Running {
    pub(super) tasks: JoinSet<()>,
    pub(super) db: Db,
    pub(super) series: Arc<DiskStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ready: Arc<AtomicBool>,
    pub(super) sealer: Sealer,
    /// Keeps the lock of the data directory until everything is closed.
    pub(super) _data: DataDir,
}

impl Running {
    /// Waits for the loops, which have been told to stop, and closes the stores.
    pub(crate) async fn finish(mut self) {
        self.ready.store(false, Ordering::Release);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FINISH_TIMEOUT, all).await.is_err() {
            tracing::warn!(
                "some work did not finish in {} s and was cut off",
                FINISH_TIMEOUT.as_secs()
            );
            self.tasks.shutdown().await;
        }
        let stopped = ServerStopped { version: env!("CARGO_PKG_VERSION") };
        if let Err(error) = note(&self.db, self.clock.as_ref(), &stopped).await {
            tracing::error!("failed to journal the stop: {error}");
        }
        // The stop itself is under the last checkpoint: a cut end is seen also while nothing runs.
        if let Err(error) = self.sealer.checkpoint().await {
            tracing::error!("failed to seal the journal at the stop: {error}");
        }
        let series = Arc::clone(&self.series);
        match tokio::task::spawn_blocking(move || series.sync()).await {
            Ok(Ok(())) => {}
            other => tracing::error!("failed to sync the samples: {other:?}"),
        }
        self.db.close().await;
    }
}
