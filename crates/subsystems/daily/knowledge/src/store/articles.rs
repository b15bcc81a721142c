use db::{Db, QueryBuilder, Tx};
use directory::{PersonId, UnitId};
use jiff::civil::Date;
use kernel::{Page, Scope};
use resources::ResourceId;
use sqlx::{Any, Executor, Row as _, any::AnyRow};

use super::{from_json, parsed, push_scope, small, time, to_json, unreadable};
use crate::model::{
    article::{Article, ArticleId, Audience, PREFIX, TicketNamed},
    course::State,
};

const FIND: &str = "
    SELECT a.id, a.number, a.state, a.draft, a.authors, a.returned, a.revision, a.source_id,
        a.source_number, a.version, a.created_at, a.changed_at
    FROM knowledge_article a
    WHERE a.id = $1
    LIMIT 1";

const BY_SOURCE: &str = "
    SELECT a.id, a.number, a.state, a.draft, a.authors, a.returned, a.revision, a.source_id,
        a.source_number, a.version, a.created_at, a.changed_at
    FROM knowledge_article a
    WHERE a.source_id = $1
    LIMIT 1";

const LIST: &str = "
    SELECT a.id, a.number, a.state, a.draft, a.authors, a.returned, a.revision, a.source_id,
        a.source_number, a.version, a.created_at, a.changed_at
    FROM knowledge_article a -- limit follows
    WHERE 1 = 1";

