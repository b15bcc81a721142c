use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use access::{Access, AccessSettings, SessionLimits};
use alerts::Alerts;
use axum::Router;
use clients::Clients;
use db::{DataDir, Db, Dialect};
use desk::Desk;
use devices::{Host, HostParts};
use directory::{Directory, Sources};
use duty::Duty;
use http_kit::{Gate, JournalState, RequestMetrics, Routes, SearchSource, Stack, StackSettings};
use jobs::{Jobs, LeaseParts, Leases, Sharing};
use journal::Dispatcher;
use kernel::{Fault, Time};
use knowledge::Knowledge;
use probe::{
    Probe, ProbeParts, ProbeSettings, Share,
    guard::{OutboundGuard, Reach},
};
use prometheus::Prometheus;
use recording::Recording;
use remote::Remote;
use resources::Resources;
use scim::{Scim, ScimParts};
use services::{Services, ServicesParts};
use tokio::{sync::watch, task::JoinSet};

use super::{
    Running,
    entrance::DatabaseGate,
    facts::{ServerStarted, note, was_cut_off},
    ground::Ground,
    journal::{Keeping, Register, listening},
    messages::Outgoing,
    source_secrets::open_sources,
    subsystems::{Below, Subsystems},
    surroundings::Surroundings,
    upkeep::sync_series,
    vigil::{self, Vigil},
    work::{open_jobs, others},
};
use crate::{
    config::{Settings, with_stored},
    system::{self, SystemState},
    web,
};

/// What a start is given.
pub(crate) struct Parts {
    pub(crate) around: Surroundings,
    pub(crate) settings: Settings,
    /// The data directory, locked.
    pub(crate) data: DataDir,
    pub(crate) db: Db,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    pub(crate) https: bool,
    /// What was watched while the database was away at the start.
    pub(crate) vigil: Option<Vigil>,
}

/// Everything, opened and wired.
pub(crate) struct House {
    pub(super) ground: Ground,
    address: SocketAddr,
    https: bool,
    access: Access,
    directory: Directory,
    sources: Sources,
    resources: Resources,
    pub(super) probe: Probe,
    remote: Remote,
    host: Option<Host>,
    services: Option<Services>,
    alerts: Alerts,
    duty: Duty,
    desk: Desk,
    clients: Clients,
    knowledge: Knowledge,
    pub(super) prometheus: Prometheus,
    pub(super) recording: Recording,
    leases: Leases,
    pub(super) keeping: Keeping,
    pub(super) outgoing: Outgoing,
    pub(super) jobs: Jobs,
    pub(super) requests: Arc<RequestMetrics>,
    pub(super) ready: Arc<AtomicBool>,
    started_at: Time,
    stopped: watch::Receiver<bool>,
}

/// What signing in needs of the settings.
pub(crate) fn access_settings(settings: &Settings) -> AccessSettings {
    let (idle, absolute) = (settings.session_idle(), settings.session_absolute());
    AccessSettings { sessions: SessionLimits { idle, absolute } }
}

impl House {
    /// Opens everything on the records and the data directory.
    ///
    /// Errors: what is wrong with the records or the samples, in a sentence.
    pub(crate) async fn open(parts: Parts, stopped: watch::Receiver<bool>) -> anyhow::Result<Self> {
        let Parts { around, settings, data, db, address, https, vigil } = parts;
        let settings = with_stored(settings, &db).await?;
        let (seen, series) = vigil::ended(vigil).await.unzip();
        let mut ground = Ground::open(around, settings, data, db, series)?;
        let guard = Arc::new(guard(&ground.settings, address));
        let remote = ground.open_remote(&guard).await?;
        let (access, directory, resources) = open_register(&ground);
        let probe = open_probe(&ground, &resources, &guard);
        let host = open_host(&ground, &resources, seen.as_deref()).await?;
        let services = open_services(&ground, &resources, &probe, host.as_ref(), &guard);
        let prometheus = ground.prometheus(&probe, &remote, host.as_ref());
        let recording = ground.recording(&stopped);
        let leases = open_leases(&ground, &probe, host.as_ref());
        let keeping = Keeping::open(&ground)?;
        let outgoing = Outgoing::open(&ground, &directory, &access, &resources, &guard).await?;
        remote.learn_vault(outgoing.vault.clone());
        let below = Below::of(
            (&ground, &guard),
            (&directory, &access, &resources),
            (&probe, &recording, &outgoing),
        );
        let Subsystems { duty, alerts, desk, clients, knowledge } = below.open().await?;
        let sources = open_sources(&ground, &directory, outgoing.vault.clone(), &guard);
        access.learn_sources(sources.clone());
        let others = others(&keeping, &sources, &outgoing, &recording, (&duty, &desk, &clients));
        let services_of = services.as_ref();
        let jobs = open_jobs(&ground, &leases, &resources, services_of, &alerts, &access, others)?;
        let house = Self {
            started_at: ground.clock.now(),
            ground,
            address,
            https,
            access,
            directory,
            sources,
            resources,
            probe,
            remote,
            host,
            services,
            alerts,
            duty,
            desk,
            clients,
            knowledge,
            prometheus,
            recording,
            leases,
            keeping,
            outgoing,
            jobs,
            requests: Arc::default(),
            ready: Arc::default(),
            stopped,
        };
        house.note_start().await?;
        Ok(house)
    }

