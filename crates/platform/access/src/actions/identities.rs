use db::Tx;
use kernel::Caller;

use super::{Access, note, permit, permit_everywhere};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::UserUnlinked,
        identity::Identity,
        permission::{SIGN_IN_CHANGE, SIGN_IN_READ, USER_CHANGE, USER_READ},
        user::{User, UserId},
    },
    store::{identities, passkeys, users},
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
        let no_nul = !authority.contains('\0') && !subject.contains('\0');
        if !no_nul || !identities::remove(tx.connection(), user.id, authority, subject).await? {
            return Err(VouchingError::IdentityNotFound.into());
        }
        let fact = UserUnlinked {
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            authority: authority.to_owned(),
            subject: subject.to_owned(),
        };
        note(tx, caller, self.now(), &fact).await
    }
}
