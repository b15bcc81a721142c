use std::{sync::Arc, time::Duration};

use kernel::{Caller, Page, Time};
use probe::{
    Probe, ProbeParts, ProbeSettings, WatchedCheck,
    model::{CheckDraft, CheckId, ResourceId},
    outcome::OutboundGuard,
};
use resources::{NewResource, Resources};
use serde_json::json;
use tempfile::TempDir;
use testkit::{Client, ManualClock, ManualTimer, SeededIds, TemporaryDb, temporary_db};
use tsdb::{DiskStore, Options, SelectLimits, Selector, Series, SeriesStore, TimeRange};

use crate::script::{Inward, Script};

/// An installation with one resource and a protocol that answers as it is told.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) script: Script,
    pub(crate) resources: Resources,
    pub(crate) resource: ResourceId,
    pub(crate) series: Arc<DiskStore>,
    pub(crate) probe: Probe,
    ids: Arc<SeededIds>,
    _dir: TempDir,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(ProbeSettings::default()).await
    }

    pub(crate) async fn with(settings: ProbeSettings) -> Self {
        let records =
            temporary_db(&[journal::MIGRATIONS, resources::MIGRATIONS, probe::MIGRATIONS]).await;
        let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
        let ids = Arc::new(SeededIds::new(7));
        let register =
            Resources::new(records.db.clone(), Arc::new(clock.clone()), Arc::clone(&ids) as _);
        let new = NewResource { kind: "host".into(), name: "db1".into(), ..Default::default() };
        let resource = register.create(&Caller::console(), &new).await.unwrap().id;
        let dir = tempfile::tempdir().unwrap();
        let series = Arc::new(DiskStore::open(dir.path(), Options::default()).unwrap());
        let script = Script::default();
        let parts = parts(&records, &clock, &ids, &register, &series, &script, settings);
        let probe = Probe::new(parts);
        probe.sync().await.unwrap();
        Self {
            records,
            clock,
            script,
            resources: register,
            resource,
            series,
            probe,
            ids,
            _dir: dir,
        }
    }

    /// Another server on the same records, as after a restart.
    pub(crate) fn restart(&mut self) {
        let settings = ProbeSettings::default();
        self.probe = Probe::new(parts(
            &self.records,
            &self.clock,
            &self.ids,
            &self.resources,
            &self.series,
            &self.script,
            settings,
        ));
    }

    pub(crate) fn client(&self) -> Client {
        let routes = probe::routes(self.probe.clone());
        Client::of_routes(routes, Arc::new(self.clock.clone()), Arc::clone(&self.ids) as _)
    }

    pub(crate) fn draft(&self, name: &str) -> CheckDraft {
        CheckDraft::new(self.resource, name, "script", json!({ "host": name }))
    }

    pub(crate) async fn watch(&self, draft: CheckDraft) -> CheckId {
        self.probe.create(&Caller::console(), draft).await.unwrap().definition.id
    }

    pub(crate) async fn check(&self, id: CheckId) -> WatchedCheck {
        self.probe.check(id).await.unwrap()
    }

    pub(crate) async fn checks(&self) -> Vec<WatchedCheck> {
        let page = Page { after: None, limit: 500 };
        self.probe.checks(&Caller::console(), &Default::default(), &page).await.unwrap().items
    }

    /// Starts what is due and lets it run until nothing moves.
    pub(crate) async fn settle(&self) {
        loop {
            self.probe.tick();
            let before = self.probe.stats();
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            if self.probe.stats() == before {
                return;
            }
        }
    }

    /// Lets time pass a second at a time.
    pub(crate) async fn pass(&self, seconds: u64) {
        for _ in 0..seconds {
            self.clock.advance(Duration::from_secs(1));
            self.settle().await;
        }
    }

    /// What the journal says about states: `from>to`, oldest first.
    pub(crate) async fn changes(&self) -> Vec<String> {
        self.probe.record_states().await.unwrap();
        let rows = journal::since(&self.records.db, kernel::FactSeq(0), 10_000).await.unwrap();
        let changes = rows.iter().filter(|row| row.verb == "check.state_changed");
        let word = |row: &journal::Row, key: &str| row.detail[key].as_str().unwrap().to_owned();
        changes.map(|row| format!("{}>{}", word(row, "from"), word(row, "to"))).collect()
    }

    pub(crate) async fn verbs(&self) -> Vec<String> {
        let rows = journal::since(&self.records.db, kernel::FactSeq(0), 10_000).await.unwrap();
        let of_checks = rows.into_iter().filter(|row| row.verb.starts_with("check."));
        of_checks.map(|row| row.verb).collect()
    }

    pub(crate) async fn measured(&self, selector: &str) -> Vec<Series> {
        self.probe.deliver_samples().await.unwrap();
        let selector = Selector::parse(selector).unwrap();
        self.series.select(&selector, TimeRange::ALL, &SelectLimits::default()).unwrap()
    }
}

fn parts(
    records: &TemporaryDb,
    clock: &ManualClock,
    ids: &Arc<SeededIds>,
    resources: &Resources,
    series: &Arc<DiskStore>,
    script: &Script,
    settings: ProbeSettings,
) -> ProbeParts {
    ProbeParts {
        db: records.db.clone(),
        clock: Arc::new(clock.clone()),
        timer: Arc::new(ManualTimer(clock.clone())),
        ids: Arc::clone(ids) as _,
        series: Arc::clone(series) as _,
        protocols: vec![Box::new(script.clone()), Box::new(Inward(script.clone()))],
        resources: resources.clone(),
        guard: Arc::new(OutboundGuard::default()),
        settings,
    }
}
