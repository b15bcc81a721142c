//! By what sources find people and posts: whoever changes that says who comes in as somebody, and
//! who is put on which post.

use db::Tx;
use kernel::{Caller, Fault, Permission, Text};

use super::{
    filling::{Carried, Part},
    sign_in::PROVIDER_CHANGE,
};
use crate::{DIRECTORY_CHANGE, Directory, DirectoryError, Person, PersonId, PostId, UnitId, store};

impl Directory {
    /// Whether the caller may change that by which sources find a post. One that roles are granted
    /// to would else be put where a source that may fill such posts fills another.
    ///
    /// Errors: [`DirectoryError::Grants`] unless they may, for good, say who vouches for users.
    pub(crate) async fn permit_found_anew(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        post: PostId,
    ) -> Result<(), DirectoryError> {
        let Some(grants) = self.post_grants.get() else { return Ok(()) };
        if grants.carried(tx, post).await? == Carried::Nothing
            || !store::any_fills_granted(tx.connection()).await?
        {
            return Ok(());
        }
        let refused = match self.permit_vouching(caller, true).await {
            Err(DirectoryError::NotAllowed(right)) => Fault::out_of_scope(right),
            Err(DirectoryError::Grants(fault)) if fault.lacking().is_some() => *fault,
            other => return other,
        };
        Err(DirectoryError::Grants(Box::new(Fault { text: found_anew(), ..refused })))
    }

    /// Whether the caller may change that by which sources find a person. By another number another
    /// entry is taken for who has an account or a post, now or later: that takes a right that lasts
    /// as the number does, and of who has something what giving that takes. In a unit that is the
    /// caller's for good they could say so afterwards, whose the person was not. In another unit a
    /// source that fills posts that roles are granted to would find such a post for them, as if the
    /// caller filled it.
    ///
    /// Errors: [`DirectoryError::Grants`] unless they may change the directory for good, and as
    /// [`super::PostGrants::permit_found_as`]; as [`Self::permit_filling`].
    pub(crate) async fn permit_person_anew(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: PersonId,
        (before, after): (&Person, &Person),
    ) -> Result<(), DirectoryError> {
        let Some(grants) = self.post_grants.get() else { return Ok(()) };
        let unit = after.unit.filter(|_| after.unit != before.unit);
        let part = before.unit.map_or(Part::Everything, Part::Unit);
        if after.number != before.number {
            self.permit_for_good(caller, DIRECTORY_CHANGE, part).await?;
            let found = grants.permit_found_as(tx, caller, id).await;
            found.map_err(|fault| DirectoryError::Grants(Box::new(fault)))?;
        } else if let Some(unit) = unit
            && grants.has_account(tx, id).await?
        {
            let for_good = self.permit_for_good(caller, DIRECTORY_CHANGE, part).await;
            let comes = Part::Unit(unit);
            if for_good.is_err()
                && self.permit_for_good(caller, DIRECTORY_CHANGE, comes).await.is_ok()
            {
                for_good?;
            }
        }
        let Some(unit) = unit else { return Ok(()) };
        if !store::is_put_on_granted(tx.connection(), id).await? {
            return Ok(());
        }
        for post in self.posts_now_in(tx, unit).await? {
            self.permit_filling(tx, caller, (id, post.id), None).await?;
        }
        Ok(())
    }

    /// As [`Self::permit_found_anew`], of all posts of a unit that sources find by its code or
    /// name.
    ///
    /// Errors: as [`Self::permit_found_anew`].
    pub(crate) async fn permit_unit_anew(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        unit: UnitId,
    ) -> Result<(), DirectoryError> {
        let connection = tx.connection();
        if self.post_grants.get().is_none() || !store::any_puts_on_granted(connection).await? {
            return Ok(());
        }
        for post in self.posts_now_in(tx, unit).await? {
            self.permit_found_anew(tx, caller, post.id).await?;
        }
        Ok(())
    }
}

/// Why somebody may not change by what sources find a post.
fn found_anew() -> Text {
    let Permission(right) = PROVIDER_CHANGE;
    Text::new(
        format!(
            "roles are granted to the post, and a source of people may fill such posts: whoever \
             changes by what sources find it says who gets them; you lack the permission \
             `{right}` over everything"
        ),
        format!(
            "该岗位授有角色，且有人员来源获准任命此类岗位：变更来源匹配岗位的依据会影响这些角色的归属，您没有\
             全部范围内的“{right}”权限"
        ),
    )
}
