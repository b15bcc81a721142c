use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::unreadable;
use crate::model::lesson::{Lesson, LessonId, LessonKind, LessonState};

const ALL: &str = "
    SELECT id, kind, cause_id, cause_name, other_id, other_name, incident_id, said_by, said_at,
        state, decided_by, version
    FROM alerts_lesson
    ORDER BY id DESC
    LIMIT $1";

const FIND: &str = "
    SELECT id, kind, cause_id, cause_name, other_id, other_name, incident_id, said_by, said_at,
        state, decided_by, version
    FROM alerts_lesson
    WHERE id = $1
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO alerts_lesson (
        id, kind, cause_id, cause_name, other_id, other_name, incident_id, said_by, said_at, state,
        version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
    ON CONFLICT DO NOTHING";

const DECIDE: &str = "
    UPDATE alerts_lesson
    SET state = $2, decided_by = $3, decided_at = $4, version = version + 1
    WHERE id = $1";

/// All lessons, the newest first, at most `limit`.
pub(crate) async fn all<'e>(
    from: impl Executor<'e, Database = Any>,
    limit: u32,
) -> Result<Vec<Lesson>, sqlx::Error> {
    let rows = sqlx::query(ALL).bind(i64::from(limit)).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// The lesson of that id.
pub(crate) async fn find(tx: &mut Tx, id: LessonId) -> Result<Option<Lesson>, sqlx::Error> {
    let query = sqlx::query(FIND).bind(id.to_string());
    query.fetch_optional(tx.connection()).await?.as_ref().map(read).transpose()
}

/// Writes a new lesson. False when the same was said before.
pub(crate) async fn insert(tx: &mut Tx, lesson: &Lesson) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(INSERT)
        .bind(lesson.id.to_string())
        .bind(lesson.kind.name())
        .bind(lesson.cause.0.clone())
        .bind(lesson.cause.1.clone())
        .bind(lesson.other.0.clone())
        .bind(lesson.other.1.clone())
        .bind(lesson.incident.to_string())
        .bind(lesson.said_by.clone())
        .bind(lesson.said_at.micros())
        .bind(lesson.state.name())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Writes whether a lesson counts.
pub(crate) async fn decide(
    tx: &mut Tx,
    id: LessonId,
    state: LessonState,
    (by, at): (&str, Time),
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(DECIDE).bind(id.to_string()).bind(state.name());
    query.bind(by.to_owned()).bind(at.micros()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Lesson, sqlx::Error> {
    let word = |column: &str| row.try_get::<String, _>(column);
    let (id, kind, state, incident) =
        (word("id")?, word("kind")?, word("state")?, word("incident_id")?);
    Ok(Lesson {
        id: id.parse().map_err(|_| unreadable("id", &id))?,
        kind: LessonKind::from_name(&kind).ok_or_else(|| unreadable("kind", &kind))?,
        cause: (word("cause_id")?, word("cause_name")?),
        other: (word("other_id")?, word("other_name")?),
        incident: incident.parse().map_err(|_| unreadable("incident_id", &incident))?,
        said_by: word("said_by")?,
        said_at: Time::from_micros(row.try_get("said_at")?),
        state: LessonState::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        decided_by: row.try_get("decided_by")?,
        version: row.try_get("version")?,
    })
}
