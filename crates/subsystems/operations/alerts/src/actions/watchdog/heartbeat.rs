use db::Tx;
use jobs::Fence;
use kernel::{Caller, Text};
use notify::{MessageState, NewMessage, Recipient as To};
use serde_json::{Map, Value};

use super::{Alerts, HEARTBEAT, HEARTBEAT_STATE, Occasion, OwnAlert};
use crate::{
    AlertsError,
    model::{
        alert::CloseReason,
        watchdog::{Beat, HEARTBEAT_SUBJECT, Heartbeat, HeartbeatState, Signs, breaks},
    },
};

impl Alerts {
    /// Looks whether the last heartbeat arrived, and sends the next one if it is time and the rules
    /// and causes are looked at. Returns whether one was sent, and since when none arrives.
    pub(crate) async fn beat(&self, fence: &Fence) -> Result<HeartbeatState, AlertsError> {
        let (heartbeat, _) = self.kept::<Heartbeat>(HEARTBEAT).await?;
        let (before, _) = self.kept::<HeartbeatState>(HEARTBEAT_STATE).await?;
        if !heartbeat.enabled {
            return Ok(before);
        }
        let now = self.clock.now();
        let beat = self.what_became_of(&before).await?;
        let mut state = heartbeat.look(before.clone(), beat, now);
        // Whether the queue moves shows itself by the receipt.
        let signs = Signs { waiting_since: None, ..self.signs().await? };
        let due = heartbeat.is_due(&state, now) && breaks(signs, now).is_empty();
        if !due && state == before {
            return Ok(state);
        }
        let caller = Caller::system("alerts");
        let occasion = Occasion::new(&caller, now);
        let mut tx = self.db.begin().await?;
        if due {
            self.send_beat(&mut tx, occasion, &heartbeat, &mut state).await?;
        }
        if state.missing_since.is_some() && state.alert_id.is_none() {
            state.alert_id = self.raise_own(&mut tx, occasion, missing(&heartbeat)).await?;
        }
        if state.missing_since.is_none() {
            let alert = state.alert_id.take();
            self.end_own(&mut tx, occasion, alert, CloseReason::Recovered).await?;
        }
        self.keep(&mut tx, HEARTBEAT_STATE, &state).await?;
        fence.check(&mut tx).await.map_err(|fault| AlertsError::TakenOver(Box::new(fault)))?;
        // no fact: the message and the alert have theirs.
        tx.commit().await?;
        Ok(state)
    }

    async fn send_beat(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        heartbeat: &Heartbeat,
        state: &mut HeartbeatState,
    ) -> Result<(), AlertsError> {
        let (Some(notify), Some(to)) = (&self.notify, &heartbeat.recipient) else { return Ok(()) };
        // It was checked when it was saved.
        let Ok(to) = To::from_parts(&to.kind, &to.id) else { return Ok(()) };
        let mut parameters = Map::new();
        parameters.insert("at".to_owned(), occasion.at.to_string().into());
        parameters.insert("interval_s".to_owned(), Value::from(heartbeat.interval_s));
        // It goes by the way that what is urgent goes: that is the way to be tried.
        let message = NewMessage { urgent: true, ..NewMessage::new("heartbeat", to, parameters) };
        let id = notify.enqueue(tx, occasion.caller, &message).await?;
        state.message_id = Some(id.to_string());
        state.sent_at = Some(occasion.at);
        Ok(())
    }

    async fn what_became_of(&self, state: &HeartbeatState) -> Result<Beat, AlertsError> {
        let id = state.message_id.as_deref().and_then(|id| id.parse().ok());
        let (Some(notify), Some(id)) = (&self.notify, id) else { return Ok(Beat::None) };
        let caller = Caller::system("alerts");
        match notify.message(&caller, id).await {
            Ok((message, _)) => Ok(match message.state {
                MessageState::Sent => Beat::Arrived,
                MessageState::New | MessageState::Queued => Beat::Under,
                MessageState::Failed | MessageState::Suppressed | MessageState::Expanded => {
                    Beat::Lost
                }
            }),
            // Messages are forgotten after their time.
            Err(notify::NotifyError::NotFound { .. }) => Ok(Beat::Lost),
            Err(error) => Err(error.into()),
        }
    }
}

fn missing(heartbeat: &Heartbeat) -> OwnAlert {
    let to = heartbeat.recipient.as_ref().map_or("", |one| one.name.as_str());
    let within = heartbeat.within_s;
    OwnAlert {
        subject: HEARTBEAT_SUBJECT,
        name: Text::new("The heartbeat does not arrive", "心跳通知未送达"),
        summary: Text::new(
            format!("No receipt from {to} within {within} s: alerts may not arrive there either."),
            format!("{within} 秒内没有收到 {to} 的回执，告警通知也可能无法送达。"),
        ),
    }
}
