use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use http_kit::outgoing::OutgoingError;
use kernel::Time;
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, JsonWebKeySet, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken,
        CoreJwsSigningAlgorithm, CoreTokenResponse,
    },
    http::{Method, Request, header},
};
use serde_json::{Map, Value};
use url::Url;

use super::{Claims, Door, Metadata, OidcError};
use crate::model::provider::ProviderSettings;

/// So far may a provider's clock be from ours.
const SKEW: Duration = Duration::from_secs(120);
const SECOND: i64 = 1_000_000;

/// What a provider may sign with: by its own key, never by a secret that both know.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Ready = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What only this sign-in has.
#[derive(Debug, Clone)]
pub(crate) struct Errand {
    /// Comes back with the answer.
    pub(crate) state: String,
    /// Comes back within the signed token.
    pub(crate) nonce: String,
    /// Proves that who asks for the token is who began (RFC 7636).
    pub(crate) verifier: String,
}

/// We, as a provider knows us.
#[derive(Debug)]
pub(crate) struct Client {
    ready: Ready,
    metadata: Metadata,
    scopes: Vec<String>,
}

/// Reads a provider's configuration and its keys.
///
/// Errors: [`OidcError::Away`] saying what is wrong with it.
pub(crate) async fn discover(door: &Door<'_>, issuer: &str) -> Result<Metadata, OidcError> {
    let issuer = IssuerUrl::new(issuer.to_owned());
    let issuer = issuer.map_err(|error| OidcError::away(error.to_string()))?;
    Metadata::discover_async(issuer, door).await.map_err(|error| undiscovered(&error))
}

/// Reads a provider's keys again: it may have others by now.
///
/// Errors: as [`discover`].
pub(crate) async fn keys(door: &Door<'_>, metadata: &Metadata) -> Result<Metadata, OidcError> {
    let fetched = JsonWebKeySet::fetch_async(metadata.jwks_uri(), door).await;
    let fetched = fetched.map_err(|error| undiscovered(&error))?;
    Ok(metadata.clone().set_jwks(fetched))
}

/// How many keys a provider has that we can check.
pub(crate) fn key_count(metadata: &Metadata) -> usize {
    metadata.jwks().keys().len()
}

impl Client {
    /// Errors: [`OidcError::Away`] when the address of the way back is none.
    pub(crate) fn new(
        metadata: &Metadata,
        settings: &ProviderSettings,
        secret: Option<&str>,
        redirect_uri: &str,
    ) -> Result<Self, OidcError> {
        let redirect = RedirectUrl::new(redirect_uri.to_owned());
        let redirect = redirect.map_err(|error| OidcError::away(error.to_string()))?;
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let id = ClientId::new(settings.client_id.clone());
        let ready = CoreClient::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(redirect)
            .set_auth_type(auth_type(metadata));
        Ok(Self { ready, metadata: metadata.clone(), scopes: settings.scopes.clone() })
    }

