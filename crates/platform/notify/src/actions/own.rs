//! What is a user's own: notifications and preferences.

use db::Tx;
use kernel::{Caller, Page, PageOf, Text, Time};

use super::turns;
use crate::{
    NOTIFICATION_READ, Notification, NotificationId, Notify, NotifyError, Preference,
    notify::PROFILE_CHANGE, store, store::notifications::Which,
};

/// Messages that reading many notifications at once acknowledges.
const READ_MAX: u32 = 1_000;

impl Notify {
    /// The caller's own notifications, the newest first.
    ///
    /// Errors: [`NotifyError::NotAUser`], [`NotifyError::NotAllowed`].
    pub async fn notifications(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Notification>, NotifyError> {
        self.own(caller, Which::All, page).await
    }

    /// Those the caller has not read.
    ///
    /// Errors: as [`Notify::notifications`].
    pub async fn unread_notifications(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Notification>, NotifyError> {
        self.own(caller, Which::Unread, page).await
    }

    /// How many the caller has not read.
    ///
    /// Errors: as [`Notify::notifications`].
    pub async fn unread_count(&self, caller: &Caller) -> Result<i64, NotifyError> {
        let user_id = user(caller)?;
        Ok(store::notifications::unread(self.inner.db.reader(), user_id).await?)
    }

    /// Remembers that the caller read one; again is no change.
    ///
    /// Errors: [`NotifyError::NotAUser`], [`NotifyError::NotFound`] also for another's.
    pub async fn read_notification(
        &self,
        caller: &Caller,
        id: NotificationId,
    ) -> Result<Notification, NotifyError> {
        let user_id = user_to_change(caller)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let found = store::notifications::load(&mut tx, id, user_id).await?;
        let Some(mut notification) = found else {
            let noun = Text::new("notification", "站内消息");
            return Err(NotifyError::NotFound { noun, id: id.to_string() });
        };
        if notification.read_at.is_none() {
            let one = id.to_string();
            self.acknowledge_read(&mut tx, caller, (&one, &one), now).await?;
            store::notifications::read_one(&mut tx, id, user_id, now).await?;
            // no fact: what somebody has read is their own affair.
            tx.commit().await?;
            notification.read_at = Some(now);
        }
        Ok(notification)
    }

    /// Remembers that the caller read all up to `up_to`, that one included. Returns how many those
    /// were.
    ///
    /// Errors: [`NotifyError::NotAUser`].
    pub async fn read_notifications(
        &self,
        caller: &Caller,
        up_to: NotificationId,
    ) -> Result<u64, NotifyError> {
        let user_id = user_to_change(caller)?;
        let mut tx = self.inner.db.begin().await?;
        let (up_to, now) = (up_to.to_string(), self.now());
        self.acknowledge_read(&mut tx, caller, ("", &up_to), now).await?;
        let count = store::notifications::read_all(&mut tx, user_id, &up_to, now).await?;
        // no fact: what somebody has read is their own affair.
        tx.commit().await?;
        Ok(count)
    }

    /// Whoever reads a message in the app need not get it by another way.
    async fn acknowledge_read(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        between: (&str, &str),
        now: Time,
    ) -> Result<(), NotifyError> {
        let user_id = user(caller)?;
        let open = store::messages::open_unread(tx, user_id, between, READ_MAX).await?;
        turns::acknowledge_all(tx, caller, &open, now).await?;
        Ok(())
    }

    /// What the caller prefers, or what everybody does who said nothing.
    ///
    /// Errors: [`NotifyError::NotAUser`].
    pub async fn preference(&self, caller: &Caller) -> Result<Preference, NotifyError> {
        let owner = format!("user:{}", user(caller)?);
        let kept = store::preferences::load(self.inner.db.reader(), &owner).await?;
        Ok(kept.unwrap_or_default())
    }

    /// Keeps what the caller prefers.
    ///
    /// Errors: [`NotifyError::NotAUser`], [`NotifyError::WrongInput`].
    pub async fn set_preference(
        &self,
        caller: &Caller,
        preference: Preference,
    ) -> Result<Preference, NotifyError> {
        let owner = format!("user:{}", user_to_change(caller)?);
        let faults = preference.faults();
        if !faults.is_empty() {
            return Err(faults.into());
        }
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        store::preferences::write(&mut tx, &owner, &preference, now).await?;
        let fact = crate::facts::PreferenceChanged {
            user_id: user(caller)?.to_owned(),
            user_name: caller.actor.name.clone(),
        };
        let entry = journal::Entry::new(caller, now, &fact).after(&preference);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(preference)
    }

    async fn own(
        &self,
        caller: &Caller,
        which: Which,
        page: &Page,
    ) -> Result<PageOf<Notification>, NotifyError> {
        let user_id = user(caller)?;
        let reader = self.inner.db.reader();
        let items = store::notifications::list(reader, user_id, which, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |one| one.id.to_string()))
    }
}

/// The user who asks for their own.
fn user(caller: &Caller) -> Result<&str, NotifyError> {
    if !caller.may(NOTIFICATION_READ) {
        return Err(NotifyError::NotAllowed(NOTIFICATION_READ));
    }
    caller.user_id.as_deref().ok_or(NotifyError::NotAUser)
}

fn user_to_change(caller: &Caller) -> Result<&str, NotifyError> {
    if !caller.may(PROFILE_CHANGE) {
        return Err(NotifyError::NotAllowed(PROFILE_CHANGE));
    }
    caller.user_id.as_deref().ok_or(NotifyError::NotAUser)
}
