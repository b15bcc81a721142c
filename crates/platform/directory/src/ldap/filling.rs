//! Which posts an outside source, or somebody here, may fill: one that roles are granted to gives
//! its holder rights, and who gets those is decided here.

use std::{future::Future, pin::Pin, sync::Arc};

use db::{DbError, Tx};
use journal::Entry;
use kernel::{Caller, Fact, Fault, Lineage, Permission, Subject, Text, Time};
use serde::Serialize;

use super::{
    secret::PermitFuture,
    settings::{Source, SourceId},
    sign_in::PROVIDER_CHANGE,
    sources::{SourceChanged, Sources, not_found},
};
use crate::{
    Dated, Directory, DirectoryError, PersonId, Post, PostId, RegionId, UnitId,
    actions::save::Act,
    model::Timeline,
    store::{self, Refusal},
};

/// What a post is found to carry.
pub type CarriedFuture<'a> = Pin<Box<dyn Future<Output = Result<Carried, DbError>> + Send + 'a>>;

/// Whether somebody is found to may give what comes with a post.
pub type GivingFuture<'a> = Pin<Box<dyn Future<Output = Result<Giving, Fault>> + Send + 'a>>;

/// Whether there is something of that sort.
pub type AnyFuture<'a> = Pin<Box<dyn Future<Output = Result<bool, DbError>> + Send + 'a>>;

/// What comes with a post, as whoever keeps grants knows it.
pub trait PostGrants: Send + Sync + std::fmt::Debug {
    /// What whoever holds the post gets by that, now or later.
    ///
    /// Errors: the records do not answer.
    fn carried<'a>(&'a self, tx: &'a mut Tx, post: PostId) -> CarriedFuture<'a>;

    /// Whether the caller may give the person what whoever holds the post gets by that, until `to`.
    ///
    /// Errors: they may, but not for so long; the records do not answer.
    fn giving<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        whom: (PersonId, PostId),
        to: Option<Time>,
    ) -> GivingFuture<'a>;

    /// Whether somebody signs in here as that person.
    ///
    /// Errors: the records do not answer.
    fn has_account<'a>(&'a self, tx: &'a mut Tx, person: PersonId) -> AnyFuture<'a>;

    /// Whether the caller may change by what others find the person: who is taken for them has
    /// what they have.
    ///
    /// Errors: they may not; the records do not answer.
    fn permit_found_as<'a>(
        &'a self,
        tx: &'a mut Tx,
        caller: &'a Caller,
        person: PersonId,
    ) -> PermitFuture<'a>;

    /// Whether anything is granted, or lies sealed, that counts in one of these units or regions,
    /// or was given by somebody who has one of them as their part.
    ///
    /// Errors: the records do not answer.
    fn any_counts_in<'a>(&'a self, tx: &'a mut Tx, parts: &'a Lineage) -> AnyFuture<'a>;

    /// Whether the caller, who holds a right over the part, holds it for good: what they would set
    /// up by it outlasts a right that was lent to them or is theirs for a time.
    ///
    /// Errors: they do not; the records do not answer.
    fn permit_for_good<'a>(
        &'a self,
        caller: &'a Caller,
        right: Permission,
        part: Part,
    ) -> PermitFuture<'a>;

    /// Whether the caller may take something by a right of theirs to where it goes: not where what
    /// they hold for longer than that right would reach it from then on.
    ///
    /// Errors: they may not; the records do not answer.
    fn permit_taking<'a>(
        &'a self,
        caller: &'a Caller,
        right: Permission,
        taken: &'a Taken,
    ) -> PermitFuture<'a>;
}

/// Something that somebody takes elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The resource it is, if it is one.
    pub resource_id: Option<String>,
    /// All that is above it where it lies.
    pub from: Lineage,
    /// All that is above it where it goes.
    pub to: Lineage,
    /// What is above it there, now or later, and would not have been then.
    pub anew: Lineage,
}

/// Over what somebody holds a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Over everything.
    Everything,
    /// Over a unit with all below it.
    Unit(UnitId),
    /// Over a region with all within it, or a unit that answers for it.
    Region(RegionId),
}

/// Whether somebody may give what comes with a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Giving {
    /// They may, or nothing comes with it.
    Permitted,
    /// They could not grant these roles where they count.
    Beyond {
        /// The roles.
        roles: Vec<String>,
        /// The permission that is lacking there.
        permission: Permission,
    },
    /// They would give it to themselves, and the three administrators are separated.
    Own,
}

/// What whoever holds a post gets by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// Nothing: nothing is granted to the post.
    Nothing,
    /// Roles without one of the three duties.
    Roles,
    /// A role with one of the three duties that no two of are in one hand.
    Duty,
}

/// Which posts a source may fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct SourcePosts {
    /// Also those that roles are granted to, unless they carry one of the three duties.
    pub granted: bool,
}

