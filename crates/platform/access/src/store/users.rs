use db::{Dialect, QueryBuilder};
use kernel::{Language, Page, PageOf, Time};
use sqlx::{Any, AnyConnection, AnyPool, Executor, Row as _, any::AnyRow};

use super::{id, strange};
use crate::model::user::{PasswordBy, Theme, User, UserId, UserName, fold};

const BY_ID: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    WHERE id = $1
    LIMIT 1";

const BY_NAME: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    WHERE name_folded = $1
    LIMIT 1";

const PASSWORD_HASH: &str = "SELECT password_hash FROM access_user WHERE id = $1 LIMIT 1";

const COUNT: &str = "SELECT COUNT(*) FROM access_user";

const BY_PERSON: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    WHERE person_id = $1
    LIMIT 1";

const OF_PEOPLE: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    WHERE person_id IS NOT NULL AND disabled = 0 AND id > $1
    ORDER BY id
    LIMIT $2";

const OF_IDS: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    -- limit follows
    WHERE ";

const LIST: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    WHERE name_folded > $1
    ORDER BY name_folded
    LIMIT $2";

const CALLED: &str = "
    SELECT id
    FROM access_user
    WHERE searched LIKE $1 ESCAPE '\\'
    ORDER BY id
    LIMIT $2";

const NAMED: &str = "
    SELECT id
    FROM access_user
    WHERE name_folded LIKE $1 ESCAPE '\\'
    ORDER BY id
    LIMIT $2";

const SEARCH: &str = "
    SELECT id, name, display_name, person_id, disabled, language, theme, version, created_at,
        last_sign_in_at
    FROM access_user
    WHERE searched LIKE $1 ESCAPE '\\' AND name_folded > $3
    ORDER BY name_folded
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO access_user (
        id, name, name_folded, display_name, searched, person_id, disabled, language, theme,
        password_hash, version, created_at, last_sign_in_at, role, password_given)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14)";

const UPDATE: &str = "
    UPDATE access_user
    SET display_name = $2, searched = $3, person_id = $4, disabled = $5, language = $6, theme = $7,
        version = $8, last_sign_in_at = $9
    WHERE id = $1";

const SET_PASSWORD: &str = "
    UPDATE access_user
    SET password_hash = $2, password_given = $3
    WHERE id = $1";

const UPDATE_HASH: &str = "UPDATE access_user SET password_hash = $2 WHERE id = $1";

/// The user with that id.
pub(crate) async fn by_id(
    executor: impl Executor<'_, Database = Any>,
    user: UserId,
) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query(BY_ID).bind(user.to_string()).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// The user of that name, in any case.
pub(crate) async fn by_name(
    executor: impl Executor<'_, Database = Any>,
    name: &str,
) -> Result<Option<User>, sqlx::Error> {
    // No name has NUL in it, and PostgreSQL takes none in a question.
    if name.contains('\0') {
        return Ok(None);
    }
    let row = sqlx::query(BY_NAME).bind(fold(name)).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// What is stored of a user's password.
pub(crate) async fn password_hash(
    executor: impl Executor<'_, Database = Any>,
    user: UserId,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar(PASSWORD_HASH).bind(user.to_string()).fetch_one(executor).await
}

/// How many users there are.
pub(crate) async fn count(executor: impl Executor<'_, Database = Any>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(COUNT).fetch_one(executor).await
}

/// The user who is that person of the directory.
pub(crate) async fn by_person(
    executor: impl Executor<'_, Database = Any>,
    person: &str,
) -> Result<Option<User>, sqlx::Error> {
    let row = sqlx::query(BY_PERSON).bind(person).fetch_optional(executor).await?;
    row.map(|row| read(&row)).transpose()
}

/// Users after the one with the id `after` who are people of the directory and may sign in, by id.
pub(crate) async fn of_people(
    pool: &AnyPool,
    after: &str,
    limit: u32,
) -> Result<Vec<User>, sqlx::Error> {
    let query = sqlx::query(OF_PEOPLE).bind(after).bind(i64::from(limit));
    query.fetch_all(pool).await?.iter().map(read).collect()
}

/// The users with one of these ids, or who are one of these persons, by name.
pub(crate) async fn among(
    connection: &mut AnyConnection,
    dialect: Dialect,
    column: &'static str,
    ids: &[&str],
) -> Result<Vec<User>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(OF_IDS);
    dialect.push_one_of(&mut query, column, ids.iter().copied());
    query.push(" ORDER BY name_folded LIMIT ").push_bind(super::groups::USERS_MAX);
    query.build().fetch_all(connection).await?.iter().map(read).collect()
}

