use std::{sync::Arc, time::UNIX_EPOCH};

use anyhow::Context;
use db::{DataDir, Db, Migration};
use devices::Host;
use directory::Directory;
use jiff::tz::TimeZone;
use jobs::Timer;
use kernel::{Clock, Ids, Time};
use probe::{Probe, guard::OutboundGuard};
use prometheus::{Alone, Prometheus, PrometheusParts, SeriesLimits};
use recording::{Recording, RecordingParts, RecordingSettings};
use remote::{Remote, RemoteParts};
use tokio::sync::watch;
use tsdb::{DiskStore, SeriesStore};

use super::{surroundings::Surroundings, this_machine::ThisMachine, upkeep::SyncPace};
use crate::config::Settings;

/// What everything else stands on.
pub(super) struct Ground {
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) timer: Arc<dyn Timer>,
    zone: TimeZone,
    pub(super) db: Db,
    pub(super) series: Arc<DiskStore>,
    /// Limits for a part of them.
    pub(super) limits: Arc<SeriesLimits>,
    /// How soon they are on stable storage.
    pub(super) pace: SyncPace,
    /// The same with what other stores have, once they are known.
    pub(super) merged: Option<Arc<dyn SeriesStore>>,
    /// Last, so that its lock goes when all else has gone.
    pub(super) data: DataDir,
}

/// The table of the roof itself.
const SETTINGS: [Migration; 1] = [Migration {
    component: "mainstay",
    number: 1,
    name: "setting",
    sql: include_str!("../../migrations/0001_setting.sql"),
}];

/// Every crate's tables, the lower crates first.
pub(crate) fn migrations() -> Vec<Migration> {
    [
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        access::MIGRATIONS,
        scim::MIGRATIONS,
        resources::MIGRATIONS,
        jobs::MIGRATIONS,
        vault::MIGRATIONS,
        notify::MIGRATIONS,
        probe::MIGRATIONS,
        recording::MIGRATIONS,
        remote::MIGRATIONS,
        services::subsystem::MIGRATIONS,
        alerts::subsystem::MIGRATIONS,
        duty::subsystem::MIGRATIONS,
        desk::subsystem::MIGRATIONS,
        clients::subsystem::MIGRATIONS,
        knowledge::subsystem::MIGRATIONS,
        &SETTINGS,
    ]
    .concat()
}

impl Ground {
    /// Opens the samples in the data directory, beside the records; `series` when they are open
    /// already.
    pub(super) fn open(
        around: Surroundings,
        settings: Settings,
        data: DataDir,
        db: Db,
        series: Option<Arc<DiskStore>>,
    ) -> anyhow::Result<Self> {
        let series = match series {
            Some(series) => series,
            None => Arc::new(open_series(&data)?),
        };
        series.tune(settings.tuning());
        let Surroundings { clock, timer, ids, zone } = around;
        Ok(Self {
            pace: SyncPace::new(&settings),
            limits: Arc::new(SeriesLimits::new(settings.series_limits())),
            settings: Arc::new(settings),
            clock,
            ids,
            timer,
            zone,
            db,
            series,
            merged: None,
            data,
        })
    }

    /// The organisation. Its days begin where the server stands.
    pub(super) fn directory(&self) -> Directory {
        let (clock, ids) = (Arc::clone(&self.clock), Arc::clone(&self.ids));
        Directory::new(self.db.clone(), clock, ids, self.zone.clone())
    }

    /// The samples as Prometheus would serve them.
    pub(super) fn prometheus(
        &self,
        probe: &Probe,
        remote: &Remote,
        host: Option<&Host>,
    ) -> Prometheus {
        let [writing, reading, telling] = [remote, remote, remote].map(Remote::clone);
        Prometheus::new(PrometheusParts {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            series: self.store(),
            store: Arc::clone(&self.series),
            snapshots: self.data.path().join("snapshots"),
            alone: Some(Alone {
                writing: Arc::new(move || writing.is_idle()),
                reading: Arc::new(move |selector, range| reading.is_all_here(selector, range)),
            }),
            telling: Some(Arc::new(move |told| telling.series_telling(told))),
            probe: probe.clone(),
            collectors: host.map(|host| Arc::new(ThisMachine(host.clone())) as _),
            limits: Arc::clone(&self.limits),
            settings: self.settings.prometheus(),
        })
    }

    /// Rule groups, evaluated on the samples until the server stops.
    pub(super) fn recording(&self, stopped: &watch::Receiver<bool>) -> Recording {
        Recording::new(RecordingParts {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            series: self.store(),
            store: Arc::clone(&self.series),
            stopped: stopped.clone(),
            settings: RecordingSettings::default(),
        })
    }

    /// Opens the ways to other stores, through which everybody sees the samples from then on.
    pub(super) async fn open_remote(
        &mut self,
        guard: &Arc<OutboundGuard>,
    ) -> anyhow::Result<Remote> {
        let series = Arc::clone(&self.series);
        let parts = RemoteParts {
            db: self.db.clone(),
            clock: Arc::clone(&self.clock),
            timer: Arc::clone(&self.timer),
            ids: Arc::clone(&self.ids),
            guard: Arc::clone(guard),
            series: self.own_store(),
            kept_from: Arc::new(move |selector, now_ms| series.whole_from_ms(selector, now_ms)),
            since: self.since().await?,
            pace: self.pace.asked(),
            dir: self.data.path().join("forward"),
        };
        let remote = Remote::open(parts).await?;
        self.merged = Some(remote.series());
        Ok(remote)
    }

    /// Since when samples have come here: as long as there are records, or, where the folder of the
    /// samples was lost or brought from elsewhere, as long as there has been that.
    async fn since(&self) -> anyhow::Result<Time> {
        let records = journal::first_at(&self.db).await?.unwrap_or_else(|| self.clock.now());
        // Not all file systems know.
        let made = std::fs::metadata(self.data.series()).and_then(|folder| folder.created()).ok();
        let made = made.and_then(|made| made.duration_since(UNIX_EPOCH).ok());
        let made = made.and_then(|since| i64::try_from(since.as_millis()).ok());
        Ok(made.map_or(records, |made_ms| records.max(Time::from_millis(made_ms))))
    }

    /// The samples, as everybody but the upkeep sees them: what is appended is forwarded, what is
    /// older than the samples here comes from elsewhere.
    pub(super) fn store(&self) -> Arc<dyn SeriesStore> {
        self.merged.clone().unwrap_or_else(|| self.own_store())
    }

    /// The samples of this server alone, for those who look at the last minutes.
    pub(super) fn own_store(&self) -> Arc<dyn SeriesStore> {
        Arc::clone(&self.series) as Arc<dyn SeriesStore>
    }
}

/// The samples, of which none goes and no days are put together or rolled up before the records
/// have said how long they are kept.
pub(super) fn open_series(data: &DataDir) -> anyhow::Result<DiskStore> {
    let options = tsdb::Options {
        retention_ms: i64::MAX,
        block_days: 1,
        // How much memory they take is bounded in bytes.
        head_points_max: usize::MAX,
        ..tsdb::Options::default()
    };
    let path = data.series();
    let store = DiskStore::open(&path, options)
        .with_context(|| format!("failed to open the samples in {}", path.display()))?;
    for damage in store.stats().damages {
        tracing::error!(
            path = %damage.path.display(),
            offset = damage.offset,
            "a part of the samples is damaged and left out: {}",
            damage.what
        );
    }
    Ok(store)
}
