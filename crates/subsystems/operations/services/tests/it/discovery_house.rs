use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use journal::Row;
use kernel::{Actor, ActorKind, Caller, Grant, Page, Time};
use probe::{
    Probe, ProbeParts, ProbeSettings,
    guard::{OutboundGuard, Reach},
    local::{Listening, ProcessIdentity, Transport, listening},
};
use resources::{NewResource, Resources, Standing};
use services::{Services, ServicesParts, SocketSource, model::Discovered, protocols};
use testkit::{Client, ManualClock, ManualTimer, SeededIds, TemporaryDb, temporary_db};
use tsdb::{DiskStore, Options};

/// What the machine of a test shows.
type Sockets = Arc<Mutex<Vec<Listening>>>;

/// An installation that watches a machine of the test's own.
pub(crate) struct House {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) resources: Resources,
    pub(crate) probe: Probe,
    pub(crate) services: Services,
    pub(crate) host: resources::ResourceId,
    sockets: Sockets,
    ids: Arc<SeededIds>,
    parts: Box<dyn Fn(bool, resources::ResourceId) -> ServicesParts>,
}

/// A socket of a service's process.
pub(crate) fn socket(addr: &str, port: u16, comm: &str, pid: u32) -> Listening {
    let process = ProcessIdentity {
        pid,
        comm: comm.to_owned(),
        exe: Some(format!("/usr/sbin/{comm}").into()),
        cmdline: vec![comm.to_owned()],
        uid: 0,
        unit: Some(format!("{comm}.service")),
    };
    Listening {
        proto: Transport::Tcp,
        addr: addr.parse().expect("the test's own house works"),
        port,
        inode: 1,
        pid: Some(pid),
        process: Some(process),
    }
}

pub(crate) fn caller(grant: Grant) -> Caller {
    let name = "ada".to_owned();
    let actor = Actor { kind: ActorKind::Person, id: name.clone(), name };
    Caller { actor, grant, ..Caller::stranger() }
}

impl House {
    pub(crate) async fn new(automatic: bool) -> Self {
        let records = temporary_db(&[
            journal::MIGRATIONS,
            resources::MIGRATIONS,
            probe::MIGRATIONS,
            services::subsystem::MIGRATIONS,
        ])
        .await;
        let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
        let ids = Arc::new(SeededIds::new(7));
        let register =
            Resources::new(records.db.clone(), Arc::new(clock.clone()), Arc::clone(&ids) as _);
        let new = NewResource { kind: "host".into(), name: "web1".into(), ..Default::default() };
        let host =
            register.create(&Caller::console(), &new).await.expect("the test's own house works").id;
        let series = DiskStore::open(records.dir.path(), Options::default())
            .expect("the test's own house works");
        let probe = Probe::new(ProbeParts {
            db: records.db.clone(),
            clock: Arc::new(clock.clone()),
            timer: Arc::new(ManualTimer(clock.clone())),
            ids: Arc::clone(&ids) as _,
            series: Arc::new(series),
            protocols: protocols::all(),
            resources: register.clone(),
            guard: Arc::new(OutboundGuard::default()),
            settings: ProbeSettings::default(),
        });
        let sockets = Sockets::default();
        let parts = {
            let (db, clock, ids) = (records.db.clone(), clock.clone(), Arc::clone(&ids));
            let (resources, probe) = (register.clone(), probe.clone());
            let guard = OutboundGuard { own_ports: vec![8420], ..OutboundGuard::default() };
            let guard = Arc::new(guard);
            Box::new(move |automatic, host| ServicesParts {
                db: db.clone(),
                clock: Arc::new(clock.clone()),
                ids: Arc::clone(&ids) as _,
                resources: resources.clone(),
                probe: probe.clone(),
                host: Standing::of(host),
                proc_root: PathBuf::from("/proc"),
                automatic,
                interval: Duration::from_secs(10),
                guard: Arc::clone(&guard),
            })
        };
        let services = Services::with_sockets(parts(automatic, host), source(&sockets));
        Self { records, clock, resources: register, probe, services, host, sockets, ids, parts }
    }

    /// Another server on the same records, as after a restart.
    pub(crate) fn restart(&mut self, automatic: bool) {
        let parts = (self.parts)(automatic, self.host);
        self.services = Services::with_sockets(parts, source(&self.sockets));
    }

    /// The machine is another resource to the register from now on.
    pub(crate) fn stand_for(&mut self, host: resources::ResourceId) {
        self.host = host;
        self.restart(false);
    }

    /// What the machine shows.
    pub(crate) fn sockets(&self) -> MutexGuard<'_, Vec<Listening>> {
        self.sockets.lock().expect("the test's own house works")
    }

    /// The same installation on this very machine, where it connects to nobody: the sockets of
    /// other tests are not ours to disturb.
    pub(crate) fn on_the_real_machine(&self) -> Services {
        let (loopback, private) = (Reach::Refused, Reach::Refused);
        let guard = Arc::new(OutboundGuard { loopback, private, ..OutboundGuard::default() });
        Services::new(ServicesParts { guard, ..(self.parts)(false, self.host) })
    }

    /// Ten seconds later the machine shows `sockets`, and the job runs.
    pub(crate) async fn scan(&self, sockets: Vec<Listening>) {
        *self.sockets() = sockets;
        self.clock.advance(Duration::from_secs(10));
        services::subsystem::jobs(&self.services)[0]
            .run()
            .await
            .expect("the test's own house works");
    }

    pub(crate) async fn items(&self) -> Vec<Discovered> {
        let page = Page { after: None, limit: 500 };
        self.services
            .list(&caller(testkit::viewer_grant()), None, &page)
            .await
            .expect("the test's own house works")
            .items
    }

    /// The verbs of all facts but the host's own, oldest first.
    pub(crate) async fn verbs(&self) -> Vec<String> {
        self.facts().await.into_iter().map(|row| row.verb).skip(1).collect()
    }

    pub(crate) async fn facts(&self) -> Vec<Row> {
        let page = Page { after: None, limit: 500 };
        let filter = journal::Filter::default();
        let mut rows = journal::list(&self.records.db, &filter, page)
            .await
            .expect("the test's own house works")
            .items;
        rows.reverse();
        rows
    }

    pub(crate) fn client(&self) -> Client {
        let routes = services::subsystem::routes(self.services.clone());
        Client::of_routes(routes, Arc::new(self.clock.clone()), Arc::clone(&self.ids) as _)
    }
}

fn source(sockets: &Sockets) -> SocketSource {
    let sockets = Arc::clone(sockets);
    Arc::new(move || Ok(sockets.lock().expect("the test's own house works").clone()))
}

/// The sockets of this machine that this very process holds.
pub(crate) fn own_sockets() -> Vec<Listening> {
    let all = listening(&PathBuf::from("/proc")).expect("the test's own house works");
    all.into_iter().filter(|socket| socket.pid == Some(std::process::id())).collect()
}
