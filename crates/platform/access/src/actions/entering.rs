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
    /// could then sign in as them: with duties that they have, or are given afterwards. Of a user
    /// who is there they could so keep, by a right held for a time, what that one has. The console
    /// may: whoever sits there holds the data anyway.
    ///
    /// Errors: [`AccessError::OthersDuty`] while the administrators are separated; else as
    /// [`Self::permit_for_good`].
    pub(super) async fn refuse_others_password(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user: Option<UserId>,
        name: &str,
    ) -> Result<(), AccessError> {
        let own = user.is_some_and(|id| caller.user_id.as_deref() == Some(id.to_string().as_str()));
        if own || caller.actor.kind == ActorKind::Console {
            return Ok(());
        }
        match store::generation::separation(tx.connection()).await? {
            Some(_) => Err(AccessError::OthersDuty { name: name.to_owned() }),
            None if user.is_some() => self.permit_for_good(caller, USER_CHANGE).await,
            None => Ok(()),
        }
    }

    /// Refuses that `tx`, in which `user` has come to be another person than before, gives what the
    /// account has by itself to whoever signs in as that person. Saying which person an account is
    /// takes a right that is held for good; where the account has something, also what giving that
    /// takes. The console may.
    ///
    /// Errors: as [`Self::permit_for_good`]; [`AccessError::OthersPerson`] while the administrators
    /// are separated; else as [`Self::permit_giving`].
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
        self.permit_for_good(caller, USER_CHANGE).await?;
        if !self.keeps_something(tx, user.id, now).await? {
            return Ok(());
        }
        match store::generation::separation(tx.connection()).await? {
            Some(_) => Err(AccessError::OthersPerson { name: user.name.as_str().to_owned() }),
            None => self.permit_giving(caller).await,
        }
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
