use kernel::{Caller, Language, Text};
use resources::SheetTable;

use super::Clients;
use crate::{
    ClientsError,
    model::{
        campaign::{Campaign, CampaignId},
        machine::{Machine, MachineTicket},
    },
    store,
};

const COLUMNS: [(&str, &str); 10] = [
    ("Campaign", "任务"),
    ("What is done", "操作"),
    ("Software", "软件"),
    ("Version", "版本"),
    ("Machine", "终端"),
    ("State", "状态"),
    ("Reason or note", "原因或备注"),
    ("By", "操作人"),
    ("At", "时间"),
    ("Ticket", "工单"),
];

impl Clients {
    /// The machines of a campaign and what became of them, as a sheet.
    ///
    /// Errors: [`ClientsError::NotFound`].
    pub(crate) async fn sheet(
        &self,
        caller: &Caller,
        id: CampaignId,
        language: Language,
    ) -> Result<SheetTable, ClientsError> {
        let campaign = self.campaign(caller, id).await?;
        let machines = store::machines::all(self.db(), id).await?;
        let said = |text: &Text| text.in_language(language).to_owned();
        Ok(SheetTable {
            name: said(&Text::new("Machines", "终端")),
            headings: COLUMNS.iter().map(|(en, zh)| said(&Text::new(*en, *zh))).collect(),
            rows: machines.iter().map(|one| row(&campaign, one, language)).collect(),
        })
    }
}

fn row(campaign: &Campaign, machine: &Machine, language: Language) -> Vec<String> {
    let said = |text: &Text| text.in_language(language).to_owned();
    let (draft, by) = (&campaign.draft, machine.said.as_ref());
    vec![
        draft.name.clone(),
        said(&draft.kind.text()),
        draft.software.clone(),
        draft.software_version.clone(),
        machine.name.clone(),
        said(&machine.state.text()),
        machine.reason.clone(),
        by.map(|said| said.by_name.clone()).unwrap_or_default(),
        by.map(|said| said.at.to_string()).unwrap_or_default(),
        match &machine.ticket {
            MachineTicket::Opened { number, .. } => number.clone(),
            MachineTicket::None | MachineTicket::Owed => String::new(),
        },
    ]
}
