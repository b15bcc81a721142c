//! Signing out at the provider that let somebody in (OpenID Connect RP-Initiated Logout 1.0).

use kernel::Caller;
use url::Url;

use super::Access;
use crate::{
    AccessError,
    model::{
        provider::{Provider, ProviderId},
        user::UserId,
    },
    oidc,
    store::{identities, providers},
};

/// The page to which providers send people back who have signed out.
const SIGNED_OUT: &str = "/sign-in";

impl Access {
    /// Ends the caller's own session. Where the browser goes then, if the provider that let them
    /// in has a page for signing out and is to be signed out of.
    ///
    /// Whatever becomes of that: here the session is over.
    ///
    /// Errors: [`AccessError::NotAPerson`] when they have none.
    pub async fn sign_out(&self, caller: &Caller) -> Result<Option<Url>, AccessError> {
        let Some((user_id, provider_id)) = self.end_own_session(caller).await? else {
            return Ok(None);
        };
        let way_out = self.way_out(user_id, provider_id).await;
        Ok(way_out.unwrap_or_else(|error| {
            tracing::warn!("failed to find where to sign out at a provider: {error}");
            None
        }))
    }

    /// Where providers must be told to send people back to who have signed out.
    pub fn way_back_from_signing_out(&self) -> Option<String> {
        self.address().map(|address| format!("{address}{SIGNED_OUT}"))
    }

    async fn way_out(
        &self,
        user_id: UserId,
        provider_id: ProviderId,
    ) -> Result<Option<Url>, AccessError> {
        let provider = providers::by_id(self.inner.db.reader(), provider_id).await?;
        let wanted =
            |provider: &Provider| provider.settings.enabled && provider.settings.ends_session;
        let Some(provider) = provider.filter(wanted) else { return Ok(None) };
        let door = self.door(&provider)?;
        let read = self.metadata(&door, &provider).await;
        let metadata = read.map_err(|error| self.log_away(&provider, &error))?;
        let known = identities::of_user(self.inner.db.reader(), user_id).await?;
        let known = known.into_iter().filter(|one| one.authority == provider.settings.issuer);
        let known = known.max_by_key(|one| one.last_used_at);
        let hint = known.map(|one| one.name).filter(|name| !name.is_empty());
        let back = self.way_back_from_signing_out();
        Ok(oidc::way_out(&metadata, &provider.settings, hint, back))
    }
}
