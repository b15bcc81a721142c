use db::Tx;
use journal::Entry;
use kernel::{Caller, FieldFault, Id, Page, PageOf, Text, Time};

use super::{Access, note, permit_everywhere};
use crate::{
    AccessError,
    model::{
        facts::{GroupChanged, GroupCreated, GroupMembersChanged, GroupRemoved, GroupSnapshot},
        grant::{Holder, HolderKind},
        group::{GROUPS_MAX, Group, GroupGraph, GroupId, NewGroup},
        permission::{GROUP_CHANGE, GROUP_READ},
    },
    store::{self, groups::Member},
};

/// So many members come and go in one change.
const MEMBERS_AT_ONCE_MAX: usize = 1000;

/// Who is to belong to a group and who is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembersChange {
    /// Users and groups that come.
    pub add: Vec<Holder>,
    /// Users and groups that go.
    pub remove: Vec<Holder>,
}

impl Access {
    /// A page of groups, by name.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OutOfScope`].
    pub async fn groups(&self, caller: &Caller, page: &Page) -> Result<PageOf<Group>, AccessError> {
        permit_everywhere(caller, GROUP_READ)?;
        Ok(store::groups::list(self.inner.db.reader(), page).await?)
    }

    /// The group with that id.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::GroupNotFound`].
    pub async fn group(&self, caller: &Caller, id: GroupId) -> Result<Group, AccessError> {
        permit_everywhere(caller, GROUP_READ)?;
        let group = store::groups::by_id(self.inner.db.reader(), id).await?;
        group.ok_or_else(|| not_found(id))
    }

    /// A page of a group's members.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::GroupNotFound`].
    pub async fn members(
        &self,
        caller: &Caller,
        id: GroupId,
        page: &Page,
    ) -> Result<PageOf<Member>, AccessError> {
        self.group(caller, id).await?;
        Ok(store::groups::members(self.inner.db.reader(), id, page).await?)
    }

