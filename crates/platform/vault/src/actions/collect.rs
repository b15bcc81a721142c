use std::time::Duration;

use db::Tx;
use kernel::{Caller, Time};

use super::{Done, attach};
use crate::{Vault, VaultError, store};

/// What nobody needs is kept so long: an upload that is under way is younger.
const GRACE: Duration = Duration::from_secs(24 * 3_600);
/// Longer no request to remove a file is under way.
const LEAVING_MAX: Duration = Duration::from_secs(600);
/// Files removed at once.
const BATCH: u32 = 500;

impl Vault {
    /// Removes attachments that are older than the retention, files that nothing is attached with,
    /// uploads that were never finished, and files that no row knows: a batch of each.
    pub async fn collect(&self) -> Result<Done, VaultError> {
        let mut done = self.retire_attachments().await?;
        let before = self.now().minus(GRACE);
        done += self.remove_left().await?;
        done += self.remove_orphans(before).await?;
        done += self.inner.files.sweep(before, BATCH as usize).await?;
        done += self.remove_unknown(before).await?;
        Ok(Done { done, ..Done::default() })
    }

    async fn retire_attachments(&self) -> Result<u64, VaultError> {
        let Some(retention) = self.settings().retention else { return Ok(0) };
        let (now, caller) = (self.now(), Caller::system("vault"));
        let mut tx = self.inner.db.begin().await?;
        let old = store::attachments::older(&mut tx, now.minus(retention), BATCH).await?;
        for attachment in &old {
            attach::remove(&mut tx, &caller, attachment, now).await?;
        }
        if !old.is_empty() {
            tx.commit().await?;
        }
        Ok(old.len() as u64)
    }

    /// The row first, then the file: what a row names is there.
    async fn remove_orphans(&self, before: Time) -> Result<u64, VaultError> {
        let mut done = 0;
        for digest in store::contents::orphans(self.inner.db.reader(), before, BATCH).await? {
            let _turn = self.inner.file_turn.lock().await;
            let mut tx = self.inner.db.begin().await?;
            if store::contents::delete(&mut tx, &digest, before).await? {
                done += self.take_away(tx, &digest).await?;
            }
        }
        Ok(done)
    }

    /// Files without a row, left by a process that ended between the two: one folder of 256 at a
    /// time.
    async fn remove_unknown(&self, before: Time) -> Result<u64, VaultError> {
        let mut done = 0;
        let folder = self.next_folder();
        for digest in self.inner.files.digests(folder, before, BATCH as usize).await? {
            if self.is_known(&digest).await? {
                continue;
            }
            let _turn = self.inner.file_turn.lock().await;
            let mut tx = self.inner.db.begin().await?;
            if store::contents::load(tx.connection(), &digest).await?.is_none() {
                done += self.take_away(tx, &digest).await?;
            }
        }
        Ok(done)
    }

    /// Whether a row names the file, without holding up anybody.
    async fn is_known(&self, digest: &str) -> Result<bool, VaultError> {
        let reader = self.inner.db.reader().acquire().await;
        let mut connection = reader.map_err(db::DbError::from)?;
        Ok(store::contents::load(&mut connection, digest).await?.is_some())
    }

    /// Takes a file away that no row names once `tx` is committed. In a store that servers share
    /// nobody keeps the same file meanwhile.
    async fn take_away(&self, mut tx: Tx, digest: &str) -> Result<u64, VaultError> {
        if !self.inner.files.is_shared() {
            tx.commit().await?;
            self.inner.files.remove(digest).await?;
            return Ok(1);
        }
        if !store::leaving::insert(&mut tx, digest, self.now()).await? {
            return Ok(0);
        }
        tx.commit().await?;
        self.finish_leaving(digest).await?;
        Ok(1)
    }

    async fn finish_leaving(&self, digest: &str) -> Result<(), VaultError> {
        self.inner.files.remove(digest).await?;
        let mut tx = self.inner.db.begin().await?;
        store::leaving::delete(&mut tx, digest).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Files that a server began to take away and did not: it ended, or the store was away.
    async fn remove_left(&self) -> Result<u64, VaultError> {
        let before = self.now().minus(LEAVING_MAX);
        let left = store::leaving::older(self.inner.db.reader(), before, BATCH).await?;
        for digest in &left {
            self.finish_leaving(digest).await?;
        }
        Ok(left.len() as u64)
    }
}
