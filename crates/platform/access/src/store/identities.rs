use std::collections::BTreeSet;

use db::{Dialect, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};

use super::{id, time_of};
use crate::model::{identity::Identity, password_hash, user::UserId};

/// One user is at most so many people elsewhere.
const OF_USER_MAX: i64 = 100;

const FIND: &str = "
    SELECT authority, subject, user_id, name, linked_at, last_used_at, own
    FROM access_identity
    WHERE authority = $1 AND subject = $2 -- one row";

const VOUCHED_FOR: &str = "
    SELECT u.id
    FROM access_user u
    -- limit follows
    WHERE (u.password_hash = '' OR u.password_hash = ";

const OF_USER: &str = "
    SELECT authority, subject, user_id, name, linked_at, last_used_at, own
    FROM access_identity
    WHERE user_id = $1
    ORDER BY authority, subject
    LIMIT $2";

const OF_DIRECTORIES: &str = "
    SELECT i.authority, i.subject, i.user_id, i.name, i.linked_at, i.last_used_at, i.own
    FROM access_identity i
    JOIN access_user u ON u.id = i.user_id AND u.disabled = 0
    WHERE i.authority LIKE 'ldap:%' AND (i.authority > $1 OR (i.authority = $2 AND i.subject > $3))
    ORDER BY i.authority, i.subject
    LIMIT $4";

const INSERT: &str = "
    INSERT INTO access_identity (authority, subject, user_id, name, linked_at, last_used_at, own)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const NOTE_USE: &str = "
    UPDATE access_identity
    SET name = $3, last_used_at = $4
    WHERE authority = $1 AND subject = $2";

const REMOVE: &str = "
    DELETE FROM access_identity
    WHERE user_id = $1 AND authority = $2 AND subject = $3";

/// Those of `users` whom another's word lets in: they have no password here, or a link that they
/// did not make themselves.
pub(crate) async fn vouched_for(
    connection: &mut AnyConnection,
    dialect: Dialect,
    users: &[&str],
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(VOUCHED_FOR);
    query.push_bind(password_hash::NOBODY.to_owned());
    query.push(" OR EXISTS (SELECT 1 FROM access_identity i WHERE i.user_id = u.id");
    query.push(" AND i.own = 0)) AND ");
    dialect.push_one_of(&mut query, "u.id", users.iter().copied());
    query.push(" LIMIT ").push_bind(super::groups::USERS_MAX);
    query.build().fetch_all(connection).await?.iter().map(|row| row.try_get("id")).collect()
}

/// Who somebody is here.
pub(crate) async fn find(
    executor: impl Executor<'_, Database = Any>,
    authority: &str,
    subject: &str,
) -> Result<Option<Identity>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(authority).bind(subject).fetch_optional(executor).await?;
    row.as_ref().map(read).transpose()
}

/// Who a user is elsewhere.
pub(crate) async fn of_user(
    executor: impl Executor<'_, Database = Any>,
    user: UserId,
) -> Result<Vec<Identity>, sqlx::Error> {
    let query = sqlx::query(OF_USER).bind(user.to_string()).bind(OF_USER_MAX);
    query.fetch_all(executor).await?.iter().map(read).collect()
}

/// Who users that are not kept out are in directories of others: so many behind that one.
pub(crate) async fn of_directories(
    executor: impl Executor<'_, Database = Any>,
    (authority, subject): (&str, &str),
    limit: u32,
) -> Result<Vec<Identity>, sqlx::Error> {
    let query = sqlx::query(OF_DIRECTORIES).bind(authority).bind(authority).bind(subject);
    query.bind(i64::from(limit)).fetch_all(executor).await?.iter().map(read).collect()
}

/// Links a user.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    identity: &Identity,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(identity.authority.as_str())
        .bind(identity.subject.as_str())
        .bind(identity.user_id.to_string())
        .bind(identity.name.as_str())
        .bind(identity.linked_at.micros())
        .bind(identity.last_used_at.map(Time::micros))
        .bind(i64::from(identity.own))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps that somebody came, and what they are called there now.
pub(crate) async fn note_use(
    connection: &mut AnyConnection,
    identity: &Identity,
    name: &str,
    now: Time,
) -> Result<(), sqlx::Error> {
    sqlx::query(NOTE_USE)
        .bind(identity.authority.as_str())
        .bind(identity.subject.as_str())
        .bind(name)
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Unlinks a user; whether they were linked.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    user: UserId,
    authority: &str,
    subject: &str,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query(REMOVE).bind(user.to_string()).bind(authority).bind(subject);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

fn read(row: &AnyRow) -> Result<Identity, sqlx::Error> {
    Ok(Identity {
        authority: row.try_get("authority")?,
        subject: row.try_get("subject")?,
        user_id: id(row, "user_id")?,
        name: row.try_get("name")?,
        linked_at: Time::from_micros(row.try_get("linked_at")?),
        last_used_at: time_of(row, "last_used_at")?,
        own: row.try_get::<i64, _>("own")? != 0,
        to_renew: row.try_get::<i64, _>("own")? == 2,
    })
}
