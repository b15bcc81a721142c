use axum::{Json, extract::State, http::StatusCode};
use http_kit::{Body, Created, IfMatch, Key, PageView, Problem, Reply, Who};
use kernel::{FieldFault, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vault::SecretText;

use crate::{
    Access, AccessError, ClientSecretChange, Membership, NewProvider, Provider, ProviderSettings,
    actions::ProviderTest,
};

/// Who vouches for users: an OpenID Connect provider.
#[derive(Serialize, ToSchema)]
#[schema(as = Provider)]
pub(super) struct ProviderView {
    id: String,
    label: String,
    settings: ProviderSettingsView,
    /// Whether it has a client secret; the secret itself is never shown.
    client_secret_set: bool,
    /// Where the provider must be told to send people back to; null while `server.url` is empty.
    redirect_uri: Option<String>,
    /// Where it must be told to send people back to who have signed out there; null as above.
    post_logout_redirect_uri: Option<String>,
    version: i64,
    created_at: String,
    updated_at: String,
}

/// A provider as it should be. No `Debug`: it holds a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderBody {
    /// What its button says, 1 to 100 characters.
    label: String,
    settings: ProviderSettingsView,
    /// The client secret: what it is stays when not given; none any more when empty.
    client_secret: Option<String>,
}

/// How a provider is asked, and what follows from what it says.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ProviderSettings)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProviderSettingsView {
    /// Its issuer, under which `/.well-known/openid-configuration` is found.
    issuer: String,
    client_id: String,
    /// What is asked for besides `openid`.
    scopes: Vec<String>,
    /// Which claim is the user's name: `preferred_username`, `upn`, `email` (only if verified).
    name_claim: String,
    /// Which claim names the user's groups.
    groups_claim: String,
    /// Whether people whom nobody knows here get an account.
    creates_users: bool,
    /// Whether whoever has a user's name there is that user here.
    links_by_name: bool,
    /// Only people with a verified mail address in one of these; everybody when empty.
    mail_domains: Vec<String>,
    /// Only members of one of these groups; everybody when empty.
    groups: Vec<String>,
    /// Which groups here follow from which groups there.
    memberships: Vec<MembershipView>,
    /// Certificates to trust besides the system's, as PEM.
    ca_pem: String,
    /// Whether signing out here leads to the provider's own page for signing out, where it has one
    /// (`end_session_endpoint`).
    ends_session: bool,
    /// Whether it is on the page for signing in.
    enabled: bool,
}

/// Members of a provider's group are members of a group here.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ProviderMembership)]
#[serde(deny_unknown_fields)]
pub(super) struct MembershipView {
    /// The provider's name of its group.
    group: String,
    /// The group here.
    group_id: String,
}

/// What a provider says of itself.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderTest)]
pub(super) struct ProviderTestView {
    issuer: String,
    authorization_endpoint: String,
    /// Null: it cannot be used.
    token_endpoint: Option<String>,
    /// Null: it cannot be signed out of.
    end_session_endpoint: Option<String>,
    /// How many keys it signs with that can be checked.
    keys: usize,
}

impl ProviderView {
    fn of(access: &Access, provider: Provider) -> Self {
        Self {
            id: provider.id.to_string(),
            client_secret_set: provider.has_secret(),
            redirect_uri: access.way_back(),
            post_logout_redirect_uri: access.way_back_from_signing_out(),
            label: provider.label,
            settings: provider.settings.into(),
            version: provider.version,
            created_at: provider.created_at.to_string(),
            updated_at: provider.updated_at.to_string(),
        }
    }
}

impl Default for ProviderSettingsView {
    fn default() -> Self {
        ProviderSettings::default().into()
    }
}

impl From<ProviderSettings> for ProviderSettingsView {
    fn from(settings: ProviderSettings) -> Self {
        let member = |one: Membership| MembershipView {
            group: one.group,
            group_id: one.group_id.to_string(),
        };
        Self {
            issuer: settings.issuer,
            client_id: settings.client_id,
            scopes: settings.scopes,
            name_claim: settings.name_claim,
            groups_claim: settings.groups_claim,
            creates_users: settings.creates_users,
            links_by_name: settings.links_by_name,
            mail_domains: settings.mail_domains,
            groups: settings.groups,
            memberships: settings.memberships.into_iter().map(member).collect(),
            ca_pem: settings.ca_pem,
            ends_session: settings.ends_session,
            enabled: settings.enabled,
        }
    }
}

