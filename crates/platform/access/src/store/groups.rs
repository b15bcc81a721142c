use db::{Dialect, QueryBuilder};
use kernel::{Page, PageOf, Time};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::id;
use crate::model::{
    grant::{Holder, HolderKind},
    group::{GROUPS_MAX, Group, GroupGraph, GroupId},
    user::fold,
};

/// Groups in groups are read up to this number; there can be no more.
const EDGES_MAX: i64 = 20_000;
/// Users in groups are read up to this number at once.
pub(crate) const USERS_MAX: i64 = 200_000;

const BY_ID: &str = "
    SELECT id, name, description, version, created_at
    FROM access_group
    WHERE id = $1
    LIMIT 1";

const BY_NAME: &str = "
    SELECT id, name, description, version, created_at
    FROM access_group
    WHERE name_folded = $1
    LIMIT 1";

const LIST: &str = "
    SELECT id, name, description, version, created_at
    FROM access_group
    WHERE name_folded > $1
    ORDER BY name_folded
    LIMIT $2";

const NAMES: &str = "
    SELECT id, name
    FROM access_group
    ORDER BY id
    LIMIT $1";

const EDGES: &str = "
    SELECT group_id, member_id
    FROM access_member
    WHERE member_kind = 'group'
    ORDER BY group_id, member_id
    LIMIT $1";

const OF_USER: &str = "
    SELECT group_id
    FROM access_member
    WHERE member_id = $1 AND member_kind = 'user'
    ORDER BY group_id
    LIMIT $2";

const MEMBERS: &str = "
    SELECT m.member_kind, m.member_id, m.since, m.added_by,
        COALESCE(u.name, g.name, '') AS member_name
    FROM access_member m
    LEFT JOIN access_user u ON m.member_kind = 'user' AND u.id = m.member_id
    LEFT JOIN access_group g ON m.member_kind = 'group' AND g.id = m.member_id
    WHERE m.group_id = $1 AND m.member_id > $2
    ORDER BY m.member_id
    LIMIT $3";

const USERS_IN: &str = "
    SELECT m.group_id, m.member_id, u.name AS member_name, u.disabled
    FROM access_member m
    JOIN access_user u ON u.id = m.member_id
    -- limit follows
    WHERE m.member_kind = 'user' AND ";

const COUNT: &str = "SELECT COUNT(*) FROM access_group";

const INSERT: &str = "
    INSERT INTO access_group (id, name, name_folded, description, version, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

const UPDATE: &str = "
    UPDATE access_group
    SET name = $2, name_folded = $3, description = $4, version = $5
    WHERE id = $1";

const REMOVE_MEMBERSHIPS: &str = "
    DELETE FROM access_member
    WHERE group_id = $1 OR (member_kind = 'group' AND member_id = $1)";

const REMOVE: &str = "DELETE FROM access_group WHERE id = $1";

const ADD_MEMBER: &str = "
    INSERT INTO access_member (group_id, member_kind, member_id, since, added_by)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (group_id, member_kind, member_id) DO NOTHING";

const REMOVE_MEMBER: &str = "
    DELETE FROM access_member
    WHERE group_id = $1 AND member_kind = $2 AND member_id = $3";

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user or group.
    pub holder: Holder,
    /// What it is called.
    pub name: String,
    /// Since when it belongs to it.
    pub since: Time,
    /// The name of who added it.
    pub added_by: String,
}

/// A user who belongs to a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserInGroup {
    pub(crate) group_id: String,
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) disabled: bool,
}

/// The group with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    group: GroupId,
) -> Result<Option<Group>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(group.to_string()).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// The group of that name, in any case.
pub(crate) async fn by_name(
    executor: impl Executor<'_, Database = Any>,
    name: &str,
) -> Result<Option<Group>, sqlx::Error> {
    let row = sqlx::query(BY_NAME).bind(fold(name.trim())).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// A page of groups by name; its key is the folded name.
pub(crate) async fn list(pool: &AnyPool, page: &Page) -> Result<PageOf<Group>, sqlx::Error> {
    let rows = sqlx::query(LIST)
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let groups = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(groups, page.limit, |group| fold(&group.name)))
}

/// How many groups there are.
pub(crate) async fn count(connection: &mut AnyConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT).fetch_one(connection).await
}

