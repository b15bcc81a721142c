use std::collections::BTreeMap;

use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Page, PageOf, Text};

use crate::{
    KeptApart, Merge, MovedRelation, Observed, RESOURCE_READ, Resource, ResourceId, Resources,
    ResourcesError, Side, Source, Task, TaskId, TaskState,
    model::{self, stamped},
    register::{check_after, kinds_in, permit, permit_at, sees},
    store,
};

/// A note on a decision is at most so long.
const NOTE_CHARS_MAX: usize = 1_000;

/// What a person decides of two resources that look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// They are one: this one stays.
    Merge {
        /// The one that stays: one of the task's two.
        kept: ResourceId,
        /// Of which fields the value of the other counts.
        choices: BTreeMap<String, Side>,
    },
    /// They are two.
    Apart,
}

impl Resources {
    /// The tasks about resources that the caller sees, oldest first; pages by id.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `after`.
    pub async fn tasks(
        &self,
        caller: &Caller,
        state: Option<TaskState>,
        page: &Page,
    ) -> Result<PageOf<Task>, ResourcesError> {
        check_after(page)?;
        let (mut reader, scope) = (self.reader().await?, caller.scope(RESOURCE_READ));
        let found = store::list_tasks(&mut reader, self.dialect(), &scope, state, page).await?;
        Ok(PageOf::from_fetched(found, page.limit, |task| task.id.to_string()))
    }

    /// The task with that id, with its two resources, if the caller sees both.
    ///
    /// Errors: [`ResourcesError::TaskNotFound`].
    pub async fn task(
        &self,
        caller: &Caller,
        id: TaskId,
    ) -> Result<(Task, Resource, Resource), ResourcesError> {
        let task = store::load_task(&mut *self.reader().await?, id).await?;
        let task = task.ok_or(ResourcesError::TaskNotFound { id })?;
        let (left, right) = (self.get(task.left).await?, self.get(task.right).await?);
        if sees(caller, &left) && sees(caller, &right) {
            Ok((task, left, right))
        } else {
            Err(ResourcesError::TaskNotFound { id })
        }
    }

    /// Decides a task. What is decided to be two is not asked about again.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `TaskNotFound`, `TaskDecided`, `WrongInput`; and as
    /// [`Self::merge`].
    pub async fn decide(
        &self,
        caller: &Caller,
        id: TaskId,
        decision: &Decision,
        note: &str,
    ) -> Result<Task, ResourcesError> {
        if note.chars().count() > NOTE_CHARS_MAX || note.contains(model::is_unwanted) {
            let expected = Text::new("at most 1000 characters", "不超过 1000 个字符");
            return Err(FieldFault::new("note", note, expected).into());
        }
        let mut tx = self.begin(caller).await?;
        let task = store::load_task(tx.connection(), id).await?;
        let mut task = task.ok_or(ResourcesError::TaskNotFound { id })?;
        for end in [task.left, task.right] {
            let resource = self.get_in(&mut tx, end).await?;
            match permit_at(caller, &resource) {
                Err(ResourcesError::ResourceNotFound { .. }) => {
                    return Err(ResourcesError::TaskNotFound { id });
                }
                other => other?,
            }
        }
        let now = self.clock.now();
        task.decided_at = Some(now);
        task.decided_by = Some(caller.actor.name.clone());
        task.note = note.trim().to_owned();
        task.state = match decision {
            Decision::Merge { .. } => TaskState::Merged,
            Decision::Apart => TaskState::Apart,
        };
        if !store::decide_task(tx.connection(), &task).await? {
            return Err(ResourcesError::TaskDecided { id });
        }
        match decision {
            Decision::Merge { kept, choices } => {
                let gone = match *kept {
                    kept if kept == task.left => task.right,
                    kept if kept == task.right => task.left,
                    other => {
                        let expected = Text::new("one of the two", "两个资源之一");
                        return Err(FieldFault::new("kept", other, expected).into());
                    }
                };
                self.merge_in(&mut tx, caller, *kept, gone, choices).await?;
            }
            Decision::Apart => {
                let (left, right, note) = (task.left, task.right, task.note.clone());
                let fact = KeptApart { task: id, left, right, note };
                journal::append(&mut tx, Entry::new(caller, now, &fact).after(&task)).await?;
            }
        }
        tx.commit().await?;
        Ok(task)
    }

    /// What was seen of a resource and not believed.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn observed(
        &self,
        caller: &Caller,
        id: ResourceId,
    ) -> Result<Vec<Observed>, ResourcesError> {
        self.get_seen(caller, id).await?;
        store::observed_of(&mut *self.reader().await?, id).await
    }

    /// The merges into and of a resource, the latest first.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn merges(
        &self,
        caller: &Caller,
        id: ResourceId,
    ) -> Result<Vec<Merge>, ResourcesError> {
        self.get_seen(caller, id).await?;
        store::merges_of(&mut *self.reader().await?, id).await
    }

    /// How many relations went along with a merge, of those with what the caller sees.
    ///
    /// Errors: the records cannot be read.
    pub async fn relations_seen(
        &self,
        caller: &Caller,
        merge: &Merge,
    ) -> Result<usize, ResourcesError> {
        let moved = &merge.record.moved;
        let other = |one: &MovedRelation| if one.from == merge.gone { one.to } else { one.from };
        let others: Vec<ResourceId> = moved.iter().map(other).collect();
        let places = self.places_of(&others).await?;
        let sees = |id: &ResourceId| {
            let place = places.get(id);
            place.is_some_and(|place| caller.may_at(RESOURCE_READ, &place.as_place()))
        };
        Ok(others.iter().filter(|id| sees(id)).count())
    }

    /// Believes what `source` has seen of an attribute: its value counts, and that source's next
    /// ones, too.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `ResourceNotFound`, `VersionDiffers`,
    /// `ResourceRetired`; `WrongInput` naming `attribute` when nothing was seen.
    pub async fn adopt(
        &self,
        caller: &Caller,
        id: ResourceId,
        version: i64,
        attribute: &str,
        source: Source,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let mut tx = self.begin(caller).await?;
        let before = self.get_in(&mut tx, id).await?;
        permit_at(caller, &before)?;
        if before.version != version {
            let (expected, found) = (version, before.version);
            return Err(ResourcesError::VersionDiffers { expected, found });
        }
        if before.retired_at.is_some() {
            return Err(ResourcesError::ResourceRetired { name: before.name });
        }
        let seen = store::observed_of(tx.connection(), id).await?;
        let seen = seen.into_iter().find(|o| o.attribute == attribute && o.source == source);
        let Some(seen) = seen else {
            let expected = Text::new(
                "an attribute of which that source saw another value",
                "该来源观测到其他取值的属性",
            );
            return Err(FieldFault::new("attribute", attribute, expected).into());
        };
        let mut next = before.clone();
        next.attributes.insert(seen.attribute.clone(), seen.value);
        if source == next.source {
            next.origins.remove(&seen.attribute);
        } else {
            next.origins.insert(seen.attribute.clone(), source);
        }
        let after = stamped(&before, next, self.clock.now());
        self.save_change(&mut tx, caller, Cause::default(), &before, &after).await?;
        store::forget_observed(tx.connection(), id, attribute, source).await?;
        let kinds = kinds_in(&mut tx).await?;
        let (kind, states) = (kinds.find(&after.kind)?, (Some(&before), &after));
        self.tell_apart(&mut tx, caller, Cause::default(), kind, states, Source::Manual).await?;
        tx.commit().await?;
        Ok(after)
    }
}
