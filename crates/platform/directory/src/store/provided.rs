use db::DbError;
use sqlx::AnyConnection;

use crate::{DirectoryError, ldap::Source};

const INSERT: &str = "
    INSERT INTO directory_source (id, name, settings, version, created_at, updated_at, kind)
    VALUES ($1, $2, '{}', $3, $4, $5, 'scim')";

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
