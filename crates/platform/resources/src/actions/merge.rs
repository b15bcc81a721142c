use std::collections::BTreeMap;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Id};

use super::{rehouse::placed_like, relate::relation_kind_in};
use crate::{
    Identifier, Merge, MergeId, MergeRecord, MergeUndone, MovedRelation, NewRelation, Relation,
    Resource, ResourceChanged, ResourceId, ResourceMerged, Resources, ResourcesError, Side,
    model::{self, stamped},
    register::{kinds_in, permit, permit_at, sees},
    store,
};

/// A merge moves at most so many relations.
const RELATIONS_MAX: i64 = 5_000;

impl Resources {
    /// Makes one of two resources of one kind: `kept` gets what `gone` knows and it does not, its
    /// relations, tags and identities; `gone` is retired and says what it turned out to be.
    /// `choices` says of which fields the value of the other counts.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `OutOfScope` as for a move from one to the other,
    /// `ResourceNotFound`, `NotMergeable`, `WrongInput` naming a choice, `TooManyFollow`.
    pub async fn merge(
        &self,
        caller: &Caller,
        kept: ResourceId,
        gone: ResourceId,
        choices: &BTreeMap<String, Side>,
    ) -> Result<Merge, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let merge = self.merge_in(&mut tx, caller, kept, gone, choices).await?;
        tx.commit().await?;
        Ok(merge)
    }

    pub(super) async fn merge_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        kept: ResourceId,
        gone: ResourceId,
        choices: &BTreeMap<String, Side>,
    ) -> Result<Merge, ResourcesError> {
        permit(caller)?;
        let (left, right) = (self.get_in(tx, kept).await?, self.get_in(tx, gone).await?);
        permit_at(caller, &left)?;
        permit_at(caller, &right)?;
        let mergeable = kept != gone
            && left.kind == right.kind
            && left.retired_at.is_none()
            && right.merged_into.is_none();
        if !mergeable {
            return Err(ResourcesError::NotMergeable { kept: left.name, gone: right.name });
        }
        let kinds = kinds_in(tx).await?;
        let known = kinds.find(&left.kind)?.attributes.iter().map(|one| one.name.as_str());
        model::check_choices(choices, &left, &right, known)?;
        let (now, by) = (self.clock.now(), caller.actor.name.clone());
        let after = model::merged(&left, &right, choices, now);
        let mut record = MergeRecord {
            fields: model::remembered(&left, &after),
            attributes: left.attributes.clone(),
            origins: left.origins.clone(),
            tags: left.tags.clone(),
            gone_life_cycle: right.life_cycle.clone(),
            gone_retired_at: right.retired_at,
            moved: Vec::new(),
            identities: self.identities_of(tx, gone).await?,
        };
        self.permit_move(caller, Some(&left), &after).await?;
        self.permit_union(caller, &right, &after).await?;
        self.save_change(tx, caller, Cause::default(), &left, &after).await?;
        record.moved = self.move_relations(tx, caller, &after, &right).await?;
        store::share_identities(tx.connection(), kept, gone).await?;
        self.retire_into(tx, caller, &right, kept).await?;
        store::close_task_of(tx.connection(), (kept, gone), now, &by).await?;
        let merge = Merge {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            kept,
            gone,
            record,
            merged_at: now,
            merged_by: by,
            undone_at: None,
            undone_by: None,
        };
        store::insert_merge(tx.connection(), &merge).await?;
        let fact = fact_of(&merge, &after, &right);
        let entry = Entry::new(caller, now, &fact).before(&right).after(&after);
        journal::append(tx, entry).await?;
        Ok(merge)
    }

    async fn identities_of(
        &self,
        tx: &mut Tx,
        id: ResourceId,
    ) -> Result<Vec<String>, ResourcesError> {
        let known = store::identifiers_of(tx.connection(), id).await?.into_iter();
        let identities = known.filter(|by| by.rule == model::IDENTITY).map(|by| by.value);
        Ok(identities.collect())
    }

    /// `gone` out of use, and known to be `kept`.
    async fn retire_into(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        gone: &Resource,
        kept: ResourceId,
    ) -> Result<(), ResourcesError> {
        let now = self.clock.now();
        let kinds = kinds_in(tx).await?;
        let next = Resource {
            life_cycle: kinds.find(&gone.kind)?.life_cycle.out().to_owned(),
            retired_at: gone.retired_at.or(Some(now)),
            merged_into: Some(kept),
            ..gone.clone()
        };
        let next = stamped(gone, next, now);
        self.save_state(tx, caller, gone, &next).await?;
        let fact = crate::ResourceRetired::of(&next);
        journal::append(tx, Entry::new(caller, now, &fact).before(gone).after(&next)).await?;
        Ok(())
    }

    async fn move_relations(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        kept: &Resource,
        gone: &Resource,
    ) -> Result<Vec<MovedRelation>, ResourcesError> {
        let relations = store::relations_at(tx.connection(), gone.id, RELATIONS_MAX + 1).await?;
        let limit = usize::try_from(RELATIONS_MAX).unwrap_or(usize::MAX);
        if relations.len() > limit {
            return Err(ResourcesError::TooManyFollow { limit });
        }
        let mut moved = Vec::with_capacity(relations.len());
        for relation in relations {
            let kind = relation_kind_in(tx, &relation.kind).await?;
            self.end_relation(tx, caller, Cause::default(), &relation, &kind, None).await?;
            let onto = |end: ResourceId| if end == gone.id { kept.id } else { end };
            let (from, to) = (onto(relation.from), onto(relation.to));
            let became = self.relate_if_it_fits(tx, caller, &relation, from, to).await?;
            moved.push(MovedRelation {
                kind: relation.kind,
                from: relation.from,
                to: relation.to,
                weight: relation.weight,
                source: relation.source,
                became: became.map(|relation| relation.id),
            });
        }
        Ok(moved)
    }

    /// The relation between other ends, unless it contradicts what is there.
    async fn relate_if_it_fits(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        old: &Relation,
        from: ResourceId,
        to: ResourceId,
    ) -> Result<Option<Relation>, ResourcesError> {
        let new = NewRelation {
            source: old.source,
            weight: old.weight,
            ..NewRelation::new(&old.kind, from, to)
        };
        let kind = relation_kind_in(tx, &old.kind).await?;
        let (source, target) = (self.get_in(tx, from).await?, self.get_in(tx, to).await?);
        let ties = store::ties(tx.connection(), &kind, from, to).await?;
        let kinds = kinds_in(tx).await?;
        if model::check_relation(&kind, &kinds, &source, &target, ties).is_err() {
            return Ok(None);
        }
        let now = self.clock.now();
        let relation = Relation {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            kind: new.kind,
            from,
            to,
            source: new.source,
            confidence: old.confidence,
            weight: new.weight,
            created_at: now,
        };
        let ends = (&kind, &source, &target);
        self.save_relation(tx, caller, Cause::default(), (&relation, now), ends).await?;
        Ok(Some(relation))
    }

    /// The merge with that id, for those who have to follow it or its undoing.
    ///
    /// Errors: the records cannot be read.
    pub async fn find_merge_in(
        &self,
        tx: &mut Tx,
        id: MergeId,
    ) -> Result<Option<Merge>, ResourcesError> {
        store::load_merge(tx.connection(), id).await
    }

    /// Makes two of what was one: relations, life and identities as they were, and the fields that
    /// the merge changed and nobody since. The task, if there was one, is open again.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `OutOfScope` as for [`Self::merge`],
    /// `MergeNotFound`, `NotUndoable`.
    pub async fn undo_merge(&self, caller: &Caller, id: MergeId) -> Result<Merge, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let merge = store::load_merge(tx.connection(), id).await?;
        let mut merge = merge.ok_or(ResourcesError::MergeNotFound { id })?;
        let kept = self.get_in(&mut tx, merge.kept).await?;
        let gone = self.get_in(&mut tx, merge.gone).await?;
        // Otherwise the id of a resource would be told that they do not see.
        if !(sees(caller, &kept) && sees(caller, &gone)) {
            return Err(ResourcesError::MergeNotFound { id });
        }
        permit_at(caller, &kept)?;
        permit_at(caller, &gone)?;
        self.permit_union(caller, &kept, &gone).await?;
        if merge.undone_at.is_some() || gone.merged_into != Some(kept.id) {
            return Err(ResourcesError::NotUndoable { kept: kept.name, gone: gone.name });
        }
        let (now, by) = (self.clock.now(), caller.actor.name.clone());
        let back = Resource {
            life_cycle: merge.record.gone_life_cycle.clone(),
            retired_at: merge.record.gone_retired_at,
            merged_into: None,
            ..gone.clone()
        };
        // Where it was may be no more: then it stays with the one that was kept.
        let back = match self.place_lasts(&mut tx, &gone, now).await? {
            true => back,
            false => placed_like(&back, &kept),
        };
        let back = stamped(&gone, back, now);
        self.save_state(&mut tx, caller, &gone, &back).await?;
        let fields = model::changed_fields(&gone, &back);
        let fact = ResourceChanged::of(&back, fields, None);
        let entry = Entry::new(caller, now, &fact).before(&gone).after(&back);
        journal::append(&mut tx, entry).await?;
        let after = model::unmerged(&kept, &merge.record, now);
        self.permit_move(caller, Some(&kept), &after).await?;
        self.save_change(&mut tx, caller, Cause::default(), &kept, &after).await?;
        self.move_back(&mut tx, caller, &merge.record).await?;
        for value in &merge.record.identities {
            let (rule, value) = (model::IDENTITY.to_owned(), value.clone());
            let identifier = Identifier { rule, value };
            store::remove_identifier(tx.connection(), kept.id, &identifier).await?;
        }
        store::undo_merge(tx.connection(), id, now, &by).await?;
        let pair = (kept.id.min(gone.id), kept.id.max(gone.id));
        store::reopen_task(tx.connection(), pair).await?;
        let fact = MergeUndone(fact_of(&merge, &after, &back));
        let entry = Entry::new(caller, now, &fact).before(&kept).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        merge.undone_at = Some(now);
        merge.undone_by = Some(by);
        Ok(merge)
    }

    async fn move_back(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        record: &MergeRecord,
    ) -> Result<(), ResourcesError> {
        for moved in &record.moved {
            if let Some(became) = moved.became
                && let Some(relation) = store::load_relation(tx.connection(), became).await?
            {
                let kind = relation_kind_in(tx, &relation.kind).await?;
                self.end_relation(tx, caller, Cause::default(), &relation, &kind, None).await?;
            } else if moved.became.is_some() {
                // Somebody has ended it since: it does not come back.
                continue;
            }
            let old = Relation {
                id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
                kind: moved.kind.clone(),
                from: moved.from,
                to: moved.to,
                source: moved.source,
                confidence: moved.source.confidence(),
                weight: moved.weight,
                created_at: self.clock.now(),
            };
            self.relate_if_it_fits(tx, caller, &old, moved.from, moved.to).await?;
        }
        Ok(())
    }
}

fn fact_of(merge: &Merge, kept: &Resource, gone: &Resource) -> ResourceMerged {
    ResourceMerged {
        merge: merge.id,
        kept: merge.kept,
        kept_name: kept.name.clone(),
        gone: merge.gone,
        gone_name: gone.name.clone(),
    }
}
