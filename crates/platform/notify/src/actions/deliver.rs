//! The last stages: claim → send → receipt, or try again.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use journal::Entry;
use kernel::{Caller, Time};

use super::{finish, turns};
use crate::{
    Attempt, Channel, ChannelKind, DeliveryState, Notify, NotifyError, Outcome,
    facts::{ChannelFailed, ChannelRecovered},
    model::{Claimed, Pass, next_try, one_line},
    senders::{Blame, Receipt, SendFault, Sender},
    store,
};

/// Deliveries taken on at once: their receipts are written in one transaction.
const BATCH: usize = 64;
/// Messages on their way to one far side at once.
const AT_ONCE: usize = 8;
/// How much longer a claim holds than a whole batch may take.
const SPARE: Duration = Duration::from_secs(30);

/// What came of sending one.
struct Sent {
    claimed: Claimed,
    started_at: Time,
    finished_at: Time,
    result: Result<Receipt, SendFault>,
}

impl Notify {
    /// Sends what is due by a channel until nothing is, or its rate or its far side says stop.
    /// Returns how many were tried.
    pub(super) async fn drain(&self, channel: &Channel) -> Result<u64, NotifyError> {
        let mut tried = 0;
        loop {
            let count = self.send_batch(channel).await?;
            if count == 0 {
                return Ok(tried);
            }
            tried += count;
        }
    }

    async fn send_batch(&self, channel: &Channel) -> Result<u64, NotifyError> {
        // Read again: it may have been changed or disabled since.
        let channel = match store::channels::load(self.inner.db.reader(), channel.id).await? {
            Some(channel) if channel.enabled => channel,
            _ => return Ok(0),
        };
        let room = self.room(&channel);
        if room == 0 {
            return Ok(0);
        }
        let claimed = self.claim(&channel, room).await;
        let got = claimed.as_ref().map_or(0, Vec::len);
        if got < room {
            self.lines().entry(channel.id).or_default().window.give_back(room - got);
        }
        let claimed = claimed?;
        if claimed.is_empty() {
            return Ok(0);
        }
        let count = claimed.len() as u64;
        let sent = match self.opened(&channel).await? {
            Ok(sender) => self.send_all(&sender, claimed).await,
            Err(fault) => {
                let now = self.now();
                let failed = |claimed| Sent {
                    claimed,
                    started_at: now,
                    finished_at: now,
                    result: Err(fault.clone()),
                };
                claimed.into_iter().map(failed).collect()
            }
        };
        self.record(&channel, sent).await?;
        Ok(count)
    }

    /// How many may be sent now, by the channel's rate and its far side's health; they count as
    /// sent.
    fn room(&self, channel: &Channel) -> usize {
        let now = self.inner.clock.monotonic();
        let mut lines = self.lines();
        let line = lines.entry(channel.id).or_default();
        let wanted = match line.breaker.pass(now) {
            Pass::All => BATCH,
            Pass::One => 1,
            Pass::Wait(_) => return 0,
        };
        line.window.take(now, channel.rate_per_minute, wanted)
    }

    async fn claim(&self, channel: &Channel, limit: usize) -> Result<Vec<Claimed>, NotifyError> {
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let rounds = u32::try_from(BATCH / AT_ONCE).unwrap_or(1);
        let until = now.plus(self.settings().timeout * rounds + SPARE);
        let holder = &self.inner.holder;
        let claimed =
            store::deliveries::claim(&mut tx, channel.id, now, holder, until, limit).await?;
        for one in &claimed {
            let delivery = &one.delivery;
            store::attempts::begin(&mut tx, delivery.id, delivery.attempts, now).await?;
        }
        if !claimed.is_empty() {
            // no fact: the attempt itself is kept; its outcome is the fact.
            tx.commit().await?;
        }
        Ok(claimed)
    }

    async fn send_all(&self, sender: &Arc<Sender>, claimed: Vec<Claimed>) -> Vec<Sent> {
        let timeout = self.settings().timeout;
        let one = |claimed: Claimed| async move {
            let started_at = self.now();
            let result = sender.send(&claimed, started_at, timeout).await;
            Sent { claimed, started_at, finished_at: self.now(), result }
        };
        stream::iter(claimed).map(one).buffer_unordered(AT_ONCE).collect().await
    }

