use db::Tx;
use journal::Entry;
use kernel::Caller;

use super::permit_at;
use crate::{
    SECRET_CHANGE, Secret, SecretChange, SecretId, SecretText, Vault, VaultError,
    facts::{SecretChanged, SecretRemoved, SecretResealed, SecretSnapshot, SecretValueChanged},
    model::{Sealed, value_fault},
    store,
};

impl Vault {
    /// Changes what is said of version `version` of a secret; its value stays.
    ///
    /// Errors: [`VaultError::SecretNotFound`], [`VaultError::NotAllowed`],
    /// [`VaultError::VersionDiffers`], [`VaultError::WrongInput`], [`VaultError::NameTaken`].
    pub async fn change_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        version: i64,
        change: SecretChange,
    ) -> Result<Secret, VaultError> {
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let before = changeable(&mut tx, caller, id, version).await?;
        let after = before.changed(change, now)?;
        if after == before {
            return Ok(before);
        }
        permit_at(caller, SECRET_CHANGE, &after.place())?;
        if store::secrets::name_taken(&mut tx, &after.name, id).await? {
            return Err(VaultError::NameTaken { name: after.name });
        }
        store::secrets::update(&mut tx, &after).await?;
        let fact = SecretChanged { secret_id: id, name: after.name.clone() };
        let entry = Entry::new(caller, now, &fact)
            .before(&SecretSnapshot::from(&before))
            .after(&SecretSnapshot::from(&after));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Gives a secret another value, under a data key of its own.
    ///
    /// Errors: [`VaultError::SecretNotFound`], [`VaultError::NotAllowed`],
    /// [`VaultError::VersionDiffers`], [`VaultError::WrongInput`], [`VaultError::Locked`].
    pub async fn set_value(
        &self,
        caller: &Caller,
        id: SecretId,
        version: i64,
        value: &SecretText,
    ) -> Result<Secret, VaultError> {
        if let Some(fault) = value_fault(value) {
            return Err(fault.into());
        }
        self.ring().await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let ring = self.ring_at_hand()?;
        let before = changeable(&mut tx, caller, id, version).await?;
        let value_version = before.value_version + 1;
        let ids = self.inner.ids.as_ref();
        let sealed = Sealed::seal(ring.current(), id, value_version, value.as_bytes(), ids);
        let after = Secret {
            value_version,
            value_set_at: now,
            master_id: sealed.master_id.clone(),
            version: before.version + 1,
            updated_at: now,
            sealed,
            ..before.clone()
        };
        store::secrets::update(&mut tx, &after).await?;
        let fact = SecretValueChanged { secret_id: id, name: after.name.clone(), value_version };
        let entry = Entry::new(caller, now, &fact)
            .before(&SecretSnapshot::from(&before))
            .after(&SecretSnapshot::from(&after));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Seals a secret anew, under another data key and the current master key; the value is the
    /// same.
    ///
    /// Errors: [`VaultError::SecretNotFound`], [`VaultError::NotAllowed`],
    /// [`VaultError::VersionDiffers`], [`VaultError::Locked`], [`VaultError::KeyMissing`],
    /// [`VaultError::Tampered`].
    pub async fn reseal(
        &self,
        caller: &Caller,
        id: SecretId,
        version: i64,
    ) -> Result<Secret, VaultError> {
        self.fetch_key_of(id).await?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let ring = self.ring_at_hand()?;
        let before = changeable(&mut tx, caller, id, version).await?;
        let value = self.open_value(&before)?;
        let ids = self.inner.ids.as_ref();
        let value_version = before.value_version;
        let sealed = Sealed::seal(ring.current(), id, value_version, value.as_bytes(), ids);
        let after = Secret {
            master_id: sealed.master_id.clone(),
            version: before.version + 1,
            updated_at: now,
            sealed,
            ..before
        };
        store::secrets::update(&mut tx, &after).await?;
        let fact = SecretResealed {
            secret_id: id,
            name: after.name.clone(),
            master_id: after.master_id.clone(),
        };
        journal::append(&mut tx, Entry::new(caller, now, &fact)).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Removes a secret with its value. What refers to it says so when it is next used.
    ///
    /// Errors: [`VaultError::SecretNotFound`], [`VaultError::NotAllowed`],
    /// [`VaultError::VersionDiffers`].
    pub async fn remove_secret(
        &self,
        caller: &Caller,
        id: SecretId,
        version: i64,
    ) -> Result<(), VaultError> {
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let secret = changeable(&mut tx, caller, id, version).await?;
        store::secrets::delete(&mut tx, id).await?;
        let fact = SecretRemoved { secret_id: id, name: secret.name.clone() };
        let entry = Entry::new(caller, now, &fact).before(&SecretSnapshot::from(&secret));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Loads a secret to change it.
async fn changeable(
    tx: &mut Tx,
    caller: &Caller,
    id: SecretId,
    version: i64,
) -> Result<Secret, VaultError> {
    let secret = super::read::seen(tx.connection(), caller, id).await?;
    permit_at(caller, SECRET_CHANGE, &secret.place())?;
    if secret.version == version { Ok(secret) } else { Err(VaultError::VersionDiffers) }
}
