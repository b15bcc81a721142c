use std::collections::BTreeSet;

use db::Tx;
use journal::Entry;
use kernel::{Caller, Place, Text, Time};
use resources::{RESOURCE_READ, Resource, ResourceId, ResourceSearch, Sort};

use super::{Clients, campaigns::wrong_state, permitted};
use crate::{
    ClientsError,
    model::{
        campaign::{Campaign, CampaignId, CampaignState, MACHINES_MAX, MachineChoice},
        fact::{CampaignCancelled, CampaignFinished, CampaignStarted, Event, Told},
        machine::{Machine, MachineState, MachineTicket},
        permission::CAMPAIGN_CHANGE,
    },
    store,
};

/// Resources that are read at once.
const BATCH: u32 = 500;

impl Clients {
    /// Freezes the machines of version `version` of a campaign as they are now, and sets it going.
    ///
    /// Errors: [`ClientsError::NotFound`], [`ClientsError::Forbidden`], [`ClientsError::Stale`],
    /// [`ClientsError::Invalid`], [`ClientsError::Conflict`].
    pub(crate) async fn start(
        &self,
        caller: &Caller,
        (id, version): (CampaignId, i64),
    ) -> Result<Campaign, ClientsError> {
        let found = store::campaigns::find(self.db().reader(), id).await?;
        let campaign = permitted(caller, CAMPAIGN_CHANGE, (id, found))?;
        let machines = self.chosen(caller, &campaign.draft.machines).await?;
        if machines.is_empty() {
            return Err(ClientsError::conflict(
                "no-machines",
                "no machine matches that you see",
                "没有匹配到您可见范围内的终端",
            ));
        }
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, caller, (id, version)).await?;
        if before.state != CampaignState::Planned {
            return Err(wrong_state(&before));
        }
        for resource in &machines {
            store::machines::insert(&mut tx, &fresh(id, resource)).await?;
        }
        let after = Campaign {
            state: CampaignState::Running,
            version: version + 1,
            changed_at: now,
            started_at: Some(now),
            ..before
        };
        store::campaigns::update(&mut tx, &after).await?;
        let told = Told::<CampaignStarted>::of(&after).with("machines", machines.len());
        journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Ends version `version` of a campaign of whose machines none is still to be done.
    ///
    /// Errors: [`ClientsError::NotFound`], [`ClientsError::Forbidden`], [`ClientsError::Stale`],
    /// [`ClientsError::Conflict`].
    pub(crate) async fn finish(
        &self,
        caller: &Caller,
        (id, version): (CampaignId, i64),
    ) -> Result<Campaign, ClientsError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, caller, (id, version)).await?;
        if before.state != CampaignState::Running {
            return Err(wrong_state(&before));
        }
        let dialect = self.db().dialect();
        let counts = store::machines::counts(tx.connection(), dialect, &[id]).await?;
        let counts = counts.get(&id).copied().unwrap_or_default();
        if counts.left() > 0 {
            let left = counts.left();
            return Err(ClientsError::conflict(
                "machines-left",
                format!("{left} machines are still to be done: do them, or skip them"),
                format!("还有 {left} 台终端未处理：请处理或跳过"),
            ));
        }
        let told = |after: &Campaign| {
            Told::<CampaignFinished>::of(after)
                .with("done", counts.done)
                .with("failed", counts.failed)
                .with("skipped", counts.skipped)
        };
        let after = end(&mut tx, (caller, now), (before, CampaignState::Finished), told).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Gives up version `version` of a campaign; what was said of its machines stays.
    ///
    /// Errors: [`ClientsError::NotFound`], [`ClientsError::Forbidden`], [`ClientsError::Stale`],
    /// [`ClientsError::Conflict`].
    pub(crate) async fn cancel(
        &self,
        caller: &Caller,
        (id, version): (CampaignId, i64),
    ) -> Result<Campaign, ClientsError> {
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, caller, (id, version)).await?;
        if before.state.is_over() {
            return Err(wrong_state(&before));
        }
        let told = Told::<CampaignCancelled>::of;
        let after = end(&mut tx, (caller, now), (before, CampaignState::Cancelled), told).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// The campaign within a change of its version `version` by somebody who may make it.
    async fn still(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (id, version): (CampaignId, i64),
    ) -> Result<Campaign, ClientsError> {
        let found = store::campaigns::find(tx.connection(), id).await?;
        let campaign = permitted(caller, CAMPAIGN_CHANGE, (id, found))?;
        if campaign.version == version { Ok(campaign) } else { Err(ClientsError::Stale) }
    }

    /// The machines that are meant, as far as the caller sees them and they are in use.
    async fn chosen(
        &self,
        caller: &Caller,
        chosen: &MachineChoice,
    ) -> Result<Vec<Resource>, ClientsError> {
        match chosen {
            MachineChoice::Resources(ids) => self.listed(caller, ids).await,
            MachineChoice::Filter(text) => self.matching(caller, text).await,
        }
    }

    async fn matching(&self, caller: &Caller, text: &str) -> Result<Vec<Resource>, ClientsError> {
        let (filter, sort) = (Some(text.to_owned()), Some(Sort::Id));
        let search = ResourceSearch { filter, sort, ..ResourceSearch::default() };
        let (mut machines, mut after) = (Vec::new(), None);
        loop {
            let after_key: Option<String> = after;
            let resources = &self.parts.resources;
            let page = resources.find(caller, &search, after_key.as_deref(), BATCH).await?;
            machines.extend(page.items);
            if machines.len() > MACHINES_MAX {
                return Err(ClientsError::conflict(
                    "too-many-machines",
                    format!("more than {MACHINES_MAX} machines match: narrow the filter"),
                    format!("匹配的终端超过 {MACHINES_MAX} 台，请缩小筛选范围"),
                ));
            }
            after = page.next;
            if after.is_none() {
                return Ok(machines);
            }
        }
    }

    /// The resources of a list, each once.
    ///
    /// Errors: [`ClientsError::Invalid`] naming those that are not there for the caller, or not in
    /// use any more.
    pub(super) async fn listed(
        &self,
        caller: &Caller,
        ids: &[ResourceId],
    ) -> Result<Vec<Resource>, ClientsError> {
        let once: Vec<ResourceId> =
            ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let found = self.parts.resources.get_many(&once).await?;
        let here: Vec<Resource> = found.into_iter().filter(|one| is_here(caller, one)).collect();
        let known: BTreeSet<ResourceId> = here.iter().map(|one| one.id).collect();
        match ids.iter().enumerate().find(|(_, id)| !known.contains(id)) {
            None => Ok(here),
            Some((at, id)) => {
                let expected = Text::new("a resource in use that you see", "您可见的在用资源");
                let field = format!("machines.resources[{at}]");
                Err(ClientsError::field(&field, id, expected))
            }
        }
    }
}

