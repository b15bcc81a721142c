use std::time::Duration;

use db::Dialect;
use kernel::Time;
use tokio::{sync::watch, task::JoinSet};

use crate::{Channel, ChannelId, Notify, NotifyError, model::Pass, store};

/// How long nothing is looked at when nothing rings: another server may have taken a message in.
const IDLE_MAX: Duration = Duration::from_secs(2);
/// How long to wait after the records failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

impl Notify {
    /// Sends messages until `stop` turns true. Channels do not wait for each other.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut lines = JoinSet::new();
        let mut commits = self.inner.db.commits();
        // SQLite is one process's alone: whatever is claimed was claimed by one that has ended.
        if self.inner.db.dialect() == Dialect::Sqlite
            && let Err(error) = self.take_back_lost(Time::from_micros(i64::MAX)).await
        {
            tracing::error!("failed to take back what an earlier process was sending: {error}");
        }
        loop {
            commits.mark_unchanged();
            let wait = match self.round(&mut lines).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::error!("failed to send messages: {error}");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => break,
                () = self.inner.bell.notified() => {}
                // A message that another crate took in within its own change.
                Ok(()) = commits.changed() => {}
                () = self.inner.timer.sleep(wait) => {}
            }
        }
        // What is on its way is finished; the roof limits how long that may take.
        while lines.join_next().await.is_some() {}
    }

    /// Sends what is due now, to the end. Returns how many messages and deliveries were handled.
    /// For tests and for tools: with a clock that stands still it always ends the same.
    ///
    /// Errors: the first failure of the records.
    pub async fn settle(&self) -> Result<u64, NotifyError> {
        let mut handled = self.take_back_lost(self.now()).await?;
        loop {
            let mut round = self.prepare().await? + self.take_turns().await?;
            for channel in self.due_channels().await? {
                round += self.drain(&channel).await?;
            }
            if round == 0 {
                return Ok(handled);
            }
            handled += round;
        }
    }

    /// Prepares what is new and sets channels going that have something due. Returns how long to
    /// wait for the next thing that is due.
    async fn round(&self, tasks: &mut JoinSet<()>) -> Result<Duration, NotifyError> {
        while tasks.try_join_next().is_some() {}
        self.take_back_lost(self.now()).await?;
        while self.prepare().await? > 0 {}
        while self.take_turns().await? > 0 {}
        for channel in self.due_channels().await? {
            if self.set_going(channel.id) {
                let notify = self.clone();
                tasks.spawn(async move { notify.drain_alone(channel).await });
            }
        }
        let now = self.now();
        let next = store::deliveries::next_due(self.inner.db.reader()).await?;
        let wait = next.map_or(IDLE_MAX, |next| next.since(now));
        Ok(wait.clamp(Duration::from_millis(200), IDLE_MAX))
    }

    async fn drain_alone(self, channel: Channel) {
        let _busy = Busy { notify: &self, id: channel.id };
        if let Err(error) = self.drain(&channel).await {
            tracing::error!(channel = %channel.id, "failed to send by a channel: {error}");
        }
    }

    /// Whether nobody drains the channel yet; somebody does from now on.
    fn set_going(&self, id: ChannelId) -> bool {
        let now = self.inner.clock.monotonic();
        let mut lines = self.lines();
        let line = lines.entry(id).or_default();
        let is_spared = matches!(line.breaker.pass(now), Pass::Wait(_));
        if line.busy || is_spared {
            return false;
        }
        line.busy = true;
        true
    }
}

/// Says, however draining ends, that nobody drains the channel any more.
struct Busy<'a> {
    notify: &'a Notify,
    id: ChannelId,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.notify.lines().entry(self.id).or_default().busy = false;
    }
}
