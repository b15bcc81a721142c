use journal::Entry;
use kernel::{Caller, FieldFault, Text};
use zeroize::Zeroizing;

use super::permit_at;
use crate::{Revealed, SECRET_USE, Secret, SecretId, Vault, VaultError, facts::SecretUsed, store};

impl Vault {
    /// Takes a secret out to use it for `purpose`: who, what and why is a fact, written before the
    /// value is handed over.
    ///
    /// `purpose`: what it is used for, at most 200 characters; everybody who reads the journal
    /// sees it. Errors: [`VaultError::SecretNotFound`], [`VaultError::NotAllowed`],
    /// [`VaultError::Locked`], [`VaultError::KeyMissing`], [`VaultError::Tampered`].
    pub async fn reveal(
        &self,
        caller: &Caller,
        id: SecretId,
        purpose: &str,
    ) -> Result<Revealed, VaultError> {
        if purpose.is_empty() || purpose.chars().count() > 200 {
            let expected = Text::new("1 to 200 characters", "1 到 200 个字符");
            return Err(FieldFault::new("purpose", purpose, expected).into());
        }
        self.fetch_key_of(id).await?;
        let mut tx = self.inner.db.begin().await?;
        let secret = super::read::seen(tx.connection(), caller, id).await?;
        permit_at(caller, SECRET_USE, &secret.place())?;
        let value = self.open_value(&secret)?;
        let fact = SecretUsed {
            secret_id: id,
            name: secret.name,
            value_version: secret.value_version,
            purpose: purpose.to_owned(),
        };
        journal::append(&mut tx, Entry::new(caller, self.now(), &fact)).await?;
        tx.commit().await?;
        Ok(Revealed::new(value))
    }

    /// Whether the caller may let the server use a secret: asked when it is put into a channel, a
    /// check or the like.
    ///
    /// Errors: [`VaultError::SecretNotFound`], [`VaultError::NotAllowed`].
    pub async fn permit_use(&self, caller: &Caller, id: SecretId) -> Result<Secret, VaultError> {
        let secret = self.secret(caller, id).await?;
        permit_at(caller, SECRET_USE, &secret.place())?;
        Ok(secret)
    }

    /// The number of a secret's value, for those who keep what they revealed: it grows when the
    /// value changes. `None` when the secret is gone.
    pub async fn value_version(&self, id: SecretId) -> Result<Option<i64>, VaultError> {
        let reader = self.inner.db.reader().acquire().await;
        let mut connection = reader.map_err(db::DbError::from)?;
        let secret = store::secrets::load(&mut connection, id).await?;
        Ok(secret.map(|secret| secret.value_version))
    }

    /// Opens the value with the keys at hand.
    pub(super) fn open_value(&self, secret: &Secret) -> Result<Zeroizing<String>, VaultError> {
        let ring = self.ring_at_hand()?;
        let master = ring.find(&secret.master_id).ok_or_else(|| VaultError::KeyMissing {
            name: secret.name.clone(),
            master_id: secret.master_id.clone(),
            keys: self.inner.keys.name(),
        })?;
        let opened = secret.sealed.open(master, secret.id, secret.value_version);
        opened.map_err(|fault| VaultError::Tampered {
            name: secret.name.clone(),
            said: fault.to_string(),
        })
    }
}
