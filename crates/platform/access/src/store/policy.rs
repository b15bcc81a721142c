use db::{Dialect, QueryBuilder};
use kernel::{Page, Time};
use sqlx::{Any, AnyConnection, Executor, Row as _};

use super::{id, list_of, strange, text_of, users};
use crate::model::{
    policy::{Proofs, RequiredOf, SecondFactorPolicy},
    user::{User, UserId},
};

const READ: &str = "
    SELECT required_of, roles, grace_days, since, changed_by, version
    FROM access_second_factor_policy
    WHERE id = 1 -- one row";

const SAVE: &str = "
    UPDATE access_second_factor_policy
    SET required_of = $1, roles = $2, grace_days = $3, since = $4, changed_by = $5, version = $6
    WHERE id = 1";

const PROOFS: &str = "
    SELECT u.password_given,
        (SELECT COUNT(*) FROM access_totp t
            WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
        + (SELECT COUNT(*) FROM access_passkey p WHERE p.user_id = u.id) AS factors
    FROM access_user u
    WHERE u.id = $1 -- one row";

const WITHOUT: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user u
    WHERE u.name_folded > $1 AND u.disabled = 0
        AND NOT EXISTS (SELECT 1 FROM access_totp t
            WHERE t.user_id = u.id AND t.confirmed_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM access_passkey p WHERE p.user_id = u.id)
    ORDER BY u.name_folded
    LIMIT $2";

const WITH_APP: &str = "
    SELECT user_id
    FROM access_totp
    -- limit follows
    WHERE confirmed_at IS NOT NULL AND ";

const WITH_PASSKEY: &str = "
    SELECT DISTINCT user_id
    FROM access_passkey
    -- limit follows
    WHERE ";

/// Of whom a second factor is required.
pub(crate) async fn read(
    executor: impl Executor<'_, Database = Any>,
) -> Result<SecondFactorPolicy, sqlx::Error> {
    let row = sqlx::query(READ).fetch_one(executor).await?;
    let name: String = row.try_get("required_of")?;
    let required_of = RequiredOf::parse(&name, list_of(&row, "roles")?)
        .map_err(|fault| strange(&fault.field, &fault.found))?;
    let grace_days: i64 = row.try_get("grace_days")?;
    Ok(SecondFactorPolicy {
        required_of,
        grace_days: u32::try_from(grace_days)
            .map_err(|_| strange("grace_days", &grace_days.to_string()))?,
        since: Time::from_micros(row.try_get("since")?),
        changed_by: row.try_get("changed_by")?,
        version: row.try_get("version")?,
    })
}

/// Keeps a policy in place of the one before.
pub(crate) async fn save(
    connection: &mut AnyConnection,
    policy: &SecondFactorPolicy,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE)
        .bind(policy.required_of.name())
        .bind(text_of(policy.required_of.roles()))
        .bind(i64::from(policy.grace_days))
        .bind(policy.since.micros())
        .bind(policy.changed_by.as_str())
        .bind(policy.version)
        .execute(connection)
        .await?;
    Ok(())
}

/// How a user can prove who they are.
pub(crate) async fn proofs(
    executor: impl Executor<'_, Database = Any>,
    user_id: UserId,
) -> Result<Proofs, sqlx::Error> {
    let row = sqlx::query(PROOFS).bind(user_id.to_string()).fetch_optional(executor).await?;
    row.map_or_else(|| Ok(Proofs::default()), |row| read_proofs(&row))
}

/// The proofs in a row that has `password_given` and `factors`.
pub(super) fn read_proofs(row: &sqlx::any::AnyRow) -> Result<Proofs, sqlx::Error> {
    Ok(Proofs {
        password_given: row.try_get::<i64, _>("password_given")? != 0,
        second_factor: row.try_get::<i64, _>("factors")? != 0,
    })
}

/// Enabled users without a second factor, by name: one more than the page has.
pub(crate) async fn without_factor(
    executor: impl Executor<'_, Database = Any>,
    page: &Page,
) -> Result<Vec<User>, sqlx::Error> {
    let rows = sqlx::query(WITHOUT)
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(executor)
        .await?;
    rows.iter().map(users::read).collect()
}

/// Those of `ids` who have a second factor.
pub(crate) async fn with_factor(
    connection: &mut AnyConnection,
    dialect: Dialect,
    ids: &[&str],
) -> Result<Vec<UserId>, sqlx::Error> {
    let mut found = Vec::new();
    for text in [WITH_APP, WITH_PASSKEY] {
        let mut query = QueryBuilder::<Any>::new(text);
        dialect.push_one_of(&mut query, "user_id", ids.iter().copied());
        query.push(" LIMIT ").push_bind(super::groups::USERS_MAX);
        for row in query.build().fetch_all(&mut *connection).await? {
            found.push(id(&row, "user_id")?);
        }
    }
    Ok(found)
}
