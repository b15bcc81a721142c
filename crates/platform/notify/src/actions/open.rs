use std::sync::Arc;

use kernel::Caller;

use crate::{
    Channel, Notify, NotifyError,
    model::ChannelSettings,
    notify::Opened,
    senders::{Secrets, SendFault, Sender},
    store,
};

impl Notify {
    /// The channel with its secrets, opened anew when the channel or a secret's value changed.
    ///
    /// Each opening is a use of the secrets, and a fact; sending is none. Errors within: why the
    /// channel cannot be opened.
    pub(super) async fn opened(
        &self,
        channel: &Channel,
    ) -> Result<Result<Arc<Sender>, SendFault>, NotifyError> {
        let settings = match ChannelSettings::parse(channel.kind, &channel.settings) {
            Ok(settings) => settings,
            Err(faults) => {
                let named: Vec<String> = faults.into_iter().map(|fault| fault.field).collect();
                let said = format!("its settings are wrong: {}", named.join(", "));
                return Ok(Err(SendFault::channel(&said)));
            }
        };
        let wanted = settings.secrets();
        let mut values = Vec::with_capacity(wanted.len());
        for (_, id) in &wanted {
            values.push(self.inner.vault.value_version(*id).await?);
        }
        let kept = self.lines().entry(channel.id).or_default().opened.clone();
        if let Some(opened) = kept
            && opened.version == channel.version
            && opened.values == values
        {
            return Ok(Ok(opened.sender));
        }
        let purpose: String = format!("channel {}", channel.name).chars().take(200).collect();
        let mut secrets = Vec::with_capacity(wanted.len());
        for (field, id) in wanted {
            match self.inner.vault.reveal(&Caller::system("notify"), id, &purpose).await {
                Ok(value) => secrets.push((field, value)),
                Err(error) => return Ok(Err(SendFault::channel(&error.to_string()))),
            }
        }
        let sender = match Sender::open(channel, settings, Secrets(secrets), &self.ground()) {
            Ok(sender) => Arc::new(sender),
            Err(fault) => return Ok(Err(fault)),
        };
        let opened = Opened { version: channel.version, values, sender: Arc::clone(&sender) };
        self.lines().entry(channel.id).or_default().opened = Some(opened);
        Ok(Ok(sender))
    }

    /// The channels that have something due, each once.
    pub(super) async fn due_channels(&self) -> Result<Vec<Channel>, NotifyError> {
        let reader = self.inner.db.reader();
        let now = self.now();
        let mut due = Vec::new();
        for channel in store::channels::all(reader).await? {
            if channel.enabled && store::deliveries::is_due(reader, channel.id, now).await? {
                due.push(channel);
            }
        }
        Ok(due)
    }
}
