use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak, atomic::AtomicU32},
    time::Duration,
};

use db::{Db, DbError};
use kernel::Clock;
use tokio::sync::{Mutex as Turn, Notify, watch};

use super::{
    balance::{LEFT_FOR, Offer},
    handle::{Lease, LeaseHandle},
};
use crate::{Timer, store, store::leases::LeaseRow};

/// How often the table is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often a held lease is renewed.
const RENEW: Duration = Duration::from_secs(3);
/// A lease that stood still for so long on the observer's own clock is free.
pub(super) const EXPIRED: Duration = Duration::from_secs(12);
/// How long a stop waits until those who hold leases have given them back.
const STOP_MAX: Duration = Duration::from_secs(11);

/// Whether other servers work on the same records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// None: this process holds the lock of the data directory. Leases are taken at once and
    /// never renewed.
    Alone,
    /// There may be others.
    Shared,
}

/// What leases need.
#[derive(Debug, Clone)]
pub struct LeaseParts {
    /// The records.
    pub db: Db,
    /// The clock; only its monotonic side decides.
    pub clock: Arc<dyn Clock>,
    /// How it waits.
    pub timer: Arc<dyn Timer>,
    /// The name of this process among the servers: never used by another one or an earlier one.
    pub holder: String,
    /// Whether there are other servers.
    pub sharing: Sharing,
}

/// The leases of this server: cheap to clone.
///
/// A lease is taken when it is free, given back, or has stood still for 12 s *as seen by the one
/// who takes it*: no server's time of day matters. A holder that cannot renew counts itself out
/// after 10 s. What it still writes is held back by its [`Fence`](crate::Fence).
#[derive(Clone)]
pub struct Leases {
    inner: Arc<LeasesInner>,
}

pub(super) struct LeasesInner {
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    pub(super) holder: String,
    pub(super) sharing: Sharing,
    wanted: Mutex<BTreeMap<String, Wanted>>,
    /// The other servers, as they were last seen to move.
    servers: Mutex<BTreeMap<String, Seen>>,
    /// One round at a time; when it last renewed.
    round: Turn<Option<Duration>>,
    pub(super) bell: Notify,
}

/// A lease that somebody here wants.
struct Wanted {
    lease: Weak<Lease>,
    seen: Option<Seen>,
    /// When it was last left to other servers.
    offer: Option<Offer>,
}

/// How another's lease stood when it last moved, and since when by our clock.
pub(super) struct Seen {
    pub(super) row: LeaseRow,
    pub(super) since: Duration,
}

impl fmt::Debug for Leases {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Leases").field("holder", &self.inner.holder).finish_non_exhaustive()
    }
}

impl Leases {
    /// Leases of the server `holder`.
    #[must_use]
    pub fn new(parts: LeaseParts) -> Self {
        let LeaseParts { db, clock, timer, holder, sharing } = parts;
        let (wanted, servers) = (Mutex::default(), Mutex::default());
        let (round, bell) = (Turn::new(None), Notify::new());
        let inner = LeasesInner { db, clock, timer, holder, sharing, wanted, servers, round, bell };
        Self { inner: Arc::new(inner) }
    }

    /// The name of this server.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.inner.holder
    }

    /// Whether other servers may work on the same records.
    #[must_use]
    pub fn sharing(&self) -> Sharing {
        self.inner.sharing
    }

    /// Asks for the lease `name`: it is held as soon as no other server holds it, and asked for
    /// until the last handle is dropped.
    #[must_use]
    pub fn hold(&self, name: &str) -> LeaseHandle {
        let mut wanted = self.inner.wanted();
        let known = wanted.get(name).and_then(|wanted| wanted.lease.upgrade());
        let lease = known.unwrap_or_else(|| {
            let lease = Arc::new(Lease {
                name: name.to_owned(),
                leases: Arc::clone(&self.inner),
                token: watch::channel(None).0,
                renewed: Mutex::default(),
                busy: AtomicU32::new(0),
            });
            let entry = Wanted { lease: Arc::downgrade(&lease), seen: None, offer: None };
            wanted.insert(name.to_owned(), entry);
            lease
        });
        drop(wanted);
        self.inner.bell.notify_one();
        LeaseHandle { lease }
    }

    /// Takes, renews and watches until `stop` turns true; then goes on until everything was given
    /// back, 11 s at most.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let inner = &self.inner;
        let presence = (inner.sharing == Sharing::Shared).then(|| self.announce());
        loop {
            self.round_or_log().await;
            // Alone, only a new wish or a failed round is a reason to look again.
            let idle = inner.sharing == Sharing::Alone && !inner.is_waiting();
            let look = async {
                if idle { std::future::pending().await } else { inner.timer.sleep(LOOK).await }
            };
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                () = inner.bell.notified() => {}
                () = look => {}
            }
        }
        if inner.sharing == Sharing::Alone {
            return;
        }
        drop(presence);
        let begun = inner.clock.monotonic();
        while inner.holds_any() && inner.clock.monotonic().saturating_sub(begun) < STOP_MAX {
            tokio::select! {
                () = inner.bell.notified() => {}
                () = inner.timer.sleep(LOOK) => {}
            }
            self.round_or_log().await;
        }
        for lease in inner.held() {
            if let Err(error) = inner.give_back(&lease).await {
                tracing::warn!(lease = lease.name, "failed to give a lease back: {error}");
            }
        }
    }

    async fn round_or_log(&self) {
        if let Err(error) = self.round().await {
            tracing::warn!("failed to look after the leases: {error}");
        }
    }

    /// One round: renews what is held, gives back what nobody wants any more, takes what is free.
    /// [`run`](Self::run) does it every second.
    ///
    /// Errors: [`DbError`]; what is held runs out unless a later round succeeds.
    pub async fn round(&self) -> Result<(), DbError> {
        let inner = &self.inner;
        let mut renewed = inner.round.lock().await;
        inner.drop_unwanted().await?;
        let now = inner.clock.monotonic();
        let due = renewed.is_none_or(|last| now.saturating_sub(last) >= RENEW);
        if inner.sharing == Sharing::Shared && due && inner.holds_any() {
            inner.renew(now).await?;
            *renewed = Some(now);
            inner.balance(now).await?;
        }
        if inner.is_waiting() {
            inner.take_free().await?;
        }
        Ok(())
    }
}

