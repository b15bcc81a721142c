use std::{fmt, path::Path, sync::atomic::Ordering};

use anyhow::bail;
use axum::Router;
use db::{DataDir, Db};
use journal::Dispatcher;
use tokio::sync::{Mutex, watch};

use super::{House, Parts, Surroundings, ground::migrations};
use crate::config::{Layers, load};

/// Rounds in which one thing may lead to another at one moment.
const ROUNDS_MAX: usize = 100;
/// Turns that a check on loopback is given for its answer: some seconds.
const TURNS_MAX: usize = 5_000_000;
/// Turns for what was set going and needs no far side, before it is looked at.
const TURNS: usize = 20;

/// The whole house, wired as the server wires it, in which nothing runs by itself: requests go to
/// its router, and [`ByHand::settle`] does what is due when the clock was moved.
pub struct ByHand {
    house: House,
    router: Router,
    dispatcher: Dispatcher,
    /// The last fact that was delivered to everybody who reacts.
    told: Mutex<i64>,
    /// Tells what runs in the background, such as the reading of a live stream, to end.
    stop: watch::Sender<bool>,
}

impl fmt::Debug for ByHand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ByHand").field("dispatcher", &self.dispatcher).finish_non_exhaustive()
    }
}

impl ByHand {
    /// Opens the house on a data directory; `settings` as `--set` takes them.
    ///
    /// Errors: what is wrong with the settings, the directory or what is in it, in a sentence.
    pub async fn open(
        data: &Path,
        settings: &[(&str, &str)],
        around: Surroundings,
    ) -> anyhow::Result<Self> {
        crate::provide_tls();
        let data = data.to_string_lossy();
        let flags = settings.iter().copied().chain([("data", data.as_ref())]);
        let flags = flags.map(|(key, value)| (key.to_owned(), value.to_owned(), key.to_owned()));
        let layers = Layers { flags: flags.collect(), ..Layers::default() };
        let settings = load(&layers)?;
        let data = DataDir::open(&settings.data())?;
        let db = Db::open(settings.location(&data), &migrations()).await?;
        let (stop, stopped) = watch::channel(false);
        let address = settings.listen();
        let parts = Parts { around, settings, data, db, address, https: false, vigil: None };
        let house = House::open(parts, stopped).await?;
        house.probe.sync().await?;
        let (router, dispatcher) = (house.router(), house.dispatcher());
        house.ready.store(true, Ordering::Release);
        Ok(Self { house, router, dispatcher, told: Mutex::default(), stop })
    }

    /// What answers requests, behind the whole stack.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The secret of the first-run link, while there is no user.
    ///
    /// Errors: the records fail.
    pub async fn first_run_token(&self) -> anyhow::Result<Option<String>> {
        self.house.first_run_token().await
    }

    /// Does what is due at this moment and all that follows from it: checks, facts, jobs, messages.
    ///
    /// Errors: what failed first; that it does not come to rest.
    pub async fn settle(&self) -> anyhow::Result<()> {
        for _ in 0..ROUNDS_MAX {
            self.run_checks().await?;
            self.house.jobs.settle().await?;
            let told = self.tell().await?;
            let sent = self.house.outgoing.notify.settle().await?;
            if told + sent == 0 {
                return Ok(());
            }
        }
        bail!("one thing leads to another without end")
    }

    /// Delivers the facts that were written since. Returns how many there were.
    async fn tell(&self) -> anyhow::Result<u64> {
        let mut told = self.told.lock().await;
        let before = *told;
        loop {
            let latest = journal::latest(&self.house.ground.db).await?.0;
            if latest == *told {
                return Ok(latest.saturating_sub(before).unsigned_abs());
            }
            *told = latest;
            self.dispatcher.settle().await?;
        }
    }

    /// Runs the checks that are due.
    async fn run_checks(&self) -> anyhow::Result<()> {
        let probe = &self.house.probe;
        probe.sync().await?;
        for turn in 0..TURNS_MAX {
            probe.tick();
            tokio::task::yield_now().await;
            let stats = probe.stats();
            if turn >= TURNS && stats.in_flight == 0 && stats.waiting == 0 {
                probe.deliver_samples().await?;
                return Ok(probe.record_states().await?);
            }
        }
        bail!("a check has not ended")
    }

    /// Closes it, as a server that is stopped does.
    ///
    /// Errors: the records or the samples fail.
    pub async fn close(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        self.house.probe.save_statuses().await?;
        self.house.ground.series.sync()?;
        self.house.ground.db.close().await;
        Ok(())
    }
}
