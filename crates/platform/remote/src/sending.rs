//! What goes out: a sender for each lane of each queue.

pub(crate) mod attempt;
mod said;

use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use forward::{Backoff, Batch, Lane, TimeSeries};
use kernel::Text;
use tokio::{sync::watch, task::JoinSet};

use crate::{Remote, line::Line};
use attempt::Tried;

/// How often it is noted on stable storage what was acknowledged, and queues are looked at when
/// nothing rings.
const ROUND: Duration = Duration::from_secs(1);
/// How often a request that was refused is cut in two, to find what was meant, before all the rest
/// counts as refused.
const CUTS_MAX: u32 = 64;

impl Remote {
    /// Sends what is in the queues until `stop`; what is under way then is sent again another time.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut epoch = self.epoch();
        loop {
            epoch.mark_unchanged();
            let mut tasks = JoinSet::new();
            for line in self.lines().values().filter(|line| line.destination.enabled) {
                for lane in line.queue.lanes() {
                    let (remote, line) = (self.clone(), Arc::clone(line));
                    tasks.spawn(async move { remote.empty(&line, &lane).await });
                }
            }
            let remote = self.clone();
            tasks.spawn(async move { remote.look_after().await });
            let remote = self.clone();
            tasks.spawn(async move { remote.keep_durable().await });
            let stopping = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => true,
                changed = epoch.changed() => changed.is_err(),
            };
            tasks.shutdown().await;
            if stopping {
                return self.sync().await;
            }
        }
    }

    /// Sends what is in a lane, and what comes, for ever.
    async fn empty(&self, line: &Line, lane: &Lane) {
        loop {
            // Listened to before looking, so that nothing comes unheard in between.
            let mut rung = pin!(line.bell.notified());
            rung.as_mut().enable();
            let next = line.queue.next(lane, self.now().millis());
            let done = match next {
                Ok(Some(batch)) => {
                    self.deliver(line, &batch).await;
                    let done = line.queue.acknowledge(lane, &batch);
                    // Lanes that wait for this one look again.
                    line.bell.notify_waiters();
                    done
                }
                Ok(None) => {
                    let pause = self.inner.timer.sleep(ROUND);
                    tokio::select! { () = rung => {} () = pause => {} }
                    continue;
                }
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                tracing::error!("failed to go on with {}: {error}", line.destination.name);
                self.inner.timer.sleep(ROUND).await;
            }
        }
    }

    /// Sends a batch until the far side has taken or refused each of its samples.
    ///
    /// Some far sides refuse a whole request for one sample; so one that is refused is cut in two.
    /// What got there without our hearing of it is refused too, by far sides that want the samples
    /// of a series in order: that is no loss, and not told as one. A reason that stays is told of
    /// the next batch.
    async fn deliver(&self, line: &Line, batch: &Batch) {
        let (mut pieces, mut cuts) = (vec![batch.series.clone()], 0);
        let (mut perhaps_there, mut unclear) = (batch.again, 0);
        while let Some(piece) = pieces.pop() {
            let samples = count(&piece);
            let (tried, failures) = self.send(line, &piece).await;
            perhaps_there |= failures > 0;
            let refusal = match tried {
                Tried::Taken { written } => {
                    line.progress.sent.fetch_add(written, Ordering::Relaxed);
                    line.progress.refused.fetch_add(samples - written, Ordering::Relaxed);
                    continue;
                }
                Tried::Refused(refusal) => refusal,
            };
            if refusal.divisible && cuts < CUTS_MAX && samples > 1 {
                cuts += 1;
                if let Some((first, second)) = Batch::halves(piece) {
                    pieces.extend([second, first]);
                    continue;
                }
            }
            if perhaps_there && refusal.divisible {
                unclear += samples;
                continue;
            }
            line.progress.refused.fetch_add(samples, Ordering::Relaxed);
            self.tell_refused(line, samples, &refusal).await;
        }
        if unclear > 0 {
            let name = &line.destination.name;
            tracing::info!("destination {name} refuses {unclear} samples that it may have already");
        }
    }

    /// Sends one request, as often as it takes to be answered for good. Also tells how often it
    /// was not.
    async fn send(&self, line: &Line, series: &[TimeSeries]) -> (Tried, u32) {
        let mut failures = 0;
        loop {
            let (asked, said) = match self.attempt(line, series).await {
                Ok(tried) => {
                    if failures > 0 && !line.progress.say(None) {
                        tracing::info!("destination {} answers again", line.destination.name);
                    }
                    return (tried, failures);
                }
                Err(again) => again,
            };
            failures += 1;
            line.progress.retries.fetch_add(1, Ordering::Relaxed);
            self.say(line, said);
            let chance = self.inner.ids.secret();
            let chance = u64::from_le_bytes(*chance.first_chunk().unwrap_or(&[0; 8]));
            let span = Backoff::default().span(failures, chance, asked);
            self.inner.timer.sleep(span).await;
        }
    }

    fn say(&self, line: &Line, said: Text) {
        let text = said.en.clone();
        if line.progress.say(Some((self.now(), said))) {
            let name = &line.destination.name;
            tracing::warn!("samples for destination {name} wait: {text}");
        }
    }

    /// Brings what comes into the queues to stable storage as soon as the store here does, for
    /// ever.
    async fn keep_durable(&self) {
        loop {
            self.inner.timer.sleep((self.inner.pace)()).await;
            if self.is_durable() {
                continue;
            }
            let remote = self.clone();
            if let Err(error) = tokio::task::spawn_blocking(move || remote.make_durable()).await {
                tracing::error!("failed to sync the queues: {error}");
            }
        }
    }

    /// Brings all of the queues to stable storage and tells what they dropped, for ever.
    async fn look_after(&self) {
        loop {
            self.inner.timer.sleep(ROUND).await;
            self.sync().await;
            let now = self.inner.clock.monotonic();
            for line in self.lines().values() {
                let sent = line.progress.sent.load(Ordering::Relaxed);
                line.progress.recent().note(now, sent);
                self.tell_dropped(line).await;
            }
        }
    }

    async fn sync(&self) {
        let lines = self.lines();
        let work = move || {
            for line in lines.values() {
                if let Err(error) = line.queue.sync() {
                    let name = &line.destination.name;
                    tracing::error!("failed to sync the queue of destination {name}: {error}");
                }
            }
        };
        if let Err(error) = tokio::task::spawn_blocking(work).await {
            tracing::error!("failed to sync the queues: {error}");
        }
    }
}

fn count(series: &[TimeSeries]) -> u64 {
    series.iter().map(|series| series.samples() as u64).sum()
}
