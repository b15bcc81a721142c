use db::{DbError, Dialect, QueryBuilder};
use kernel::{FactSeq, Scope, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{resources::read_id, visible::push_visible};
use crate::{ComingFilter, ResourceId, ResourcesError, Teller};

const MOMENTS: &str = "
    SELECT told.due_at AS due_at, told.resource_id AS resource_id
    FROM resources_told told -- limit follows
    WHERE told.due_at > ";

const TELLERS: &str = "
    SELECT told_by, told_by_name, told_at, told_in
    FROM resources_told
    WHERE resource_id = $1 AND due_at = $2 AND told_by <> ''
    ORDER BY told_at, told_by
    LIMIT 100";

const FORGET: &str = "
    DELETE FROM resources_told
    WHERE resource_id = $1 AND due_at = $2";

/// A moment at which a resource is to become another.
pub(crate) type Moment = (Time, ResourceId);

/// At most `limit` moments after `now` and after the one given, in their order, at which something
/// was told of resources that `scope` covers today.
pub(crate) async fn coming_moments(
    connection: &mut AnyConnection,
    (dialect, scope): (Dialect, &Scope),
    filter: &ComingFilter,
    (now, after): (Time, Option<Moment>),
    limit: i64,
) -> Result<Vec<Moment>, ResourcesError> {
    let mut query = QueryBuilder::<Any>::new(MOMENTS);
    query.push_bind(now.micros());
    if let Some(until) = filter.until {
        query.push(" AND told.due_at <= ").push_bind(until.micros());
    }
    if let Some(resource) = filter.resource {
        query.push(" AND told.resource_id = ").push_bind(resource.to_string());
    }
    if let Some(told_by) = &filter.told_by {
        query.push(" AND told.told_by = ").push_bind(told_by.clone());
    }
    if let Some((at, resource)) = after {
        query.push(" AND (told.due_at > ").push_bind(at.micros());
        query.push(" OR (told.due_at = ").push_bind(at.micros());
        query.push(" AND told.resource_id > ").push_bind(resource.to_string()).push("))");
    }
    push_visible(&mut query, dialect, "told.resource_id", scope);
    query.push(" GROUP BY told.due_at, told.resource_id ORDER BY told.due_at, told.resource_id");
    query.push(" LIMIT ").push_bind(limit);
    let rows = query.build().fetch_all(connection).await.map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        let at: i64 = row.try_get("due_at").map_err(DbError::from)?;
        Ok((Time::from_micros(at), read_id(row, "resource_id")?))
    };
    rows.iter().map(read).collect()
}

/// Who told what changes of the resource at that moment, and in which fact.
pub(crate) async fn tellers(
    connection: &mut AnyConnection,
    (at, id): Moment,
) -> Result<Vec<(Teller, Option<FactSeq>)>, DbError> {
    let query = sqlx::query(TELLERS).bind(id.to_string()).bind(at.micros());
    let rows = query.fetch_all(connection).await?;
    let read = |row: &AnyRow| {
        let teller = Teller {
            id: row.try_get("told_by")?,
            name: row.try_get("told_by_name")?,
            at: row.try_get::<Option<i64>, _>("told_at")?.map(Time::from_micros),
        };
        Ok((teller, row.try_get::<Option<i64>, _>("told_in")?.map(FactSeq)))
    };
    rows.iter().map(read).collect()
}

/// Forgets that the resource becomes another at that moment.
pub(crate) async fn forget_moment(
    connection: &mut AnyConnection,
    (at, id): Moment,
) -> Result<(), DbError> {
    sqlx::query(FORGET).bind(id.to_string()).bind(at.micros()).execute(connection).await?;
    Ok(())
}
