//! Groups that an identity provider brings, as [`super::provisioning`] its users.

use db::Tx;
use journal::Entry;
use kernel::{Caller, Id};

use super::{Access, groups};
use crate::{
    AccessError,
    model::{
        facts::{GroupChanged, GroupCreated, GroupSnapshot},
        grant::{Holder, HolderKind},
        group::{GROUPS_MAX, Group, GroupId, NewGroup},
        permission::USER_PROVISION,
    },
    store,
};

/// One fact names so many members.
const MEMBERS_TOLD_MAX: usize = 1000;

/// A member with its name.
pub type NamedMember = (Holder, String);

impl Access {
    /// Adds a group without members.
    ///
    /// Errors: [`AccessError::Invalid`], [`AccessError::GroupTaken`], [`AccessError::TooMany`].
    pub async fn provision_group(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        wanted: &NewGroup,
    ) -> Result<Group, AccessError> {
        let now = self.now();
        groups::check(tx, wanted, None).await?;
        if store::groups::count(tx.connection()).await? >= i64::from(GROUPS_MAX) {
            return Err(AccessError::TooMany { limit: GROUPS_MAX });
        }
        let group = Group {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            name: wanted.name.trim().to_owned(),
            description: wanted.description.clone(),
            version: 1,
            created_at: now,
        };
        store::groups::insert(tx.connection(), &group).await?;
        let fact = GroupCreated { group_id: group.id.to_string(), name: group.name.clone() };
        let entry = Entry::new(caller, now, &fact).after(&GroupSnapshot::from(&group));
        journal::append(tx, entry).await?;
        store::generation::bump(tx.connection()).await?;
        Ok(group)
    }

    /// Gives a group another name.
    ///
    /// Errors: [`AccessError::GroupNotFound`], [`AccessError::Invalid`],
    /// [`AccessError::GroupTaken`].
    pub async fn rename_provisioned_group(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: GroupId,
        name: &str,
    ) -> Result<Group, AccessError> {
        let before = groups::load(tx, id).await?;
        let wanted = NewGroup { name: name.to_owned(), description: before.description.clone() };
        groups::check(tx, &wanted, Some(id)).await?;
        let name = wanted.name.trim().to_owned();
        if name == before.name {
            return Ok(before);
        }
        let group = Group { name, version: before.version + 1, ..before.clone() };
        store::groups::update(tx.connection(), &group).await?;
        let fact = GroupChanged { group_id: id.to_string(), name: group.name.clone() };
        let entry = Entry::new(caller, self.now(), &fact)
            .before(&GroupSnapshot::from(&before))
            .after(&GroupSnapshot::from(&group));
        journal::append(tx, entry).await?;
        store::generation::bump(tx.connection()).await?;
        Ok(group)
    }

    /// Says who comes to a group and who goes, any number of them.
    ///
    /// Errors: [`AccessError::GroupNotFound`], [`AccessError::GroupCircle`],
    /// [`AccessError::DutiesExclude`], [`AccessError::LastAdministrator`],
    /// [`AccessError::OwnGrant`].
    pub async fn change_provisioned_members(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: GroupId,
        (add, remove): (&[NamedMember], &[NamedMember]),
    ) -> Result<(), AccessError> {
        let now = self.now();
        let group = groups::load(tx, id).await?;
        let kept = self.keepers(tx, now).await?;
        let (own, mut removed, mut added) = (id.to_string(), Vec::new(), Vec::new());
        for (member, name) in remove {
            if store::groups::remove_member(tx.connection(), &own, member).await? {
                removed.push(name.clone());
            }
        }
        for (member, name) in add {
            if member.kind == HolderKind::Group {
                let graph = store::groups::graph(tx.connection()).await?;
                if let Some(circle) = graph.circle(&own, &member.id) {
                    return Err(AccessError::GroupCircle { circle });
                }
            }
            let by = &caller.actor.name;
            if store::groups::add_member(tx.connection(), id, member, now, by).await? {
                added.push(name.clone());
            }
        }
        for names in added.chunks(MEMBERS_TOLD_MAX) {
            self.note_members(tx, caller, now, &group, names.to_vec(), Vec::new()).await?;
        }
        for names in removed.chunks(MEMBERS_TOLD_MAX) {
            self.note_members(tx, caller, now, &group, Vec::new(), names.to_vec()).await?;
        }
        self.keep_the_house(tx, &kept, &group.name, now).await?;
        self.refuse_gain(tx, caller, USER_PROVISION, now).await?;
        self.guard(tx, caller, now).await
    }

    /// Removes a group; the grants to it end.
    ///
    /// Errors: [`AccessError::GroupNotFound`], [`AccessError::LastAdministrator`].
    pub async fn remove_provisioned_group(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: GroupId,
    ) -> Result<(), AccessError> {
        self.remove_in(tx, caller, id).await
    }

    /// The group with that id, if it is still there.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn group_in(&self, tx: &mut Tx, id: GroupId) -> Result<Option<Group>, AccessError> {
        Ok(store::groups::by_id(tx.connection(), id).await?)
    }

    /// Whether there is such a group.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn group_exists(&self, id: GroupId) -> Result<bool, AccessError> {
        Ok(store::groups::by_id(self.inner.db.reader(), id).await?.is_some())
    }

    /// Every member of a group.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn members_of(&self, id: GroupId) -> Result<Vec<Holder>, AccessError> {
        Ok(store::provisioned::members(self.inner.db.reader(), id).await?)
    }

    /// The groups that a user is in directly, by their ids.
    ///
    /// Errors: [`AccessError::Db`].
    pub async fn groups_of(&self, user_id: &str) -> Result<Vec<String>, AccessError> {
        let mut connection = self.inner.db.reader().acquire().await?;
        Ok(store::groups::of_user(&mut connection, user_id).await?)
    }
}
