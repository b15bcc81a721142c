//! While the database is away at the start: this machine is measured all the same, under the name
//! that it had in the register the last time that could be asked.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use db::DataDir;
use devices::{Host, KnownHost, VigilParts};
use jobs::{Job, Timer, TokioTimer};
use kernel::{Clock, Text, Time};
use tokio::{sync::watch, task::JoinSet};
use tsdb::{DiskStore, SeriesStore};

use super::{
    ground::open_series,
    upkeep::{SeriesUpkeep, SyncPace, sync_series},
};
use crate::{clock::SystemClock, config::Settings};

/// What is remembered of this machine, in the data directory.
const HOST_FILE: &str = "host.json";

/// How long readings and writes under way may take at the end.
const END_TIMEOUT: Duration = Duration::from_secs(3);

/// The machine, watched while the database is away.
pub(crate) struct Vigil {
    watch: Arc<devices::Vigil>,
    series: Arc<DiskStore>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    since: Time,
}

/// Why nothing is measured before the database is there.
pub(crate) struct NoVigil(pub(crate) Text);

/// Remembers what this machine is called in the register, in the data directory `folder`.
pub(super) fn remember(folder: &Path, host: &KnownHost) {
    let path = folder.join(HOST_FILE);
    if read(&path).is_some_and(|known| known == *host) {
        return;
    }
    // A struct of texts always has a JSON form.
    let text = serde_json::to_string(host).unwrap_or_default();
    if let Err(error) = write(&path, &text) {
        tracing::warn!("failed to write {}: {error}", path.display());
    }
}

/// The same again whenever another resource stands for this machine, until `stop` turns true.
pub(super) async fn keep_remembering(folder: PathBuf, host: Host, mut stop: watch::Receiver<bool>) {
    let (mut seen, standing) = (host.resource_id(), host.standing());
    loop {
        tokio::select! {
            now = standing.changed(seen) => seen = now,
            _ = stop.wait_for(|stop| *stop) => return,
        }
        remember(&folder, &host.known());
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, text)?;
    fs::rename(&partial, path)
}

fn read(path: &Path) -> Option<KnownHost> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

impl Vigil {
    /// Begins to watch this machine with what file, environment and flags say: what else was set
    /// is in the records.
    pub(crate) async fn begin(settings: &Settings, data: &DataDir) -> Result<Self, NoVigil> {
        if !settings.watch_host() {
            let text = Text::new("this machine is not to be watched", "未启用本机监测");
            return Err(NoVigil(text));
        }
        let Some(known) = read(&data.path().join(HOST_FILE)) else {
            return Err(NoVigil(Text::new(
                "what this machine is called in the register is known only after a first start \
                 with the database",
                "首次连上数据库之前，尚不知道本机在资源库中的标识",
            )));
        };
        let (clock, timer): (Arc<dyn Clock>, Arc<dyn Timer>) =
            (Arc::new(SystemClock::new()), Arc::new(TokioTimer));
        let opened = open_series(data);
        let series = Arc::new(opened.map_err(|error| NoVigil(Text::same(format!("{error:#}"))))?);
        let parts = VigilParts {
            clock: Arc::clone(&clock),
            timer: Arc::clone(&timer),
            series: Arc::clone(&series) as Arc<dyn SeriesStore>,
            roots: devices::collect::Roots::system(),
            interval: settings.host_interval(),
        };
        let Some(vigil) = devices::Vigil::open(parts, &known).await else {
            return Err(NoVigil(Text::new(
                "this is another machine than the data directory knows",
                "数据目录记录的是另一台机器",
            )));
        };
        let (vigil, (stop, stopped)) = (Arc::new(vigil), watch::channel(false));
        let mut tasks = JoinSet::new();
        let (running, until) = (Arc::clone(&vigil), stopped.clone());
        tasks.spawn(async move { running.run(until).await });
        let pace = SyncPace::new(settings);
        tasks.spawn(sync_series(Arc::clone(&series), pace, Arc::clone(&timer), stopped.clone()));
        let since = clock.now();
        let upkeep = SeriesUpkeep { store: Arc::clone(&series), clock };
        tasks.spawn(maintain(upkeep, timer, stopped));
        Ok(Self { watch: vigil, series, stop, tasks, since })
    }

    /// What people are told while it lasts.
    pub(crate) fn text(&self) -> impl Fn() -> Text + Send + Sync + 'static {
        let (watch, since) = (Arc::clone(&self.watch), self.since);
        move || {
            let stored = watch.progress().samples_stored;
            Text::new(
                format!("this machine is measured since {since}: {stored} samples are kept"),
                format!("本机自 {since} 起持续监测，已保存 {stored} 个样本"),
            )
        }
    }

    /// Ends it, and hands over what was seen for the journal, and the samples.
    pub(crate) async fn end(mut self) -> (Arc<devices::Vigil>, Arc<DiskStore>) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        // A reading that hangs in the kernel is left to itself.
        if tokio::time::timeout(END_TIMEOUT, all).await.is_err() {
            self.tasks.abort_all();
        }
        let kept = self.watch.progress();
        let readings = kept.readings - kept.readings_failed;
        tracing::info!(
            "{readings} readings of this machine were kept before the database was there"
        );
        (self.watch, self.series)
    }
}

/// Ends a vigil, where there was one.
pub(super) async fn ended(vigil: Option<Vigil>) -> Option<(Arc<devices::Vigil>, Arc<DiskStore>)> {
    match vigil {
        Some(vigil) => Some(vigil.end().await),
        None => None,
    }
}

/// Moves samples from memory to disk now and then; nothing is thrown away.
async fn maintain(upkeep: SeriesUpkeep, timer: Arc<dyn Timer>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = timer.sleep(upkeep.interval()) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = upkeep.run().await {
            tracing::error!("failed to write samples to blocks: {error}");
        }
    }
}
