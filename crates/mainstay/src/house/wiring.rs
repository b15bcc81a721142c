use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use access::{Access, AccessSettings, SessionLimits};
use alerts::Alerts;
use anyhow::Context;
use axum::Router;
use db::{DataDir, Db, Migration};
use devices::{Host, HostParts};
use http_kit::{Gate, JournalState, RequestMetrics, Routes, SearchSource, Stack, StackSettings};
use jobs::{Job, Jobs, Timer, TokioTimer};
use journal::Dispatcher;
use kernel::{Clock, Ids, Time};
use probe::{
    Probe, ProbeParts, ProbeSettings,
    guard::{OutboundGuard, Reach},
};
use resources::Resources;
use services::{Services, ServicesParts};
use tokio::{sync::watch, task::JoinSet};
use tsdb::{DiskStore, SeriesStore};

use super::{
    Running,
    facts::{ServerStarted, note, was_cut_off},
    upkeep::{SeriesUpkeep, sync_series},
};
use crate::{
    clock::{SystemClock, SystemIds},
    config::Settings,
    system::{self, SystemState},
    web,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What a start is given.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    pub(crate) https: bool,
}

/// Everything, opened and wired.
pub(crate) struct House {
    _data: DataDir,
    settings: Arc<Settings>,
    address: SocketAddr,
    https: bool,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    timer: Arc<dyn Timer>,
    db: Db,
    series: Arc<DiskStore>,
    access: Access,
    resources: Resources,
    probe: Probe,
    host: Option<Host>,
    services: Option<Services>,
    alerts: Alerts,
    jobs: Jobs,
    requests: Arc<RequestMetrics>,
    ready: Arc<AtomicBool>,
    started_at: Time,
    stopped: watch::Receiver<bool>,
}

/// Every crate's tables, the lower crates first.
pub(crate) fn migrations() -> Vec<Migration> {
    [
        journal::MIGRATIONS,
        access::MIGRATIONS,
        resources::MIGRATIONS,
        jobs::MIGRATIONS,
        probe::MIGRATIONS,
        services::MIGRATIONS,
        alerts::MIGRATIONS,
    ]
    .concat()
}

/// What signing in needs of the settings.
pub(crate) fn access_settings(settings: &Settings) -> AccessSettings {
    let (idle, absolute) = (settings.session_idle(), settings.session_absolute());
    AccessSettings { sessions: SessionLimits { idle, absolute } }
}

impl House {
    /// Opens the data directory and everything in it.
    ///
    /// Errors: what is wrong with the directory, the records or the samples, in a sentence.
    pub(crate) async fn open(parts: Parts, stopped: watch::Receiver<bool>) -> anyhow::Result<Self> {
        let Parts { settings, address, https } = parts;
        let settings = Arc::new(settings);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let ids: Arc<dyn Ids> = Arc::new(SystemIds);
        let timer: Arc<dyn Timer> = Arc::new(TokioTimer);
        let data = DataDir::open(&settings.data())?;
        let db = Db::open(&data.records(), &migrations()).await?;
        let series = Arc::new(open_series(&data, &settings)?);
        let access = Access::new(
            db.clone(),
            Arc::clone(&clock),
            Arc::clone(&ids),
            access_settings(&settings),
        );
        let resources = Resources::new(db.clone(), Arc::clone(&clock), Arc::clone(&ids));
        let store: Arc<dyn SeriesStore> = Arc::clone(&series) as Arc<dyn SeriesStore>;
        let guard = Arc::new(guard(&settings, address));
        let probe = Probe::new(ProbeParts {
            db: db.clone(),
            clock: Arc::clone(&clock),
            timer: Arc::clone(&timer),
            ids: Arc::clone(&ids),
            series: Arc::clone(&store),
            protocols: services::protocols::all(),
            resources: resources.clone(),
            settings: ProbeSettings {
                concurrency_max: settings.checks_concurrency(),
                ..ProbeSettings::default()
            },
            guard: Arc::clone(&guard),
        });
        let host = if settings.watch_host() {
            let parts = HostParts {
                db: db.clone(),
                clock: Arc::clone(&clock),
                timer: Arc::clone(&timer),
                series: Arc::clone(&store),
                resources: resources.clone(),
                roots: devices::collect::Roots::system(),
                interval: settings.host_interval(),
            };
            Some(Host::open(parts).await?)
        } else {
            None
        };
        let services = host.as_ref().map(|host| {
            Services::new(ServicesParts {
                db: db.clone(),
                clock: Arc::clone(&clock),
                ids: Arc::clone(&ids),
                resources: resources.clone(),
                probe: probe.clone(),
                host_resource_id: host.resource_id(),
                proc_root: "/proc".into(),
                automatic: settings.discovery_automatic(),
                interval: settings.discovery_interval(),
                guard: Arc::clone(&guard),
            })
        });
        let alerts = Alerts::new(db.clone(), Arc::clone(&clock), Arc::clone(&ids), store);
        alerts.seed().await?;
        let mut work: Vec<Arc<dyn Job>> =
            vec![Arc::new(SeriesUpkeep { store: Arc::clone(&series), clock: Arc::clone(&clock) })];
        work.extend(alerts.jobs());
        work.extend(services.clone().map(services::job));
        let jobs = Jobs::new(db.clone(), Arc::clone(&clock), Arc::clone(&timer), work);
        let started_at = clock.now();
        let house = Self {
            _data: data,
            settings,
            address,
            https,
            clock,
            ids,
            timer,
            db,
            series,
            access,
            resources,
            probe,
            host,
            services,
            alerts,
            jobs,
            requests: Arc::default(),
            ready: Arc::default(),
            started_at,
            stopped,
        };
        house.note_start().await?;
        Ok(house)
    }

