//! The second step of a sign-in: the password was right, and now a code or a passkey is wanted.

use db::Tx;
use kernel::{Caller, Time};
use vault::{Revealed, SealId};

use super::{Access, SignedIn, attempts::Counted, note, sign_in::Came};
use crate::{
    AccessError,
    model::{
        facts::UserRecoveryCodeUsed,
        passkey::{Purpose, ceremony::ClientData},
        second_factor::{Awaited, Enrolled, Proof, SECOND_STEP, recovery_hash, step_of},
        secret::Secret,
        user::{User, UserId},
    },
    store::{self, passkeys, second_factors},
};

/// A sign-in that waits for its second step.
#[derive(Debug, Clone)]
pub struct SecondStep {
    /// What the second step is asked with; good for nothing else, and for one session.
    pub reference: Secret,
    /// When it is over.
    pub expires_at: Time,
    /// Whether the code of an app will do.
    pub by_code: bool,
    /// Whether a passkey will do.
    pub by_passkey: bool,
}

/// What a code of an app is compared with.
struct App {
    seal_id: SealId,
    secret: Revealed,
}

/// What was looked at before the change in which the proof is taken.
enum Opened {
    Nothing,
    App(App),
    Client(ClientData),
}

impl Access {
    /// Takes the second step of a sign-in.
    ///
    /// Wrong codes of a user are counted over all their sign-ins, apart from wrong passwords: the
    /// right password does not wipe them out. A recovery code works while the vault is locked.
    ///
    /// Errors: [`AccessError::SignInOver`], [`AccessError::WrongCode`],
    /// [`AccessError::PasskeyOver`], [`AccessError::PasskeyRefused`], [`AccessError::LockedOut`],
    /// [`AccessError::Vault`].
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
            Proof::Code(_) => Opened::App(self.open_totp(awaited.user_id).await?),
            Proof::RecoveryCode(_) => Opened::Nothing,
            Proof::Passkey(answer) => {
                let purpose = Purpose::SecondStep(reference.clone());
                Opened::Client(self.take_challenge(&answer.client_data, &purpose).await?)
            }
        };
        let mut tx = self.inner.db.begin().await?;
        let account = format!("second-factor:{}", awaited.user_id);
        let counted = Counted::admit(&mut tx, caller, now, account).await?;
        tx.commit().await?;
        let mut tx = self.inner.db.begin().await?;
        let (user, came) = still_awaited(&mut tx, &reference, now).await?;
        if let Err(refusal) = self.proves(&mut tx, caller, now, &user, proof, &opened).await? {
            counted.fail(&mut tx, caller, now, user.name.as_str(), Some(&user)).await?;
            tx.commit().await?;
            return Err(refusal);
        }
        counted.succeed(&mut tx).await?;
        second_factors::stop_waiting(tx.connection(), &reference).await?;
        let signed_in = self.begin_session(&mut tx, caller, now, user, user_agent, came).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Lets a sign-in wait for its second step, if the user has a second factor.
    pub(super) async fn await_second_step(
        &self,
        tx: &mut Tx,
        now: Time,
        user: &User,
        came: &Came,
    ) -> Result<Option<SecondStep>, AccessError> {
        let enrolled = second_factors::totp(tx.connection(), user.id).await?;
        let by_code = enrolled.is_some_and(|enrolled| enrolled.confirmed_at.is_some());
        let by_passkey = !passkeys::of_user(tx.connection(), user.id).await?.is_empty();
        if !by_code && !by_passkey {
            return Ok(None);
        }
        let reference = Secret::new(self.inner.ids.as_ref());
        let awaited = Awaited {
            user_id: user.id,
            user_version: user.version,
            created_at: now,
            own: came.own,
            provider_id: came.provider_id,
        };
        let (hash, before) = (reference.hash(), now.minus(SECOND_STEP));
        second_factors::wait(tx.connection(), &hash, &awaited, before).await?;
        let expires_at = now.plus(SECOND_STEP);
        Ok(Some(SecondStep { reference, expires_at, by_code, by_passkey }))
    }

    /// Opens what the user's codes are compared with, outside of any change: it may have to look
    /// for keys.
    async fn open_totp(&self, user_id: UserId) -> Result<App, AccessError> {
        let enrolled = second_factors::totp(self.inner.db.reader(), user_id).await?;
        let seal_id = enrolled.ok_or(AccessError::SignInOver)?.seal_id;
        Ok(App { seal_id, secret: self.vault()?.open(seal_id).await? })
    }

    /// Whether `proof` proves it; if not, how it is refused.
    async fn proves(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
        proof: &Proof,
        opened: &Opened,
    ) -> Result<Result<(), AccessError>, AccessError> {
        let proved = match (proof, opened) {
            (Proof::Code(code), Opened::App(app)) => {
                self.proves_by_code(tx, now, user, code, app).await?
            }
            (Proof::RecoveryCode(code), _) => {
                self.proves_by_recovery_code(tx, caller, now, user, code).await?
            }
            (Proof::Passkey(answer), Opened::Client(client)) => {
                let taken = self.proves_by_passkey(tx, caller, client, answer, user).await?;
                return Ok(taken.map_err(AccessError::PasskeyRefused));
            }
            (Proof::Code(_) | Proof::Passkey(_), _) => return Err(AccessError::SignInOver),
        };
        Ok(if proved { Ok(()) } else { Err(AccessError::WrongCode) })
    }

    async fn proves_by_code(
        &self,
        tx: &mut Tx,
        now: Time,
        user: &User,
        code: &str,
        app: &App,
    ) -> Result<bool, AccessError> {
        let enrolled = second_factors::totp(tx.connection(), user.id).await?;
        let same = |enrolled: &Enrolled| {
            enrolled.confirmed_at.is_some() && enrolled.seal_id == app.seal_id
        };
        let enrolled = enrolled.filter(same).ok_or(AccessError::SignInOver)?;
        let step = step_of(app.secret.expose(), code, now, enrolled.last_step);
        let Some(step) = step else { return Ok(false) };
        Ok(second_factors::take_step(tx.connection(), user.id, step).await?)
    }

    async fn proves_by_recovery_code(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: &User,
        code: &str,
    ) -> Result<bool, AccessError> {
        if !store::policy::proofs(tx.connection(), user.id).await?.second_factor {
            return Err(AccessError::SignInOver);
        }
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

/// The user whose sign-in waits, if nothing changed since its first step, and how they came.
async fn still_awaited(
    tx: &mut Tx,
    reference: &str,
    now: Time,
) -> Result<(User, Came), AccessError> {
    let awaited = second_factors::awaited(tx.connection(), reference).await?;
    let awaited = awaited.filter(|awaited| now.since(awaited.created_at) < SECOND_STEP);
    let awaited = awaited.ok_or(AccessError::SignInOver)?;
    let user = store::users::by_id(tx.connection(), awaited.user_id).await?;
    let user = user.filter(|user| !user.disabled && user.version == awaited.user_version);
    let came = Came { vouched_by: None, own: awaited.own, provider_id: awaited.provider_id };
    Ok((user.ok_or(AccessError::SignInOver)?, came))
}
