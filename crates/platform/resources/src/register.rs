use std::{collections::HashMap, sync::Arc};

use db::{Db, DbError, Dialect, Tx};
use directory::{Directory, Past};
use kernel::{
    Caller, Clock, FieldFault, Ids, Lineage, Page, PageOf, Permission, Scope, Text, Time,
};
use sqlx::{Any, pool::PoolConnection};

use crate::{
    EarlierPlace, Kind, Kinds, RelationKind, Resource, ResourceFilter, ResourceId, ResourceName,
    ResourcePlace, ResourcesError, SeenRelation, model, sight::Sights, store,
};

/// Seeing the register.
pub const RESOURCE_READ: Permission = Permission("resource.read");
/// Changing the register.
pub const RESOURCE_CHANGE: Permission = Permission("resource.change");

/// Consenting to plans that others wrote.
pub const RESOURCE_APPROVE: Permission = Permission("resource.approve");
/// Changing kinds, kinds of relations and tags: what is everybody's.
pub const KIND_CHANGE: Permission = Permission("kind.change");

/// A search text is at most so long.
const TEXT_CHARS_MAX: usize = 200;

/// The register of everything managed: cheap to clone.
///
/// Reads that take no caller are for the house itself; what a caller is answered comes from those
/// that take one, or a scope.
#[derive(Debug, Clone)]
pub struct Resources {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) sights: Arc<Sights>,
    pub(crate) directory: Option<Directory>,
}

impl Resources {
    /// The register in these records.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { db, clock, ids, sights: Arc::default(), directory: None }
    }

    /// The same register, in which resources belong to units and regions of this directory only.
    #[must_use]
    pub fn with_directory(self, directory: Directory) -> Self {
        Self { directory: Some(directory), ..self }
    }

    /// All kinds of resources.
    pub async fn kinds(&self) -> Result<Vec<Kind>, ResourcesError> {
        Ok(self.kind_tree().await?.into_vec())
    }

    /// All kinds of resources, with how they are special cases of each other.
    pub async fn kind_tree(&self) -> Result<Kinds, ResourcesError> {
        store::all_kinds(&mut *self.reader().await?).await
    }

    /// All kinds of relations.
    pub async fn relation_kinds(&self) -> Result<Vec<RelationKind>, ResourcesError> {
        store::all_relation_kinds(&mut *self.reader().await?).await
    }

    /// The resource with that id.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn get(&self, id: ResourceId) -> Result<Resource, ResourcesError> {
        let found = store::load_resource(&mut *self.reader().await?, id).await?;
        found.ok_or(ResourcesError::ResourceNotFound { id })
    }

    /// The resource with that id, if the caller may see it.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`], also when it is outside of their scope.
    pub async fn get_seen(
        &self,
        caller: &Caller,
        id: ResourceId,
    ) -> Result<Resource, ResourcesError> {
        let found = self.get(id).await?;
        if sees(caller, &found) { Ok(found) } else { Err(ResourcesError::ResourceNotFound { id }) }
    }

    /// The same as [`Self::get`] within a change.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn get_in(&self, tx: &mut Tx, id: ResourceId) -> Result<Resource, ResourcesError> {
        let found = store::load_resource(tx.connection(), id).await?;
        found.ok_or(ResourcesError::ResourceNotFound { id })
    }

    /// The resources with these ids, in the order of their ids; ids of none are left out.
    pub async fn get_many(&self, ids: &[ResourceId]) -> Result<Vec<Resource>, ResourcesError> {
        store::load_resources(&mut *self.reader().await?, ids).await
    }

    /// The resource of that kind with that identity, retired or not.
    pub async fn by_identity(
        &self,
        kind: &str,
        identity: &str,
    ) -> Result<Option<Resource>, ResourcesError> {
        store::load_by_identity(&mut *self.reader().await?, kind, identity).await
    }

    /// The resources that match and that `scope` covers, oldest first; pages by id.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `q` when the text is over 200 characters.
    pub async fn list(
        &self,
        scope: &Scope,
        filter: &ResourceFilter,
        page: &Page,
    ) -> Result<PageOf<Resource>, ResourcesError> {
        check_text(filter)?;
        check_after(page)?;
        let area = self.area_of(filter).await?;
        let (mut reader, dialect) = (self.reader().await?, self.dialect());
        let items =
            store::list_resources(&mut reader, dialect, scope, (filter, &area), page).await?;
        Ok(PageOf::from_fetched(items, page.limit, |resource| resource.id.to_string()))
    }

    /// How many match of those that `scope` covers.
    ///
    /// Errors: as [`Self::list`].
    pub async fn count(
        &self,
        scope: &Scope,
        filter: &ResourceFilter,
    ) -> Result<i64, ResourcesError> {
        check_text(filter)?;
        let area = self.area_of(filter).await?;
        let (mut reader, dialect) = (self.reader().await?, self.dialect());
        Ok(store::count_resources(&mut reader, dialect, scope, (filter, &area)).await?)
    }

    /// How a resource hangs together with others that the caller sees, both ways; pages by the
    /// relation's id.
    ///
    /// Errors: [`ResourcesError::ResourceNotFound`].
    pub async fn relations_of(
        &self,
        caller: &Caller,
        id: ResourceId,
        page: &Page,
    ) -> Result<PageOf<SeenRelation>, ResourcesError> {
        check_after(page)?;
        self.get_seen(caller, id).await?;
        let (mut reader, scope) = (self.reader().await?, caller.scope(RESOURCE_READ));
        let found = store::relations_of(&mut reader, self.dialect(), &scope, id, page).await?;
        Ok(PageOf::from_fetched(found, page.limit, |relation| relation.id.to_string()))
    }

    /// What the resources with these ids are called; ids that are not in the register are left
    /// out.
    pub async fn names_of(
        &self,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, ResourceName>, ResourcesError> {
        let found = store::names_of(&mut *self.reader().await?, ids).await?;
        Ok(found.into_iter().map(|(id, (name, _))| (id, name)).collect())
    }

    /// Where the resource belongs; nowhere when it is not in the register.
    pub async fn place_of(&self, id: ResourceId) -> Result<ResourcePlace, ResourcesError> {
        let found = self.places_of(&[id]).await?.remove(&id);
        Ok(found.unwrap_or_else(|| ResourcePlace::new(id, None, None)))
    }

    /// Where the resources with these ids belong; ids that are not in the register are left out.
    pub async fn places_of(
        &self,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, ResourcePlace>, ResourcesError> {
        let found = store::names_of(&mut *self.reader().await?, ids).await?;
        Ok(found.into_iter().map(|(id, (_, place))| (id, place)).collect())
    }

    /// Where these resources were before they came to where they are now, or what is above them
    /// did, in the order of time: whoever sees one today does not see by that what it was
    /// elsewhere. What is only planned is not in it.
    pub async fn earlier_places(
        &self,
        ids: &[ResourceId],
    ) -> Result<HashMap<ResourceId, Vec<EarlierPlace>>, ResourcesError> {
        let past = self.past().await?;
        let places = self.places_of(ids).await?;
        let mut left = store::earlier_places(&mut *self.reader().await?, ids).await?;
        let now = self.clock.now();
        let earlier = |(id, place): (&ResourceId, &ResourcePlace)| {
            (*id, model::earlier(&past, left.remove(id).unwrap_or_default(), place, now))
        };
        Ok(places.iter().map(earlier).collect())
    }

    /// All that is above a unit and a region at each of these moments, past or to come, as it is
    /// known now.
    pub async fn lineages(
        &self,
        moments: impl IntoIterator<Item = (Option<String>, Option<String>, Time)>,
    ) -> Result<Vec<Lineage>, ResourcesError> {
        let past = self.past().await?;
        let lineage = |(unit, region, at): (Option<String>, Option<String>, Time)| {
            past.lineage(unit.as_deref(), region.as_deref(), at)
        };
        Ok(moments.into_iter().map(lineage).collect())
    }

    /// Where units and regions are at each moment; without a directory they are only themselves.
    pub(crate) async fn past(&self) -> Result<Arc<Past>, ResourcesError> {
        match &self.directory {
            Some(directory) => Ok(directory.past().await?),
            None => Ok(Arc::default()),
        }
    }

    pub(crate) async fn begin(&self, caller: &Caller) -> Result<Tx, ResourcesError> {
        permit(caller)?;
        Ok(self.db.begin().await?)
    }

    pub(crate) async fn reader(&self) -> Result<PoolConnection<Any>, DbError> {
        Ok(self.db.reader().acquire().await?)
    }

    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.db.dialect()
    }
}

