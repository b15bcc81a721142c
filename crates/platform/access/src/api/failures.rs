use axum::extract::State;
use http_kit::{PageView, Problem, Query, Who};
use kernel::PageRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::views::ListQuery;
use crate::{Access, SignInFailure};

/// A failed sign-in: the first of a row, or one that locked something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignInFailure)]
pub(super) struct SignInFailureView {
    /// The number of the fact in the journal.
    seq: i64,
    at: String,
    /// The address it came from.
    source: String,
    /// Null when nobody has that name.
    user_id: Option<String>,
    /// Of a name that nobody has, the beginning: it may be a password.
    user_name: String,
    /// Failures of this account in a row.
    failures: u32,
    /// Until when the account was locked by it.
    account_locked_until: Option<String>,
    /// Until when the address was locked by it.
    source_locked_until: Option<String>,
}

impl From<SignInFailure> for SignInFailureView {
    fn from(failure: SignInFailure) -> Self {
        Self {
            seq: failure.seq.0,
            at: failure.at.to_string(),
            source: failure.source,
            user_id: failure.user_id.map(|id| id.to_string()),
            user_name: failure.user_name,
            failures: failure.failures,
            account_locked_until: failure.account_locked_until.map(|at| at.to_string()),
            source_locked_until: failure.source_locked_until.map(|at| at.to_string()),
        }
    }
}

/// Failed sign-ins and what they locked, newest first.
#[utoipa::path(
    get, path = "/api/v1/sign-in-failures", tag = "users", params(ListQuery),
    responses((status = 200, body = PageView<SignInFailureView>)))]
pub(super) async fn list(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<ListQuery>,
) -> Result<PageView<SignInFailureView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    Ok(PageView::of(access.sign_in_failures(&caller, page).await?, SignInFailureView::from))
}
