use openidconnect::{ClientId, LogoutHint, LogoutRequest, PostLogoutRedirectUrl};
use url::Url;

use super::Metadata;
use crate::model::provider::{ProviderSettings, is_safe};

/// Where a provider ends its own session, if it has such a page (OpenID Connect RP-Initiated
/// Logout 1.0, 2.1). A browser is sent there: what is no page, or would be asked for in the clear,
/// counts as none.
pub(crate) fn end_session_endpoint(metadata: &Metadata) -> Option<&Url> {
    let endpoint = metadata.additional_metadata().end_session_endpoint.as_ref()?;
    is_safe(endpoint.url()).then(|| endpoint.url())
}

/// Where the browser of who signs out goes, if the provider has a page for it: with who asks, who
/// it is there (`hint`) and the way back. No ID token is kept for this: the provider asks its user
/// instead whether they want to sign out.
pub(crate) fn way_out(
    metadata: &Metadata,
    settings: &ProviderSettings,
    hint: Option<String>,
    back: Option<String>,
) -> Option<Url> {
    end_session_endpoint(metadata)?;
    let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
    let client = ClientId::new(settings.client_id.clone());
    let mut request = LogoutRequest::from(endpoint).set_client_id(client);
    if let Some(hint) = hint {
        request = request.set_logout_hint(LogoutHint::new(hint));
    }
    if let Some(back) = back.and_then(|back| PostLogoutRedirectUrl::new(back).ok()) {
        request = request.set_post_logout_redirect_uri(back);
    }
    Some(request.http_get_url())
}
