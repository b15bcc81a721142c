//! Signing in by a passkey: alone, in place of name, password and code; or after a password.

use db::Tx;
use kernel::{Caller, Time};

use super::{Access, SignedIn, attempts::Counted, note, sign_in::Came};
use crate::{
    AccessError,
    model::{
        facts::UserPasskeyRefused,
        passkey::{
            CEREMONY, Passkey, PasskeyAnswer, PasskeyChallenge, PasskeyFault, Purpose,
            Verification,
            ceremony::{self, ClientData},
        },
        secret::{self, Secret},
        user::User,
    },
    store::{self, own::Begun, passkeys, second_factors},
};

impl Access {
    /// Gives a challenge for signing in by a passkey: for the second step of the sign-in with
    /// that reference, or, with none, for signing in without a name.
    ///
    /// Errors: [`AccessError::NoPasskeys`], [`AccessError::SignInOver`].
    pub async fn passkey_challenge(
        &self,
        reference: Option<&str>,
    ) -> Result<PasskeyChallenge, AccessError> {
        let site = self.site()?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let (purpose, allowed, verification) = match reference {
            None => (Purpose::SignIn, Vec::new(), Verification::Required),
            Some(text) => {
                let reference = Secret::parse(text).ok_or(AccessError::SignInOver)?.hash();
                let awaited = second_factors::awaited(tx.connection(), &reference).await?;
                let awaited = awaited.ok_or(AccessError::SignInOver)?;
                let allowed = passkeys::of_user(tx.connection(), awaited.user_id).await?;
                (Purpose::SecondStep(reference), allowed, Verification::Preferred)
            }
        };
        let challenge = self.challenge(&mut tx, &purpose, now).await?;
        tx.commit().await?;
        Ok(PasskeyChallenge {
            challenge,
            rp_id: site.id,
            origin: site.origin,
            allowed,
            verification,
            expires_at: now.plus(CEREMONY),
        })
    }

    /// Signs somebody in by a passkey alone; the authenticator must have asked for its PIN, a
    /// finger or a face.
    ///
    /// Errors: [`AccessError::NoPasskeys`], [`AccessError::PasskeyOver`],
    /// [`AccessError::PasskeyRefused`], [`AccessError::LockedOut`].
    pub async fn sign_in_by_passkey(
        &self,
        caller: &Caller,
        answer: &PasskeyAnswer,
        user_agent: &str,
    ) -> Result<SignedIn, AccessError> {
        let client = self.take_challenge(&answer.client_data, &Purpose::SignIn).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let account = format!("passkey:{}", secret::digest(&answer.credential_id));
        let counted = Counted::admit(&mut tx, caller, now, account).await?;
        tx.commit().await?;
        let mut tx = self.inner.db.begin().await?;
        let passkey = passkeys::by_credential(tx.connection(), &answer.credential_id).await?;
        let user = match &passkey {
            Some(passkey) => store::users::by_id(tx.connection(), passkey.user_id).await?,
            None => None,
        };
        let user = user.filter(|user| !user.disabled);
        let (Some(passkey), Some(user)) = (passkey, user) else {
            counted.fail(&mut tx, caller, now, "passkey", None).await?;
            tx.commit().await?;
            return Err(AccessError::PasskeyRefused(PasskeyFault::Unknown));
        };
        let verification = Verification::Required;
        let taken = self.take_answer(&mut tx, &client, answer, &passkey, verification).await?;
        if let Err(fault) = taken {
            note_refusal(&mut tx, caller, now, &user, &passkey, fault).await?;
            counted.fail(&mut tx, caller, now, user.name.as_str(), Some(&user)).await?;
            tx.commit().await?;
            return Err(AccessError::PasskeyRefused(fault));
        }
        counted.succeed(&mut tx).await?;
        let own = store::own::is_own(tx.connection(), Begun::Passkey(passkey.id)).await?;
        let came = Came { own, ..Came::default() };
        let signed_in = self.begin_session(&mut tx, caller, now, user, user_agent, came).await?;
        tx.commit().await?;
        Ok(signed_in)
    }

    /// Whether `answer` proves the second step of a sign-in of `user`; if not, why. Noted in `tx`
    /// in either case.
    pub(super) async fn proves_by_passkey(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        client: &ClientData,
        answer: &PasskeyAnswer,
        user: &User,
    ) -> Result<Result<(), PasskeyFault>, AccessError> {
        let passkey = passkeys::by_credential(tx.connection(), &answer.credential_id).await?;
        let Some(passkey) = passkey.filter(|passkey| passkey.user_id == user.id) else {
            return Ok(Err(PasskeyFault::Unknown));
        };
        let verification = Verification::Preferred;
        let taken = self.take_answer(tx, client, answer, &passkey, verification).await?;
        if let Err(fault) = taken {
            note_refusal(tx, caller, self.now(), user, &passkey, fault).await?;
        }
        Ok(taken)
    }

    async fn take_answer(
        &self,
        tx: &mut Tx,
        client: &ClientData,
        answer: &PasskeyAnswer,
        passkey: &Passkey,
        verification: Verification,
    ) -> Result<Result<(), PasskeyFault>, AccessError> {
        let site = self.site()?;
        match ceremony::sign_in(&site, client, answer, passkey, verification) {
            Ok(count) => {
                passkeys::mark_used(tx.connection(), passkey.id, count, self.now()).await?;
                Ok(Ok(()))
            }
            Err(fault) => Ok(Err(fault)),
        }
    }
}

async fn note_refusal(
    tx: &mut Tx,
    caller: &Caller,
    now: Time,
    user: &User,
    passkey: &Passkey,
    fault: PasskeyFault,
) -> Result<(), AccessError> {
    let fact = UserPasskeyRefused {
        user_id: user.id,
        user_name: user.name.as_str().to_owned(),
        passkey_id: passkey.id,
        passkey_name: passkey.name.clone(),
        reason: fault.name(),
    };
    note(tx, caller, now, &fact).await
}
