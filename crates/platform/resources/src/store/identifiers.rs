use std::collections::BTreeMap;

use db::{DbError, Dialect, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _};

use super::{kinds::json, resources::read_id};
use crate::{
    Attributes, Identifier, Observed, ResourceId, ResourcesError, Source,
    model::{IDENTITY, Known},
};

/// At most so many resources share an identifier and are compared.
const SHARING_MAX: i64 = 50;

const CLEAR: &str = "
    DELETE FROM resources_identifier
    WHERE resource_id = $1 AND rule <> 'identity'";

const INSERT: &str = "
    INSERT INTO resources_identifier (resource_id, kind, rule, value)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (resource_id, rule, value) DO NOTHING";

const OF: &str = "
    SELECT rule, value
    FROM resources_identifier
    WHERE resource_id = $1
    ORDER BY rule, value
    LIMIT 200";

const SHARING: &str = "
    SELECT identifier.resource_id AS resource_id
    FROM resources_identifier identifier
    JOIN resources_resource resource ON resource.id = identifier.resource_id
    WHERE identifier.kind = $1 AND identifier.rule = $2 AND identifier.value = $3
        AND resource.merged_into IS NULL
    ORDER BY identifier.resource_id
    LIMIT $4";

const ALL_OF: &str = "
    SELECT resource_id, rule, value
    FROM resources_identifier -- limit follows
    WHERE ";

const MOVE: &str = "
    INSERT INTO resources_identifier (resource_id, kind, rule, value)
    SELECT $1, kind, rule, value
    FROM resources_identifier
    WHERE resource_id = $2 AND rule = 'identity'
    ON CONFLICT (resource_id, rule, value) DO NOTHING";

const REMOVE: &str = "
    DELETE FROM resources_identifier
    WHERE resource_id = $1 AND rule = $2 AND value = $3";

