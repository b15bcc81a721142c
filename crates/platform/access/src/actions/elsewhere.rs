//! Passwords that are another directory's: people who sign in by LDAP or Active Directory.

use std::time::Duration;

use db::Tx;
use kernel::Caller;

use super::{Access, sign_in::Attempt, vouching::source_of};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::RefusedFor,
        identity::{Identity, Trust, Vouched},
        password::Password,
        password_hash,
        user::{User, UserId},
    },
    store::{self, identities},
};

/// Who has no password at all proves it is them by a session that began so short a while ago.
const FRESH: Duration = Duration::from_secs(600);

/// What is asked of the directories about somebody who wants to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Elsewhere {
    /// Nothing: nobody signs in by them.
    Nothing,
    /// Whether it is their password.
    Everything,
    /// Nothing about them, and as often: a password of our own, or of a user who is not known to
    /// be theirs, is not sent to them.
    Feigned,
}

impl Access {
    /// What is asked of the directories about an attempt whose password is not the one kept here.
    pub(super) async fn elsewhere(&self, attempt: &Attempt) -> Result<Elsewhere, AccessError> {
        if !self.directories_sign_in().await? {
            return Ok(Elsewhere::Nothing);
        }
        let theirs = match &attempt.user {
            None => true,
            Some((_, hash)) if password_hash::is_nobodys(hash) => true,
            Some((user, _)) => !self.directories_of(user.id).await?.is_empty(),
        };
        Ok(if theirs { Elsewhere::Everything } else { Elsewhere::Feigned })
    }

    /// Refuses an attempt on a user whose password is kept here, after as much work as there is
    /// for others: a name that has a password here is not told from one that nobody has.
    ///
    /// Errors: as for [`Access::check_password`].
    pub(super) async fn refuse_alike<T>(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        name: &str,
        password: &Password,
    ) -> Result<T, AccessError> {
        let feigned = self.feign_asking(name, password.expose()).await;
        let refused = self.fail(caller, attempt, name).await;
        match feigned {
            Ok(()) => refused,
            // Others are told so too. It counts all the same: this password is ours to keep.
            Err(error) => Err(error.into()),
        }
    }

    /// Compares a password in the directories. On success the change in which the failures were
    /// forgotten, and who it is was kept, is still open.
    ///
    /// Errors: as for [`Access::check_password`].
    pub(super) async fn check_elsewhere(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        name: &str,
        password: &Password,
    ) -> Result<(Tx, User, Option<String>), AccessError> {
        let asked = self.ask_directories(name, password.expose(), None).await;
        match self.answered(asked, attempt).await? {
            Some((vouched, trust)) => {
                let (tx, user) = self.let_in(caller, attempt, &vouched, trust).await?;
                Ok((tx, user, Some(vouched.authority_label)))
            }
            None => self.fail(caller, attempt, name).await,
        }
    }

    /// The caller's own password once more, wherever it is kept; of who has none, that they have
    /// only just signed in. On success as [`Access::check_password`].
    ///
    /// Errors: as for [`Access::check_password`].
    pub(super) async fn prove_own(
        &self,
        caller: &Caller,
        user: &User,
        password: &Password,
    ) -> Result<(Tx, User), AccessError> {
        let name = user.name.as_str();
        if self.has_own_password(user).await? {
            return self.check_own_password(caller, name, password).await;
        }
        let directories = self.directories_of(user.id).await?;
        if directories.is_empty() {
            return self.prove_by_session(caller, user).await;
        }
        let attempt = self.admit(caller, name).await?;
        for identity in directories {
            let only = source_of(&identity.authority);
            let asked = self.ask_directories(&identity.name, password.expose(), only).await;
            let found = self.answered(asked, &attempt).await?;
            if found.is_some_and(|(vouched, _)| vouched.subject == identity.subject) {
                let mut tx = self.inner.db.begin().await?;
                attempt.counted.succeed(&mut tx).await?;
                return Ok((tx, user.clone()));
            }
        }
        self.fail(caller, &attempt, name).await
    }

    /// Whether the user has a password that is kept here.
    pub(super) async fn has_own_password(&self, user: &User) -> Result<bool, AccessError> {
        let hash = store::users::password_hash(self.inner.db.reader(), user.id).await?;
        Ok(!password_hash::is_nobodys(&hash))
    }

    /// Who the user is in directories of others.
    async fn directories_of(&self, id: UserId) -> Result<Vec<Identity>, AccessError> {
        let mut all = identities::of_user(self.inner.db.reader(), id).await?;
        all.retain(|identity| source_of(&identity.authority).is_some());
        Ok(all)
    }

    /// What the directories said; an attempt that they could not judge does not count.
    async fn answered(
        &self,
        asked: Result<Option<(Vouched, Trust)>, VouchingError>,
        attempt: &Attempt,
    ) -> Result<Option<(Vouched, Trust)>, AccessError> {
        match asked {
            Ok(found) => Ok(found),
            Err(error) => {
                let mut tx = self.inner.db.begin().await?;
                attempt.counted.take_back(&mut tx).await?;
                tx.commit().await?;
                Err(error.into())
            }
        }
    }

    async fn let_in(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        vouched: &Vouched,
        trust: Trust,
    ) -> Result<(Tx, User), AccessError> {
        let mut tx = self.inner.db.begin().await?;
        let welcome = self.welcome(&mut tx, caller, self.now(), vouched, trust).await;
        let error = match welcome {
            Ok(user) => {
                attempt.counted.succeed(&mut tx).await?;
                return Ok((tx, user));
            }
            Err(error) => error,
        };
        drop(tx);
        if let AccessError::Vouching(VouchingError::Unwelcome { reason }) = &error {
            let authority = (vouched.authority.as_str(), vouched.authority_label.as_str());
            let reason = RefusedFor::Unwelcome(reason.clone());
            self.note_refused(caller, authority, Some(&vouched.subject), reason).await?;
        }
        Err(error)
    }

    async fn fail<T>(
        &self,
        caller: &Caller,
        attempt: &Attempt,
        name: &str,
    ) -> Result<T, AccessError> {
        let mut tx = self.inner.db.begin().await?;
        let user = attempt.user.as_ref().map(|(user, _)| user);
        attempt.counted.fail(&mut tx, caller, self.now(), name, user).await?;
        tx.commit().await?;
        Err(AccessError::WrongCredentials)
    }

    /// Errors: [`VouchingError::SignInAgain`] when the session is no longer fresh.
    async fn prove_by_session(
        &self,
        caller: &Caller,
        user: &User,
    ) -> Result<(Tx, User), AccessError> {
        let (_, session_id) = super::sessions::own_session(caller)?;
        let session = store::sessions::by_id(self.inner.db.reader(), session_id).await?;
        let now = self.now();
        let fresh = |at| now.since(at) < FRESH;
        match session {
            Some(session) if fresh(session.created_at) => {
                Ok((self.inner.db.begin().await?, user.clone()))
            }
            _ => Err(VouchingError::SignInAgain.into()),
        }
    }
}