/// How all groups lie in each other.
pub(crate) async fn graph(connection: &mut AnyConnection) -> Result<GroupGraph, sqlx::Error> {
    let names = sqlx::query(NAMES).bind(i64::from(GROUPS_MAX)).fetch_all(&mut *connection).await?;
    let edges = sqlx::query(EDGES).bind(EDGES_MAX).fetch_all(connection).await?;
    let pair = |row: &AnyRow, one: &str, other: &str| -> Result<(String, String), sqlx::Error> {
        Ok((row.try_get(one)?, row.try_get(other)?))
    };
    let names = names.iter().map(|row| pair(row, "id", "name"));
    let edges = edges.iter().map(|row| pair(row, "group_id", "member_id"));
    let (names, edges): (Result<Vec<_>, _>, Result<Vec<_>, _>) = (names.collect(), edges.collect());
    Ok(GroupGraph::new(names?, edges?))
}

/// The groups that a user belongs to directly.
pub(crate) async fn of_user(
    connection: &mut AnyConnection,
    user: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(OF_USER).bind(user).bind(i64::from(GROUPS_MAX)).fetch_all(connection).await
}

/// A page of a group's members; its key is the member's id.
pub(crate) async fn members(
    pool: &AnyPool,
    group: GroupId,
    page: &Page,
) -> Result<PageOf<Member>, sqlx::Error> {
    let rows = sqlx::query(MEMBERS)
        .bind(group.to_string())
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let members = rows.iter().map(member).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(members, page.limit, |member| member.holder.id.clone()))
}

/// The users who belong to one of `groups` directly.
pub(crate) async fn users_in(
    connection: &mut AnyConnection,
    dialect: Dialect,
    groups: &[String],
) -> Result<Vec<UserInGroup>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(USERS_IN);
    dialect.push_one_of(&mut query, "m.group_id", groups.iter().map(String::as_str));
    query.push(" ORDER BY u.name_folded LIMIT ").push_bind(USERS_MAX);
    let rows = query.build().fetch_all(connection).await?;
    let users = rows.iter().map(|row| {
        Ok(UserInGroup {
            group_id: row.try_get("group_id")?,
            user_id: row.try_get("member_id")?,
            user_name: row.try_get("member_name")?,
            disabled: row.try_get::<i64, _>("disabled")? != 0,
        })
    });
    users.collect()
}

/// Adds a group.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    group: &Group,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(group.id.to_string())
        .bind(group.name.as_str())
        .bind(fold(&group.name))
        .bind(group.description.as_str())
        .bind(group.version)
        .bind(group.created_at.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what may change of a group.
pub(crate) async fn update(
    connection: &mut AnyConnection,
    group: &Group,
) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(group.id.to_string())
        .bind(group.name.as_str())
        .bind(fold(&group.name))
        .bind(group.description.as_str())
        .bind(group.version)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes a group from everywhere.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    group: GroupId,
) -> Result<(), sqlx::Error> {
    let group = group.to_string();
    sqlx::query(REMOVE_MEMBERSHIPS).bind(group.as_str()).execute(&mut *connection).await?;
    sqlx::query(REMOVE).bind(group).execute(connection).await?;
    Ok(())
}

/// Adds a member; whether it was none before.
pub(crate) async fn add_member(
    connection: &mut AnyConnection,
    group: GroupId,
    member: &Holder,
    now: Time,
    by: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(ADD_MEMBER)
        .bind(group.to_string())
        .bind(member.kind.name())
        .bind(member.id.as_str())
        .bind(now.micros())
        .bind(by)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a member; whether it was one before.
pub(crate) async fn remove_member(
    connection: &mut AnyConnection,
    group: &str,
    member: &Holder,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(REMOVE_MEMBER)
        .bind(group)
        .bind(member.kind.name())
        .bind(member.id.as_str())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &AnyRow) -> Result<Group, sqlx::Error> {
    Ok(Group {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
    })
}

fn member(row: &AnyRow) -> Result<Member, sqlx::Error> {
    let kind: String = row.try_get("member_kind")?;
    let kind = HolderKind::from_name(&kind).ok_or_else(|| super::strange("member_kind", &kind))?;
    Ok(Member {
        holder: Holder { kind, id: row.try_get("member_id")? },
        name: row.try_get("member_name")?,
        since: Time::from_micros(row.try_get("since")?),
        added_by: row.try_get("added_by")?,
    })
}