/// What is known here of a source that tells of people by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceStanding {
    /// Which posts it may fill.
    pub posts: SourcePosts,
    /// The version by which that is changed.
    pub version: i64,
    /// How many people it was refused to put on posts.
    pub refused: i64,
}

/// That a source may not let anybody hold a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closed {
    pub(super) post: PostId,
    code: String,
    title: String,
    carried: Carried,
}

/// A source was not let put somebody on a post.
#[derive(Debug, Serialize)]
struct HoldingRefused<'f> {
    person: PersonId,
    person_name: &'f str,
    post: PostId,
    post_code: &'f str,
    post_title: &'f str,
    /// What the post carries: `roles` or `duty`.
    carried: &'static str,
    source: SourceId,
    source_name: &'f str,
}

impl Carried {
    /// Its name in the database and in facts.
    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Roles => "roles",
            Self::Duty => "duty",
        }
    }

    /// Whether a source may not put anybody on a post that carries it.
    const fn is_closed_to(self, posts: SourcePosts) -> bool {
        match self {
            Self::Nothing => false,
            Self::Roles => !posts.granted,
            Self::Duty => true,
        }
    }
}

impl Closed {
    /// Whether the source has no say about the post at all: it does not empty it, either.
    pub(super) fn is_of_duty(&self) -> bool {
        self.carried == Carried::Duty
    }

    /// What is told of whoever would have held it.
    pub(super) fn text(&self) -> Text {
        let (code, title) = (&self.code, &self.title);
        if self.is_of_duty() {
            Text::new(
                format!(
                    "the post `{code}` ({title}) carries a role with one of the three \
                     administrators' duties, and no outside source fills such a post: the person \
                     is taken, the post stays as it is; appoint them here if they are to hold it"
                ),
                format!(
                    "岗位“{code}”（{title}）授有三员职责角色，任何外部来源均不得任命：人员照常同步，\
                     岗位不作变动；如确需任职，请在本系统中人工任命"
                ),
            )
        } else {
            Text::new(
                format!(
                    "roles are granted to the post `{code}` ({title}), and this source may not \
                     fill such posts: the person is taken, the post is not filled; appoint them \
                     here, or let a security administrator allow it at the source"
                ),
                format!(
                    "岗位“{code}”（{title}）授有角色，该来源未获准任命此类岗位：人员照常同步，岗位未\
                     任命；请在本系统中人工任命，或由安全管理员在该来源上允许"
                ),
            )
        }
    }

    /// What is told of who holds it and is not in the group that would fill it.
    pub(super) fn kept_text(&self) -> Text {
        let (code, title) = (&self.code, &self.title);
        Text::new(
            format!(
                "is not in the group that is to fill the post `{code}` ({title}) and holds it; it \
                 carries one of the three administrators' duties, so that no outside source ends \
                 that: end the holding here if it is to end"
            ),
            format!(
                "不在对应的组中，但任有岗位“{code}”（{title}）；该岗位授有三员职责角色，外部来源不得免职，\
                 如需免职请在本系统中操作"
            ),
        )
    }
}

impl Directory {
    /// Tells what keeps grants. Only the first call counts; until then no post carries anything.
    pub fn learn_post_grants(&self, grants: Arc<dyn PostGrants>) {
        // A second call would be a second server in one process: the first one's word stands.
        let _ = self.post_grants.set(grants);
    }

    /// Whether, and why, the post is closed to a source with this permission.
    pub(super) async fn closed_post(
        &self,
        tx: &mut Tx,
        posts: SourcePosts,
        post: &Dated<Post>,
    ) -> Result<Option<Closed>, DirectoryError> {
        let carried = match self.post_grants.get() {
            Some(grants) => grants.carried(tx, post.id).await?,
            None => Carried::Nothing,
        };
        let title = &post.state.title;
        let title = if title.zh.is_empty() { &title.en } else { &title.zh };
        let (code, title) = (post.state.code.clone(), title.clone());
        Ok(carried.is_closed_to(posts).then_some(Closed { post: post.id, code, title, carried }))
    }

    /// Whether the caller may let the person hold the post until `to`: whoever fills one that roles
    /// are granted to gives these roles.
    ///
    /// Errors: [`DirectoryError::NotGiven`], `OwnPost`, `Grants`.
    pub(crate) async fn permit_filling(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (person, post): (PersonId, PostId),
        to: Option<Time>,
    ) -> Result<(), DirectoryError> {
        let Some(grants) = self.post_grants.get() else { return Ok(()) };
        let giving = grants.giving(tx, caller, (person, post), to).await;
        let giving = giving.map_err(|fault| DirectoryError::Grants(Box::new(fault)))?;
        if giving == Giving::Permitted {
            return Ok(());
        }
        let timeline: Timeline<Post> = store::timeline(tx.connection(), post).await?;
        let state = timeline.nearest(self.clock.now()).map(|post| &post.state);
        let post = state.map_or_else(String::new, |post| {
            let title = if post.title.zh.is_empty() { &post.title.en } else { &post.title.zh };
            format!("`{}` ({title})", post.code)
        });
        match giving {
            Giving::Permitted => Ok(()),
            Giving::Beyond { roles, permission } => {
                Err(DirectoryError::NotGiven { post, roles, permission })
            }
            Giving::Own => Err(DirectoryError::OwnPost { post }),
        }
    }

