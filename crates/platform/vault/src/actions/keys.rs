use std::sync::{Arc, PoisonError};

use db::{DbError, Tx};
use journal::Entry;
use kernel::{Caller, Text};

use super::Done;
use crate::{
    KeySource, SECRET_CHANGE, Secret, SecretId, Standing, Vault, VaultError,
    facts::{VaultKeyRetired, VaultKeyRotated},
    model::{Keyring, MasterKey},
    store,
    vault::{KeyStanding, Ring},
};

/// Secrets moved to the current master key in one transaction.
const BATCH: u32 = 200;

impl Vault {
    /// Looks for the master keys; makes the first one where nothing was ever sealed.
    ///
    /// A vault without its keys is locked, not broken: everything else goes on, and it opens as
    /// soon as the keys are back. Errors: [`VaultError::Locked`] saying why;
    /// [`VaultError::Db`].
    pub async fn unlock(&self) -> Result<(), VaultError> {
        let _turn = self.inner.key_turn.lock().await;
        self.look_for_keys().await.map(drop)
    }

    /// How the vault stands: locked or open, which keys, how much is under each.
    ///
    /// Errors: [`VaultError::Db`].
    pub async fn standing(&self) -> Result<Standing, VaultError> {
        let (locked, ring) = match self.ring_now() {
            Ring::Open(ring) => (None, Some(ring)),
            Ring::Locked(reason) => (Some(reason), None),
        };
        let counts = store::masters::counts(self.inner.db.reader()).await?;
        let count = |id: &str| counts.iter().find(|(of, _)| of == id).map_or(0, |(_, n)| *n);
        let mut keys: Vec<KeyStanding> = Vec::new();
        for key in ring.iter().flat_map(|ring| ring.keys()) {
            let (id, current) = (key.id().to_owned(), keys.is_empty());
            keys.push(KeyStanding { secrets: count(&id), id, current, at_hand: true });
        }
        for (id, secrets) in &counts {
            if !keys.iter().any(|key| key.id == *id) {
                let (id, secrets) = (id.clone(), *secrets);
                keys.push(KeyStanding { id, current: false, at_hand: false, secrets });
            }
        }
        let rotates = matches!(self.inner.keys, KeySource::File(_));
        Ok(Standing { locked, keys_from: self.inner.keys.name(), rotates, keys })
    }

    /// Makes a new master key and seals with it from now on. What is under the old one is moved by
    /// [`Vault::rewrap`], batch by batch; until then the old key stays in the file.
    ///
    /// Errors: [`VaultError::NotAllowed`], [`VaultError::KeysNotOurs`],
    /// [`VaultError::RotationUnderWay`], [`VaultError::Locked`], [`VaultError::KeysUnwritable`].
    pub async fn rotate_key(&self, caller: &Caller) -> Result<(), VaultError> {
        if !caller.may_everywhere(SECRET_CHANGE) {
            return Err(VaultError::NotAllowed(SECRET_CHANGE));
        }
        let _turn = self.inner.key_turn.lock().await;
        let ring = self.look_for_keys().await?;
        if matches!(self.inner.keys, KeySource::Given(_)) {
            return Err(VaultError::KeysNotOurs);
        }
        let left = self.under_others(&ring).await?;
        if left > 0 || !ring.has_room() {
            return Err(VaultError::RotationUnderWay { left });
        }
        let next = ring.with_current(MasterKey::generate(self.inner.ids.as_ref()));
        // The file first: a key that seals is never only in memory.
        self.inner.keys.write(&next)?;
        let now = self.now();
        let fact = VaultKeyRotated {
            from: ring.current().id().to_owned(),
            to: next.current().id().to_owned(),
        };
        let mut tx = self.inner.db.begin().await?;
        store::masters::note(&mut tx, next.current().id(), now).await?;
        journal::append(&mut tx, Entry::new(caller, now, &fact)).await?;
        tx.commit().await?;
        self.set_ring(Ring::Open(Arc::new(next)));
        Ok(())
    }