    async fn note_start(&self) -> anyhow::Result<()> {
        let started = ServerStarted {
            version: env!("CARGO_PKG_VERSION"),
            listen: self.address.to_string(),
            after_crash: was_cut_off(&self.ground.db).await?,
        };
        Ok(note(&self.ground.db, self.ground.clock.as_ref(), &started).await?)
    }

    /// The secret of the first-run link, while there is no user.
    pub(crate) async fn first_run_token(&self) -> anyhow::Result<Option<String>> {
        Ok(self.access.first_run_token().await?)
    }

    /// All routes behind the stack, with the UI where no route is.
    pub(crate) fn router(&self) -> Router {
        let document = Arc::new(OnceLock::new());
        let (router, described, table) = self.routes(Arc::clone(&document)).into_parts();
        self.access.learn_permissions(&table, &[vault::SECRET_USE]);
        let described = system::document(described);
        // A document is strings and maps: it always has a JSON form.
        let text = serde_json::to_string_pretty(&described).unwrap_or_default();
        document.get_or_init(|| text);
        let stack = Stack {
            gate: self.gate(),
            clock: Arc::clone(&self.ground.clock),
            ids: Arc::clone(&self.ground.ids),
            metrics: Arc::clone(&self.requests),
            settings: Arc::new(StackSettings {
                content_security_policy: web::policy(None),
                https: self.https,
            }),
        };
        let ids = Arc::clone(&self.ground.ids);
        stack.wrap(router.fallback(move |method, uri, headers| async move {
            web::serve(ids.as_ref(), &method, &uri, &headers)
        }))
    }

    /// While PostgreSQL is away nobody can be let in: that is said at once.
    fn gate(&self) -> Arc<dyn Gate> {
        let access: Arc<dyn Gate> = Arc::new(self.access.clone());
        match self.ground.settings.database() {
            Some(_) => Arc::new(DatabaseGate { away: self.ground.db.away(), inner: access }),
            None => access,
        }
    }

    fn routes(&self, document: Arc<OnceLock<String>>) -> Routes {
        let gate: Arc<dyn Gate> = Arc::new(self.access.clone());
        let (resources, users) = (self.resources.clone(), Some(self.access.clone()));
        let register = Arc::new(Register { resources, users });
        let journal = JournalState {
            places: Arc::clone(&register) as _,
            neighbours: register,
            pause: listening(&self.ground.timer),
            ..JournalState::plain(self.ground.db.clone(), gate, self.stopped.clone())
        };
        let keeping = self.keeping.routes_state(&self.ground);
        let mut routes = system::routes(self.system_state(document))
            .merge(access::routes(self.access.clone()))
            .merge(http_kit::journal_keeping_routes(journal.clone(), keeping))
            .merge(http_kit::journal_routes(journal))
            .merge(directory::routes(self.directory.clone()))
            .merge(directory::source_routes(self.sources.clone()))
            .merge(scim::routes(self.scim()))
            .merge(scim::client_routes(self.scim()))
            .merge(resources::routes(self.resources.clone()))
            .merge(jobs::routes(self.jobs.clone()))
            .merge(self.outgoing.routes())
            .merge(probe::routes(self.probe.clone()))
            .merge(prometheus::routes(self.prometheus.clone()))
            .merge(prometheus::admin_routes(self.prometheus.clone()))
            .merge(recording::routes(self.recording.clone()))
            .merge(remote::routes(self.remote.clone()))
            .merge(alerts::subsystem::routes(&self.alerts))
            .merge(duty::subsystem::routes(&self.duty))
            .merge(desk::subsystem::routes(&self.desk))
            .merge(clients::subsystem::routes(&self.clients))
            .merge(knowledge::subsystem::routes(&self.knowledge));
        routes = routes.merge(devices::subsystem::routes(self.host.clone()));
        // Without a host that is watched there is nothing to discover.
        match &self.services {
            Some(services) => routes.merge(services::subsystem::routes(services.clone())),
            None => routes,
        }
    }

