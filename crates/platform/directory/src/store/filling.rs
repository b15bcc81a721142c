use std::collections::HashSet;

use db::DbError;
use kernel::Time;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::kept::{read_id, read_text};
use crate::{
    DirectoryError, PersonId, PostId,
    ldap::{Source, SourceId, SourcePosts, SourceSettings},
};

/// Of so many refusals a run knows which are over; the others are found out the next time.
const REFUSALS_MAX: i64 = 100_000;

const HEAD: &str = "
    SELECT id, name, version, created_at, updated_at, granted_posts
    FROM directory_source
    WHERE id = $1 -- one row";

const SET_POSTS: &str = "
    UPDATE directory_source
    SET granted_posts = $1, version = $2, updated_at = $3
    WHERE id = $4";

const REFUSED: &str = "
    SELECT person_id, post_id
    FROM directory_refused_post
    WHERE source_id = $1
    ORDER BY person_id, post_id
    LIMIT $2";

const COUNT: &str = "
    SELECT COUNT(*)
    FROM directory_refused_post
    WHERE source_id = $1";

const REFUSE: &str = "
    INSERT INTO directory_refused_post (source_id, person_id, post_id, carried, refused_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (source_id, person_id, post_id)
    DO UPDATE SET carried = excluded.carried, refused_at = excluded.refused_at
    WHERE directory_refused_post.carried <> excluded.carried";

const FORGET: &str = "
    DELETE FROM directory_refused_post
    WHERE source_id = $1 AND person_id = $2 AND post_id = $3";

const FORGET_OTHERS: &str = "
    DELETE FROM directory_refused_post
    WHERE source_id = $1 AND person_id = $2 AND post_id <> $3";

/// That a source was not let put a person on a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Refusal {
    pub(crate) source: SourceId,
    pub(crate) person: PersonId,
    pub(crate) post: PostId,
}

/// A source of any sort, without how it is reached.
pub(crate) async fn source_head(
    connection: &mut AnyConnection,
    id: SourceId,
) -> Result<Option<Source>, DirectoryError> {
    let row = sqlx::query(HEAD).bind(id.to_string()).fetch_optional(connection).await;
    let Some(row) = row.map_err(DbError::from)? else { return Ok(None) };
    let time =
        |column: &str| -> Result<Time, DbError> { Ok(Time::from_micros(row.try_get(column)?)) };
    Ok(Some(Source {
        id: read_id(&row, "id")?,
        name: read_text(&row, "name")?,
        settings: SourceSettings::default(),
        posts: read_posts(&row)?,
        version: row.try_get("version").map_err(DbError::from)?,
        created_at: time("created_at")?,
        updated_at: time("updated_at")?,
    }))
}

/// Which posts the source in a row may fill.
pub(super) fn read_posts(row: &AnyRow) -> Result<SourcePosts, DirectoryError> {
    let granted: i64 = row.try_get("granted_posts").map_err(DbError::from)?;
    Ok(SourcePosts { granted: granted != 0 })
}

/// Keeps which posts a source may fill.
pub(crate) async fn set_source_posts(
    connection: &mut AnyConnection,
    source: &Source,
) -> Result<(), DirectoryError> {
    sqlx::query(SET_POSTS)
        .bind(i64::from(source.posts.granted))
        .bind(source.version)
        .bind(source.updated_at.micros())
        .bind(source.id.to_string())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Whom the source was not let put on which posts.
pub(crate) async fn refused(
    connection: &mut AnyConnection,
    source: SourceId,
) -> Result<HashSet<Refusal>, DirectoryError> {
    let rows = sqlx::query(REFUSED)
        .bind(source.to_string())
        .bind(REFUSALS_MAX)
        .fetch_all(connection)
        .await
        .map_err(DbError::from)?;
    let read = |row: &AnyRow| {
        let (person, post) = (read_id(row, "person_id")?, read_id(row, "post_id")?);
        Ok(Refusal { source, person, post })
    };
    rows.iter().map(read).collect()
}

/// How many there are.
pub(crate) async fn count_refused(
    connection: &mut AnyConnection,
    source: SourceId,
) -> Result<i64, DirectoryError> {
    let count = sqlx::query_scalar(COUNT).bind(source.to_string());
    Ok(count.fetch_one(connection).await.map_err(DbError::from)?)
}

/// Keeps a refusal. Returns whether it is new, or another reason than before.
pub(crate) async fn note_refused(
    connection: &mut AnyConnection,
    refusal: &Refusal,
    carried: &str,
    at: Time,
) -> Result<bool, DirectoryError> {
    let done = sqlx::query(REFUSE)
        .bind(refusal.source.to_string())
        .bind(refusal.person.to_string())
        .bind(refusal.post.to_string())
        .bind(carried)
        .bind(at.micros())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(done.rows_affected() > 0)
}

/// Forgets a refusal that is over.
pub(crate) async fn forget_refused(
    connection: &mut AnyConnection,
    refusal: &Refusal,
) -> Result<(), DirectoryError> {
    sqlx::query(FORGET)
        .bind(refusal.source.to_string())
        .bind(refusal.person.to_string())
        .bind(refusal.post.to_string())
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}

/// Forgets what the source was refused for the person, but for that post, if there is one.
pub(crate) async fn forget_refusals(
    connection: &mut AnyConnection,
    (source, person): (SourceId, PersonId),
    but: Option<PostId>,
) -> Result<(), DirectoryError> {
    sqlx::query(FORGET_OTHERS)
        .bind(source.to_string())
        .bind(person.to_string())
        .bind(but.map_or_else(String::new, |post| post.to_string()))
        .execute(connection)
        .await
        .map_err(DbError::from)?;
    Ok(())
}
