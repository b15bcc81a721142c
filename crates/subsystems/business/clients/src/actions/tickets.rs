use journal::Entry;
use kernel::{Caller, TicketWish};

use super::Clients;
use crate::{
    ClientsError,
    model::{
        campaign::Campaign,
        fact::{CampaignTicketOpened, Told},
        machine::Machine,
    },
    store,
};

/// Tickets that are opened in one run.
const AT_ONCE: u32 = 200;
const SUBJECT_CHARS_MAX: usize = 200;

impl Clients {
    /// Opens the tickets that are owed for failures.
    pub(crate) async fn open_owed_tickets(&self) -> Result<u64, ClientsError> {
        let mut done = 0;
        for machine in store::machines::owed(self.db().reader(), AT_ONCE).await? {
            if self.open_ticket(&machine).await? {
                done += 1;
            }
        }
        Ok(done)
    }

    /// Opens the ticket of a machine on which it failed; one that is refused stays owed.
    pub(super) async fn open_ticket(&self, machine: &Machine) -> Result<bool, ClientsError> {
        let Some(tickets) = self.tickets.get() else { return Ok(false) };
        let found = store::campaigns::find(self.db().reader(), machine.campaign_id).await?;
        let Some(campaign) = found else { return Ok(false) };
        let Some(type_key) = campaign.draft.ticket_type.clone() else { return Ok(false) };
        let ticket = match tickets.open(wish(&campaign, machine, type_key)).await {
            Ok(ticket) => ticket,
            Err(fault) => {
                let (id, text) = (campaign.id, &fault.text.en);
                tracing::warn!(campaign = %id, "failed to open a ticket for {id}: {text}");
                return Ok(false);
            }
        };
        let (now, system) = (self.now(), Caller::system("clients"));
        let mut tx = self.db().begin().await?;
        let opened = (ticket.id.as_str(), ticket.number.as_str());
        if store::machines::set_ticket(&mut tx, machine, opened).await? {
            let told = Told::<CampaignTicketOpened>::of(&campaign)
                .on(machine.resource_id)
                .with("machine", &machine.name)
                .with("ticket_id", &ticket.id)
                .with("ticket", &ticket.number);
            journal::append(&mut tx, Entry::new(&system, now, &told)).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

/// What a ticket about a machine on which it failed says.
fn wish(campaign: &Campaign, machine: &Machine, type_key: String) -> TicketWish {
    let draft = &campaign.draft;
    let subject = format!("{} · {}", draft.name, machine.name);
    let software = format!("{} {}", draft.software, draft.software_version);
    let by = machine.said.as_ref().map(|said| said.by_name.as_str()).unwrap_or_default();
    TicketWish {
        source: format!("campaign:{}:{}", campaign.id, machine.resource_id),
        type_key,
        unit_id: draft.unit_id.to_string(),
        resource_id: Some(machine.resource_id.to_string()),
        subject: subject.chars().take(SUBJECT_CHARS_MAX).collect(),
        text: format!(
            "{} · {}\n{}: {}\n{by}",
            draft.name,
            software.trim(),
            machine.name,
            machine.reason
        ),
    }
}
