use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use http_kit::{Body, Key, Problem, Who};
use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    first_run::user_agent, passkeys::PasskeyAnswerBody, session::begun, views::SessionView,
};
use crate::{Access, AccessError, NewTotp, Password, Proof, SecondFactor, SecondStep, User};

/// That signing in needs a second step.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondStep)]
pub(super) struct SecondStepView {
    /// What the second step is asked with; good for one session and nothing else.
    reference: String,
    /// When it is over.
    expires_at: String,
    /// Whether the code of an app will do.
    by_code: bool,
    /// Whether a passkey will do.
    by_passkey: bool,
}

/// The second step of signing in: one of three proofs. No `Debug`: it holds secrets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SecondStepBody {
    /// What the first step gave.
    reference: String,
    /// The 6 digits that the app shows.
    code: Option<String>,
    /// A recovery code, which works once.
    recovery_code: Option<String>,
    /// What a passkey signed, for a challenge that was given for this reference.
    passkey: Option<PasskeyAnswerBody>,
}

/// How one's own second factor stands.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactor)]
pub(super) struct SecondFactorView {
    /// Since when codes are asked for; null when they are not.
    enrolled_at: Option<String>,
    /// How many recovery codes are not used.
    recovery_codes_left: u32,
    /// Whether a second factor, an app or a passkey, is required of one.
    required: bool,
}

/// One's own password, once more. No `Debug`: it is a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordAgainBody {
    pub(super) password: String,
}

/// A new secret for an app, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = NewTotp)]
pub(super) struct NewTotpView {
    /// The secret in base32, for typing it in.
    secret: String,
    /// The same as an `otpauth:` URI, for a QR code.
    uri: String,
}

/// A code of the app. No `Debug`: it is a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeBody {
    /// The 6 digits that the app shows.
    code: String,
}

/// New recovery codes, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub(super) struct RecoveryCodesView {
    codes: Vec<String>,
}

impl SecondStepView {
    pub(super) fn new(step: &SecondStep) -> Self {
        Self {
            reference: step.reference.text(),
            expires_at: step.expires_at.to_string(),
            by_code: step.by_code,
            by_passkey: step.by_passkey,
        }
    }
}

impl From<SecondFactor> for SecondFactorView {
    fn from(factor: SecondFactor) -> Self {
        Self {
            enrolled_at: factor.enrolled_at.map(|at| at.to_string()),
            recovery_codes_left: factor.recovery_codes_left,
            required: factor.required,
        }
    }
}

impl SecondStepBody {
    fn proof(self) -> Result<(String, Proof), AccessError> {
        match (self.code, self.recovery_code, self.passkey) {
            (Some(code), None, None) => Ok((self.reference, Proof::Code(code))),
            (None, Some(code), None) => Ok((self.reference, Proof::RecoveryCode(code))),
            (None, None, Some(passkey)) => {
                Ok((self.reference, Proof::Passkey(Box::new(passkey.answer()?))))
            }
            (one, other, third) => {
                let none = one.is_none() && other.is_none() && third.is_none();
                let found = if none { "" } else { "several" };
                let expected = Text::new(
                    "one of code, recovery_code and passkey",
                    "code、recovery_code 与 passkey 三选一",
                );
                Err(AccessError::Invalid(vec![FieldFault::new("code", found, expected)]))
            }
        }
    }
}

/// Goes on with a sign-in that needs a second factor: begins a session and gives its cookie.
#[utoipa::path(
    post, path = "/api/v1/session/second-factor", tag = "session",
    request_body = SecondStepBody, responses((status = 200, body = SessionView)))]
pub(super) async fn finish_sign_in(
    State(access): State<Access>,
    Who(caller): Who,
    headers: HeaderMap,
    Body(body): Body<SecondStepBody>,
) -> Result<(HeaderMap, Json<SessionView>), Problem> {
    let (reference, proof) = body.proof()?;
    let user_agent = user_agent(&headers);
    let signed_in = access.finish_sign_in(&caller, &reference, &proof, user_agent).await?;
    begun(&access, &signed_in).await
}

/// How one's own second factor stands.
#[utoipa::path(
    get, path = "/api/v1/profile/totp", tag = "profile",
    responses((status = 200, body = SecondFactorView)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<Json<SecondFactorView>, Problem> {
    Ok(Json(access.second_factor(&caller).await?.into()))
}

/// Makes a secret for one's own app. It counts once a code is confirmed.
#[utoipa::path(
    post, path = "/api/v1/profile/totp", tag = "profile", request_body = PasswordAgainBody,
    responses((status = 200, body = NewTotpView)))]
pub(super) async fn begin(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<PasswordAgainBody>,
) -> Result<Json<NewTotpView>, Problem> {
    let password = Password::new(body.password);
    let NewTotp { secret, uri } = access.begin_totp(&caller, &password).await?;
    Ok(Json(NewTotpView { secret, uri }))
}

/// Takes the first code: from now on signing in needs one. Gives the recovery codes.
#[utoipa::path(
    post, path = "/api/v1/profile/totp/confirm", tag = "profile", request_body = CodeBody,
    responses((status = 200, body = RecoveryCodesView)))]
pub(super) async fn confirm(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<CodeBody>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let codes = access.confirm_totp(&caller, &body.code).await?;
    Ok(Json(RecoveryCodesView { codes }))
}

/// Removes one's own second factor.
#[utoipa::path(
    post, path = "/api/v1/profile/totp/remove", tag = "profile",
    request_body = PasswordAgainBody, responses((status = 204)))]
pub(super) async fn remove(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<PasswordAgainBody>,
) -> Result<StatusCode, Problem> {
    access.remove_totp(&caller, &Password::new(body.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives new recovery codes; the old ones work no more.
#[utoipa::path(
    post, path = "/api/v1/profile/totp/recovery-codes", tag = "profile",
    request_body = PasswordAgainBody, responses((status = 200, body = RecoveryCodesView)))]
pub(super) async fn renew_codes(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<PasswordAgainBody>,
) -> Result<Json<RecoveryCodesView>, Problem> {
    let codes = access.renew_recovery_codes(&caller, &Password::new(body.password)).await?;
    Ok(Json(RecoveryCodesView { codes }))
}

/// Removes the second factor of another user, who has lost it; their sessions end.
#[utoipa::path(
    post, path = "/api/v1/users/{id}/reset-second-factor", tag = "users",
    params(("id" = String, Path, description = "the user's id")), responses((status = 204)))]
pub(super) async fn reset(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<User>,
) -> Result<StatusCode, Problem> {
    access.reset_second_factor(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
