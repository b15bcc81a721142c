use db::{DbError, QueryBuilder};
use kernel::{Page, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    kinds::{json, text as json_text},
    resources::read_id,
};
use crate::{Plan, PlanId, PlanState, ResourcesError, Signatory};

const COLUMNS: &str = "
    SELECT id, title, description, state, changes, author_id, author_name, submitter_id,
        submitter_name, submitted_at, payload_hash, decider_id, decider_name, decided_at, note,
        applied_at, version, created_at, updated_at, places
    FROM resources_plan -- limit follows
    WHERE ";

const CHANGES: &str = "
    SELECT changes
    FROM resources_plan
    WHERE id = $1 -- one row";

const INSERT: &str = "
    INSERT INTO resources_plan (
        id, title, description, state, changes, author_id, author_name, note, version, created_at,
        updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const UPDATE: &str = "
    UPDATE resources_plan
    SET title = $1, description = $2, state = $3, changes = $4, submitter_id = $5,
        submitter_name = $6, submitted_at = $7, payload_hash = $8, decider_id = $9,
        decider_name = $10, decided_at = $11, note = $12, applied_at = $13, version = $14,
        updated_at = $15, places = $16, author_id = $17, author_name = $18
    WHERE id = $19 AND version = $20";

/// The plan with that id.
pub(crate) async fn load_plan(
    connection: &mut AnyConnection,
    id: PlanId,
) -> Result<Option<Plan>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("id = ").push_bind(id.to_string());
    let row = query.build().fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read).transpose()
}

/// The changes of a plan as they are kept, to the letter: what consent is given to.
pub(crate) async fn plan_changes(
    connection: &mut AnyConnection,
    id: PlanId,
) -> Result<String, DbError> {
    Ok(sqlx::query_scalar(CHANGES).bind(id.to_string()).fetch_one(connection).await?)
}

/// One more than the page holds of the plans in that state, the latest first.
pub(crate) async fn list_plans(
    connection: &mut AnyConnection,
    state: Option<PlanState>,
    page: &Page,
) -> Result<Vec<Plan>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    match &page.after {
        Some(after) => drop(query.push("id < ").push_bind(after.clone())),
        None => drop(query.push("1 = 1")),
    }
    if let Some(state) = state {
        query.push(" AND state = ").push_bind(state.name());
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// Writes a new plan with these changes.
pub(crate) async fn insert_plan(
    connection: &mut AnyConnection,
    plan: &Plan,
    changes: &str,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(plan.id.to_string())
        .bind(plan.title.as_str())
        .bind(plan.description.as_str())
        .bind(plan.state.name())
        .bind(changes)
        .bind(plan.author.id.as_str())
        .bind(plan.author.name.as_str())
        .bind(plan.note.as_str())
        .bind(plan.version)
        .bind(plan.created_at.micros())
        .bind(plan.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a plan over the version before it. Returns whether that was still there.
pub(crate) async fn update_plan(
    connection: &mut AnyConnection,
    plan: &Plan,
    changes: &str,
) -> Result<bool, DbError> {
    let by = |of: &Option<(Signatory, Time)>| {
        let signatory = of.as_ref().map(|(signatory, _)| signatory);
        let id = signatory.map(|signatory| signatory.id.clone());
        (
            id,
            signatory.map(|signatory| signatory.name.clone()),
            of.as_ref().map(|(_, at)| at.micros()),
        )
    };
    let (submitter_id, submitter_name, submitted_at) = by(&plan.submitted);
    let (decider_id, decider_name, decided_at) = by(&plan.decided);
    let done = sqlx::query(UPDATE)
        .bind(plan.title.as_str())
        .bind(plan.description.as_str())
        .bind(plan.state.name())
        .bind(changes)
        .bind(submitter_id)
        .bind(submitter_name)
        .bind(submitted_at)
        .bind(plan.payload_hash.as_deref())
        .bind(decider_id)
        .bind(decider_name)
        .bind(decided_at)
        .bind(plan.note.as_str())
        .bind(plan.applied_at.map(Time::micros))
        .bind(plan.version)
        .bind(plan.updated_at.micros())
        .bind(json_text(&plan.places)?)
        .bind(plan.author.id.as_str())
        .bind(plan.author.name.as_str())
        .bind(plan.id.to_string())
        .bind(plan.version - 1)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

fn read(row: &AnyRow) -> Result<Plan, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let time = |column: &str| -> Result<Option<Time>, DbError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    let signed = |who: &str, at: &str| -> Result<Option<(Signatory, Time)>, ResourcesError> {
        let (id, name) = (maybe(&format!("{who}_id"))?, maybe(&format!("{who}_name"))?);
        let signatory = id.zip(name).map(|(id, name)| Signatory { id, name });
        Ok(signatory.zip(time(at)?))
    };
    let state = text("state")?;
    let state = PlanState::from_name(&state)
        .ok_or_else(|| ResourcesError::Unreadable { what: "state".to_owned(), found: state })?;
    Ok(Plan {
        id: read_id(row, "id")?,
        title: text("title")?,
        description: text("description")?,
        state,
        changes: json(row, "changes")?,
        author: Signatory { id: text("author_id")?, name: text("author_name")? },
        submitted: signed("submitter", "submitted_at")?,
        places: json(row, "places")?,
        changes_hidden: 0,
        payload_hash: maybe("payload_hash")?,
        decided: signed("decider", "decided_at")?,
        note: text("note")?,
        applied_at: time("applied_at")?,
        version: number("version")?,
        created_at: Time::from_micros(number("created_at")?),
        updated_at: Time::from_micros(number("updated_at")?),
    })
}
