use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Text, Time};

use super::{BACKFILLS_MAX, Recording, permit_everywhere};
use crate::{
    RecordingError,
    model::{
        backfill::{Backfill, BackfillId, BackfillState},
        fact::{RuleBackfillCancelled, RuleBackfillStarted},
        groups::{self, RuleGroups, RuleGroupsId, RuleText},
        permission::RECORDING_CHANGE,
    },
    store,
};

/// Back-fills of rule groups that are shown.
const SHOWN_MAX: u32 = 500;

/// A back-fill that somebody wants.
#[derive(Debug, Clone)]
pub(crate) struct BackfillWish {
    /// The group.
    pub(crate) group: String,
    /// The names of the rules; empty: all recording rules of the group.
    pub(crate) rules: Vec<String>,
    /// From this moment on.
    pub(crate) from: Time,
    /// Up to this one; none: until the present is reached.
    pub(crate) to: Option<Time>,
}

impl Recording {
    /// The back-fills of rule groups, the newest first. Errors: [`RecordingError::GroupsNotFound`].
    pub async fn backfills(&self, id: RuleGroupsId) -> Result<Vec<Backfill>, RecordingError> {
        self.groups(id).await?;
        Ok(store::backfills::of_groups(self.inner.db.reader(), id, SHOWN_MAX).await?)
    }

    /// Back-fills recording rules of a group. Meanwhile they are not evaluated at the present,
    /// so that their series grow in order.
    ///
    /// Errors: [`RecordingError::Forbidden`], [`RecordingError::GroupsNotFound`],
    /// [`RecordingError::Invalid`], [`RecordingError::BackfillUnderWay`],
    /// [`RecordingError::TooMany`].
    pub(crate) async fn start_backfill(
        &self,
        caller: &Caller,
        id: RuleGroupsId,
        wish: BackfillWish,
    ) -> Result<Backfill, RecordingError> {
        permit_everywhere(caller, RECORDING_CHANGE)?;
        let from_ms = self.checked_from("from", Some(wish.from))?.unwrap_or_default();
        let to_ms = wish.to.map(Time::millis);
        if let Some(to) = wish.to.filter(|to| to.millis() < from_ms) {
            let expected = Text::new("a moment after `from`", "晚于 from 的时间");
            return Err(RecordingError::Invalid(vec![FieldFault::new("to", to, expected)]));
        }
        let mut tx = self.inner.db.begin().await?;
        let found = store::groups::find(tx.connection(), id).await?;
        let found = found.ok_or_else(|| RecordingError::GroupsNotFound { id: id.to_string() })?;
        let rules = chosen(&found, &wish)?;
        let backfill = self
            .insert_backfill(&mut tx, caller, &found.groups, (wish.group, rules), (from_ms, to_ms))
            .await?;
        tx.commit().await?;
        self.follow_soon().await;
        Ok(backfill)
    }