const OBSERVE: &str = "
    INSERT INTO resources_observed (
        resource_id, attribute, source, value, confidence, observed_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (resource_id, attribute, source) DO UPDATE
    SET value = excluded.value, confidence = excluded.confidence,
        observed_at = excluded.observed_at";

const FORGET: &str = "
    DELETE FROM resources_observed
    WHERE resource_id = $1 AND attribute = $2 AND source = $3";

const OBSERVED: &str = "
    SELECT attribute, source, value, confidence, observed_at
    FROM resources_observed
    WHERE resource_id = $1
    ORDER BY attribute, source
    LIMIT 1000";

/// Lets the resource be told by these, and keeps the identities that finders gave it.
pub(crate) async fn set_identifiers(
    connection: &mut AnyConnection,
    id: ResourceId,
    kind: &str,
    identifiers: &[Identifier],
) -> Result<(), DbError> {
    sqlx::query(CLEAR).bind(id.to_string()).execute(&mut *connection).await?;
    for identifier in identifiers {
        sqlx::query(INSERT)
            .bind(id.to_string())
            .bind(kind)
            .bind(identifier.rule.as_str())
            .bind(identifier.value.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Lets the resource be found by one more identity.
pub(crate) async fn add_identity(
    connection: &mut AnyConnection,
    id: ResourceId,
    kind: &str,
    identity: &str,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(id.to_string())
        .bind(kind)
        .bind(IDENTITY)
        .bind(identity)
        .execute(connection)
        .await?;
    Ok(())
}

/// What the resource is told by.
pub(crate) async fn identifiers_of(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Vec<Identifier>, DbError> {
    let rows = sqlx::query(OF).bind(id.to_string()).fetch_all(connection).await?;
    let identifier = |row: &sqlx::any::AnyRow| -> Result<Identifier, sqlx::Error> {
        Ok(Identifier { rule: row.try_get("rule")?, value: row.try_get("value")? })
    };
    Ok(rows.iter().map(identifier).collect::<Result<_, _>>()?)
}

/// Those of the kind that have this identifier, without those that turned out to be others.
pub(crate) async fn sharing(
    connection: &mut AnyConnection,
    kind: &str,
    identifier: &Identifier,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let rows = sqlx::query(SHARING)
        .bind(kind)
        .bind(identifier.rule.as_str())
        .bind(identifier.value.as_str())
        .bind(SHARING_MAX)
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    rows.iter().map(|row| read_id(row, "resource_id")).collect()
}

/// Those of the kind that share any of `identifiers`, with all they are told by.
pub(crate) async fn known_by(
    connection: &mut AnyConnection,
    dialect: Dialect,
    kind: &str,
    identifiers: &[Identifier],
) -> Result<Vec<Known>, ResourcesError> {
    let mut ids = Vec::new();
    for identifier in identifiers {
        ids.extend(sharing(connection, kind, identifier).await?);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    ids.sort_unstable();
    ids.dedup();
    let mut query = QueryBuilder::<Any>::new(ALL_OF);
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    dialect.push_one_of(&mut query, "resource_id", texts.iter().map(String::as_str));
    query.push(" ORDER BY resource_id, rule, value LIMIT 10000");
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    let mut known: BTreeMap<ResourceId, Vec<Identifier>> = BTreeMap::new();
    for row in &rows {
        let identifier = Identifier {
            rule: row.try_get("rule").map_err(DbError::from)?,
            value: row.try_get("value").map_err(DbError::from)?,
        };
        known.entry(read_id(row, "resource_id")?).or_default().push(identifier);
    }
    Ok(known.into_iter().map(|(id, identifiers)| Known { id, identifiers }).collect())
}

/// Lets `kept` be found by the identities of `gone`, too.
pub(crate) async fn share_identities(
    connection: &mut AnyConnection,
    kept: ResourceId,
    gone: ResourceId,
) -> Result<(), DbError> {
    let query = sqlx::query(MOVE).bind(kept.to_string()).bind(gone.to_string());
    query.execute(connection).await?;
    Ok(())
}

/// Lets the resource not be told by this any more.
pub(crate) async fn remove_identifier(
    connection: &mut AnyConnection,
    id: ResourceId,
    identifier: &Identifier,
) -> Result<(), DbError> {
    sqlx::query(REMOVE)
        .bind(id.to_string())
        .bind(identifier.rule.as_str())
        .bind(identifier.value.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what was seen of a resource and not believed.
pub(crate) async fn observe(
    connection: &mut AnyConnection,
    id: ResourceId,
    overruled: &Attributes,
    source: Source,
    now: Time,
) -> Result<(), DbError> {
    for (attribute, value) in overruled {
        if value.is_null() {
            continue;
        }
        sqlx::query(OBSERVE)
            .bind(id.to_string())
            .bind(attribute.as_str())
            .bind(source.name())
            .bind(value.to_string())
            .bind(source.confidence())
            .bind(now.micros())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Forgets what a source has seen of an attribute.
pub(crate) async fn forget_observed(
    connection: &mut AnyConnection,
    id: ResourceId,
    attribute: &str,
    source: Source,
) -> Result<(), DbError> {
    let query = sqlx::query(FORGET).bind(id.to_string()).bind(attribute).bind(source.name());
    query.execute(connection).await?;
    Ok(())
}

/// What was seen of a resource and not believed.
pub(crate) async fn observed_of(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Vec<Observed>, ResourcesError> {
    let rows = sqlx::query(OBSERVED).bind(id.to_string()).fetch_all(connection).await;
    let rows = rows.map_err(DbError::from)?;
    let mut observed = Vec::with_capacity(rows.len());
    for row in &rows {
        observed.push(Observed {
            attribute: row.try_get("attribute").map_err(DbError::from)?,
            source: super::resources::read_source(row)?,
            value: json(row, "value")?,
            confidence: row.try_get("confidence").map_err(DbError::from)?,
            observed_at: Time::from_micros(row.try_get("observed_at").map_err(DbError::from)?),
        });
    }
    Ok(observed)
}
