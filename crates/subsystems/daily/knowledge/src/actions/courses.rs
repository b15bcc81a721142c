use db::Tx;
use jiff::civil::Date;
use journal::Entry;
use kernel::{Caller, Permission, Text};

use super::{Knowledge, drafts::wrong_state, none_wrong, permitted};
use crate::{
    KnowledgeError,
    model::{
        article::{Article, ArticleId, Author, REASON_CHARS_MAX, day_fault, text},
        course::{Refusal, Step, decide},
        fact::{
            ArticleConfirmed, ArticleReturned, ArticleRevived, ArticleSubmitted, ArticleWithdrawn,
            Event, Told,
        },
        permission::{KNOWLEDGE_APPROVE, KNOWLEDGE_WRITE},
    },
    store,
};

impl Knowledge {
    /// Hands in version `version` of an article.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Invalid`], [`KnowledgeError::Conflict`].
    pub(crate) async fn submit(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
    ) -> Result<Article, KnowledgeError> {
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_WRITE), key).await?;
        none_wrong(before.draft.lacks())?;
        let after = self.stepped(caller, before, Step::Submit)?;
        let after = Article { returned: String::new(), ..after };
        written::<ArticleSubmitted>(&mut tx, caller, &after).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Sends version `version` of an article back to be written on.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Invalid`], [`KnowledgeError::Conflict`].
    pub(crate) async fn send_back(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
        reason: &str,
    ) -> Result<Article, KnowledgeError> {
        let mut faults = Vec::new();
        text(&mut faults, "reason", reason, (1, REASON_CHARS_MAX));
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_APPROVE), key).await?;
        none_wrong(faults)?;
        let after = self.stepped(caller, before, Step::Return)?;
        let after = Article { returned: reason.trim().to_owned(), ..after };
        written::<ArticleReturned>(&mut tx, caller, &after).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Takes version `version` of an article, which was handed in, back to be written on.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Conflict`].
    pub(crate) async fn withdraw(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
    ) -> Result<Article, KnowledgeError> {
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_WRITE), key).await?;
        let after = self.stepped(caller, before, Step::Return)?;
        written::<ArticleWithdrawn>(&mut tx, caller, &after).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Takes up version `version` of an article that was retired, to be written on.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Conflict`].
    pub(crate) async fn revive(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
    ) -> Result<Article, KnowledgeError> {
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_WRITE), key).await?;
        let after = self.stepped(caller, before, Step::Revive)?;
        written::<ArticleRevived>(&mut tx, caller, &after).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Says of version `version` of an article that it was looked at and holds until `review_on`;
    /// none: for good. It needs no approval: what it says stays as it is.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Invalid`], [`KnowledgeError::Conflict`].
    pub(crate) async fn confirm(
        &self,
        caller: &Caller,
        key: (ArticleId, i64),
        review_on: Option<Date>,
    ) -> Result<Article, KnowledgeError> {
        let today = self.today();
        let mut faults: Vec<_> =
            review_on.and_then(|day| day_fault("review_on", day)).into_iter().collect();
        if let Some(day) = review_on.filter(|day| *day <= today && faults.is_empty()) {
            let expected = Text::new("a day that is still to come", "今天之后的日期");
            faults.push(kernel::FieldFault::new("review_on", day, expected));
        }
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_WRITE), key).await?;
        none_wrong(faults)?;
        if !before.is_live() {
            return Err(wrong_state(&before));
        }
        let (version, changed_at) = (before.version + 1, self.now());
        let mut after = Article { version, changed_at, ..before };
        after.draft.review_on = review_on;
        store::articles::update(&mut tx, &after).await?;
        let told = Told::<ArticleConfirmed>::of(&after).with("review_on", review_on);
        journal::append(&mut tx, Entry::new(caller, after.changed_at, &told)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// The article within a change of its version `version` by somebody who may make it.
    pub(super) async fn still(
        &self,
        tx: &mut Tx,
        (caller, permission): (&Caller, Permission),
        (id, version): (ArticleId, i64),
    ) -> Result<Article, KnowledgeError> {
        let found = store::articles::find(tx.connection(), id).await?;
        let article = permitted(caller, permission, (id, found))?;
        if article.version == version { Ok(article) } else { Err(KnowledgeError::Stale) }
    }

    /// The article a step further.
    ///
    /// Errors: [`KnowledgeError::Conflict`].
    pub(super) fn stepped(
        &self,
        caller: &Caller,
        before: Article,
        step: Step,
    ) -> Result<Article, KnowledgeError> {
        let state = match decide(&before, step, &Author::of(caller)) {
            Ok(state) => state,
            Err(Refusal::WrongState) => return Err(wrong_state(&before)),
            Err(Refusal::OwnText) => {
                return Err(KnowledgeError::conflict(
                    "by-another",
                    "who has written on an article does not publish it",
                    "参与编写的人不能审核发布该知识条目",
                ));
            }
        };
        Ok(Article { state, version: before.version + 1, changed_at: self.now(), ..before })
    }
}

/// Writes what an article has become, with the fact of it.
pub(super) async fn written<E: Event>(
    tx: &mut Tx,
    caller: &Caller,
    after: &Article,
) -> Result<(), KnowledgeError> {
    store::articles::update(tx, after).await?;
    let told = Told::<E>::of(after).with("state", after.state);
    journal::append(tx, Entry::new(caller, after.changed_at, &told)).await?;
    Ok(())
}
