use kernel::Time;
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, other_id, policy, users};
use crate::model::{
    policy::Proofs,
    provider::ProviderId,
    session::{SESSIONS_MAX, Session, SessionId, SessionLimits},
    user::{User, UserId},
};

const RECOGNISE: &str = "
    SELECT s.id AS session_id, s.user_id, s.created_at AS begun_at, s.last_seen_at, s.source,
        s.user_agent, u.id, u.name, u.display_name, u.person_id, u.disabled, u.language, u.theme,
        u.version, u.created_at, u.last_sign_in_at, g.generation, u.password_given,
        (SELECT COUNT(*) FROM access_totp t
            WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
        + (SELECT COUNT(*) FROM access_passkey p WHERE p.user_id = u.id) AS factors
    FROM access_session s
    JOIN access_user u ON u.id = s.user_id
    JOIN access_generation g ON g.id = 1
    WHERE s.secret_hash = $1
    LIMIT 1";

const BY_ID: &str = "
    SELECT id, user_id, created_at, last_seen_at, source, user_agent
    FROM access_session
    WHERE id = $1
    LIMIT 1";

const OF_USER: &str = "
    SELECT id, user_id, created_at, last_seen_at, source, user_agent
    FROM access_session
    WHERE user_id = $1
    ORDER BY id DESC
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO access_session (
        id, secret_hash, user_id, created_at, last_seen_at, source, user_agent, provider_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const PROVIDER_OF: &str = "SELECT provider_id FROM access_session WHERE id = $1 LIMIT 1";

const TOUCH: &str = "
    UPDATE access_session
    SET last_seen_at = $2
    WHERE id = $1 AND last_seen_at < $2";

const REMOVE: &str = "DELETE FROM access_session WHERE id = $1";

const PURGE: &str = "
    DELETE FROM access_session
    WHERE created_at < $1 OR last_seen_at < $2";

/// All that a request asks of the records before its handler.
pub(crate) struct Found {
    pub(crate) session: Session,
    pub(crate) user: User,
    /// The generation of rights.
    pub(crate) generation: i64,
    pub(crate) proofs: Proofs,
}

/// The session whose secret has that hash, with its user.
pub(crate) async fn recognise(
    pool: &AnyPool,
    secret_hash: &str,
) -> Result<Option<Found>, sqlx::Error> {
    let row = sqlx::query(RECOGNISE).bind(secret_hash).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let session = read_as(&row, "session_id", "begun_at")?;
    Ok(Some(Found {
        session,
        user: users::read(&row)?,
        generation: row.try_get("generation")?,
        proofs: policy::read_proofs(&row)?,
    }))
}

/// The session with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    session: &str,
) -> Result<Option<Session>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(session).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// The sessions of a user, newest first; there are never more than [`SESSIONS_MAX`].
pub(crate) async fn of_user(
    executor: impl Executor<'_, Database = Any>,
    user: UserId,
) -> Result<Vec<Session>, sqlx::Error> {
    let rows = sqlx::query(OF_USER)
        .bind(user.to_string())
        .bind(i64::from(SESSIONS_MAX))
        .fetch_all(executor)
        .await?;
    rows.iter().map(read).collect()
}

/// The provider by which a session began, if by one.
pub(crate) async fn provider_of(
    connection: &mut AnyConnection,
    session: SessionId,
) -> Result<Option<ProviderId>, sqlx::Error> {
    let query = sqlx::query(PROVIDER_OF).bind(session.to_string());
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    other_id(&row, "provider_id")
}

/// Begins a session, by a provider if one vouched for the user.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    session: &Session,
    secret_hash: &str,
    provider: Option<ProviderId>,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(session.id.to_string())
        .bind(secret_hash)
        .bind(session.user_id.to_string())
        .bind(session.created_at.micros())
        .bind(session.last_seen_at.micros())
        .bind(session.source.as_str())
        .bind(session.user_agent.as_str())
        .bind(provider.map(|id| id.to_string()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that the session was seen.
pub(crate) async fn touch(
    connection: &mut AnyConnection,
    session: SessionId,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(TOUCH).bind(session.to_string()).bind(now.micros()).execute(connection).await?;
    Ok(())
}

/// Ends a session.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    session: SessionId,
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(session.to_string()).execute(connection).await?;
    Ok(())
}

/// Removes sessions whose time is over.
pub(crate) async fn purge(
    connection: &mut AnyConnection,
    limits: SessionLimits,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(PURGE)
        .bind(now.minus(limits.absolute).micros())
        .bind(now.minus(limits.idle).micros())
        .execute(connection)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Session, sqlx::Error> {
    read_as(row, "id", "created_at")
}

fn read_as(row: &AnyRow, id_column: &str, begun: &str) -> Result<Session, sqlx::Error> {
    Ok(Session {
        id: id(row, id_column)?,
        user_id: id(row, "user_id")?,
        created_at: Time::from_micros(row.try_get(begun)?),
        last_seen_at: Time::from_micros(row.try_get("last_seen_at")?),
        source: row.try_get("source")?,
        user_agent: row.try_get("user_agent")?,
    })
}
