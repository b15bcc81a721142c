use db::{Db, QueryBuilder, Tx};
use kernel::Page;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, push_sight, small, time, to_json};
use crate::model::{
    article::{ArticleId, Author, Revision},
    sight::Sight,
};

/// Revisions of one article that are answered at once.
const REVISIONS_MAX: i64 = 500;

const LIVE: &str = "
    SELECT r.article_id, a.number, r.revision, r.draft, r.authors, r.published_by,
        r.published_by_id, r.published_at, r.live
    FROM knowledge_revision r JOIN knowledge_article a ON a.id = r.article_id -- limit follows
    WHERE r.live = 1";

const OF_ARTICLE: &str = "
    SELECT r.article_id, a.number, r.revision, r.draft, r.authors, r.published_by,
        r.published_by_id, r.published_at, r.live
    FROM knowledge_revision r JOIN knowledge_article a ON a.id = r.article_id
    WHERE r.article_id = $1
    ORDER BY r.revision DESC
    LIMIT $2";

const INSERT: &str = "
    INSERT INTO knowledge_revision (
        article_id, revision, unit_id, category, audience, draft, authors, published_by,
        published_by_id, published_at, live)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)";

const HIDE: &str = "
    UPDATE knowledge_revision
    SET live = 0
    WHERE article_id = $1 AND live = 1";

/// What readers see of an article.
pub(crate) async fn live(db: &Db, id: ArticleId) -> Result<Option<Revision>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(LIVE);
    query.push(" AND r.article_id = ").push_bind(id.to_string()).push(" LIMIT 1");
    let row = query.build().fetch_optional(db.reader()).await?;
    row.as_ref().map(read).transpose()
}

/// What somebody reads, the newest article first; one more than the page takes.
pub(crate) async fn list(
    db: &Db,
    sight: &Sight,
    category: Option<&str>,
    page: &Page,
) -> Result<Vec<Revision>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(LIVE);
    if let Some(after) = &page.after {
        query.push(" AND r.article_id < ").push_bind(after.clone());
    }
    if let Some(category) = category {
        query.push(" AND r.category = ").push_bind(category.to_owned());
    }
    push_sight(&mut query, db.dialect(), sight);
    query.push(" ORDER BY r.article_id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// What somebody reads of these articles, in no order.
pub(crate) async fn some(
    db: &Db,
    sight: &Sight,
    ids: &[ArticleId],
) -> Result<Vec<Revision>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut query = QueryBuilder::<Any>::new(LIVE);
    query.push(" AND ");
    db.dialect().push_one_of(&mut query, "r.article_id", ids.iter().map(String::as_str));
    push_sight(&mut query, db.dialect(), sight);
    query.push(" LIMIT ").push_bind(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// All that was published of an article, the newest first.
pub(crate) async fn of_article<'e>(
    from: impl Executor<'e, Database = Any>,
    id: ArticleId,
) -> Result<Vec<Revision>, sqlx::Error> {
    let rows =
        sqlx::query(OF_ARTICLE).bind(id.to_string()).bind(REVISIONS_MAX).fetch_all(from).await?;
    rows.iter().map(read).collect()
}

/// Writes what readers see from now on instead of what they saw before.
pub(crate) async fn publish(tx: &mut Tx, one: &Revision) -> Result<(), sqlx::Error> {
    hide(tx, one.article_id).await?;
    sqlx::query(INSERT)
        .bind(one.article_id.to_string())
        .bind(i64::from(one.revision))
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.category.clone())
        .bind(one.draft.audience.name())
        .bind(to_json(&one.draft)?)
        .bind(to_json(&one.authors)?)
        .bind(one.published_by.name.clone())
        .bind(one.published_by.id.clone())
        .bind(one.published_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Readers see nothing of it any more.
pub(crate) async fn hide(tx: &mut Tx, id: ArticleId) -> Result<(), sqlx::Error> {
    sqlx::query(HIDE).bind(id.to_string()).execute(tx.connection()).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Revision, sqlx::Error> {
    let (id, name) = (row.try_get("published_by_id")?, row.try_get("published_by")?);
    Ok(Revision {
        article_id: parsed(row, "article_id")?,
        number: row.try_get("number")?,
        revision: small(row, "revision")?,
        draft: from_json(row, "draft")?,
        authors: from_json(row, "authors")?,
        published_by: Author { id, name },
        published_at: time(row, "published_at")?,
        live: row.try_get::<i64, _>("live")? != 0,
    })
}
