use std::collections::{BTreeSet, VecDeque};

use db::Tx;
use kernel::{Caller, Cause, FieldFault, Text};

use crate::{
    Kinds, OnRetirement, RESOURCE_CHANGE, Relation, RelationKind, Resource, ResourceId, Resources,
    ResourcesError,
    model::stamped,
    register::{permit_at, sees},
    store,
};

/// One change takes at most so many others with it.
const FOLLOW_MAX: usize = 1_000;
/// So many relations of a resource are followed.
const RELATIONS_MAX: i64 = 10_000;

impl Resources {
    /// What a change of one resource means for those that hang on it: what its retirement does to
    /// them, and that they move with it where they belong only because it does.
    pub(super) async fn let_follow(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kinds: &Kinds,
        before: &Resource,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        if before.retired_at.is_none() && after.retired_at.is_some() {
            self.follow_retirement(tx, caller, cause, kinds, after).await?;
        }
        if (&before.unit_id, &before.region_id) != (&after.unit_id, &after.region_id) {
            self.stay_put(tx, caller, cause, before, after.updated_at).await?;
            self.follow_place(tx, caller, cause, before, after).await?;
        }
        Ok(())
    }

    async fn follow_retirement(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kinds: &Kinds,
        retired: &Resource,
    ) -> Result<(), ResourcesError> {
        let relation_kinds = store::all_relation_kinds(tx.connection()).await?;
        let mut gone = VecDeque::from([retired.clone()]);
        let mut followed = 0;
        while let Some(target) = gone.pop_front() {
            for (relation, kind) in hanging_on(tx, target.id, &relation_kinds).await? {
                if kind.on_retirement == OnRetirement::Nothing {
                    continue;
                }
                let source = self.get_in(tx, relation.from).await?;
                if source.retired_at.is_some() {
                    continue;
                }
                followed += 1;
                if followed > FOLLOW_MAX {
                    return Err(ResourcesError::TooManyFollow { limit: FOLLOW_MAX });
                }
                match kind.on_retirement {
                    OnRetirement::Nothing => {}
                    OnRetirement::Refuse => {
                        let (name, wording) = (target.name.clone(), kind.forward.clone());
                        let by = Some(source.name.clone()).filter(|_| sees(caller, &source));
                        return Err(ResourcesError::StillNeeded { name, wording, by });
                    }
                    OnRetirement::End => {
                        self.end_relation(tx, caller, cause, &relation, kind, None).await?;
                    }
                    OnRetirement::Retire => {
                        permit_follower(caller, &source, &target.name)?;
                        gone.push_back(self.save_retired(tx, caller, cause, kinds, &source).await?);
                    }
                }
            }
        }
        Ok(())
    }

    /// Those that belong where `before` did because of it go with it.
    async fn follow_place(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        before: &Resource,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        let old = (&before.unit_id, &before.region_id);
        let relation_kinds = store::all_relation_kinds(tx.connection()).await?;
        let mut seen = BTreeSet::from([after.id]);
        let mut moved = VecDeque::from([after.id]);
        while let Some(target) = moved.pop_front() {
            for (relation, kind) in hanging_on(tx, target, &relation_kinds).await? {
                if !kind.gives_place || !seen.insert(relation.from) {
                    continue;
                }
                let source = self.get_in(tx, relation.from).await?;
                if (&source.unit_id, &source.region_id) != old || source.retired_at.is_some() {
                    continue;
                }
                if seen.len() > FOLLOW_MAX {
                    return Err(ResourcesError::TooManyFollow { limit: FOLLOW_MAX });
                }
                // What hangs on it goes with it only as far as the caller holds that, too.
                permit_follower(caller, &source, &after.name)?;
                self.save_place(tx, caller, cause, &source, after).await?;
                moved.push_back(source.id);
            }
        }
        Ok(())
    }

    /// Lets `resource` belong where `target` does.
    ///
    /// Errors: [`ResourcesError::OutOfScope`].
    pub(super) async fn save_place(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        resource: &Resource,
        target: &Resource,
    ) -> Result<(), ResourcesError> {
        let next = Resource {
            unit_id: target.unit_id.clone(),
            region_id: target.region_id.clone(),
            ..resource.clone()
        };
        self.permit_move(caller, Some(resource), &next).await?;
        let next = stamped(resource, next, self.clock.now());
        self.save_change(tx, caller, cause, resource, &next).await?;
        self.stay_put(tx, caller, cause, resource, next.updated_at).await?;
        self.leave_with(tx, caller, cause, (resource.id, target.id)).await?;
        Ok(())
    }
}

/// Whether the caller may change what hangs on `target`.
///
/// Errors: as [`permit_at`]; of what they do not see neither the id nor the name is told.
fn permit_follower(
    caller: &Caller,
    follower: &Resource,
    target: &str,
) -> Result<(), ResourcesError> {
    match permit_at(caller, follower) {
        Err(ResourcesError::ResourceNotFound { .. }) => {
            let expected = Text::new(
                "a resource on which nothing hangs that is outside your scope",
                "没有权限范围以外的资源依附于它",
            );
            let fault = FieldFault::new("relations", target, expected);
            Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, vec![fault]))
        }
        permitted => permitted,
    }
}

/// The relations of which the resource is the target, each with its kind.
async fn hanging_on<'k>(
    tx: &mut Tx,
    id: ResourceId,
    kinds: &'k [RelationKind],
) -> Result<Vec<(Relation, &'k RelationKind)>, ResourcesError> {
    let found = store::relations_at(tx.connection(), id, RELATIONS_MAX).await?;
    let towards = found.into_iter().filter(|relation| relation.to == id);
    let with_kind = towards.filter_map(|relation| {
        let kind = kinds.iter().find(|kind| kind.name == relation.kind)?;
        Some((relation, kind))
    });
    Ok(with_kind.collect())
}
