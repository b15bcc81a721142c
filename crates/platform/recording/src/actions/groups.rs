use db::Tx;
use journal::Entry;
use kernel::{Caller, Id, Page, PageOf, Time};
use rules::RuleFile;

use super::{GROUPS_MAX, Recording, permit_everywhere};
use crate::{
    RecordingError,
    model::{
        backfill::{Backfill, BackfillState, new_rules},
        fact::{RuleBackfillCancelled, RuleGroupsCreated, RuleGroupsDeleted, RuleGroupsReplaced},
        groups::{self, RuleGroups, RuleGroupsId, RuleText},
        permission::RECORDING_CHANGE,
    },
    store,
};

/// A rule file on its way in.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// Its YAML text.
    pub(crate) content: String,
    /// Back-fill the recording rules that are new, from this moment on.
    pub(crate) backfill_from: Option<Time>,
}

impl Recording {
    /// The rule groups of that id. Errors: [`RecordingError::GroupsNotFound`].
    pub async fn groups(&self, id: RuleGroupsId) -> Result<RuleText, RecordingError> {
        let found = store::groups::find(self.inner.db.reader(), id).await?;
        found.ok_or_else(|| RecordingError::GroupsNotFound { id: id.to_string() })
    }

    /// Rule groups in the order they were made.
    pub async fn all_groups(&self, page: &Page) -> Result<PageOf<RuleGroups>, RecordingError> {
        let after = page.after.as_deref().unwrap_or_default();
        let found = store::groups::after(self.inner.db.reader(), after, page.limit + 1).await?;
        Ok(PageOf::from_fetched(found, page.limit, |groups| groups.id.to_string()))
    }

    /// Uploads rule groups; they are evaluated from their next moment on.
    ///
    /// Errors: [`RecordingError::Forbidden`], [`RecordingError::Invalid`],
    /// [`RecordingError::NameTaken`], [`RecordingError::TooMany`].
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        name: String,
        upload: Upload,
    ) -> Result<RuleGroups, RecordingError> {
        permit_everywhere(caller, RECORDING_CHANGE)?;
        if let Some(fault) = groups::name_fault(&name) {
            return Err(RecordingError::Invalid(vec![fault]));
        }
        let file = groups::read(&upload.content).map_err(RecordingError::Invalid)?;
        let inner = &self.inner;
        let now = inner.clock.now();
        let from_ms = self.checked_from("backfill_from", upload.backfill_from)?;
        let mut tx = inner.db.begin().await?;
        if store::groups::named(&mut tx, &name).await?.is_some() {
            return Err(RecordingError::NameTaken { name });
        }
        if store::groups::count(&mut tx).await? >= i64::from(GROUPS_MAX) {
            return Err(RecordingError::TooMany { limit: GROUPS_MAX });
        }
        let (count, rules) = groups::counts(&file);
        let made = RuleGroups {
            id: Id::new(inner.ids.as_ref(), inner.clock.as_ref()),
            name,
            groups: count,
            rules,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let text = RuleText { groups: made.clone(), content: upload.content };
        store::groups::insert(&mut tx, &text).await?;
        let fact = RuleGroupsCreated::of(&made);
        journal::append(&mut tx, Entry::new(caller, now, &fact).after(&text)).await?;
        self.fill_new(&mut tx, caller, &made, None, &file, from_ms).await?;
        tx.commit().await?;
        self.follow_soon().await;
        Ok(made)
    }

    /// Replaces version `version` of rule groups. Rules of the same name and labels go on; series
    /// of the others end.
    ///
    /// Errors: [`RecordingError::Forbidden`], [`RecordingError::GroupsNotFound`],
    /// [`RecordingError::Stale`], [`RecordingError::Invalid`].
    pub(crate) async fn replace(
        &self,
        caller: &Caller,
        id: RuleGroupsId,
        version: i64,
        upload: Upload,
    ) -> Result<RuleGroups, RecordingError> {
        permit_everywhere(caller, RECORDING_CHANGE)?;
        let file = groups::read(&upload.content).map_err(RecordingError::Invalid)?;
        let now = self.inner.clock.now();
        let from_ms = self.checked_from("backfill_from", upload.backfill_from)?;
        let mut tx = self.inner.db.begin().await?;
        let before = groups_at(&mut tx, id, version).await?;
        if upload.content == before.content {
            return Ok(before.groups);
        }
        let (count, rules) = groups::counts(&file);
        let version = version + 1;
        let known = before.groups.clone();
        let after = RuleGroups { groups: count, rules, version, updated_at: now, ..known };
        let text = RuleText { groups: after.clone(), content: upload.content };
        store::groups::update(&mut tx, &text).await?;
        let fact = RuleGroupsReplaced::of(&after);
        let entry = Entry::new(caller, now, &fact).before(&before).after(&text);
        journal::append(&mut tx, entry).await?;
        let known = groups::read(&before.content).ok();
        self.fill_new(&mut tx, caller, &after, known.as_ref(), &file, from_ms).await?;
        tx.commit().await?;
        self.follow_soon().await;
        Ok(after)
    }

    /// Deletes version `version` of rule groups. What they wrote stays; their series end, and their
    /// back-fills with them.
    ///
    /// Errors: [`RecordingError::Forbidden`], [`RecordingError::GroupsNotFound`],
    /// [`RecordingError::Stale`].
    pub(crate) async fn delete(
        &self,
        caller: &Caller,
        id: RuleGroupsId,
        version: i64,
    ) -> Result<(), RecordingError> {
        permit_everywhere(caller, RECORDING_CHANGE)?;
        let now = self.inner.clock.now();
        let mut tx = self.inner.db.begin().await?;
        let before = groups_at(&mut tx, id, version).await?;
        let running = self.running_backfills(&mut tx).await?;
        for backfill in running.into_iter().filter(|backfill| backfill.groups_id == id) {
            let state = BackfillState::Cancelled;
            let after = Backfill { state, updated_at: now, ..backfill.clone() };
            store::backfills::update(&mut tx, &after).await?;
            let fact = RuleBackfillCancelled::of(&after);
            let entry = Entry::new(caller, now, &fact).before(&backfill).after(&after);
            journal::append(&mut tx, entry).await?;
        }
        store::groups::delete(&mut tx, id).await?;
        let fact = RuleGroupsDeleted::of(&before.groups);
        journal::append(&mut tx, Entry::new(caller, now, &fact).before(&before)).await?;
        tx.commit().await?;
        self.follow_soon().await;
        Ok(())
    }

    /// Asks for back-fills of the rules that were not there before.
    async fn fill_new(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        groups: &RuleGroups,
        before: Option<&RuleFile>,
        after: &RuleFile,
        from_ms: Option<i64>,
    ) -> Result<(), RecordingError> {
        let Some(from_ms) = from_ms else { return Ok(()) };
        for (group, rules) in new_rules(before, after) {
            self.insert_backfill(tx, caller, groups, (group, rules), (from_ms, None)).await?;
        }
        Ok(())
    }
}

/// The rule groups of that id, if their version is still that one.
pub(super) async fn groups_at(
    tx: &mut Tx,
    id: RuleGroupsId,
    version: i64,
) -> Result<RuleText, RecordingError> {
    match store::groups::find(tx.connection(), id).await? {
        None => Err(RecordingError::GroupsNotFound { id: id.to_string() }),
        Some(found) if found.groups.version != version => {
            Err(RecordingError::Stale { id: id.to_string() })
        }
        Some(found) => Ok(found),
    }
}
