//! What it takes to ask others who somebody is: the way out, the directories, our own address.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use directory::{Bound, SourceId, Sources};
use http_kit::outgoing::Outgoing;
use tokio::sync::Semaphore;
use url::Url;

use super::Access;
use crate::{
    AccessError, VouchingError,
    model::{
        identity::{Trust, Vouched},
        provider::{Provider, ProviderId},
    },
    oidc::{self, Door, Metadata, OidcError},
};

/// The page to which providers send people back.
const WAY_BACK: &str = "/sign-in/back";
/// So long a provider's configuration is believed.
const BELIEVED: Duration = Duration::from_secs(600);
/// Directories are asked for so many people at once: one that is slow takes nobody else's place.
const ASKED_MAX: usize = 32;

/// Who is asked, and how.
pub(super) struct Vouching {
    outgoing: OnceLock<Outgoing>,
    sources: OnceLock<Sources>,
    /// Under which address people reach us.
    address: RwLock<Option<String>>,
    read: Mutex<HashMap<ProviderId, Read>>,
    asked: Semaphore,
}

/// What was read of a provider.
struct Read {
    version: i64,
    /// On the monotonic clock.
    at: Duration,
    metadata: Arc<Metadata>,
}

impl Default for Vouching {
    fn default() -> Self {
        Self {
            outgoing: OnceLock::new(),
            sources: OnceLock::new(),
            address: RwLock::default(),
            read: Mutex::default(),
            asked: Semaphore::new(ASKED_MAX),
        }
    }
}

impl Access {
    /// Tells how providers are asked. Only the first call counts; until then none is.
    pub fn learn_outgoing(&self, outgoing: Outgoing) {
        // As with the directory: a second call would be a second server in one process.
        let _ = self.inner.vouching.outgoing.set(outgoing);
    }

    /// Tells by which directories of others people sign in. Only the first call counts.
    pub fn learn_sources(&self, sources: Sources) {
        let _ = self.inner.vouching.sources.set(sources);
    }

    /// Tells under which address people reach us; none: nobody said.
    pub fn apply_address(&self, address: Option<String>) {
        let address = address.filter(|address| !address.is_empty());
        let mut kept = self.inner.vouching.address.write().unwrap_or_else(PoisonError::into_inner);
        *kept = address.map(|address| address.trim_end_matches('/').to_owned());
    }

