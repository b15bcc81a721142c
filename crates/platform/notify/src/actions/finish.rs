//! How messages end.

use db::Tx;
use journal::Entry;
use kernel::{Caller, Text, Time};

use super::turns;
use crate::{
    Channel, Delivery, DeliveryState, Message, MessageId, MessageState, Notification, NotifyError,
    facts::{MessageFailed, MessageSent, NotificationCreated, RecipientNote},
    store,
};

/// Deliveries given up at once when their channel goes.
const BATCH: u32 = 10_000;

/// Ends a message when none of its deliveries is on its way any more.
pub(super) async fn finish_if_done(
    tx: &mut Tx,
    message_id: MessageId,
    now: Time,
) -> Result<(), NotifyError> {
    let (mut sent, mut failed, mut spared, mut open) = (0, 0, 0, 0);
    for (state, count) in store::deliveries::states(tx, message_id).await? {
        match state {
            DeliveryState::Sent => sent += count,
            DeliveryState::Failed => failed += count,
            DeliveryState::Spared => spared += count,
            DeliveryState::Waiting | DeliveryState::Queued | DeliveryState::Sending => {
                open += count;
            }
        }
    }
    if open > 0 || sent + failed + spared == 0 {
        return Ok(());
    }
    let Some(message) = store::messages::load(tx.connection(), message_id).await? else {
        return Ok(());
    };
    if message.state != MessageState::Queued {
        return Ok(());
    }
    if sent > 0 {
        store::messages::finish(tx, message_id, MessageState::Sent, &message.reason, now).await?;
        let fact = MessageSent {
            message_id,
            template: message.asked.template.clone(),
            recipient: RecipientNote::from(&message),
            ways_sent: sent,
            ways_failed: failed,
        };
        let caller = Caller::system("notify");
        let entry = Entry::new(&caller, now, &fact).because_of(message.asked.cause);
        journal::append(tx, entry).await?;
        return Ok(());
    }
    if spared > 0 {
        let reason =
            Text::new("somebody acknowledged before it went out", "发出前已有人确认，不再发送");
        let state = MessageState::Suppressed;
        store::messages::finish(tx, message_id, state, &reason, now).await?;
        return Ok(());
    }
    let reason = Text::new("no way led there; see the attempts", "所有途径均未送达，详见发送记录");
    store::messages::finish(tx, message_id, MessageState::Failed, &reason, now).await?;
    tell_failed(tx, &Message { reason, ..message }, now).await
}

/// Journals that a message went out by no way.
pub(super) async fn tell_failed(
    tx: &mut Tx,
    message: &Message,
    now: Time,
) -> Result<(), NotifyError> {
    let fact = MessageFailed {
        message_id: message.id,
        template: message.asked.template.clone(),
        recipient: RecipientNote::from(message),
        reason: message.reason.clone(),
    };
    let caller = Caller::system("notify");
    let entry = Entry::new(&caller, now, &fact).because_of(message.asked.cause);
    journal::append(tx, entry).await?;
    Ok(())
}

/// Writes what a user is told in the app: exactly once for a delivery, however often it is tried.
pub(super) async fn tell_user(
    tx: &mut Tx,
    delivery: &Delivery,
    link: Option<&str>,
    now: Time,
) -> Result<(), NotifyError> {
    let notification = Notification {
        id: kernel::Id::from_uuid(delivery.id.uuid()),
        user_id: delivery.address.clone(),
        message_id: delivery.message_id,
        subject: delivery.subject.clone(),
        text: delivery.text.clone(),
        link: link.map(str::to_owned),
        urgent: delivery.urgent,
        created_at: now,
        read_at: None,
    };
    if store::notifications::insert(tx, &notification).await? {
        let fact = NotificationCreated {
            notification_id: notification.id,
            user_id: notification.user_id.clone(),
            urgent: notification.urgent,
        };
        let caller = Caller::system("notify");
        journal::append(tx, Entry::new(&caller, now, &fact)).await?;
    }
    Ok(())
}

/// Gives up what waits for a channel that goes.
pub(super) async fn give_up_channel(
    tx: &mut Tx,
    channel: &Channel,
    now: Time,
) -> Result<(), NotifyError> {
    for delivery in store::deliveries::queued_of(tx, channel.id, BATCH).await? {
        store::deliveries::give_up(tx, delivery.id, now).await?;
        if delivery.position > 0 {
            turns::follow(tx, delivery.message_id, now).await?;
        }
        finish_if_done(tx, delivery.message_id, now).await?;
    }
    Ok(())
}