    /// Moves a batch of secrets from older master keys to the current one; when none is left, the
    /// older keys are retired and leave the file. May be stopped anywhere and goes on from there.
    ///
    /// Errors: [`VaultError::Locked`], [`VaultError::Db`]. A secret whose key is not at hand or
    /// that does not open stays where it is and is told in the message.
    pub async fn rewrap(&self) -> Result<Done, VaultError> {
        let ring = self.ring().await?;
        let current = ring.current();
        let (mut done, mut stuck, mut after) = (0, Vec::new(), String::new());
        let mut tx = self.inner.db.begin().await?;
        loop {
            let batch = store::secrets::under_others(&mut tx, current.id(), &after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after = last.id.to_string();
            for secret in &batch {
                if rewrap_one(&mut tx, &ring, secret, self.inner.ids.as_ref()).await? {
                    done += 1;
                } else {
                    stuck.push(secret.name.clone());
                }
            }
            // What cannot be moved is stepped over; one batch of work is enough for one run.
            if done > 0 {
                break;
            }
        }
        let (seals, stuck_seals) = self.rewrap_seals(&mut tx, &ring, BATCH).await?;
        done += seals;
        stuck.extend(stuck_seals);
        if done > 0 {
            tx.commit().await?;
        } else {
            drop(tx);
        }
        let left = self.under_others(&ring).await?;
        if left == 0 {
            self.retire_others(&ring).await?;
        }
        Ok(Done { done, left: u64::try_from(left).unwrap_or(0), message: stuck_told(&stuck) })
    }

    /// The keys, looked for again where they were not at hand.
    pub(super) async fn ring(&self) -> Result<Arc<Keyring>, VaultError> {
        if let Ring::Open(ring) = self.ring_now() {
            return Ok(ring);
        }
        let _turn = self.inner.key_turn.lock().await;
        self.look_for_keys().await
    }

    /// Looks for the keys again when the one that a secret is under is not at hand: another server
    /// may have rotated. To be called before a change begins; within it only
    /// [`Vault::ring_at_hand`] is asked.
    pub(super) async fn fetch_key_of(&self, id: SecretId) -> Result<(), VaultError> {
        let ring = self.ring().await?;
        let reader = self.inner.db.reader().acquire().await;
        let mut connection = reader.map_err(DbError::from)?;
        let secret = store::secrets::load(&mut connection, id).await?;
        drop(connection);
        if secret.is_some_and(|secret| ring.find(&secret.master_id).is_none()) {
            let _turn = self.inner.key_turn.lock().await;
            self.look_for_keys().await?;
        }
        Ok(())
    }

    /// The keys as they are.
    pub(super) fn ring_at_hand(&self) -> Result<Arc<Keyring>, VaultError> {
        match self.ring_now() {
            Ring::Open(ring) => Ok(ring),
            Ring::Locked(reason) => Err(VaultError::Locked { reason }),
        }
    }

    /// Reads the keys and judges whether they are those of these records.
    async fn look_for_keys(&self) -> Result<Arc<Keyring>, VaultError> {
        let known = store::masters::in_use(self.inner.db.reader()).await?;
        let ring = match self.inner.keys.read() {
            Ok(Some(ring)) => ring,
            Ok(None) if known.is_empty() => {
                let ring = Keyring::of(MasterKey::generate(self.inner.ids.as_ref()));
                self.inner.keys.write(&ring)?;
                ring
            }
            Ok(None) => return Err(self.lock(keys_missing(&self.inner.keys.name(), &known))),
            Err(error) => return Err(self.lock(keys_unreadable(&error))),
        };
        if !known.is_empty() && !known.iter().any(|id| ring.find(id).is_some()) {
            return Err(self.lock(keys_wrong(&self.inner.keys.name(), &ring, &known)));
        }
        if !known.iter().any(|id| id == ring.current().id()) {
            let mut tx = self.inner.db.begin().await?;
            store::masters::note(&mut tx, ring.current().id(), self.now()).await?;
            tx.commit().await?;
        }
        let ring = Arc::new(ring);
        self.set_ring(Ring::Open(Arc::clone(&ring)));
        Ok(ring)
    }

    /// Forgets the keys and says why, in the log once.
    fn lock(&self, reason: Text) -> VaultError {
        let said_before = matches!(self.ring_now(), Ring::Locked(before) if before == reason);
        if !said_before {
            tracing::error!("the vault is locked: {reason}");
        }
        self.set_ring(Ring::Locked(reason.clone()));
        VaultError::Locked { reason }
    }

    fn ring_now(&self) -> Ring {
        self.inner.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_ring(&self, ring: Ring) {
        *self.inner.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    async fn under_others(&self, ring: &Keyring) -> Result<i64, VaultError> {
        let counts = store::masters::counts(self.inner.db.reader()).await?;
        Ok(counts.iter().filter(|(id, _)| id != ring.current().id()).map(|(_, n)| *n).sum())
    }

    /// Forgets the older keys, once nothing is under them: counted within the change, so that
    /// nothing is sealed with them in between.
    async fn retire_others(&self, ring: &Keyring) -> Result<(), VaultError> {
        let _turn = self.inner.key_turn.lock().await;
        let current = ring.current().id();
        let known = store::masters::in_use(self.inner.db.reader()).await?;
        let (now, caller) = (self.now(), Caller::system("vault"));
        let older: Vec<&String> = known.iter().filter(|id| *id != current).collect();
        if older.is_empty() && ring.keys().len() == 1 {
            return Ok(());
        }
        let mut tx = self.inner.db.begin().await?;
        let counts = store::masters::counts(tx.connection()).await?;
        if self.ring_at_hand()?.current().id() != current
            || counts.iter().any(|(id, n)| id != current && *n > 0)
        {
            return Ok(());
        }
        for id in older {
            if store::masters::retire(&mut tx, id, now).await? {
                let fact = VaultKeyRetired { master_id: id.clone() };
                journal::append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            }
        }
        tx.commit().await?;
        if ring.keys().len() > 1 && matches!(self.inner.keys, KeySource::File(_)) {
            let kept = ring.keeping(|_| false);
            self.inner.keys.write(&kept)?;
            self.set_ring(Ring::Open(Arc::new(kept)));
        }
        Ok(())
    }
}

/// Whether the secret could be moved.
async fn rewrap_one(
    tx: &mut Tx,
    ring: &Keyring,
    secret: &Secret,
    ids: &dyn kernel::Ids,
) -> Result<bool, VaultError> {
    let Some(old) = ring.find(&secret.master_id) else { return Ok(false) };
    let moved = secret.sealed.rewrap(old, ring.current(), secret.id, secret.value_version, ids);
    let Ok(sealed) = moved else { return Ok(false) };
    store::secrets::rewrap(tx, secret, &sealed).await?;
    Ok(true)
}

fn stuck_told(stuck: &[String]) -> Option<Text> {
    let first = stuck.first()?;
    let count = stuck.len();
    Some(Text::new(
        format!("{count} secrets cannot be moved to the current key, such as `{first}`"),
        format!("{count} 个密钥凭据无法迁移到当前主密钥，例如“{first}”"),
    ))
}

fn keys_missing(path: &str, known: &[String]) -> Text {
    let ids = known.join(", ");
    Text::new(
        format!("the key file {path} is missing; put back the one that holds the key {ids}"),
        format!("主密钥文件 {path} 不存在，请恢复包含密钥 {ids} 的文件"),
    )
}

fn keys_unreadable(error: &VaultError) -> Text {
    Text::new(error.to_string(), format!("主密钥文件无法使用：{error}"))
}

fn keys_wrong(path: &str, ring: &Keyring, known: &[String]) -> Text {
    let (ids, found) = (known.join(", "), ring.current().id());
    Text::new(
        format!(
            "{path} holds other keys ({found}) than these records are sealed with ({ids}); put \
             back the right file"
        ),
        format!("{path} 中的密钥（{found}）与加密数据所用的密钥（{ids}）不符，请恢复正确的文件"),
    )
}