impl LeasesInner {
    fn wanted(&self) -> MutexGuard<'_, BTreeMap<String, Wanted>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn servers(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn offer_of(&self, name: &str) -> Option<Offer> {
        self.wanted().get(name)?.offer
    }

    pub(super) fn note_offer(&self, name: &str, offer: Offer) {
        if let Some(wanted) = self.wanted().get_mut(name) {
            wanted.offer = Some(offer);
        }
    }

    fn leases(&self) -> Vec<Arc<Lease>> {
        self.wanted().values().filter_map(|wanted| wanted.lease.upgrade()).collect()
    }

    pub(super) fn held(&self) -> Vec<Arc<Lease>> {
        self.leases().into_iter().filter(|lease| lease.token.borrow().is_some()).collect()
    }

    fn holds_any(&self) -> bool {
        !self.held().is_empty()
    }

    fn is_waiting(&self) -> bool {
        self.leases().iter().any(|lease| lease.token.borrow().is_none())
    }

    /// Forgets leases without a handle; the rows run out, or go at once where they are held here.
    async fn drop_unwanted(&self) -> Result<(), DbError> {
        let gone: Vec<String> = {
            let mut wanted = self.wanted();
            let names = wanted.iter().filter(|(_, wanted)| wanted.lease.strong_count() == 0);
            let names: Vec<String> = names.map(|(name, _)| name.clone()).collect();
            for name in &names {
                wanted.remove(name);
            }
            names
        };
        if gone.is_empty() || self.sharing == Sharing::Alone {
            return Ok(());
        }
        let rows = store::leases::all(&self.db).await?;
        let ours = gone.iter().filter_map(|name| Some((name, rows.get(name)?)));
        let ours: Vec<_> = ours.filter(|(_, row)| row.holder == self.holder).collect();
        if ours.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for (name, row) in ours {
            store::leases::give_back(&mut tx, name, &self.holder, row.token).await?;
        }
        tx.commit().await
    }

    /// `now` was read before the table is written: nobody can see the renewal earlier.
    async fn renew(&self, now: Duration) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let ours = store::leases::renew(&mut tx, &self.holder).await?;
        // no fact: whose turn it is is no state of the house, and changes every few seconds.
        tx.commit().await?;
        for lease in self.held() {
            let known = *lease.token.borrow();
            let still = known.filter(|token| ours.get(&lease.name) == Some(token));
            if still.is_none() {
                tracing::warn!(lease = lease.name, "lost the lease `{}`", lease.name);
            }
            lease.set(still, now);
        }
        Ok(())
    }

    /// Takes what is free, in one transaction.
    async fn take_free(&self) -> Result<(), DbError> {
        let rows = store::leases::all(&self.db).await?;
        let now = self.clock.monotonic();
        let free: Vec<(Arc<Lease>, Option<LeaseRow>)> = {
            let mut wanted = self.wanted();
            let waiting = wanted.iter_mut().filter_map(|(name, wanted)| {
                let lease =
                    wanted.lease.upgrade().filter(|lease| lease.token.borrow().is_none())?;
                let row = rows.get(name).cloned();
                wanted.is_free(row.as_ref(), now, self).then_some((lease, row))
            });
            waiting.collect()
        };
        if free.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let mut taken = Vec::new();
        for (lease, row) in free {
            let at = self.clock.now();
            let token = store::leases::take(&mut tx, &lease.name, &self.holder, at, row.as_ref());
            if let Some(token) = token.await? {
                taken.push((lease, token));
            }
        }
        tx.commit().await?;
        for (lease, token) in taken {
            lease.set(Some(token), now);
        }
        Ok(())
    }

    pub(super) async fn give_back(&self, lease: &Lease) -> Result<(), DbError> {
        self.wanted().remove(&lease.name);
        let token = *lease.token.borrow();
        lease.set(None, Duration::ZERO);
        self.bell.notify_one();
        let Some(token) = token.filter(|_| self.sharing == Sharing::Shared) else {
            return Ok(());
        };
        let mut tx = self.db.begin().await?;
        store::leases::give_back(&mut tx, &lease.name, &self.holder, token).await?;
        // no fact: whose turn it is is no state of the house.
        tx.commit().await
    }
}

impl Wanted {
    /// Whether the lease may be taken as it stands; takes note of how it stands.
    fn is_free(&mut self, row: Option<&LeaseRow>, now: Duration, ours: &LeasesInner) -> bool {
        let Some(row) = row else { return true };
        if self.offer.is_some_and(|offer| now.saturating_sub(offer.at) < LEFT_FOR) {
            return false;
        }
        // An empty holder gave it back; a row of ours is one whose taking we were not told of.
        let free = row.holder.is_empty() || row.holder == ours.holder;
        if free || ours.sharing == Sharing::Alone {
            return true;
        }
        match &self.seen {
            Some(seen) if seen.row == *row => now.saturating_sub(seen.since) >= EXPIRED,
            _ => {
                self.seen = Some(Seen { row: row.clone(), since: now });
                false
            }
        }
    }
}
