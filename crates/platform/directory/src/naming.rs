//! What somebody names by its id in a ticket, a roster, a plan: what they see here, or hold the
//! right over to do there what they are doing. Otherwise the id of what is elsewhere would tell
//! them its name.

use kernel::{Caller, Permission, Scope};

use crate::{
    Dated, Directory, DirectoryError, Person, PersonId, Post, PostId, RegionId, UnitId,
    directory::Belongs,
};

impl Directory {
    /// The person of that id, for whoever names them by `right`: one who has not left. None: for
    /// them there is nobody.
    ///
    /// Errors: only those of the records.
    pub async fn person_named(
        &self,
        caller: &Caller,
        right: Permission,
        id: PersonId,
    ) -> Result<Option<Dated<Person>>, DirectoryError> {
        let found = self.person(id).await?.filter(|one| one.holds_at(self.clock.now()));
        let Some(person) = found else { return Ok(None) };
        let place = Belongs::to_unit(self.trees().await?.as_ref(), person.state.unit);
        Ok(is_named(caller, right, &place).then_some(person))
    }

    /// The post of that id that there is now, for whoever names it by `right`; as
    /// [`Self::person_named`].
    pub async fn post_named(
        &self,
        caller: &Caller,
        right: Permission,
        id: PostId,
    ) -> Result<Option<Dated<Post>>, DirectoryError> {
        let Some(post) = self.post_at(id, self.clock.now()).await? else { return Ok(None) };
        let place = Belongs::to_unit(self.trees().await?.as_ref(), Some(post.state.unit));
        Ok(is_named(caller, right, &place).then_some(post))
    }

    /// Whether there is that unit, not closed, for whoever names it by `right`.
    ///
    /// Errors: only those of the records.
    pub async fn is_unit_named(
        &self,
        caller: &Caller,
        right: Permission,
        id: UnitId,
    ) -> Result<bool, DirectoryError> {
        let trees = self.trees().await?;
        let is_open = trees.unit(&id.to_string()).is_some_and(|unit| !unit.closed);
        let place = Belongs::to_unit(trees.as_ref(), Some(id));
        Ok(is_open && is_named(caller, right, &place))
    }

    /// Whether there is that region for whoever names it by `right`; the regions above what is
    /// seen are seen, too.
    ///
    /// Errors: only those of the records.
    pub async fn is_region_named(
        &self,
        caller: &Caller,
        right: Permission,
        id: RegionId,
    ) -> Result<bool, DirectoryError> {
        let (trees, id) = (self.trees().await?, id.to_string());
        let in_scope =
            |scope: &Scope| trees.regions_seen(scope).is_none_or(|seen| seen.contains(&id));
        let scopes = [crate::DIRECTORY_READ, right].map(|right| caller.scope(right));
        Ok(trees.region(&id).is_some() && scopes.iter().any(in_scope))
    }
}

fn is_named(caller: &Caller, right: Permission, place: &Belongs) -> bool {
    place.seen_by(caller) || place.held_by(caller, right)
}
