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

const BAR: &str = "
    UPDATE access_user
    SET barred = $2
    WHERE id = $1";

const IS_BARRED: &str = "
    SELECT barred
    FROM access_user
    WHERE id = $1 -- one row";

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

/// Keeps whether an administrator keeps a user out.
pub(crate) async fn bar(
    connection: &mut AnyConnection,
    user: UserId,
    barred: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(BAR).bind(user.to_string()).bind(i64::from(barred)).execute(connection).await?;
    Ok(())
}

/// Whether an administrator keeps a user out.
pub(crate) async fn is_barred(
    connection: &mut AnyConnection,
    user: UserId,
) -> Result<bool, sqlx::Error> {
    let query = sqlx::query_scalar(IS_BARRED).bind(user.to_string());
    let barred: Option<i64> = query.fetch_optional(connection).await?;
    Ok(barred == Some(1))
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
