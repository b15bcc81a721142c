//! For how long somebody may give what they may give: what was lent to them they do not give away,
//! and what they hold for a time they give for that time.

use db::Tx;
use kernel::{Caller, Permission, Scope, Time};
use sqlx::AnyConnection;

use super::{Access, organisation::Chart, permit_everywhere, rights::Basis};
use crate::{
    AccessError,
    model::{
        grant::{GrantScope, Origin},
        permission::GRANT_CHANGE,
        resolution::{Line, LineStanding, scope_of},
        user::UserId,
    },
    store,
};

/// Over what somebody holds a right by which they give something.
#[derive(Debug, Clone, Copy)]
pub(super) enum Over<'o> {
    /// All of it.
    Scope(&'o GrantScope),
    /// A region, by holding it or a unit that answers for it: what is put there is so by both.
    Answered(&'o str),
}

/// Until when what somebody gives by a right of theirs may last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Granting {
    /// As long as they like.
    ForGood,
    /// Until then.
    Until(Time),
    /// They hold the right only by what was lent to them.
    Lent,
}

impl Granting {
    /// Whether something may be granted that ends at `to`, or never.
    pub(super) fn lasts(self, to: Option<Time>) -> bool {
        match self {
            Self::ForGood => true,
            Self::Until(limit) => to.is_some_and(|to| to <= limit),
            Self::Lent => false,
        }
    }

    /// Refuses what would last longer than what they hold of `right`. `until`: the field that says
    /// when it ends, and what it says; none of what has no end.
    ///
    /// Errors: [`AccessError::OutlastsOwn`], [`AccessError::LentRight`].
    pub(super) fn permit(
        self,
        right: Permission,
        until: Option<(&'static str, Option<Time>)>,
    ) -> Result<(), AccessError> {
        let right = right.0.to_owned();
        match self {
            _ if self.lasts(until.and_then(|(_, to)| to)) => Ok(()),
            Self::Until(limit) => Err(AccessError::OutlastsOwn { right, limit, until }),
            Self::ForGood | Self::Lent => Err(AccessError::LentRight { right }),
        }
    }
}

impl Access {
    /// Until when the caller, who may grant within `scope`, may grant there.
    pub(super) async fn granting_of(
        &self,
        connection: &mut AnyConnection,
        chart: &Chart,
        caller: &Caller,
        scope: &GrantScope,
    ) -> Result<Granting, AccessError> {
        self.giving_by(connection, chart, caller, (GRANT_CHANGE, Over::Scope(scope))).await
    }

    /// Until when the caller, who holds a right over something, may give something by it: until the
    /// latest moment at which what they hold, and was not lent to them, still covers that.
    /// Whoever is no user of ours may for good.
    async fn giving_by(
        &self,
        connection: &mut AnyConnection,
        chart: &Chart,
        caller: &Caller,
        (right, over): (Permission, Over<'_>),
    ) -> Result<Granting, AccessError> {
        let own = caller.user_id.as_deref().and_then(|id| id.parse::<UserId>().ok());
        let Some(own) = own else { return Ok(Granting::ForGood) };
        let Some(user) = store::users::by_id(&mut *connection, own).await? else {
            return Ok(Granting::Lent);
        };
        let basis = Basis::load(connection).await?;
        let mut lines = self.lines_of(connection, &basis, chart, &user, self.now()).await?;
        lines.retain(|line| gives(line, right));
        // Those that last longest first.
        lines.sort_by_key(|line| std::cmp::Reverse(line.to.map_or(i64::MAX, Time::micros)));
        let mut held = Scope::nowhere();
        for line in lines {
            held = held.union(scope_of(&line, chart));
            let covered = match over {
                Over::Scope(scope) => self.lies_within(chart, &held, scope).await?,
                Over::Answered(region) => chart.answers_for(&held, region),
            };
            if covered {
                return Ok(line.to.map_or(Granting::ForGood, Granting::Until));
            }
        }
        Ok(Granting::Lent)
    }

    /// Whether the caller may give anything to anybody for good, as the records were before the
    /// change that goes on: what that gives to them counts for nothing.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`]; as [`Granting::permit`].
    pub(super) async fn permit_giving(&self, caller: &Caller) -> Result<(), AccessError> {
        permit_everywhere(caller, GRANT_CHANGE)?;
        let chart = self.chart().await?;
        let mut reader = self.inner.db.reader().acquire().await?;
        let all = GrantScope::Everything;
        self.granting_of(&mut reader, &chart, caller, &all).await?.permit(GRANT_CHANGE, None)
    }

    /// Whether the caller holds a right everywhere, for good, and not by what was lent to them, as
    /// the records were before the change that goes on.
    ///
    /// Errors: [`AccessError::OutlastsOwn`], [`AccessError::LentRight`].
    pub(super) async fn permit_for_good(
        &self,
        caller: &Caller,
        right: Permission,
    ) -> Result<(), AccessError> {
        self.permit_for_good_over(caller, right, Over::Scope(&GrantScope::Everything)).await
    }

    /// The same of a right that they hold over a part.
    ///
    /// Errors: as [`Self::permit_for_good`].
    pub(super) async fn permit_for_good_over(
        &self,
        caller: &Caller,
        right: Permission,
        over: Over<'_>,
    ) -> Result<(), AccessError> {
        let chart = self.chart().await?;
        let mut reader = self.inner.db.reader().acquire().await?;
        self.giving_by(&mut reader, &chart, caller, (right, over)).await?.permit(right, None)
    }

    /// Refuses to grant for longer than the caller may, within `scope`.
    ///
    /// Errors: as [`Granting::permit`].
    pub(super) async fn permit_lasting(
        &self,
        tx: &mut Tx,
        chart: &Chart,
        caller: &Caller,
        (scope, to): (&GrantScope, Option<Time>),
    ) -> Result<(), AccessError> {
        let granting = self.granting_of(tx.connection(), chart, caller, scope).await?;
        granting.permit(GRANT_CHANGE, Some(("valid_to", to)))
    }
}

/// Whether a line gives its user a right, and was not lent to them.
pub(super) fn gives(line: &Line, right: Permission) -> bool {
    line.standing == LineStanding::Effective && !is_lent(line) && line.role.set.holds(right.0)
}

/// Whether a line was passed on to its user, or taken in an emergency.
pub(super) fn is_lent(line: &Line) -> bool {
    matches!(line.grant.origin, Origin::Delegated | Origin::Emergency)
}
