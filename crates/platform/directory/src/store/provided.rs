use db::DbError;
use sqlx::AnyConnection;

use crate::{DirectoryError, PersonId, ldap::Source};

const INSERT: &str = "
    INSERT INTO directory_source (id, name, settings, version, created_at, updated_at, kind)
    VALUES ($1, $2, '{}', $3, $4, $5, 'scim')";

const IN_LDAP: &str = "
    SELECT COUNT(*)
    FROM directory_link
    JOIN directory_source ON directory_source.id = directory_link.source_id
    WHERE directory_link.person_id = $1 AND directory_link.gone_at IS NULL
        AND directory_source.kind = 'ldap'";

const PUT_ON_GRANTED: &str = "
    SELECT COUNT(*)
    FROM directory_link
    JOIN directory_source ON directory_source.id = directory_link.source_id
    WHERE directory_link.person_id = $1 AND directory_link.gone_at IS NULL
        AND directory_source.kind = 'scim' AND directory_source.granted_posts = 1";

const PUTS_ON_GRANTED: &str = "
    SELECT COUNT(*)
    FROM directory_source
    WHERE kind = 'scim' AND granted_posts = 1";

/// Writes a new source that tells of people by itself.
pub(crate) async fn insert_provided(
    connection: &mut AnyConnection,
    source: &Source,
) -> Result<(), DirectoryError> {
    sqlx::query(INSERT)
        .bind(source.id.to_string())
        .bind(source.name.as_str())
        .bind(source.version)
        .bind(source.created_at.micros())
        .bind(source.updated_at.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Whether a source of LDAP had the person the last time.
pub(crate) async fn is_in_ldap(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<bool, DirectoryError> {
    let query = sqlx::query_scalar(IN_LDAP).bind(person.to_string());
    let count: i64 = query.fetch_one(connection).await.map_err(DbError::from)?;
    Ok(count > 0)
}

/// Whether a source that tells by itself has the person, and may fill posts that roles are granted
/// to.
pub(crate) async fn is_put_on_granted(
    connection: &mut AnyConnection,
    person: PersonId,
) -> Result<bool, DirectoryError> {
    let query = sqlx::query_scalar(PUT_ON_GRANTED).bind(person.to_string());
    let count: i64 = query.fetch_one(connection).await.map_err(DbError::from)?;
    Ok(count > 0)
}

/// Whether any source that tells by itself may fill posts that roles are granted to.
pub(crate) async fn any_puts_on_granted(
    connection: &mut AnyConnection,
) -> Result<bool, DirectoryError> {
    let query = sqlx::query_scalar(PUTS_ON_GRANTED);
    let count: i64 = query.fetch_one(connection).await.map_err(DbError::from)?;
    Ok(count > 0)
}
