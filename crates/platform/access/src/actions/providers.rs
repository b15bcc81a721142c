use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text};

use super::{Access, permit_everywhere, vouching::away};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::{ProviderChanged, ProviderCreated, ProviderRemoved, ProviderSnapshot},
        permission::{GROUP_CHANGE, PROVIDER_CHANGE, PROVIDER_READ},
        provider::{ClientSecretChange, NewProvider, PROVIDERS_MAX, Provider, ProviderId},
    },
    oidc,
    store::{self, providers},
};

/// What a provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTest {
    /// Its issuer, as it writes it.
    pub issuer: String,
    /// Where browsers are sent.
    pub authorization_endpoint: String,
    /// Where codes are redeemed; none: it cannot be used.
    pub token_endpoint: Option<String>,
    /// Where it ends its own session; none: it cannot be signed out of.
    pub end_session_endpoint: Option<String>,
    /// How many keys it signs with that we can check.
    pub keys: usize,
}

impl Access {
    /// The providers on the page for signing in: their ids and what their buttons say. None while
    /// they could not send anybody back.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn ways_in(&self) -> Result<Vec<(ProviderId, String)>, AccessError> {
        if self.address().is_none() {
            return Ok(Vec::new());
        }
        let all = providers::all(self.inner.db.reader()).await?;
        let enabled = all.into_iter().filter(|provider| provider.settings.enabled);
        Ok(enabled.map(|provider| (provider.id, provider.label)).collect())
    }

    /// All providers, by what their buttons say.
    ///
    /// Errors: [`AccessError::Forbidden`].
    pub async fn providers(&self, caller: &Caller) -> Result<Vec<Provider>, AccessError> {
        permit_everywhere(caller, PROVIDER_READ)?;
        Ok(providers::all(self.inner.db.reader()).await?)
    }

    /// The provider with that id.
    ///
    /// Errors: [`AccessError::Forbidden`], [`VouchingError::ProviderNotFound`].
    pub async fn provider(&self, caller: &Caller, id: ProviderId) -> Result<Provider, AccessError> {
        permit_everywhere(caller, PROVIDER_READ)?;
        let provider = providers::by_id(self.inner.db.reader(), id).await?;
        Ok(provider.ok_or_else(|| not_found(id))?)
    }

    /// Makes a provider.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutlastsOwn`] and
    /// [`AccessError::LentRight`] for whoever may not for good: who is vouched for by it stays;
    /// [`AccessError::Invalid`], [`VouchingError::TooMany`], [`AccessError::Vault`] while the vault
    /// is locked and there is a secret to keep.
    pub async fn create_provider(
        &self,
        caller: &Caller,
        wanted: &NewProvider,
    ) -> Result<Provider, AccessError> {
        permit_everywhere(caller, PROVIDER_CHANGE)?;
        self.permit_for_good(caller, PROVIDER_CHANGE).await?;
        self.permit_memberships(caller, wanted, None).await?;
        wanted.checked(None)?;
        self.be_open_for(wanted).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let others = providers::all(tx.connection()).await?;
        if others.len() >= PROVIDERS_MAX as usize {
            return Err(VouchingError::TooMany { limit: PROVIDERS_MAX }.into());
        }
        wanted.differs_from(&others, None)?;
        check_groups(&mut tx, wanted).await?;
        let seal_id = match &wanted.client_secret {
            ClientSecretChange::Set(secret) => Some(self.vault()?.seal(&mut tx, secret).await?),
            ClientSecretChange::Keep | ClientSecretChange::Remove => None,
        };
        let provider = Provider {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            label: wanted.label.trim().to_owned(),
            settings: wanted.settings.clone(),
            seal_id,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        providers::insert(tx.connection(), &provider).await?;
        // One that comes back may be another one.
        store::own::led_elsewhere(tx.connection(), &provider.settings.issuer).await?;
        let fact = ProviderCreated { provider_id: provider.id, label: provider.label.clone() };
        let entry = Entry::new(caller, now, &fact).after(&ProviderSnapshot::from(&provider));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(provider)
    }

    /// Changes the provider that is at `version`. Sign-ins that are on their way begin anew.
    ///
    /// Errors: as for [`Access::create_provider`]; [`VouchingError::ProviderNotFound`],
    /// [`AccessError::Stale`].
    pub async fn change_provider(
        &self,
        caller: &Caller,
        id: ProviderId,
        version: i64,
        wanted: &NewProvider,
    ) -> Result<Provider, AccessError> {
        permit_everywhere(caller, PROVIDER_CHANGE)?;
        self.be_open_for(wanted).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = providers::by_id(tx.connection(), id).await?;
        let before = before.ok_or_else(|| not_found(id))?;
        if before.version != version {
            return Err(AccessError::Stale);
        }
        if wanted.settings.vouches_for_more(&before.settings) {
            self.permit_for_good(caller, PROVIDER_CHANGE).await?;
        }
        self.permit_memberships(caller, wanted, Some(&before)).await?;
        wanted.checked(Some(&before))?;
        wanted.differs_from(&providers::all(tx.connection()).await?, Some(id))?;
        check_groups(&mut tx, wanted).await?;
        let seal_id = match &wanted.client_secret {
            ClientSecretChange::Keep => before.seal_id,
            ClientSecretChange::Remove => None,
            ClientSecretChange::Set(secret) => Some(self.vault()?.seal(&mut tx, secret).await?),
        };
        if let Some(old) = before.seal_id.filter(|old| seal_id != Some(*old)) {
            self.vault()?.discard(&mut tx, old).await?;
        }
        let provider = Provider {
            label: wanted.label.trim().to_owned(),
            settings: wanted.settings.clone(),
            seal_id,
            version: version + 1,
            updated_at: now,
            ..before.clone()
        };
        providers::update(tx.connection(), &provider).await?;
        if provider.settings.leads_elsewhere(&before.settings) {
            store::own::led_elsewhere(tx.connection(), &provider.settings.issuer).await?;
        }
        let fact = ProviderChanged {
            provider_id: id,
            label: provider.label.clone(),
            secret_changed: before.seal_id != provider.seal_id,
        };
        let entry = Entry::new(caller, now, &fact)
            .before(&ProviderSnapshot::from(&before))
            .after(&ProviderSnapshot::from(&provider));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.forget_metadata(id);
        Ok(provider)
    }

    /// Removes a provider. Who is who there stays known, should it come back.
    ///
    /// Errors: [`AccessError::Forbidden`], [`VouchingError::ProviderNotFound`].
    pub async fn remove_provider(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<(), AccessError> {
        permit_everywhere(caller, PROVIDER_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        let before = providers::by_id(tx.connection(), id).await?;
        let before = before.ok_or_else(|| not_found(id))?;
        providers::remove(tx.connection(), id).await?;
        if let Some(seal_id) = before.seal_id {
            self.vault()?.discard(&mut tx, seal_id).await?;
        }
        let fact = ProviderRemoved { provider_id: id, label: before.label.clone() };
        let entry = Entry::new(caller, self.now(), &fact).before(&ProviderSnapshot::from(&before));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.forget_metadata(id);
        Ok(())
    }

    /// Asks a provider for its configuration and keys, as they are now.
    ///
    /// Errors: [`AccessError::Forbidden`], [`VouchingError::ProviderNotFound`];
    /// [`VouchingError::ProviderUnusable`] saying what is wrong.
    pub async fn test_provider(
        &self,
        caller: &Caller,
        id: ProviderId,
    ) -> Result<ProviderTest, AccessError> {
        permit_everywhere(caller, PROVIDER_CHANGE)?;
        let provider = providers::by_id(self.inner.db.reader(), id).await?;
        let provider = provider.ok_or_else(|| not_found(id))?;
        if let Some(seal_id) = provider.seal_id {
            // A secret that does not open would be found out by the first who signs in.
            self.vault()?.open(seal_id).await?;
        }
        let door = self.door(&provider).map_err(|_| away(&provider))?;
        self.forget_metadata(id);
        let read = self.metadata(&door, &provider).await;
        let label = || provider.label.clone();
        let unusable = |said: Text| VouchingError::ProviderUnusable { label: label(), said };
        let metadata = read.map_err(|error| unusable(error.text()))?;
        Ok(ProviderTest {
            issuer: metadata.issuer().to_string(),
            authorization_endpoint: metadata.authorization_endpoint().to_string(),
            token_endpoint: metadata.token_endpoint().map(ToString::to_string),
            end_session_endpoint: oidc::end_session_endpoint(&metadata).map(ToString::to_string),
            keys: oidc::key_count(&metadata),
        })
    }

    /// Looks for keys where a secret is to be sealed.
    async fn be_open_for(&self, wanted: &NewProvider) -> Result<(), AccessError> {
        if let ClientSecretChange::Set(_) = wanted.client_secret {
            self.vault()?.be_open().await?;
        }
        Ok(())
    }

    /// Whoever says which groups follow gives rights: that needs the permissions for it.
    async fn permit_memberships(
        &self,
        caller: &Caller,
        wanted: &NewProvider,
        before: Option<&Provider>,
    ) -> Result<(), AccessError> {
        let known = before.map_or(&[][..], |before| &before.settings.memberships);
        if wanted.settings.memberships == known {
            return Ok(());
        }
        permit_everywhere(caller, GROUP_CHANGE)?;
        self.permit_giving(caller).await
    }
}

async fn check_groups(tx: &mut Tx, wanted: &NewProvider) -> Result<(), AccessError> {
    for (at, one) in wanted.settings.memberships.iter().enumerate() {
        if store::groups::by_id(tx.connection(), one.group_id).await?.is_none() {
            let expected = Text::new("the id of a group", "用户组的编号");
            let field = format!("memberships[{at}].group_id");
            let fault = FieldFault::new(field, one.group_id, expected);
            return Err(AccessError::Invalid(vec![fault]));
        }
    }
    Ok(())
}

pub(super) fn not_found(id: ProviderId) -> VouchingError {
    VouchingError::ProviderNotFound { id: id.to_string() }
}
