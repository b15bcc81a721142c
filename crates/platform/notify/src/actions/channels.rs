use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text};
use serde_json::{Map, Value};

use crate::{
    CHANNEL_CHANGE, CHANNEL_READ, Channel, ChannelDraft, ChannelId, ChannelKind, Message,
    MessageId, NewMessage, Notify, NotifyError, Recipient,
    facts::{ChannelChanged, ChannelCreated, ChannelRemoved, ChannelSnapshot},
    model::ChannelSettings,
    notify::permit,
    store,
};

/// How a channel stands in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChannelStanding {
    /// Whether it failed so often that it is left alone.
    pub(crate) left_alone: bool,
    /// How many deliveries wait for it.
    pub(crate) waiting: i64,
}

impl Notify {
    /// All channels, the oldest first.
    ///
    /// Errors: [`NotifyError::NotAllowed`].
    pub async fn channels(&self, caller: &Caller) -> Result<Vec<Channel>, NotifyError> {
        permit(caller, CHANNEL_READ)?;
        store::channels::all(self.inner.db.reader()).await
    }

    /// One channel.
    ///
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::NotFound`].
    pub async fn channel(&self, caller: &Caller, id: ChannelId) -> Result<Channel, NotifyError> {
        permit(caller, CHANNEL_READ)?;
        let found = store::channels::load(self.inner.db.reader(), id).await?;
        found.ok_or_else(|| NotifyError::no_channel(id))
    }

    /// How a channel stands.
    pub(crate) async fn standing(&self, id: ChannelId) -> Result<ChannelStanding, NotifyError> {
        let waiting = store::deliveries::waiting(self.inner.db.reader(), id).await?;
        let left_alone = self.lines().get(&id).is_some_and(|line| line.breaker.is_open());
        Ok(ChannelStanding { left_alone, waiting })
    }

    /// Makes a channel. Who names a secret must be allowed to use it.
    ///
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::WrongInput`],
    /// [`NotifyError::NameTaken`], [`NotifyError::TooMany`], [`NotifyError::Vault`].
    pub async fn create_channel(
        &self,
        caller: &Caller,
        draft: ChannelDraft,
    ) -> Result<Channel, NotifyError> {
        permit(caller, CHANNEL_CHANGE)?;
        if draft.kind == ChannelKind::InApp {
            let expected =
                Text::new("another kind: there is one already", "其他类型：该类通知渠道已存在");
            return Err(FieldFault::new("kind", draft.kind.name(), expected).into());
        }
        let settings = draft.checked()?;
        self.permit_secrets(caller, &settings, None).await?;
        let now = self.now();
        let channel = Channel {
            id: Id::new(self.inner.ids.as_ref(), self.inner.clock.as_ref()),
            name: draft.name,
            kind: draft.kind,
            settings: draft.settings,
            enabled: draft.enabled,
            rate_per_minute: draft.rate_per_minute.unwrap_or(draft.kind.rate_per_minute()),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.inner.db.begin().await?;
        if store::channels::count(&mut tx).await? >= i64::from(store::channels::CHANNELS_MAX) {
            let noun = Text::new("channels", "通知渠道");
            return Err(NotifyError::TooMany { noun, limit: store::channels::CHANNELS_MAX });
        }
        free_name(&mut tx, &channel).await?;
        store::channels::insert(&mut tx, &channel).await?;
        let fact = ChannelCreated { channel_id: channel.id, name: channel.name.clone() };
        let entry = Entry::new(caller, now, &fact).after(&ChannelSnapshot::from(&channel));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(channel)
    }

    /// Changes version `version` of a channel; it takes effect with the next message.
    ///
    /// `change` is given what the channel is made from and returns what it becomes; the kind
    /// stays. Errors: as [`Notify::create_channel`], and [`NotifyError::NotFound`],
    /// [`NotifyError::VersionDiffers`].
    pub async fn change_channel(
        &self,
        caller: &Caller,
        id: ChannelId,
        version: i64,
        change: impl FnOnce(ChannelDraft) -> ChannelDraft + Send,
    ) -> Result<Channel, NotifyError> {
        permit(caller, CHANNEL_CHANGE)?;
        let now = self.now();
        let found = store::channels::load(self.inner.db.reader(), id).await?;
        let before = found.ok_or_else(|| NotifyError::no_channel(id))?;
        if before.version != version {
            return Err(NotifyError::VersionDiffers);
        }
        let draft = ChannelDraft { kind: before.kind, ..change(before.draft()) };
        let settings = draft.checked()?;
        self.permit_secrets(caller, &settings, Some(&before)).await?;
        let after = Channel {
            name: draft.name,
            settings: draft.settings,
            enabled: draft.enabled,
            rate_per_minute: draft.rate_per_minute.unwrap_or(draft.kind.rate_per_minute()),
            version: version + 1,
            updated_at: now,
            ..before.clone()
        };
        let mut tx = self.inner.db.begin().await?;
        at_version(&mut tx, id, version).await?;
        free_name(&mut tx, &after).await?;
        store::channels::update(&mut tx, &after).await?;
        let fact = ChannelChanged { channel_id: id, name: after.name.clone() };
        let entry = Entry::new(caller, now, &fact)
            .before(&ChannelSnapshot::from(&before))
            .after(&ChannelSnapshot::from(&after));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        // A channel that was changed is tried again at once.
        if let Some(line) = self.lines().get_mut(&id) {
            line.breaker = crate::model::Breaker::default();
            line.opened = None;
        }
        self.inner.bell.notify_one();
        Ok(after)
    }

    /// Removes a channel and gives up what waits for it.
    ///
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::NotFound`],
    /// [`NotifyError::VersionDiffers`], [`NotifyError::InAppStays`].
    pub async fn remove_channel(
        &self,
        caller: &Caller,
        id: ChannelId,
        version: i64,
    ) -> Result<(), NotifyError> {
        permit(caller, CHANNEL_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let channel = at_version(&mut tx, id, version).await?;
        if channel.kind == ChannelKind::InApp {
            return Err(NotifyError::InAppStays);
        }
        super::finish::give_up_channel(&mut tx, &channel, now).await?;
        store::channels::delete(&mut tx, id).await?;
        let fact = ChannelRemoved { channel_id: id, name: channel.name.clone() };
        let entry = Entry::new(caller, now, &fact).before(&ChannelSnapshot::from(&channel));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.lines().remove(&id);
        Ok(())
    }

    /// Sends a test by a channel, through the same stages as every message. What came of it is
    /// read from the message that is returned.
    ///
    /// `address`: to whom, for mail and SMS; the caller's own notifications for the app.
    /// Errors: [`NotifyError::NotAllowed`], [`NotifyError::NotFound`],
    /// [`NotifyError::WrongInput`].
    pub async fn test_channel(
        &self,
        caller: &Caller,
        id: ChannelId,
        address: Option<&str>,
    ) -> Result<Message, NotifyError> {
        permit(caller, CHANNEL_CHANGE)?;
        let found = store::channels::load(self.inner.db.reader(), id).await?;
        let channel = found.ok_or_else(|| NotifyError::no_channel(id))?;
        let recipient = match (channel.kind, address) {
            (ChannelKind::InApp, _) => {
                Recipient::User(caller.user_id.clone().ok_or(NotifyError::NotAUser)?)
            }
            (kind @ (ChannelKind::Mail | ChannelKind::Sms), address) => {
                let address = address.unwrap_or_default();
                Recipient::from_parts(kind.name(), address)
                    .map_err(|fault| FieldFault { field: "address".to_owned(), ..fault })?
            }
            _ => Recipient::Channel(id),
        };
        let mut parameters = Map::new();
        for (name, value) in [
            ("channel", channel.name),
            ("sender", caller.actor.name.clone()),
            ("at", self.now().to_string()),
        ] {
            parameters.insert(name.to_owned(), Value::from(value));
        }
        let message = NewMessage {
            channel: Some(id),
            urgent: true,
            ..NewMessage::new("notify.test", recipient, parameters)
        };
        let message_id = self.send(caller, &message).await?;
        self.message_in(message_id).await
    }

    async fn message_in(&self, id: MessageId) -> Result<Message, NotifyError> {
        let found = store::messages::load(self.inner.db.reader(), id).await?;
        found.ok_or_else(|| NotifyError::no_message(id))
    }

    /// Secrets that a channel names anew must be the caller's to use: otherwise whoever may make
    /// channels could have any secret sent to themselves. So must all of them when a channel that
    /// keeps its secrets is led elsewhere.
    async fn permit_secrets(
        &self,
        caller: &Caller,
        settings: &ChannelSettings,
        before: Option<&Channel>,
    ) -> Result<(), NotifyError> {
        let mut faults = Vec::new();
        let unchanged = before.is_some_and(|before| {
            ChannelSettings::parse(before.kind, &before.settings).is_ok_and(|old| old == *settings)
        });
        if unchanged {
            return Ok(());
        }
        for (field, id) in settings.secrets() {
            match self.inner.vault.permit_use(caller, id).await {
                Ok(_) => {}
                Err(vault::VaultError::SecretNotFound { .. }) => {
                    let expected = Text::new("the id of a secret", "密钥凭据的编号");
                    faults.push(FieldFault::new(format!("settings.{field}"), id, expected));
                }
                Err(error) => return Err(error.into()),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }
}

async fn at_version(tx: &mut Tx, id: ChannelId, version: i64) -> Result<Channel, NotifyError> {
    match store::channels::load(tx.connection(), id).await? {
        None => Err(NotifyError::no_channel(id)),
        Some(channel) if channel.version != version => Err(NotifyError::VersionDiffers),
        Some(channel) => Ok(channel),
    }
}

async fn free_name(tx: &mut Tx, channel: &Channel) -> Result<(), NotifyError> {
    if store::channels::name_taken(tx, &channel.name, channel.id).await? {
        return Err(NotifyError::NameTaken { name: channel.name.clone() });
    }
    Ok(())
}
