use axum::extract::State;
use http_kit::{PageView, Problem, Query, TextView, Who};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Access, actions::Delegate};

/// Whom one looks for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DelegateQuery {
    /// Part of a name, its pinyin or initials, of an employee number, a contact or the name that
    /// somebody signs in with: 1 to 64 characters.
    q: String,
}

/// Somebody to whom what one holds may be passed on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delegate)]
pub(super) struct DelegateView {
    user_id: String,
    name: String,
    /// The employee number; null for who is nobody in the directory.
    number: Option<String>,
    /// The unit of record.
    unit: Option<TextView>,
}

/// To whom one may pass on what one holds: up to 20 people whom one sees in the directory and who
/// may sign in. Nobody, where one may pass on nothing.
#[utoipa::path(
    get, path = "/api/v1/profile/delegates/search", tag = "profile", params(DelegateQuery),
    responses((status = 200, body = PageView<DelegateView>)))]
pub(super) async fn search(
    State(access): State<Access>,
    Who(caller): Who,
    Query(query): Query<DelegateQuery>,
) -> Result<PageView<DelegateView>, Problem> {
    let found = access.delegates(&caller, &query.q).await?;
    Ok(PageView::whole(found.into_iter().map(DelegateView::from).collect()))
}

impl From<Delegate> for DelegateView {
    fn from(delegate: Delegate) -> Self {
        Self {
            user_id: delegate.user_id.to_string(),
            name: delegate.name,
            number: delegate.number,
            unit: delegate.unit.map(TextView::from),
        }
    }
}
