use db::Tx;
use kernel::Time;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{parsed, time};
use crate::model::article::{ArticleId, TicketNamed};

/// Articles of a ticket, and tickets of an article, that are answered at once.
pub(crate) const LINKS_MAX: u32 = 200;

const LINK: &str = "
    INSERT INTO knowledge_ticket (ticket_id, article_id, number, linked_by, linked_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (ticket_id, article_id) DO NOTHING";

const UNLINK: &str = "
    DELETE FROM knowledge_ticket
    WHERE ticket_id = $1 AND article_id = $2";

const OF_TICKET: &str = "
    SELECT ticket_id, article_id, number, linked_by, linked_at
    FROM knowledge_ticket
    WHERE ticket_id = $1
    ORDER BY linked_at, article_id
    LIMIT $2";

const OF_ARTICLE: &str = "
    SELECT ticket_id, article_id, number, linked_by, linked_at
    FROM knowledge_ticket
    WHERE article_id = $1
    ORDER BY linked_at DESC, ticket_id
    LIMIT $2";

/// That an article belongs to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) ticket: TicketNamed,
    pub(crate) article_id: ArticleId,
    pub(crate) linked_by: String,
    pub(crate) linked_at: Time,
}

/// Links an article to a ticket; false: it was linked already.
pub(crate) async fn link(tx: &mut Tx, one: &Link) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(LINK)
        .bind(one.ticket.id.clone())
        .bind(one.article_id.to_string())
        .bind(one.ticket.number.clone())
        .bind(one.linked_by.clone())
        .bind(one.linked_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a link away; false: there was none.
pub(crate) async fn unlink(
    tx: &mut Tx,
    ticket: &str,
    article: ArticleId,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(UNLINK)
        .bind(ticket.to_owned())
        .bind(article.to_string())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The articles of a ticket, in the order in which they were linked.
pub(crate) async fn of_ticket<'e>(
    from: impl Executor<'e, Database = Any>,
    ticket: &str,
) -> Result<Vec<Link>, sqlx::Error> {
    let query = sqlx::query(OF_TICKET).bind(ticket.to_owned()).bind(i64::from(LINKS_MAX));
    query.fetch_all(from).await?.iter().map(read).collect()
}

/// The tickets of an article, the last linked first.
pub(crate) async fn of_article<'e>(
    from: impl Executor<'e, Database = Any>,
    article: ArticleId,
) -> Result<Vec<Link>, sqlx::Error> {
    let query = sqlx::query(OF_ARTICLE).bind(article.to_string()).bind(i64::from(LINKS_MAX));
    query.fetch_all(from).await?.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<Link, sqlx::Error> {
    Ok(Link {
        ticket: TicketNamed { id: row.try_get("ticket_id")?, number: row.try_get("number")? },
        article_id: parsed(row, "article_id")?,
        linked_by: row.try_get("linked_by")?,
        linked_at: time(row, "linked_at")?,
    })
}
