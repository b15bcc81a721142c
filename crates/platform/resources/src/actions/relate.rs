use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Id, Text};

use crate::{
    Relation, RelationCreated, RelationEnds, RelationId, RelationKind, RelationRemoved, ResourceId,
    Resources, ResourcesError, model, register::permit, store,
};

impl Resources {
    /// Lets `from` hang together with `to`: `from` runs on, is part of, depends on `to`.
    ///
    /// Errors: [`ResourcesError::NotAllowed`]; `WrongInput` naming `kind`; `ResourceNotFound`;
    /// `ResourceRetired`, `RelatedToItself`, `AlreadyRelated`, `SecondTarget`, `RelationCycle`.
    pub async fn relate(
        &self,
        caller: &Caller,
        kind: &str,
        from: ResourceId,
        to: ResourceId,
    ) -> Result<Relation, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let relation = self.relate_in(&mut tx, caller, Cause::default(), kind, from, to).await?;
        tx.commit().await?;
        Ok(relation)
    }

    /// The same as part of a larger change.
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
        permit(caller)?;
        let kind = relation_kind_in(tx, kind).await?;
        let source = self.get_in(tx, from).await?;
        let target = self.get_in(tx, to).await?;
        let ties = store::ties(tx.connection(), &kind, from, to).await?;
        model::check_relation(&kind, &source, &target, ties)?;
        let id = Id::new(self.ids.as_ref(), self.clock.as_ref());
        let now = self.clock.now();
        let relation = Relation { id, kind: kind.name.clone(), from, to, created_at: now };
        store::insert_relation(tx.connection(), &relation).await?;
        let fact = RelationCreated(RelationEnds::of(&relation, &kind, &source, &target));
        let entry = Entry::new(caller, now, &fact).after(&relation).because_of(cause);
        journal::append(tx, entry).await?;
        Ok(relation)
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

    /// Ends a relation.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], [`ResourcesError::RelationNotFound`].
    pub async fn unrelate(
        &self,
        caller: &Caller,
        id: RelationId,
    ) -> Result<Relation, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let relation = self.unrelate_in(&mut tx, caller, Cause::default(), id).await?;
        tx.commit().await?;
        Ok(relation)
    }

    /// The same as part of a larger change.
    ///
    /// Errors: as [`Self::unrelate`]; the change must then not be committed.
    pub async fn unrelate_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        id: RelationId,
    ) -> Result<Relation, ResourcesError> {
        permit(caller)?;
        let relation = store::load_relation(tx.connection(), id).await?;
        let relation = relation.ok_or(ResourcesError::RelationNotFound { id })?;
        let kind = relation_kind_in(tx, &relation.kind).await?;
        let source = self.get_in(tx, relation.from).await?;
        let target = self.get_in(tx, relation.to).await?;
        store::delete_relation(tx.connection(), id).await?;
        let fact = RelationRemoved(RelationEnds::of(&relation, &kind, &source, &target));
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&relation);
        journal::append(tx, entry.because_of(cause)).await?;
        Ok(relation)
    }
}

/// Errors: [`ResourcesError::WrongInput`] naming `kind` and those there are.
async fn relation_kind_in(tx: &mut Tx, name: &str) -> Result<RelationKind, ResourcesError> {
    let mut kinds = store::all_relation_kinds(tx.connection()).await?;
    match kinds.iter().position(|kind| kind.name == name) {
        Some(at) => Ok(kinds.swap_remove(at)),
        None => {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
            Err(FieldFault::new("kind", name, Text::same(names.join(", "))).into())
        }
    }
}
