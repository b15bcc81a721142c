use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use db::Tx;
use kernel::Fault;
use tokio::sync::watch;

use super::{Sharing, leases::LeasesInner};
use crate::{model::run, store};

/// A holder that could not renew for so long counts itself out, before others take over.
pub(super) const SURE_FOR: Duration = Duration::from_secs(10);

/// A lease that this server holds, or waits for. Clones are the same lease; the last one that is
/// dropped gives it up.
#[derive(Clone)]
pub struct LeaseHandle {
    pub(super) lease: Arc<Lease>,
}

/// What is known of a lease here.
pub(super) struct Lease {
    pub(super) name: String,
    pub(super) leases: Arc<LeasesInner>,
    /// The token while it is held; changes wake those who wait.
    pub(super) token: watch::Sender<Option<i64>>,
    /// When it was last renewed, in monotonic time.
    pub(super) renewed: Mutex<Duration>,
    /// How much work is under way with it.
    pub(super) busy: AtomicU32,
}

/// Work under way with a lease: while there is some, the lease is not left to another server.
#[derive(Debug)]
pub(crate) struct Busy(Option<LeaseHandle>);

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.lease.busy.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Busy {
    /// Work with `handle` begins; it ends with the value. Nothing without a lease.
    pub(crate) fn with(handle: Option<&LeaseHandle>) -> Self {
        if let Some(handle) = handle {
            handle.lease.busy.fetch_add(1, Ordering::AcqRel);
        }
        Self(handle.cloned())
    }
}

/// Proof that a run may still write: checked in the transaction of every write.
///
/// A holder that froze and comes back has an old token; its transactions fail here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence(Option<Held>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    name: String,
    holder: String,
    token: i64,
}

impl fmt::Debug for LeaseHandle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = *self.lease.token.borrow();
        out.debug_struct("LeaseHandle").field("name", &self.name()).field("token", &token).finish()
    }
}

impl LeaseHandle {
    /// The lease's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.lease.name
    }

    /// Whether this server holds it: nobody else does while this is true.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.token().is_some()
    }

    /// The fencing token, while it is held. Each holder's is greater than the one before.
    #[must_use]
    pub fn token(&self) -> Option<i64> {
        self.lease.sure_token()
    }

    /// Tells when the lease is taken or lost: the token, or none.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Option<i64>> {
        self.lease.token.subscribe()
    }

    /// The proof for transactions, while it is held.
    #[must_use]
    pub fn fence(&self) -> Option<Fence> {
        let token = self.token()?;
        let holder = self.lease.leases.holder.clone();
        Some(Fence(Some(Held { name: self.lease.name.clone(), holder, token })))
    }

    /// Completes when the lease with `token` is no longer held.
    pub(crate) async fn lost(&self, token: i64) {
        let mut changes = self.changes();
        // A sender that is gone is a lease that is gone.
        drop(changes.wait_for(|now| *now != Some(token)).await);
    }

    /// Gives the lease back at once, so that another server need not wait; this one asks for it
    /// no more.
    ///
    /// Errors: [`db::DbError`]; it then runs out by itself.
    pub async fn release(&self) -> Result<(), db::DbError> {
        self.lease.leases.give_back(&self.lease).await
    }
}

impl Lease {
    pub(super) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire) > 0
    }

    pub(super) fn sure_token(&self) -> Option<i64> {
        let token = (*self.token.borrow())?;
        let renewed = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        let age = self.leases.clock.monotonic().saturating_sub(renewed);
        (self.leases.sharing == Sharing::Alone || age < SURE_FOR).then_some(token)
    }

    pub(super) fn set(&self, token: Option<i64>, renewed: Duration) {
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = renewed;
        self.token.send_if_modified(|known| {
            let changed = *known != token;
            *known = token;
            changed
        });
    }
}

impl Drop for LeaseHandle {
    fn drop(&mut self) {
        // The round that follows sees that nobody wants it and gives it back.
        if Arc::strong_count(&self.lease) == 1 {
            self.lease.leases.bell.notify_one();
        }
    }
}

impl Fence {
    /// The fence of work that every server does for itself: it lets everything through.
    #[must_use]
    pub fn open() -> Self {
        Self(None)
    }

    /// The token it carries; none when it is open.
    #[must_use]
    pub fn token(&self) -> Option<i64> {
        self.0.as_ref().map(|held| held.token)
    }

    /// Lets the transaction pass only while the lease is held, and keeps it until its end. Called
    /// last before the commit: it holds the lease's row, which renewing waits for.
    ///
    /// Errors: [`Fault`] `lease-lost`; the transaction must then not be committed.
    pub async fn check(&self, tx: &mut Tx) -> Result<(), Fault> {
        let Some(held) = &self.0 else { return Ok(()) };
        if store::leases::hold(tx, &held.name, &held.holder, held.token).await? {
            return Ok(());
        }
        Err(run::lease_lost(&held.name))
    }
}
