use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http_kit::{Body, Key, PageView, Problem, Who};
use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    first_run::user_agent, second_factor::PasswordAgainBody, session::begun, views::SessionView,
};
use crate::{
    Access, AccessError, NewPasskey, Passkey, PasskeyAnswer, PasskeyChallenge, PasskeyOffer,
    Password, passkey_algorithms,
};

/// Whether one can sign in by a passkey here.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeySignIn)]
pub(super) struct PasskeySignInView {
    offered: bool,
}

/// For what a challenge is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeyChallengeBody {
    /// What the first step of the sign-in gave; left out: signing in by a passkey alone.
    reference: Option<String>,
}

/// A credential that an authenticator may have.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyCredential)]
pub(super) struct CredentialView {
    /// Its id, base64url.
    id: String,
    /// Ways to the authenticator: `usb`, `internal` …
    transports: Vec<String>,
}

/// What `navigator.credentials.get` is asked with.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyChallenge)]
pub(super) struct PasskeyChallengeView {
    /// 32 bytes, base64url; good once.
    challenge: String,
    rp_id: String,
    /// Where the page must come from.
    origin: String,
    /// The user's credentials at a second step; empty: any.
    allowed: Vec<CredentialView>,
    /// `required` or `preferred`.
    user_verification: &'static str,
    expires_at: String,
}

/// What an authenticator signed; all of it base64url without padding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasskeyAnswerBody {
    /// The credential's id.
    credential_id: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
    user_handle: Option<String>,
}

/// What `navigator.credentials.create` is asked with.
#[derive(Serialize, ToSchema)]
#[schema(as = PasskeyOffer)]
pub(super) struct PasskeyOfferView {
    /// 32 bytes, base64url; good once.
    challenge: String,
    rp_id: String,
    /// Where the page must come from.
    origin: String,
    /// Base64url.
    user_id: String,
    user_name: String,
    display_name: String,
    /// The algorithms that are taken, best first (IANA COSE).
    algorithms: Vec<i64>,
    /// The user's credentials, that none is added twice.
    known: Vec<CredentialView>,
    expires_at: String,
}

/// What an authenticator made; the binary parts base64url without padding.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPasskeyBody {
    /// What its user will call it: 1 to 60 characters.
    name: String,
    client_data: String,
    attestation: String,
    /// Ways to the authenticator, as the browser knows them.
    #[serde(default)]
    transports: Vec<String>,
}

/// One of one's own passkeys.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
pub(super) struct PasskeyView {
    id: String,
    name: String,
    /// Whether it may be copied between devices.
    synced: bool,
    created_at: String,
    last_used_at: Option<String>,
}

/// A passkey that was just added.
#[derive(Serialize, ToSchema)]
#[schema(as = NewPasskey)]
pub(super) struct NewPasskeyView {
    passkey: PasskeyView,
    /// New recovery codes, shown once; empty when it is not the first second factor.
    recovery_codes: Vec<String>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: passkey.name,
            synced: passkey.synced,
            created_at: passkey.created_at.to_string(),
            last_used_at: passkey.last_used_at.map(|at| at.to_string()),
        }
    }
}

impl From<Passkey> for CredentialView {
    fn from(passkey: Passkey) -> Self {
        Self { id: passkey.credential_id, transports: passkey.transports }
    }
}

impl From<PasskeyChallenge> for PasskeyChallengeView {
    fn from(given: PasskeyChallenge) -> Self {
        Self {
            challenge: given.challenge.text(),
            rp_id: given.rp_id,
            origin: given.origin,
            allowed: given.allowed.into_iter().map(Into::into).collect(),
            user_verification: given.verification.name(),
            expires_at: given.expires_at.to_string(),
        }
    }
}

impl From<PasskeyOffer> for PasskeyOfferView {
    fn from(offer: PasskeyOffer) -> Self {
        Self {
            challenge: offer.challenge.text(),
            rp_id: offer.rp_id,
            origin: offer.origin,
            user_id: URL_SAFE_NO_PAD.encode(offer.user_id.to_string()),
            user_name: offer.user_name,
            display_name: offer.display_name,
            algorithms: passkey_algorithms().to_vec(),
            known: offer.known.into_iter().map(Into::into).collect(),
            expires_at: offer.expires_at.to_string(),
        }
    }
}

