use db::{Dialect, QueryBuilder};
use kernel::{Granted, Page, PageOf, Time};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, scope_of, strange, text_of, time_of};
use crate::model::grant::{Ended, GrantId, Holder, HolderKind, Origin, RoleGrant};

/// Grants that are read at once, to one user or of one role. Of more nobody can say what they give:
/// then nothing is decided by them.
pub(crate) const GRANTS_MAX: i64 = 50_000;

const SELECT: &str = "
    SELECT id, holder_kind, holder_id, role, scope_kind, scope_ids, valid_from, valid_to, reason,
        origin, source_id, delegator_id, granted_by, granted_at, ended_at, ended_by, end_reason,
        past_of
    FROM access_grant
    -- limit follows
    WHERE ";

const BY_ID: &str = "
    SELECT id, holder_kind, holder_id, role, scope_kind, scope_ids, valid_from, valid_to, reason,
        origin, source_id, delegator_id, granted_by, granted_at, ended_at, ended_by, end_reason,
        past_of
    FROM access_grant
    WHERE id = $1
    LIMIT 1";

const OF_SOURCE: &str = "
    SELECT id, holder_kind, holder_id, role, scope_kind, scope_ids, valid_from, valid_to, reason,
        origin, source_id, delegator_id, granted_by, granted_at, ended_at, ended_by, end_reason,
        past_of
    FROM access_grant
    WHERE source_id = $1 AND ended_at IS NULL
    ORDER BY id
    LIMIT $2";

const GRANTED_POSTS: &str = "
    SELECT DISTINCT holder_id
    FROM access_grant
    WHERE holder_kind = 'post' AND ended_at IS NULL AND (valid_to IS NULL OR valid_to > $1)
    ORDER BY holder_id -- all rows: each is a post that gives something";

const COUNT_OF_ROLE: &str = "
    SELECT COUNT(*)
    FROM access_grant
    WHERE role = $1";

const INSERT: &str = "
    INSERT INTO access_grant (
        id, holder_kind, holder_id, role, scope_kind, scope_ids, valid_from, valid_to, reason,
        origin, source_id, delegator_id, granted_by, granted_at, past_of)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

const END: &str = "
    UPDATE access_grant
    SET ended_at = $2, ended_by = $3, end_reason = $4
    WHERE id = $1 AND ended_at IS NULL";

/// Which grants a list is limited to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// To this user, post or group.
    pub holder_id: Option<String>,
    /// Of this role.
    pub role: Option<String>,
    /// Also those that are over or were ended.
    pub with_past: bool,
}

/// The grant with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    grant: GrantId,
) -> Result<Option<RoleGrant>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(grant.to_string()).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// The grants to any of `holders` that nobody ended and that are not over at `now`.
pub(crate) async fn to_holders(
    connection: &mut AnyConnection,
    dialect: Dialect,
    holders: &[&str],
    now: Time,
) -> Result<Vec<RoleGrant>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    dialect.push_one_of(&mut query, "holder_id", holders.iter().copied());
    push_live(&mut query, now);
    all_of(query, connection).await
}

/// The grants of any of `roles` that nobody ended and that are not over at `now`.
pub(crate) async fn of_roles(
    connection: &mut AnyConnection,
    dialect: Dialect,
    roles: &[&str],
    now: Time,
) -> Result<Vec<RoleGrant>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    dialect.push_one_of(&mut query, "role", roles.iter().copied());
    push_live(&mut query, now);
    all_of(query, connection).await
}

/// Errors: there are more than [`GRANTS_MAX`].
async fn all_of(
    mut query: QueryBuilder<Any>,
    connection: &mut AnyConnection,
) -> Result<Vec<RoleGrant>, sqlx::Error> {
    query.push(" ORDER BY id LIMIT ").push_bind(GRANTS_MAX + 1);
    let rows = query.build().fetch_all(connection).await?;
    if rows.len() > GRANTS_MAX as usize {
        return Err(sqlx::Error::Protocol(format!("there are more than {GRANTS_MAX} grants")));
    }
    rows.iter().map(read).collect()
}

/// The posts to which something is granted that nobody ended and that is not over at `now`.
pub(crate) async fn granted_posts(
    connection: &mut AnyConnection,
    now: Time,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(GRANTED_POSTS).bind(now.micros()).fetch_all(connection).await
}

/// The grants over units and regions, and those that count within the part of who gave them, that
/// nobody ended and that are not over at `now`.
pub(crate) async fn of_parts(
    connection: &mut AnyConnection,
    now: Time,
) -> Result<Vec<RoleGrant>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    query.push("(scope_kind IN ('unit', 'region') OR past_of IS NOT NULL)");
    push_live(&mut query, now);
    query.push(" ORDER BY id LIMIT ").push_bind(GRANTS_MAX);
    query.build().fetch_all(connection).await?.iter().map(read).collect()
}

