//! Nobody comes in as another: by a password that they set, or by the person whom they say an
//! account is.

use db::Tx;
use kernel::{ActorKind, Caller, Time};

use super::Access;
use crate::{
    AccessError,
    model::{
        permission::USER_CHANGE,
        user::{User, UserId},
    },
    store,
};

impl Access {
    /// Refuses that somebody sets the password of `user`, or of a new user called `name`, and
    /// could then sign in as them: with duties that they have, or are given afterwards. A user who
    /// is new has nothing yet but what giving them takes. The console may: whoever sits there holds
    /// the data anyway.
    ///
    /// Errors: [`AccessError::OthersDuty`] while the administrators are separated; else as
    /// [`Self::permit_entering`].
    pub(super) async fn refuse_others_password(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        (user, name): (Option<UserId>, &str),
        now: Time,
    ) -> Result<(), AccessError> {
        let own = user.is_some_and(|id| caller.user_id.as_deref() == Some(id.to_string().as_str()));
        if own || caller.actor.kind == ActorKind::Console {
            return Ok(());
        }
        if store::generation::separation(tx.connection()).await?.is_some() {
            return Err(AccessError::OthersDuty { name: name.to_owned() });
        }
        match user {
            Some(user) => self.permit_entering(tx, caller, user, now).await,
            None => Ok(()),
        }
    }

    /// Refuses that somebody who sets the first password of `user`, who is new in `tx`, comes in as
    /// a person who has something by their posts. The console may.
    ///
    /// Errors: as [`Self::permit_giving`].
    pub(super) async fn refuse_posts_of_others(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person: &str,
        now: Time,
    ) -> Result<(), AccessError> {
        let console = caller.actor.kind == ActorKind::Console;
        if console || !self.is_granted_by_post(tx, person, now).await? {
            return Ok(());
        }
        self.permit_giving(caller).await
    }

    /// Refuses that `tx`, in which `user` has come to be another person than before, gives what the
    /// account has by itself to whoever signs in as that person. The console may.
    ///
    /// Errors: as [`Self::permit_entering`]; [`AccessError::OthersPerson`] while the administrators
    /// are separated.
    pub(super) async fn refuse_others_person(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user: &User,
        now: Time,
    ) -> Result<(), AccessError> {
        if user.person_id.is_none() || caller.actor.kind == ActorKind::Console {
            return Ok(());
        }
        if store::generation::separation(tx.connection()).await?.is_none() {
            return self.permit_entering(tx, caller, user.id, now).await;
        }
        self.permit_for_good(caller, USER_CHANGE).await?;
        match self.keeps_something(tx, user.id, now).await? {
            true => Err(AccessError::OthersPerson { name: user.name.as_str().to_owned() }),
            false => Ok(()),
        }
    }

    /// Whether the caller may say who comes in to an account that is there, by whichever word:
    /// whoever comes in has all that it has. It takes a right that is held for good; where the
    /// account has something, also what giving that takes, or a password that one sets would be
    /// the detour to every right that somebody else has.
    ///
    /// Errors: as [`Self::permit_for_good`] and [`Self::permit_giving`].
    async fn permit_entering(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user: UserId,
        now: Time,
    ) -> Result<(), AccessError> {
        self.permit_for_good(caller, USER_CHANGE).await?;
        match self.keeps_something(tx, user, now).await? {
            true => self.permit_giving(caller).await,
            false => Ok(()),
        }
    }

    /// Refuses that somebody changes by what others find a person who has something, by an account
    /// or by a post that they hold or are to hold: who is taken for them then has it. Whoever is no
    /// user of ours may.
    ///
    /// Errors: [`AccessError::FoundAnew`] while the administrators are separated; else as
    /// [`Self::permit_giving`].
    pub(super) async fn permit_found_as(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        person: &str,
        now: Time,
    ) -> Result<(), AccessError> {
        if caller.user_id.is_none() {
            return Ok(());
        }
        let has = match store::users::by_person(tx.connection(), person).await? {
            Some(user) => self.keeps_something(tx, user.id, now).await?,
            None => self.is_granted_by_post(tx, person, now).await?,
        };
        if !has {
            return Ok(());
        }
        match store::generation::separation(tx.connection()).await? {
            Some(_) => Err(AccessError::FoundAnew),
            None => self.permit_giving(caller).await,
        }
    }

    /// Whether anything is granted to a post that the person holds or is to hold.
    async fn is_granted_by_post(
        &self,
        tx: &mut Tx,
        person: &str,
        now: Time,
    ) -> Result<bool, AccessError> {
        Ok(!self.granted_posts_of(tx.connection(), person, now).await?.is_empty())
    }

    /// Whether the user has a right, now or later, both before and after the change in `tx`.
    pub(super) async fn keeps_something(
        &self,
        tx: &mut Tx,
        user: UserId,
        now: Time,
    ) -> Result<bool, AccessError> {
        let user = user.to_string();
        let after = self.reaching(tx.connection(), Some(&user), now).await?;
        // Changes run one after another: what a reader sees is what was before this one.
        let mut reader = self.inner.db.reader().acquire().await?;
        let before = self.reaching(&mut reader, Some(&user), now).await?;
        Ok(!after.is_disjoint(&before))
    }
}
