use kernel::{Caller, FieldFault, Text};

use super::{Access, note, permit, sessions::own_session, users::journal_change};
use crate::{
    AccessError, VouchingError,
    model::{
        facts::UserPasswordChanged,
        password::Password,
        permission::{PROFILE_CHANGE, SIGN_IN_CHANGE},
        user::{EndReason, PasswordBy, ProfileChange, User, decide_profile},
    },
    store::{self, own::Begun},
};

impl Access {
    /// Changes the caller's own profile, which is at `version`.
    ///
    /// Errors: [`AccessError::Stale`], [`AccessError::Invalid`], [`AccessError::NotAPerson`].
    pub async fn change_profile(
        &self,
        caller: &Caller,
        version: i64,
        change: &ProfileChange,
    ) -> Result<User, AccessError> {
        permit(caller, PROFILE_CHANGE)?;
        let own = super::sessions::own_id(caller)?;
        let mut tx = self.inner.db.begin().await?;
        let before = store::users::by_id(tx.connection(), own).await?;
        let before = before.ok_or(AccessError::NotAPerson)?;
        if before.version != version {
            return Err(AccessError::Stale);
        }
        let decision = decide_profile(&before, change)?;
        store::users::update(tx.connection(), &decision.user).await?;
        journal_change(&mut tx, caller, self.now(), &before, &decision).await?;
        tx.commit().await?;
        Ok(decision.user)
    }

    /// Changes the caller's own password; all their other sessions end.
    ///
    /// Errors: [`AccessError::Invalid`] naming `current` when it is not the password, or `new`;
    /// [`AccessError::LockedOut`] after too many wrong ones; [`AccessError::NotAPerson`] unless
    /// they signed in with a browser: a program never changes a password.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &Password,
        new: &Password,
    ) -> Result<(), AccessError> {
        permit(caller, SIGN_IN_CHANGE)?;
        let (own, session_id) = own_session(caller)?;
        let user = self.own_user(caller).await?;
        if let Some(refusal) = new.refusal("new", user.name.as_str()) {
            return Err(AccessError::Invalid(vec![refusal]));
        }
        // Else a password that somebody else knows would go on as one's own.
        if new.bytes() == current.bytes() {
            let expected =
                Text::new("another password than the current one", "与当前密码不同的密码");
            return Err(AccessError::Invalid(vec![FieldFault::new("new", "•••", expected)]));
        }
        if !self.has_own_password(&user).await? {
            return Err(VouchingError::NoOwnPassword.into());
        }
        let seat = self.inner.hasher.seat()?;
        let hash = self.inner.hasher.hash(&seat, new, self.salt()).await?;
        let checked = self.prove_own(caller, &user, current).await;
        let (mut tx, before) = checked.map_err(|error| match error {
            AccessError::WrongCredentials => {
                let expected = Text::new("your current password", "您当前的密码");
                AccessError::Invalid(vec![FieldFault::new("current", "•••", expected)])
            }
            other => other,
        })?;
        let now = self.now();
        let after = User { version: before.version + 1, ..before.clone() };
        store::users::update(tx.connection(), &after).await?;
        store::users::set_password(tx.connection(), own, &hash, PasswordBy::Owner).await?;
        if store::own::is_owners(tx.connection(), own).await?
            && let Ok(session_id) = session_id.parse()
        {
            store::own::mark(tx.connection(), Begun::Session(session_id)).await?;
        }
        let user_name = before.name.as_str().to_owned();
        note(&mut tx, caller, now, &UserPasswordChanged { user_id: own, user_name }).await?;
        let (kept, reason) = (Some(session_id), EndReason::PasswordChanged);
        self.end_sessions(&mut tx, caller, now, &before, kept, reason).await?;
        tx.commit().await?;
        Ok(())
    }
}