impl PasskeyAnswerBody {
    pub(super) fn answer(self) -> Result<PasskeyAnswer, AccessError> {
        let handle = self.user_handle.as_deref();
        let handle = handle.map(|text| bytes_of("user_handle", text)).transpose();
        Ok(PasskeyAnswer {
            client_data: bytes_of("client_data", &self.client_data)?,
            authenticator_data: bytes_of("authenticator_data", &self.authenticator_data)?,
            signature: bytes_of("signature", &self.signature)?,
            user_handle: handle?,
            credential_id: self.credential_id,
        })
    }
}

fn bytes_of(field: &str, text: &str) -> Result<Vec<u8>, AccessError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        let expected = Text::new("base64url without padding", "无填充的 base64url");
        AccessError::Invalid(vec![FieldFault::new(field, text, expected)])
    })
}

/// Whether one can sign in by a passkey here.
#[utoipa::path(
    get, path = "/api/v1/session/passkey", tag = "session",
    responses((status = 200, body = PasskeySignInView)))]
pub(super) async fn offered(State(access): State<Access>) -> Json<PasskeySignInView> {
    Json(PasskeySignInView { offered: access.passkeys_offered().is_ok() })
}

/// Gives a challenge for signing in by a passkey, alone or as the second step.
#[utoipa::path(
    post, path = "/api/v1/session/passkey/challenge", tag = "session",
    request_body = PasskeyChallengeBody,
    responses((status = 200, body = PasskeyChallengeView), (status = 409)))]
pub(super) async fn challenge(
    State(access): State<Access>,
    Body(body): Body<PasskeyChallengeBody>,
) -> Result<Json<PasskeyChallengeView>, Problem> {
    Ok(Json(access.passkey_challenge(body.reference.as_deref()).await?.into()))
}

/// Signs in by a passkey alone: begins a session and gives its cookie.
#[utoipa::path(
    post, path = "/api/v1/session/passkey", tag = "session", request_body = PasskeyAnswerBody,
    responses((status = 200, body = SessionView), (status = 401)))]
pub(super) async fn sign_in(
    State(access): State<Access>,
    Who(caller): Who,
    headers: HeaderMap,
    Body(body): Body<PasskeyAnswerBody>,
) -> Result<(HeaderMap, Json<SessionView>), Problem> {
    let answer = body.answer()?;
    let signed_in = access.sign_in_by_passkey(&caller, &answer, user_agent(&headers)).await?;
    begun(&access, &signed_in).await
}

/// One's own passkeys.
#[utoipa::path(
    get, path = "/api/v1/profile/passkeys", tag = "profile",
    responses((status = 200, body = PageView<PasskeyView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<PasskeyView>, Problem> {
    let passkeys = access.passkeys(&caller).await?;
    Ok(PageView::whole(passkeys.into_iter().map(Into::into).collect()))
}

/// Begins to add a passkey: gives what the browser needs.
#[utoipa::path(
    post, path = "/api/v1/profile/passkeys/challenge", tag = "profile",
    request_body = PasswordAgainBody,
    responses((status = 200, body = PasskeyOfferView), (status = 409)))]
pub(super) async fn begin(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<PasswordAgainBody>,
) -> Result<Json<PasskeyOfferView>, Problem> {
    Ok(Json(access.begin_passkey(&caller, &Password::new(body.password)).await?.into()))
}

/// Adds a passkey: from now on one signs in with it, alone or after the password.
#[utoipa::path(
    post, path = "/api/v1/profile/passkeys", tag = "profile", request_body = NewPasskeyBody,
    responses((status = 201, body = NewPasskeyView), (status = 401), (status = 409)))]
pub(super) async fn add(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<NewPasskeyBody>,
) -> Result<(StatusCode, Json<NewPasskeyView>), Problem> {
    let new = NewPasskey {
        client_data: bytes_of("client_data", &body.client_data)?,
        attestation: bytes_of("attestation", &body.attestation)?,
        name: body.name,
        transports: body.transports,
    };
    let (passkey, recovery_codes) = access.add_passkey(&caller, &new).await?;
    let view = NewPasskeyView { passkey: passkey.into(), recovery_codes };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Removes one of one's own passkeys.
#[utoipa::path(
    post, path = "/api/v1/profile/passkeys/{id}/remove", tag = "profile",
    params(("id" = String, Path, description = "the passkey's id")),
    request_body = PasswordAgainBody, responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn remove(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Passkey>,
    Body(body): Body<PasswordAgainBody>,
) -> Result<StatusCode, Problem> {
    access.remove_passkey(&caller, id, &Password::new(body.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}
