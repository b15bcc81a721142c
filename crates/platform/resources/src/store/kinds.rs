use db::DbError;
use kernel::Text;
use serde::de::DeserializeOwned;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{AttributeDefinition, Cardinality, Kind, Kinds, RelationKind, ResourcesError};

const KINDS: &str = "
    SELECT name, title_en, title_zh, help_en, help_zh, parent, icon, attributes, life_cycle,
        identification, authority, shipped, retired, version
    FROM resources_kind
    ORDER BY position, name
    LIMIT 1000";

const SHIPPED_ATTRIBUTES: &str = "
    SELECT shipped_attributes
    FROM resources_kind
    WHERE name = $1 -- one row";

const INSERT_KIND: &str = "
    INSERT INTO resources_kind (
        name, position, title_en, title_zh, help_en, help_zh, parent, icon, attributes, life_cycle,
        identification, authority, shipped, retired, version)
    VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM resources_kind),
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13)";

const UPDATE_KIND: &str = "
    UPDATE resources_kind
    SET title_en = $1, title_zh = $2, help_en = $3, help_zh = $4, parent = $5, icon = $6,
        attributes = $7, life_cycle = $8, identification = $9, authority = $10, retired = $11,
        version = $12
    WHERE name = $13 AND version = $14";

const RELATION_KINDS: &str = "
    SELECT name, forward_en, forward_zh, backward_en, backward_zh, source_kinds, target_kinds,
        targets, sources, acyclic, on_retirement, failure, weight, gives_place, shipped, retired,
        version
    FROM resources_relation_kind
    ORDER BY position, name
    LIMIT 1000";

const INSERT_RELATION_KIND: &str = "
    INSERT INTO resources_relation_kind (
        name, position, forward_en, forward_zh, backward_en, backward_zh, one_target, acyclic,
        source_kinds, target_kinds, targets, sources, on_retirement, failure, weight, gives_place,
        shipped, retired, version)
    VALUES ($1, (SELECT COALESCE(MAX(position), 0) + 1 FROM resources_relation_kind),
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17)";

const UPDATE_RELATION_KIND: &str = "
    UPDATE resources_relation_kind
    SET forward_en = $1, forward_zh = $2, backward_en = $3, backward_zh = $4, one_target = $5,
        acyclic = $6, source_kinds = $7, target_kinds = $8, targets = $9, sources = $10,
        on_retirement = $11, failure = $12, weight = $13, gives_place = $14, retired = $15,
        version = $16
    WHERE name = $17 AND version = $18";

/// All kinds.
///
/// Errors: [`ResourcesError::Unreadable`] when a kind's attributes are not what they should be.
pub(crate) async fn all_kinds(connection: &mut AnyConnection) -> Result<Kinds, ResourcesError> {
    let rows = sqlx::query(KINDS).fetch_all(connection).await.map_err(DbError::from)?;
    Ok(Kinds::new(rows.iter().map(read_kind).collect::<Result<Vec<_>, _>>()?))
}

