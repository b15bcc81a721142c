use std::time::Duration;

use db::Tx;
use kernel::{Caller, Time};

use super::{
    DAY_AND_MORE, Duty,
    ground::{Ground, note},
};
use crate::{
    DutyError,
    model::{
        fact::{DutyServed, Told},
        plan::DutySpan,
    },
    store,
};

/// What is frozen at once: after a long time without a server the rest follows.
const AT_ONCE: Duration = Duration::from_secs(60 * 86_400);
/// A roster in which nothing ends is written down once a day all the same.
const AT_LATEST: Duration = Duration::from_secs(86_400);

impl Duty {
    /// Writes down what has passed until `now`, and a fact for every shift that ended.
    pub(crate) async fn freeze(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        ground: &mut Ground,
        now: Time,
    ) -> Result<u64, DutyError> {
        let mut done = 0;
        while ground.roster.frozen_until < now && !ground.roster.retired {
            let from = ground.roster.frozen_until;
            let to = now.min(from.plus(AT_ONCE));
            let spans = ground.planned(from, to.plus(DAY_AND_MORE))?;
            for span in spans.into_iter().filter(|span| span.from < to) {
                self.keep(tx, caller, ground, span, to).await?;
                done += 1;
            }
            ground.roster.frozen_until = to;
            store::rosters::update(tx, &ground.roster).await?;
        }
        Ok(done)
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        ground: &Ground,
        span: DutySpan,
        until: Time,
    ) -> Result<(), DutyError> {
        let roster = &ground.roster;
        let passed = DutySpan { to: span.to.min(until), ..span.clone() };
        let since = store::spans::keep(tx, roster.id, &passed).await?;
        if span.to > until {
            return Ok(());
        }
        let told = Told::<DutyServed>::of(roster.id, roster.draft.name.clone())
            .with("position", &span.slot.position)
            .with("shift", &span.slot.shift)
            .with("day", span.slot.day)
            .with("seat", span.slot.seat)
            .with("person_id", span.person)
            .with("instead_of", span.instead_of)
            .with("source", span.source)
            .with("day_kind", span.day_kind)
            .with("from", since)
            .with("to", span.to);
        note(tx, (caller, until), told).await
    }

    /// Writes down what has passed in all rosters in which a shift has ended.
    pub(crate) async fn freeze_all(&self) -> Result<u64, DutyError> {
        let (caller, now) = (Caller::system("duty"), self.now());
        let mut done = 0;
        for roster in store::rosters::all(self.db().reader()).await? {
            let mut connection = self.db().reader().acquire().await?;
            let id = roster.id;
            let ground = self.ground(&mut connection, roster).await?;
            drop(connection);
            if !has_ended(&ground, now)? {
                continue;
            }
            let mut tx = self.db().begin().await?;
            // Read again: it may have been changed or given up since.
            let found = store::rosters::find(tx.connection(), id).await?;
            let Some(roster) = found.filter(|roster| !roster.retired) else { continue };
            let mut ground = self.ground(tx.connection(), roster).await?;
            done += self.freeze(&mut tx, &caller, &mut ground, now).await?;
            tx.commit().await?;
        }
        Ok(done)
    }
}

/// Whether a part of the plan has ended since it was last written down.
fn has_ended(ground: &Ground, now: Time) -> Result<bool, DutyError> {
    let from = ground.roster.frozen_until;
    if now.since(from) >= AT_LATEST {
        return Ok(true);
    }
    let spans = ground.planned(from, now.plus(DAY_AND_MORE))?;
    Ok(spans.iter().any(|span| span.to <= now))
}
