//! What is changed from another moment than now on must be in the caller's hands then; and if it is
//! dated back, all the time since: where it was, and where what is above that was. What is planned
//! later where it is not theirs stays where it is planned.

use db::Tx;
use kernel::{Caller, FieldFault, Permission, Text, Time};

use crate::{
    FOREVER, RESOURCE_CHANGE, RESOURCE_READ, Resource, ResourceId, Resources, ResourcesError,
    hindsight::ScopedHindsight,
    model::{Stretch, Timeline},
    store,
};

/// Which moment is asked for, by the name of the field that says it.
pub(super) type Asked = (&'static str, Time);

impl Resources {
    /// Whether the caller may change what a resource is like in these stretches of its life, as far
    /// as they lie from the moment on until now; of a moment to come only that one counts.
    ///
    /// Errors: [`ResourcesError::OutOfScope`] naming the field.
    pub(super) async fn permit_since(
        &self,
        caller: &Caller,
        life: &[Stretch],
        asked: Asked,
    ) -> Result<(), ResourcesError> {
        self.permit_then(caller, RESOURCE_CHANGE, life, asked).await
    }

    /// The same of the resources that a relation is between: of its source, which the caller
    /// changes, and of its target, which they see.
    ///
    /// Errors: as [`Self::permit_since`].
    pub(super) async fn permit_ends_since(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (from, to): (ResourceId, ResourceId),
        asked: Asked,
    ) -> Result<(), ResourcesError> {
        for (id, permission) in [(from, RESOURCE_CHANGE), (to, RESOURCE_READ)] {
            if asked.1 == self.clock.now() || caller.may_everywhere(permission) {
                continue;
            }
            let life = Timeline::of(&store::versions_of(tx.connection(), id).await?);
            self.permit_then(caller, permission, life.stretches(), asked).await?;
        }
        Ok(())
    }

    async fn permit_then(
        &self,
        caller: &Caller,
        permission: Permission,
        life: &[Stretch],
        (field, at): Asked,
    ) -> Result<(), ResourcesError> {
        let now = self.clock.now();
        if at == now || caller.may_everywhere(permission) {
            return Ok(());
        }
        let holds = self.hindsight().await?.of(caller.scope(permission));
        let is_theirs = match now < at {
            true => life.iter().filter(|one| one.covers(at)).all(|one| holds.at(&one.resource, at)),
            false => held_since(&holds, life, (at, now)),
        };
        if is_theirs {
            return Ok(());
        }
        let expected = match now < at {
            true => Text::new(
                "a time at which it belongs within your scope",
                "资源仍在您权限范围内的时间",
            ),
            false => Text::new(
                "a time since which it has been within your scope without a break",
                "自该时间起资源一直在您权限范围内的时间",
            ),
        };
        let fault = FieldFault::new(field, at, expected);
        Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, vec![fault]))
    }

    /// The life of a resource for somebody who changes it from `from` on: what is planned later
    /// where they may not change it is not theirs to move.
    pub(super) async fn life_for(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: ResourceId,
        from: Time,
    ) -> Result<Timeline, ResourcesError> {
        let life = Timeline::of(&store::versions_of(tx.connection(), id).await?);
        if caller.may_everywhere(RESOURCE_CHANGE) {
            return Ok(life);
        }
        let holds = self.hindsight().await?.of(caller.scope(RESOURCE_CHANGE));
        let from = from.max(self.clock.now());
        let planned = life.stretches().iter().filter(|one| from < one.from);
        let others = planned.filter(|one| !holds.at(&one.resource, one.from));
        let until = others.map(|one| one.from).min().unwrap_or(FOREVER);
        Ok(life.theirs_until(until))
    }
}

/// The whole of a resource's life, which is new.
pub(super) fn begun(resource: &Resource, from: Time) -> Stretch {
    Stretch { from, to: FOREVER, told: Vec::new(), resource: resource.clone() }
}

/// Whether each stretch is within what is held at each turn from a moment until now. What had not
/// begun then was where it began.
fn held_since(holds: &ScopedHindsight, life: &[Stretch], (at, now): (Time, Time)) -> bool {
    let since = life.iter().filter(|one| at < one.to && one.from < now);
    since.enumerate().all(|(nth, one)| {
        let from = if nth == 0 { at } else { one.from };
        holds.throughout(&one.resource, (from, one.to.min(now)))
    })
}
