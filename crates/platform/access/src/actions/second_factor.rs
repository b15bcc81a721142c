//! A second factor comes and goes: by its user with their password, or reset by somebody else.

use db::Tx;
use kernel::{Caller, FieldFault, Text, Time};
use vault::{SecretText, Vault, VaultError};

use super::{Access, note, permit, permit_everywhere, sessions::own_session};
use crate::{
    AccessError,
    model::{
        facts::{UserRecoveryCodesRenewed, UserTotpEnrolled, UserTotpRemoved},
        password::Password,
        permission::{SIGN_IN_CHANGE, SIGN_IN_READ, USER_CHANGE},
        second_factor::{
            CONFIRMATION, Enrolled, NewTotp, RECOVERY_CODES, SecondFactor, code_fault,
            recovery_code, recovery_hash, step_of,
        },
        user::{EndReason, User, UserId},
    },
    store::{self, passkeys, second_factors},
};

impl Access {
    /// How the caller's own second factor stands.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn second_factor(&self, caller: &Caller) -> Result<SecondFactor, AccessError> {
        permit(caller, SIGN_IN_READ)?;
        let own = super::sessions::own_id(caller)?;
        let reader = self.inner.db.reader();
        let enrolled = second_factors::totp(reader, own).await?;
        let recovery_codes_left = second_factors::codes_left(reader, own).await?;
        let enrolled_at = enrolled.and_then(|enrolled| enrolled.confirmed_at);
        let user = self.own_user(caller).await?;
        let generation = store::generation::read(reader).await?;
        let required = self.entitled(&user, generation).await?.second_factor_required;
        Ok(SecondFactor { enrolled_at, recovery_codes_left, required })
    }

    /// Makes a secret for the caller's app. It counts once a code has proved that the app has it.
    ///
    /// Errors: [`AccessError::Invalid`] naming `password`, [`AccessError::LockedOut`],
    /// [`AccessError::TotpEnrolled`], [`AccessError::Vault`] while the vault is locked;
    /// [`AccessError::NotAPerson`] unless they signed in with a browser.
    pub async fn begin_totp(
        &self,
        caller: &Caller,
        password: &Password,
    ) -> Result<NewTotp, AccessError> {
        let vault = self.vault()?;
        vault.be_open().await?;
        let (mut tx, user) = self.prove_again(caller, password).await?;
        let before = second_factors::totp(tx.connection(), user.id).await?;
        if let Some(before) = before {
            if before.confirmed_at.is_some() {
                // The password was right: that is kept.
                tx.commit().await?;
                return Err(AccessError::TotpEnrolled);
            }
            vault.discard(&mut tx, before.seal_id).await?;
        }
        let new = NewTotp::generate(self.inner.ids.as_ref(), user.name.as_str());
        let new = new.expect("160 bits and the name of a user, which has no colon, make a URI");
        let seal_id = vault.seal(&mut tx, &SecretText::new(new.secret.clone())).await?;
        let (user_id, began_at) = (user.id, self.now());
        let begun = Enrolled { user_id, seal_id, began_at, confirmed_at: None, last_step: 0 };
        second_factors::save_totp(tx.connection(), &begun).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Takes the first code: from now on signing in needs one. All other sessions end. Gives the
    /// recovery codes, which are never shown again.
    ///
    /// Errors: [`AccessError::Invalid`] naming `code`, [`AccessError::TotpNotBegun`],
    /// [`AccessError::Vault`], [`AccessError::NotAPerson`].
    pub async fn confirm_totp(
        &self,
        caller: &Caller,
        code: &str,
    ) -> Result<Vec<String>, AccessError> {
        permit(caller, SIGN_IN_CHANGE)?;
        let (own, session_id) = own_session(caller)?;
        let now = self.now();
        let waits = |begun: &Enrolled| {
            begun.confirmed_at.is_none() && now.since(begun.began_at) < CONFIRMATION
        };
        let begun = second_factors::totp(self.inner.db.reader(), own).await?;
        let begun = begun.filter(waits).ok_or(AccessError::TotpNotBegun)?;
        let secret = self.vault()?.open(begun.seal_id).await?;
        let step = step_of(secret.expose(), code, now, begun.last_step);
        let step = step.ok_or_else(|| AccessError::Invalid(vec![code_fault()]))?;
        let mut tx = self.inner.db.begin().await?;
        let still = second_factors::totp(tx.connection(), own).await?;
        let still = still.filter(|still| waits(still) && still.seal_id == begun.seal_id);
        let still = still.ok_or(AccessError::TotpNotBegun)?;
        let enrolled = Enrolled { confirmed_at: Some(now), last_step: step, ..still };
        second_factors::save_totp(tx.connection(), &enrolled).await?;
        let codes = self.replace_codes(&mut tx, own).await?;
        let user = store::users::by_id(tx.connection(), own).await?;
        let user = user.ok_or(AccessError::NotAPerson)?;
        let user_name = user.name.as_str().to_owned();
        note(&mut tx, caller, now, &UserTotpEnrolled { user_id: own, user_name }).await?;
        let reason = EndReason::SecondFactorEnrolled;
        self.end_sessions(&mut tx, caller, now, &user, Some(session_id), reason).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Removes the caller's own second factor, a begun one too.
    ///
    /// Errors: [`AccessError::Invalid`] naming `password`, [`AccessError::LockedOut`],
    /// [`AccessError::TotpNotEnrolled`]; [`AccessError::SecondFactorRequired`] for the last second
    /// factor of a user who must have one; [`AccessError::NotAPerson`].
    pub async fn remove_totp(
        &self,
        caller: &Caller,
        password: &Password,
    ) -> Result<(), AccessError> {
        let (mut tx, user) = self.prove_again(caller, password).await?;
        let removed = match self.remove_app(&mut tx, caller, &user, false).await {
            Ok(()) => self.refuse_lack(&mut tx, &user).await,
            Err(error) => Err(error),
        };
        if matches!(removed, Ok(()) | Err(AccessError::TotpNotEnrolled { .. })) {
            // In either case the password was right: that is kept.
            tx.commit().await?;
        }
        removed
    }

    /// Gives the caller new recovery codes; the old ones work no more.
    ///
    /// Errors: as for [`Access::remove_totp`].
    pub async fn renew_recovery_codes(
        &self,
        caller: &Caller,
        password: &Password,
    ) -> Result<Vec<String>, AccessError> {
        let (mut tx, user) = self.prove_again(caller, password).await?;
        let user_name = user.name.as_str().to_owned();
        if !store::policy::proofs(tx.connection(), user.id).await?.second_factor {
            tx.commit().await?;
            return Err(AccessError::TotpNotEnrolled { name: user_name });
        }
        let codes = self.replace_codes(&mut tx, user.id).await?;
        let fact = UserRecoveryCodesRenewed { user_id: user.id, user_name };
        note(&mut tx, caller, self.now(), &fact).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Removes every second factor of another user, who has lost it; their sessions end.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::OwnSecondFactor`],
    /// [`AccessError::UserNotFound`], [`AccessError::TotpNotEnrolled`].
    pub async fn reset_second_factor(
        &self,
        caller: &Caller,
        id: UserId,
    ) -> Result<(), AccessError> {
        permit_everywhere(caller, USER_CHANGE)?;
        if caller.user_id.as_deref() == Some(id.to_string().as_str()) {
            return Err(AccessError::OwnSecondFactor);
        }
        let mut tx = self.inner.db.begin().await?;
        let user = store::users::by_id(tx.connection(), id).await?;
        let user = user.ok_or_else(|| AccessError::UserNotFound { key: id.to_string() })?;
        let keys = passkeys::of_user(tx.connection(), user.id).await?;
        match self.remove_app(&mut tx, caller, &user, true).await {
            Err(AccessError::TotpNotEnrolled { .. }) if !keys.is_empty() => {}
            removed => removed?,
        }
        let keys: Vec<_> = keys.iter().collect();
        self.remove_passkeys(&mut tx, caller, &user, &keys, true).await?;
        let reason = EndReason::SecondFactorReset;
        self.end_sessions(&mut tx, caller, self.now(), &user, None, reason).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Where secrets are sealed.
    ///
    /// Errors: [`AccessError::Vault`] when there is none: without one nothing is taken on trust.
    pub(super) fn vault(&self) -> Result<&Vault, AccessError> {
        self.inner.vault.get().ok_or_else(|| {
            let reason = Text::new("this process has no vault", "当前进程没有密钥库");
            AccessError::Vault(VaultError::Locked { reason })
        })
    }

    /// Asks the caller's password again: for what a stolen session must not do.
    pub(super) async fn prove_again(
        &self,
        caller: &Caller,
        password: &Password,
    ) -> Result<(Tx, User), AccessError> {
        permit(caller, SIGN_IN_CHANGE)?;
        own_session(caller)?;
        let user = self.own_user(caller).await?;
        let checked = self.prove_own(caller, &user, password).await;
        checked.map_err(|error| match error {
            AccessError::WrongCredentials => {
                let expected = Text::new("your password", "您的密码");
                AccessError::Invalid(vec![FieldFault::new("password", "•••", expected)])
            }
            other => other,
        })
    }

    pub(super) async fn replace_codes(
        &self,
        tx: &mut Tx,
        user_id: UserId,
    ) -> Result<Vec<String>, AccessError> {
        let ids = self.inner.ids.as_ref();
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(ids)).collect();
        let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(code)).collect();
        second_factors::replace_codes(tx.connection(), user_id, &hashes).await?;
        Ok(codes)
    }

    async fn remove_app(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        user: &User,
        reset: bool,
    ) -> Result<(), AccessError> {
        let user_name = user.name.as_str().to_owned();
        let Some(enrolled) = second_factors::totp(tx.connection(), user.id).await? else {
            return Err(AccessError::TotpNotEnrolled { name: user_name });
        };
        second_factors::remove_totp(tx.connection(), user.id).await?;
        if !store::policy::proofs(tx.connection(), user.id).await?.second_factor {
            second_factors::remove_codes(tx.connection(), user.id).await?;
        }
        // A row is removed from the vault without its keys: a locked vault does not hinder this.
        self.vault()?.discard(tx, enrolled.seal_id).await?;
        let now: Time = self.now();
        note(tx, caller, now, &UserTotpRemoved { user_id: user.id, user_name, reset }).await
    }
}
