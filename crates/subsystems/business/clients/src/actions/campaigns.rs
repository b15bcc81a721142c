use journal::Entry;
use kernel::{Caller, Fault, Id, Text};

use super::{Clients, holds, none_wrong, permitted};
use crate::{
    ClientsError,
    model::{
        campaign::{Campaign, CampaignDraft, CampaignId, CampaignState, MachineChoice},
        fact::{CampaignChanged, CampaignCreated, Told},
        permission::{CAMPAIGN_CHANGE, CAMPAIGN_READ},
    },
    store,
};

impl Clients {
    /// Plans a campaign.
    ///
    /// Errors: [`ClientsError::Forbidden`], [`ClientsError::Invalid`].
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        draft: CampaignDraft,
    ) -> Result<Campaign, ClientsError> {
        self.check(caller, &draft, None).await?;
        let now = self.now();
        let campaign = Campaign {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            draft,
            state: CampaignState::Planned,
            version: 1,
            created_at: now,
            changed_at: now,
            started_at: None,
            ended_at: None,
        };
        let mut tx = self.db().begin().await?;
        store::campaigns::insert(&mut tx, &campaign).await?;
        let told = Told::<CampaignCreated>::of(&campaign);
        journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        tx.commit().await?;
        Ok(campaign)
    }

    /// Changes what version `version` of a campaign says, until it is over; its machines only
    /// until it is started.
    ///
    /// Errors: [`ClientsError::NotFound`], [`ClientsError::Forbidden`], [`ClientsError::Stale`],
    /// [`ClientsError::Invalid`], [`ClientsError::Conflict`].
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        (id, version): (CampaignId, i64),
        draft: CampaignDraft,
    ) -> Result<Campaign, ClientsError> {
        let found = store::campaigns::find(self.db().reader(), id).await?;
        let before = permitted(caller, CAMPAIGN_CHANGE, (id, found))?;
        self.check(caller, &draft, Some(&before)).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let found = store::campaigns::find(tx.connection(), id).await?;
        let before = permitted(caller, CAMPAIGN_CHANGE, (id, found))?;
        if before.version != version {
            return Err(ClientsError::Stale);
        }
        if before.state.is_over() {
            return Err(wrong_state(&before));
        }
        if before.state == CampaignState::Running && draft.machines != before.draft.machines {
            let expected =
                Text::new("the machines it was started with", "任务启动后终端范围已固定，不能修改");
            return Err(ClientsError::field("machines", "others", expected));
        }
        let fields = changed_fields(&before.draft, &draft);
        let after = Campaign { draft, version: version + 1, changed_at: now, ..before };
        store::campaigns::update(&mut tx, &after).await?;
        let told = Told::<CampaignChanged>::of(&after).with("fields", fields);
        journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        tx.commit().await?;
        Ok(after)
    }

    async fn check(
        &self,
        caller: &Caller,
        draft: &CampaignDraft,
        before: Option<&Campaign>,
    ) -> Result<(), ClientsError> {
        none_wrong(draft.faults())?;
        if !holds(caller, CAMPAIGN_CHANGE, draft.unit_id) {
            return Err(ClientsError::Forbidden(CAMPAIGN_CHANGE));
        }
        let trees = self.parts.directory.trees().await?;
        if trees.unit(&draft.unit_id.to_string()).is_none() {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            return Err(ClientsError::field("unit_id", draft.unit_id, expected));
        }
        self.check_owner(caller, draft, before).await?;
        // What was chosen before may have gone out of sight since.
        if before.is_some_and(|one| one.draft.machines == draft.machines) {
            return Ok(());
        }
        self.check_machines(caller, &draft.machines).await
    }

    async fn check_owner(
        &self,
        caller: &Caller,
        draft: &CampaignDraft,
        before: Option<&Campaign>,
    ) -> Result<(), ClientsError> {
        // Who answered for it before may have left since.
        let known = before.and_then(|one| one.draft.owner_id);
        let Some(owner) = draft.owner_id.filter(|owner| Some(*owner) != known) else {
            return Ok(());
        };
        let directory = &self.parts.directory;
        let named = directory.person_named(caller, CAMPAIGN_READ, owner).await?;
        if named.is_some() || self.person_of(caller).await? == Some(owner) {
            return Ok(());
        }
        let expected =
            Text::new("a person of the directory who has not left", "组织目录中的在职人员");
        Err(ClientsError::field("owner_id", owner, expected))
    }

    async fn check_machines(
        &self,
        caller: &Caller,
        chosen: &MachineChoice,
    ) -> Result<(), ClientsError> {
        match chosen {
            MachineChoice::Filter(text) => {
                let parsed = self.parts.resources.parse_filter(caller, text).await;
                parsed.map_err(|error| in_machines(error.into()))?;
            }
            MachineChoice::Resources(ids) => {
                self.listed(caller, ids).await?;
            }
        }
        Ok(())
    }
}

/// The names of the fields that differ: what people wrote in them is not the journal's.
fn changed_fields(before: &CampaignDraft, after: &CampaignDraft) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("kind", before.kind != after.kind),
        ("unit_id", before.unit_id != after.unit_id),
        ("owner_id", before.owner_id != after.owner_id),
        ("software", before.software != after.software),
        ("software_version", before.software_version != after.software_version),
        ("instructions", before.instructions != after.instructions),
        ("machines", before.machines != after.machines),
        ("from", before.from != after.from),
        ("to", before.to != after.to),
        ("ticket_type", before.ticket_type != after.ticket_type),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

/// What is wrong with the filter, by the field that it stands in here.
fn in_machines(mut fault: Fault) -> ClientsError {
    for one in fault.fields.iter_mut().filter(|one| one.field.starts_with("filter")) {
        one.field = format!("machines.{}", one.field);
    }
    fault.into()
}

/// It is too late, or too early, to do that.
pub(super) fn wrong_state(campaign: &Campaign) -> ClientsError {
    let state = campaign.state.text();
    ClientsError::conflict(
        "wrong-state",
        format!("the campaign is {}", state.en),
        format!("该任务当前状态为“{}”，不能执行此操作", state.zh),
    )
}
