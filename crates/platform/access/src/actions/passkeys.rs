//! Passkeys come and go: by their user with their password.

use kernel::{Caller, Id, Time};

use super::{
    Access, note, permit,
    sessions::{in_own_session, own_session},
};
use crate::{
    AccessError,
    model::{
        facts::{UserPasskeyAdded, UserPasskeyRemoved},
        passkey::{
            CEREMONY, NewPasskey, PASSKEYS_MAX, Passkey, PasskeyFault, PasskeyId, PasskeyOffer,
            Purpose,
            ceremony::{self, ClientData},
            relying_party::RelyingParty,
        },
        password::Password,
        permission::{SIGN_IN_CHANGE, SIGN_IN_READ},
        secret::Secret,
        user::{EndReason, User},
    },
    store::{self, own::Begun, passkeys, second_factors},
};

impl Access {
    /// Whether there can be passkeys here; if not, why.
    ///
    /// Errors: [`AccessError::NoPasskeys`].
    pub fn passkeys_offered(&self) -> Result<(), AccessError> {
        self.site().map(|_| ())
    }

    /// The caller's own passkeys in the order in which they were added.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn passkeys(&self, caller: &Caller) -> Result<Vec<Passkey>, AccessError> {
        permit(caller, SIGN_IN_READ)?;
        let own = super::sessions::own_id(caller)?;
        Ok(passkeys::of_user(self.inner.db.reader(), own).await?)
    }

    /// Begins to add a passkey for the caller.
    ///
    /// Errors: [`AccessError::NoPasskeys`]; [`AccessError::Invalid`] naming `password`,
    /// [`AccessError::LockedOut`]; [`AccessError::TooMany`]; [`AccessError::NotAPerson`] unless
    /// they signed in with a browser.
    pub async fn begin_passkey(
        &self,
        caller: &Caller,
        password: &Password,
    ) -> Result<PasskeyOffer, AccessError> {
        let site = self.site()?;
        let (_, session) = own_session(caller)?;
        let (mut tx, user) = self.prove_again(caller, password).await?;
        let known = passkeys::of_user(tx.connection(), user.id).await?;
        if known.len() >= PASSKEYS_MAX as usize {
            // The password was right: that is kept.
            tx.commit().await?;
            return Err(AccessError::TooMany { limit: PASSKEYS_MAX });
        }
        let now = self.now();
        let purpose = Purpose::Add(session.to_owned());
        let challenge = self.challenge(&mut tx, &purpose, now).await?;
        tx.commit().await?;
        Ok(PasskeyOffer {
            challenge,
            rp_id: site.id,
            origin: site.origin,
            user_id: user.id,
            user_name: user.name.as_str().to_owned(),
            display_name: user.display_name,
            known,
            expires_at: now.plus(CEREMONY),
        })
    }

    /// Adds the passkey that an authenticator made. With the first second factor all other
    /// sessions end, and recovery codes are made, which are never shown again.
    ///
    /// Errors: [`AccessError::NoPasskeys`]; [`AccessError::Invalid`] naming `name`;
    /// [`AccessError::PasskeyOver`], [`AccessError::PasskeyRefused`],
    /// [`AccessError::PasskeyTaken`]; [`AccessError::NotAPerson`].
    pub async fn add_passkey(
        &self,
        caller: &Caller,
        new: &NewPasskey,
    ) -> Result<(Passkey, Vec<String>), AccessError> {
        permit(caller, SIGN_IN_CHANGE)?;
        let site = self.site()?;
        let (own, session) = own_session(caller)?;
        let (name, transports) =
            new.checked().map_err(|fault| AccessError::Invalid(vec![fault]))?;
        let now = self.now();
        let purpose = Purpose::Add(session.to_owned());
        let client = self.take_challenge(&new.client_data, &purpose).await?;
        let made = ceremony::register(&site, &client, new).map_err(AccessError::PasskeyRefused)?;
        let mut tx = self.inner.db.begin().await?;
        let user = store::users::by_id(tx.connection(), own).await?;
        let user = user.ok_or(AccessError::NotAPerson)?;
        if passkeys::by_credential(tx.connection(), &made.credential_id).await?.is_some() {
            return Err(AccessError::PasskeyTaken);
        }
        let before = store::policy::proofs(tx.connection(), own).await?;
        let passkey = Passkey {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            user_id: own,
            name,
            credential_id: made.credential_id,
            public_key: made.public_key,
            sign_count: made.sign_count,
            transports,
            synced: made.synced,
            created_at: now,
            last_used_at: None,
        };
        passkeys::insert(tx.connection(), &passkey).await?;
        if in_own_session(&mut tx, caller).await? {
            store::own::mark(tx.connection(), Begun::Passkey(passkey.id)).await?;
        }
        let fact = UserPasskeyAdded {
            user_id: own,
            user_name: user.name.as_str().to_owned(),
            passkey_id: passkey.id,
            passkey_name: passkey.name.clone(),
        };
        note(&mut tx, caller, now, &fact).await?;
        let mut codes = Vec::new();
        if !before.second_factor {
            codes = self.replace_codes(&mut tx, own).await?;
            let reason = EndReason::SecondFactorEnrolled;
            self.end_sessions(&mut tx, caller, now, &user, Some(session), reason).await?;
        }
        tx.commit().await?;
        Ok((passkey, codes))
    }

    /// Removes one of the caller's own passkeys.
    ///
    /// Errors: [`AccessError::Invalid`] naming `password`, [`AccessError::LockedOut`],
    /// [`AccessError::PasskeyNotFound`]; [`AccessError::SecondFactorRequired`] for the last second
    /// factor of a user who must have one; [`AccessError::NotAPerson`].
    pub async fn remove_passkey(
        &self,
        caller: &Caller,
        id: PasskeyId,
        password: &Password,
    ) -> Result<(), AccessError> {
        let (mut tx, user) = self.prove_again(caller, password).await?;
        let all = passkeys::of_user(tx.connection(), user.id).await?;
        let found = all.iter().find(|passkey| passkey.id == id);
        let missing = || AccessError::PasskeyNotFound { id: id.to_string() };
        let removed = match found.ok_or_else(missing) {
            Ok(passkey) => self.remove_passkeys(&mut tx, caller, &user, &[passkey], false).await,
            Err(error) => Err(error),
        };
        let required = match &removed {
            Ok(()) => self.refuse_lack(&mut tx, &user).await,
            Err(_) => Ok(()),
        };
        if required.is_ok() {
            // Also when there was none: the password was right, and that is kept.
            tx.commit().await?;
        }
        removed.and(required)
    }

    /// Removes passkeys of `user` in `tx`.
    pub(super) async fn remove_passkeys(
        &self,
        tx: &mut db::Tx,
        caller: &Caller,
        user: &User,
        removed: &[&Passkey],
        reset: bool,
    ) -> Result<(), AccessError> {
        let now = self.now();
        for passkey in removed {
            passkeys::remove(tx.connection(), passkey.id).await?;
            let fact = UserPasskeyRemoved {
                user_id: user.id,
                user_name: user.name.as_str().to_owned(),
                passkey_id: passkey.id,
                passkey_name: passkey.name.clone(),
                reset,
            };
            note(tx, caller, now, &fact).await?;
        }
        if !store::policy::proofs(tx.connection(), user.id).await?.second_factor {
            second_factors::remove_codes(tx.connection(), user.id).await?;
        }
        Ok(())
    }

    /// The site for which passkeys are made: what is under the address by which people reach us.
    pub(super) fn site(&self) -> Result<RelyingParty, AccessError> {
        let address = self.address().unwrap_or_default();
        RelyingParty::at(&address).map_err(|reason| AccessError::NoPasskeys { reason })
    }

    /// Gives a challenge in `tx`.
    pub(super) async fn challenge(
        &self,
        tx: &mut db::Tx,
        purpose: &Purpose,
        now: Time,
    ) -> Result<Secret, AccessError> {
        let challenge = Secret::new(self.inner.ids.as_ref());
        let (hash, before) = (challenge.hash(), now.minus(CEREMONY));
        passkeys::keep_challenge(tx.connection(), &hash, purpose, now, before).await?;
        Ok(challenge)
    }

    /// Uses up the challenge that the browser says it answers.
    ///
    /// Errors: [`AccessError::PasskeyRefused`] for what does not read;
    /// [`AccessError::PasskeyOver`].
    pub(super) async fn take_challenge(
        &self,
        client_data: &[u8],
        purpose: &Purpose,
    ) -> Result<ClientData, AccessError> {
        let client = ClientData::read(client_data).map_err(AccessError::PasskeyRefused)?;
        let challenge = Secret::parse(&client.challenge);
        let challenge = challenge.ok_or(AccessError::PasskeyRefused(PasskeyFault::ClientData))?;
        let before = self.now().minus(CEREMONY);
        let mut tx = self.inner.db.begin().await?;
        let hash = challenge.hash();
        let taken = passkeys::take_challenge(tx.connection(), &hash, purpose, before).await?;
        // Whatever comes of it: it is not taken twice.
        tx.commit().await?;
        if taken { Ok(client) } else { Err(AccessError::PasskeyOver) }
    }
}