pub(crate) fn check_text(filter: &ResourceFilter) -> Result<(), FieldFault> {
    match &filter.text {
        Some(text) if text.chars().count() > TEXT_CHARS_MAX || text.contains('\0') => {
            let expected = Text::new("at most 200 characters", "不超过 200 个字符");
            Err(FieldFault::new("q", text, expected))
        }
        _ => Ok(()),
    }
}

/// Pages go on after an id. Errors: [`ResourcesError::WrongInput`] naming `after`.
pub(crate) fn check_after(page: &Page) -> Result<(), FieldFault> {
    match &page.after {
        Some(after) if after.parse::<ResourceId>().is_err() => {
            let expected = Text::new("the `next` of the page before", "上一页的 next");
            Err(FieldFault::new("after", after, expected))
        }
        _ => Ok(()),
    }
}

/// Whether the caller may see the resource.
pub(crate) fn sees(caller: &Caller, resource: &Resource) -> bool {
    caller.may_at(RESOURCE_READ, &ResourcePlace::of(resource).as_place())
}

/// Errors: [`ResourcesError::NotAllowed`] when the caller may not change the register.
pub(crate) fn permit(caller: &Caller) -> Result<(), ResourcesError> {
    if caller.may(RESOURCE_CHANGE) {
        Ok(())
    } else {
        Err(ResourcesError::NotAllowed(RESOURCE_CHANGE))
    }
}

/// Errors: [`ResourcesError::OutOfScope`] when the caller sees the resource and may not change it,
/// `ResourceNotFound` when they do not even see it.
pub(crate) fn permit_at(caller: &Caller, resource: &Resource) -> Result<(), ResourcesError> {
    if caller.may_at(RESOURCE_CHANGE, &ResourcePlace::of(resource).as_place()) {
        Ok(())
    } else if sees(caller, resource) {
        Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, vec![model::not_held(resource)]))
    } else {
        Err(ResourcesError::ResourceNotFound { id: resource.id })
    }
}

/// All kinds, within a change.
pub(crate) async fn kinds_in(tx: &mut Tx) -> Result<Kinds, ResourcesError> {
    store::all_kinds(tx.connection()).await
}