    /// Makes a group.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::Invalid`], [`AccessError::GroupTaken`],
    /// [`AccessError::TooMany`].
    pub async fn create_group(
        &self,
        caller: &Caller,
        wanted: &NewGroup,
    ) -> Result<Group, AccessError> {
        permit_everywhere(caller, GROUP_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        check(&mut tx, wanted, None).await?;
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
        journal::append(&mut tx, entry).await?;
        store::generation::bump(tx.connection()).await?;
        tx.commit().await?;
        Ok(group)
    }

    /// Changes the name and description of the group that is at `version`.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::Invalid`], [`AccessError::GroupTaken`],
    /// [`AccessError::GroupNotFound`], [`AccessError::Stale`].
    pub async fn change_group(
        &self,
        caller: &Caller,
        id: GroupId,
        version: i64,
        wanted: &NewGroup,
    ) -> Result<Group, AccessError> {
        permit_everywhere(caller, GROUP_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        let before = load(&mut tx, id).await?;
        if before.version != version {
            return Err(AccessError::Stale);
        }
        check(&mut tx, wanted, Some(id)).await?;
        let group = Group {
            name: wanted.name.trim().to_owned(),
            description: wanted.description.clone(),
            version: version + 1,
            ..before.clone()
        };
        store::groups::update(tx.connection(), &group).await?;
        let fact = GroupChanged { group_id: id.to_string(), name: group.name.clone() };
        let entry = Entry::new(caller, self.now(), &fact)
            .before(&GroupSnapshot::from(&before))
            .after(&GroupSnapshot::from(&group));
        journal::append(&mut tx, entry).await?;
        store::generation::bump(tx.connection()).await?;
        tx.commit().await?;
        Ok(group)
    }

    /// Removes a group; the grants to it end.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::GroupNotFound`],
    /// [`AccessError::LastAdministrator`].
    pub async fn remove_group(&self, caller: &Caller, id: GroupId) -> Result<(), AccessError> {
        permit_everywhere(caller, GROUP_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        self.remove_in(&mut tx, caller, id).await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn remove_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: GroupId,
    ) -> Result<(), AccessError> {
        let now = self.now();
        let group = load(tx, id).await?;
        let kept = self.keepers(tx, now).await?;
        let dialect = self.inner.db.dialect();
        let holder = id.to_string();
        let grants = store::grants::to_holders(tx.connection(), dialect, &[&holder], now).await?;
        for grant in &grants {
            self.end_only(tx, caller, now, grant, "the group was removed").await?;
        }
        store::groups::remove(tx.connection(), id).await?;
        let fact = GroupRemoved { group_id: holder, name: group.name.clone() };
        let entry = Entry::new(caller, now, &fact).before(&GroupSnapshot::from(&group));
        journal::append(tx, entry).await?;
        self.keep_the_house(tx, &kept, &group.name, now).await?;
        Ok(store::generation::bump(tx.connection()).await?)
    }

    /// Says who belongs to a group: all of the change or nothing.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::GroupNotFound`],
    /// [`AccessError::HolderNotFound`], [`AccessError::Invalid`] for posts and too many;
    /// [`AccessError::GroupCircle`], [`AccessError::DutiesExclude`],
    /// [`AccessError::LastAdministrator`].
    pub async fn change_members(
        &self,
        caller: &Caller,
        id: GroupId,
        change: &MembersChange,
    ) -> Result<Group, AccessError> {
        permit_everywhere(caller, GROUP_CHANGE)?;
        check_members(change)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let group = load(&mut tx, id).await?;
        let kept = self.keepers(&mut tx, now).await?;
        let mut removed = Vec::new();
        for member in &change.remove {
            let name = self.holder_name(&mut tx, member).await?;
            let group = id.to_string();
            if store::groups::remove_member(tx.connection(), &group, member).await? {
                removed.push(name);
            }
        }
        let added = self.add_members(&mut tx, caller, now, id, &change.add).await?;
        self.note_members(&mut tx, caller, now, &group, added, removed).await?;
        self.keep_the_house(&mut tx, &kept, &group.name, now).await?;
        self.refuse_gain(&mut tx, caller, GROUP_CHANGE, now).await?;
        self.guard(&mut tx, caller, now).await?;
        tx.commit().await?;
        Ok(group)
    }

    async fn add_members(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        id: GroupId,
        members: &[Holder],
    ) -> Result<Vec<String>, AccessError> {
        let mut added = Vec::new();
        for member in members {
            let name = self.holder_name(tx, member).await?;
            if member.kind == HolderKind::Group {
                let graph: GroupGraph = store::groups::graph(tx.connection()).await?;
                if let Some(circle) = graph.circle(&id.to_string(), &member.id) {
                    return Err(AccessError::GroupCircle { circle });
                }
            }
            let by = &caller.actor.name;
            if store::groups::add_member(tx.connection(), id, member, now, by).await? {
                added.push(name);
            }
        }
        Ok(added)
    }

    pub(super) async fn note_members(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        group: &Group,
        added: Vec<String>,
        removed: Vec<String>,
    ) -> Result<(), AccessError> {
        if added.is_empty() && removed.is_empty() {
            return Ok(());
        }
        let (group_id, name) = (group.id.to_string(), group.name.clone());
        note(tx, caller, now, &GroupMembersChanged { group_id, name, added, removed }).await
    }
}

pub(super) async fn check(
    tx: &mut Tx,
    wanted: &NewGroup,
    own: Option<GroupId>,
) -> Result<(), AccessError> {
    let wrong = wanted.faults();
    if !wrong.is_empty() {
        return Err(AccessError::Invalid(wrong));
    }
    let other = store::groups::by_name(tx.connection(), &wanted.name).await?;
    match other {
        Some(other) if Some(other.id) != own => Err(AccessError::GroupTaken { name: other.name }),
        _ => Ok(()),
    }
}

fn check_members(change: &MembersChange) -> Result<(), AccessError> {
    let count = change.add.len() + change.remove.len();
    if count > MEMBERS_AT_ONCE_MAX {
        let expected = Text::new("at most 1000 at once", "一次最多 1000 个");
        return Err(AccessError::Invalid(vec![FieldFault::new("add", count, expected)]));
    }
    let post = change.add.iter().chain(&change.remove).find(|one| one.kind == HolderKind::Post);
    match post {
        None => Ok(()),
        Some(post) => {
            let expected = Text::new("user or group", "user 或 group");
            let fault = FieldFault::new("add.kind", post.kind.name(), expected);
            Err(AccessError::Invalid(vec![fault]))
        }
    }
}

pub(super) async fn load(tx: &mut Tx, id: GroupId) -> Result<Group, AccessError> {
    store::groups::by_id(tx.connection(), id).await?.ok_or_else(|| not_found(id))
}

fn not_found(id: GroupId) -> AccessError {
    AccessError::GroupNotFound { id: id.to_string() }
}
