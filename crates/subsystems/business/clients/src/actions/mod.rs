//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod campaigns;
mod courses;
mod export;
mod machines;
mod reads;
mod tickets;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use db::Db;
use directory::{Directory, PersonId, UnitId};
use kernel::{Caller, Clock, FieldFault, Ids, Permission, Place, Tickets, Time};
use notify::Accounts;
use resources::Resources;

pub(crate) use machines::{MachineDone, NamedMachine};
pub(crate) use reads::SeenCampaign;

use crate::{
    ClientsError,
    model::{
        campaign::{Campaign, CampaignId},
        permission::CAMPAIGN_READ,
    },
};

/// What campaigns are made of.
pub struct ClientsParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Who is who.
    pub directory: Directory,
    /// Which machines there are.
    pub resources: Resources,
    /// Which user is which person.
    pub accounts: Arc<dyn Accounts>,
}

/// Campaigns and all that follows from them: cheap to clone.
#[derive(Clone)]
pub struct Clients {
    parts: Arc<ClientsParts>,
    tickets: Arc<OnceLock<Arc<dyn Tickets>>>,
}

impl Clients {
    /// Campaigns on these records.
    #[must_use]
    pub fn new(parts: ClientsParts) -> Self {
        Self { parts: Arc::new(parts), tickets: Arc::default() }
    }

    /// Tells where tickets are opened for failures; until then they are owed.
    pub fn learn_tickets(&self, tickets: Arc<dyn Tickets>) {
        // The first one that is told stays.
        self.tickets.get_or_init(|| tickets);
    }

    fn db(&self) -> &Db {
        &self.parts.db
    }

    fn now(&self) -> Time {
        self.parts.clock.now()
    }

    /// Who the caller is in the directory.
    async fn person_of(&self, caller: &Caller) -> Result<Option<PersonId>, ClientsError> {
        match &caller.user_id {
            Some(user) => Ok(self.parts.accounts.person_of(user).await?),
            None => Ok(None),
        }
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Clients").field("db", &self.parts.db).finish_non_exhaustive()
    }
}

/// Whether the caller holds a permission over what belongs to a unit.
fn holds(caller: &Caller, permission: Permission, unit: UnitId) -> bool {
    let unit = unit.to_string();
    caller.may_at(permission, &Place { unit_id: Some(&unit), ..Place::default() })
}

/// The campaign, if the caller holds `permission` over it.
///
/// Errors: [`ClientsError::NotFound`] for those who do not see it, [`ClientsError::Forbidden`] for
/// those who only do.
fn permitted(
    caller: &Caller,
    permission: Permission,
    (id, found): (CampaignId, Option<Campaign>),
) -> Result<Campaign, ClientsError> {
    let sees = |one: &Campaign| {
        let unit = one.draft.unit_id;
        holds(caller, CAMPAIGN_READ, unit) || holds(caller, permission, unit)
    };
    let campaign = found.filter(sees).ok_or_else(|| ClientsError::NotFound {
        noun: kernel::Text::new("campaign", "客户端任务"),
        id: id.to_string(),
    })?;
    if !holds(caller, permission, campaign.draft.unit_id) {
        return Err(ClientsError::Forbidden(permission));
    }
    Ok(campaign)
}

fn none_wrong(faults: Vec<FieldFault>) -> Result<(), ClientsError> {
    if faults.is_empty() { Ok(()) } else { Err(ClientsError::Invalid(faults)) }
}