    async fn note_start(&self) -> anyhow::Result<()> {
        let started = ServerStarted {
            version: env!("CARGO_PKG_VERSION"),
            listen: self.address.to_string(),
            after_crash: was_cut_off(&self.db).await?,
        };
        Ok(note(&self.db, self.clock.as_ref(), &started).await?)
    }

    /// The secret of the first-run link, while there is no user.
    pub(crate) async fn first_run_token(&self) -> anyhow::Result<Option<String>> {
        Ok(self.access.first_run_token().await?)
    }

    /// All routes behind the stack, with the UI where no route is.
    pub(crate) fn router(&self) -> Router {
        let document = Arc::new(OnceLock::new());
        let (router, described, table) = self.routes(Arc::clone(&document)).into_parts();
        self.access.learn_permissions(&table);
        let described = system::document(described);
        // A document is strings and maps: it always has a JSON form.
        let text = serde_json::to_string_pretty(&described).unwrap_or_default();
        document.get_or_init(|| text);
        let stack = Stack {
            gate: Arc::new(self.access.clone()),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            metrics: Arc::clone(&self.requests),
            settings: Arc::new(StackSettings {
                content_security_policy: web::policy(None),
                https: self.https,
            }),
        };
        let ids = Arc::clone(&self.ids);
        stack.wrap(router.fallback(move |method, uri, headers| async move {
            web::serve(ids.as_ref(), method, uri, headers)
        }))
    }

    fn routes(&self, document: Arc<OnceLock<String>>) -> Routes {
        let gate: Arc<dyn Gate> = Arc::new(self.access.clone());
        let journal = JournalState { db: self.db.clone(), gate, stop: self.stopped.clone() };
        let mut routes = system::routes(self.system_state(document))
            .merge(access::routes(self.access.clone()))
            .merge(http_kit::journal_routes(journal))
            .merge(resources::routes(self.resources.clone()))
            .merge(jobs::routes(self.jobs.clone()))
            .merge(probe::routes(self.probe.clone()))
            .merge(self.alerts.routes());
        routes = routes.merge(devices::routes(self.host.clone()));
        // Without a host that is watched there is nothing to discover.
        match &self.services {
            Some(services) => routes.merge(services::routes(services.clone())),
            None => routes,
        }
    }

    fn system_state(&self, document: Arc<OnceLock<String>>) -> SystemState {
        let sources: Vec<Arc<dyn SearchSource>> = vec![
            Arc::new(self.resources.clone()),
            Arc::new(self.probe.clone()),
            Arc::new(self.alerts.clone()),
            Arc::new(self.jobs.clone()),
            Arc::new(self.access.clone()),
        ];
        SystemState {
            db: self.db.clone(),
            series: Arc::clone(&self.series) as Arc<dyn SeriesStore>,
            probe: self.probe.clone(),
            host: self.host.clone(),
            settings: Arc::clone(&self.settings),
            requests: Arc::clone(&self.requests),
            sources: Arc::new(sources),
            started_at: self.started_at,
            ready: Arc::clone(&self.ready),
            document,
        }
    }

    /// Sets everything going that runs besides requests.
    pub(crate) fn run(self, stopped: watch::Receiver<bool>) -> Running {
        let mut tasks = JoinSet::new();
        let reactions = self.alerts.reactions();
        let dispatcher = Dispatcher::new(self.db.clone(), reactions);
        let stop = stopped.clone();
        tasks.spawn(async move { dispatcher.run(stop).await });
        let (probe, stop) = (self.probe.clone(), stopped.clone());
        tasks.spawn(async move { probe.run(stop).await });
        let (jobs, stop) = (self.jobs.clone(), stopped.clone());
        tasks.spawn(async move { jobs.run(stop).await });
        if let Some(host) = self.host.clone() {
            let stop = stopped.clone();
            tasks.spawn(async move { host.run(stop).await });
        }
        tasks.spawn(sync_series(Arc::clone(&self.series), Arc::clone(&self.timer), stopped));
        self.ready.store(true, Ordering::Release);
        tracing::info!("ready on {}", self.address);
        Running {
            tasks,
            db: self.db,
            series: self.series,
            clock: self.clock,
            ready: self.ready,
            _data: self._data,
        }
    }
}

fn open_series(data: &DataDir, settings: &Settings) -> anyhow::Result<DiskStore> {
    let days = i64::try_from(settings.retention_days()).unwrap_or(i64::MAX / DAY_MS);
    let options = tsdb::Options {
        retention_ms: days.saturating_mul(DAY_MS),
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

fn guard(settings: &Settings, address: SocketAddr) -> OutboundGuard {
    let reach = |allowed| if allowed { Reach::Allowed } else { Reach::Refused };
    OutboundGuard {
        loopback: reach(settings.outbound_loopback()),
        private: reach(settings.outbound_private()),
        // `config::load` has checked that they read.
        allow: settings.outbound_allow().filter_map(|network| network.parse().ok()).collect(),
        own_ports: vec![address.port()],
        ..OutboundGuard::default()
    }
}
