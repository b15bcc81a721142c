use std::collections::HashMap;

use db::{Db, Dialect, QueryBuilder, Tx};
use kernel::Page;
use resources::ResourceId;
use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};

use super::{parsed, time_or_none, unreadable};
use crate::model::{
    campaign::{CampaignId, MACHINES_MAX},
    machine::{Counts, Machine, MachineState, MachineTicket, Said},
};

const OF_CAMPAIGN: &str = "
    SELECT campaign_id, resource_id, name, state, reason, by_id, by_name, changed_at, version,
        ticket, ticket_id, ticket_number
    FROM clients_machine -- limit follows
    WHERE campaign_id = ";

const OWED: &str = "
    SELECT campaign_id, resource_id, name, state, reason, by_id, by_name, changed_at, version,
        ticket, ticket_id, ticket_number
    FROM clients_machine
    WHERE ticket = 'owed'
    ORDER BY changed_at, campaign_id, resource_id
    LIMIT $1";

const COUNTS: &str = "
    SELECT campaign_id, state, COUNT(*) AS machines
    FROM clients_machine -- limit follows
    WHERE ";

const INSERT: &str = "
    INSERT INTO clients_machine (
        campaign_id, resource_id, name, state, reason, by_id, by_name, changed_at, version, ticket)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const UPDATE: &str = "
    UPDATE clients_machine
    SET state = $3, reason = $4, by_id = $5, by_name = $6, changed_at = $7, version = $8,
        ticket = $9
    WHERE campaign_id = $1 AND resource_id = $2";

const SET_TICKET: &str = "
    UPDATE clients_machine
    SET ticket = 'opened', ticket_id = $3, ticket_number = $4
    WHERE campaign_id = $1 AND resource_id = $2 AND ticket = 'owed'";

/// Which machines of a campaign are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct MachineFilter {
    /// That are that far.
    pub(crate) state: Option<MachineState>,
    /// With this in their names.
    pub(crate) text: Option<String>,
}

