use std::collections::HashSet;

use db::DbError;
use kernel::{Text, Time};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    kept::{Bound, Kept, folded, read_id, read_text},
    places::Counter,
};
use crate::{DirectoryError, NounName, Post, PostId, UnitId, model::NEVER};

const REUSED: &str = "
    SELECT code
    FROM directory_post -- all rows: so that an import need not ask for each
    WHERE superseded_at = $1
    GROUP BY code
    HAVING COUNT(DISTINCT id) > 1";

const HEADING: &str = "
    SELECT id
    FROM directory_post
    WHERE unit_id = $1 AND head = 1 AND superseded_at = $2 AND valid_to > $3 AND valid_from < $4
        AND valid_to > valid_from AND id <> $5
    ORDER BY valid_from, id
    LIMIT 1";

/// A post other than `but` that heads the unit at any time in that span, the first.
pub(crate) async fn heading(
    connection: &mut AnyConnection,
    unit: UnitId,
    (from, to): (Time, Time),
    but: PostId,
) -> Result<Option<PostId>, DirectoryError> {
    let found: Option<String> = sqlx::query_scalar(HEADING)
        .bind(unit.to_string())
        .bind(NEVER.micros())
        .bind(from.micros())
        .bind(to.micros())
        .bind(but.to_string())
        .fetch_optional(connection)
        .await
        .map_err(DbError::from)?;
    // Only ids are ever written there.
    Ok(found.and_then(|id| id.parse().ok()))
}

/// Codes that more than one post has, one after the other.
pub(crate) async fn reused_codes(
    connection: &mut AnyConnection,
) -> Result<HashSet<String>, DirectoryError> {
    let rows = sqlx::query(REUSED).bind(NEVER.micros()).fetch_all(connection).await;
    rows.map_err(DbError::from)?.iter().map(|row| read_text(row, "code")).collect()
}

impl Kept for Post {
    const NAME: NounName = NounName::Post;

    const TABLE: &'static str = "directory_post";

    const SELECT: &'static str = "
        SELECT id,
            (SELECT MAX(other.version) FROM directory_post other
                WHERE other.id = directory_post.id) AS version,
            valid_from, valid_to, recorded_at, superseded_at, told, code,
            title_en, title_zh, description, unit_id, head
        FROM directory_post -- limit follows
        ";

    const TIMELINE: &'static str = "
        SELECT id, version, valid_from, valid_to, recorded_at, superseded_at, told, code,
            title_en, title_zh, description, unit_id, head
        FROM directory_post
        WHERE id = $1 AND superseded_at = $2
        ORDER BY valid_from
        LIMIT 10000";

    const INSERT: &'static str = "
        INSERT INTO directory_post (
            id, version, valid_from, valid_to, recorded_at, superseded_at, told, code, title_en,
            title_zh, description, unit_id, head, folded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

    const SUPERSEDE: &'static str = "
        UPDATE directory_post
        SET superseded_at = $1
        WHERE id = $2 AND valid_from = $3 AND superseded_at = $4";

    const SAME_CODE: Option<&'static str> = Some(
        "
        SELECT id
        FROM directory_post
        WHERE code = $1 AND superseded_at = $2 AND valid_to > $3 AND valid_from < $4
            AND valid_to > valid_from AND id <> $5
        LIMIT 1",
    );

    const COUNTER: Counter = Counter::Holdings;

    fn bind<'q>(&self, query: Bound<'q>) -> Result<Bound<'q>, DirectoryError> {
        Ok(query
            .bind(self.code.clone())
            .bind(self.title.en.clone())
            .bind(self.title.zh.clone())
            .bind(self.description.clone())
            .bind(self.unit.to_string())
            .bind(i64::from(self.head))
            .bind(folded([&self.code, &self.title.en, &self.title.zh])))
    }

    fn read(row: &AnyRow) -> Result<Self, DirectoryError> {
        Ok(Self {
            code: read_text(row, "code")?,
            title: Text::new(read_text(row, "title_en")?, read_text(row, "title_zh")?),
            description: read_text(row, "description")?,
            unit: read_id(row, "unit_id")?,
            head: row.try_get::<i64, _>("head").map_err(DbError::from)? != 0,
        })
    }
}
