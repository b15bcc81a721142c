use std::collections::BTreeMap;

use journal::Entry;
use kernel::Caller;

use super::{Knowledge, courses::written};
use crate::{
    KnowledgeError,
    model::{
        article::{Article, ArticleId, Author, Revision},
        course::Step,
        fact::{ArticlePublished, ArticleRetired, Told},
        permission::KNOWLEDGE_APPROVE,
        terms,
    },
    store::{self, terms::Layer},
};

impl Knowledge {
    /// Publishes version `version` of an article that others wrote and handed in: readers see it
    /// from now on, and what they saw before is kept.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Conflict`].
    pub(crate) async fn publish(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
    ) -> Result<Article, KnowledgeError> {
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_APPROVE), key).await?;
        let after = self.stepped(caller, before, Step::Publish)?;
        let after = Article { revision: after.revision + 1, returned: String::new(), ..after };
        let revision = Revision {
            article_id: after.id,
            number: after.number.clone(),
            revision: after.revision,
            draft: after.draft.clone(),
            authors: after.authors.clone(),
            published_by: Author::of(caller),
            published_at: after.changed_at,
            live: true,
        };
        store::articles::update(&mut tx, &after).await?;
        store::revisions::publish(&mut tx, &revision).await?;
        let kept = terms::kept(&after.number, &after.draft);
        store::terms::put(&mut tx, (after.id, Layer::Live), &kept).await?;
        let told = Told::<ArticlePublished>::of(&after)
            .with("revision", after.revision)
            .with("audience", after.draft.audience);
        journal::append(&mut tx, Entry::new(caller, after.changed_at, &told)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Takes version `version` of an article out of use: nobody reads it any more, and nothing of
    /// it is lost.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Conflict`].
    pub(crate) async fn retire(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
    ) -> Result<Article, KnowledgeError> {
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_APPROVE), key).await?;
        let after = self.stepped(caller, before, Step::Retire)?;
        store::revisions::hide(&mut tx, after.id).await?;
        store::terms::put(&mut tx, (after.id, Layer::Live), &BTreeMap::new()).await?;
        written::<ArticleRetired>(&mut tx, caller, &after).await?;
        tx.commit().await?;
        Ok(after)
    }
}