/// The grants that were passed on from `source` and that nobody ended.
pub(crate) async fn of_source(
    connection: &mut AnyConnection,
    source: GrantId,
) -> Result<Vec<RoleGrant>, sqlx::Error> {
    let rows = sqlx::query(OF_SOURCE)
        .bind(source.to_string())
        .bind(GRANTS_MAX)
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

/// How many grants of a role there are or ever were.
pub(crate) async fn count_of_role(
    connection: &mut AnyConnection,
    role: &str,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT_OF_ROLE).bind(role).fetch_one(connection).await
}

/// A page of grants in the order in which they were given; its key is the id.
pub(crate) async fn list(
    pool: &AnyPool,
    filter: &GrantFilter,
    now: Time,
    page: &Page,
) -> Result<PageOf<RoleGrant>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    query.push("id > ").push_bind(page.after.clone().unwrap_or_default());
    if let Some(holder) = &filter.holder_id {
        query.push(" AND holder_id = ").push_bind(holder.clone());
    }
    if let Some(role) = &filter.role {
        query.push(" AND role = ").push_bind(role.clone());
    }
    if !filter.with_past {
        push_live(&mut query, now);
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(pool).await?;
    let grants = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(grants, page.limit, |grant| grant.id.to_string()))
}

/// Adds a grant.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    grant: &RoleGrant,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(grant.id.to_string())
        .bind(grant.holder.kind.name())
        .bind(grant.holder.id.as_str())
        .bind(grant.role.as_str())
        .bind(grant.scope.kind())
        .bind(text_of(grant.scope.ids()))
        .bind(grant.valid_from.micros())
        .bind(grant.valid_to.map(Time::micros))
        .bind(grant.reason.as_str())
        .bind(grant.origin.name())
        .bind(grant.source_id.map(|id| id.to_string()))
        .bind(grant.delegator_id.map(|id| id.to_string()))
        .bind(grant.granted_by.as_str())
        .bind(grant.granted_at.micros())
        .bind(past_text(&grant.past_of)?)
        .execute(connection)
        .await?;
    Ok(())
}

fn past_text(past_of: &[Granted]) -> Result<Option<String>, sqlx::Error> {
    let text = (!past_of.is_empty()).then(|| serde_json::to_string(past_of));
    text.transpose().map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// Ends a grant that nobody ended before.
pub(crate) async fn end(
    connection: &mut AnyConnection,
    grant: GrantId,
    ended: &Ended,
) -> Result<(), sqlx::Error> {
    sqlx::query(END)
        .bind(grant.to_string())
        .bind(ended.at.micros())
        .bind(ended.by.as_str())
        .bind(ended.reason.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

fn push_live(query: &mut QueryBuilder<Any>, now: Time) {
    query.push(" AND ended_at IS NULL AND (valid_to IS NULL OR valid_to > ");
    query.push_bind(now.micros()).push(")");
}

fn read(row: &AnyRow) -> Result<RoleGrant, sqlx::Error> {
    let kind: String = row.try_get("holder_kind")?;
    let origin: String = row.try_get("origin")?;
    let other = |column: &str| -> Result<Option<String>, sqlx::Error> { row.try_get(column) };
    let ended = match time_of(row, "ended_at")? {
        Some(at) => Some(Ended {
            at,
            by: other("ended_by")?.unwrap_or_default(),
            reason: other("end_reason")?.unwrap_or_default(),
        }),
        None => None,
    };
    Ok(RoleGrant {
        id: id(row, "id")?,
        holder: Holder {
            kind: HolderKind::from_name(&kind).ok_or_else(|| strange("holder_kind", &kind))?,
            id: row.try_get("holder_id")?,
        },
        role: row.try_get("role")?,
        scope: scope_of(row)?,
        past_of: match other("past_of")? {
            Some(text) => serde_json::from_str(&text).map_err(|_| strange("past_of", &text))?,
            None => Vec::new(),
        },
        valid_from: Time::from_micros(row.try_get("valid_from")?),
        valid_to: time_of(row, "valid_to")?,
        reason: row.try_get("reason")?,
        origin: Origin::from_name(&origin).ok_or_else(|| strange("origin", &origin))?,
        source_id: super::other_id(row, "source_id")?,
        delegator_id: super::other_id(row, "delegator_id")?,
        granted_by: row.try_get("granted_by")?,
        granted_at: Time::from_micros(row.try_get("granted_at")?),
        ended,
    })
}
