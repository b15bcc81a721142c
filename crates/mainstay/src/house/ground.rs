use std::sync::Arc;

use anyhow::Context;
use db::{DataDir, Db, Migration};
use directory::Directory;
use jobs::{Timer, TokioTimer};
use kernel::{Clock, Ids};
use tsdb::{DiskStore, SeriesStore};

use crate::{
    clock::{SystemClock, SystemIds},
    config::Settings,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What everything else stands on.
pub(super) struct Ground {
    pub(super) settings: Arc<Settings>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) db: Db,
    pub(super) series: Arc<DiskStore>,
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
        services::subsystem::MIGRATIONS,
        alerts::subsystem::MIGRATIONS,
        &SETTINGS,
    ]
    .concat()
}

impl Ground {
    /// Opens the samples in the data directory, beside the records; `series` when they are open
    /// already.
    pub(super) fn open(
        settings: Settings,
        data: DataDir,
        db: Db,
        series: Option<Arc<DiskStore>>,
    ) -> anyhow::Result<Self> {
        let series = match series {
            Some(series) => series,
            None => Arc::new(open_series(&data)?),
        };
        let days = i64::try_from(settings.retention_days()).unwrap_or(i64::MAX / DAY_MS);
        series.retain(days.saturating_mul(DAY_MS));
        Ok(Self {
            settings: Arc::new(settings),
            clock: Arc::new(SystemClock::new()),
            ids: Arc::new(SystemIds),
            timer: Arc::new(TokioTimer),
            db,
            series,
            data,
        })
    }

    /// The organisation. Its days begin where the server stands.
    pub(super) fn directory(&self) -> Directory {
        let (clock, ids) = (Arc::clone(&self.clock), Arc::clone(&self.ids));
        Directory::new(self.db.clone(), clock, ids, jiff::tz::TimeZone::system())
    }

    /// The samples, as everybody but the upkeep sees them.
    pub(super) fn store(&self) -> Arc<dyn SeriesStore> {
        Arc::clone(&self.series) as Arc<dyn SeriesStore>
    }
}

/// The samples, of which none goes before the records have said how long they are kept.
pub(super) fn open_series(data: &DataDir) -> anyhow::Result<DiskStore> {
    let options = tsdb::Options {
        retention_ms: i64::MAX,
        // A clock that was some hours ahead and is set right loses no samples.
        out_of_order_ms: 3 * HOUR_MS,
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