    /// Ends a back-fill; what it has written stays.
    ///
    /// Errors: [`RecordingError::Forbidden`], [`RecordingError::BackfillNotFound`],
    /// [`RecordingError::BackfillEnded`].
    pub(crate) async fn cancel_backfill(
        &self,
        caller: &Caller,
        id: BackfillId,
    ) -> Result<Backfill, RecordingError> {
        permit_everywhere(caller, RECORDING_CHANGE)?;
        let now = self.inner.clock.now();
        let mut tx = self.inner.db.begin().await?;
        let found = store::backfills::find(tx.connection(), id).await?;
        let before =
            found.ok_or_else(|| RecordingError::BackfillNotFound { id: id.to_string() })?;
        if before.state != BackfillState::Running {
            return Err(RecordingError::BackfillEnded { id: id.to_string() });
        }
        let after = Backfill { state: BackfillState::Cancelled, updated_at: now, ..before.clone() };
        store::backfills::update(&mut tx, &after).await?;
        let fact = RuleBackfillCancelled::of(&after);
        let entry = Entry::new(caller, now, &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        self.follow_soon().await;
        Ok(after)
    }

    pub(super) async fn running_backfills(
        &self,
        tx: &mut Tx,
    ) -> Result<Vec<Backfill>, RecordingError> {
        Ok(store::backfills::running(tx.connection(), BACKFILLS_MAX).await?)
    }

    /// Writes a new back-fill of these rules of a group over that span.
    pub(super) async fn insert_backfill(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        groups: &RuleGroups,
        (group, rules): (String, Vec<String>),
        (from_ms, to_ms): (i64, Option<i64>),
    ) -> Result<Backfill, RecordingError> {
        let running = self.running_backfills(tx).await?;
        if running.len() >= BACKFILLS_MAX as usize {
            return Err(RecordingError::TooMany { limit: BACKFILLS_MAX });
        }
        let same = running.iter().filter(|b| b.groups_id == groups.id && b.group == group);
        if let Some(rule) = same.flat_map(|b| &b.rules).find(|rule| rules.contains(rule)) {
            return Err(RecordingError::BackfillUnderWay { rule: rule.clone() });
        }
        let inner = &self.inner;
        let now = inner.clock.now();
        let backfill = Backfill {
            id: Id::new(inner.ids.as_ref(), inner.clock.as_ref()),
            groups_id: groups.id,
            groups_name: groups.name.clone(),
            group,
            rules,
            state: BackfillState::Running,
            from_ms,
            next_ms: from_ms,
            to_ms,
            samples: 0,
            refused: 0,
            message: String::new(),
            created_at: now,
            updated_at: now,
        };
        store::backfills::insert(tx, &backfill).await?;
        let fact = RuleBackfillStarted::of(&backfill);
        journal::append(tx, Entry::new(caller, now, &fact).after(&backfill)).await?;
        Ok(backfill)
    }

    /// A first moment that lies in what is kept, in milliseconds.
    pub(super) fn checked_from(
        &self,
        field: &str,
        from: Option<Time>,
    ) -> Result<Option<i64>, RecordingError> {
        let Some(from) = from else { return Ok(None) };
        let now = self.inner.clock.now();
        let oldest_ms = now.millis().saturating_sub(self.inner.store.tuning().longest_ms());
        let oldest = Time::from_millis(oldest_ms);
        if from < oldest || from > now {
            let expected = Text::new(
                format!("a moment from {oldest} (older samples are not kept) to now"),
                format!("{oldest}（更早的样本不保留）至当前之间的时间"),
            );
            return Err(RecordingError::Invalid(vec![FieldFault::new(field, from, expected)]));
        }
        Ok(Some(from.millis()))
    }
}

/// The names of the rules that are to be back-filled.
fn chosen(text: &RuleText, wish: &BackfillWish) -> Result<Vec<String>, RecordingError> {
    let file = groups::read(&text.content).map_err(RecordingError::Invalid)?;
    let invalid = |field: &str, found: &str, expected: Text| {
        Err(RecordingError::Invalid(vec![FieldFault::new(field, found, expected)]))
    };
    let Some(group) = file.groups.iter().find(|group| group.name == wish.group) else {
        let names: Vec<&str> = file.groups.iter().map(|group| group.name.as_str()).collect();
        return invalid("group", &wish.group, Text::same(names.join(", ")));
    };
    let mut recording: Vec<String> =
        group.rules.iter().filter(|rule| rule.is_recording()).map(|r| r.name.clone()).collect();
    recording.sort();
    recording.dedup();
    let unknown = wish.rules.iter().find(|rule| !recording.contains(rule));
    if let Some(unknown) = unknown {
        return invalid("rules", unknown, Text::same(recording.join(", ")));
    }
    if recording.is_empty() {
        let expected = Text::new("a group with recording rules", "含记录规则的规则组");
        return invalid("group", &wish.group, expected);
    }
    if !wish.rules.is_empty() {
        recording.retain(|rule| wish.rules.contains(rule));
    }
    Ok(recording)
}
