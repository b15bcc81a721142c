use sqlx::{Any, AnyConnection, Executor, Row as _, any::AnyRow};

use super::groups::USERS_MAX;
use crate::model::{
    grant::{Holder, HolderKind},
    group::GroupId,
    user::{UserId, UserName},
};

const RENAME: &str = "
    UPDATE access_user
    SET name = $2, name_folded = $3
    WHERE id = $1";

const MEMBERS: &str = "
    SELECT member_kind, member_id
    FROM access_member
    WHERE group_id = $1
    ORDER BY member_id
    LIMIT $2";

/// Gives a user another name; what is searched follows with the next update.
pub(crate) async fn rename(
    connection: &mut AnyConnection,
    user: UserId,
    name: &UserName,
) -> Result<(), sqlx::Error> {
    sqlx::query(RENAME)
        .bind(user.to_string())
        .bind(name.as_str())
        .bind(name.folded())
        .execute(connection)
        .await?;
    Ok(())
}

/// Every member of a group.
pub(crate) async fn members(
    executor: impl Executor<'_, Database = Any>,
    group: GroupId,
) -> Result<Vec<Holder>, sqlx::Error> {
    let rows =
        sqlx::query(MEMBERS).bind(group.to_string()).bind(USERS_MAX).fetch_all(executor).await?;
    let read = |row: &AnyRow| {
        let kind: String = row.try_get("member_kind")?;
        let kind =
            HolderKind::from_name(&kind).ok_or_else(|| super::strange("member_kind", &kind))?;
        Ok(Holder { kind, id: row.try_get("member_id")? })
    };
    rows.iter().map(read).collect()
}
