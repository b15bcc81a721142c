use std::collections::{BTreeSet, HashMap};

use db::Tx;
use journal::Entry;
use kernel::{Caller, Fault, FieldFault, Text};
use resources::ResourceId;

use super::{Clients, campaigns::wrong_state, none_wrong, permitted};
use crate::{
    ClientsError,
    model::{
        campaign::{Campaign, CampaignId, CampaignState},
        fact::{CampaignMachineChanged, Told},
        machine::{Machine, MachineOrder, MachineTicket, Said},
        permission::CAMPAIGN_WORK,
    },
    store,
};

/// Machines that something is said of with one request.
const AT_ONCE_MAX: usize = 500;
/// Tickets that are opened before the answer; the rest follows by the clock.
const TICKETS_AT_ONCE: usize = 20;

/// A machine in the version that whoever speaks of it has seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedMachine {
    pub(crate) resource_id: ResourceId,
    pub(crate) version: i64,
}

/// What became of one of several machines.
#[derive(Debug, Clone)]
pub(crate) struct MachineDone {
    pub(crate) resource_id: ResourceId,
    /// As it is now; none: the campaign has no such machine.
    pub(crate) machine: Option<Machine>,
    /// Why it was left as it was; none: it was done.
    pub(crate) refused: Option<Fault>,
}

impl Clients {
    /// Says the same of several machines of a campaign that runs: one that was changed meanwhile
    /// holds up no other.
    ///
    /// Errors: [`ClientsError::NotFound`], [`ClientsError::Forbidden`], [`ClientsError::Invalid`],
    /// [`ClientsError::Conflict`].
    pub(crate) async fn say(
        &self,
        caller: &Caller,
        id: CampaignId,
        (named, order): (Vec<NamedMachine>, MachineOrder),
    ) -> Result<Vec<MachineDone>, ClientsError> {
        let mut faults = order.faults();
        faults.extend(wrong_names(&named));
        let (by_id, by_name) = (caller.actor.id.clone(), caller.actor.name.clone());
        let said = Said { by_id, by_name, at: self.now() };
        let mut tx = self.db().begin().await?;
        let found = store::campaigns::find(tx.connection(), id).await?;
        let campaign = permitted(caller, CAMPAIGN_WORK, (id, found))?;
        none_wrong(faults)?;
        if campaign.state != CampaignState::Running {
            return Err(wrong_state(&campaign));
        }
        let ids: Vec<ResourceId> = named.iter().map(|one| one.resource_id).collect();
        let dialect = self.db().dialect();
        let before = store::machines::some(tx.connection(), dialect, id, &ids).await?;
        let mut before: HashMap<ResourceId, Machine> =
            before.into_iter().map(|one| (one.resource_id, one)).collect();
        let mut done = Vec::with_capacity(named.len());
        for one in named {
            let known = (one, before.remove(&one.resource_id));
            done.push(say_one(&mut tx, (caller, &said), &campaign, known, &order).await?);
        }
        tx.commit().await?;
        self.open_tickets_of(id, done).await
    }

    /// Opens the tickets that are owed for some of these, and answers them as they are then.
    async fn open_tickets_of(
        &self,
        id: CampaignId,
        mut done: Vec<MachineDone>,
    ) -> Result<Vec<MachineDone>, ClientsError> {
        let owed = done.iter().filter_map(|one| one.machine.as_ref());
        let owed: Vec<Machine> =
            owed.filter(|one| one.ticket == MachineTicket::Owed).cloned().collect();
        let mut opened = Vec::new();
        for machine in owed.iter().take(TICKETS_AT_ONCE) {
            // What fails now is tried again by the clock.
            match self.open_ticket(machine).await {
                Ok(true) => opened.push(machine.resource_id),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(campaign = %id, "failed to open a ticket for {id}: {error}");
                }
            }
        }
        if opened.is_empty() {
            return Ok(done);
        }
        let (dialect, reader) = (self.db().dialect(), self.db().reader());
        let mut connection = reader.acquire().await?;
        let now = store::machines::some(&mut connection, dialect, id, &opened).await?;
        for machine in now {
            if let Some(one) = done.iter_mut().find(|one| one.resource_id == machine.resource_id) {
                one.machine = Some(machine);
            }
        }
        Ok(done)
    }
}

/// Says something of one machine of a campaign, as far as it is one in the version that is named.
async fn say_one(
    tx: &mut Tx,
    (caller, said): (&Caller, &Said),
    campaign: &Campaign,
    (named, machine): (NamedMachine, Option<Machine>),
    order: &MachineOrder,
) -> Result<MachineDone, ClientsError> {
    let resource_id = named.resource_id;
    if let Some(refused) = refusal(named, machine.as_ref()) {
        return Ok(MachineDone { resource_id, machine, refused: Some(refused) });
    }
    let opens = campaign.draft.ticket_type.is_some();
    let new = machine.as_ref().and_then(|old| old.after(order, said.clone(), opens));
    let (Some(old), Some(new)) = (&machine, new) else {
        return Ok(MachineDone { resource_id, machine, refused: None });
    };
    store::machines::update(tx, &new).await?;
    let told = Told::<CampaignMachineChanged>::of(campaign)
        .on(new.resource_id)
        .with("machine", &new.name)
        .with("was", old.state)
        .with("state", new.state);
    journal::append(tx, Entry::new(caller, said.at, &told)).await?;
    Ok(MachineDone { resource_id, machine: Some(new), refused: None })
}

/// Why nothing is said of a machine.
fn refusal(named: NamedMachine, machine: Option<&Machine>) -> Option<Fault> {
    match machine {
        None => {
            let noun = Text::new("machine of this campaign", "该任务中的终端");
            Some(Fault::not_found(&noun, named.resource_id))
        }
        Some(machine) if machine.version != named.version => Some(Fault::stale()),
        Some(_) => None,
    }
}

fn wrong_names(named: &[NamedMachine]) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if !(1..=AT_ONCE_MAX).contains(&named.len()) {
        let expected = Text::new("1 to 500 machines", "1 至 500 台终端");
        faults.push(FieldFault::new("machines", named.len(), expected));
    }
    let mut seen = BTreeSet::new();
    if let Some((at, one)) = named.iter().enumerate().find(|(_, one)| !seen.insert(one.resource_id))
    {
        let expected = Text::new("each machine once", "同一终端不能重复");
        faults.push(FieldFault::new(format!("machines[{at}]"), one.resource_id, expected));
    }
    faults
}
