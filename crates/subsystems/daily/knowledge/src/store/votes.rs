use std::collections::HashMap;

use db::{Db, QueryBuilder, Tx};
use kernel::Time;
use sqlx::{Any, Executor, Row as _};

use super::{parsed, small};
use crate::model::article::ArticleId;

const PUT: &str = "
    INSERT INTO knowledge_vote (article_id, user_id, useful, revision, voted_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (article_id, user_id) DO UPDATE SET
        useful = excluded.useful, revision = excluded.revision, voted_at = excluded.voted_at";

const OWN: &str = "
    SELECT useful
    FROM knowledge_vote
    WHERE article_id = $1 AND user_id = $2
    LIMIT 1";

const COUNTS: &str = "
    SELECT article_id, useful, COUNT(*) AS votes
    FROM knowledge_vote -- limit follows
    WHERE ";

/// What readers think of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Votes {
    /// To so many it was of use.
    pub(crate) useful: u32,
    /// To so many it was not.
    pub(crate) useless: u32,
}

/// Somebody's vote on a revision of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vote {
    pub(crate) useful: bool,
    pub(crate) revision: u32,
    pub(crate) at: Time,
}

/// Writes what somebody thinks, instead of what they thought before.
pub(crate) async fn put(
    tx: &mut Tx,
    (id, user): (ArticleId, &str),
    vote: Vote,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(id.to_string())
        .bind(user.to_owned())
        .bind(i64::from(vote.useful))
        .bind(i64::from(vote.revision))
        .bind(vote.at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Whether somebody found an article of use; none: they have not said.
pub(crate) async fn own<'e>(
    from: impl Executor<'e, Database = Any>,
    id: ArticleId,
    user: &str,
) -> Result<Option<bool>, sqlx::Error> {
    let found: Option<i64> = sqlx::query_scalar(OWN)
        .bind(id.to_string())
        .bind(user.to_owned())
        .fetch_optional(from)
        .await?;
    Ok(found.map(|useful| useful != 0))
}

/// What readers think of these articles; those of which nobody has said anything are left out.
pub(crate) async fn counts(
    db: &Db,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, Votes>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut query = QueryBuilder::<Any>::new(COUNTS);
    db.dialect().push_one_of(&mut query, "article_id", ids.iter().map(String::as_str));
    // Two groups for each at most.
    query.push(" GROUP BY article_id, useful LIMIT ");
    query.push_bind(i64::try_from(ids.len().saturating_mul(2)).unwrap_or(i64::MAX));
    let mut counts: HashMap<ArticleId, Votes> = HashMap::new();
    for row in query.build().fetch_all(db.reader()).await? {
        let votes = small(&row, "votes")?;
        let one = counts.entry(parsed(&row, "article_id")?).or_default();
        match row.try_get::<i64, _>("useful")? {
            0 => one.useless = votes,
            _ => one.useful = votes,
        }
    }
    Ok(counts)
}
