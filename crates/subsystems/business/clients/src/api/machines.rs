use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, header},
};
use http_kit::{Body, Key, PageView, Problem, Query, Routes, TextView, Who, routes};
use kernel::{Fault, Language, Page, PageRequest, Text};
use resources::{SheetTable, csv_file, workbook};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{id_of, named};
use crate::{
    Clients,
    actions::{MachineDone, NamedMachine},
    model::{
        campaign::Campaign,
        machine::{Machine, MachineOrder, MachineState, MachineTicket},
        permission::{CAMPAIGN_READ, CAMPAIGN_WORK},
    },
    store::machines::MachineFilter,
};

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const TEXT_CHARS_MAX: usize = 200;

type File = ([(HeaderName, &'static str); 2], Vec<u8>);

/// A machine of a campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignMachine)]
pub(crate) struct MachineView {
    resource_id: String,
    /// What it was called when the campaign was started.
    name: String,
    version: i64,
    state: MachineState,
    /// Why it failed or was left out; otherwise a note.
    reason: String,
    /// Who said so last.
    by: Option<String>,
    at: Option<String>,
    /// Whether a ticket is to be opened for it and is not yet.
    ticket_owed: bool,
    /// The ticket that its failure opened.
    ticket: Option<MachineTicketView>,
}

/// A ticket that a failure opened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignMachineTicket)]
pub(crate) struct MachineTicketView {
    id: String,
    /// By what people call it.
    number: String,
}

/// What is said of several machines.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CampaignMachinesBody)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachinesBody {
    /// 1 to 500 of them, each in the version that was seen.
    machines: Vec<NamedMachineBody>,
    /// How far they are from now on.
    state: MachineState,
    /// Why, where they failed or are left out; otherwise a note.
    #[serde(default)]
    reason: String,
}

/// A machine in the version that was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CampaignMachineNamed)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedMachineBody {
    resource_id: String,
    version: i64,
}

/// What became of one of several machines.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignMachineResult)]
pub(crate) struct MachineDoneView {
    resource_id: String,
    /// As it is now; null where the campaign has no such machine.
    machine: Option<MachineView>,
    done: bool,
    /// A stable name of why not.
    code: Option<&'static str>,
    /// Why not.
    why: Option<TextView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachinesQuery {
    /// `planned`, `in_progress`, `done`, `failed` or `skipped`.
    state: Option<String>,
    /// In their names.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportQuery {
    /// `xlsx` (the default) or `csv`.
    format: Option<String>,
}

/// The routes of machines.
pub(crate) fn routes(clients: Clients) -> Routes {
    Routes::new()
        .read(CAMPAIGN_READ, routes!(list))
        .write(CAMPAIGN_WORK, routes!(say))
        .read(CAMPAIGN_READ, routes!(export))
        .with_state(clients)
}

/// The machines of a campaign that was started, by their names.
#[utoipa::path(
    get, path = "/api/v1/clients/campaigns/{id}/machines", tag = "clients",
    operation_id = "list_campaign_machines",
    params(("id" = String, Path), MachinesQuery),
    responses((status = 200, body = PageView<MachineView>), (status = 400), (status = 404)))]
async fn list(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    Query(query): Query<MachinesQuery>,
) -> Result<PageView<MachineView>, Problem> {
    let (filter, page) = query.asked()?;
    Ok(PageView::of(clients.machines(&caller, id, (&filter, &page)).await?, MachineView::from))
}

/// Says the same of several machines; one that was changed meanwhile holds up no other.
#[utoipa::path(
    post, path = "/api/v1/clients/campaigns/{id}/machines", tag = "clients",
    operation_id = "change_campaign_machines", params(("id" = String, Path)),
    request_body = MachinesBody,
    responses((status = 200, body = PageView<MachineDoneView>), (status = 400), (status = 404),
        (status = 409)))]
async fn say(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    Body(body): Body<MachinesBody>,
) -> Result<PageView<MachineDoneView>, Problem> {
    let done = clients.say(&caller, id, body.order()?).await?;
    Ok(PageView::whole(done.into_iter().map(MachineDoneView::from).collect()))
}

