//! The second step of a sign-in: the password was right, and now a code is wanted.

use db::Tx;
use kernel::{Caller, Time};
use vault::{Revealed, SealId};

use super::{Access, SignedIn, attempts::Counted, note};
use crate::{
    AccessError,
    model::{
        facts::UserRecoveryCodeUsed,
        second_factor::{Awaited, Proof, SECOND_STEP, recovery_hash, step_of},
        secret::Secret,
        user::{User, UserId},
    },
    store::{self, second_factors},
};

/// A sign-in that waits for its second step.
#[derive(Debug, Clone)]
pub struct SecondStep {
    /// What the second step is asked with; good for nothing else, and for one session.
    pub reference: Secret,
    /// When it is over.
    pub expires_at: Time,
}

/// What a code is compared with.
struct Opened {
    seal_id: SealId,
    secret: Revealed,
}

impl Access {
    /// Takes the second step of a sign-in.
    ///
    /// Wrong codes of a user are counted over all their sign-ins, apart from wrong passwords: the
    /// right password does not wipe them out. A recovery code works while the vault is locked.
    ///
    /// Errors: [`AccessError::SignInOver`], [`AccessError::WrongCode`],
    /// [`AccessError::LockedOut`], [`AccessError::Vault`].
    pub async fn finish_sign_in(
        &self,
        caller: &Caller,
        reference: &str,
        proof: &Proof,
        user_agent: &str,
    ) -> Result<SignedIn, AccessError> {
        let reference = Secret::parse(reference).ok_or(AccessError::SignInOver)?.hash();
        let now = self.now();
        let awaited = second_factors::awaited(self.inner.db.reader(), &reference).await?;
        let awaited = awaited.ok_or(AccessError::SignInOver)?;
        let opened = match proof {
            Proof::Code(_) => Some(self.open_totp(awaited.user_id).await?),
            Proof::RecoveryCode(_) => None,
        };
        let mut tx = self.inner.db.begin().await?;
        let account = format!("second-factor:{}", awaited.user_id);
        let counted = Counted::admit(&mut tx, caller, now, account).await?;
        tx.commit().await?;
        let mut tx = self.inner.db.begin().await?;
        let user = still_awaited(&mut tx, &reference, now).await?;
        if !self.proves(&mut tx, caller, now, &user, proof, opened.as_ref()).await? {
            counted.fail(&mut tx, caller, now, user.name.as_str(), Some(&user)).await?;
            tx.commit().await?;
            return Err(AccessError::WrongCode);
        }
        counted.succeed(&mut tx).await?;
        second_factors::stop_waiting(tx.connection(), &reference).await?;
        let signed_in = self.begin_session(&mut tx, caller, now, user, user_agent).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Lets a sign-in wait for its second step, if the user has a second factor.
    pub(super) async fn await_second_step(
        &self,
        tx: &mut Tx,
        now: Time,
        user: &User,
    ) -> Result<Option<SecondStep>, AccessError> {
        let enrolled = second_factors::totp(tx.connection(), user.id).await?;
        if enrolled.is_none_or(|enrolled| enrolled.confirmed_at.is_none()) {
            return Ok(None);
        }
        let reference = Secret::new(self.inner.ids.as_ref());
        let awaited = Awaited { user_id: user.id, user_version: user.version, created_at: now };
        let (hash, before) = (reference.hash(), now.minus(SECOND_STEP));
        second_factors::wait(tx.connection(), &hash, &awaited, before).await?;
        Ok(Some(SecondStep { reference, expires_at: now.plus(SECOND_STEP) }))
    }

    /// Opens what the user's codes are compared with, outside of any change: it may have to look
    /// for keys.
    async fn open_totp(&self, user_id: UserId) -> Result<Opened, AccessError> {
        let enrolled = second_factors::totp(self.inner.db.reader(), user_id).await?;
        let seal_id = enrolled.ok_or(AccessError::SignInOver)?.seal_id;
        Ok(Opened { seal_id, secret: self.vault()?.open(seal_id).await? })
    }

    async fn proves(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
        proof: &Proof,
        opened: Option<&Opened>,
    ) -> Result<bool, AccessError> {
        let enrolled = second_factors::totp(tx.connection(), user.id).await?;
        let enrolled = enrolled.filter(|enrolled| enrolled.confirmed_at.is_some());
        let enrolled = enrolled.ok_or(AccessError::SignInOver)?;
        match (proof, opened) {
            (Proof::Code(code), Some(opened)) if opened.seal_id == enrolled.seal_id => {
                let step = step_of(opened.secret.expose(), code, now, enrolled.last_step);
                let Some(step) = step else { return Ok(false) };
                Ok(second_factors::take_step(tx.connection(), user.id, step).await?)
            }
            (Proof::Code(_), _) => Err(AccessError::SignInOver),
            (Proof::RecoveryCode(code), _) => {
                let hash = recovery_hash(code);
                if !second_factors::use_code(tx.connection(), user.id, &hash, now).await? {
                    return Ok(false);
                }
                let left = second_factors::codes_left(tx.connection(), user.id).await?;
                let user_name = user.name.as_str().to_owned();
                let fact = UserRecoveryCodeUsed { user_id: user.id, user_name, left };
                note(tx, caller, now, &fact).await?;
                Ok(true)
            }
        }
    }
}

/// The user whose sign-in waits, if nothing changed since its first step.
async fn still_awaited(tx: &mut Tx, reference: &str, now: Time) -> Result<User, AccessError> {
    let awaited = second_factors::awaited(tx.connection(), reference).await?;
    let awaited = awaited.filter(|awaited| now.since(awaited.created_at) < SECOND_STEP);
    let awaited = awaited.ok_or(AccessError::SignInOver)?;
    let user = store::users::by_id(tx.connection(), awaited.user_id).await?;
    let user = user.filter(|user| !user.disabled && user.version == awaited.user_version);
    user.ok_or(AccessError::SignInOver)
}
