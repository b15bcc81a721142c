use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Id, Page, PageOf, Scope, Text};
use serde_json::Value;

use crate::{
    Attributes, FoundResource, Identifier, Kind, Match, Resource, ResourceFilter, Resources,
    ResourcesError, Source, Task, TaskOpened, TaskState,
    model::{self, Finding},
    standing::MERGES_MAX,
    store,
};

/// So many resources get their identifiers in one transaction.
const BATCH: u32 = 500;

impl Resources {
    /// Which of the register's resources something with these fields is, by the rules of its kind.
    ///
    /// Errors: the records cannot be read.
    pub async fn identify_in(
        &self,
        tx: &mut Tx,
        kind: &Kind,
        candidate: &Resource,
    ) -> Result<Match, ResourcesError> {
        let told_by = model::identifiers(candidate, kind);
        let dialect = self.dialect();
        let known = store::known_by(tx.connection(), dialect, &kind.name, &told_by).await?;
        Ok(model::matched(&told_by, &known))
    }

    /// The resource that was found, if the register has it.
    pub(super) async fn already_known(
        &self,
        tx: &mut Tx,
        kind: &Kind,
        found: &FoundResource,
        fresh: &Finding,
    ) -> Result<Option<Resource>, ResourcesError> {
        let by_identity =
            store::load_by_identity(tx.connection(), &found.kind, &found.identity).await?;
        let known = match by_identity {
            Some(known) => Some(known),
            None => match self.identify_in(tx, kind, &fresh.resource).await? {
                Match::One(id) => Some(self.get_in(tx, id).await?),
                Match::None | Match::Unclear(_) => None,
            },
        };
        match known {
            Some(known) => self.kept_in(tx, known).await.map(Some),
            None => Ok(None),
        }
    }

    /// What was found to be another is looked after as that one.
    pub(super) async fn kept_in(
        &self,
        tx: &mut Tx,
        mut known: Resource,
    ) -> Result<Resource, ResourcesError> {
        for _ in 0..MERGES_MAX {
            match known.merged_into {
                Some(kept) => known = self.get_in(tx, kept).await?,
                None => break,
            }
        }
        Ok(known)
    }

    /// Lets the resource be found by this identity, too. Returns whether that is new.
    pub(super) async fn note_identity(
        &self,
        tx: &mut Tx,
        resource: &Resource,
        identity: &str,
    ) -> Result<bool, ResourcesError> {
        if resource.identity.as_deref() == Some(identity) {
            return Ok(false);
        }
        let known = store::identifiers_of(tx.connection(), resource.id).await?;
        let is_it = |by: &Identifier| by.rule == model::IDENTITY && by.value == identity;
        if known.iter().any(is_it) {
            return Ok(false);
        }
        let connection = tx.connection();
        store::add_identity(connection, resource.id, &resource.kind, identity).await?;
        Ok(true)
    }

    /// Keeps what the resource can be told by, and opens a task for each that it is not told apart
    /// from.
    ///
    /// Errors: [`ResourcesError::WrongInput`] when a person gives a value that is another's where
    /// the kind wants it unique.
    pub(super) async fn tell_apart(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kind: &Kind,
        (before, after): (Option<&Resource>, &Resource),
        source: Source,
    ) -> Result<(), ResourcesError> {
        let told_by = model::identifiers(after, kind);
        if before.is_some_and(|before| model::identifiers(before, kind) == told_by) {
            return Ok(());
        }
        for identifier in &told_by {
            let Some(attribute) = identifier.rule.strip_prefix("unique:") else { continue };
            let others = store::sharing(tx.connection(), &kind.name, identifier).await?;
            let other = others.into_iter().find(|other| *other != after.id);
            if let Some(other) = other.filter(|_| source == Source::Manual) {
                let other = self.get_in(tx, other).await?;
                if other.retired_at.is_none() {
                    // Whose it is stays untold: the caller may not see that one. The value is told
                    // as it was written, not as it is compared.
                    let expected =
                        Text::new("another value: this one is taken", "其他值：该值已被占用");
                    let field = model::attribute_field(attribute);
                    let written = after.attributes.get(attribute).and_then(Value::as_str);
                    let written = written.unwrap_or(&identifier.value);
                    return Err(FieldFault::new(field, written, expected).into());
                }
            }
        }
        store::set_identifiers(tx.connection(), after.id, &kind.name, &told_by).await?;
        for identifier in &told_by {
            if identifier.rule != model::IDENTITY {
                self.ask_about(tx, caller, cause, kind, after, identifier).await?;
            }
        }
        Ok(())
    }

