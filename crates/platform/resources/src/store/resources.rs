use std::collections::HashMap;

use db::{DbError, QueryBuilder};
use kernel::{Page, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Resource, ResourceId, ResourceName, ResourcesError, Source};

/// Which resources are asked for; every field that is set narrows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// With this text in their names, ignoring case.
    pub text: Option<String>,
    /// Only those out of use (true) or in use (false).
    pub retired: Option<bool>,
}

const COLUMNS: &str = "
    SELECT id, kind, name, named_by_hand, identity, description, attributes, source, retired_at,
        version, created_at, updated_at
    FROM resources_resource -- limit follows
    WHERE id > ";

const BY_ID: &str = "
    SELECT id, kind, name, named_by_hand, identity, description, attributes, source, retired_at,
        version, created_at, updated_at
    FROM resources_resource
    WHERE id = $1 -- one row";

const BY_IDENTITY: &str = "
    SELECT id, kind, name, named_by_hand, identity, description, attributes, source, retired_at,
        version, created_at, updated_at
    FROM resources_resource
    WHERE kind = $1 AND identity = $2 -- one row";

const NAMES: &str = "
    SELECT id, kind, name
    FROM resources_resource -- all rows: one for each id asked for
    WHERE id IN (";

const INSERT: &str = "
    INSERT INTO resources_resource (
        id, kind, name, name_folded, named_by_hand, identity, description, attributes, source,
        retired, retired_at, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const UPDATE: &str = "
    UPDATE resources_resource
    SET name = $1, name_folded = $2, named_by_hand = $3, description = $4, attributes = $5,
        retired = $6, retired_at = $7, version = $8, updated_at = $9
    WHERE id = $10 AND version = $11";

/// Ids asked for in one statement.
const NAMES_AT_ONCE: usize = 500;

/// The resource with that id.
pub(crate) async fn load_resource(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Option<Resource>, ResourcesError> {
    let row = sqlx::query(BY_ID).bind(id.to_string()).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// The resource of that kind with that identity.
pub(crate) async fn load_by_identity(
    connection: &mut AnyConnection,
    kind: &str,
    identity: &str,
) -> Result<Option<Resource>, ResourcesError> {
    let row = sqlx::query(BY_IDENTITY).bind(kind).bind(identity).fetch_optional(connection).await;
    row.map_err(DbError::from)?.as_ref().map(read).transpose()
}

/// One more than the page holds of those that match, in the order of their ids.
pub(crate) async fn list_resources(
    connection: &mut AnyConnection,
    filter: &ResourceFilter,
    page: &Page,
) -> Result<Vec<Resource>, ResourcesError> {
    let mut query = QueryBuilder::<sqlx::Any>::new(COLUMNS);
    query.push_bind(page.after.clone().unwrap_or_default());
    if let Some(kind) = &filter.kind {
        query.push(" AND kind = ").push_bind(kind.clone());
    }
    if let Some(retired) = filter.retired {
        query.push(" AND retired = ").push_bind(i64::from(retired));
    }
    if let Some(text) = &filter.text {
        query.push(" AND name_folded LIKE ").push_bind(containing(text)).push(" ESCAPE '!'");
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// What the resources with these ids are called; ids of none are left out.
pub(crate) async fn names_of(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, ResourceName>, ResourcesError> {
    let mut names = HashMap::new();
    for ids in ids.chunks(NAMES_AT_ONCE) {
        let mut query = QueryBuilder::<sqlx::Any>::new(NAMES);
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.to_string());
        }
        query.push(")");
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            let name = ResourceName {
                id: read_id(row, "id")?,
                kind: row.try_get("kind").map_err(DbError::from)?,
                name: row.try_get("name").map_err(DbError::from)?,
            };
            names.insert(name.id, name);
        }
    }
    Ok(names)
}

/// Writes a new resource.
pub(crate) async fn insert_resource(
    connection: &mut AnyConnection,
    resource: &Resource,
) -> Result<(), DbError> {
    sqlx::query(INSERT)
        .bind(resource.id.to_string())
        .bind(resource.kind.as_str())
        .bind(resource.name.as_str())
        .bind(resource.name.to_lowercase())
        .bind(i64::from(resource.named_by_hand))
        .bind(resource.identity.as_deref())
        .bind(resource.description.as_str())
        .bind(attributes_text(resource)?)
        .bind(resource.source.name())
        .bind(i64::from(resource.retired_at.is_some()))
        .bind(resource.retired_at.map(Time::micros))
        .bind(resource.version)
        .bind(resource.created_at.micros())
        .bind(resource.updated_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes `resource` over the version before it. Returns whether that version was still there.
pub(crate) async fn update_resource(
    connection: &mut AnyConnection,
    resource: &Resource,
) -> Result<bool, DbError> {
    let done = sqlx::query(UPDATE)
        .bind(resource.name.as_str())
        .bind(resource.name.to_lowercase())
        .bind(i64::from(resource.named_by_hand))
        .bind(resource.description.as_str())
        .bind(attributes_text(resource)?)
        .bind(i64::from(resource.retired_at.is_some()))
        .bind(resource.retired_at.map(Time::micros))
        .bind(resource.version)
        .bind(resource.updated_at.micros())
        .bind(resource.id.to_string())
        .bind(resource.version - 1)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

fn attributes_text(resource: &Resource) -> Result<String, DbError> {
    let text = serde_json::to_string(&resource.attributes);
    text.map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
}

/// A LIKE pattern for folded names that contain `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The id in `column`.
pub(super) fn read_id<K>(row: &AnyRow, column: &str) -> Result<kernel::Id<K>, ResourcesError> {
    let text: String = row.try_get(column).map_err(DbError::from)?;
    text.parse().map_err(|_| ResourcesError::Unreadable { what: column.to_owned(), found: text })
}

fn read(row: &AnyRow) -> Result<Resource, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let time = |column: &str| -> Result<Option<Time>, DbError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let id = read_id(row, "id")?;
    let attributes = serde_json::from_str(&text("attributes")?).map_err(|error| {
        let what = format!("attributes of the resource {id:?}");
        ResourcesError::Unreadable { what, found: error.to_string() }
    })?;
    let source = text("source")?;
    let source = Source::from_name(&source)
        .ok_or_else(|| ResourcesError::Unreadable { what: "source".to_owned(), found: source })?;
    Ok(Resource {
        id,
        kind: text("kind")?,
        name: text("name")?,
        named_by_hand: number("named_by_hand")? != 0,
        identity: row.try_get("identity").map_err(DbError::from)?,
        description: text("description")?,
        attributes,
        source,
        retired_at: time("retired_at")?,
        version: number("version")?,
        created_at: time("created_at")?.unwrap_or_default(),
        updated_at: time("updated_at")?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_with_a_meaning_in_patterns_stand_for_themselves() {
        for (text, pattern) in [
            ("Web", "%web%"),
            ("100%", "%100!%%"),
            ("a_b!", "%a!_b!!%"),
            ("ÄÖ", "%äö%"),
            ("", "%%"),
        ] {
            assert_eq!(containing(text), pattern);
        }
    }
}
