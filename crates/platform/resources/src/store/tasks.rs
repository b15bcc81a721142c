use db::{DbError, Dialect, QueryBuilder};
use kernel::{Page, Scope, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    kinds::{json, text as json_text},
    resources::read_id,
    visible::push_visible,
};
use crate::{Merge, MergeId, ResourceId, ResourcesError, Task, TaskId, TaskState};

const TASKS: &str = "
    SELECT id, state, kind, left_id, right_id, rule, value, created_at, decided_at, decided_by,
        note
    FROM resources_task -- limit follows
    WHERE ";

const PAIR: &str = "
    SELECT COUNT(*)
    FROM resources_task
    WHERE left_id = $1 AND right_id = $2";

const INSERT: &str = "
    INSERT INTO resources_task (
        id, state, kind, left_id, right_id, rule, value, created_at, note)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')";

const DECIDE: &str = "
    UPDATE resources_task
    SET state = $1, decided_at = $2, decided_by = $3, note = $4
    WHERE id = $5 AND state = 'open'";

const REOPEN: &str = "
    UPDATE resources_task
    SET state = 'open', decided_at = NULL, decided_by = NULL
    WHERE left_id = $1 AND right_id = $2";

const CLOSE_WITH: &str = "
    UPDATE resources_task
    SET state = 'merged', decided_at = $1, decided_by = $2
    WHERE state = 'open' AND ((left_id = $3 AND right_id = $4) OR (left_id = $5 AND right_id = $6))";

const MERGES: &str = "
    SELECT id, kept_id, gone_id, record, merged_at, merged_by, undone_at, undone_by
    FROM resources_merge -- limit follows
    WHERE ";

const INSERT_MERGE: &str = "
    INSERT INTO resources_merge (id, kept_id, gone_id, record, merged_at, merged_by)
    VALUES ($1, $2, $3, $4, $5, $6)";

const UNDO: &str = "
    UPDATE resources_merge
    SET undone_at = $1, undone_by = $2
    WHERE id = $3 AND undone_at IS NULL";

/// The tasks of which the scope covers both resources, oldest first; one more than the page holds.
pub(crate) async fn list_tasks(
    connection: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
    state: Option<TaskState>,
    page: &Page,
) -> Result<Vec<Task>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(TASKS);
    query.push("id > ").push_bind(page.after.clone().unwrap_or_default());
    if let Some(state) = state {
        query.push(" AND state = ").push_bind(state.name());
    }
    push_visible(&mut query, dialect, "left_id", scope);
    push_visible(&mut query, dialect, "right_id", scope);
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_task).collect()
}

/// The task with that id.
pub(crate) async fn load_task(
    connection: &mut AnyConnection,
    id: TaskId,
) -> Result<Option<Task>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(TASKS);
    query.push("id = ").push_bind(id.to_string());
    let row = query.build().fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read_task).transpose()
}

/// Whether these two have been asked about, in this order.
pub(crate) async fn has_task(
    connection: &mut AnyConnection,
    left: ResourceId,
    right: ResourceId,
) -> Result<bool, DbError> {
    let query = sqlx::query_scalar::<_, i64>(PAIR).bind(left.to_string()).bind(right.to_string());
    Ok(query.fetch_one(connection).await? > 0)
}

/// Writes a new task.
pub(crate) async fn insert_task(
    connection: &mut AnyConnection,
    task: &Task,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(task.id.to_string())
        .bind(task.state.name())
        .bind(task.kind.as_str())
        .bind(task.left.to_string())
        .bind(task.right.to_string())
        .bind(task.rule.as_str())
        .bind(task.value.as_str())
        .bind(task.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes what was decided. Returns whether it was still open.
pub(crate) async fn decide_task(
    connection: &mut AnyConnection,
    task: &Task,
) -> Result<bool, DbError> {
    let done = sqlx::query(DECIDE)
        .bind(task.state.name())
        .bind(task.decided_at.map(Time::micros))
        .bind(task.decided_by.as_deref())
        .bind(task.note.as_str())
        .bind(task.id.to_string())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Opens what was decided of these two again.
pub(crate) async fn reopen_task(
    connection: &mut AnyConnection,
    (left, right): (ResourceId, ResourceId),
) -> Result<(), DbError> {
    let query = sqlx::query(REOPEN).bind(left.to_string()).bind(right.to_string());
    query.execute(connection).await?;
    Ok(())
}

/// Closes an open task about these two, as they are one now.
pub(crate) async fn close_task_of(
    connection: &mut AnyConnection,
    (one, other): (ResourceId, ResourceId),
    now: Time,
    by: &str,
) -> Result<(), DbError> {
    sqlx::query(CLOSE_WITH)
        .bind(now.micros())
        .bind(by)
        .bind(one.to_string())
        .bind(other.to_string())
        .bind(other.to_string())
        .bind(one.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a merge.
pub(crate) async fn insert_merge(
    connection: &mut AnyConnection,
    merge: &Merge,
) -> Result<(), DbError> {
    sqlx::query(INSERT_MERGE)
        .bind(merge.id.to_string())
        .bind(merge.kept.to_string())
        .bind(merge.gone.to_string())
        .bind(json_text(&merge.record)?)
        .bind(merge.merged_at.micros())
        .bind(merge.merged_by.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// The merge with that id.
pub(crate) async fn load_merge(
    connection: &mut AnyConnection,
    id: MergeId,
) -> Result<Option<Merge>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(MERGES);
    query.push("id = ").push_bind(id.to_string());
    let row = query.build().fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read_merge).transpose()
}

/// The merges into and of a resource, the latest first, at most 200.
pub(crate) async fn merges_of(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Vec<Merge>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(MERGES);
    query.push("kept_id = ").push_bind(id.to_string());
    query.push(" OR gone_id = ").push_bind(id.to_string());
    query.push(" ORDER BY id DESC LIMIT 200");
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_merge).collect()
}

/// Writes that a merge was undone. Returns whether it had not been.
pub(crate) async fn undo_merge(
    connection: &mut AnyConnection,
    id: MergeId,
    now: Time,
    by: &str,
) -> Result<bool, DbError> {
    let query = sqlx::query(UNDO).bind(now.micros()).bind(by).bind(id.to_string());
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

fn read_task(row: &AnyRow) -> Result<Task, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let time = |column: &str| -> Result<Option<Time>, DbError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    let state = text("state")?;
    let unreadable =
        || ResourcesError::Unreadable { what: "task".to_owned(), found: state.clone() };
    Ok(Task {
        id: read_id(row, "id")?,
        state: TaskState::from_name(&state).ok_or_else(unreadable)?,
        kind: text("kind")?,
        left: read_id(row, "left_id")?,
        right: read_id(row, "right_id")?,
        rule: text("rule")?,
        value: text("value")?,
        created_at: time("created_at")?.unwrap_or_default(),
        decided_at: time("decided_at")?,
        decided_by: row.try_get("decided_by").map_err(DbError::from)?,
        note: text("note")?,
    })
}

fn read_merge(row: &AnyRow) -> Result<Merge, ResourcesError> {
    let time = |column: &str| -> Result<Option<Time>, DbError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    Ok(Merge {
        id: read_id(row, "id")?,
        kept: read_id(row, "kept_id")?,
        gone: read_id(row, "gone_id")?,
        record: json(row, "record")?,
        merged_at: time("merged_at")?.unwrap_or_default(),
        merged_by: row.try_get("merged_by").map_err(DbError::from)?,
        undone_at: time("undone_at")?,
        undone_by: row.try_get("undone_by").map_err(DbError::from)?,
    })
}
