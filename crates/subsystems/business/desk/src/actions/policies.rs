use kernel::{Caller, Id, Text, Time};

use super::{Desk, Occasion, Row, none_wrong};
use crate::{
    DeskError,
    model::{
        fact::{PolicyChanged, PolicyCreated, PolicyRetired, Told},
        policy::{Policy, PolicyDraft, PolicyId, moment},
        sla::{self, ClockName},
        ticket::Ticket,
    },
    store::{self, policies::POLICIES_MAX, policies::SaidVersion},
};

/// Tickets that are looked at to show what a change means.
const SHOWN_MAX: u32 = 200;
/// Open tickets that a change can take along.
const TAKEN_MAX: u32 = 5_000;

/// What a change of a service level means for an open ticket.
#[derive(Debug, Clone)]
pub(crate) struct PolicyEffect {
    pub(crate) ticket: Ticket,
    /// When its resolution would be due.
    pub(crate) due_at: Option<Time>,
}

/// To which tickets a change of a service level applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To those that are opened from now on: a promise that was made is kept.
    New,
    /// To those that are open, too.
    Open,
}

impl Desk {
    /// All service levels, in the order they were made.
    pub(crate) async fn policies(&self) -> Result<Vec<Policy>, DeskError> {
        Ok(store::policies::all(self.db().reader()).await?)
    }