const INSERT: &str = "
    INSERT INTO knowledge_article (
        id, number, unit_id, owner, category, audience, review_on, state, draft, authors, returned,
        revision, source_id, source_number, version, created_at, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

const UPDATE: &str = "
    UPDATE knowledge_article
    SET unit_id = $2, owner = $3, category = $4, audience = $5, review_on = $6, state = $7,
        draft = $8, authors = $9, returned = $10, revision = $11, version = $12, changed_at = $13
    WHERE id = $1";

const NUMBER: &str = "
    INSERT INTO knowledge_number (prefix, last)
    VALUES ($1, 1)
    ON CONFLICT (prefix) DO UPDATE SET last = knowledge_number.last + 1
    RETURNING last";

/// Which articles are asked for; every field that is set narrows.
#[derive(Debug, Clone, Default)]
pub(crate) struct ArticleFilter {
    /// That are that far.
    pub(crate) state: Option<State>,
    /// Of this unit.
    pub(crate) unit_id: Option<UnitId>,
    /// That this person answers for.
    pub(crate) owner: Option<PersonId>,
    /// Sorted under this.
    pub(crate) category: Option<String>,
    /// For these readers.
    pub(crate) audience: Option<Audience>,
    /// About this resource.
    pub(crate) resource_id: Option<ResourceId>,
    /// Published, and to be looked at again on this day or before.
    pub(crate) due_on: Option<Date>,
}

/// The next number of an article.
pub(crate) async fn next_number(tx: &mut Tx) -> Result<String, sqlx::Error> {
    let number: i64 = sqlx::query_scalar(NUMBER).bind(PREFIX).fetch_one(tx.connection()).await?;
    Ok(format!("{PREFIX}-{number}"))
}

/// The article of that id.
pub(crate) async fn find<'e>(
    from: impl Executor<'e, Database = Any>,
    id: ArticleId,
) -> Result<Option<Article>, sqlx::Error> {
    let row = sqlx::query(FIND).bind(id.to_string()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The article that was made from a ticket.
pub(crate) async fn by_source<'e>(
    from: impl Executor<'e, Database = Any>,
    ticket: &str,
) -> Result<Option<Article>, sqlx::Error> {
    let row = sqlx::query(BY_SOURCE).bind(ticket.to_owned()).fetch_optional(from).await?;
    row.as_ref().map(read).transpose()
}

/// The articles that match within a scope, the newest first; one more than the page takes.
pub(crate) async fn list(
    db: &Db,
    scope: &Scope,
    filter: &ArticleFilter,
    page: &Page,
) -> Result<Vec<Article>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(LIST);
    if let Some(after) = &page.after {
        query.push(" AND a.id < ").push_bind(after.clone());
    }
    push_filter(&mut query, filter);
    push_scope(&mut query, db.dialect(), "a.unit_id", scope);
    query.push(" ORDER BY a.id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// Those of these articles that there are, in no order.
pub(crate) async fn some(db: &Db, ids: &[ArticleId]) -> Result<Vec<Article>, sqlx::Error> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut query = QueryBuilder::<Any>::new(LIST);
    query.push(" AND ");
    db.dialect().push_one_of(&mut query, "a.id", ids.iter().map(String::as_str));
    query.push(" LIMIT ").push_bind(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    let rows = query.build().fetch_all(db.reader()).await?;
    rows.iter().map(read).collect()
}

/// Adds what is asked of articles `a`.
pub(super) fn push_filter(query: &mut QueryBuilder<Any>, filter: &ArticleFilter) {
    let texts = [
        (" AND a.state = ", filter.state.map(|state| state.name().to_owned())),
        (" AND a.unit_id = ", filter.unit_id.map(|id| id.to_string())),
        (" AND a.owner = ", filter.owner.map(|id| id.to_string())),
        (" AND a.category = ", filter.category.clone()),
        (" AND a.audience = ", filter.audience.map(|one| one.name().to_owned())),
        // Ids are hexadecimal and hyphens: what is between quotes is one of them.
        (" AND a.draft LIKE ", filter.resource_id.map(|id| format!("%\"{id}\"%"))),
        (
            " AND a.state = 'published' AND a.review_on <= ",
            filter.due_on.map(|day| day.to_string()),
        ),
    ];
    for (condition, value) in texts {
        if let Some(value) = value {
            query.push(condition).push_bind(value);
        }
    }
}

/// Writes a new article.
pub(crate) async fn insert(tx: &mut Tx, one: &Article) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT)
        .bind(one.id.to_string())
        .bind(one.number.clone())
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.owner_id.map(|id| id.to_string()))
        .bind(one.draft.category.clone())
        .bind(one.draft.audience.name())
        .bind(one.draft.review_on.map(|day| day.to_string()))
        .bind(one.state.name())
        .bind(to_json(&one.draft)?)
        .bind(to_json(&one.authors)?)
        .bind(one.returned.clone())
        .bind(i64::from(one.revision))
        .bind(one.source.as_ref().map(|ticket| ticket.id.clone()))
        .bind(one.source.as_ref().map(|ticket| ticket.number.clone()))
        .bind(one.version)
        .bind(one.created_at.micros())
        .bind(one.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what an article has become.
pub(crate) async fn update(tx: &mut Tx, one: &Article) -> Result<(), sqlx::Error> {
    sqlx::query(UPDATE)
        .bind(one.id.to_string())
        .bind(one.draft.unit_id.to_string())
        .bind(one.draft.owner_id.map(|id| id.to_string()))
        .bind(one.draft.category.clone())
        .bind(one.draft.audience.name())
        .bind(one.draft.review_on.map(|day| day.to_string()))
        .bind(one.state.name())
        .bind(to_json(&one.draft)?)
        .bind(to_json(&one.authors)?)
        .bind(one.returned.clone())
        .bind(i64::from(one.revision))
        .bind(one.version)
        .bind(one.changed_at.micros())
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Article, sqlx::Error> {
    let state: String = row.try_get("state")?;
    let (source_id, source_number): (Option<String>, Option<String>) =
        (row.try_get("source_id")?, row.try_get("source_number")?);
    let source = source_id.zip(source_number).map(|(id, number)| TicketNamed { id, number });
    Ok(Article {
        id: parsed(row, "id")?,
        number: row.try_get("number")?,
        draft: from_json(row, "draft")?,
        state: State::from_name(&state).ok_or_else(|| unreadable("state", &state))?,
        authors: from_json(row, "authors")?,
        returned: row.try_get("returned")?,
        revision: small(row, "revision")?,
        source,
        version: row.try_get("version")?,
        created_at: time(row, "created_at")?,
        changed_at: time(row, "changed_at")?,
    })
}