/// A page of users by name; its key is the folded name.
pub(crate) async fn list(pool: &AnyPool, page: &Page) -> Result<PageOf<User>, sqlx::Error> {
    let rows = sqlx::query(LIST)
        .bind(page.after.as_deref().unwrap_or_default())
        .bind(i64::from(page.limit) + 1)
        .fetch_all(pool)
        .await?;
    let users = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(PageOf::from_fetched(users, page.limit, |user| user.name.folded()))
}

/// Users whose name or display name contains `text`, in any case, after that folded name.
pub(crate) async fn search(
    pool: &AnyPool,
    text: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<User>, sqlx::Error> {
    let query = sqlx::query(SEARCH).bind(containing(text)).bind(i64::from(limit)).bind(after);
    query.fetch_all(pool).await?.iter().map(read).collect()
}

/// The ids of users whose name contains `text`, in any case; or whose display name does.
pub(crate) async fn ids_called(
    pool: &AnyPool,
    text: &str,
    by: NameOf,
    limit: u32,
) -> Result<Vec<String>, sqlx::Error> {
    let sql = match by {
        NameOf::User => NAMED,
        NameOf::UserAndPerson => CALLED,
    };
    sqlx::query_scalar(sql).bind(containing(text)).bind(i64::from(limit)).fetch_all(pool).await
}

/// By what a user is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameOf {
    /// The name they sign in by.
    User,
    /// That, or what they are called.
    UserAndPerson,
}

/// The pattern of what contains `text`, in any case. No name has NUL in it, and PostgreSQL takes
/// none in a question.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(text).chars().filter(|c| *c != '\0') {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Adds a user.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    user: &User,
    password_hash: &str,
    by: PasswordBy,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(user.id.to_string())
        .bind(user.name.as_str())
        .bind(user.name.folded())
        .bind(user.display_name.as_str())
        .bind(searched(user))
        .bind(user.person_id.as_deref())
        .bind(i64::from(user.disabled))
        .bind(user.language.map(language_name))
        .bind(user.theme.name())
        .bind(password_hash)
        .bind(user.version)
        .bind(user.created_at.micros())
        .bind(user.last_sign_in_at.map(Time::micros))
        .bind(i64::from(by == PasswordBy::Another))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps everything that may change of a user but the password.
pub(crate) async fn update(connection: &mut AnyConnection, user: &User) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(user.id.to_string())
        .bind(user.display_name.as_str())
        .bind(searched(user))
        .bind(user.person_id.as_deref())
        .bind(i64::from(user.disabled))
        .bind(user.language.map(language_name))
        .bind(user.theme.name())
        .bind(user.version)
        .bind(user.last_sign_in_at.map(Time::micros))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps the hash of a user's new password, and who set it.
pub(crate) async fn set_password(
    connection: &mut AnyConnection,
    user: UserId,
    password_hash: &str,
    by: PasswordBy,
) -> Result<(), sqlx::Error> {
    sqlx::query(SET_PASSWORD)
        .bind(user.to_string())
        .bind(password_hash)
        .bind(i64::from(by == PasswordBy::Another))
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps another hash of the same password.
pub(crate) async fn update_hash(
    connection: &mut AnyConnection,
    user: UserId,
    password_hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE_HASH).bind(user.to_string()).bind(password_hash).execute(connection).await?;
    Ok(())
}

/// The user in a row that has their columns under their own names.
pub(super) fn read(row: &AnyRow) -> Result<User, sqlx::Error> {
    let language: Option<String> = row.try_get("language")?;
    let theme: String = row.try_get("theme")?;
    let last_sign_in_at: Option<i64> = row.try_get("last_sign_in_at")?;
    Ok(User {
        id: id(row, "id")?,
        name: UserName::stored(row.try_get("name")?),
        display_name: row.try_get("display_name")?,
        person_id: row.try_get("person_id")?,
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        language: language.as_deref().map(language_of).transpose()?,
        theme: Theme::from_name(&theme).ok_or_else(|| strange("theme", &theme))?,
        version: row.try_get("version")?,
        created_at: Time::from_micros(row.try_get("created_at")?),
        last_sign_in_at: last_sign_in_at.map(Time::from_micros),
    })
}

/// What a search looks at; the line break keeps the two names apart.
fn searched(user: &User) -> String {
    fold(&format!("{}\n{}", user.name.as_str(), user.display_name))
}

fn language_name(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Chinese => "zh",
    }
}

fn language_of(name: &str) -> Result<Language, sqlx::Error> {
    match name {
        "en" => Ok(Language::English),
        "zh" => Ok(Language::Chinese),
        _ => Err(strange("language", name)),
    }
}