    async fn record(&self, channel: &Channel, sent: Vec<Sent>) -> Result<(), NotifyError> {
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        for one in &sent {
            self.record_one(&mut tx, channel, one, now).await?;
        }
        for one in &sent {
            let delivery = &one.claimed.delivery;
            if delivery.position > 0 {
                turns::follow(&mut tx, delivery.message_id, now).await?;
            }
            finish::finish_if_done(&mut tx, delivery.message_id, now).await?;
        }
        let news = self.note_health(channel, &sent);
        match &news {
            Some(Health::Failed(said)) => {
                let fact = ChannelFailed {
                    channel_id: channel.id,
                    name: channel.name.clone(),
                    said: said.clone(),
                };
                let caller = Caller::system("notify");
                journal::append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            }
            Some(Health::Recovered) => {
                let fact = ChannelRecovered { channel_id: channel.id, name: channel.name.clone() };
                let caller = Caller::system("notify");
                journal::append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            }
            None => {}
        }
        tx.commit().await?;
        Ok(())
    }

    async fn record_one(
        &self,
        tx: &mut db::Tx,
        channel: &Channel,
        sent: &Sent,
        now: Time,
    ) -> Result<(), NotifyError> {
        let mut delivery = sent.claimed.delivery.clone();
        let (outcome, code, said) = match &sent.result {
            Ok(receipt) => (Outcome::Accepted, &receipt.code, &receipt.said),
            Err(fault) => {
                let spread = spread(&delivery.id.to_string());
                let asked = match fault.blame {
                    Blame::Busy(asked) => asked,
                    _ => None,
                };
                let again = next_try(delivery.created_at, now, delivery.attempts, asked, spread);
                match (fault.blame, again) {
                    (Blame::Message, _) | (_, None) => (Outcome::Refused, &fault.code, &fault.said),
                    (_, Some(due_at)) => {
                        delivery.due_at = due_at;
                        (Outcome::Deferred, &fault.code, &fault.said)
                    }
                }
            }
        };
        delivery.state = match outcome {
            Outcome::Accepted => DeliveryState::Sent,
            Outcome::Refused => DeliveryState::Failed,
            _ => DeliveryState::Queued,
        };
        let done = delivery.state != DeliveryState::Queued;
        delivery.finished_at = done.then_some(now);
        if !store::deliveries::settle(tx, &delivery, &self.inner.holder).await? {
            // Somebody else took it on, because this process was away for too long.
            return Ok(());
        }
        let attempt = Attempt {
            number: delivery.attempts,
            started_at: sent.started_at,
            finished_at: Some(sent.finished_at),
            outcome,
            code: code.clone(),
            said: said.clone(),
        };
        store::attempts::end(tx, delivery.id, &attempt).await?;
        if channel.kind == ChannelKind::InApp && outcome == Outcome::Accepted {
            finish::tell_user(tx, &delivery, sent.claimed.link.as_deref(), now).await?;
        }
        Ok(())
    }

    /// Counts successes and failures of the far side.
    fn note_health(&self, channel: &Channel, sent: &[Sent]) -> Option<Health> {
        let now = self.inner.clock.monotonic();
        let mut lines = self.lines();
        let line = lines.entry(channel.id).or_default();
        let mut news = None;
        for one in sent {
            match &one.result {
                Err(fault) if fault.blame == Blame::Channel => {
                    line.opened = None;
                    if line.breaker.failed(now) {
                        tracing::warn!(
                            channel = %channel.id,
                            "the channel `{}` failed several times and is left alone for a while: \
                             {}",
                            one_line(&channel.name),
                            fault.said
                        );
                        news = Some(Health::Failed(fault.said.clone()));
                    }
                }
                // Any answer, also a refusal, shows that the far side is there.
                _ => {
                    if line.breaker.succeeded() {
                        tracing::info!(
                            channel = %channel.id,
                            "the channel `{}` works again",
                            one_line(&channel.name)
                        );
                        news = Some(Health::Recovered);
                    }
                }
            }
        }
        news
    }

    /// Puts deliveries back into the queue whose sender ended in the middle: the far side may have
    /// them; it gets them again under the same id.
    ///
    /// `claimed_until`: those whose claim ends by then.
    pub(super) async fn take_back_lost(&self, claimed_until: Time) -> Result<u64, NotifyError> {
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let lost = store::deliveries::lost(&mut tx, claimed_until, 500).await?;
        for delivery in &lost {
            let attempt = Attempt {
                number: delivery.attempts,
                started_at: now,
                finished_at: Some(now),
                outcome: Outcome::Unknown,
                code: String::new(),
                said: "the server ended before the answer came".to_owned(),
            };
            store::attempts::end(&mut tx, delivery.id, &attempt).await?;
            store::deliveries::release(&mut tx, delivery.id, now).await?;
        }
        if !lost.is_empty() {
            // no fact: the attempt is kept as one whose outcome nobody knows.
            tx.commit().await?;
        }
        Ok(lost.len() as u64)
    }
}

/// What changed in the health of a channel.
enum Health {
    Failed(String),
    Recovered,
}

/// A number that differs between deliveries and is the same for one.
fn spread(id: &str) -> u64 {
    id.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))
}