    /// Where the browser goes.
    pub(crate) fn way_there(&self, errand: &Errand) -> Url {
        let (state, nonce) = (errand.state.clone(), errand.nonce.clone());
        let verifier = PkceCodeVerifier::new(errand.verifier.clone());
        let mut request = self.ready.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        for scope in &self.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier)).url().0
    }

    /// Gives the code for the token.
    ///
    /// Errors: [`OidcError::Refused`], [`OidcError::Away`].
    pub(crate) async fn redeem(
        &self,
        door: &Door<'_>,
        code: &str,
        errand: &Errand,
    ) -> Result<CoreTokenResponse, OidcError> {
        let request = self.ready.exchange_code(AuthorizationCode::new(code.to_owned()));
        let request = request.map_err(|error| OidcError::away(error.to_string()))?;
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(errand.verifier.clone()));
        request.request_async(door).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => {
                OidcError::Refused { said: said.to_string() }
            }
            RequestTokenError::Request(error) => error.into(),
            other => OidcError::away(format!("its token cannot be read: {other}")),
        })
    }

    /// What the token says, if it is the provider's own, for us, for this errand and for now.
    ///
    /// Errors: [`OidcError::Distrusted`], [`OidcError::UnknownKey`].
    pub(crate) fn verify(
        &self,
        token: &CoreTokenResponse,
        errand: &Errand,
        now: Time,
    ) -> Result<Claims, OidcError> {
        let token = token.id_token().ok_or_else(|| OidcError::distrusted("it gave no ID token"))?;
        let verifier = self
            .ready
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || moment(now.minus(SKEW)))
            .set_issue_time_verifier_fn(move |issued| {
                if issued <= moment(now.plus(SKEW)) {
                    Ok(())
                } else {
                    Err("the ID token is of the future".to_owned())
                }
            });
        let nonce = Nonce::new(errand.nonce.clone());
        token.claims(&verifier, &nonce).map_err(|error| untrusted(&error))?;
        payload(token)
    }

    /// What the provider says besides, where it has more to say (OpenID Connect Core 5.3).
    ///
    /// Errors: [`OidcError::Away`]; [`OidcError::Distrusted`] when it speaks of somebody else.
    pub(crate) async fn more(
        &self,
        door: &Door<'_>,
        token: &CoreTokenResponse,
        subject: &str,
    ) -> Result<Map<String, Value>, OidcError> {
        let Some(url) = self.metadata.userinfo_endpoint() else { return Ok(Map::new()) };
        let bearer = format!("Bearer {}", token.access_token().secret());
        let request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header(header::AUTHORIZATION, bearer)
            .header(header::ACCEPT, "application/json")
            .body(Vec::new());
        let request = request.map_err(|error| OidcError::away(error.to_string()))?;
        let answer = door.outgoing.ask(request, door.ca_pem).await?;
        if !answer.status().is_success() {
            return Err(OidcError::away(format!("userinfo answered {}", answer.status())));
        }
        let read: Result<Map<String, Value>, _> = serde_json::from_slice(answer.body());
        let said = read.map_err(|error| OidcError::away(format!("userinfo: {error}")))?;
        if said.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(OidcError::distrusted("userinfo speaks of somebody else"));
        }
        Ok(said)
    }
}

/// By which header or field the provider wants the secret.
fn auth_type(metadata: &Metadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let offers = |method| methods.is_some_and(|methods| methods.contains(&method));
    let only_in_body = offers(CoreClientAuthMethod::ClientSecretPost)
        && !offers(CoreClientAuthMethod::ClientSecretBasic);
    if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth }
}

/// All that the token says; its signature was checked before.
fn payload(token: &CoreIdToken) -> Result<Claims, OidcError> {
    let text = token.to_string();
    let part = text.split('.').nth(1).unwrap_or_default();
    let unreadable = || OidcError::distrusted("the ID token cannot be read");
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| unreadable())?;
    serde_json::from_slice(&bytes).map(Claims::new).map_err(|_| unreadable())
}

fn moment(time: Time) -> DateTime<Utc> {
    // Milliseconds of all our times are within what chrono knows.
    DateTime::from_timestamp(time.micros() / SECOND, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn untrusted(error: &ClaimsVerificationError) -> OidcError {
    use ClaimsVerificationError::SignatureVerification;
    match error {
        SignatureVerification(SignatureVerificationError::NoMatchingKey) => OidcError::UnknownKey,
        SignatureVerification(why) => OidcError::distrusted(format!("signature: {why}")),
        other => OidcError::distrusted(other.to_string()),
    }
}

fn undiscovered(error: &DiscoveryError<OutgoingError>) -> OidcError {
    OidcError::away(match error {
        DiscoveryError::Request(error) => return error.clone().into(),
        DiscoveryError::Parse(error) => format!("its configuration cannot be read: {error}"),
        DiscoveryError::Response(status, _, said) => format!("{said} ({status})"),
        DiscoveryError::Validation(said) | DiscoveryError::Other(said) => said.clone(),
        other => other.to_string(),
    })
}