    async fn ask_about(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        cause: Cause,
        kind: &Kind,
        resource: &Resource,
        identifier: &Identifier,
    ) -> Result<(), ResourcesError> {
        for other in store::sharing(tx.connection(), &kind.name, identifier).await? {
            if other == resource.id {
                continue;
            }
            let (left, right) = (other.min(resource.id), other.max(resource.id));
            if store::has_task(tx.connection(), left, right).await? {
                continue;
            }
            let task = Task {
                id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
                state: TaskState::Open,
                kind: kind.name.clone(),
                left,
                right,
                rule: identifier.rule.clone(),
                value: identifier.value.replace('\u{1f}', " + "),
                created_at: self.clock.now(),
                decided_at: None,
                decided_by: None,
                note: String::new(),
            };
            store::insert_task(tx.connection(), &task).await?;
            let fact = TaskOpened { task: task.id, left, right, rule: task.rule.clone() };
            let entry = Entry::new(caller, task.created_at, &fact).after(&task);
            journal::append(tx, entry.because_of(cause)).await?;
        }
        Ok(())
    }

    /// Keeps what was seen and not believed.
    pub(super) async fn note_overruled(
        &self,
        tx: &mut Tx,
        resource: &Resource,
        overruled: &Attributes,
        source: Source,
    ) -> Result<bool, ResourcesError> {
        if overruled.is_empty() {
            return Ok(false);
        }
        let known = store::observed_of(tx.connection(), resource.id).await?;
        let mut new = overruled.clone();
        new.retain(|name, value| {
            !value.is_null()
                && !known.iter().any(|seen| {
                    seen.attribute == *name && seen.source == source && seen.value == *value
                })
        });
        if new.is_empty() {
            return Ok(false);
        }
        let now = self.clock.now();
        store::observe(tx.connection(), resource.id, &new, source, now).await?;
        Ok(true)
    }

    /// Gives the resources of kinds whose rules are new their identifiers, the next batch of each.
    /// Returns how many resources it looked at, and how many kinds are left.
    ///
    /// Errors: the records cannot be read or written.
    pub async fn identify_next(&self) -> Result<(u64, u64), ResourcesError> {
        let caller = Caller::system("resources");
        let behind = store::kinds_behind(&mut *self.reader().await?).await?;
        let (mut done, mut left) = (0, 0);
        for kind in behind {
            let mut tx = self.db.begin().await?;
            let kinds = crate::register::kinds_in(&mut tx).await?;
            let definition = kinds.find(&kind.kind)?;
            let filter =
                ResourceFilter { kind: Some(kind.kind.clone()), ..ResourceFilter::default() };
            let after = Some(kind.after.clone()).filter(|after| !after.is_empty());
            let (page, dialect) = (Page { after, limit: BATCH }, self.dialect());
            let everywhere = Scope::Everywhere;
            let found = store::list_resources(
                tx.connection(),
                dialect,
                &everywhere,
                (&filter, &everywhere),
                &page,
            )
            .await?;
            let found = PageOf::from_fetched(found, BATCH, |resource| resource.id.to_string());
            for resource in found.items.iter().filter(|found| found.merged_into.is_none()) {
                let states = (None, resource);
                let (cause, by) = (Cause::default(), Source::Discovery);
                self.tell_apart(&mut tx, &caller, cause, definition, states, by).await?;
                done += 1;
            }
            left += u64::from(found.next.is_some());
            store::note_identified(tx.connection(), &kind, found.next.as_deref()).await?;
            tx.commit().await?;
        }
        Ok((done, left))
    }
}
