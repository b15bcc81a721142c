use std::{collections::HashMap, sync::Arc};

use db::{Db, DbError, Tx};
use kernel::{Caller, Clock, FieldFault, Ids, Page, PageOf, Permission, Text};
use sqlx::{Any, pool::PoolConnection};

use crate::{
    Kind, RelationKind, Resource, ResourceFilter, ResourceId, ResourceName, ResourcesError,
    SeenRelation, model::Kinds, store,
};

/// Seeing the register.
pub const RESOURCE_READ: Permission = Permission("resource.read");
/// Changing the register.
pub const RESOURCE_CHANGE: Permission = Permission("resource.change");

/// A search text is at most so long.
const TEXT_CHARS_MAX: usize = 200;

/// The register of everything managed: cheap to clone.
#[derive(Debug, Clone)]
pub struct Resources {
    db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Resources {
    /// The register in these records.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { db, clock, ids }
    }

    /// All kinds of resources.
    pub async fn kinds(&self) -> Result<Vec<Kind>, ResourcesError> {
        Ok(store::all_kinds(&mut *self.reader().await?).await?.into_vec())
    }

    /// All kinds of relations.
    pub async fn relation_kinds(&self) -> Result<Vec<RelationKind>, ResourcesError> {
        Ok(store::all_relation_kinds(&mut *self.reader().await?).await?)
    }

    /// The resource with that id.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn get(&self, id: ResourceId) -> Result<Resource, ResourcesError> {
        let found = store::load_resource(&mut *self.reader().await?, id).await?;
        found.ok_or(ResourcesError::ResourceNotFound { id })
    }

    /// The same within a change.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn get_in(&self, tx: &mut Tx, id: ResourceId) -> Result<Resource, ResourcesError> {
        let found = store::load_resource(tx.connection(), id).await?;
        found.ok_or(ResourcesError::ResourceNotFound { id })
    }

    /// The resource of that kind with that identity, retired or not.
    pub async fn by_identity(
        &self,
        kind: &str,
        identity: &str,
    ) -> Result<Option<Resource>, ResourcesError> {
        store::load_by_identity(&mut *self.reader().await?, kind, identity).await
    }

    /// The resources that match, oldest first; pages by id.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `q` when the text is over 200 characters.
    pub async fn list(
        &self,
        filter: &ResourceFilter,
        page: &Page,
    ) -> Result<PageOf<Resource>, ResourcesError> {
        if let Some(text) = &filter.text
            && (text.chars().count() > TEXT_CHARS_MAX || text.contains('\0'))
        {
            let expected = Text::new("at most 200 characters", "不超过 200 个字符");
            return Err(FieldFault::new("q", text, expected).into());
        }
        check_after(page)?;
        let items = store::list_resources(&mut *self.reader().await?, filter, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |resource| resource.id.to_string()))
    }

    /// How a resource hangs together with others, both ways; pages by the relation's id.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn relations_of(
        &self,
        id: ResourceId,
        page: &Page,
    ) -> Result<PageOf<SeenRelation>, ResourcesError> {
        check_after(page)?;
        self.get(id).await?;
        let items = store::relations_of(&mut *self.reader().await?, id, page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |relation| relation.id.to_string()))
    }

    /// What the resources with these ids are called; ids that are not in the register are left
    /// out.
    pub async fn names_of(
        &self,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, ResourceName>, ResourcesError> {
        store::names_of(&mut *self.reader().await?, ids).await
    }

    pub(crate) async fn begin(&self, caller: &Caller) -> Result<Tx, ResourcesError> {
        permit(caller)?;
        Ok(self.db.begin().await?)
    }

    async fn reader(&self) -> Result<PoolConnection<Any>, DbError> {
        Ok(self.db.reader().acquire().await?)
    }
}

/// Pages go on after an id. Errors: [`ResourcesError::WrongInput`] naming `after`.
fn check_after(page: &Page) -> Result<(), FieldFault> {
    match &page.after {
        Some(after) if after.parse::<ResourceId>().is_err() => {
            let expected = Text::new("the `next` of the page before", "上一页的 next");
            Err(FieldFault::new("after", after, expected))
        }
        _ => Ok(()),
    }
}

/// Errors: [`ResourcesError::NotAllowed`] when the caller may not change the register.
pub(crate) fn permit(caller: &Caller) -> Result<(), ResourcesError> {
    if caller.may(RESOURCE_CHANGE) {
        Ok(())
    } else {
        Err(ResourcesError::NotAllowed(RESOURCE_CHANGE))
    }
}

/// All kinds, within a change.
pub(crate) async fn kinds_in(tx: &mut Tx) -> Result<Kinds, ResourcesError> {
    store::all_kinds(tx.connection()).await
}
