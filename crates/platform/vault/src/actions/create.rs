use journal::Entry;
use kernel::{Caller, Id, Place};

use super::permit_at;
use crate::{
    NewSecret, SECRET_CHANGE, Secret, Vault, VaultError,
    facts::{SecretCreated, SecretSnapshot},
    model::Sealed,
    store,
};

/// Secrets of one installation.
const SECRETS_MAX: i64 = 100_000;

impl Vault {
    /// Puts a secret into the vault.
    ///
    /// Errors: [`VaultError::NotAllowed`], [`VaultError::WrongInput`], [`VaultError::NameTaken`],
    /// [`VaultError::TooManySecrets`], [`VaultError::Locked`].
    pub async fn create_secret(
        &self,
        caller: &Caller,
        wanted: NewSecret,
    ) -> Result<Secret, VaultError> {
        let now = self.now();
        let place = Place { unit_id: wanted.unit_id.as_deref(), ..Place::default() };
        permit_at(caller, SECRET_CHANGE, &place)?;
        let faults = wanted.faults(now);
        if !faults.is_empty() {
            return Err(faults.into());
        }
        self.ring().await?;
        let mut tx = self.inner.db.begin().await?;
        // Within the change: a rotation does not come between the key and its use.
        let ring = self.ring_at_hand()?;
        let ids = self.inner.ids.as_ref();
        let id = Id::new(ids, self.inner.clock.as_ref());
        let sealed = Sealed::seal(ring.current(), id, 1, wanted.value.as_bytes(), ids);
        let secret = Secret {
            id,
            name: wanted.name,
            kind: wanted.kind,
            description: wanted.description,
            owner: wanted.owner,
            unit_id: wanted.unit_id,
            expires_at: wanted.expires_at,
            value_set_at: now,
            value_version: 1,
            master_id: sealed.master_id.clone(),
            version: 1,
            created_at: now,
            updated_at: now,
            sealed,
        };
        if store::secrets::name_taken(&mut tx, &secret.name, id).await? {
            return Err(VaultError::NameTaken { name: secret.name });
        }
        if store::secrets::count(&mut tx).await? >= SECRETS_MAX {
            return Err(VaultError::TooManySecrets { limit: SECRETS_MAX });
        }
        store::secrets::insert(&mut tx, &secret).await?;
        let fact = SecretCreated { secret_id: id, name: secret.name.clone() };
        let entry = Entry::new(caller, now, &fact).after(&SecretSnapshot::from(&secret));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(secret)
    }
}
