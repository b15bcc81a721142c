use std::collections::BTreeMap;

use db::{Db, QueryBuilder, Tx};
use kernel::Scope;
use sqlx::{Any, any::AnyRow};

use super::{
    articles::{ArticleFilter, push_filter},
    parsed, push_scope, push_sight, small,
};
use crate::model::{article::ArticleId, sight::Sight, terms::Match};

/// Terms that are written with one statement: each takes four parameters.
const AT_ONCE: usize = 200;

const FORGET: &str = "
    DELETE FROM knowledge_term
    WHERE article_id = $1 AND layer = $2";

const INSERT: &str = "
    INSERT INTO knowledge_term (layer, term, article_id, weight)
    VALUES ";

const OF_ARTICLES: &str = "
    SELECT t.article_id, COUNT(*) AS terms
    FROM knowledge_term t JOIN knowledge_article a ON a.id = t.article_id -- limit follows
    WHERE t.layer = 0 AND ";

const OF_LIVE: &str = "
    SELECT t.article_id, COUNT(*) AS terms
    FROM knowledge_term t JOIN knowledge_revision r
        ON r.article_id = t.article_id AND r.live = 1 -- limit follows
    WHERE t.layer = 1 AND ";

/// Of which of its texts an article is found by its terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The one that is worked on.
    Draft,
    /// The one that readers see.
    Live,
}

impl Layer {
    const fn number(self) -> i64 {
        match self {
            Self::Draft => 0,
            Self::Live => 1,
        }
    }
}

/// Writes by which terms an article is found from now on; none: by none.
pub(crate) async fn put(
    tx: &mut Tx,
    (id, layer): (ArticleId, Layer),
    terms: &BTreeMap<String, i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query(FORGET).bind(id.to_string()).bind(layer.number()).execute(tx.connection()).await?;
    let all: Vec<(&String, &i64)> = terms.iter().collect();
    for some in all.chunks(AT_ONCE) {
        let mut query = QueryBuilder::<Any>::new(INSERT);
        for (at, (term, weight)) in some.iter().enumerate() {
            query.push(if at == 0 { "(" } else { ", (" }).push_bind(layer.number()).push(", ");
            query.push_bind((*term).clone()).push(", ").push_bind(id.to_string()).push(", ");
            query.push_bind(**weight).push(")");
        }
        query.build().execute(tx.connection()).await?;
    }
    Ok(())
}

/// The articles that match within a scope and whose text has some of these terms, those first
/// about which they say most.
pub(crate) async fn articles(
    db: &Db,
    scope: &Scope,
    (filter, terms): (&ArticleFilter, &[String]),
    limit: u32,
) -> Result<Vec<Match<ArticleId>>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(OF_ARTICLES);
    db.dialect().push_one_of(&mut query, "t.term", terms.iter().map(String::as_str));
    push_filter(&mut query, filter);
    push_scope(&mut query, db.dialect(), "a.unit_id", scope);
    matches(db, query, limit).await
}

/// The same of what somebody reads.
pub(crate) async fn live(
    db: &Db,
    sight: &Sight,
    (category, terms): (Option<&str>, &[String]),
    limit: u32,
) -> Result<Vec<Match<ArticleId>>, sqlx::Error> {
    let mut query = QueryBuilder::<Any>::new(OF_LIVE);
    db.dialect().push_one_of(&mut query, "t.term", terms.iter().map(String::as_str));
    if let Some(category) = category {
        query.push(" AND r.category = ").push_bind(category.to_owned());
    }
    push_sight(&mut query, db.dialect(), sight);
    matches(db, query, limit).await
}

async fn matches(
    db: &Db,
    mut query: QueryBuilder<Any>,
    limit: u32,
) -> Result<Vec<Match<ArticleId>>, sqlx::Error> {
    query.push(" GROUP BY t.article_id ORDER BY SUM(t.weight) DESC, t.article_id DESC LIMIT ");
    query.push_bind(i64::from(limit));
    let rows = query.build().fetch_all(db.reader()).await?;
    let read =
        |row: &AnyRow| Ok(Match { id: parsed(row, "article_id")?, terms: small(row, "terms")? });
    rows.iter().map(read).collect()
}