    /// Identity providers that bring people.
    fn scim(&self) -> Scim {
        Scim::new(ScimParts {
            db: self.ground.db.clone(),
            clock: Arc::clone(&self.ground.clock),
            ids: Arc::clone(&self.ground.ids),
            directory: self.directory.clone(),
            access: self.access.clone(),
            settings: self.ground.settings.scim(self.https),
        })
    }

    fn system_state(&self, document: Arc<OnceLock<String>>) -> SystemState {
        let sources: Vec<Arc<dyn SearchSource>> = vec![
            Arc::new(self.resources.clone()),
            Arc::new(self.directory.clone()),
            Arc::new(self.probe.clone()),
            Arc::new(self.alerts.clone()),
            Arc::new(self.desk.clone()),
            Arc::new(self.knowledge.clone()),
            Arc::new(self.jobs.clone()),
            Arc::new(self.access.clone()),
        ];
        SystemState {
            db: self.ground.db.clone(),
            series: self.ground.store(),
            limits: Arc::clone(&self.ground.limits),
            probe: self.probe.clone(),
            remote: self.remote.clone(),
            host: self.host.clone(),
            settings: self.outgoing.settings.clone(),
            requests: Arc::clone(&self.requests),
            sources: Arc::new(sources),
            started_at: self.started_at,
            ready: Arc::clone(&self.ready),
            document,
        }
    }

    /// What brings every fact to whoever does something about it.
    pub(super) fn dispatcher(&self) -> Dispatcher {
        let mut reactions = probe::reactions(&self.probe);
        reactions.extend(alerts::subsystem::reactions(&self.alerts));
        reactions.extend(duty::subsystem::reactions(&self.duty));
        reactions.extend(desk::subsystem::reactions(&self.desk));
        reactions.extend(self.services.iter().flat_map(services::subsystem::reactions));
        Dispatcher::new(self.ground.db.clone(), reactions)
    }

    /// Sets everything going that runs besides requests.
    pub(crate) fn run(self, stopped: watch::Receiver<bool>) -> Running {
        let mut tasks = JoinSet::new();
        let dispatcher = self.dispatcher();
        let stop = stopped.clone();
        tasks.spawn(async move { dispatcher.run(stop).await });
        let (probe, stop) = (self.probe.clone(), stopped.clone());
        tasks.spawn(async move { probe.run(stop).await });
        let (remote, stop) = (self.remote.clone(), stopped.clone());
        tasks.spawn(async move { remote.run(stop).await });
        let (leases, stop) = (self.leases.clone(), stopped.clone());
        tasks.spawn(async move { leases.run(stop).await });
        let (notify, stop) = (self.outgoing.notify.clone(), stopped.clone());
        tasks.spawn(async move { notify.run(stop).await });
        let (jobs, stop) = (self.jobs.clone(), stopped.clone());
        tasks.spawn(async move { jobs.run(stop).await });
        if let Some(host) = self.host.clone() {
            let (watched, stop) = (host.clone(), stopped.clone());
            tasks.spawn(async move { watched.run(stop).await });
            let folder = self.ground.data.path().to_owned();
            tasks.spawn(vigil::keep_remembering(folder, host, stopped.clone()));
        }
        tasks.spawn(sync_series(
            Arc::clone(&self.ground.series),
            self.ground.pace.clone(),
            Arc::clone(&self.ground.timer),
            stopped,
        ));
        self.ready.store(true, Ordering::Release);
        tracing::info!("ready on {}", self.address);
        Running {
            tasks,
            db: self.ground.db,
            series: self.ground.series,
            clock: self.ground.clock,
            ready: self.ready,
            sealer: self.keeping.sealer,
            _data: self.ground.data,
        }
    }
}

