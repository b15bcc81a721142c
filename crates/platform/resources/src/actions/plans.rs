use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Id, Text};

use super::carry_out::all_made;
use crate::{
    Plan, PlanApplied, PlanApproved, PlanChanged, PlanCreated, PlanDraft, PlanId, PlanLine,
    PlanRejected, PlanState, PlanSubmitted, PlanWithdrawn, PlannedChange, RESOURCE_APPROVE,
    Resources, ResourcesError, Signatory, StagingError, Step,
    model::{checked_draft, payload_hash},
    plans::{PlanSight, changes_text, may_refuse, plan_sight, shown_plan},
    register::{permit, sees},
    store,
};

/// What somebody says of a plan that waits for consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanDecision {
    /// It may be carried out.
    Approve,
    /// It may not.
    Reject,
}

impl Resources {
    /// Writes a plan.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`; `ResourceNotFound` for a resource in
    /// it that the caller does not see.
    pub async fn create_plan(
        &self,
        caller: &Caller,
        draft: PlanDraft,
    ) -> Result<Plan, ResourcesError> {
        checked_draft(&draft)?;
        let mut tx = self.begin(caller).await?;
        self.check_seen(&mut tx, caller, &draft).await?;
        let now = self.clock.now();
        let plan = Plan {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            title: draft.title.trim().to_owned(),
            description: draft.description,
            state: PlanState::Draft,
            changes: draft.changes,
            author: Signatory::of(caller),
            submitted: None,
            places: Vec::new(),
            changes_hidden: 0,
            payload_hash: None,
            decided: None,
            note: String::new(),
            applied_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        store::insert_plan(tx.connection(), &plan, &changes_text(&plan)?).await?;
        let fact = PlanCreated(PlanLine::of(&plan));
        journal::append(&mut tx, Entry::new(caller, now, &fact).after(&plan)).await?;
        tx.commit().await?;
        Ok(plan)
    }

    /// Writes a plan that is a draft or was rejected anew.
    ///
    /// Errors: as [`Self::create_plan`]; `StagingError::PlanNotFound`, `WrongPlanState`;
    /// [`ResourcesError::VersionDiffers`].
    pub async fn change_plan(
        &self,
        caller: &Caller,
        id: PlanId,
        version: i64,
        draft: PlanDraft,
    ) -> Result<Plan, ResourcesError> {
        checked_draft(&draft)?;
        let mut tx = self.begin(caller).await?;
        let before = self.plan_in(&mut tx, caller, id, version, PlanState::Draft).await?;
        self.check_seen(&mut tx, caller, &draft).await?;
        let after = Plan {
            title: draft.title.trim().to_owned(),
            description: draft.description,
            changes: draft.changes,
            // Whoever wrote what is in it now: they do not consent to it.
            author: Signatory::of(caller),
            state: PlanState::Draft,
            submitted: None,
            places: Vec::new(),
            payload_hash: None,
            decided: None,
            note: String::new(),
            ..before.clone()
        };
        let after = self.save_plan(&mut tx, after).await?;
        let fact = PlanChanged(PlanLine::of(&after));
        let entry = Entry::new(caller, after.updated_at, &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Asks for consent. From now on the changes are fixed by their hash.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `VersionDiffers`, `WrongInput` when the plan is
    /// empty; `StagingError::PlanNotFound`, `WrongPlanState`; `Refused` when a change cannot be
    /// made today.
    pub async fn submit_plan(
        &self,
        caller: &Caller,
        id: PlanId,
        version: i64,
    ) -> Result<Plan, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let before = self.plan_in(&mut tx, caller, id, version, PlanState::Submitted).await?;
        if before.changes.is_empty() {
            let expected = Text::new("at least one change", "至少一项变更");
            return Err(FieldFault::new("changes", "[]", expected).into());
        }
        all_made(&self.try_in(&mut tx, caller, &before).await?)?;
        // What was tried is undone with its transaction.
        drop(tx);
        let mut tx = self.begin(caller).await?;
        let before = self.plan_in(&mut tx, caller, id, version, PlanState::Submitted).await?;
        let now = self.clock.now();
        let kept = store::plan_changes(tx.connection(), id).await?;
        let after = Plan {
            state: PlanState::Submitted,
            submitted: Some((Signatory::of(caller), now)),
            places: self.places_of_plan(&mut tx, &before).await?,
            payload_hash: Some(payload_hash(&kept)),
            ..before.clone()
        };
        let after = self.save_plan(&mut tx, after).await?;
        let fact = PlanSubmitted(PlanLine::of(&after));
        journal::append(&mut tx, Entry::new(caller, after.updated_at, &fact)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Consents to a plan, or refuses it. Nobody decides about a plan that they wrote or submitted
    /// (S12). Who may consent where its things belonged when it was submitted can refuse it also
    /// when they have moved away.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `VersionDiffers`; `StagingError::PlanNotFound`,
    /// `WrongPlanState`, `OwnPlan`, `PayloadChanged`.
    pub async fn decide_plan(
        &self,
        caller: &Caller,
        id: PlanId,
        version: i64,
        decision: PlanDecision,
        note: &str,
    ) -> Result<Plan, ResourcesError> {
        if !caller.may(RESOURCE_APPROVE) {
            return Err(ResourcesError::NotAllowed(RESOURCE_APPROVE));
        }
        if note.chars().count() > 2000 {
            let expected = Text::new("at most 2000 characters", "不超过 2000 个字符");
            return Err(FieldFault::new("note", note, expected).into());
        }
        let state = match decision {
            PlanDecision::Approve => PlanState::Approved,
            PlanDecision::Reject => PlanState::Rejected,
        };
        let mut tx = self.db.begin().await?;
        let (before, sight) = self.plan_for(&mut tx, caller, (id, version), state).await?;
        let decider = Signatory::of(caller);
        let submitter = before.submitted.as_ref().map(|(signatory, _)| &signatory.id);
        if before.author.id == decider.id || submitter == Some(&decider.id) {
            return Err(StagingError::OwnPlan { title: before.title }.into());
        }
        match (decision, sight) {
            (PlanDecision::Reject, PlanSight::Part) => {}
            (PlanDecision::Reject, PlanSight::Whole) => {
                permit_refusal(&mut tx, caller, &before).await?;
            }
            (PlanDecision::Approve, PlanSight::Part) => {
                return Err(ResourcesError::OutOfScope(RESOURCE_APPROVE, Vec::new()));
            }
            (PlanDecision::Approve, PlanSight::Whole) => {
                self.permit_consent(&mut tx, caller, &before).await?;
            }
        }
        same_payload(&mut tx, &before).await?;
        let decided = Some((decider, self.clock.now()));
        let after = Plan { state, decided, note: note.trim().to_owned(), ..before };
        let after = self.save_plan(&mut tx, after).await?;
        let line = PlanLine::of(&after);
        match decision {
            PlanDecision::Approve => {
                let fact = PlanApproved(line);
                journal::append(&mut tx, Entry::new(caller, after.updated_at, &fact)).await?;
            }
            PlanDecision::Reject => {
                let fact = PlanRejected(line);
                journal::append(&mut tx, Entry::new(caller, after.updated_at, &fact)).await?;
            }
        }
        let shown = shown_plan(tx.connection(), caller, after, sight).await?;
        tx.commit().await?;
        Ok(shown)
    }

    /// Gives a plan up that is not carried out yet.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `VersionDiffers`; `StagingError::PlanNotFound`,
    /// `WrongPlanState`.
    pub async fn withdraw_plan(
        &self,
        caller: &Caller,
        id: PlanId,
        version: i64,
    ) -> Result<Plan, ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let before = self.plan_in(&mut tx, caller, id, version, PlanState::Withdrawn).await?;
        let after = self.save_plan(&mut tx, Plan { state: PlanState::Withdrawn, ..before }).await?;
        let fact = PlanWithdrawn(PlanLine::of(&after));
        journal::append(&mut tx, Entry::new(caller, after.updated_at, &fact)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Carries an approved plan out: all of it, in one transaction, if it still is what was
    /// submitted.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `VersionDiffers`; `StagingError::PlanNotFound`,
    /// `WrongPlanState`, `PayloadChanged`, `Refused` naming what can no longer be done.
    pub async fn apply_plan(
        &self,
        caller: &Caller,
        id: PlanId,
        version: i64,
    ) -> Result<(Plan, Vec<Step>), ResourcesError> {
        let mut tx = self.begin(caller).await?;
        let before = self.plan_in(&mut tx, caller, id, version, PlanState::Applied).await?;
        same_payload(&mut tx, &before).await?;
        let applied_at = Some(self.clock.now());
        let after = Plan { state: PlanState::Applied, applied_at, ..before };
        let after = self.save_plan(&mut tx, after).await?;
        let fact = PlanApplied(PlanLine::of(&after));
        let entry = Entry::new(caller, after.updated_at, &fact);
        let cause = Cause(Some(journal::append(&mut tx, entry).await?));
        let steps = self.carry_out_in(&mut tx, caller, cause, &after.changes).await?;
        all_made(&steps)?;
        tx.commit().await?;
        Ok((after, steps))
    }

    /// What each change of a plan would do now. Nothing is changed.
    ///
    /// Errors: [`ResourcesError::NotAllowed`]; `StagingError::PlanNotFound`.
    pub async fn preview_plan(
        &self,
        caller: &Caller,
        id: PlanId,
    ) -> Result<Vec<Step>, ResourcesError> {
        permit(caller)?;
        let mut tx = self.begin(caller).await?;
        let found = store::load_plan(tx.connection(), id).await?;
        let plan = found.ok_or(StagingError::PlanNotFound { id })?;
        let hindsight = self.hindsight().await?;
        match plan_sight(tx.connection(), caller, &plan, &hindsight).await? {
            Some(PlanSight::Whole) => self.try_in(&mut tx, caller, &plan).await,
            _ => Err(StagingError::PlanNotFound { id }.into()),
        }
    }

    /// Makes the changes in a transaction that is not committed.
    async fn try_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        plan: &Plan,
    ) -> Result<Vec<Step>, ResourcesError> {
        self.carry_out_in(tx, caller, Cause::default(), &plan.changes).await
    }

    /// The plan, if it is at that version and may become that.
    async fn plan_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: PlanId,
        version: i64,
        to: PlanState,
    ) -> Result<Plan, ResourcesError> {
        match self.plan_for(tx, caller, (id, version), to).await? {
            (plan, PlanSight::Whole) => Ok(plan),
            (_, PlanSight::Part) => Err(StagingError::PlanNotFound { id }.into()),
        }
    }

    /// The same for whoever decides about it, with what they see of it.
    async fn plan_for(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (id, version): (PlanId, i64),
        to: PlanState,
    ) -> Result<(Plan, PlanSight), ResourcesError> {
        let found = store::load_plan(tx.connection(), id).await?;
        let plan = found.ok_or(StagingError::PlanNotFound { id })?;
        let hindsight = self.hindsight().await?;
        let sight = plan_sight(tx.connection(), caller, &plan, &hindsight).await?;
        let Some(sight) = sight else {
            return Err(StagingError::PlanNotFound { id }.into());
        };
        if plan.version != version {
            let (expected, found) = (version, plan.version);
            return Err(ResourcesError::VersionDiffers { expected, found });
        }
        if !plan.state.may_become(to) {
            let (title, from) = (plan.title, plan.state);
            return Err(StagingError::WrongPlanState { title, from, to }.into());
        }
        Ok((plan, sight))
    }

    async fn save_plan(&self, tx: &mut Tx, plan: Plan) -> Result<Plan, ResourcesError> {
        let expected = plan.version;
        let plan = Plan { version: plan.version + 1, updated_at: self.clock.now(), ..plan };
        // Only a draft is written anew: what consent was asked for stays to the letter.
        let changes = match plan.state {
            PlanState::Draft => changes_text(&plan)?,
            _ => store::plan_changes(tx.connection(), plan.id).await?,
        };
        if store::update_plan(tx.connection(), &plan, &changes).await? {
            return Ok(plan);
        }
        Err(ResourcesError::VersionDiffers { expected, found: plan.version })
    }

    /// Nobody plans for what they do not see.
    async fn check_seen(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        draft: &PlanDraft,
    ) -> Result<(), ResourcesError> {
        let ids: Vec<_> = draft.changes.iter().flat_map(PlannedChange::resources).collect();
        let found = store::load_resources(tx.connection(), &ids).await?;
        let seen = |id| found.iter().any(|one| one.id == id && sees(caller, one));
        match ids.into_iter().find(|id| !seen(*id)) {
            Some(id) => Err(ResourcesError::ResourceNotFound { id }),
            None => Ok(()),
        }
    }
}

/// Errors: [`ResourcesError::OutOfScope`] unless the caller may consent in the place of each thing,
/// today's or that of when the plan was submitted.
async fn permit_refusal(tx: &mut Tx, caller: &Caller, plan: &Plan) -> Result<(), ResourcesError> {
    match may_refuse(tx.connection(), caller, plan).await? {
        true => Ok(()),
        false => Err(ResourcesError::OutOfScope(RESOURCE_APPROVE, Vec::new())),
    }
}

/// Errors: [`StagingError::PayloadChanged`] when the changes are not those that were submitted.
async fn same_payload(tx: &mut Tx, plan: &Plan) -> Result<(), ResourcesError> {
    let kept = store::plan_changes(tx.connection(), plan.id).await?;
    if plan.payload_hash.as_deref() == Some(&payload_hash(&kept)) {
        return Ok(());
    }
    Err(StagingError::PayloadChanged { title: plan.title.clone() }.into())
}
