use std::collections::{BTreeMap, BTreeSet};

use directory::PostId;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Page, PageOf, Text, Time};
use resources::{ResourceId, ResourcesError};

use super::{Duty, holds, none_wrong, reads::checked_times, round_jobs::date_in};
use crate::{
    DutyError,
    model::{
        fact::Told,
        inspection::{Doer, Inspection, InspectionDraft, InspectionId},
        inspection_fact::{InspectionChanged, InspectionCreated, InspectionRetired},
        permission::{INSPECTION_CHANGE, INSPECTION_READ},
        roster::RosterId,
        round::{Found, RoundState},
    },
    store::{self, inspections::INSPECTIONS_MAX},
};

/// Rows of figures: each plan in each state, and then some that were given up.
const FIGURES_MAX: u32 = 4 * 2 * INSPECTIONS_MAX;

/// How the rounds of a plan went.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    pub(crate) inspection_id: Option<InspectionId>,
    pub(crate) name: String,
    pub(crate) due: i64,
    pub(crate) started: i64,
    pub(crate) finished: i64,
    pub(crate) missed: i64,
    pub(crate) abnormal: i64,
}

/// What was found at an item, and what the item says now; none: the plan has it no more.
pub(crate) struct OfItem {
    pub(crate) found: PageOf<Found>,
    pub(crate) names: std::collections::HashMap<directory::PersonId, String>,
}

impl Duty {
    /// The plans of inspections that the caller sees, in the order they were made.
    pub(crate) async fn inspections(&self, caller: &Caller) -> Result<Vec<Inspection>, DutyError> {
        let mut all = store::inspections::all(self.db().reader()).await?;
        all.retain(|one| holds(caller, INSPECTION_READ, one.draft.unit_id));
        Ok(all)
    }

