//! Who takes something along to where they hold more. What was lent to them, or is theirs for a
//! time, would so give them what they keep: once it lies within what they hold for longer, it stays
//! there.

use directory::Taken;
use kernel::{Caller, Lineage, Permission, Scope, Time};

use super::{
    Access,
    granting::{Granting, gives, is_lent},
    organisation::Chart,
    post_grants::Ids,
};
use crate::{
    AccessError,
    model::{
        resolution::{Line, LineStanding, scope_of},
        user::UserId,
    },
    store,
};

impl Access {
    /// Whether the caller may take something by a right of theirs to where it goes: nothing that
    /// they hold for longer than that right, at either end, reaches it there that did not before.
    /// Whoever is no user of ours may.
    ///
    /// Errors: [`AccessError::OutlastsOwn`], [`AccessError::LentRight`].
    pub(super) async fn permit_taking(
        &self,
        caller: &Caller,
        right: Permission,
        taken: &Taken,
    ) -> Result<(), AccessError> {
        let own = caller.user_id.as_deref().and_then(|id| id.parse::<UserId>().ok());
        let Some(own) = own else { return Ok(()) };
        let chart = self.chart().await?;
        let mut reader = self.inner.db.reader().acquire().await?;
        let Some(user) = store::users::by_id(&mut *reader, own).await? else { return Ok(()) };
        let generation = store::generation::read(&mut *reader).await?;
        let basis = self.basis(&mut reader, generation).await?;
        let lines = self.lines_of(&mut reader, &basis, &chart, &user, self.now()).await?;
        let anew = Ids::of(&taken.anew);
        let counts = |line: &Line| {
            let past_of = &line.grant.past_of;
            let stands = matches!(line.standing, LineStanding::Effective | LineStanding::NotYet);
            stands
                && !is_lent(line)
                && (anew.has(&line.grant.scope) || past_of.iter().any(|part| anew.meets(part)))
        };
        for end in [&taken.from, &taken.to] {
            let granting = lasting(&lines, &chart, right, (taken.resource_id.as_deref(), end));
            if lines.iter().any(|line| counts(line) && !granting.lasts(line.to)) {
                return granting.permit(right, None);
            }
        }
        Ok(())
    }
}

/// Until when somebody with these lines holds a right over something that lies there, apart from
/// what was lent to them.
fn lasting(
    lines: &[Line],
    chart: &Chart,
    right: Permission,
    (resource_id, lies): (Option<&str>, &Lineage),
) -> Granting {
    let reach = lines.iter().filter(|line| gives(line, right));
    let reach = reach.filter(|line| reaches(&scope_of(line, chart), resource_id, lies));
    let last = reach.map(|line| line.to.map_or(i64::MAX, Time::micros)).max();
    match last {
        None => Granting::Lent,
        Some(i64::MAX) => Granting::ForGood,
        Some(micros) => Granting::Until(Time::from_micros(micros)),
    }
}

/// Whether a scope covers what lies there now.
fn reaches(scope: &Scope, resource_id: Option<&str>, lies: &Lineage) -> bool {
    let Scope::Within(within) = scope else { return true };
    lies.units.iter().any(|unit| within.units.contains(unit))
        || lies.regions.iter().any(|region| within.regions.contains(region))
        || resource_id.is_some_and(|id| within.resources.contains(id))
}