impl ProviderSettingsView {
    fn settings(self) -> Result<ProviderSettings, AccessError> {
        let member = |(at, one): (usize, MembershipView)| {
            let id = one.group_id.parse().map_err(|_| {
                let expected = Text::new("the id of a group", "用户组的编号");
                let field = format!("memberships[{at}].group_id");
                AccessError::Invalid(vec![FieldFault::new(field, &one.group_id, expected)])
            })?;
            Ok::<_, AccessError>(Membership { group: one.group, group_id: id })
        };
        Ok(ProviderSettings {
            issuer: self.issuer,
            client_id: self.client_id,
            scopes: self.scopes,
            name_claim: self.name_claim,
            groups_claim: self.groups_claim,
            creates_users: self.creates_users,
            links_by_name: self.links_by_name,
            mail_domains: self.mail_domains,
            groups: self.groups,
            memberships: self
                .memberships
                .into_iter()
                .enumerate()
                .map(member)
                .collect::<Result<_, _>>()?,
            ca_pem: self.ca_pem,
            ends_session: self.ends_session,
            enabled: self.enabled,
        })
    }
}

impl ProviderBody {
    fn wanted(self) -> Result<NewProvider, AccessError> {
        let client_secret = match self.client_secret {
            None => ClientSecretChange::Keep,
            Some(text) if text.is_empty() => ClientSecretChange::Remove,
            Some(text) if text.len() > 4096 || text.contains(char::is_control) => {
                let expected = Text::new("up to 4096 characters", "不超过 4096 个字符");
                let fault = FieldFault::new("client_secret", "•••", expected);
                return Err(AccessError::Invalid(vec![fault]));
            }
            Some(text) => ClientSecretChange::Set(SecretText::new(text)),
        };
        Ok(NewProvider { label: self.label, settings: self.settings.settings()?, client_secret })
    }
}

impl From<ProviderTest> for ProviderTestView {
    fn from(test: ProviderTest) -> Self {
        Self {
            issuer: test.issuer,
            authorization_endpoint: test.authorization_endpoint,
            token_endpoint: test.token_endpoint,
            end_session_endpoint: test.end_session_endpoint,
            keys: test.keys,
        }
    }
}

/// Who vouches for users, by what their buttons say.
#[utoipa::path(
    get, path = "/api/v1/providers", tag = "providers",
    responses((status = 200, body = PageView<ProviderView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<PageView<ProviderView>, Problem> {
    let all = access.providers(&caller).await?.into_iter();
    Ok(PageView::whole(all.map(|one| ProviderView::of(&access, one)).collect()))
}

/// Makes a provider.
#[utoipa::path(
    post, path = "/api/v1/providers", tag = "providers", request_body = ProviderBody,
    responses((status = 201, body = ProviderView), (status = 409)))]
pub(super) async fn create(
    State(access): State<Access>,
    Who(caller): Who,
    Body(body): Body<ProviderBody>,
) -> Result<Created<ProviderView>, Problem> {
    let provider = access.create_provider(&caller, &body.wanted()?).await?;
    Ok(Created(reply(&access, provider)))
}

/// One provider.
#[utoipa::path(
    get, path = "/api/v1/providers/{id}", tag = "providers",
    params(("id" = String, Path, description = "the provider's id")),
    responses((status = 200, body = ProviderView), (status = 404)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Provider>,
) -> Result<Reply<ProviderView>, Problem> {
    let provider = access.provider(&caller, id).await?;
    Ok(reply(&access, provider))
}

/// Changes a provider: all of it but the client secret, which may be left out.
#[utoipa::path(
    put, path = "/api/v1/providers/{id}", tag = "providers", request_body = ProviderBody,
    params(
        ("id" = String, Path, description = "the provider's id"),
        ("If-Match" = String, Header, description = "the provider's version, in quotes")),
    responses((status = 200, body = ProviderView), (status = 404), (status = 409)))]
pub(super) async fn change(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Provider>,
    IfMatch(version): IfMatch,
    Body(body): Body<ProviderBody>,
) -> Result<Reply<ProviderView>, Problem> {
    let provider = access.change_provider(&caller, id, version, &body.wanted()?).await?;
    Ok(reply(&access, provider))
}

/// Removes a provider. The users stay, and so does who they are there, should it come back.
#[utoipa::path(
    delete, path = "/api/v1/providers/{id}", tag = "providers",
    params(("id" = String, Path, description = "the provider's id")),
    responses((status = 204), (status = 404)))]
pub(super) async fn remove(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Provider>,
) -> Result<StatusCode, Problem> {
    access.remove_provider(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks a provider for its configuration and keys, as they are now.
#[utoipa::path(
    post, path = "/api/v1/providers/{id}/test", tag = "providers",
    params(("id" = String, Path, description = "the provider's id")),
    responses((status = 200, body = ProviderTestView), (status = 404), (status = 409)))]
pub(super) async fn test(
    State(access): State<Access>,
    Who(caller): Who,
    Key(id): Key<Provider>,
) -> Result<Json<ProviderTestView>, Problem> {
    Ok(Json(access.test_provider(&caller, id).await?.into()))
}

fn reply(access: &Access, provider: Provider) -> Reply<ProviderView> {
    let version = provider.version;
    Reply::new(ProviderView::of(access, provider), version)
}
