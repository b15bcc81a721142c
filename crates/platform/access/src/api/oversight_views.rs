use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use http_kit::Problem;

use super::rights_views::ScopeView;
use crate::{Activation, Emergency, Holding, Review, ReviewAbout, ReviewItem, Verdict};

use super::rights_views::LineView;

/// A role that a user may take in an emergency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Emergency)]
pub(super) struct EmergencyView {
    id: String,
    user_id: String,
    user_name: String,
    role: String,
    scope: ScopeView,
    /// For at most so many hours.
    hours_max: u32,
    reason: String,
    sealed_by: String,
    sealed_at: String,
}

/// One time when a seal was broken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Activation)]
pub(super) struct ActivationView {
    id: String,
    emergency_id: String,
    user_id: String,
    user_name: String,
    role: String,
    /// The grant that came of it; ending it ends the emergency.
    grant_id: String,
    reason: String,
    begun_at: String,
    ends_at: String,
    /// Null while nobody else has looked at it.
    confirmed_by: Option<String>,
    confirmed_at: Option<String>,
    confirmation: Option<String>,
}

/// Whose rights a review looks at: one of these, or everybody's.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = ReviewAbout)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewAboutView {
    /// Those who hold one of these roles.
    roles: Option<Vec<String>>,
    /// The members of this group and of the groups in it.
    group_id: Option<String>,
    /// What is granted over exactly this scope or over everything.
    scope: Option<ScopeView>,
}

/// A round in which somebody looks at what others may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub(super) struct ReviewView {
    id: String,
    title: String,
    about: ReviewAboutView,
    reviewer_id: String,
    reviewer_name: String,
    due_at: String,
    created_by: String,
    created_at: String,
    /// How many lines it has.
    items: i64,
    /// How many of them are decided.
    decided: i64,
    /// Whether its time is over and lines are open.
    overdue: bool,
    closed_at: Option<String>,
}

/// One line: who holds what, why, since when, and whether they use it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewItem)]
pub(super) struct ReviewItemView {
    id: String,
    review_id: String,
    user_id: String,
    user_name: String,
    grant_id: String,
    role: String,
    scope: ScopeView,
    /// The way from the user to the grant: objects with kind, id and name.
    #[schema(value_type = Vec<Object>)]
    path: Value,
    since: String,
    valid_to: Option<String>,
    reason: String,
    /// Whether it counted when the review was opened.
    standing: String,
    /// When the user last signed in.
    last_sign_in_at: Option<String>,
    /// `confirmed` or `revoked`; null while open.
    decision: Option<&'static str>,
    decided_by: Option<String>,
    decided_at: Option<String>,
    decision_reason: Option<String>,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[schema(as = Verdict)]
#[serde(rename_all = "lowercase")]
pub(super) enum VerdictView {
    /// It stays.
    Confirmed,
    /// It is taken away.
    Revoked,
}

/// Somebody who can do what was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermissionHolder)]
pub(super) struct HoldingView {
    user_id: String,
    user_name: String,
    display_name: String,
    /// The lines that let them.
    lines: Vec<LineView>,
}

impl From<Emergency> for EmergencyView {
    fn from(emergency: Emergency) -> Self {
        Self {
            id: emergency.id.to_string(),
            user_id: emergency.user_id.to_string(),
            user_name: emergency.user_name,
            role: emergency.role,
            scope: (&emergency.scope).into(),
            hours_max: emergency.hours_max,
            reason: emergency.reason,
            sealed_by: emergency.sealed_by,
            sealed_at: emergency.sealed_at.to_string(),
        }
    }
}

impl From<Activation> for ActivationView {
    fn from(activation: Activation) -> Self {
        let confirmed = activation.confirmed;
        Self {
            id: activation.id.to_string(),
            emergency_id: activation.emergency_id.to_string(),
            user_id: activation.user_id.to_string(),
            user_name: activation.user_name,
            role: activation.role,
            grant_id: activation.grant_id.to_string(),
            reason: activation.reason,
            begun_at: activation.begun_at.to_string(),
            ends_at: activation.ends_at.to_string(),
            confirmed_by: confirmed.as_ref().map(|one| one.by.clone()),
            confirmed_at: confirmed.as_ref().map(|one| one.at.to_string()),
            confirmation: confirmed.map(|one| one.reason),
        }
    }
}

impl ReviewAboutView {
    /// The first that is given of group, roles and scope; everybody when none is.
    pub(super) fn into_about(self) -> Result<ReviewAbout, Problem> {
        Ok(match (self.group_id, self.roles, self.scope) {
            (Some(group), ..) => ReviewAbout::Group(group),
            (None, Some(roles), _) => ReviewAbout::Roles(roles),
            (None, None, Some(scope)) => ReviewAbout::Scope(scope.into_scope()?),
            (None, None, None) => ReviewAbout::Everybody,
        })
    }
}

impl From<&ReviewAbout> for ReviewAboutView {
    fn from(about: &ReviewAbout) -> Self {
        match about {
            ReviewAbout::Everybody => Self::default(),
            ReviewAbout::Roles(roles) => Self { roles: Some(roles.clone()), ..Self::default() },
            ReviewAbout::Group(group) => Self { group_id: Some(group.clone()), ..Self::default() },
            ReviewAbout::Scope(scope) => Self { scope: Some(scope.into()), ..Self::default() },
        }
    }
}

impl ReviewView {
    /// The view of a review as it stands at `now`.
    pub(super) fn at(now: kernel::Time, review: Review) -> Self {
        Self {
            overdue: review.is_overdue(now),
            id: review.id.to_string(),
            about: (&review.about).into(),
            title: review.title,
            reviewer_id: review.reviewer_id.to_string(),
            reviewer_name: review.reviewer_name,
            due_at: review.due_at.to_string(),
            created_by: review.created_by,
            created_at: review.created_at.to_string(),
            items: review.items,
            decided: review.decided,
            closed_at: review.closed_at.map(|at| at.to_string()),
        }
    }
}

impl From<ReviewItem> for ReviewItemView {
    fn from(item: ReviewItem) -> Self {
        let decided = item.decided;
        Self {
            id: item.id.to_string(),
            review_id: item.review_id.to_string(),
            user_id: item.user_id.to_string(),
            user_name: item.user_name,
            grant_id: item.grant_id.to_string(),
            role: item.role,
            scope: (&item.scope).into(),
            path: serde_json::from_str(&item.path).unwrap_or(Value::Null),
            since: item.since.to_string(),
            valid_to: item.valid_to.map(|to| to.to_string()),
            reason: item.reason,
            standing: item.standing,
            last_sign_in_at: item.last_sign_in_at.map(|at| at.to_string()),
            decision: decided.as_ref().map(|one| one.verdict.name()),
            decided_by: decided.as_ref().map(|one| one.by.clone()),
            decided_at: decided.as_ref().map(|one| one.at.to_string()),
            decision_reason: decided.map(|one| one.reason),
        }
    }
}

impl From<VerdictView> for Verdict {
    fn from(view: VerdictView) -> Self {
        match view {
            VerdictView::Confirmed => Self::Confirmed,
            VerdictView::Revoked => Self::Revoked,
        }
    }
}

impl From<Holding> for HoldingView {
    fn from(holding: Holding) -> Self {
        Self {
            user_id: holding.user.id.to_string(),
            user_name: holding.user.name.as_str().to_owned(),
            display_name: holding.user.display_name,
            lines: holding.lines.into_iter().map(LineView::from).collect(),
        }
    }
}
