use db::{Db, QueryBuilder, Tx};
use directory::PersonId;
use jiff::civil::Date;
use kernel::{Page, Scope};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, parsed_or_none, rounds::push_units, time, unreadable};
use crate::model::work_item::{Period, WorkItem, WorkItemDraft, WorkItemId, WorkState};

const FIND: &str = "
    SELECT id, unit_id, owner, kind, start_day, title, description, due_day, state, progress,
        came_from, came_reason, went_to, went_reason, version, created_at, changed_at
    FROM duty_work_item
    WHERE id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT id, unit_id, owner, kind, start_day, title, description, due_day, state, progress,
        came_from, came_reason, went_to, went_reason, version, created_at, changed_at
    FROM duty_work_item -- limit follows
    WHERE id > ";

const LEFT_BEFORE: &str = "
    SELECT id, unit_id, owner, kind, start_day, title, description, due_day, state, progress,
        came_from, came_reason, went_to, went_reason, version, created_at, changed_at
    FROM duty_work_item
    WHERE state IN ('open', 'doing') AND kind = $1 AND start_day < $2
    ORDER BY start_day, id
    LIMIT $3";

const INSERT: &str = "
    INSERT INTO duty_work_item (
        id, unit_id, owner, kind, start_day, title, description, due_day, state, progress,
        came_from, came_reason, went_to, went_reason, version, created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

const UPDATE: &str = "
    UPDATE duty_work_item
    SET unit_id = $2, owner = $3, kind = $4, start_day = $5, title = $6, description = $7,
        due_day = $8, state = $9, progress = $10, went_to = $11, went_reason = $12,
        version = $13, changed_at = $14
    WHERE id = $1";

/// Which items are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorkFilter {
    /// Of this unit.
    pub(crate) unit_id: Option<String>,
    /// Of this person.
    pub(crate) owner: Option<PersonId>,
    /// Of the period of this kind that begins on this day.
    pub(crate) period: Option<(Period, Option<Date>)>,
    /// In this state.
    pub(crate) state: Option<WorkState>,
}

/// The item of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: WorkItemId,
) -> Result<Option<WorkItem>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The items that match within a scope, in the order they were made; one more than the page takes.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &WorkFilter,
    page: &Page,
) -> Result<Vec<WorkItem>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    query.push_bind(page.after.clone().unwrap_or_default());
    push_units(&mut query, db.dialect(), scope);
    let texts = [
        (" AND unit_id = ", filter.unit_id.clone()),
        (" AND owner = ", filter.owner.map(|id| id.to_string())),
        (" AND kind = ", filter.period.map(|(period, _)| period.name().to_owned())),
        (" AND start_day = ", filter.period.and_then(|(_, day)| Some(day?.to_string()))),
        (" AND state = ", filter.state.map(|state| state.name().to_owned())),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// What is left of periods of a kind that began before a day, the oldest first.
pub(crate) async fn left_before<'e>(
    from: impl Executor<'e, Database = Any>,
    (period, day): (Period, Date),
    limit: u32,
) -> Result<Vec<WorkItem>, sqlx::Error> {
    let rows = sqlx::query(LEFT_BEFORE)
        .bind(period.name())
        .bind(day.to_string())
        .bind(i64::from(limit))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// Writes a new item.
pub(crate) async fn insert(tx: &mut Tx, one: &WorkItem) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.owner_id.map(|id| id.to_string()))
        .bind(one.draft.period.name())
        .bind(one.draft.day.to_string())
        .bind(one.draft.title.clone())
        .bind(one.draft.description.clone())
        .bind(one.draft.due.map(|day| day.to_string()))
        .bind(one.state.name())
        .bind(i64::from(one.progress))
        .bind(one.came_from.map(|id| id.to_string()))
        .bind(one.came_reason.clone())
        .bind(one.went_to.map(|id| id.to_string()))
        .bind(one.went_reason.clone())
        .bind(one.version)
        .bind(one.created_at.micros())
        .bind(one.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what an item has become.
pub(crate) async fn update(tx: &mut Tx, one: &WorkItem) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.owner_id.map(|id| id.to_string()))
        .bind(one.draft.period.name())
        .bind(one.draft.day.to_string())
        .bind(one.draft.title.clone())
        .bind(one.draft.description.clone())
        .bind(one.draft.due.map(|day| day.to_string()))
        .bind(one.state.name())
        .bind(i64::from(one.progress))
        .bind(one.went_to.map(|id| id.to_string()))
        .bind(one.went_reason.clone())
        .bind(one.version)
        .bind(one.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<WorkItem, sqlx::Error> {
    let (kind, state): (String, String) = (row.try_get("kind")?, row.try_get("state")?);
    let progress: i64 = row.try_get("progress")?;
    Ok(WorkItem {
        id: parsed(row, "id")?,
        draft: WorkItemDraft {
            unit_id: parsed(row, "unit_id")?,
            owner_id: parsed_or_none(row, "owner")?,
            period: Period::from_name(&kind).ok_or_else(|| unreadable("kind", &kind))?,
            day: parsed(row, "start_day")?,
            title: row.try_get("title")?,
            description: row.try_get("description")?,
            due: parsed_or_none(row, "due_day")?,
        },
        state: WorkState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        progress: u8::try_from(progress).map_err(|_| unreadable("progress", progress))?,
        came_from: parsed_or_none(row, "came_from")?,
        came_reason: row.try_get("came_reason")?,
        went_to: parsed_or_none(row, "went_to")?,
        went_reason: row.try_get("went_reason")?,
        version: row.try_get("version")?,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
    })
}
