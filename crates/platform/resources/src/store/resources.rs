use std::collections::HashMap;

use db::{DbError, Dialect, QueryBuilder};
use kernel::{Page, Scope, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    filter::By,
    kinds::{json, text as json_text},
    visible::push_own_visible,
};
use crate::{
    Resource, ResourceId, ResourceName, ResourcePlace, ResourcesError, Source,
    model::{FOLDED_AS, folded, searched},
};

/// Which resources are asked for; every field that is set narrows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// With this text in their names or in what is said of them, ignoring case.
    pub text: Option<String>,
    /// Where that text is looked for.
    pub text_in: TextIn,
    /// Only those out of use (true) or in use (false).
    pub retired: Option<bool>,
    /// Of this unit, and no other.
    pub unit_id: Option<String>,
    /// Where this region is, or one within it: by its own region, or by that of its unit.
    pub region_id: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// In this state of their lives.
    pub life_cycle: Option<String>,
}

/// Where a text is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextIn {
    /// In names, descriptions, tags and the attributes that are text.
    #[default]
    Anywhere,
    /// In names alone.
    Names,
}

pub(super) const COLUMNS: &str = "
    SELECT id, kind, name, named_by_hand, identity, description, attributes, origins, source,
        confidence, unit_id, region_id, life_cycle, tags, retired_at, merged_into, version,
        created_at, updated_at
    FROM resources_resource -- limit follows
    WHERE ";

const NAMES: &str = "
    SELECT id, kind, name, unit_id, region_id
    FROM resources_resource -- all rows: one for each id asked for
    WHERE id IN (";

pub(super) const COUNT: &str = "
    SELECT COUNT(*)
    FROM resources_resource
    WHERE id > ";

const INSERT: &str = "
    INSERT INTO resources_resource (
        id, kind, name, name_folded, named_by_hand, identity, description, attributes, origins,
        source, confidence, unit_id, region_id, life_cycle, tags, retired, retired_at, merged_into,
        version, created_at, updated_at, folded, folded_as, searched)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24)";

const UPDATE: &str = "
    UPDATE resources_resource
    SET name = $1, name_folded = $2, named_by_hand = $3, description = $4, attributes = $5,
        origins = $6, unit_id = $7, region_id = $8, life_cycle = $9, tags = $10, retired = $11,
        retired_at = $12, merged_into = $13, version = $14, updated_at = $15, folded = $16,
        folded_as = $17, searched = $18
    WHERE id = $19 AND version = $20";

/// Ids asked for in one statement.
pub(super) const IDS_AT_ONCE: usize = 500;

/// The resource with that id.
pub(crate) async fn load_resource(
    connection: &mut AnyConnection,
    id: ResourceId,
) -> Result<Option<Resource>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("id = ").push_bind(id.to_string());
    let row = query.build().fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read).transpose()
}

/// The resource of that kind with that identity.
pub(crate) async fn load_by_identity(
    connection: &mut AnyConnection,
    kind: &str,
    identity: &str,
) -> Result<Option<Resource>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("kind = ").push_bind(kind.to_owned());
    query.push(" AND identity = ").push_bind(identity.to_owned());
    let row = query.build().fetch_optional(connection).await.map_err(DbError::from)?;
    row.as_ref().map(read).transpose()
}

/// The resources with these ids, in the order of their ids; ids of none are left out.
pub(crate) async fn load_resources(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<Vec<Resource>, ResourcesError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(COLUMNS);
        push_ids(&mut query, "id", ids);
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            found.push(read(row)?);
        }
    }
    found.sort_by_key(|resource| resource.id);
    Ok(found)
}

/// One more than the page holds of those that match and that `scope` covers, in the order of
/// their ids.
pub(crate) async fn list_resources(
    connection: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
    (filter, area): Fields<'_>,
    page: &Page,
) -> Result<Vec<Resource>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(COLUMNS);
    query.push("id > ").push_bind(page.after.clone().unwrap_or_default());
    push_filter(&mut query, dialect, (filter, area));
    push_own_visible(&mut query, dialect, scope);
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read).collect()
}

/// How many match of those that `scope` covers.
pub(crate) async fn count_resources(
    connection: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
    (filter, area): Fields<'_>,
) -> Result<i64, DbError> {
    let mut query = QueryBuilder::<Any>::new(COUNT);
    query.push_bind(String::new());
    push_filter(&mut query, dialect, (filter, area));
    push_own_visible(&mut query, dialect, scope);
    Ok(query.build_query_scalar().fetch_one(connection).await?)
}

/// What is asked of the fields, with where the region asked for is.
pub(crate) type Fields<'f> = (&'f ResourceFilter, &'f Scope);