    /// Whether the caller may say who vouches for users; what `lasts` asks for the right for good.
    ///
    /// Errors: [`DirectoryError::NotAllowed`]; [`DirectoryError::Grants`] when they lack the
    /// permission, or saying why not for good.
    pub(crate) async fn permit_vouching(
        &self,
        caller: &Caller,
        lasts: bool,
    ) -> Result<(), DirectoryError> {
        if !caller.may(PROVIDER_CHANGE) {
            return Err(DirectoryError::Grants(Box::new(Fault::forbidden(PROVIDER_CHANGE))));
        }
        if !caller.may_everywhere(PROVIDER_CHANGE) {
            return Err(DirectoryError::NotAllowed(PROVIDER_CHANGE));
        }
        if !lasts {
            return Ok(());
        }
        self.permit_for_good(caller, PROVIDER_CHANGE, Part::Everything).await
    }

    /// Whether the caller holds a right for good, which they hold over the part.
    ///
    /// Errors: [`DirectoryError::Grants`] saying why not.
    pub(crate) async fn permit_for_good(
        &self,
        caller: &Caller,
        right: Permission,
        part: Part,
    ) -> Result<(), DirectoryError> {
        let Some(grants) = self.post_grants.get() else { return Ok(()) };
        let permitted = grants.permit_for_good(caller, right, part).await;
        permitted.map_err(|fault| DirectoryError::Grants(Box::new(fault)))
    }

    /// Keeps that the source was not let put the person on the post; a fact the first time.
    pub(super) async fn refuse_holding(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        (source, source_name): (SourceId, &str),
        (person, person_name): (PersonId, &str),
        closed: &Closed,
    ) -> Result<(), DirectoryError> {
        let refusal = Refusal { source, person, post: closed.post };
        let carried = closed.carried.name();
        if !store::note_refused(tx.connection(), &refusal, carried, act.now).await? {
            return Ok(());
        }
        let fact = HoldingRefused {
            person,
            person_name,
            post: closed.post,
            post_code: &closed.code,
            post_title: &closed.title,
            carried,
            source,
            source_name,
        };
        journal::append(tx, Entry::new(act.caller, act.now, &fact).because_of(act.cause)).await?;
        Ok(())
    }

    /// Where a source that tells by itself stands here; none when there is no such source.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn source_standing(
        &self,
        source: SourceId,
    ) -> Result<Option<SourceStanding>, DirectoryError> {
        let mut connection = self.reader().await?;
        let Some(found) = store::source_head(&mut connection, source).await? else {
            return Ok(None);
        };
        let refused = store::count_refused(&mut connection, source).await?;
        Ok(Some(SourceStanding { posts: found.posts, version: found.version, refused }))
    }
}

impl Sources {
    /// Says which posts a source of any sort, which is at `version`, may fill. Returns its new
    /// version.
    ///
    /// Errors: [`DirectoryError::NotAllowed`] unless the caller may say who vouches for users, and
    /// for good if it is to fill more; [`DirectoryError::NotFound`], `VersionDiffers`.
    pub async fn change_posts(
        &self,
        caller: &Caller,
        id: SourceId,
        version: i64,
        posts: SourcePosts,
    ) -> Result<i64, DirectoryError> {
        self.directory.permit_vouching(caller, posts.granted).await?;
        let mut tx = self.directory.begin().await?;
        let found = store::source_head(tx.connection(), id).await?;
        let before = found.ok_or_else(|| not_found(id))?;
        if before.version != version {
            return Err(DirectoryError::VersionDiffers {
                expected: version,
                found: before.version,
            });
        }
        let now = self.directory.clock.now();
        let after = Source { posts, version: version + 1, updated_at: now, ..before.clone() };
        store::set_source_posts(tx.connection(), &after).await?;
        let fact = SourceChanged::of(&after, "posts");
        let entry = Entry::new(caller, now, &fact).before(&before.posts).after(&after.posts);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after.version)
    }
}

impl Fact for HoldingRefused<'_> {
    const VERB: &'static str = "holding.refused";

    fn subject(&self) -> Subject {
        Subject::new("person", self.person, self.person_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duties_are_closed_to_every_source_and_roles_to_those_that_were_not_allowed() {
        let (plain, allowed) = (SourcePosts::default(), SourcePosts { granted: true });
        for (carried, of_plain, of_allowed) in [
            (Carried::Nothing, false, false),
            (Carried::Roles, true, false),
            (Carried::Duty, true, true),
        ] {
            assert_eq!(carried.is_closed_to(plain), of_plain, "{carried:?}");
            assert_eq!(carried.is_closed_to(allowed), of_allowed, "{carried:?}");
        }
    }
}