/// The machines of a campaign and what became of them, as a workbook or a CSV file.
#[utoipa::path(
    get, path = "/api/v1/clients/campaigns/{id}/export", tag = "clients",
    operation_id = "export_campaign", params(("id" = String, Path), ExportQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 400), (status = 404)))]
async fn export(
    State(clients): State<Clients>,
    Who(caller): Who,
    Key(id): Key<Campaign>,
    headers: HeaderMap,
    Query(query): Query<ExportQuery>,
) -> Result<File, Problem> {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = accept.map_or(Language::default(), Language::from_accept);
    let format = named(query.format);
    match format.as_deref() {
        None | Some("xlsx") => Ok(workbook_of(clients.sheet(&caller, id, language).await?).await?),
        Some("csv") => Ok(file(
            "text/csv; charset=utf-8",
            "attachment; filename=\"campaign.csv\"",
            csv_file(&clients.sheet(&caller, id, language).await?),
        )),
        Some(other) => Err(Fault::invalid("format", other, Text::same("xlsx, csv")).into()),
    }
}

/// Written beside the threads that answer: a large one takes long.
async fn workbook_of(table: SheetTable) -> Result<File, Fault> {
    let bytes = tokio::task::spawn_blocking(move || workbook(&[table])).await;
    let bytes = bytes.map_err(Fault::internal)?.map_err(Fault::from)?;
    Ok(file(WORKBOOK, "attachment; filename=\"campaign.xlsx\"", bytes))
}

fn file(media: &'static str, disposition: &'static str, bytes: Vec<u8>) -> File {
    ([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], bytes)
}

impl MachinesBody {
    fn order(self) -> Result<(Vec<NamedMachine>, MachineOrder), Fault> {
        let read = |(at, one): (usize, &NamedMachineBody)| {
            let resource_id = id_of(&format!("machines[{at}].resource_id"), &one.resource_id)?;
            Ok(NamedMachine { resource_id, version: one.version })
        };
        let machines = self.machines.iter().enumerate().map(read).collect::<Result<_, Fault>>()?;
        Ok((machines, MachineOrder { state: self.state, reason: self.reason }))
    }
}

impl MachinesQuery {
    fn asked(self) -> Result<(MachineFilter, Page), Fault> {
        let names = "planned, in_progress, done, failed, skipped";
        let state_of = |name: String| {
            let wrong = || Fault::invalid("state", &name, Text::same(names));
            MachineState::from_name(&name).ok_or_else(wrong)
        };
        let text = named(self.q);
        if let Some(text) = text.as_ref().filter(|text| text.chars().count() > TEXT_CHARS_MAX) {
            let expected = Text::new("at most 200 characters", "最多 200 个字符");
            let shown: String = text.chars().take(60).collect();
            return Err(Fault::invalid("q", shown, expected));
        }
        let filter = MachineFilter { state: named(self.state).map(state_of).transpose()?, text };
        Ok((filter, PageRequest { after: self.after, limit: self.limit }.checked()?))
    }
}

impl From<Machine> for MachineView {
    fn from(one: Machine) -> Self {
        Self {
            resource_id: one.resource_id.to_string(),
            name: one.name,
            version: one.version,
            state: one.state,
            reason: one.reason,
            at: one.said.as_ref().map(|said| said.at.to_string()),
            by: one.said.map(|said| said.by_name),
            ticket_owed: one.ticket == MachineTicket::Owed,
            ticket: match one.ticket {
                MachineTicket::Opened { id, number } => Some(MachineTicketView { id, number }),
                MachineTicket::None | MachineTicket::Owed => None,
            },
        }
    }
}

impl From<MachineDone> for MachineDoneView {
    fn from(done: MachineDone) -> Self {
        Self {
            resource_id: done.resource_id.to_string(),
            machine: done.machine.map(MachineView::from),
            done: done.refused.is_none(),
            code: done.refused.as_ref().map(|fault| fault.code),
            why: done.refused.map(|fault| fault.text.into()),
        }
    }
}
