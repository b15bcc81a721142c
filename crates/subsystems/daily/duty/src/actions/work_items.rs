use db::Tx;
use jiff::civil::Date;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Page, PageOf, Scope, Text, Time};

use super::{Duty, checked_reason, ground::note, holds, none_wrong};
use crate::{
    DutyError,
    model::{
        fact::Told,
        permission::{WORK_PLAN_CHANGE, WORK_PLAN_READ},
        plan::stamp,
        work_fact::{WorkItemCarried, WorkItemChanged, WorkItemCreated},
        work_item::{Period, WorkItem, WorkItemDraft, WorkItemId, WorkState, carried},
    },
    store::{self, work_items::WorkFilter},
};

/// Items that are carried over at once.
const AT_ONCE: u32 = 200;

/// How far an item is said to be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    pub(crate) state: WorkState,
    pub(crate) progress: u8,
}

impl Duty {
    /// The items that match and that the caller sees, in the order they were made.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn work_items(
        &self,
        caller: &Caller,
        filter: &WorkFilter,
        page: &Page,
    ) -> Result<PageOf<WorkItem>, DutyError> {
        let scope = caller.scope(WORK_PLAN_READ);
        let found = store::work_items::list(self.db(), &scope, filter, page).await?;
        Ok(PageOf::from_fetched(found, page.limit, |one| one.id.to_string()))
    }

    /// The caller's own items, in the order they were made; none for who is no person.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn own_work_items(
        &self,
        caller: &Caller,
        filter: WorkFilter,
        page: &Page,
    ) -> Result<PageOf<WorkItem>, DutyError> {
        let Some(owner) = self.person_of(caller).await? else {
            return Ok(PageOf { items: Vec::new(), next: None });
        };
        let filter = WorkFilter { owner: Some(owner), ..filter };
        let found = store::work_items::list(self.db(), &Scope::Everywhere, &filter, page).await?;
        Ok(PageOf::from_fetched(found, page.limit, |one| one.id.to_string()))
    }

    /// The item of that id, for its owner and for who sees the plan it is in.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn work_item(
        &self,
        caller: &Caller,
        id: WorkItemId,
    ) -> Result<WorkItem, DutyError> {
        let found = store::work_items::find(self.db().reader(), id).await?;
        let one = found.ok_or_else(|| no_item(id))?;
        if holds(caller, WORK_PLAN_READ, one.draft.unit_id) {
            return Ok(one);
        }
        let own = self.person_of(caller).await?;
        let owns = own.is_some() && own == one.draft.owner_id;
        if owns { Ok(one) } else { Err(no_item(id)) }
    }

    /// Plans something.
    ///
    /// Errors: [`DutyError::Forbidden`], [`DutyError::Invalid`].
    pub(crate) async fn create_work_item(
        &self,
        caller: &Caller,
        draft: WorkItemDraft,
    ) -> Result<WorkItem, DutyError> {
        self.check_work_item(caller, &draft, None).await?;
        let now = self.now();
        let one = WorkItem {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            draft: draft.in_period(),
            state: WorkState::Open,
            progress: 0,
            came_from: None,
            came_reason: String::new(),
            went_to: None,
            went_reason: String::new(),
            version: 1,
            created_at: now,
            changed_at: now,
        };
        let mut tx = self.db().begin().await?;
        store::work_items::insert(&mut tx, &one).await?;
        let told = Told::<WorkItemCreated>::of(one.id, one.draft.title.clone());
        journal::append(&mut tx, Entry::new(caller, now, &told).after(&one.draft)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Changes what version `version` of an item says, while it is still to be done.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn change_work_item(
        &self,
        caller: &Caller,
        (id, version): (WorkItemId, i64),
        draft: WorkItemDraft,
    ) -> Result<WorkItem, DutyError> {
        let now = self.now();
        let before = store::work_items::find(self.db().reader(), id).await?;
        let before = before.filter(|one| holds(caller, WORK_PLAN_READ, one.draft.unit_id));
        let before = before.ok_or_else(|| no_item(id))?;
        if !holds(caller, WORK_PLAN_CHANGE, before.draft.unit_id) {
            return Err(DutyError::Forbidden(WORK_PLAN_CHANGE));
        }
        self.check_work_item(caller, &draft, Some(&before)).await?;
        let mut tx = self.db().begin().await?;
        let before = still(&mut tx, (id, version)).await?;
        let after = WorkItem {
            draft: draft.in_period(),
            version: version + 1,
            changed_at: now,
            ..before.clone()
        };
        store::work_items::update(&mut tx, &after).await?;
        let told = Told::<WorkItemChanged>::of(id, after.draft.title.clone());
        let entry = Entry::new(caller, now, &told).before(&before.draft).after(&after.draft);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Says how far version `version` of an item is: its owner does, and who may change the plan.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn progress_work_item(
        &self,
        caller: &Caller,
        (id, version): (WorkItemId, i64),
        progress: Progress,
    ) -> Result<WorkItem, DutyError> {
        none_wrong(progress.faults())?;
        let now = self.now();
        let own = self.person_of(caller).await?;
        let mut tx = self.db().begin().await?;
        let before = store::work_items::find(tx.connection(), id).await?;
        let before = before.ok_or_else(|| no_item(id))?;
        let unit = before.draft.unit_id;
        let owns = own.is_some() && own == before.draft.owner_id;
        if !owns && !holds(caller, WORK_PLAN_CHANGE, unit) {
            let sees = holds(caller, WORK_PLAN_READ, unit);
            let refused = DutyError::Forbidden(WORK_PLAN_CHANGE);
            return Err(if sees { refused } else { no_item(id) });
        }
        if before.version != version {
            return Err(DutyError::Stale);
        }
        if before.state == WorkState::Carried {
            return Err(carried_already());
        }
        let done = progress.state == WorkState::Done;
        let after = WorkItem {
            state: progress.state,
            progress: if done { 100 } else { progress.progress },
            version: version + 1,
            changed_at: now,
            ..before.clone()
        };
        store::work_items::update(&mut tx, &after).await?;
        let told = Told::<WorkItemChanged>::of(id, after.draft.title.clone())
            .with("state", after.state)
            .with("progress", after.progress);
        let was = (before.state, before.progress);
        let entry = Entry::new(caller, now, &told);
        journal::append(&mut tx, entry.before(&was).after(&(after.state, after.progress))).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Goes on with version `version` of an item in the next period, and keeps why.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn carry_work_item(
        &self,
        caller: &Caller,
        (id, version): (WorkItemId, i64),
        reason: &str,
    ) -> Result<WorkItem, DutyError> {
        let mut faults = Vec::new();
        checked_reason(reason, &mut faults);
        none_wrong(faults)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let found = store::work_items::find(tx.connection(), id).await?;
        let found = found.filter(|one| holds(caller, WORK_PLAN_READ, one.draft.unit_id));
        let found = found.ok_or_else(|| no_item(id))?;
        if !holds(caller, WORK_PLAN_CHANGE, found.draft.unit_id) {
            return Err(DutyError::Forbidden(WORK_PLAN_CHANGE));
        }
        let old = still(&mut tx, (id, version)).await?;
        let day = old.draft.period.next(old.draft.day);
        let new = self.carry(&mut tx, (caller, now), &old, (day, reason.trim())).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Goes on, in the period that runs now, with what is left of those that are over.
    pub(crate) async fn carry_over(&self) -> Result<u64, DutyError> {
        let (now, system) = (self.now(), Caller::system("duty"));
        let today = stamp(now)?.to_zoned(self.parts.directory.zone().clone()).date();
        let mut done = 0;
        for period in Period::ALL {
            let start = period.start(today);
            let reader = self.db().reader();
            for old in store::work_items::left_before(reader, (period, start), AT_ONCE).await? {
                let mut tx = self.db().begin().await?;
                // Its owner may have been quicker.
                let Ok(old) = still(&mut tx, (old.id, old.version)).await else { continue };
                self.carry(&mut tx, (&system, now), &old, (start, "")).await?;
                tx.commit().await?;
                done += 1;
            }
        }
        Ok(done)
    }

    async fn carry(
        &self,
        tx: &mut Tx,
        (caller, now): (&Caller, Time),
        old: &WorkItem,
        (day, reason): (Date, &str),
    ) -> Result<WorkItem, DutyError> {
        let id = Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref());
        let new = carried(old, id, (day, reason), now);
        store::work_items::insert(tx, &new).await?;
        let left = WorkItem {
            state: WorkState::Carried,
            went_to: Some(id),
            went_reason: reason.to_owned(),
            version: old.version + 1,
            changed_at: now,
            ..old.clone()
        };
        store::work_items::update(tx, &left).await?;
        let told = Told::<WorkItemCarried>::of(old.id, old.draft.title.clone())
            .with("to", id)
            .with("from_day", old.draft.day.to_string())
            .with("to_day", new.draft.day.to_string());
        note(tx, (caller, now), told).await?;
        Ok(new)
    }

    async fn check_work_item(
        &self,
        caller: &Caller,
        draft: &WorkItemDraft,
        before: Option<&WorkItem>,
    ) -> Result<(), DutyError> {
        none_wrong(draft.faults())?;
        if !holds(caller, WORK_PLAN_CHANGE, draft.unit_id) {
            return Err(DutyError::Forbidden(WORK_PLAN_CHANGE));
        }
        let trees = self.parts.directory.trees().await?;
        if trees.unit(&draft.unit_id.to_string()).is_none() {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            return Err(DutyError::field("unit_id", draft.unit_id, expected));
        }
        // Who owned it before may have left since.
        let known = before.and_then(|one| one.draft.owner_id);
        match draft.owner_id.filter(|owner| Some(*owner) != known) {
            Some(owner) => self.somebody(caller, WORK_PLAN_READ, ("owner_id", owner)).await,
            None => Ok(()),
        }
    }
}

impl Progress {
    fn faults(self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if self.progress > 100 {
            let expected = Text::new("0 to 100 per cent", "0 至 100（百分比）");
            faults.push(FieldFault::new("progress", self.progress, expected));
        }
        if self.state == WorkState::Carried {
            let expected = Text::same("open, doing, done, dropped");
            faults.push(FieldFault::new("state", self.state.name(), expected));
        }
        faults
    }
}

/// The item as it is, if it is still to be done and in that version.
async fn still(tx: &mut Tx, (id, version): (WorkItemId, i64)) -> Result<WorkItem, DutyError> {
    let found = store::work_items::find(tx.connection(), id).await?;
    let one = found.ok_or_else(|| no_item(id))?;
    if one.version != version {
        return Err(DutyError::Stale);
    }
    match one.state {
        WorkState::Carried => Err(carried_already()),
        state if state.is_left() => Ok(one),
        state => Err(DutyError::conflict(
            "wrong-state",
            format!("the item is {} already", state.name()),
            "该事项已完成或取消",
        )),
    }
}

fn carried_already() -> DutyError {
    DutyError::conflict(
        "wrong-state",
        "the item goes on in the next period already",
        "该事项已结转至下一周期",
    )
}

fn no_item(id: WorkItemId) -> DutyError {
    DutyError::not_found("work item", "工作计划事项", id)
}
