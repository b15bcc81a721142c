use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jobs::LeaseHandle;
use kernel::Fault;
use resources::Standing;
use tokio::sync::watch;

use crate::{Probe, model::ResourceId, store};

/// Checks read at once.
const BATCH: u32 = 500;
/// After the records did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// How checks are shared among several servers on the same records.
///
/// What is asked of a server's own machine (its processes, its loopback) only that server can ask;
/// all other checks run where the lease is.
#[derive(Debug, Clone)]
pub struct Share {
    /// The lease of all checks that any server can run.
    pub lease: LeaseHandle,
    /// The machine that this server runs on, where it is watched. What was found on it goes by the
    /// id that it had then: also by one that turned out to be another since.
    pub machine: Option<Standing>,
}

/// Which checks are this server's.
#[derive(Default)]
pub(crate) struct Sharing {
    share: OnceLock<Share>,
    /// The token of the lease under which the statuses of other servers' checks were read; 0 for
    /// none.
    adopted: AtomicI64,
}

impl fmt::Debug for Sharing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sharing").field("share", &self.share).finish_non_exhaustive()
    }
}

impl Sharing {
    /// Whether a check that is bound to `machine` (or to none) runs on this server.
    pub(crate) fn is_here(&self, machine: Option<ResourceId>) -> bool {
        let Some(share) = self.share.get() else { return true };
        match machine {
            Some(machine) => share.machine.as_ref().is_some_and(|own| own.includes(machine)),
            None => share
                .lease
                .token()
                .is_some_and(|token| token == self.adopted.load(Ordering::Acquire)),
        }
    }
}

impl Probe {
    /// From now on checks are shared with other servers. Called once, before [`Probe::run`].
    pub fn share(&self, share: Share) {
        // A second call would come from a house that was wired twice; the first one holds.
        let _ = self.inner.sharing.share.set(share);
    }

    /// Reads how checks stand whenever the lease comes here: another server has run them.
    pub(crate) async fn follow_lease(&self) {
        let Some(share) = self.inner.sharing.share.get() else {
            return std::future::pending().await;
        };
        let mut changes: watch::Receiver<Option<i64>> = share.lease.changes();
        loop {
            let token = *changes.borrow_and_update();
            if let Some(token) = token {
                match self.adopt_all().await {
                    Ok(()) => {
                        self.inner.sharing.adopted.store(token, Ordering::Release);
                        tracing::info!("runs the checks that any server can run");
                    }
                    Err(fault) => {
                        tracing::error!("failed to take over the checks: {fault}");
                        self.inner.timer.sleep(PAUSE).await;
                        continue;
                    }
                }
            }
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    async fn adopt_all(&self) -> Result<(), Fault> {
        self.sync().await?;
        let mut after = None;
        loop {
            let rows = store::read_all(&self.inner.db, after, BATCH).await?;
            after = rows.last().map(|(definition, _)| definition.id);
            let mut board = self.board();
            for (definition, status) in rows {
                board.adopt(definition.id, status, &self.inner.sharing);
            }
            drop(board);
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
