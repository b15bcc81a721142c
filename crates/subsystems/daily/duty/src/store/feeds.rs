use db::Tx;
use directory::PersonId;
use kernel::{Id, Time};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, parsed_or_none, time};
use crate::model::roster::RosterId;

/// The id of a link.
pub(crate) type FeedId = Id<Feed>;

/// A user has no more links than this.
pub(crate) const FEEDS_MAX: u32 = 100;

/// A secret link to a calendar.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    pub(crate) id: FeedId,
    pub(crate) digest: String,
    pub(crate) user_id: String,
    /// Of this person's duty.
    pub(crate) person_id: Option<PersonId>,
    /// Of this roster.
    pub(crate) roster_id: Option<RosterId>,
    /// Of this position of it.
    pub(crate) position: Option<String>,
    pub(crate) created_at: Time,
}

const OF_USER: &str = "
    SELECT id, digest, user_id, person_id, roster_id, position, created_at
    FROM duty_feed
    WHERE user_id = $1
    ORDER BY id
    LIMIT $2";

const BY_DIGEST: &str = "
    SELECT id, digest, user_id, person_id, roster_id, position, created_at
    FROM duty_feed
    WHERE digest = $1
    LIMIT 1";

const INSERT: &str = "
    INSERT INTO duty_feed (id, digest, user_id, person_id, roster_id, position, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const DELETE: &str = "
    DELETE FROM duty_feed
    WHERE id = $1 AND user_id = $2";

/// The links that a user made.
pub(crate) async fn of_user<'e>(
    from: impl Executor<'e, Database = Any>,
    user: &str,
) -> Result<Vec<Feed>, sqlx::Error> {
    let rows = sqlx::query(OF_USER)
        .bind(user.to_owned())
        .bind(i64::from(FEEDS_MAX))
        .fetch_all(from)
        .await?;
    rows.iter().map(read).collect()
}

/// The link whose secret has that digest.
pub(crate) async fn by_digest<'e>(
    from: impl Executor<'e, Database = Any>,
    digest: &str,
) -> Result<Option<Feed>, sqlx::Error> {
    let row = sqlx::query(BY_DIGEST).bind(digest.to_owned()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// Writes a new link.
pub(crate) async fn insert(tx: &mut Tx, feed: &Feed) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(feed.id.to_string())
        .bind(feed.digest.clone())
        .bind(feed.user_id.clone())
        .bind(feed.person_id.map(|id| id.to_string()))
        .bind(feed.roster_id.map(|id| id.to_string()))
        .bind(feed.position.clone())
        .bind(feed.created_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Removes a link of a user; whether there was one.
pub(crate) async fn delete(tx: &mut Tx, id: FeedId, user: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(DELETE)
        .bind(id.to_string())
        .bind(user.to_owned())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &AnyRow) -> Result<Feed, sqlx::Error> {
    Ok(Feed {
        id: parsed(row, "id")?,
        digest: row.try_get("digest")?,
        user_id: row.try_get("user_id")?,
        person_id: parsed_or_none(row, "person_id")?,
        roster_id: parsed_or_none(row, "roster_id")?,
        position: row.try_get("position")?,
        created_at: time(row, "created_at")?,
    })
}
