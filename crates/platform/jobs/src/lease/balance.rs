//! Jobs are spread over the servers that live: one with more than its share gives an idle one up.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use db::DbError;

use super::{
    handle::{Lease, LeaseHandle},
    leases::{EXPIRED, Leases, LeasesInner, Seen},
};
use crate::store::{self, leases::LeaseRow};

/// The leases that are spread; others stay where they are.
pub(crate) const JOB_PREFIX: &str = "job/";
/// The leases by which servers tell that they live.
const SERVER_PREFIX: &str = "server/";
/// How long a lease that was given up for another server is left to it.
pub(super) const LEFT_FOR: Duration = Duration::from_secs(15);
/// How long a lease that no other server took is kept before it is offered again.
const KEPT_FOR: Duration = Duration::from_secs(600);

/// When a lease was offered to other servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) at: Duration,
}

impl Leases {
    /// Tells the other servers that this one lives, so that they leave it its share of the jobs.
    /// [`run`](Self::run) does it; it holds until the handle is dropped.
    #[must_use]
    pub fn announce(&self) -> LeaseHandle {
        self.hold(&format!("{SERVER_PREFIX}{}", self.holder()))
    }
}

impl LeasesInner {
    /// Gives one idle job up when this server has more than its share of them.
    pub(super) async fn balance(&self, now: Duration) -> Result<(), DbError> {
        let rows = store::leases::all(&self.db).await?;
        let live = self.living(&rows, now).await?;
        let jobs = rows.keys().filter(|name| name.starts_with(JOB_PREFIX)).count();
        let held = self.held();
        let ours = held.iter().filter(|lease| lease.name.starts_with(JOB_PREFIX));
        let ours: Vec<&Arc<Lease>> = ours.collect();
        if ours.len() <= jobs.div_ceil(live) {
            return Ok(());
        }
        let offered = ours.into_iter().rev().find(|lease| self.may_offer(lease, now));
        let Some(lease) = offered else { return Ok(()) };
        let Some(token) = *lease.token.borrow() else { return Ok(()) };
        self.note_offer(&lease.name, Offer { at: now });
        lease.set(None, Duration::ZERO);
        let mut tx = self.db.begin().await?;
        store::leases::give_back(&mut tx, &lease.name, &self.holder, token).await?;
        tx.commit().await?;
        tracing::info!(lease = lease.name, "left `{}` to another server", lease.name);
        Ok(())
    }

    /// How many servers live, this one among them. Rows of those that died are removed.
    async fn living(
        &self,
        rows: &BTreeMap<String, LeaseRow>,
        now: Duration,
    ) -> Result<usize, DbError> {
        let mut dead = Vec::new();
        let mut live = 1;
        {
            let mut seen = self.servers();
            seen.retain(|name, _| rows.contains_key(name));
            let others = rows
                .iter()
                .filter(|(name, row)| name.starts_with(SERVER_PREFIX) && row.holder != self.holder);
            for (name, row) in others {
                let known = seen.entry(name.clone());
                let known = known.or_insert_with(|| Seen { row: row.clone(), since: now });
                if known.row != *row {
                    *known = Seen { row: row.clone(), since: now };
                }
                let still = now.saturating_sub(known.since);
                if row.holder.is_empty() || still >= EXPIRED {
                    dead.push((name.clone(), row.clone()));
                } else {
                    live += 1;
                }
            }
        }
        if !dead.is_empty() {
            let mut tx = self.db.begin().await?;
            for (name, row) in &dead {
                store::leases::forget(&mut tx, name, row).await?;
            }
            tx.commit().await?;
        }
        Ok(live)
    }

    /// Whether the lease is idle and was not offered in vain a short while ago.
    fn may_offer(&self, lease: &Lease, now: Duration) -> bool {
        let offer = self.offer_of(&lease.name);
        !lease.is_busy() && offer.is_none_or(|offer| now.saturating_sub(offer.at) >= KEPT_FOR)
    }
}