    /// Under which address people reach us, without a slash at its end, if somebody said.
    pub fn address(&self) -> Option<String> {
        self.inner.vouching.address.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where providers send people back to, if that is known.
    pub fn way_back(&self) -> Option<String> {
        self.address().map(|address| format!("{address}{WAY_BACK}"))
    }

    /// The way back for a page that was opened under `origin`, if it said so: what binds the
    /// sign-in to the browser is bound to that address too.
    pub(super) fn way_back_to(&self, origin: Option<&str>) -> Result<String, VouchingError> {
        let address = self.address().ok_or(VouchingError::NoAddress)?;
        let own = Url::parse(&address).map_err(|_| VouchingError::NoAddress)?.origin();
        let same = |origin: &str| Url::parse(origin).is_ok_and(|url| url.origin() == own);
        match origin {
            Some(origin) if !same(origin) => Err(VouchingError::WrongAddress { url: address }),
            _ => Ok(format!("{address}{WAY_BACK}")),
        }
    }

    pub(super) fn door<'a>(&'a self, provider: &'a Provider) -> Result<Door<'a>, VouchingError> {
        let outgoing = self.inner.vouching.outgoing.get();
        let outgoing = outgoing.ok_or_else(|| away(provider))?;
        Ok(Door { outgoing, ca_pem: &provider.settings.ca_pem })
    }

    /// A provider's configuration and keys, read some minutes ago at most.
    ///
    /// Errors: [`OidcError::Away`].
    pub(super) async fn metadata(
        &self,
        door: &Door<'_>,
        provider: &Provider,
    ) -> Result<Arc<Metadata>, OidcError> {
        let now = self.inner.clock.monotonic();
        if let Some(read) = self.read().get(&provider.id)
            && read.version == provider.version
            && now.saturating_sub(read.at) < BELIEVED
        {
            return Ok(Arc::clone(&read.metadata));
        }
        let metadata = oidc::discover(door, &provider.settings.issuer).await?;
        Ok(self.keep(provider, metadata))
    }

    /// The same with the provider's keys as they are now.
    ///
    /// Errors: [`OidcError::Away`].
    pub(super) async fn fresh_keys(
        &self,
        door: &Door<'_>,
        provider: &Provider,
        metadata: &Metadata,
    ) -> Result<Arc<Metadata>, OidcError> {
        let metadata = oidc::keys(door, metadata).await?;
        Ok(self.keep(provider, metadata))
    }

    fn keep(&self, provider: &Provider, metadata: Metadata) -> Arc<Metadata> {
        let (version, at) = (provider.version, self.inner.clock.monotonic());
        let metadata = Arc::new(metadata);
        let read = Read { version, at, metadata: Arc::clone(&metadata) };
        self.read().insert(provider.id, read);
        metadata
    }

    pub(super) fn forget_metadata(&self, id: ProviderId) {
        self.read().remove(&id);
    }

    fn read(&self) -> std::sync::MutexGuard<'_, HashMap<ProviderId, Read>> {
        self.inner.vouching.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anybody signs in by a directory of others.
    pub(super) async fn directories_sign_in(&self) -> Result<bool, AccessError> {
        match self.inner.vouching.sources.get() {
            Some(sources) => Ok(sources.sign_people_in().await?),
            None => Ok(false),
        }
    }

    /// The directories of others, if there are any.
    pub(super) fn sources(&self) -> Option<&Sources> {
        self.inner.vouching.sources.get()
    }

    /// Who can bind as `login` in a directory of others, if somebody can. `only`: in that one.
    ///
    /// Errors: [`VouchingError::Directory`] when nobody could and one is away;
    /// [`VouchingError::Busy`].
    pub(super) async fn ask_directories(
        &self,
        login: &str,
        password: &str,
        only: Option<SourceId>,
    ) -> Result<Option<(Vouched, Trust)>, VouchingError> {
        let Some(sources) = self.inner.vouching.sources.get() else { return Ok(None) };
        let asked = self.inner.vouching.asked.try_acquire();
        let _place = asked.map_err(|_| VouchingError::Busy)?;
        let bound = sources.bind(login, password, only).await;
        Ok(bound.map_err(VouchingError::Directory)?.map(vouched))
    }

    /// The same work, and nobody is asked about.
    ///
    /// Errors: as for [`Self::ask_directories`].
    pub(super) async fn feign_asking(
        &self,
        login: &str,
        password: &str,
    ) -> Result<(), VouchingError> {
        let Some(sources) = self.inner.vouching.sources.get() else { return Ok(()) };
        let asked = self.inner.vouching.asked.try_acquire();
        let _place = asked.map_err(|_| VouchingError::Busy)?;
        sources.feign(login, password).await.map_err(VouchingError::Directory)
    }
}

/// The name of a directory among authorities.
pub(super) fn authority_of(source: SourceId) -> String {
    format!("ldap:{source}")
}

/// The directory behind an authority, if it is one.
pub(super) fn source_of(authority: &str) -> Option<SourceId> {
    authority.strip_prefix("ldap:")?.parse().ok()
}

pub(super) fn away(provider: &Provider) -> VouchingError {
    VouchingError::ProviderAway { label: provider.label.clone() }
}

fn vouched(bound: Bound) -> (Vouched, Trust) {
    let vouched = Vouched {
        authority: authority_of(bound.source),
        authority_label: bound.source_name,
        subject: bound.external_id,
        name: Some(bound.login),
        display_name: bound.name,
        person_id: bound.person.map(|id| id.to_string()),
    };
    let trust = Trust {
        creates_users: bound.sign_in.creates_users,
        links_by_name: bound.sign_in.links_by_name,
    };
    (vouched, trust)
}
