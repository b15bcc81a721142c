//! The verbs: load, permit, decide, save, journal; each in one transaction.

mod courses;
mod drafts;
mod from_ticket;
mod publishing;
mod reading;
mod reads;
mod tickets;
mod votes;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use db::Db;
use directory::{Directory, PersonId, UnitId};
use jiff::{Timestamp, civil::Date};
use kernel::{
    Caller, Clock, Fault, FieldFault, Ids, Permission, Place, SeenTicket, Text, TicketSight, Time,
};
use notify::Accounts;
use resources::{RESOURCE_READ, Resource, ResourceId, Resources};

pub(crate) use reading::{Read, Wanted};
pub(crate) use reads::SeenArticle;
pub(crate) use tickets::SeenLink;

use crate::{
    KnowledgeError,
    model::{
        article::{Article, ArticleId},
        permission::{KNOWLEDGE_READ, PROFILE_READ},
    },
};

/// What the knowledge base is made of.
pub struct KnowledgeParts {
    /// The records.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn Ids>,
    /// Who is who.
    pub directory: Directory,
    /// What articles are about.
    pub resources: Resources,
    /// Which user is which person.
    pub accounts: Arc<dyn Accounts>,
}

/// Articles and all that follows from them: cheap to clone.
#[derive(Clone)]
pub struct Knowledge {
    parts: Arc<KnowledgeParts>,
    tickets: Arc<OnceLock<Arc<dyn TicketSight>>>,
}

impl Knowledge {
    /// The knowledge base on these records.
    #[must_use]
    pub fn new(parts: KnowledgeParts) -> Self {
        Self { parts: Arc::new(parts), tickets: Arc::default() }
    }

    /// Tells what tickets say; until then nobody sees any.
    pub fn learn_tickets(&self, tickets: Arc<dyn TicketSight>) {
        // The first one that is told stays.
        self.tickets.get_or_init(|| tickets);
    }

    fn db(&self) -> &Db {
        &self.parts.db
    }

    fn now(&self) -> Time {
        self.parts.clock.now()
    }

    /// The day that it is where the server stands.
    fn today(&self) -> Date {
        let now = Timestamp::from_microsecond(self.now().micros()).unwrap_or_default();
        now.to_zoned(self.parts.directory.zone().clone()).date()
    }

    /// Who the caller is in the directory.
    async fn person_of(&self, caller: &Caller) -> Result<Option<PersonId>, KnowledgeError> {
        match &caller.user_id {
            Some(user) => Ok(self.parts.accounts.person_of(user).await?),
            None => Ok(None),
        }
    }

    /// The ticket of that id, as the caller sees it.
    ///
    /// Errors: [`KnowledgeError::NotFound`].
    async fn ticket(&self, caller: &Caller, id: &str) -> Result<SeenTicket, KnowledgeError> {
        let found = match self.tickets.get() {
            Some(tickets) => tickets.seen(caller, id).await?,
            None => None,
        };
        let noun = Text::new("ticket", "工单");
        found.ok_or_else(|| KnowledgeError::NotFound { noun, id: id.to_owned() })
    }

    /// Those of these resources that the caller sees.
    async fn resources_seen(
        &self,
        caller: &Caller,
        ids: &[ResourceId],
    ) -> Result<Vec<Resource>, KnowledgeError> {
        let found = self.parts.resources.get_many(ids).await?;
        Ok(found.into_iter().filter(|one| sees(caller, one)).collect())
    }
}

impl fmt::Debug for Knowledge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Knowledge").field("db", &self.parts.db).finish_non_exhaustive()
    }
}

fn sees(caller: &Caller, resource: &Resource) -> bool {
    let id = resource.id.to_string();
    let place = Place {
        resource_id: Some(&id),
        unit_id: resource.unit_id.as_deref(),
        region_id: resource.region_id.as_deref(),
    };
    caller.may_at(RESOURCE_READ, &place)
}

/// Whether the caller holds a permission over what belongs to a unit.
fn holds(caller: &Caller, permission: Permission, unit: UnitId) -> bool {
    let unit = unit.to_string();
    caller.may_at(permission, &Place { unit_id: Some(&unit), ..Place::default() })
}

/// The article, if the caller holds `permission` over it.
///
/// Errors: [`KnowledgeError::NotFound`] for those who do not see it, [`KnowledgeError::Forbidden`]
/// for those who only do.
fn permitted(
    caller: &Caller,
    permission: Permission,
    (id, found): (ArticleId, Option<Article>),
) -> Result<Article, KnowledgeError> {
    let visible = |one: &Article| {
        let unit = one.draft.unit_id;
        holds(caller, KNOWLEDGE_READ, unit) || holds(caller, permission, unit)
    };
    let article = found.filter(visible).ok_or_else(|| no_article(id))?;
    if !holds(caller, permission, article.draft.unit_id) {
        return Err(KnowledgeError::Forbidden(permission));
    }
    Ok(article)
}

fn no_article(id: ArticleId) -> KnowledgeError {
    KnowledgeError::NotFound { noun: Text::new("article", "知识条目"), id: id.to_string() }
}

/// The user who calls.
///
/// Errors: what is one's own has no owner where nobody in particular calls.
fn own_user(caller: &Caller) -> Result<&str, KnowledgeError> {
    let forbidden = || Fault::forbidden(PROFILE_READ).into();
    caller.user_id.as_deref().ok_or_else(forbidden)
}

fn none_wrong(faults: Vec<FieldFault>) -> Result<(), KnowledgeError> {
    if faults.is_empty() { Ok(()) } else { Err(KnowledgeError::Invalid(faults)) }
}