pub(super) fn push_filter(
    query: &mut QueryBuilder<Any>,
    dialect: Dialect,
    (filter, area): Fields<'_>,
) {
    push_own_visible(query, dialect, area);
    for (column, value) in
        [("kind", &filter.kind), ("unit_id", &filter.unit_id), ("life_cycle", &filter.life_cycle)]
    {
        if let Some(value) = value {
            query.push(format!(" AND {column} = ")).push_bind(value.clone());
        }
    }
    if let Some(retired) = filter.retired {
        let by = if filter.kind.is_some() { By::Kind } else { By::Other };
        query.push(" AND ").push(by.retired("resources_resource"));
        query.push(" = ").push_bind(i64::from(retired));
    }
    if let Some(text) = &filter.text {
        let like = containing(text);
        query.push(" AND (name_folded LIKE ").push_bind(like.clone()).push(" ESCAPE '!'");
        if filter.text_in == TextIn::Anywhere {
            query.push(" OR searched LIKE ").push_bind(like).push(" ESCAPE '!'");
        }
        query.push(")");
    }
    if let Some(tag) = &filter.tag {
        query.push(
            " AND id IN (
                SELECT tagging.resource_id
                FROM resources_tagging tagging
                JOIN resources_tag tag ON tag.word = tagging.word
                WHERE tag.word_folded = ",
        );
        query.push_bind(tag.to_lowercase()).push(")");
    }
}

/// Adds `column IN (…)` for these ids.
pub(super) fn push_ids(query: &mut QueryBuilder<Any>, column: &str, ids: &[ResourceId]) {
    query.push(column).push(" IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.to_string());
    }
    query.push(")");
}

/// What the resources with these ids are called and where they belong; ids of none are left out.
pub(crate) async fn names_of(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<HashMap<ResourceId, (ResourceName, ResourcePlace)>, ResourcesError> {
    let mut names = HashMap::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(NAMES);
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.to_string());
        }
        query.push(")");
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            let id = read_id(row, "id")?;
            let column = |name: &str| row.try_get(name).map_err(DbError::from);
            let name = ResourceName {
                id,
                kind: row.try_get("kind").map_err(DbError::from)?,
                name: row.try_get("name").map_err(DbError::from)?,
            };
            let place = ResourcePlace::new(id, column("unit_id")?, column("region_id")?);
            names.insert(id, (name, place));
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
        .bind(json_text(&resource.attributes)?)
        .bind(json_text(&resource.origins)?)
        .bind(resource.source.name())
        .bind(resource.confidence)
        .bind(resource.unit_id.as_deref())
        .bind(resource.region_id.as_deref())
        .bind(resource.life_cycle.as_str())
        .bind(json_text(&resource.tags)?)
        .bind(i64::from(resource.retired_at.is_some()))
        .bind(resource.retired_at.map(Time::micros))
        .bind(resource.merged_into.map(|id| id.to_string()))
        .bind(resource.version)
        .bind(resource.created_at.micros())
        .bind(resource.updated_at.micros())
        .bind(folded(resource).to_string())
        .bind(FOLDED_AS)
        .bind(searched(resource))
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
        .bind(json_text(&resource.attributes)?)
        .bind(json_text(&resource.origins)?)
        .bind(resource.unit_id.as_deref())
        .bind(resource.region_id.as_deref())
        .bind(resource.life_cycle.as_str())
        .bind(json_text(&resource.tags)?)
        .bind(i64::from(resource.retired_at.is_some()))
        .bind(resource.retired_at.map(Time::micros))
        .bind(resource.merged_into.map(|id| id.to_string()))
        .bind(resource.version)
        .bind(resource.updated_at.micros())
        .bind(folded(resource).to_string())
        .bind(FOLDED_AS)
        .bind(searched(resource))
        .bind(resource.id.to_string())
        .bind(resource.version - 1)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// A LIKE pattern for folded names that contain `text`.
pub(crate) fn containing(text: &str) -> String {
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

/// The source in the row.
pub(super) fn read_source(row: &AnyRow) -> Result<Source, ResourcesError> {
    let source: String = row.try_get("source").map_err(DbError::from)?;
    Source::from_name(&source)
        .ok_or_else(|| ResourcesError::Unreadable { what: "source".to_owned(), found: source })
}

/// A resource from a row with its columns, of the register or of its history.
pub(crate) fn read(row: &AnyRow) -> Result<Resource, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let maybe = |column: &str| row.try_get::<Option<String>, _>(column).map_err(DbError::from);
    let time = |column: &str| -> Result<Option<Time>, DbError> {
        Ok(row.try_get::<Option<i64>, _>(column)?.map(Time::from_micros))
    };
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let merged_into = maybe("merged_into")?.map(|id| {
        let unreadable =
            || ResourcesError::Unreadable { what: "merged_into".to_owned(), found: id.clone() };
        id.parse().map_err(|_| unreadable())
    });
    Ok(Resource {
        id: read_id(row, "id")?,
        kind: text("kind")?,
        name: text("name")?,
        named_by_hand: number("named_by_hand")? != 0,
        identity: maybe("identity")?,
        description: text("description")?,
        attributes: json(row, "attributes")?,
        origins: json(row, "origins")?,
        source: read_source(row)?,
        confidence: number("confidence")?,
        unit_id: maybe("unit_id")?,
        region_id: maybe("region_id")?,
        life_cycle: text("life_cycle")?,
        tags: json(row, "tags")?,
        retired_at: time("retired_at")?,
        merged_into: merged_into.transpose()?,
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
