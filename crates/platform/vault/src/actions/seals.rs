//! Values that another part of the server keeps for itself, such as what a second factor is
//! checked with: sealed as secrets are, and moved with them when the master key changes.

use db::{DbError, Tx};
use kernel::Id;

use crate::{
    Revealed, SealId, SecretText, Vault, VaultError,
    model::{Keyring, Seal, Sealed},
    store,
};

/// Versions of secrets begin at 1: a seal never opens as a secret, nor a secret as a seal.
const VERSION: i64 = 0;

impl Vault {
    /// Looks for the master keys where they are not at hand; to be called before the change in
    /// which [`Vault::seal`] is called.
    ///
    /// Errors: [`VaultError::Locked`] saying why.
    pub async fn be_open(&self) -> Result<(), VaultError> {
        self.ring().await.map(drop)
    }

    /// Seals `value` in `tx`. What it is and who may open it is the caller's to know.
    ///
    /// Errors: [`VaultError::Locked`], [`VaultError::Db`].
    pub async fn seal(&self, tx: &mut Tx, value: &SecretText) -> Result<SealId, VaultError> {
        let ring = self.ring_at_hand()?;
        let ids = self.inner.ids.as_ref();
        let id: SealId = Id::new(ids, self.inner.clock.as_ref());
        let bound = Id::from_uuid(id.uuid());
        let sealed = Sealed::seal(ring.current(), bound, VERSION, value.as_bytes(), ids);
        store::seals::insert(tx, &Seal { id, sealed }).await?;
        Ok(id)
    }

    /// Opens what was sealed.
    ///
    /// Errors: [`VaultError::Locked`], [`VaultError::KeyMissing`], [`VaultError::Tampered`];
    /// [`VaultError::SealNotFound`].
    pub async fn open(&self, id: SealId) -> Result<Revealed, VaultError> {
        let mut ring = self.ring().await?;
        let reader = self.inner.db.reader().acquire().await;
        let mut connection = reader.map_err(DbError::from)?;
        let seal = store::seals::load(&mut connection, id).await?;
        drop(connection);
        let seal = seal.ok_or(VaultError::SealNotFound { id })?;
        if ring.find(&seal.sealed.master_id).is_none() {
            // Another server may have rotated.
            self.unlock().await?;
            ring = self.ring_at_hand()?;
        }
        let master = ring.find(&seal.sealed.master_id).ok_or_else(|| VaultError::KeyMissing {
            name: id.to_string(),
            master_id: seal.sealed.master_id.clone(),
            keys: self.inner.keys.name(),
        })?;
        let opened = seal.sealed.open(master, Id::from_uuid(id.uuid()), VERSION);
        opened
            .map(Revealed::new)
            .map_err(|fault| VaultError::Tampered { name: id.to_string(), said: fault.to_string() })
    }

    /// Removes what was sealed, in `tx`.
    ///
    /// Errors: [`VaultError::Db`].
    pub async fn discard(&self, tx: &mut Tx, id: SealId) -> Result<(), VaultError> {
        store::seals::delete(tx, id).await?;
        Ok(())
    }

    /// Moves a batch of seals to the current master key: how many, and which cannot be moved.
    pub(super) async fn rewrap_seals(
        &self,
        tx: &mut Tx,
        ring: &Keyring,
        limit: u32,
    ) -> Result<(u64, Vec<String>), VaultError> {
        let (current, ids) = (ring.current(), self.inner.ids.as_ref());
        let (mut done, mut stuck, mut after) = (0, Vec::new(), String::new());
        while done == 0 {
            let batch = store::seals::under_others(tx, current.id(), &after, limit).await?;
            let Some(last) = batch.last() else { break };
            after = last.id.to_string();
            for seal in &batch {
                let bound = Id::from_uuid(seal.id.uuid());
                let moved = ring
                    .find(&seal.sealed.master_id)
                    .and_then(|old| seal.sealed.rewrap(old, current, bound, VERSION, ids).ok());
                match moved {
                    Some(sealed) => {
                        store::seals::rewrap(tx, seal, &sealed).await?;
                        done += 1;
                    }
                    None => stuck.push(seal.id.to_string()),
                }
            }
        }
        Ok((done, stuck))
    }
}
