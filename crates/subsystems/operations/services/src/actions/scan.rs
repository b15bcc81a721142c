use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use jobs::Status;
use probe::local::Listening;
use tokio::task::{JoinSet, spawn_blocking};

use super::Services;
use crate::{
    error::ServicesError,
    known::{Confidence, Transport, read_banner},
    model::{
        Candidates, Discovered, SeenService, ServiceKey, Sighting, Surroundings, address_to_check,
        merged, reconcile, sightings, strangers,
    },
    reactions, store,
};

/// Services of one host that are kept; more are a sign of something else than services.
pub(super) const SERVICES_MAX: u32 = 5000;
/// Services asked for their banner in one scan; the others have to wait for the next.
const BANNERS_MAX: usize = 32;

/// What a scan read of the machine.
struct Machine {
    sockets: Vec<Listening>,
    ipv6_loopback: bool,
}

impl Services {
    /// Looks at what listens now and writes what changed; accepts it, if that is automatic.
    ///
    /// Errors: the machine cannot be read, or a change could not be written: then none was.
    pub async fn scan(&self) -> Result<Status, ServicesError> {
        let mut candidates = self.inner.turn.lock().await;
        self.inner.asked.store(false, Ordering::Release);
        let machine = self.read_machine().await?;
        let host = self.inner.parts.resources.follow(&self.inner.parts.host).await?;
        if !reactions::has_followed(self.db()).await? {
            // What was found on the host that went would be found again on the one that stays.
            return Ok(Status { left: 1, ..Status::default() });
        }
        let known = store::of_host(self.db().reader(), host, SERVICES_MAX).await?;
        let sightings = sightings(&machine.sockets);
        let seen = self.seen(&mut candidates, &known, &sightings, &machine).await;
        let now = self.now();
        let changes = reconcile(&known, &seen, now);
        let status = self.apply(host, &known, changes, now).await?;
        *self.inner.scanned_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(status)
    }

    async fn read_machine(&self) -> Result<Machine, ServicesError> {
        let sockets = Arc::clone(&self.inner.sockets);
        let proc_root = self.inner.parts.proc_root.clone();
        let reading = spawn_blocking(move || {
            let sockets = sockets()?;
            Ok(Machine { sockets, ipv6_loopback: has_ipv6_loopback(&proc_root) })
        });
        reading.await.map_err(|_| ServicesError::ReaderEnded)?
    }

    /// The services of this scan: those that are known, and of the others those that are admitted.
    /// What nobody recognises is asked for its banner once, when it is admitted.
    async fn seen(
        &self,
        candidates: &mut Candidates,
        known: &[Discovered],
        sightings: &[Sighting],
        machine: &Machine,
    ) -> Vec<SeenService> {
        let guard = self.inner.parts.guard.as_ref();
        let around = Surroundings { guard, ipv6_loopback: machine.ipv6_loopback };
        let first_look: Vec<SeenService> =
            sightings.iter().map(|sighting| SeenService::of(sighting, b"", around)).collect();
        let (new, admitted) = {
            let strangers = strangers(known, &first_look);
            let admitted: BTreeSet<ServiceKey> =
                candidates.admit(&strangers).into_iter().cloned().collect();
            let new: BTreeSet<ServiceKey> = strangers.iter().map(|seen| seen.key.clone()).collect();
            (new, admitted)
        };
        let mute: Vec<usize> = (0..sightings.len())
            .filter(|at| admitted.contains(&first_look[*at].key))
            .filter(|at| sightings[*at].transport == Transport::Tcp)
            .filter(|at| first_look[*at].confidence <= Some(Confidence::Possible))
            .collect();
        let banners = self.banners(sightings, &mute, machine.ipv6_loopback).await;
        let (mut seen, mut untried) = (Vec::with_capacity(sightings.len()), Vec::new());
        for (at, first) in first_look.into_iter().enumerate() {
            let banner = banners.get(&at);
            if !new.contains(&first.key) {
                seen.push(first);
            } else if let Some(banner) = banner.filter(|banner| !banner.is_empty()) {
                seen.push(SeenService::of(&sightings[at], banner, around));
            } else if admitted.contains(&first.key) && (banner.is_some() || !mute.contains(&at)) {
                untried.push(seen.len());
                seen.push(first);
            }
        }
        self.try_suggestions(&mut seen, &untried, machine.ipv6_loopback).await;
        merged(seen)
    }

    /// What services say to whoever connects, for the first [`BANNERS_MAX`] of `mute`, places in
    /// `sightings`; all at once.
    async fn banners(
        &self,
        sightings: &[Sighting],
        mute: &[usize],
        ipv6_loopback: bool,
    ) -> BTreeMap<usize, Vec<u8>> {
        let mut reading = JoinSet::new();
        for at in mute.iter().copied().take(BANNERS_MAX) {
            let sighting = &sightings[at];
            let address = address_to_check(&sighting.addresses, ipv6_loopback);
            let address = address.map(|address| SocketAddr::new(address, sighting.port));
            let guard = Arc::clone(&self.inner.parts.guard);
            reading.spawn(async move {
                match address {
                    Some(address) => (at, read_banner(address, &guard).await),
                    None => (at, Vec::new()),
                }
            });
        }
        let mut banners = BTreeMap::new();
        while let Some(read) = reading.join_next().await {
            banners.extend(read);
        }
        banners
    }
}

/// Whether the machine has `::1`. Source: proc_pid_net(5), `if_inet6`.
fn has_ipv6_loopback(proc_root: &Path) -> bool {
    let addresses = std::fs::read_to_string(proc_root.join("net/if_inet6")).unwrap_or_default();
    addresses.lines().any(|line| line.starts_with("00000000000000000000000000000001 "))
}
