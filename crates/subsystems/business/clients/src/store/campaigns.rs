use db::{Db, QueryBuilder, Tx};
use directory::PersonId;
use kernel::{Page, Scope, Time};
use resources::ResourceId;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, time, time_or_none, unreadable};
use crate::model::campaign::{Campaign, CampaignId, CampaignState};

const FIND: &str = "
    SELECT id, draft, state, version, created_at, changed_at, started_at, ended_at
    FROM clients_campaign
    WHERE id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT id, draft, state, version, created_at, changed_at, started_at, ended_at
    FROM clients_campaign -- limit follows
    WHERE 1 = 1";

const INSERT: &str = "
    INSERT INTO clients_campaign (
        id, unit_id, owner, draft, state, version, created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const UPDATE: &str = "
    UPDATE clients_campaign
    SET unit_id = $2, owner = $3, draft = $4, state = $5, version = $6, changed_at = $7,
        started_at = $8, ended_at = $9
    WHERE id = $1";

/// Which campaigns are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct CampaignFilter {
    /// Of this unit.
    pub(crate) unit_id: Option<String>,
    /// That this person answers for.
    pub(crate) owner: Option<PersonId>,
    /// That are that far.
    pub(crate) state: Option<CampaignState>,
    /// With this machine.
    pub(crate) machine: Option<ResourceId>,
}

/// The campaign of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: CampaignId,
) -> Result<Option<Campaign>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The campaigns that match within a scope, the newest first; one more than the page takes.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &CampaignFilter,
    page: &Page,
) -> Result<Vec<Campaign>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    if let Scope::Within(within) = scope {
        query.push(" AND ");
        let units = within.units.iter().chain(&within.answering).map(String::as_str);
        db.dialect().push_one_of(&mut query, "unit_id", units);
    }
    let texts = [
        (" AND id < ", page.after.clone()),
        (" AND unit_id = ", filter.unit_id.clone()),
        (" AND owner = ", filter.owner.map(|id| id.to_string())),
        (" AND state = ", filter.state.map(|state| state.name().to_owned())),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    if let Some(machine) = filter.machine {
        query
            .push(" AND id IN (SELECT m.campaign_id FROM clients_machine m WHERE m.resource_id = ");
        query.push_bind(machine.to_string()).push(")");
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// Writes a new campaign.
pub(crate) async fn insert(tx: &mut Tx, one: &Campaign) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.owner_id.map(|id| id.to_string()))
        .bind(draft_text(one)?)
        .bind(one.state.name())
        .bind(one.version)
        .bind(one.created_at.micros())
        .bind(one.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a campaign has become.
pub(crate) async fn update(tx: &mut Tx, one: &Campaign) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.owner_id.map(|id| id.to_string()))
        .bind(draft_text(one)?)
        .bind(one.state.name())
        .bind(one.version)
        .bind(one.changed_at.micros())
        .bind(one.started_at.map(Time::micros))
        .bind(one.ended_at.map(Time::micros))
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn draft_text(one: &Campaign) -> Result<String, sqlx::Error> {
    serde_json::to_string(&one.draft).map_err(|error| sqlx::Error::Encode(error.into()))
}

fn read(row: &AnyRow) -> Result<Campaign, sqlx::Error> {
    let (draft, state): (String, String) = (row.try_get("draft")?, row.try_get("state")?);
    Ok(Campaign {
        id: parsed(row, "id")?,
        draft: serde_json::from_str(&draft).map_err(|_| unreadable("draft", &draft))?,
        state: CampaignState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        version: row.try_get("version")?,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
        started_at: time_or_none(row, "started_at")?,
        ended_at: time_or_none(row, "ended_at")?,
    })
}
