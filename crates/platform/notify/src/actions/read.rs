use kernel::{Caller, Page, PageOf};

use crate::{
    Attempt, Delivery, MESSAGE_READ, Message, MessageFilter, MessageId, Notify, NotifyError,
    notify::permit, store,
};

impl Notify {
    /// Messages, the newest first.
    ///
    /// Errors: [`NotifyError::NotAllowed`].
    pub async fn messages(
        &self,
        caller: &Caller,
        filter: &MessageFilter,
        page: &Page,
    ) -> Result<PageOf<Message>, NotifyError> {
        permit(caller, MESSAGE_READ)?;
        let items = store::messages::list(self.inner.db.reader(), filter, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |message| message.id.to_string()))
    }

    /// One message with its deliveries, each with its attempts.
    ///
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::NotFound`].
    pub async fn message(
        &self,
        caller: &Caller,
        id: MessageId,
    ) -> Result<(Message, Vec<(Delivery, Vec<Attempt>)>), NotifyError> {
        permit(caller, MESSAGE_READ)?;
        let reader = self.inner.db.reader();
        let found = store::messages::load(reader, id).await?;
        let message = found.ok_or_else(|| NotifyError::no_message(id))?;
        let mut deliveries = Vec::new();
        for delivery in store::deliveries::of_message(reader, id).await? {
            let attempts = store::attempts::of_delivery(reader, delivery.id).await?;
            deliveries.push((delivery, attempts));
        }
        Ok((message, deliveries))
    }
}
