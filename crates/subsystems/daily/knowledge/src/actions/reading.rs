use std::collections::HashMap;

use kernel::{Caller, Page, PageOf};
use resources::ResourceId;

use super::{Knowledge, no_article};
use crate::{
    KnowledgeError,
    model::{
        article::{ArticleId, Revision},
        sight::Sight,
        terms,
    },
    store::{self, votes::Votes},
};

/// What somebody reads of an article.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) revision: Revision,
    pub(crate) votes: Votes,
    /// What the caller said of it; none: nothing.
    pub(crate) own: Option<bool>,
    /// The resources it concerns, as far as the caller sees them.
    pub(crate) resources: Vec<(ResourceId, String)>,
}

/// By what published articles are looked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) category: Option<String>,
}

impl Knowledge {
    /// What somebody reads, the newest article first.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn published(
        &self,
        sight: &Sight,
        category: Option<&str>,
        page: &Page,
    ) -> Result<PageOf<(Revision, Votes)>, KnowledgeError> {
        let found = store::revisions::list(self.db(), sight, category, page).await?;
        let page = PageOf::from_fetched(found, page.limit, |one| one.article_id.to_string());
        Ok(PageOf { items: self.voted(page.items).await?, next: page.next })
    }

    /// Of what somebody reads what is about the same as a text, the most alike first, each with
    /// how much of the text it has.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn suggestions(
        &self,
        sight: &Sight,
        wanted: &Wanted,
        limit: u32,
    ) -> Result<Vec<(Revision, Votes, f64)>, KnowledgeError> {
        let asked = terms::asked(&wanted.text);
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let given = (wanted.category.as_deref(), asked.as_slice());
        let found = store::terms::live(self.db(), sight, given, limit).await?;
        let alike = terms::alike(asked.len(), found);
        let ids: Vec<ArticleId> = alike.iter().map(|(id, _)| *id).collect();
        let found = store::revisions::some(self.db(), sight, &ids).await?;
        let found = self.voted(found).await?;
        let mut found: HashMap<ArticleId, (Revision, Votes)> =
            found.into_iter().map(|one| (one.0.article_id, one)).collect();
        let found = alike.into_iter().filter_map(|(id, likeness)| {
            found.remove(&id).map(|(revision, votes)| (revision, votes, likeness))
        });
        Ok(found.collect())
    }

    /// What a caller reads of an article.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn read(
        &self,
        caller: &Caller,
        id: ArticleId,
    ) -> Result<Read, KnowledgeError> {
        let found = self.live(&Sight::of(caller), id).await?;
        let revision = found.ok_or_else(|| no_article(id))?;
        let votes = store::votes::counts(self.db(), &[id]).await?;
        let own = match &caller.user_id {
            Some(user) => store::votes::own(self.db().reader(), id, user).await?,
            None => None,
        };
        let resources = self.resources_seen(caller, &revision.draft.resource_ids).await?;
        Ok(Read {
            votes: votes.get(&id).copied().unwrap_or_default(),
            own,
            resources: resources.into_iter().map(|one| (one.id, one.name)).collect(),
            revision,
        })
    }

    /// What everybody reads of an article.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn read_by_stranger(&self, id: ArticleId) -> Result<Revision, KnowledgeError> {
        let found = self.live(&Sight::Stranger, id).await?;
        found.ok_or_else(|| no_article(id))
    }

    /// What somebody reads of an article; none: nothing.
    pub(super) async fn live(
        &self,
        sight: &Sight,
        id: ArticleId,
    ) -> Result<Option<Revision>, KnowledgeError> {
        let found = store::revisions::live(self.db(), id).await?;
        Ok(found.filter(|one| sight.sees(one.draft.audience, one.draft.unit_id)))
    }

    async fn voted(
        &self,
        revisions: Vec<Revision>,
    ) -> Result<Vec<(Revision, Votes)>, KnowledgeError> {
        let ids: Vec<ArticleId> = revisions.iter().map(|one| one.article_id).collect();
        let votes = store::votes::counts(self.db(), &ids).await?;
        let of = |one: &Revision| votes.get(&one.article_id).copied().unwrap_or_default();
        Ok(revisions
            .into_iter()
            .map(|one| {
                let votes = of(&one);
                (one, votes)
            })
            .collect())
    }
}