    /// The plan of that id, if the caller sees it; also one that was given up.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn inspection(
        &self,
        caller: &Caller,
        id: InspectionId,
    ) -> Result<Inspection, DutyError> {
        let found = store::inspections::find(self.db().reader(), id).await?;
        let found = found.filter(|one| holds(caller, INSPECTION_READ, one.draft.unit_id));
        found.ok_or_else(|| no_inspection(id))
    }

    /// Makes a plan; its rounds follow by themselves.
    ///
    /// Errors: [`DutyError::Forbidden`], [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn create_inspection(
        &self,
        caller: &Caller,
        draft: InspectionDraft,
    ) -> Result<Inspection, DutyError> {
        none_wrong(draft.faults())?;
        if !holds(caller, INSPECTION_CHANGE, draft.unit_id) {
            return Err(DutyError::Forbidden(INSPECTION_CHANGE));
        }
        none_wrong(self.unknown_in_inspection(caller, &draft, None).await?)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        if store::inspections::all(tx.connection()).await?.len() >= INSPECTIONS_MAX as usize {
            return Err(DutyError::conflict(
                "too-many-inspections",
                format!("there are {INSPECTIONS_MAX} plans already; give one up first"),
                format!("巡检计划已达上限 {INSPECTIONS_MAX} 个，请先停用一个"),
            ));
        }
        let made_until = date_in(&draft.schedule, now)?.yesterday();
        let one = Inspection {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            made_until: made_until.map_err(|_| calendar::CalendarError::OutOfRange)?,
            draft,
            version: 1,
            retired: false,
            created_at: now,
            changed_at: now,
        };
        store::inspections::insert(&mut tx, &one).await?;
        let one = self.make_rounds_of(&mut tx, one, now).await?;
        let told = Told::<InspectionCreated>::of(one.id, one.draft.name.clone())
            .with("unit_id", one.draft.unit_id);
        journal::append(&mut tx, Entry::new(caller, now, &told).after(&one.draft)).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Changes version `version` of a plan. Rounds whose time has come stay as they were made;
    /// those ahead are made anew.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`],
    /// [`DutyError::Invalid`].
    pub(crate) async fn change_inspection(
        &self,
        caller: &Caller,
        (id, version): (InspectionId, i64),
        draft: InspectionDraft,
    ) -> Result<Inspection, DutyError> {
        none_wrong(draft.faults())?;
        if !holds(caller, INSPECTION_CHANGE, draft.unit_id) {
            return Err(DutyError::Forbidden(INSPECTION_CHANGE));
        }
        let named = self.inspection(caller, id).await?.draft;
        none_wrong(self.unknown_in_inspection(caller, &draft, Some(&named)).await?)?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.inspection_to_change(tx.connection(), caller, (id, version)).await?;
        if draft == before.draft {
            return Ok(before);
        }
        store::rounds::delete_ahead(&mut tx, id, now).await?;
        let yesterday = date_in(&draft.schedule, now)?.yesterday();
        let changed = Inspection {
            made_until: yesterday.map_err(|_| calendar::CalendarError::OutOfRange)?,
            draft,
            version: version + 1,
            changed_at: now,
            ..before.clone()
        };
        let changed = self.make_rounds_of(&mut tx, changed, now).await?;
        let told = Told::<InspectionChanged>::of(id, changed.draft.name.clone());
        let entry = Entry::new(caller, now, &told).before(&before.draft).after(&changed.draft);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Gives version `version` of a plan up: rounds ahead are gone, what was found stays.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Forbidden`], [`DutyError::Stale`].
    pub(crate) async fn retire_inspection(
        &self,
        caller: &Caller,
        (id, version): (InspectionId, i64),
    ) -> Result<(), DutyError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.inspection_to_change(tx.connection(), caller, (id, version)).await?;
        let name = before.draft.name.clone();
        let retired = Inspection { retired: true, version: version + 1, changed_at: now, ..before };
        store::inspections::update(&mut tx, &retired).await?;
        store::rounds::delete_ahead(&mut tx, id, now).await?;
        let told = Told::<InspectionRetired>::of(id, name);
        journal::append(&mut tx, Entry::new(caller, now, &told).before(&retired.draft)).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn inspection_to_change(
        &self,
        connection: &mut sqlx::AnyConnection,
        caller: &Caller,
        (id, version): (InspectionId, i64),
    ) -> Result<Inspection, DutyError> {
        let found = store::inspections::find(connection, id).await?;
        let one = found.filter(|one| !one.retired).ok_or_else(|| no_inspection(id))?;
        if !holds(caller, INSPECTION_CHANGE, one.draft.unit_id) {
            let sees = holds(caller, INSPECTION_READ, one.draft.unit_id);
            let refused = DutyError::Forbidden(INSPECTION_CHANGE);
            return Err(if sees { refused } else { no_inspection(id) });
        }
        if one.version != version { Err(DutyError::Stale) } else { Ok(one) }
    }

    /// What was found at an item of a plan, the newest first.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn found_at(
        &self,
        caller: &Caller,
        (id, item): (InspectionId, &str),
        page: &Page,
    ) -> Result<OfItem, DutyError> {
        self.inspection(caller, id).await?;
        let before = page.after.as_deref().and_then(|after| after.parse().ok());
        let before = before.unwrap_or(i64::MAX);
        let reader = self.db().reader();
        let found = store::found::of_item(reader, (id, item), before, page.limit + 1).await?;
        let names = self.names(found.iter().map(|one| one.person_id).collect()).await?;
        let key = |one: &Found| one.received_at.micros().to_string();
        Ok(OfItem { found: PageOf::from_fetched(found, page.limit, key), names })
    }

    /// How the rounds that begin from–to went, of each plan that the caller sees.
    ///
    /// Errors: [`DutyError::Invalid`].
    pub(crate) async fn inspection_figures(
        &self,
        caller: &Caller,
        times: (Time, Time),
    ) -> Result<Vec<Counted>, DutyError> {
        checked_times(times)?;
        let mut of_plan: BTreeMap<InspectionId, Counted> = BTreeMap::new();
        let reader = self.db().reader();
        for (id, state, rounds) in store::rounds::counts(reader, times, FIGURES_MAX).await? {
            let row = of_plan.entry(id).or_default();
            match state {
                RoundState::Due => row.due = rounds,
                RoundState::Started => row.started = rounds,
                RoundState::Finished => row.finished = rounds,
                RoundState::Missed => row.missed = rounds,
            }
        }
        for (id, items) in store::rounds::abnormal(reader, times, FIGURES_MAX).await? {
            of_plan.entry(id).or_default().abnormal = items;
        }
        let mut rows = Vec::new();
        for (id, row) in of_plan {
            match self.inspection(caller, id).await {
                Ok(one) => {
                    rows.push(Counted { inspection_id: Some(id), name: one.draft.name, ..row });
                }
                Err(DutyError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }

    /// Faults for the unit, the roster, the post and the resources that a plan names and that are
    /// not there for the caller. What was named before may have gone out of sight since.
    async fn unknown_in_inspection(
        &self,
        caller: &Caller,
        draft: &InspectionDraft,
        before: Option<&InspectionDraft>,
    ) -> Result<Vec<FieldFault>, DutyError> {
        let mut faults = Vec::new();
        let trees = self.parts.directory.trees().await?;
        if trees.unit(&draft.unit_id.to_string()).is_none() {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            faults.push(FieldFault::new("unit_id", draft.unit_id, expected));
        }
        faults.extend(match before.is_some_and(|before| before.by == draft.by) {
            true => self.unknown_doer(&draft.by).await?,
            false => self.unseen_doer(caller, &draft.by).await?,
        });
        let items = before.map(|before| before.items.iter()).unwrap_or_default();
        let named: BTreeSet<ResourceId> = items.filter_map(|item| item.resource_id).collect();
        for (at, item) in draft.items.iter().enumerate() {
            let Some(id) = item.resource_id.filter(|id| !named.contains(id)) else { continue };
            let seen = match &self.means {
                Some(means) => match means.resources.get_seen(caller, id).await {
                    Ok(_) => true,
                    Err(ResourcesError::ResourceNotFound { .. }) => false,
                    Err(error) => return Err(kernel::Fault::from(error).into()),
                },
                None => false,
            };
            if !seen {
                let expected = Text::new("a resource that you see", "您可见的资源");
                faults.push(FieldFault::new(format!("items[{at}].resource_id"), id, expected));
            }
        }
        Ok(faults)
    }

    /// What is wrong with who is to do the rounds, for whoever says so.
    async fn unseen_doer(
        &self,
        caller: &Caller,
        by: &Doer,
    ) -> Result<Option<FieldFault>, DutyError> {
        if let Some(id) = by.roster_id {
            match self.roster(caller, id).await {
                Ok(_) => {}
                Err(DutyError::NotFound { .. }) => return Ok(Some(no_doing_roster(id))),
                Err(error) => return Err(error),
            }
        }
        if let Some(id) = by.post_id
            && !self.has_post(caller, id, false).await?
        {
            return Ok(Some(no_doing_post(id)));
        }
        self.unknown_doer(by).await
    }

    /// What is wrong with who is to do the rounds.
    pub(crate) async fn unknown_doer(&self, by: &Doer) -> Result<Option<FieldFault>, DutyError> {
        if let Some(id) = by.roster_id {
            let found = store::rosters::find(self.db().reader(), id).await?;
            let Some(roster) = found.filter(|roster| !roster.retired) else {
                return Ok(Some(no_doing_roster(id)));
            };
            let position = by.position.as_ref();
            if let Some(key) = position.filter(|key| roster.draft.position(key).is_none()) {
                let expected = Text::new("the key of a position of the roster", "该排班的岗位标识");
                return Ok(Some(FieldFault::new("by.position", key, expected)));
            }
        }
        if let Some(id) = by.post_id
            && self.parts.directory.post_at(id, self.now()).await?.is_none()
        {
            return Ok(Some(no_doing_post(id)));
        }
        Ok(None)
    }
}

fn no_doing_roster(id: RosterId) -> FieldFault {
    let expected = Text::new("a roster that is in use", "在用的排班");
    FieldFault::new("by.roster_id", id, expected)
}

fn no_doing_post(id: PostId) -> FieldFault {
    FieldFault::new("by.post_id", id, Text::new("a post of the directory", "组织目录中的岗位"))
}

/// No such plan.
pub(super) fn no_inspection(id: InspectionId) -> DutyError {
    DutyError::not_found("inspection plan", "巡检计划", id)
}
