use journal::Entry;
use kernel::{Caller, Id, Page, PageOf};

use crate::{
    Audience, QueryDraft, QueryId, QueryRemoved, QuerySaved, RESOURCE_APPROVE, RESOURCE_CHANGE,
    RESOURCE_READ, Resources, ResourcesError, SavedQuery, Signatory, StagingError,
    model::{checked_query, parsed},
    register::check_after,
    store,
};

impl Resources {
    /// The caller's saved queries and those shared with them; pages by id.
    pub async fn saved_queries(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<SavedQuery>, ResourcesError> {
        check_after(page)?;
        let owner = Signatory::of(caller).id;
        let found = store::list_queries(&mut *self.reader().await?, &owner, page).await?;
        let mut page = PageOf::from_fetched(found, page.limit, |query| query.id.to_string());
        page.items.retain(|query| may_see(caller, query));
        Ok(page)
    }

    /// A saved query that the caller may see.
    ///
    /// Errors: [`StagingError::QueryNotFound`].
    pub async fn saved_query(
        &self,
        caller: &Caller,
        id: QueryId,
    ) -> Result<SavedQuery, ResourcesError> {
        let found = store::load_query(&mut *self.reader().await?, id).await?;
        let found = found.filter(|query| may_see(caller, query));
        Ok(found.ok_or(StagingError::QueryNotFound { id })?)
    }

    /// Saves a filter under a name.
    ///
    /// Errors: [`ResourcesError::WrongInput`]; [`StagingError::QueryNameTaken`].
    pub async fn save_query(
        &self,
        caller: &Caller,
        draft: &QueryDraft,
    ) -> Result<SavedQuery, ResourcesError> {
        self.check_query(caller, draft).await?;
        let mut tx = self.db.begin().await?;
        let Signatory { id: owner_id, name: owner_name } = Signatory::of(caller);
        let name = draft.name.trim().to_owned();
        if store::query_of_name(tx.connection(), &owner_id, &name).await?.is_some() {
            return Err(StagingError::QueryNameTaken { name }.into());
        }
        let now = self.clock.now();
        let query = SavedQuery {
            id: Id::new(self.ids.as_ref(), self.clock.as_ref()),
            name,
            filter: draft.filter.clone(),
            columns: draft.columns.clone(),
            sort: draft.sort,
            shared_with: draft.shared_with,
            owner_id,
            owner_name,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        store::insert_query(tx.connection(), &query).await?;
        let fact = QuerySaved { query: query.id, name: query.name.clone() };
        journal::append(&mut tx, Entry::new(caller, now, &fact).after(&query)).await?;
        tx.commit().await?;
        Ok(query)
    }

    /// Saves it anew. Only its owner can.
    ///
    /// Errors: as [`Self::save_query`], and [`StagingError::QueryNotFound`], `QueryOfAnother`,
    /// [`ResourcesError::VersionDiffers`].
    pub async fn change_query(
        &self,
        caller: &Caller,
        id: QueryId,
        version: i64,
        draft: &QueryDraft,
    ) -> Result<SavedQuery, ResourcesError> {
        self.check_query(caller, draft).await?;
        let mut tx = self.db.begin().await?;
        let before = store::load_query(tx.connection(), id).await?;
        let before = owned(caller, id, before)?;
        if before.version != version {
            let (expected, found) = (version, before.version);
            return Err(ResourcesError::VersionDiffers { expected, found });
        }
        let name = draft.name.trim().to_owned();
        let same = store::query_of_name(tx.connection(), &before.owner_id, &name).await?;
        if same.is_some_and(|other| other != id) {
            return Err(StagingError::QueryNameTaken { name }.into());
        }
        let after = SavedQuery {
            name,
            filter: draft.filter.clone(),
            columns: draft.columns.clone(),
            sort: draft.sort,
            shared_with: draft.shared_with,
            version: before.version + 1,
            updated_at: self.clock.now(),
            ..before.clone()
        };
        if !store::update_query(tx.connection(), &after).await? {
            return Err(ResourcesError::VersionDiffers { expected: version, found: after.version });
        }
        let fact = QuerySaved { query: id, name: after.name.clone() };
        let entry = Entry::new(caller, after.updated_at, &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Forgets a saved query. Only its owner can.
    ///
    /// Errors: [`StagingError::QueryNotFound`], `QueryOfAnother`.
    pub async fn remove_query(&self, caller: &Caller, id: QueryId) -> Result<(), ResourcesError> {
        let mut tx = self.db.begin().await?;
        let before = store::load_query(tx.connection(), id).await?;
        let before = owned(caller, id, before)?;
        store::delete_query(tx.connection(), id).await?;
        let fact = QueryRemoved { query: id, name: before.name.clone() };
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&before);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn check_query(&self, caller: &Caller, draft: &QueryDraft) -> Result<(), ResourcesError> {
        if !caller.may(RESOURCE_READ) {
            return Err(ResourcesError::NotAllowed(RESOURCE_READ));
        }
        let scope = caller.scope(RESOURCE_READ);
        let schema = self.schema(&mut *self.reader().await?, &scope, &draft.filter).await?;
        let mut faults = checked_query(draft, |column| schema.knows(column));
        faults.extend(parsed(&draft.filter, &schema, self.clock.now()).err().unwrap_or_default());
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }
}

fn may_see(caller: &Caller, query: &SavedQuery) -> bool {
    query.owner_id == Signatory::of(caller).id
        || match query.shared_with {
            Audience::Me => false,
            Audience::Everybody => true,
            Audience::Editors => caller.may(RESOURCE_CHANGE),
            Audience::Approvers => caller.may(RESOURCE_APPROVE),
        }
}

/// Errors: [`StagingError::QueryNotFound`], `QueryOfAnother`.
fn owned(
    caller: &Caller,
    id: QueryId,
    found: Option<SavedQuery>,
) -> Result<SavedQuery, StagingError> {
    let found = found.filter(|query| may_see(caller, query));
    let found = found.ok_or(StagingError::QueryNotFound { id })?;
    if found.owner_id == Signatory::of(caller).id {
        return Ok(found);
    }
    Err(StagingError::QueryOfAnother { name: found.name, owner: found.owner_name })
}
