use kernel::{Caller, Page, PageOf};
use resources::ResourceId;

use super::{Clients, courses::is_here, holds, permitted};
use crate::{
    ClientsError,
    model::{
        campaign::{Campaign, CampaignId, MachineChoice},
        machine::{Counts, Machine},
        permission::{CAMPAIGN_CHANGE, CAMPAIGN_READ, CAMPAIGN_WORK},
    },
    store::{self, campaigns::CampaignFilter, machines::MachineFilter},
};

/// A campaign as a caller sees it.
#[derive(Debug, Clone)]
pub(crate) struct SeenCampaign {
    pub(crate) campaign: Campaign,
    pub(crate) counts: Counts,
    /// What who answers for it is called.
    pub(crate) owner: Option<String>,
    /// The machines that were chosen one by one, as far as the caller sees them; only for one that
    /// is looked at by itself.
    pub(crate) chosen: Vec<(ResourceId, String)>,
    pub(crate) may_work: bool,
    pub(crate) may_change: bool,
}

impl Clients {
    /// The campaigns that match and that the caller sees, the newest first.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn campaigns(
        &self,
        caller: &Caller,
        filter: &CampaignFilter,
        page: &Page,
    ) -> Result<PageOf<SeenCampaign>, ClientsError> {
        let scope = caller.scope(CAMPAIGN_READ);
        let found = store::campaigns::list(self.db(), &scope, filter, page).await?;
        let page = PageOf::from_fetched(found, page.limit, |one| one.id.to_string());
        let items = self.seen(caller, page.items).await?;
        Ok(PageOf { items, next: page.next })
    }

    /// The campaign of that id.
    ///
    /// Errors: [`ClientsError::NotFound`].
    pub(crate) async fn campaign(
        &self,
        caller: &Caller,
        id: CampaignId,
    ) -> Result<Campaign, ClientsError> {
        let found = store::campaigns::find(self.db().reader(), id).await?;
        permitted(caller, CAMPAIGN_READ, (id, found))
    }

    /// Campaigns with all that is shown of them.
    pub(crate) async fn seen(
        &self,
        caller: &Caller,
        campaigns: Vec<Campaign>,
    ) -> Result<Vec<SeenCampaign>, ClientsError> {
        let ids: Vec<CampaignId> = campaigns.iter().map(|one| one.id).collect();
        let (reader, dialect) = (self.db().reader(), self.db().dialect());
        let counts = store::machines::counts(reader, dialect, &ids).await?;
        let mut seen = Vec::with_capacity(campaigns.len());
        for campaign in campaigns {
            let unit = campaign.draft.unit_id;
            let owner = match campaign.draft.owner_id {
                Some(id) => self.parts.directory.person(id).await?,
                None => None,
            };
            seen.push(SeenCampaign {
                counts: counts.get(&campaign.id).copied().unwrap_or_default(),
                owner: owner.map(|person| person.state.name.clone()),
                chosen: Vec::new(),
                may_work: holds(caller, CAMPAIGN_WORK, unit),
                may_change: holds(caller, CAMPAIGN_CHANGE, unit),
                campaign,
            });
        }
        Ok(seen)
    }

    /// One campaign with all that is shown of it.
    pub(crate) async fn seen_alone(
        &self,
        caller: &Caller,
        campaign: Campaign,
    ) -> Result<SeenCampaign, ClientsError> {
        let chosen = match &campaign.draft.machines {
            MachineChoice::Resources(ids) => self.parts.resources.get_many(ids).await?,
            MachineChoice::Filter(_) => Vec::new(),
        };
        let chosen = chosen.into_iter().filter(|one| is_here(caller, one));
        let chosen = chosen.map(|one| (one.id, one.name)).collect();
        let seen = self.seen(caller, vec![campaign]).await?;
        // One in, one out.
        let one = seen.into_iter().next().ok_or(ClientsError::Stale)?;
        Ok(SeenCampaign { chosen, ..one })
    }

    /// The machines of a campaign that match, by their names.
    ///
    /// Errors: [`ClientsError::NotFound`].
    pub(crate) async fn machines(
        &self,
        caller: &Caller,
        id: CampaignId,
        (filter, page): (&MachineFilter, &Page),
    ) -> Result<PageOf<Machine>, ClientsError> {
        self.campaign(caller, id).await?;
        let found = store::machines::list(self.db(), id, filter, page).await?;
        Ok(PageOf::from_fetched(found, page.limit, store::machines::key))
    }
}
