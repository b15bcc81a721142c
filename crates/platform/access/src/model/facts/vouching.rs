use kernel::{Fact, Subject};
use serde::Serialize;

use crate::model::{
    identity::Unwelcome,
    provider::{Provider, ProviderId, ProviderSettings},
    user::UserId,
};

/// A provider as the journal shows it before and after a change: no secrets.
#[derive(Debug, Serialize)]
pub(crate) struct ProviderSnapshot<'a> {
    label: &'a str,
    settings: &'a ProviderSettings,
    client_secret_set: bool,
    version: i64,
}

impl<'a> From<&'a Provider> for ProviderSnapshot<'a> {
    fn from(provider: &'a Provider) -> Self {
        Self {
            label: &provider.label,
            settings: &provider.settings,
            client_secret_set: provider.has_secret(),
            version: provider.version,
        }
    }
}

/// A provider was made.
#[derive(Debug, Serialize)]
pub(crate) struct ProviderCreated {
    pub(crate) provider_id: ProviderId,
    pub(crate) label: String,
}

impl Fact for ProviderCreated {
    const VERB: &'static str = "provider.created";

    fn subject(&self) -> Subject {
        Subject::new("provider", self.provider_id, &self.label)
    }
}

/// A provider was changed.
#[derive(Debug, Serialize)]
pub(crate) struct ProviderChanged {
    pub(crate) provider_id: ProviderId,
    pub(crate) label: String,
    /// Whether it has another client secret, or none any more.
    pub(crate) secret_changed: bool,
}

impl Fact for ProviderChanged {
    const VERB: &'static str = "provider.changed";

    fn subject(&self) -> Subject {
        Subject::new("provider", self.provider_id, &self.label)
    }
}

/// A provider was removed.
#[derive(Debug, Serialize)]
pub(crate) struct ProviderRemoved {
    pub(crate) provider_id: ProviderId,
    pub(crate) label: String,
}

impl Fact for ProviderRemoved {
    const VERB: &'static str = "provider.removed";

    fn subject(&self) -> Subject {
        Subject::new("provider", self.provider_id, &self.label)
    }
}

/// A user is known to be somebody at a provider or in a directory of others.
#[derive(Debug, Serialize)]
pub(crate) struct UserLinked {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) authority: String,
    pub(crate) authority_label: String,
    pub(crate) subject: String,
    /// What they are called there.
    pub(crate) name: String,
}

impl Fact for UserLinked {
    const VERB: &'static str = "user.linked";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// A user is somebody elsewhere no more.
#[derive(Debug, Serialize)]
pub(crate) struct UserUnlinked {
    pub(crate) user_id: UserId,
    pub(crate) user_name: String,
    pub(crate) authority: String,
    pub(crate) subject: String,
}

impl Fact for UserUnlinked {
    const VERB: &'static str = "user.unlinked";

    fn subject(&self) -> Subject {
        Subject::new("user", self.user_id, &self.user_name)
    }
}

/// Why somebody did not get in through a provider or a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefusedFor {
    /// Who they are was proved; they are not welcome.
    Unwelcome(Unwelcome),
    /// What the provider said cannot be trusted, or it refused: in its words.
    Provider(String),
}

/// Somebody did not get in through a provider or a directory.
#[derive(Debug, Serialize)]
pub(crate) struct UserSignInRefused {
    pub(crate) authority: String,
    pub(crate) authority_label: String,
    /// Who they are there, where that was proved.
    pub(crate) subject: Option<String>,
    pub(crate) reason: RefusedFor,
}

impl Fact for UserSignInRefused {
    const VERB: &'static str = "user.sign_in_refused";

    fn subject(&self) -> Subject {
        let id = self.subject.clone().unwrap_or_default();
        Subject::new("user", id, &self.authority_label)
    }
}
