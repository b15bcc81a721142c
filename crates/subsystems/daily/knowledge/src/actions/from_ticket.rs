use kernel::{Caller, SeenTicket};
use resources::ResourceId;

use super::{Knowledge, holds, none_wrong};
use crate::{
    KnowledgeError,
    model::{
        article::{
            ANSWER_CHARS_MAX, Article, ArticleDraft, Audience, RESOURCES_MAX, SYMPTOM_CHARS_MAX,
            TITLE_CHARS_MAX, TicketNamed,
        },
        permission::{KNOWLEDGE_READ, KNOWLEDGE_WRITE},
    },
    store::{self, tickets::Link},
};

impl Knowledge {
    /// Begins an article with what a solved ticket says, once for each ticket, for agents alone:
    /// what tells who asked is still to be taken out. The two are linked.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Conflict`].
    pub(crate) async fn create_from_ticket(
        &self,
        caller: &Caller,
        ticket: &str,
    ) -> Result<Article, KnowledgeError> {
        let ticket = self.ticket(caller, ticket).await?;
        if !ticket.solved {
            return Err(KnowledgeError::conflict(
                "not-solved",
                format!("{} is not solved yet", ticket.number),
                format!("工单 {} 尚未解决", ticket.number),
            ));
        }
        let draft = self.draft_of(caller, &ticket).await?;
        if !holds(caller, KNOWLEDGE_WRITE, draft.unit_id) {
            return Err(KnowledgeError::Forbidden(KNOWLEDGE_WRITE));
        }
        none_wrong(draft.faults())?;
        let source = TicketNamed { id: ticket.id, number: ticket.number };
        let mut tx = self.db().begin().await?;
        if let Some(known) = store::articles::by_source(tx.connection(), &source.id).await? {
            return Err(made_before(caller, &known));
        }
        let article = self.begin(&mut tx, caller, (draft, Some(source.clone()))).await?;
        let link = Link {
            ticket: source,
            article_id: article.id,
            linked_by: caller.actor.name.clone(),
            linked_at: article.created_at,
        };
        store::tickets::link(&mut tx, &link).await?;
        tx.commit().await?;
        Ok(article)
    }

    async fn draft_of(
        &self,
        caller: &Caller,
        ticket: &SeenTicket,
    ) -> Result<ArticleDraft, KnowledgeError> {
        let ids = ticket.resource_ids.iter().filter_map(|id| id.parse().ok());
        let ids: Vec<ResourceId> = ids.take(RESOURCES_MAX).collect();
        let seen = self.resources_seen(caller, &ids).await?;
        let unit = |_| KnowledgeError::Forbidden(KNOWLEDGE_WRITE);
        Ok(ArticleDraft {
            title: cut(&one_line(&ticket.subject), TITLE_CHARS_MAX),
            symptom: cut(&ticket.text, SYMPTOM_CHARS_MAX),
            answer: cut(&ticket.answer, ANSWER_CHARS_MAX),
            keywords: Vec::new(),
            category: String::new(),
            resource_ids: seen.into_iter().map(|one| one.id).collect(),
            audience: Audience::Agents,
            unit_id: ticket.unit_id.parse().map_err(unit)?,
            owner_id: None,
            review_on: None,
        })
    }
}

/// There is one already, which is named to those who see it.
fn made_before(caller: &Caller, known: &Article) -> KnowledgeError {
    let (en, zh) = if holds(caller, KNOWLEDGE_READ, known.draft.unit_id) {
        let number = &known.number;
        (format!("{number} was made from it"), format!("已由该工单生成知识条目 {number}"))
    } else {
        ("an article was made from it".to_owned(), "已由该工单生成知识条目".to_owned())
    };
    KnowledgeError::conflict("article-exists", en, zh)
}

fn cut(text: &str, chars: usize) -> String {
    text.trim().replace('\0', "").chars().take(chars).collect()
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}
