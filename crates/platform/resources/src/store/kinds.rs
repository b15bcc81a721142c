use db::DbError;
use kernel::Text;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{Kind, RelationKind, ResourcesError, model::Kinds};

const KINDS: &str = "
    SELECT name, title_en, title_zh, parent, icon, attributes
    FROM resources_kind
    ORDER BY position, name
    LIMIT 1000";

const RELATION_KINDS: &str = "
    SELECT name, forward_en, forward_zh, backward_en, backward_zh, one_target, acyclic
    FROM resources_relation_kind
    ORDER BY position, name
    LIMIT 1000";

/// All kinds.
///
/// Errors: [`ResourcesError::Unreadable`] when a kind's attributes are not what they should be.
pub(crate) async fn all_kinds(connection: &mut AnyConnection) -> Result<Kinds, ResourcesError> {
    let rows = sqlx::query(KINDS).fetch_all(connection).await.map_err(DbError::from)?;
    Ok(Kinds::new(&rows.iter().map(read_kind).collect::<Result<Vec<_>, _>>()?))
}

/// All kinds of relations.
pub(crate) async fn all_relation_kinds(
    connection: &mut AnyConnection,
) -> Result<Vec<RelationKind>, DbError> {
    let rows = sqlx::query(RELATION_KINDS).fetch_all(connection).await?;
    rows.iter().map(read_relation_kind).collect()
}

fn read_kind(row: &AnyRow) -> Result<Kind, ResourcesError> {
    let text = |column: &str| row.try_get::<String, _>(column).map_err(DbError::from);
    let name = text("name")?;
    let attributes = serde_json::from_str(&text("attributes")?).map_err(|error| {
        let what = format!("attributes of the kind {name}");
        ResourcesError::Unreadable { what, found: error.to_string() }
    })?;
    Ok(Kind {
        name,
        title: Text::new(text("title_en")?, text("title_zh")?),
        parent: row.try_get("parent").map_err(DbError::from)?,
        icon: text("icon")?,
        attributes,
    })
}

fn read_relation_kind(row: &AnyRow) -> Result<RelationKind, DbError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(RelationKind {
        name: text("name")?,
        forward: Text::new(text("forward_en")?, text("forward_zh")?),
        backward: Text::new(text("backward_en")?, text("backward_zh")?),
        one_target: row.try_get::<i64, _>("one_target")? != 0,
        acyclic: row.try_get::<i64, _>("acyclic")? != 0,
    })
}
