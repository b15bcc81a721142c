use db::Tx;
use journal::Entry;
use kernel::{ActorKind, Caller, Cause, FieldFault, Id, Text, Time};

use super::create::since;
use crate::{
    Cardinality, NewRelation, Relation, RelationCreated, RelationEnds, RelationId, RelationKind,
    RelationRemoved, Resource, ResourceId, Resources, ResourcesError, Source, model,
    register::{kinds_in, permit, permit_at, sees},
    store::{self, Presence},
};

impl Resources {
    /// Lets `from` hang together with `to`: `from` runs on, is part of, depends on `to`.
    ///
    /// Errors: [`ResourcesError::NotAllowed`]; `WrongInput` naming `kind`; `ResourceNotFound`;
    /// `OutOfScope` where it is dated back to a time when one of the two was not the caller's;
    /// `ResourceRetired`, `RelatedToItself`, `WrongEnd`, `AlreadyRelated`, `SecondTarget`,
    /// `SecondSource`, `RelationCycle`.
    pub async fn relate(
        &self,
        caller: &Caller,
        new: &NewRelation,
    ) -> Result<Relation, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let relation = self.relate_as_in(&mut tx, caller, Cause::default(), new).await?;
        tx.commit().await?;
        Ok(relation)
    }

    /// The same as part of a larger change, since now.
    ///
    /// Errors: as [`Self::relate`]; the change must then not be committed.
    pub async fn relate_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kind: &str,
        from: ResourceId,
        to: ResourceId,
    ) -> Result<Relation, ResourcesError> {
        let by_itself = caller.actor.kind == ActorKind::System;
        let source = if by_itself { Source::Discovery } else { Source::Manual };
        let new = NewRelation { source, ..NewRelation::new(kind, from, to) };
        self.relate_as_in(tx, caller, cause, &new).await
    }

    /// The same with all that can be said of a relation.
    ///
    /// The caller may change `from` and see `to`. Where the kind says so, a `from` that belongs
    /// nowhere then belongs where `to` does.
    /// Errors: as [`Self::relate`]; the change must then not be committed.
    pub async fn relate_as_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        new: &NewRelation,
    ) -> Result<Relation, ResourcesError> {
        permit(caller)?;
        let kind = relation_kind_in(tx, &new.kind).await?;
        if kind.retired {
            let expected = Text::new("a kind of relation in use", "未停用的关系类型");
            return Err(FieldFault::new("kind", &kind.name, expected).into());
        }
        if let Some(weight) = new.weight
            && !(0..=100).contains(&weight)
        {
            return Err(FieldFault::new("weight", weight, Text::same("0–100")).into());
        }
        let now = self.clock.now();
        let valid_from = since("valid_from", new.valid_from, now)?;
        let source = self.get_in(tx, new.from).await?;
        permit_at(caller, &source)?;
        let target = self.get_in(tx, new.to).await?;
        if !sees(caller, &target) {
            return Err(ResourcesError::ResourceNotFound { id: new.to });
        }
        let asked = ("valid_from", valid_from);
        self.permit_ends_since(tx, caller, (new.from, new.to), asked).await?;
        if new.replaces && kind.targets != Cardinality::Many {
            for old in store::relations_from(tx.connection(), &kind.name, new.from).await? {
                // What the caller does not see is not theirs to end: it stands in the way.
                if sees(caller, &self.get_in(tx, old.to).await?) {
                    self.end_relation(tx, caller, cause, &old, &kind, None).await?;
                }
            }
        }
        let kinds = kinds_in(tx).await?;
        let ties = store::ties(tx.connection(), &kind, new.from, new.to).await?;
        model::check_relation(&kind, &kinds, &source, &target, ties)?;
        let relation = Relation {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            kind: kind.name.clone(),
            from: new.from,
            to: new.to,
            source: new.source,
            confidence: new.source.confidence(),
            weight: new.weight,
            created_at: now,
        };
        self.save_relation(tx, caller, cause, (&relation, valid_from), (&kind, &source, &target))
            .await?;
        let nowhere = |one: &Resource| one.unit_id.is_none() && one.region_id.is_none();
        let given = kind.gives_place && nowhere(&source) && !nowhere(&target);
        // A place that is no more is not given: where a retired target was, nothing comes.
        if given && (target.retired_at.is_none() || self.place_lasts(tx, &target, now).await?) {
            self.save_place(tx, caller, cause, &source, &target).await?;
            let placed = self.get_in(tx, source.id).await?;
            self.let_follow(tx, caller, cause, &kinds, &source, &placed).await?;
        }
        Ok(relation)
    }

    /// Saves and journals a relation that is there since `valid_from`.
    pub(super) async fn save_relation(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        (relation, valid_from): (&Relation, Time),
        (kind, source, target): (&RelationKind, &Resource, &Resource),
    ) -> Result<(), ResourcesError> {
        let (now, by) = (self.clock.now(), caller.actor.name.as_str());
        store::insert_relation(tx.connection(), relation).await?;
        let there = Presence::There;
        store::insert_relation_version(tx.connection(), relation, there, valid_from, now, by)
            .await?;
        let fact = RelationCreated(RelationEnds::of(relation, kind, source, target));
        let entry = Entry::new(caller, now, &fact).after(relation).because_of(cause);
        journal::append(tx, entry).await?;
        Ok(())
    }

    /// The relation of that kind between these two: the one there is, or a new one. For those who
    /// find the same thing again and again.
    ///
    /// Errors: as [`Self::relate`], without `AlreadyRelated`.
    pub async fn ensure_related_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kind: &str,
        from: ResourceId,
        to: ResourceId,
    ) -> Result<Relation, ResourcesError> {
        permit(caller)?;
        match store::load_same(tx.connection(), kind, from, to).await? {
            Some(relation) => Ok(relation),
            None => self.relate_in(tx, caller, cause, kind, from, to).await,
        }
    }

    /// Ends a relation, since `ended_at` or since now.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], [`ResourcesError::RelationNotFound`],
    /// `LastRelation`; `OutOfScope` as for [`Self::relate`]; `WrongInput` naming `ended_at` when it
    /// is in the future.
    pub async fn unrelate(
        &self,
        caller: &Caller,
        id: RelationId,
        ended_at: Option<Time>,
    ) -> Result<Relation, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let relation = self.unrelate_at(&mut tx, caller, Cause::default(), id, ended_at).await?;
        tx.commit().await?;
        Ok(relation)
    }

    /// The same as part of a larger change, since now.
    ///
    /// Errors: as [`Self::unrelate`]; the change must then not be committed.
    pub async fn unrelate_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: RelationId,
    ) -> Result<Relation, ResourcesError> {
        self.unrelate_at(tx, caller, cause, id, None).await
    }

    async fn unrelate_at(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: RelationId,
        ended_at: Option<Time>,
    ) -> Result<Relation, ResourcesError> {
        permit(caller)?;
        let relation = store::load_relation(tx.connection(), id).await?;
        let relation = relation.ok_or(ResourcesError::RelationNotFound { id })?;
        let kind = relation_kind_in(tx, &relation.kind).await?;
        let source = self.get_in(tx, relation.from).await?;
        let target = self.get_in(tx, relation.to).await?;
        if !sees(caller, &source) || !sees(caller, &target) {
            return Err(ResourcesError::RelationNotFound { id });
        }
        permit_at(caller, &source)?;
        let asked = ("ended_at", ended_at.unwrap_or(self.clock.now()));
        self.permit_ends_since(tx, caller, (source.id, target.id), asked).await?;
        let in_use = source.retired_at.is_none() && target.retired_at.is_none();
        if kind.targets == Cardinality::One && in_use {
            let (name, wording) = (source.name, kind.forward);
            return Err(ResourcesError::LastRelation { name, wording });
        }
        self.end_relation(tx, caller, cause, &relation, &kind, ended_at).await?;
        Ok(relation)
    }

    /// Ends and journals a relation.
    pub(super) async fn end_relation(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        relation: &Relation,
        kind: &RelationKind,
        ended_at: Option<Time>,
    ) -> Result<(), ResourcesError> {
        let (now, by) = (self.clock.now(), caller.actor.name.as_str());
        let from = since("ended_at", ended_at, now)?;
        let source = self.get_in(tx, relation.from).await?;
        let target = self.get_in(tx, relation.to).await?;
        store::delete_relation(tx.connection(), relation.id).await?;
        let ended = Presence::Ended;
        store::insert_relation_version(tx.connection(), relation, ended, from, now, by).await?;
        let fact = RelationRemoved(RelationEnds::of(relation, kind, &source, &target));
        let entry = Entry::new(caller, now, &fact).before(relation);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(())
    }
}

/// Errors: [`ResourcesError::WrongInput`] naming `kind` and those there are.
pub(super) async fn relation_kind_in(
    tx: &mut Tx,
    name: &str,
) -> Result<RelationKind, ResourcesError> {
    let mut kinds = store::all_relation_kinds(tx.connection()).await?;
    match kinds.iter().position(|kind| kind.name == name) {
        Some(at) => Ok(kinds.swap_remove(at)),
        None => {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
            Err(FieldFault::new("kind", name, Text::same(names.join(", "))).into())
        }
    }
}
