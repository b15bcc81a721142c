use std::collections::HashMap;

use journal::Entry;
use kernel::{Caller, SeenTicket};

use super::{Knowledge, holds, no_article};
use crate::{
    KnowledgeError,
    model::{
        article::{Article, ArticleId, TicketNamed},
        fact::{ArticleLinked, ArticleUnlinked, Event, Told},
        permission::{KNOWLEDGE_READ, TICKET_WORK},
        sight::Sight,
    },
    store::{
        self,
        tickets::{LINKS_MAX, Link},
    },
};

/// An article of a ticket, as a caller sees it.
#[derive(Debug, Clone)]
pub(crate) struct SeenLink {
    pub(crate) link: Link,
    pub(crate) number: String,
    pub(crate) title: String,
    /// Whether there is something for the caller to read; otherwise it is being written.
    pub(crate) published: bool,
}

impl Knowledge {
    /// The articles of a ticket that the caller sees, as far as they see them.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn articles_of(
        &self,
        caller: &Caller,
        ticket: &str,
    ) -> Result<Vec<SeenLink>, KnowledgeError> {
        let ticket = self.ticket(caller, ticket).await?;
        let links = store::tickets::of_ticket(self.db().reader(), &ticket.id).await?;
        let ids: Vec<ArticleId> = links.iter().map(|link| link.article_id).collect();
        let live = store::revisions::some(self.db(), &Sight::of(caller), &ids).await?;
        let live: HashMap<ArticleId, String> =
            live.into_iter().map(|one| (one.article_id, one.draft.title)).collect();
        let articles = store::articles::some(self.db(), &ids).await?;
        let articles: HashMap<ArticleId, Article> =
            articles.into_iter().map(|one| (one.id, one)).collect();
        let seen = links.into_iter().filter_map(|link| {
            let article = articles.get(&link.article_id)?;
            let read = live.get(&article.id).cloned();
            let published = read.is_some();
            let sees = holds(caller, KNOWLEDGE_READ, article.draft.unit_id);
            let title = read.or_else(|| sees.then(|| article.draft.title.clone()))?;
            Some(SeenLink { link, number: article.number.clone(), title, published })
        });
        Ok(seen.collect())
    }

    /// The tickets of an article, the last linked first: those that the caller sees.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    pub(crate) async fn tickets_of(
        &self,
        caller: &Caller,
        id: ArticleId,
    ) -> Result<Vec<Link>, KnowledgeError> {
        self.article(caller, id).await?;
        let links = store::tickets::of_article(self.db().reader(), id).await?;
        let mut seen = Vec::new();
        for link in links {
            match self.ticket(caller, &link.ticket.id).await {
                Ok(_) => seen.push(link),
                Err(KnowledgeError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(seen)
    }

    /// Links an article that the caller reads to a ticket that they work on.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Conflict`].
    pub(crate) async fn link(
        &self,
        caller: &Caller,
        (ticket, id): (&str, ArticleId),
    ) -> Result<(), KnowledgeError> {
        let (ticket, article) = self.tied(caller, ticket, id).await?;
        let now = self.now();
        let link = Link {
            ticket: TicketNamed { id: ticket.id, number: ticket.number },
            article_id: id,
            linked_by: caller.actor.name.clone(),
            linked_at: now,
        };
        let mut tx = self.db().begin().await?;
        let known = store::tickets::of_ticket(tx.connection(), &link.ticket.id).await?;
        if known.len() >= LINKS_MAX as usize {
            return Err(KnowledgeError::conflict(
                "too-many-articles",
                format!("a ticket has at most {LINKS_MAX} articles"),
                format!("每个工单最多关联 {LINKS_MAX} 个知识条目"),
            ));
        }
        if store::tickets::link(&mut tx, &link).await? {
            let told = told::<ArticleLinked>(&article, &link.ticket);
            journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes the link between an article and a ticket away.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`].
    pub(crate) async fn unlink(
        &self,
        caller: &Caller,
        (ticket, id): (&str, ArticleId),
    ) -> Result<(), KnowledgeError> {
        let (ticket, article) = self.tied(caller, ticket, id).await?;
        let named = TicketNamed { id: ticket.id, number: ticket.number };
        let mut tx = self.db().begin().await?;
        if store::tickets::unlink(&mut tx, &named.id, id).await? {
            let told = told::<ArticleUnlinked>(&article, &named);
            journal::append(&mut tx, Entry::new(caller, self.now(), &told)).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A ticket that the caller works on, and an article that they read or see.
    async fn tied(
        &self,
        caller: &Caller,
        ticket: &str,
        id: ArticleId,
    ) -> Result<(SeenTicket, Article), KnowledgeError> {
        let ticket = self.ticket(caller, ticket).await?;
        if !ticket.may_work {
            return Err(KnowledgeError::Forbidden(TICKET_WORK));
        }
        let found = store::articles::find(self.db().reader(), id).await?;
        let article = found.ok_or_else(|| no_article(id))?;
        let sees = holds(caller, KNOWLEDGE_READ, article.draft.unit_id);
        let reads = self.live(&Sight::of(caller), id).await?.is_some();
        if sees || reads { Ok((ticket, article)) } else { Err(no_article(id)) }
    }
}

fn told<E: Event>(article: &Article, ticket: &TicketNamed) -> Told<E> {
    Told::of(article).with("ticket_id", &ticket.id).with("ticket", &ticket.number)
}