/// Whether a resource is in use, and the caller sees it.
pub(super) fn is_here(caller: &Caller, resource: &Resource) -> bool {
    let id = resource.id.to_string();
    let place = Place {
        resource_id: Some(&id),
        unit_id: resource.unit_id.as_deref(),
        region_id: resource.region_id.as_deref(),
    };
    resource.retired_at.is_none() && caller.may_at(RESOURCE_READ, &place)
}

fn fresh(campaign_id: CampaignId, resource: &Resource) -> Machine {
    Machine {
        campaign_id,
        resource_id: resource.id,
        name: resource.name.clone(),
        state: MachineState::Planned,
        reason: String::new(),
        said: None,
        version: 1,
        ticket: MachineTicket::None,
    }
}

/// Ends a campaign, and says what `told` does.
async fn end<E: Event>(
    tx: &mut Tx,
    (caller, now): (&Caller, Time),
    (before, state): (Campaign, CampaignState),
    told: impl FnOnce(&Campaign) -> Told<E>,
) -> Result<Campaign, ClientsError> {
    let version = before.version + 1;
    let after = Campaign { state, version, changed_at: now, ended_at: Some(now), ..before };
    store::campaigns::update(tx, &after).await?;
    journal::append(tx, Entry::new(caller, now, &told(&after))).await?;
    Ok(after)
}
