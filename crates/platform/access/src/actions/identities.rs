use db::Tx;
use kernel::{Caller, Time};

use super::{Access, note, permit, permit_everywhere};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::UserUnlinked,
        identity::Identity,
        password_hash,
        permission::{SIGN_IN_CHANGE, SIGN_IN_READ, USER_CHANGE, USER_READ},
        user::{EndReason, User, UserId},
    },
    store::{self, identities, passkeys, users},
};

impl Access {
    /// Who the caller is elsewhere.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn own_identities(&self, caller: &Caller) -> Result<Vec<Identity>, AccessError> {
        permit(caller, SIGN_IN_READ)?;
        let own = super::sessions::own_id(caller)?;
        Ok(identities::of_user(self.inner.db.reader(), own).await?)
    }

    /// Unlinks the caller's own account from who they are elsewhere.
    ///
    /// Errors: [`VouchingError::IdentityNotFound`]; [`VouchingError::LastWayIn`] when they could
    /// not sign in any more; [`AccessError::NotAPerson`].
    pub async fn unlink_own(
        &self,
        caller: &Caller,
        authority: &str,
        subject: &str,
    ) -> Result<(), AccessError> {
        permit(caller, SIGN_IN_CHANGE)?;
        let (own, _) = super::sessions::own_session(caller)?;
        let user = self.own_user(caller).await?;
        let has_password = self.has_own_password(&user).await?;
        let mut tx = self.inner.db.begin().await?;
        self.unlink_in(&mut tx, caller, &user, authority, subject).await?;
        let others = identities::of_user(tx.connection(), own).await?;
        let keys = passkeys::of_user(tx.connection(), own).await?;
        if !has_password && others.is_empty() && keys.is_empty() {
            return Err(VouchingError::LastWayIn.into());
        }
        tx.commit().await?;
        Ok(())
    }

    /// Who a user is elsewhere.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::UserNotFound`].
    pub async fn identities(
        &self,
        caller: &Caller,
        id: UserId,
    ) -> Result<Vec<Identity>, AccessError> {
        permit_everywhere(caller, USER_READ)?;
        self.user(caller, id).await?;
        Ok(identities::of_user(self.inner.db.reader(), id).await?)
    }

    /// Unlinks a user from who they are elsewhere: they do not sign in by it any more.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::UserNotFound`],
    /// [`VouchingError::IdentityNotFound`].
    pub async fn unlink(
        &self,
        caller: &Caller,
        id: UserId,
        authority: &str,
        subject: &str,
    ) -> Result<(), AccessError> {
        permit_everywhere(caller, USER_CHANGE)?;
        let mut tx = self.inner.db.begin().await?;
        let user = users::by_id(tx.connection(), id).await?;
        let user = user.ok_or_else(|| AccessError::UserNotFound { key: id.to_string() })?;
        self.unlink_in(&mut tx, caller, &user, authority, subject).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn unlink_in(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user: &User,
        authority: &str,
        subject: &str,
    ) -> Result<(), AccessError> {
        let now = self.now();
        let no_nul = !authority.contains('\0') && !subject.contains('\0');
        let missing = || AccessError::from(VouchingError::IdentityNotFound);
        let found = match no_nul {
            true => identities::find(tx.connection(), authority, subject).await?,
            false => None,
        };
        let found = found.filter(|found| found.user_id == user.id).ok_or_else(missing)?;
        let separated = store::generation::separation(tx.connection()).await?.is_some();
        if separated && !found.own {
            self.end_by_word(tx, caller, now, user, EndReason::Unlinked).await?;
        }
        identities::remove(tx.connection(), user.id, authority, subject).await?;
        store::generation::bump(tx.connection()).await?;
        let fact = UserUnlinked {
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            authority: authority.to_owned(),
            subject: subject.to_owned(),
        };
        note(tx, caller, now, &fact).await
    }

    /// Ends what another's word may have begun in the name of `user`: sessions and tokens, and
    /// passkeys where no password was asked for. So nobody keeps a way into the account.
    pub(super) async fn end_by_word(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
        reason: EndReason,
    ) -> Result<(), AccessError> {
        self.end_sessions(tx, caller, now, user, None, reason).await?;
        super::users::revoke_tokens(tx, caller, now, user, false).await?;
        let hash = users::password_hash(tx.connection(), user.id).await?;
        if password_hash::is_nobodys(&hash) {
            let keys = passkeys::of_user(tx.connection(), user.id).await?;
            let keys: Vec<_> = keys.iter().collect();
            self.remove_passkeys(tx, caller, user, &keys, true).await?;
        }
        Ok(())
    }
}
