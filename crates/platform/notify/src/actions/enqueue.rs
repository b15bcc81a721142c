use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text};

use crate::{
    MESSAGE_SEND, Message, MessageId, MessageState, NewMessage, Notify, NotifyError,
    facts::{MessageRequested, RecipientNote},
    notify::permit,
    store,
};

impl Notify {
    /// Takes a message in, within the change that leads to it: it is sent exactly if the change
    /// is made.
    ///
    /// Errors: [`NotifyError::WrongInput`] (no such template, too many parameters, a link that
    /// leads elsewhere).
    pub async fn enqueue(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        asked: &NewMessage,
    ) -> Result<MessageId, NotifyError> {
        let mut faults = asked.faults();
        if !store::templates::exists(tx, &asked.template).await? {
            let expected = Text::new("the name of a template", "模板名称");
            faults.push(FieldFault::new("template", &asked.template, expected));
        }
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let message = Message {
            id: Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref()),
            parent_id: None,
            asked: asked.clone(),
            recipient_name: String::new(),
            subject: String::new(),
            state: MessageState::New,
            reason: Text::default(),
            repeats: 0,
            turns: None,
            acknowledged_at: None,
            created_at: self.now(),
            finished_at: None,
        };
        store::messages::insert(tx, &message).await?;
        let fact = MessageRequested {
            message_id: message.id,
            template: asked.template.clone(),
            recipient: RecipientNote::from(&message),
            urgent: asked.urgent,
        };
        let entry = Entry::new(caller, message.created_at, &fact).because_of(asked.cause);
        journal::append(tx, entry).await?;
        Ok(message.id)
    }

    /// Takes a message in by itself, and wakes who sends it.
    ///
    /// Errors: as [`Notify::enqueue`].
    pub async fn send(
        &self,
        caller: &Caller,
        asked: &NewMessage,
    ) -> Result<MessageId, NotifyError> {
        let mut tx = self.inner.db.begin().await?;
        let id = self.enqueue(&mut tx, caller, asked).await?;
        tx.commit().await?;
        self.inner.bell.notify_one();
        Ok(id)
    }

    /// The same for somebody who wrote it by hand.
    ///
    /// Errors: also [`NotifyError::NotAllowed`].
    pub async fn send_by_hand(
        &self,
        caller: &Caller,
        asked: &NewMessage,
    ) -> Result<MessageId, NotifyError> {
        permit(caller, MESSAGE_SEND)?;
        if let Some(id) = asked.channel
            && store::channels::load(self.inner.db.reader(), id).await?.is_none()
        {
            let expected = Text::new("the id of a channel", "通知渠道的编号");
            return Err(FieldFault::new("channel_id", id, expected).into());
        }
        self.send(caller, asked).await
    }
}
