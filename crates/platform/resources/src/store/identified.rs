use db::{DbError, Dialect, QueryBuilder};
use sqlx::{Any, AnyConnection, Row as _};

const BEHIND: &str = "
    SELECT name, version, identified_after
    FROM resources_kind
    WHERE identified_version < version
    ORDER BY position
    LIMIT 100";

const STEP: &str = "
    UPDATE resources_kind
    SET identified_after = $1
    WHERE name = $2 AND version = $3";

const DONE: &str = "
    UPDATE resources_kind
    SET identified_version = version, identified_after = ''
    WHERE name = $1 AND version = $2";

const AGAIN: &str = "
    UPDATE resources_kind
    SET identified_version = 0, identified_after = ''
    WHERE ";

/// A kind whose resources' identifiers do not follow its rules yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Behind {
    pub(crate) kind: String,
    pub(crate) version: i64,
    /// The last resource that does.
    pub(crate) after: String,
}

/// The kinds whose resources' identifiers do not follow their rules yet.
pub(crate) async fn kinds_behind(connection: &mut AnyConnection) -> Result<Vec<Behind>, DbError> {
    let rows = sqlx::query(BEHIND).fetch_all(connection).await?;
    let behind = |row: &sqlx::any::AnyRow| -> Result<Behind, sqlx::Error> {
        Ok(Behind {
            kind: row.try_get("name")?,
            version: row.try_get("version")?,
            after: row.try_get("identified_after")?,
        })
    };
    Ok(rows.iter().map(behind).collect::<Result<_, _>>()?)
}

/// Notes that the identifiers follow as far as `after`; none: of all resources of the kind.
pub(crate) async fn note_identified(
    connection: &mut AnyConnection,
    behind: &Behind,
    after: Option<&str>,
) -> Result<(), DbError> {
    let query = match after {
        Some(after) => sqlx::query(STEP).bind(after),
        None => sqlx::query(DONE),
    };
    query.bind(behind.kind.as_str()).bind(behind.version).execute(connection).await?;
    Ok(())
}

/// Lets the identifiers of these kinds' resources be made again.
pub(crate) async fn identify_again(
    connection: &mut AnyConnection,
    dialect: Dialect,
    kinds: &[&str],
) -> Result<(), DbError> {
    let mut query = QueryBuilder::<Any>::new(AGAIN);
    dialect.push_one_of(&mut query, "name", kinds.iter().copied());
    query.build().execute(connection).await?;
    Ok(())
}
