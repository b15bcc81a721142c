use std::collections::{BTreeMap, HashMap, HashSet};

use db::{DbError, QueryBuilder};
use kernel::Time;
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{
    filter::Manner,
    kinds::{json, text as json_text},
    relation_versions::relations_as_of,
    relations,
    resources::{IDS_AT_ONCE, push_ids, read_id},
    visible::push_own_visible,
};
use crate::{
    AsOf, Enough, Redundancy, Relation, ResourceId, ResourceName, ResourcesError, Severity,
};

const RELATIONS: &str = "
    SELECT id, kind, source_id, target_id, source, confidence, weight, created_at
    FROM resources_relation -- limit follows
    WHERE ";

const NAMES: &str = "
    SELECT id, kind, name
    FROM resources_resource -- all rows: one for each id asked for
    WHERE ";

const REDUNDANCIES: &str = "
    SELECT id, resource_id, name, relation, members, enough, amount
    FROM resources_redundancy -- all rows: at most 50 for each id asked for
    WHERE ";

const INSERT_REDUNDANCY: &str = "
    INSERT INTO resources_redundancy (
        id, resource_id, position, name, relation, members, enough, amount)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const DELETE_REDUNDANCIES: &str = "
    DELETE FROM resources_redundancy
    WHERE resource_id = $1";

const WORST: &str = "
    SELECT relation, worst
    FROM resources_failure_worst
    ORDER BY relation
    LIMIT 1000";

const SET_WORST: &str = "
    INSERT INTO resources_failure_worst (relation, worst)
    VALUES ($1, $2)
    ON CONFLICT (relation) DO UPDATE SET worst = $3";

/// At most so many relations are read for one step of a walk.
const RELATIONS_MAX: i64 = 50_000;

/// The end of a relation that a walk stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Near {
    /// At its source.
    Source,
    /// At its target.
    Target,
}

impl Near {
    const fn column(self) -> &'static str {
        match self {
            Self::Source => "source_id",
            Self::Target => "target_id",
        }
    }

    /// The order of the index that begins with that end.
    const fn order(self) -> &'static str {
        match self {
            Self::Source => "source_id, kind, target_id",
            Self::Target => "target_id, kind, source_id",
        }
    }

    fn of(self, relation: &Relation) -> ResourceId {
        match self {
            Self::Source => relation.from,
            Self::Target => relation.to,
        }
    }
}

/// The relations of these kinds that have an end among `ids`, now or at a moment.
pub(crate) async fn relations_near(
    connection: &mut AnyConnection,
    near: Near,
    ids: &[ResourceId],
    kinds: &[&str],
    moment: Option<Time>,
) -> Result<Vec<Relation>, ResourcesError> {
    if kinds.is_empty() || ids.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(moment) = moment {
        let wanted: HashSet<&ResourceId> = ids.iter().collect();
        let mut found = relations_as_of(connection, ids, AsOf::known_now(moment)).await?;
        found.retain(|relation| {
            kinds.contains(&relation.kind.as_str()) && wanted.contains(&near.of(relation))
        });
        return Ok(found);
    }
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(RELATIONS);
        push_ids(&mut query, near.column(), ids);
        query.push(" AND kind IN (");
        let mut list = query.separated(", ");
        for kind in kinds {
            list.push_bind((*kind).to_owned());
        }
        // In the order of the index: by its id, SQLite would go through all relations of a kind.
        query.push(") ORDER BY ").push(near.order()).push(" LIMIT ").push_bind(RELATIONS_MAX);
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            found.push(relations::read(row)?);
        }
    }
    Ok(found)
}

/// What those of `ids` are called that the caller may see and that are in use at `moment`.
pub(crate) async fn names_in_use(
    connection: &mut AnyConnection,
    manner: Manner<'_>,
    ids: &[ResourceId],
    moment: Time,
) -> Result<HashMap<ResourceId, ResourceName>, ResourcesError> {
    let mut names = HashMap::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(NAMES);
        push_ids(&mut query, "id", ids);
        query.push(" AND (retired_at IS NULL OR retired_at > ").push_bind(moment.micros());
        query.push(")");
        push_own_visible(&mut query, manner.dialect, manner.scope);
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

/// The groups of these resources, each resource's in their order.
pub(crate) async fn redundancies_of(
    connection: &mut AnyConnection,
    ids: &[ResourceId],
) -> Result<Vec<Redundancy>, ResourcesError> {
    let mut found = Vec::new();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(REDUNDANCIES);
        push_ids(&mut query, "resource_id", ids);
        query.push(" ORDER BY resource_id, position");
        let rows = query.build().fetch_all(&mut *connection).await.map_err(DbError::from)?;
        for row in &rows {
            found.push(read_redundancy(row)?);
        }
    }
    Ok(found)
}

/// Writes the groups of a resource over those that are there.
pub(crate) async fn replace_redundancies(
    connection: &mut AnyConnection,
    resource: ResourceId,
    groups: &[Redundancy],
) -> Result<(), DbError> {
    sqlx::query(DELETE_REDUNDANCIES).bind(resource.to_string()).execute(&mut *connection).await?;
    for (position, group) in groups.iter().enumerate() {
        let (enough, amount) = match group.enough {
            Enough::Count(count) => ("count", count),
            Enough::Percent(percent) => ("percent", percent),
        };
        sqlx::query(INSERT_REDUNDANCY)
            .bind(group.id.to_string())
            .bind(resource.to_string())
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(group.name.as_str())
            .bind(group.relation.as_str())
            .bind(json_text(&group.members)?)
            .bind(enough)
            .bind(i64::from(amount))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The worst that failures do along relations, by their kinds; what is not there is down.
pub(crate) async fn worst_by_relation(
    connection: &mut AnyConnection,
) -> Result<BTreeMap<String, Severity>, ResourcesError> {
    let rows = sqlx::query(WORST).fetch_all(connection).await.map_err(DbError::from)?;
    let mut worst = BTreeMap::new();
    for row in &rows {
        let text: String = row.try_get("worst").map_err(DbError::from)?;
        let severity = Severity::from_name(&text).ok_or_else(|| ResourcesError::Unreadable {
            what: "worst".to_owned(),
            found: text.clone(),
        })?;
        worst.insert(row.try_get("relation").map_err(DbError::from)?, severity);
    }
    Ok(worst)
}

/// Keeps the worst that a failure does along a kind of relation.
pub(crate) async fn set_worst(
    connection: &mut AnyConnection,
    relation: &str,
    worst: Severity,
) -> Result<(), DbError> {
    sqlx::query(SET_WORST)
        .bind(relation)
        .bind(worst.name())
        .bind(worst.name())
        .execute(connection)
        .await?;
    Ok(())
}

fn read_redundancy(row: &AnyRow) -> Result<Redundancy, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let amount: i64 = row.try_get("amount").map_err(DbError::from)?;
    let amount = u32::try_from(amount).unwrap_or(u32::MAX);
    let enough = match text("enough")?.as_str() {
        "percent" => Enough::Percent(amount),
        _ => Enough::Count(amount),
    };
    Ok(Redundancy {
        id: read_id(row, "id")?,
        resource: read_id(row, "resource_id")?,
        name: text("name")?,
        relation: text("relation")?,
        members: json(row, "members")?,
        enough,
    })
}
