//! Reviews: whether what was granted is still needed, line by line. Pure.

use kernel::{FieldFault, Id, Text, Time};

use super::{
    grant::{GrantId, GrantScope, HolderKind},
    resolution::Line,
    user::{User, UserId},
};
use crate::AccessError;

/// The id of a review.
pub type ReviewId = Id<Review>;
/// The id of a line under review.
pub type ReviewItemId = Id<ReviewItem>;

/// A review has no more lines than this; a wider one is told to be made of several.
pub(crate) const ITEMS_MAX: usize = 20_000;

/// A round in which somebody looks at what others may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// What it is called.
    pub title: String,
    /// Whose rights it looks at.
    pub about: ReviewAbout,
    /// Who looks.
    pub reviewer_id: UserId,
    /// What they are called.
    pub reviewer_name: String,
    /// Until when.
    pub due_at: Time,
    /// The name of who opened it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// How many lines it has.
    pub items: i64,
    /// How many of them are decided.
    pub decided: i64,
    /// When it was noticed that it is overdue.
    pub overdue_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
}

/// Whose rights a review looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewAbout {
    /// Everybody's.
    Everybody,
    /// Those who hold one of these roles.
    Roles(Vec<String>),
    /// The members of a group.
    Group(String),
    /// What reaches into this scope.
    Scope(GrantScope),
}

/// One line: who holds what, why, since when, and whether they use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewItem {
    /// Its id.
    pub id: ReviewItemId,
    /// Of which review.
    pub review_id: ReviewId,
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub user_name: String,
    /// By which grant.
    pub grant_id: GrantId,
    /// Which role.
    pub role: String,
    /// Within which scope.
    pub scope: GrantScope,
    /// The way from the user to the grant, as JSON.
    pub path: String,
    /// Since when.
    pub since: Time,
    /// Until when.
    pub valid_to: Option<Time>,
    /// Why it was granted.
    pub reason: String,
    /// Whether it counted when the review was opened; see [`super::resolution::LineStanding`].
    pub standing: String,
    /// When the user last signed in.
    pub last_sign_in_at: Option<Time>,
    /// What was decided.
    pub decided: Option<Decided>,
}

/// What was decided about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Whether it stays.
    pub verdict: Verdict,
    /// The name of who decided.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why.
    pub reason: String,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It stays.
    Confirmed,
    /// It was taken away.
    Revoked,
}

/// How a line is taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Removal {
    /// The grant ends.
    EndGrant,
    /// The user leaves this group.
    LeaveGroup(String),
}

/// A review that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// 1 to 100 characters.
    pub title: String,
    /// Whose rights it looks at.
    pub about: ReviewAbout,
    /// Who looks.
    pub reviewer_id: UserId,
    /// Until when.
    pub due_at: Time,
}

impl Verdict {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Revoked => "revoked",
        }
    }

    /// The verdict of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Confirmed, Self::Revoked].into_iter().find(|verdict| verdict.name() == name)
    }
}

impl NewReview {
    /// Checks the title and the time. Errors: [`AccessError::Invalid`].
    pub(crate) fn check(&self, now: Time) -> Result<(), AccessError> {
        let mut wrong = Vec::new();
        let plain = !self.title.chars().any(char::is_control);
        if !(1..=100).contains(&self.title.trim().chars().count()) || !plain {
            let expected = Text::new("1 to 100 characters", "1 到 100 个字符");
            wrong.push(FieldFault::new("title", &self.title, expected));
        }
        if self.due_at <= now {
            let expected = Text::new("a time in the future", "将来的时间");
            wrong.push(FieldFault::new("due_at", self.due_at, expected));
        }
        if wrong.is_empty() { Ok(()) } else { Err(AccessError::Invalid(wrong)) }
    }
}

impl Review {
    /// Whether its time is over and lines are still open.
    #[must_use]
    pub fn is_overdue(&self, now: Time) -> bool {
        self.closed_at.is_none() && self.due_at <= now && self.decided < self.items
    }
}

impl ReviewAbout {
    /// Whether a line belongs to it. Groups were told apart before: their members' lines all do.
    pub(crate) fn covers(&self, line: &Line) -> bool {
        match self {
            Self::Everybody | Self::Group(_) => true,
            Self::Roles(names) => names.contains(&line.role.name),
            Self::Scope(scope) => {
                line.grant.scope == GrantScope::Everything || line.grant.scope == *scope
            }
        }
    }
}

impl ReviewItem {
    /// The line of a user, as it was when the review was opened.
    pub(crate) fn of_line(
        id: ReviewItemId,
        review_id: ReviewId,
        user: &User,
        line: &Line,
        path: String,
    ) -> Self {
        Self {
            id,
            review_id,
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            grant_id: line.grant.id,
            role: line.role.name.clone(),
            scope: line.grant.scope.clone(),
            path,
            since: line.from,
            valid_to: line.to,
            reason: line.grant.reason.clone(),
            standing: line.standing.name().to_owned(),
            last_sign_in_at: user.last_sign_in_at,
            decided: None,
        }
    }

    /// Whether `user_id` may decide it: nobody reviews their own rights.
    ///
    /// Errors: [`AccessError::OwnReview`], [`AccessError::AlreadyDecided`].
    pub(crate) fn may_be_decided_by(&self, user_id: Option<UserId>) -> Result<(), AccessError> {
        if user_id == Some(self.user_id) {
            return Err(AccessError::OwnReview);
        }
        if self.decided.is_some() {
            return Err(AccessError::AlreadyDecided);
        }
        Ok(())
    }
}

/// How a line is taken away: a direct grant ends, a member leaves the group by which it came.
///
/// Errors: [`AccessError::HeldByPost`]: the directory says who holds a post.
pub(crate) fn removal(
    holder: HolderKind,
    first_group: Option<&str>,
) -> Result<Removal, AccessError> {
    match (holder, first_group) {
        (HolderKind::User, _) => Ok(Removal::EndGrant),
        (HolderKind::Group, Some(group)) => Ok(Removal::LeaveGroup(group.to_owned())),
        (HolderKind::Post | HolderKind::Group, _) => Err(AccessError::HeldByPost),
    }
}