/// The attributes that the kind was shipped with; none for those that people made.
pub(crate) async fn shipped_attributes(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Vec<AttributeDefinition>, ResourcesError> {
    let row = sqlx::query(SHIPPED_ATTRIBUTES).bind(name).fetch_optional(connection).await;
    let row = row.map_err(DbError::from)?;
    row.map_or(Ok(Vec::new()), |row| json(&row, "shipped_attributes"))
}

/// Writes a new kind.
pub(crate) async fn insert_kind(
    connection: &mut AnyConnection,
    kind: &Kind,
) -> Result<(), DbError> {
    sqlx::query(INSERT_KIND)
        .bind(kind.name.as_str())
        .bind(kind.title.en.as_str())
        .bind(kind.title.zh.as_str())
        .bind(kind.help.en.as_str())
        .bind(kind.help.zh.as_str())
        .bind(kind.parent.as_deref())
        .bind(kind.icon.as_str())
        .bind(text(&kind.attributes)?)
        .bind(text(&kind.life_cycle)?)
        .bind(text(&kind.identification)?)
        .bind(text(&kind.authority)?)
        .bind(i64::from(kind.retired))
        .bind(kind.version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes `kind` over the version before it. Returns whether that version was still there.
pub(crate) async fn update_kind(
    connection: &mut AnyConnection,
    kind: &Kind,
) -> Result<bool, DbError> {
    let done = sqlx::query(UPDATE_KIND)
        .bind(kind.title.en.as_str())
        .bind(kind.title.zh.as_str())
        .bind(kind.help.en.as_str())
        .bind(kind.help.zh.as_str())
        .bind(kind.parent.as_deref())
        .bind(kind.icon.as_str())
        .bind(text(&kind.attributes)?)
        .bind(text(&kind.life_cycle)?)
        .bind(text(&kind.identification)?)
        .bind(text(&kind.authority)?)
        .bind(i64::from(kind.retired))
        .bind(kind.version)
        .bind(kind.name.as_str())
        .bind(kind.version - 1)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// All kinds of relations.
pub(crate) async fn all_relation_kinds(
    connection: &mut AnyConnection,
) -> Result<Vec<RelationKind>, ResourcesError> {
    let rows = sqlx::query(RELATION_KINDS).fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(read_relation_kind).collect()
}

/// Writes a new kind of relation.
pub(crate) async fn insert_relation_kind(
    connection: &mut AnyConnection,
    kind: &RelationKind,
) -> Result<(), DbError> {
    let query = sqlx::query(INSERT_RELATION_KIND).bind(kind.name.as_str());
    bind_relation_kind(query, kind)?.execute(connection).await?;
    Ok(())
}

/// Writes `kind` over the version before it. Returns whether that version was still there.
pub(crate) async fn update_relation_kind(
    connection: &mut AnyConnection,
    kind: &RelationKind,
) -> Result<bool, DbError> {
    let query = bind_relation_kind(sqlx::query(UPDATE_RELATION_KIND), kind)?;
    let query = query.bind(kind.name.as_str()).bind(kind.version - 1);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

fn bind_relation_kind<'q>(query: Query<'q>, kind: &'q RelationKind) -> Result<Query<'q>, DbError> {
    Ok(query
        .bind(kind.forward.en.as_str())
        .bind(kind.forward.zh.as_str())
        .bind(kind.backward.en.as_str())
        .bind(kind.backward.zh.as_str())
        .bind(i64::from(kind.targets != Cardinality::Many))
        .bind(i64::from(kind.acyclic))
        .bind(text(&kind.source_kinds)?)
        .bind(text(&kind.target_kinds)?)
        .bind(kind.targets.name())
        .bind(kind.sources.name())
        .bind(kind.on_retirement.name())
        .bind(kind.failure.name())
        .bind(kind.weight)
        .bind(i64::from(kind.gives_place))
        .bind(i64::from(kind.retired))
        .bind(kind.version))
}

fn read_kind(row: &AnyRow) -> Result<Kind, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    Ok(Kind {
        name: text("name")?,
        title: Text::new(text("title_en")?, text("title_zh")?),
        help: Text::new(text("help_en")?, text("help_zh")?),
        parent: row.try_get("parent").map_err(DbError::from)?,
        icon: text("icon")?,
        attributes: json(row, "attributes")?,
        life_cycle: json(row, "life_cycle")?,
        identification: json(row, "identification")?,
        authority: json(row, "authority")?,
        shipped: number("shipped")? != 0,
        retired: number("retired")? != 0,
        version: number("version")?,
    })
}

fn read_relation_kind(row: &AnyRow) -> Result<RelationKind, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let number = |column: &str| row.try_get::<i64, _>(column).map_err(DbError::from);
    let unreadable = |what: &str, found: String| ResourcesError::Unreadable {
        what: format!("{what} of a kind of relation"),
        found,
    };
    let cardinality = |column: &str| {
        let name = text(column)?;
        Cardinality::from_name(&name).ok_or_else(|| unreadable(column, name))
    };
    let (removal, failure) = (text("on_retirement")?, text("failure")?);
    Ok(RelationKind {
        name: text("name")?,
        forward: Text::new(text("forward_en")?, text("forward_zh")?),
        backward: Text::new(text("backward_en")?, text("backward_zh")?),
        source_kinds: json(row, "source_kinds")?,
        target_kinds: json(row, "target_kinds")?,
        targets: cardinality("targets")?,
        sources: cardinality("sources")?,
        acyclic: number("acyclic")? != 0,
        on_retirement: crate::OnRetirement::from_name(&removal)
            .ok_or_else(|| unreadable("on_retirement", removal))?,
        failure: crate::FailureDirection::from_name(&failure)
            .ok_or_else(|| unreadable("failure", failure))?,
        weight: number("weight")?,
        gives_place: number("gives_place")? != 0,
        shipped: number("shipped")? != 0,
        retired: number("retired")? != 0,
        version: number("version")?,
    })
}

/// JSON text that the row holds.
///
/// Errors: [`ResourcesError::Unreadable`] naming the column.
pub(super) fn json<T: DeserializeOwned>(row: &AnyRow, column: &str) -> Result<T, ResourcesError> {
    let text: String = row.try_get(column).map_err(DbError::from)?;
    serde_json::from_str(&text).map_err(|error| ResourcesError::Unreadable {
        what: column.to_owned(),
        found: error.to_string(),
    })
}

/// JSON text for a row.
pub(crate) fn text(value: &impl serde::Serialize) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Sql(sqlx::Error::Encode(error.into())))
}
