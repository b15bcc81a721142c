//! Ways that go one after another: whose turn has come, and who is not needed any more.

use db::Tx;
use journal::Entry;
use kernel::{Caller, Time};

use super::finish;
use crate::{
    Delivery, DeliveryState, Message, MessageId, Notify, NotifyError, Turns,
    facts::{MessageAcknowledged, MessageFellBack, RecipientNote},
    model::{NextBecause, Turn, TurnsStep, laid_out, turns_step},
    store,
};

/// Turns that are looked at in one change.
const BATCH: u32 = 200;
/// Messages about one thing that may still go on.
const ABOUT_MAX: u32 = 1_000;

impl Notify {
    /// Lets those ways go whose turn has come by the clock. Returns how many.
    pub(super) async fn take_turns(&self) -> Result<u64, NotifyError> {
        let now = self.now();
        let reader = self.inner.db.reader();
        if store::deliveries::turn_comes(reader, now, 1).await?.is_empty() {
            return Ok(0);
        }
        let mut tx = self.inner.db.begin().await?;
        let mut messages = store::deliveries::turn_comes(tx.connection(), now, BATCH).await?;
        messages.dedup();
        let mut gone = 0;
        for id in messages {
            gone += u64::from(follow(&mut tx, id, now).await?);
        }
        if gone > 0 {
            tx.commit().await?;
        }
        Ok(gone)
    }

    /// Somebody cares for what messages are about, or it is over: ways of theirs that have not gone
    /// are not needed. Returns how many messages that ended early.
    ///
    /// `about`: what [`crate::NewMessage::about`] said. A second time nothing happens.
    ///
    /// Errors: [`NotifyError::Db`].
    pub async fn acknowledge(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        about: &str,
    ) -> Result<u64, NotifyError> {
        let open = store::messages::open_about(tx, about, ABOUT_MAX).await?;
        acknowledge_all(tx, caller, &open, self.now()).await
    }
}

/// Keeps that somebody acknowledged messages. Returns how many were ended early by it.
pub(super) async fn acknowledge_all(
    tx: &mut Tx,
    caller: &Caller,
    messages: &[MessageId],
    now: Time,
) -> Result<u64, NotifyError> {
    let mut ended = 0;
    for id in messages {
        store::messages::acknowledge(tx, *id, now).await?;
        if !follow(tx, *id, now).await? {
            continue;
        }
        ended += 1;
        let Some(message) = store::messages::load(tx.connection(), *id).await? else { continue };
        let fact = MessageAcknowledged {
            message_id: *id,
            template: message.asked.template.clone(),
            recipient: RecipientNote::from(&message),
        };
        let entry = Entry::new(caller, now, &fact).because_of(message.asked.cause);
        journal::append(tx, entry).await?;
    }
    Ok(ended)
}

/// After something happened to a way of a message: the next goes, or what has not gone is spared.
/// Returns whether anything changed.
pub(super) async fn follow(tx: &mut Tx, id: MessageId, now: Time) -> Result<bool, NotifyError> {
    let Some(message) = store::messages::load(tx.connection(), id).await? else {
        return Ok(false);
    };
    let Some(turns) = message.turns else { return Ok(false) };
    let ways = store::deliveries::of_message(tx.connection(), id).await?;
    let all: Vec<Turn> = ways.iter().map(Turn::from).collect();
    match turns_step(&all, turns, message.acknowledged_at.is_some(), now) {
        TurnsStep::Wait => Ok(false),
        TurnsStep::Spare => {
            store::deliveries::spare(tx, id, now).await?;
            finish::finish_if_done(tx, id, now).await?;
            Ok(true)
        }
        TurnsStep::Next { index, due_at, because } => {
            let Some(next) = ways.get(index) else { return Ok(false) };
            if !store::deliveries::start(tx, next.id, due_at).await? {
                return Ok(false);
            }
            put_off_later(tx, (&ways, turns), next, due_at).await?;
            tell_next(tx, (&message, &ways), (next, because), now).await?;
            Ok(true)
        }
    }
}

/// The turns behind one that begins at `due_at` are counted from there.
async fn put_off_later(
    tx: &mut Tx,
    (ways, turns): (&[Delivery], Turns),
    next: &Delivery,
    due_at: Time,
) -> Result<(), NotifyError> {
    let behind =
        |way: &&Delivery| way.state == DeliveryState::Waiting && way.position > next.position;
    let mut later: Vec<&Delivery> = ways.iter().filter(behind).collect();
    later.sort_by_key(|way| way.position);
    let held: Vec<Time> = later.iter().map(|way| way.not_before).collect();
    for (way, due_at) in later.iter().zip(laid_out(due_at, turns.wait(), &held)) {
        store::deliveries::put_off(tx, way.id, due_at).await?;
    }
    Ok(())
}

async fn tell_next(
    tx: &mut Tx,
    (message, ways): (&Message, &[Delivery]),
    (next, because): (&Delivery, NextBecause),
    now: Time,
) -> Result<(), NotifyError> {
    let before = ways.iter().find(|way| way.position == next.position - 1);
    let fact = MessageFellBack {
        message_id: message.id,
        template: message.asked.template.clone(),
        recipient: RecipientNote::from(message),
        from_way: before.map(|way| way.channel_kind.name()),
        to_way: next.channel_kind.name(),
        because,
    };
    let caller = Caller::system("notify");
    let entry = Entry::new(&caller, now, &fact).because_of(message.asked.cause);
    journal::append(tx, entry).await?;
    Ok(())
}

impl From<&Delivery> for Turn {
    fn from(delivery: &Delivery) -> Self {
        Self {
            position: delivery.position,
            state: delivery.state,
            due_at: delivery.due_at,
            not_before: delivery.not_before,
        }
    }
}
