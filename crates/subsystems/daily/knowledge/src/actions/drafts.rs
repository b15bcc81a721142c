use db::Tx;
use journal::Entry;
use kernel::{Caller, Id, Text, Time};
use resources::ResourceId;

use super::{Knowledge, holds, none_wrong, permitted};
use crate::{
    KnowledgeError,
    model::{
        article::{Article, ArticleDraft, ArticleId, Author, TicketNamed},
        course::State,
        fact::{ArticleChanged, ArticleCreated, Told},
        permission::{KNOWLEDGE_READ, KNOWLEDGE_WRITE},
        terms,
    },
    store::{self, terms::Layer},
};

impl Knowledge {
    /// Begins an article.
    ///
    /// Errors: [`KnowledgeError::Forbidden`], [`KnowledgeError::Invalid`].
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        draft: ArticleDraft,
    ) -> Result<Article, KnowledgeError> {
        self.check(caller, &draft, None).await?;
        let mut tx = self.db().begin().await?;
        let article = self.begin(&mut tx, caller, (draft, None)).await?;
        tx.commit().await?;
        Ok(article)
    }

    /// Writes a new article that was checked, and tells of it.
    pub(super) async fn begin(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (draft, source): (ArticleDraft, Option<TicketNamed>),
    ) -> Result<Article, KnowledgeError> {
        let now = self.now();
        let article = Article {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            number: store::articles::next_number(tx).await?,
            draft: trimmed(draft),
            state: State::Draft,
            authors: vec![Author::of(caller)],
            returned: String::new(),
            revision: 0,
            source,
            version: 1,
            created_at: now,
            changed_at: now,
        };
        store::articles::insert(tx, &article).await?;
        find_by(tx, &article).await?;
        let told = Told::<ArticleCreated>::of(&article);
        let told = match &article.source {
            Some(ticket) => told.with("ticket_id", &ticket.id).with("ticket", &ticket.number),
            None => told,
        };
        journal::append(tx, Entry::new(caller, now, &told)).await?;
        Ok(article)
    }

    /// Changes what version `version` of an article says: it is a draft from then on. What was
    /// published of it is read on.
    ///
    /// Errors: [`KnowledgeError::NotFound`], [`KnowledgeError::Forbidden`],
    /// [`KnowledgeError::Stale`], [`KnowledgeError::Invalid`], [`KnowledgeError::Conflict`].
    pub(crate) async fn change(
        &self,
        caller: &Caller,
        (id, version): (ArticleId, i64),
        draft: ArticleDraft,
    ) -> Result<Article, KnowledgeError> {
        let found = store::articles::find(self.db().reader(), id).await?;
        let before = permitted(caller, KNOWLEDGE_WRITE, (id, found))?;
        self.check(caller, &draft, Some(&before)).await?;
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let before = self.still(&mut tx, (caller, KNOWLEDGE_WRITE), (id, version)).await?;
        if before.state == State::Retired {
            return Err(wrong_state(&before));
        }
        let draft = trimmed(draft);
        if draft == before.draft {
            return Ok(before);
        }
        let after = changed(before.clone(), (draft, Author::of(caller)), now);
        store::articles::update(&mut tx, &after).await?;
        find_by(&mut tx, &after).await?;
        let fields = changed_fields(&before.draft, &after.draft);
        let told = Told::<ArticleChanged>::of(&after).with("fields", fields);
        journal::append(&mut tx, Entry::new(caller, now, &told)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Errors: [`KnowledgeError::Forbidden`], [`KnowledgeError::Invalid`].
    pub(super) async fn check(
        &self,
        caller: &Caller,
        draft: &ArticleDraft,
        before: Option<&Article>,
    ) -> Result<(), KnowledgeError> {
        none_wrong(draft.faults())?;
        if !holds(caller, KNOWLEDGE_WRITE, draft.unit_id) {
            return Err(KnowledgeError::Forbidden(KNOWLEDGE_WRITE));
        }
        let directory = &self.parts.directory;
        if !directory.is_unit_named(caller, KNOWLEDGE_WRITE, draft.unit_id).await? {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            return Err(KnowledgeError::field("unit_id", draft.unit_id, expected));
        }
        self.check_owner(caller, draft, before).await?;
        self.check_resources(caller, draft, before).await
    }

    async fn check_owner(
        &self,
        caller: &Caller,
        draft: &ArticleDraft,
        before: Option<&Article>,
    ) -> Result<(), KnowledgeError> {
        // Who answered for it before may have left since.
        let known = before.and_then(|one| one.draft.owner_id);
        let Some(owner) = draft.owner_id.filter(|owner| Some(*owner) != known) else {
            return Ok(());
        };
        let directory = &self.parts.directory;
        let named = directory.person_named(caller, KNOWLEDGE_READ, owner).await?;
        if named.is_some() || self.person_of(caller).await? == Some(owner) {
            return Ok(());
        }
        let expected =
            Text::new("a person of the directory who has not left", "组织目录中的在职人员");
        Err(KnowledgeError::field("owner_id", owner, expected))
    }

    async fn check_resources(
        &self,
        caller: &Caller,
        draft: &ArticleDraft,
        before: Option<&Article>,
    ) -> Result<(), KnowledgeError> {
        // What was named before may have gone out of sight since.
        let known = before.map(|one| one.draft.resource_ids.as_slice()).unwrap_or_default();
        let seen = self.resources_seen(caller, &draft.resource_ids).await?;
        let is_known = |id: &ResourceId| known.contains(id) || seen.iter().any(|one| one.id == *id);
        match draft.resource_ids.iter().enumerate().find(|(_, id)| !is_known(id)) {
            None => Ok(()),
            Some((at, id)) => {
                let expected = Text::new("a resource that you see", "您可见的资源");
                Err(KnowledgeError::field(&format!("resource_ids[{at}]"), id, expected))
            }
        }
    }
}

/// The article with another text.
fn changed(before: Article, (draft, author): (ArticleDraft, Author), now: Time) -> Article {
    Article {
        authors: before.authors_with(author),
        draft,
        state: State::Draft,
        version: before.version + 1,
        changed_at: now,
        ..before
    }
}

/// Writes by which terms the text is found that is worked on.
pub(super) async fn find_by(tx: &mut Tx, article: &Article) -> Result<(), KnowledgeError> {
    let kept = terms::kept(&article.number, &article.draft);
    store::terms::put(tx, (article.id, Layer::Draft), &kept).await?;
    Ok(())
}

/// Without what nobody sees around the lines of it, and each resource and keyword once.
fn trimmed(mut draft: ArticleDraft) -> ArticleDraft {
    draft.title = draft.title.trim().to_owned();
    draft.category = draft.category.trim().to_owned();
    let mut keywords: Vec<String> = Vec::new();
    for keyword in &draft.keywords {
        let keyword = keyword.trim();
        if !keywords.iter().any(|known| known == keyword) {
            keywords.push(keyword.to_owned());
        }
    }
    draft.keywords = keywords;
    let mut resources: Vec<ResourceId> = Vec::new();
    for id in &draft.resource_ids {
        if !resources.contains(id) {
            resources.push(*id);
        }
    }
    draft.resource_ids = resources;
    draft
}

/// The names of the fields that differ: what people wrote in them is not the journal's.
fn changed_fields(before: &ArticleDraft, after: &ArticleDraft) -> Vec<&'static str> {
    let fields = [
        ("title", before.title != after.title),
        ("symptom", before.symptom != after.symptom),
        ("answer", before.answer != after.answer),
        ("keywords", before.keywords != after.keywords),
        ("category", before.category != after.category),
        ("resource_ids", before.resource_ids != after.resource_ids),
        ("audience", before.audience != after.audience),
        ("unit_id", before.unit_id != after.unit_id),
        ("owner_id", before.owner_id != after.owner_id),
        ("review_on", before.review_on != after.review_on),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

/// It is too late, or too early, to do that.
pub(super) fn wrong_state(article: &Article) -> KnowledgeError {
    let state = article.state.text();
    KnowledgeError::conflict(
        "wrong-state",
        format!("the article is {}", state.en),
        format!("该知识条目当前状态为“{}”，不能执行此操作", state.zh),
    )
}