    /// The service level of that id.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn policy(&self, id: PolicyId) -> Result<Policy, DeskError> {
        let found = store::policies::find(self.db().reader(), id).await?;
        found.ok_or_else(|| no_policy(id))
    }

    /// What a service level said, the newest first.
    ///
    /// Errors: [`DeskError::NotFound`].
    pub(crate) async fn policy_versions(
        &self,
        id: PolicyId,
    ) -> Result<Vec<SaidVersion>, DeskError> {
        self.policy(id).await?;
        Ok(store::policies::versions(self.db().reader(), id).await?)
    }

    /// Makes a service level.
    ///
    /// Errors: [`DeskError::Invalid`], [`DeskError::Conflict`].
    pub(crate) async fn create_policy(
        &self,
        caller: &Caller,
        draft: PolicyDraft,
    ) -> Result<Policy, DeskError> {
        self.checked(&draft)?;
        let mut tx = self.db().begin().await?;
        if store::policies::all(tx.connection()).await?.len() >= POLICIES_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("there are {POLICIES_MAX} service levels already"),
                format!("服务级别已达上限 {POLICIES_MAX} 个"),
            ));
        }
        let occasion = Occasion::new(caller, self.now());
        let policy = self.insert_policy(&mut tx, occasion, draft).await?;
        tx.commit().await?;
        Ok(policy)
    }

    /// Writes a service level in which nothing is wrong.
    pub(super) async fn insert_policy(
        &self,
        tx: &mut db::Tx,
        occasion: Occasion<'_>,
        draft: PolicyDraft,
    ) -> Result<Policy, DeskError> {
        let policy = Policy {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            draft,
            version: 1,
            retired: false,
            changed_at: occasion.now,
        };
        store::policies::put(tx, &policy).await?;
        store::policies::say(tx, &policy, &occasion.caller.actor.name).await?;
        let (id, name) = (policy.id.to_string(), policy.draft.name.en.clone());
        let told = Told::<PolicyCreated>::of(&id, name);
        let row = Row::new(occasion.caller, occasion.now, &told).after(&policy.draft);
        journal::append(tx, row).await?;
        Ok(policy)
    }

    /// Changes version `version` of a service level, for new tickets or for open ones, too.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Stale`], [`DeskError::Invalid`],
    /// [`DeskError::Conflict`] for more open tickets than can be taken along.
    pub(crate) async fn change_policy(
        &self,
        caller: &Caller,
        (id, version): (PolicyId, i64),
        (draft, reach): (PolicyDraft, Reach),
    ) -> Result<Policy, DeskError> {
        self.checked(&draft)?;
        let mut tx = self.db().begin().await?;
        let found = store::policies::find(tx.connection(), id).await?;
        let before = found.filter(|policy| !policy.retired).ok_or_else(|| no_policy(id))?;
        if before.version != version {
            return Err(DeskError::Stale);
        }
        let occasion = Occasion::new(caller, self.now());
        let changed =
            Policy { draft, version: version + 1, changed_at: occasion.now, ..before.clone() };
        store::policies::put(&mut tx, &changed).await?;
        store::policies::say(&mut tx, &changed, &caller.actor.name).await?;
        let taken = match reach {
            Reach::New => 0,
            Reach::Open => self.take_along(&mut tx, occasion, &changed).await?,
        };
        let (key, name) = (id.to_string(), changed.draft.name.en.clone());
        let told = Told::<PolicyChanged>::of(&key, name).with("open_tickets", taken);
        let row = Row::new(caller, occasion.now, &told);
        journal::append(&mut tx, row.before(&before.draft).after(&changed.draft)).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Puts the open tickets of a service level under its newest version.
    async fn take_along(
        &self,
        tx: &mut db::Tx,
        occasion: Occasion<'_>,
        policy: &Policy,
    ) -> Result<usize, DeskError> {
        let open = store::tickets::open_under(tx.connection(), policy.id, TAKEN_MAX + 1).await?;
        if open.len() > TAKEN_MAX as usize {
            return Err(DeskError::conflict(
                "too-many",
                format!("more than {TAKEN_MAX} tickets are open under it: change it for new ones"),
                format!("该服务级别下未结工单超过 {TAKEN_MAX} 张，只能对新工单生效"),
            ));
        }
        for id in &open {
            let scene = self.scene(tx.connection(), *id).await?;
            let policy = Some((policy.id, policy.version));
            let ticket = Ticket { policy, ..scene.ticket };
            self.settle(tx, occasion, ticket, &scene.draft).await?;
        }
        Ok(open.len())
    }

    /// What a change of a service level would mean for the open tickets under it: the first 200.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Invalid`].
    pub(crate) async fn preview_policy(
        &self,
        caller: &Caller,
        id: PolicyId,
        draft: &PolicyDraft,
    ) -> Result<Vec<PolicyEffect>, DeskError> {
        self.checked(draft)?;
        self.policy(id).await?;
        let (calendar, now) = (self.calendars.of(draft)?, self.now());
        let mut connection = self.db().reader().acquire().await?;
        let open = store::tickets::open_under(&mut *connection, id, SHOWN_MAX).await?;
        let mut effects = Vec::new();
        for id in open {
            let scene = self.scene(&mut connection, id).await?;
            if !scene.permits(caller, crate::model::permission::TICKET_READ) {
                continue;
            }
            let given = (&scene.draft, scene.hops.as_slice());
            let facts = self.sla_facts(&mut connection, &scene.ticket, given).await?;
            let readings = sla::readings(&facts, draft, &calendar, now)?;
            let resolution = readings.into_iter().find(|(name, _)| *name == ClockName::Resolution);
            let due_at = resolution.and_then(|(_, reading)| reading.due_at);
            effects.push(PolicyEffect { ticket: scene.ticket, due_at });
        }
        Ok(effects)
    }

    /// Gives version `version` of a service level up: no new ticket gets it; open ones keep it.
    ///
    /// Errors: [`DeskError::NotFound`], [`DeskError::Stale`], [`DeskError::Conflict`] while a type
    /// gives it to new tickets.
    pub(crate) async fn retire_policy(
        &self,
        caller: &Caller,
        (id, version): (PolicyId, i64),
    ) -> Result<(), DeskError> {
        let mut tx = self.db().begin().await?;
        let found = store::policies::find(tx.connection(), id).await?;
        let before = found.filter(|policy| !policy.retired).ok_or_else(|| no_policy(id))?;
        if before.version != version {
            return Err(DeskError::Stale);
        }
        let types = store::types::all(tx.connection()).await?;
        if let Some(user) = types.iter().find(|one| one.draft.policy_id == Some(id)) {
            let name = &user.draft.name;
            return Err(DeskError::conflict(
                "in-use",
                format!("the type “{}” gives it to new tickets", name.en),
                format!("工单类型“{}”正在使用该服务级别", name.zh),
            ));
        }
        let now = self.now();
        let retired = Policy { retired: true, changed_at: now, ..before };
        store::policies::put(&mut tx, &retired).await?;
        let (key, name) = (id.to_string(), retired.draft.name.en.clone());
        let told = Told::<PolicyRetired>::of(&key, name);
        journal::append(&mut tx, Row::new(caller, now, &told).before(&retired.draft)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Nothing is wrong with it, and every target is reached by its calendar.
    fn checked(&self, draft: &PolicyDraft) -> Result<(), DeskError> {
        none_wrong(draft.faults())?;
        let (calendar, now) = (self.calendars.of(draft)?, self.now());
        let each = draft.targets.iter().flat_map(|one| [one.response, one.resolution]);
        for target in each.chain([draft.hop, draft.return_within]).flatten() {
            let reached =
                target.span(now, &calendar).and_then(|span| calendar.due(moment(now)?, span));
            if let Err(error) = reached {
                let expected = Text::new(
                    "hours and days in which the targets can be reached",
                    "能够达到各项时限的工作时段和工作日",
                );
                return Err(DeskError::field("hours", error, expected));
            }
        }
        Ok(())
    }
}

fn no_policy(id: PolicyId) -> DeskError {
    DeskError::not_found("service level", "服务级别", id)
}
