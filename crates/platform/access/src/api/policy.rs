use axum::extract::State;
use http_kit::{Body, IfMatch, PageView, Problem, Query, Reply, Who};
use kernel::PageRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::views::ListQuery;
use crate::{Access, AccessError, Lacking, NewPolicy, RequiredOf, SecondFactorPolicy};

/// Of whom a second factor is required.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactorPolicy)]
pub(super) struct PolicyView {
    /// `nobody`, `administrators` (whoever has one of the three duties), `roles` or `everybody`.
    required_of: &'static str,
    /// The roles, when it is required of roles.
    roles: Vec<String>,
    /// Days to set one up, from `since` or from when the user was added.
    grace_days: u32,
    /// Since when it is required of these users; null when of nobody.
    since: Option<String>,
    /// Who said so; empty as long as nobody has.
    changed_by: String,
    /// The ETag.
    version: i64,
}

/// Of whom a second factor is to be required.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyBody {
    /// `nobody`, `administrators`, `roles` or `everybody`.
    required_of: String,
    /// 1 to 100 roles, when it is required of `roles`.
    #[serde(default)]
    roles: Vec<String>,
    /// 0 to 365.
    #[serde(default)]
    grace_days: u32,
}

/// A user of whom a second factor is required and who has none.
#[derive(Serialize, ToSchema)]
#[schema(as = LackingSecondFactor)]
pub(super) struct LackingView {
    user_id: String,
    user_name: String,
    display_name: String,
    last_sign_in_at: Option<String>,
    /// When they can do nothing else any more than set one up.
    due_at: String,
}

impl From<SecondFactorPolicy> for PolicyView {
    fn from(policy: SecondFactorPolicy) -> Self {
        let counts = policy.required_of != RequiredOf::Nobody;
        Self {
            required_of: policy.required_of.name(),
            roles: policy.required_of.roles().to_vec(),
            grace_days: policy.grace_days,
            since: counts.then(|| policy.since.to_string()),
            changed_by: policy.changed_by,
            version: policy.version,
        }
    }
}

impl From<Lacking> for LackingView {
    fn from(lacking: Lacking) -> Self {
        let Lacking { user, due_at } = lacking;
        Self {
            user_id: user.id.to_string(),
            user_name: user.name.as_str().to_owned(),
            display_name: user.display_name,
            last_sign_in_at: user.last_sign_in_at.map(|at| at.to_string()),
            due_at: due_at.to_string(),
        }
    }
}

/// Of whom a second factor is required.
#[utoipa::path(
    get, path = "/api/v1/access/second-factor-policy", tag = "users",
    responses((status = 200, body = PolicyView)))]
pub(super) async fn get(
    State(access): State<Access>,
    Who(caller): Who,
) -> Result<Reply<PolicyView>, Problem> {
    let policy = access.second_factor_policy(&caller).await?;
    let version = policy.version;
    Ok(Reply::new(policy.into(), version))
}

/// Requires a second factor. Who lacks one once the days of grace are over can do nothing but set
/// one up; API tokens go on.
#[utoipa::path(
    put, path = "/api/v1/access/second-factor-policy", tag = "users", request_body = PolicyBody,
    params(("If-Match" = String, Header, description = "the policy's version, in quotes")),
    responses((status = 200, body = PolicyView), (status = 404)))]
pub(super) async fn change(
    State(access): State<Access>,
    Who(caller): Who,
    IfMatch(version): IfMatch,
    Body(body): Body<PolicyBody>,
) -> Result<Reply<PolicyView>, Problem> {
    let required_of = RequiredOf::parse(&body.required_of, body.roles)
        .map_err(|fault| AccessError::Invalid(vec![fault]))?;
    let wanted = NewPolicy { required_of, grace_days: body.grace_days };
    let policy = access.change_second_factor_policy(&caller, version, &wanted).await?;
    let version = policy.version;
    Ok(Reply::new(policy.into(), version))
}

/// Enabled users of whom a second factor is required and who have none, by name.
#[utoipa::path(
    get, path = "/api/v1/access/second-factor-policy/lacking", tag = "users", params(ListQuery),
    responses((status = 200, body = PageView<LackingView>)))]
pub(super) async fn lacking(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<LackingView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let lacking = access.lacking_second_factor(&caller, &page).await?;
    Ok(PageView::of(lacking, Into::into))
}
