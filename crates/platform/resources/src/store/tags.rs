use std::collections::BTreeMap;

use db::{DbError, Dialect, QueryBuilder};
use kernel::{Page, Scope, Time};
use sqlx::{Any, AnyConnection, Row as _, any::AnyRow};

use super::{push_visible, resources::read_id};
use crate::{ResourceId, ResourcesError, Tag};

const BY_FOLDED: &str = "
    SELECT word, word_folded
    FROM resources_tag -- all rows: one for each word asked for
    WHERE ";

const INSERT: &str = "
    INSERT INTO resources_tag (word, word_folded, colour, created_at)
    VALUES ($1, $2, '', $3)";

const TAGS: &str = "
    SELECT tag.word AS word, tag.colour AS colour,
        (SELECT COUNT(*)
            FROM resources_tagging tagging
            WHERE tagging.word = tag.word) AS uses
    FROM resources_tag tag
    WHERE tag.word_folded > $1
    ORDER BY tag.word_folded
    LIMIT $2";

const TAGS_WITHIN: &str = "
    SELECT tag.word AS word, tag.colour AS colour, COUNT(*) AS uses
    FROM resources_tag tag
    JOIN resources_tagging tagging ON tagging.word = tag.word -- limit follows
    WHERE tag.word_folded > ";

const ONE_TAG: &str = "
    SELECT word, colour, 0 AS uses
    FROM resources_tag
    WHERE word_folded = $1 -- one row";

const INSERT_WHOLE: &str = "
    INSERT INTO resources_tag (word, word_folded, colour, created_at)
    VALUES ($1, $2, $3, $4)";

const COLOUR: &str = "
    UPDATE resources_tag
    SET colour = $1
    WHERE word = $2";

const REMOVE: &str = "
    DELETE FROM resources_tag
    WHERE word = $1";

const TAGGED: &str = "
    SELECT resource_id
    FROM resources_tagging
    WHERE word = $1
    ORDER BY resource_id
    LIMIT $2";

const CLEAR: &str = "
    DELETE FROM resources_tagging
    WHERE resource_id = $1";

const SET: &str = "
    INSERT INTO resources_tagging (resource_id, word)
    VALUES ($1, $2)";

/// The words as the register spells them; those that are new to it are added.
pub(crate) async fn canonical_tags(
    connection: &mut AnyConnection,
    dialect: Dialect,
    words: &[String],
    now: Time,
) -> Result<Vec<String>, DbError> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let folded: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut query = QueryBuilder::<Any>::new(BY_FOLDED);
    dialect.push_one_of(&mut query, "word_folded", folded.iter().map(String::as_str));
    let rows = query.build().fetch_all(&mut *connection).await?;
    let mut known = BTreeMap::new();
    for row in &rows {
        known.insert(row.try_get::<String, _>("word_folded")?, row.try_get::<String, _>("word")?);
    }
    let mut canonical = Vec::with_capacity(words.len());
    for (word, folded) in words.iter().zip(folded) {
        if let Some(word) = known.get(&folded) {
            canonical.push(word.clone());
            continue;
        }
        let insert = sqlx::query(INSERT).bind(word.as_str()).bind(folded).bind(now.micros());
        insert.execute(&mut *connection).await?;
        canonical.push(word.clone());
    }
    Ok(canonical)
}

/// Lets the resource have these tags and no others.
pub(crate) async fn set_tags(
    connection: &mut AnyConnection,
    id: ResourceId,
    words: &[String],
) -> Result<(), DbError> {
    sqlx::query(CLEAR).bind(id.to_string()).execute(&mut *connection).await?;
    for word in words {
        let set = sqlx::query(SET).bind(id.to_string()).bind(word.as_str());
        set.execute(&mut *connection).await?;
    }
    Ok(())
}

/// One more than the page holds of the tags, in the order of their folded words. Of a scope that
/// is limited: those that something within it has, counted there.
pub(crate) async fn list_tags(
    connection: &mut AnyConnection,
    dialect: Dialect,
    scope: &Scope,
    page: &Page,
) -> Result<Vec<Tag>, DbError> {
    let after = page.after.as_deref().unwrap_or_default().to_lowercase();
    let limit = i64::from(page.limit) + 1;
    let rows = if *scope == Scope::Everywhere {
        sqlx::query(TAGS).bind(after).bind(limit).fetch_all(connection).await?
    } else {
        let mut query = QueryBuilder::<Any>::new(TAGS_WITHIN);
        query.push_bind(after);
        push_visible(&mut query, dialect, "tagging.resource_id", scope);
        query.push(" GROUP BY tag.word, tag.colour, tag.word_folded");
        query.push(" ORDER BY tag.word_folded LIMIT ").push_bind(limit);
        query.build().fetch_all(connection).await?
    };
    rows.iter().map(read).collect()
}

/// The tag of that word, in whatever case; its uses are not counted.
pub(crate) async fn load_tag(
    connection: &mut AnyConnection,
    word: &str,
) -> Result<Option<Tag>, DbError> {
    let row = sqlx::query(ONE_TAG).bind(word.to_lowercase()).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Writes a new tag.
pub(crate) async fn insert_tag(
    connection: &mut AnyConnection,
    tag: &Tag,
    now: Time,
) -> Result<(), DbError> {
    sqlx::query(INSERT_WHOLE)
        .bind(tag.word.as_str())
        .bind(tag.word.to_lowercase())
        .bind(tag.colour.as_str())
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a tag its colour.
pub(crate) async fn colour_tag(connection: &mut AnyConnection, tag: &Tag) -> Result<(), DbError> {
    let query = sqlx::query(COLOUR).bind(tag.colour.as_str()).bind(tag.word.as_str());
    query.execute(connection).await?;
    Ok(())
}

/// Removes a tag that nothing has.
pub(crate) async fn remove_tag(connection: &mut AnyConnection, word: &str) -> Result<(), DbError> {
    sqlx::query(REMOVE).bind(word).execute(connection).await?;
    Ok(())
}

/// At most `limit` resources that have the tag.
pub(crate) async fn tagged(
    connection: &mut AnyConnection,
    word: &str,
    limit: i64,
) -> Result<Vec<ResourceId>, ResourcesError> {
    let query = sqlx::query(TAGGED).bind(word).bind(limit);
    let rows = query.fetch_all(connection).await.map_err(DbError::from)?;
    rows.iter().map(|row| read_id(row, "resource_id")).collect()
}

fn read(row: &AnyRow) -> Result<Tag, DbError> {
    Ok(Tag {
        word: row.try_get("word")?,
        colour: row.try_get("colour")?,
        uses: row.try_get("uses")?,
    })
}
