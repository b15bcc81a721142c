use std::collections::HashMap;

use kernel::{Caller, Page, PageOf};
use resources::ResourceId;

use super::{Knowledge, holds, permitted};
use crate::{
    KnowledgeError,
    model::{
        article::{Article, ArticleId, Author, Revision},
        permission::{KNOWLEDGE_APPROVE, KNOWLEDGE_READ, KNOWLEDGE_WRITE},
        terms,
    },
    store::{self, articles::ArticleFilter, votes::Votes},
};

/// Articles that are found by words: those about which these say most.
const FOUND_MAX: u32 = 50;

/// An article as a caller sees it.
#[derive(Debug, Clone)]
pub(crate) struct SeenArticle {
    pub(crate) article: Article,
    pub(crate) votes: Votes,
    /// What who answers for it is called.
    pub(crate) owner: Option<String>,
    /// The resources it concerns, as far as the caller sees them; only for one that is looked at
    /// by itself.
    pub(crate) resources: Vec<(ResourceId, String)>,
    /// Whether it is to be looked at again by now.
    pub(crate) due: bool,
    /// Whether the caller is one of its authors: they do not publish it.
    pub(crate) wrote: bool,
    pub(crate) may_write: bool,
    pub(crate) may_approve: bool,
}

impl Knowledge {
    /// The articles that match and that the caller sees, the newest first; by words at most 50,
    /// those first about which they say most.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn articles(
        &self,
        caller: &Caller,
        (mut filter, due, text): (ArticleFilter, bool, Option<String>),
        page: &Page,
    ) -> Result<PageOf<SeenArticle>, KnowledgeError> {
        let scope = caller.scope(KNOWLEDGE_READ);
        filter.due_on = due.then(|| self.today());
        let Some(text) = text else {
            let found = store::articles::list(self.db(), &scope, &filter, page).await?;
            let page = PageOf::from_fetched(found, page.limit, |one| one.id.to_string());
            let items = self.seen(caller, page.items).await?;
            return Ok(PageOf { items, next: page.next });
        };
        let asked = terms::asked(&text);
        let limit = page.limit.min(FOUND_MAX);
        let found = store::terms::articles(self.db(), &scope, (&filter, &asked), limit).await?;
        let ids: Vec<ArticleId> =
            terms::alike(asked.len(), found).into_iter().map(|(id, _)| id).collect();
        let found = store::articles::some(self.db(), &ids).await?;
        let mut found: HashMap<ArticleId, Article> =
            found.into_iter().map(|one| (one.id, one)).collect();
        let found = ids.iter().filter_map(|id| found.remove(id)).collect();
        Ok(PageOf { items: self.seen(caller, found).await?, next: None })
    }

    /// The article of that id.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn article(
        &self,
        caller: &Caller,
        id: ArticleId,
    ) -> Result<Article, KnowledgeError> {
        let found = store::articles::find(self.db().reader(), id).await?;
        permitted(caller, KNOWLEDGE_READ, (id, found))
    }

    /// All that was published of an article, the newest first.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn revisions(
        &self,
        caller: &Caller,
        id: ArticleId,
    ) -> Result<Vec<Revision>, KnowledgeError> {
        self.article(caller, id).await?;
        Ok(store::revisions::of_article(self.db().reader(), id).await?)
    }

    /// Articles with all that is shown of them in lists.
    pub(crate) async fn seen(
        &self,
        caller: &Caller,
        articles: Vec<Article>,
    ) -> Result<Vec<SeenArticle>, KnowledgeError> {
        let ids: Vec<ArticleId> = articles.iter().map(|one| one.id).collect();
        let votes = store::votes::counts(self.db(), &ids).await?;
        let (today, own) = (self.today(), Author::of(caller));
        let mut seen = Vec::with_capacity(articles.len());
        for article in articles {
            let unit = article.draft.unit_id;
            let owner = match article.draft.owner_id {
                Some(id) => self.parts.directory.person(id).await?,
                None => None,
            };
            let due = article.draft.review_on.is_some_and(|day| day <= today);
            seen.push(SeenArticle {
                votes: votes.get(&article.id).copied().unwrap_or_default(),
                owner: owner.map(|person| person.state.name.clone()),
                resources: Vec::new(),
                due: due && article.is_live(),
                wrote: article.authors.iter().any(|author| author.id == own.id),
                may_write: holds(caller, KNOWLEDGE_WRITE, unit),
                may_approve: holds(caller, KNOWLEDGE_APPROVE, unit),
                article,
            });
        }
        Ok(seen)
    }

    /// One article with all that is shown of it.
    pub(crate) async fn seen_alone(
        &self,
        caller: &Caller,
        article: Article,
    ) -> Result<SeenArticle, KnowledgeError> {
        let resources = self.resources_seen(caller, &article.draft.resource_ids).await?;
        let resources = resources.into_iter().map(|one| (one.id, one.name)).collect();
        let seen = self.seen(caller, vec![article]).await?;
        // One in, one out.
        let one = seen.into_iter().next().ok_or(KnowledgeError::Stale)?;
        Ok(SeenArticle { resources, ..one })
    }
}