/// The machines of a campaign that match, by their names; one more than the page takes.
///
/// `page.after`: what [`key`] answers.
pub(crate) async fn list(
    db: &Db,
    campaign: CampaignId,
    filter: &MachineFilter,
    page: &Page,
) -> Result<Vec<Machine>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(OF_CAMPAIGN);
    query.push_bind(campaign.to_string());
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state.name());
    }
    if let Some(text) = &filter.text {
        query.push(" AND LOWER(name) LIKE LOWER(").push_bind(containing(text));
        query.push(") ESCAPE '!'");
    }
    if let Some((id, name)) = page.after.as_ref().and_then(|after| after.split_once(':')) {
        query.push(" AND (name > ").push_bind(name.to_owned());
        query.push(" OR (name = ").push_bind(name.to_owned());
        query.push(" AND resource_id > ").push_bind(id.to_owned()).push("))");
    }
    query.push(" ORDER BY name, resource_id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// Where a list goes on after that machine.
pub(crate) fn key(machine: &Machine) -> String {
    format!("{}:{}", machine.resource_id, machine.name)
}

/// Those of these machines that a campaign has.
pub(crate) async fn some(
    connection: &mut AnyConnection,
    dialect: Dialect,
    campaign: CampaignId,
    ids: &[ResourceId],
) -> Result<Vec<Machine>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut query = QueryBuilder::<Any>::new(OF_CAMPAIGN);
    query.push_bind(campaign.to_string()).push(" AND ");
    dialect.push_one_of(&mut query, "resource_id", ids.iter().map(String::as_str));
    query.push(" LIMIT ").push_bind(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    let rows = query.build().fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// The machines whose tickets are owed, the oldest first.
pub(crate) async fn owed<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Machine>, sqlx::Error> {
    let rows = sqlx::query(OWED).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// How many machines of these campaigns are how far; campaigns without machines are left out.
pub(crate) async fn counts<'e>(
    from: impl Executor<'e, Database = Any>,
    dialect: Dialect,
    campaigns: &[CampaignId],
) -> Result<HashMap<CampaignId, Counts>, sqlx::Error> {
    let ids: Vec<String> = campaigns.iter().map(ToString::to_string).collect();
    let mut query = QueryBuilder::<Any>::new(COUNTS);
    dialect.push_one_of(&mut query, "campaign_id", ids.iter().map(String::as_str));
    // As many groups as states at most for each.
    let most = ids.len().saturating_mul(MachineState::ALL.len());
    query.push(" GROUP BY campaign_id, state LIMIT ");
    query.push_bind(i64::try_from(most).unwrap_or(i64::MAX));
    let mut counts: HashMap<CampaignId, Counts> = HashMap::new();
    for row in query.build().fetch_all(from).await? {
        let (state, machines): (String, i64) = (row.try_get("state")?, row.try_get("machines")?);
        let machines = u32::try_from(machines).map_err(|_| unreadable("machines", machines))?;
        counts.entry(parsed(&row, "campaign_id")?).or_default().add(state_of(&state)?, machines);
    }
    Ok(counts)
}

/// All machines of a campaign by their names, of which there are never more than
/// [`MACHINES_MAX`].
pub(crate) async fn all(db: &Db, campaign: CampaignId) -> Result<Vec<Machine>, sqlx::Error> {
    let limit = u32::try_from(MACHINES_MAX).unwrap_or(u32::MAX);
    list(db, campaign, &MachineFilter::default(), &Page { after: None, limit }).await
}

/// Writes a new machine.
pub(crate) async fn insert(tx: &mut Tx, one: &Machine) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.campaign_id.to_string())
        .bind(one.resource_id.to_string())
        .bind(one.name.clone())
        .bind(one.state.name())
        .bind(one.reason.clone())
        .bind(one.said.as_ref().map(|said| said.by_id.clone()))
        .bind(one.said.as_ref().map(|said| said.by_name.clone()))
        .bind(one.said.as_ref().map(|said| said.at.micros()))
        .bind(one.version)
        .bind(ticket_name(&one.ticket))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a machine has become; which ticket was opened is written by [`set_ticket`] alone.
pub(crate) async fn update(tx: &mut Tx, one: &Machine) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(one.campaign_id.to_string())
        .bind(one.resource_id.to_string())
        .bind(one.state.name())
        .bind(one.reason.clone())
        .bind(one.said.as_ref().map(|said| said.by_id.clone()))
        .bind(one.said.as_ref().map(|said| said.by_name.clone()))
        .bind(one.said.as_ref().map(|said| said.at.micros()))
        .bind(one.version)
        .bind(ticket_name(&one.ticket))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes which ticket was opened; false: that was known already.
pub(crate) async fn set_ticket(
    tx: &mut Tx,
    one: &Machine,
    (id, number): (&str, &str),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(SET_TICKET)
        .bind(one.campaign_id.to_string())
        .bind(one.resource_id.to_string())
        .bind(id.to_owned())
        .bind(number.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

fn ticket_name(ticket: &MachineTicket) -> &'static str {
    match ticket {
        MachineTicket::None => "none",
        MachineTicket::Owed => "owed",
        MachineTicket::Opened { .. } => "opened",
    }
}

/// A pattern of what contains `text`, to the letter.
fn containing(text: &str) -> String {
    let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

fn state_of(name: &str) -> Result<MachineState, sqlx::Error> {
    MachineState::from_name(name).ok_or_else(|| unreadable("state", name))
}

fn read(row: &AnyRow) -> Result<Machine, sqlx::Error> {
    let (state, ticket): (String, String) = (row.try_get("state")?, row.try_get("ticket")?);
    let by_id: Option<String> = row.try_get("by_id")?;
    let by_name: Option<String> = row.try_get("by_name")?;
    let said = by_id.zip(by_name).zip(time_or_none(row, "changed_at")?);
    Ok(Machine {
        campaign_id: parsed(row, "campaign_id")?,
        resource_id: parsed(row, "resource_id")?,
        name: row.try_get("name")?,
        state: state_of(&state)?,
        reason: row.try_get("reason")?,
        said: said.map(|((by_id, by_name), at)| Said { by_id, by_name, at }),
        version: row.try_get("version")?,
        ticket: match ticket.as_str() {
            "none" => MachineTicket::None,
            "owed" => MachineTicket::Owed,
            "opened" => MachineTicket::Opened {
                id: row.try_get("ticket_id")?,
                number: row.try_get("ticket_number")?,
            },
            other => return Err(unreadable("ticket", other)),
        },
    })
}