/// Who may do what, the organisation, and what is managed: each knows of the others.
fn open_register(ground: &Ground) -> (Access, Directory, Resources) {
    let (db, clock, ids) = (&ground.db, &ground.clock, &ground.ids);
    let access = access_settings(&ground.settings);
    let access = Access::new(db.clone(), Arc::clone(clock), Arc::clone(ids), access);
    let directory = ground.directory();
    access.learn_directory(directory.clone());
    directory.learn_post_grants(access.post_grants());
    let resources = Resources::new(db.clone(), Arc::clone(clock), Arc::clone(ids))
        .with_directory(directory.clone());
    directory.learn_contents(resources.contents());
    let register = Register { resources: resources.clone(), users: None };
    access.learn_places(Arc::new(register));
    (access, directory, resources)
}

fn open_probe(ground: &Ground, resources: &Resources, guard: &Arc<OutboundGuard>) -> Probe {
    Probe::new(ProbeParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        timer: Arc::clone(&ground.timer),
        ids: Arc::clone(&ground.ids),
        series: ground.store(),
        protocols: services::protocols::all(),
        resources: resources.clone(),
        guard: Arc::clone(guard),
        settings: ProbeSettings {
            concurrency_max: ground.settings.checks_concurrency(),
            ..ProbeSettings::default()
        },
    })
}

/// `seen`: what was watched before the records were there.
async fn open_host(
    ground: &Ground,
    resources: &Resources,
    seen: Option<&devices::Vigil>,
) -> Result<Option<Host>, Fault> {
    if !ground.settings.watch_host() {
        return Ok(None);
    }
    let parts = HostParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        timer: Arc::clone(&ground.timer),
        series: ground.store(),
        resources: resources.clone(),
        roots: devices::collect::Roots::system(),
        interval: ground.settings.host_interval(),
    };
    let host = Host::open(parts).await?;
    vigil::remember(ground.data.path(), &host.known());
    if let Some(seen) = seen {
        host.take_over(seen);
    }
    Ok(Some(host))
}

fn open_services(
    ground: &Ground,
    resources: &Resources,
    probe: &Probe,
    host: Option<&Host>,
    guard: &Arc<OutboundGuard>,
) -> Option<Services> {
    let parts = ServicesParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        ids: Arc::clone(&ground.ids),
        resources: resources.clone(),
        probe: probe.clone(),
        host: host?.standing(),
        proc_root: "/proc".into(),
        automatic: ground.settings.discovery_automatic(),
        interval: ground.settings.discovery_interval(),
        guard: Arc::clone(guard),
    };
    Some(Services::new(parts))
}

/// Who does what: alone on SQLite, whose directory is locked; among others on PostgreSQL, where
/// each check runs on one.
fn open_leases(ground: &Ground, probe: &Probe, host: Option<&Host>) -> Leases {
    let sharing = match ground.db.dialect() {
        Dialect::Sqlite => Sharing::Alone,
        Dialect::Postgres => Sharing::Shared,
    };
    let leases = Leases::new(LeaseParts {
        db: ground.db.clone(),
        clock: Arc::clone(&ground.clock),
        timer: Arc::clone(&ground.timer),
        holder: ground.ids.uuid(ground.clock.now()).to_string(),
        sharing,
    });
    if sharing == Sharing::Shared {
        let machine = host.map(Host::standing);
        probe.share(Share { lease: leases.hold("probe/checks"), machine });
    }
    leases
}

fn guard(settings: &Settings, address: SocketAddr) -> OutboundGuard {
    // Where nobody signs in a check would read what its owner may not.
    let own = [Some(address), settings.series_listen()];
    let reach = |allowed| if allowed { Reach::Allowed } else { Reach::Refused };
    OutboundGuard {
        loopback: reach(settings.outbound_loopback()),
        private: reach(settings.outbound_private()),
        // `config::load` has checked that they read.
        allow: settings.outbound_allow().filter_map(|network| network.parse().ok()).collect(),
        own_ports: own.iter().flatten().map(SocketAddr::port).collect(),
        ..OutboundGuard::default()
    }
}
