//! Verbs: load → permit → decide → save → journal, in one transaction.

mod accept;
mod apply;
mod dismiss;
mod follow;
mod scan;
mod trial;

use std::{
    collections::BTreeSet,
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use db::Db;
use kernel::{Caller, Clock, Ids, Page, PageOf, Permission, Time};
use probe::{
    Probe,
    guard::OutboundGuard,
    local::{Listening, ListeningError},
    model::ResourceId,
};
use resources::{Resources, Standing};
use tokio::sync::Mutex as Turn;

use crate::{
    error::ServicesError,
    model::{Candidates, Discovered, DiscoveredId, DiscoveryState, ServiceKey},
    store,
};

pub(crate) use follow::Occasion;

/// Seeing what was found.
pub const DISCOVERY_READ: Permission = Permission("discovery.read");
/// Deciding about what was found, and looking again.
pub const DISCOVERY_CHANGE: Permission = Permission("discovery.change");

/// Where the sockets that listen are read. It may block for some milliseconds.
pub type SocketSource = Arc<dyn Fn() -> Result<Vec<Listening>, ListeningError> + Send + Sync>;

/// Everything that [`Services`] is made of.
pub struct ServicesParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// The register, where accepted services become resources.
    pub resources: Resources,
    /// The checks, where accepted services get theirs.
    pub probe: Probe,
    /// This machine in the register, and who stands for it when it turns out to be another.
    pub host: Standing,
    /// `/proc`.
    pub proc_root: PathBuf,
    /// Whether what is found is accepted by itself.
    pub automatic: bool,
    /// Time between two scans.
    pub interval: Duration,
    /// Which addresses checks may reach; with this server's own ports.
    pub guard: Arc<OutboundGuard>,
}

/// Services of this machine, found by themselves. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
}

struct Inner {
    parts: ServicesParts,
    sockets: SocketSource,
    /// Held by whoever scans: never two at once.
    turn: Turn<Candidates>,
    /// Whether a scan was asked for by hand that has not begun.
    asked: AtomicBool,
    /// When the last scan was complete.
    scanned_at: Mutex<Option<Time>>,
    /// Services that could not be accepted automatically: not tried again until the next start.
    /// By their keys: one that was just found goes with the change that failed, its id too.
    refused: Mutex<BTreeSet<ServiceKey>>,
}

impl fmt::Debug for Services {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = &self.inner.parts;
        out.debug_struct("Services")
            .field("host", &parts.host.id())
            .field("automatic", &parts.automatic)
            .finish_non_exhaustive()
    }
}

impl Services {
    /// The services of the machine under `parts.proc_root`.
    #[must_use]
    pub fn new(parts: ServicesParts) -> Self {
        let proc_root = parts.proc_root.clone();
        Self::with_sockets(parts, Arc::new(move || probe::local::listening(&proc_root)))
    }

    /// The same with sockets from elsewhere.
    #[must_use]
    pub fn with_sockets(parts: ServicesParts, sockets: SocketSource) -> Self {
        let inner = Inner {
            parts,
            sockets,
            turn: Turn::default(),
            asked: AtomicBool::new(false),
            scanned_at: Mutex::default(),
            refused: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Time between two scans.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.inner.parts.interval
    }

    /// The service with that id.
    ///
    /// Errors: [`ServicesError::NotAllowed`], [`ServicesError::ServiceNotFound`].
    pub async fn get(
        &self,
        caller: &Caller,
        id: DiscoveredId,
    ) -> Result<Discovered, ServicesError> {
        permit(caller, DISCOVERY_READ)?;
        let mut connection = self.db().reader().acquire().await.map_err(db::DbError::from)?;
        let item = store::find(&mut connection, id).await?;
        self.permit_over(caller, DISCOVERY_READ, &item).await?;
        Ok(self.up_to_date(item))
    }

    /// What was found on hosts that the caller may see, in that state or in all, in the order in
    /// which it was found; pages by id.
    ///
    /// Errors: [`ServicesError::NotAllowed`].
    pub async fn list(
        &self,
        caller: &Caller,
        state: Option<DiscoveryState>,
        page: &Page,
    ) -> Result<PageOf<Discovered>, ServicesError> {
        permit(caller, DISCOVERY_READ)?;
        let items = store::list(self.db(), &caller.scope(DISCOVERY_READ), state, page).await?;
        let page = PageOf::from_fetched(items, page.limit, |item| item.id.to_string());
        Ok(page.map(|item| self.up_to_date(item)))
    }

    /// Asks for a scan now and does not wait for it; asked for again before it begins, it is one.
    ///
    /// Errors: [`ServicesError::NotAllowed`].
    pub fn scan_soon(&self, caller: &Caller) -> Result<(), ServicesError> {
        // The scan looks at the whole machine, not only at what somebody may see of it.
        if !caller.may_everywhere(DISCOVERY_CHANGE) {
            return Err(ServicesError::NotAllowed(DISCOVERY_CHANGE));
        }
        if self.inner.asked.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let services = self.clone();
        tokio::spawn(async move {
            if let Err(error) = services.scan().await {
                tracing::error!("failed to scan for services: {error}");
            }
        });
        Ok(())
    }

    /// Whether the caller may do what `permission` allows to what was found on a host.
    ///
    /// Errors: [`ServicesError::ServiceNotFound`] for those who do not see it,
    /// [`ServicesError::NotAllowed`] for those who only see it.
    async fn permit_over(
        &self,
        caller: &Caller,
        permission: Permission,
        item: &Discovered,
    ) -> Result<(), ServicesError> {
        permit(caller, permission)?;
        if caller.may_everywhere(permission) {
            return Ok(());
        }
        let place = self.inner.parts.resources.place_of(item.host_resource_id).await?;
        if caller.may_at(permission, &place.as_place()) {
            Ok(())
        } else if caller.may_at(DISCOVERY_READ, &place.as_place()) {
            Err(ServicesError::NotAllowed(permission))
        } else {
            Err(ServicesError::ServiceNotFound { id: item.id })
        }
    }

    fn db(&self) -> &Db {
        &self.inner.parts.db
    }

    fn now(&self) -> Time {
        self.inner.parts.clock.now()
    }

    /// What listens was seen at the last scan, whatever the records say.
    fn up_to_date(&self, item: Discovered) -> Discovered {
        let scanned_at = *self.inner.scanned_at.lock().unwrap_or_else(PoisonError::into_inner);
        let last_seen_at = match scanned_at {
            Some(at) if item.listening && item.host_resource_id == self.host() => {
                item.last_seen_at.max(at)
            }
            _ => item.last_seen_at,
        };
        Discovered { last_seen_at, ..item }
    }

    fn host(&self) -> ResourceId {
        self.inner.parts.host.id()
    }
}

/// The one check inside of verbs; routes make it too.
fn permit(caller: &Caller, permission: Permission) -> Result<(), ServicesError> {
    if caller.may(permission) { Ok(()) } else { Err(ServicesError::NotAllowed(permission)) }
}
