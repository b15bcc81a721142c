use std::time::Duration;

use db::Dialect;
use kernel::{Caller, Time};

use super::{Done, attach};
use crate::{Vault, VaultError, store};

/// What nobody needs is kept so long: an upload that is under way is younger.
const GRACE: Duration = Duration::from_secs(24 * 3_600);
/// Files removed at once.
const BATCH: u32 = 500;

impl Vault {
    /// Removes attachments that are older than the retention, files that nothing is attached with,
    /// uploads that were never finished, and files that no row knows: a batch of each.
    pub async fn collect(&self) -> Result<Done, VaultError> {
        let mut done = self.retire_attachments().await?;
        let before = self.now().minus(GRACE);
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

    /// Whether another server may be collecting the same files at the same time: then what is taken
    /// away and what is kept meet at the rows, which both lock before they touch the file.
    pub(super) fn others_collect(&self) -> bool {
        self.inner.files.is_shared() && self.inner.db.dialect() == Dialect::Postgres
    }

    /// The row first, then the file: what a row names is there.
    async fn remove_orphans(&self, before: Time) -> Result<u64, VaultError> {
        let mut done = 0;
        for digest in store::contents::orphans(self.inner.db.reader(), before, BATCH).await? {
            let _turn = self.inner.file_turn.lock().await;
            let mut tx = self.inner.db.begin().await?;
            if !store::contents::delete(&mut tx, &digest, before).await? {
                continue;
            }
            if self.others_collect() {
                // Whoever keeps the same file waits for this change and then looks for the file.
                self.inner.files.remove(&digest).await?;
                tx.commit().await?;
            } else {
                tx.commit().await?;
                self.inner.files.remove(&digest).await?;
            }
            done += 1;
        }
        Ok(done)
    }

    /// Files without a row, left by a process that ended between the two: one folder of 256 at a
    /// time.
    async fn remove_unknown(&self, before: Time) -> Result<u64, VaultError> {
        let mut done = 0;
        let folder = self.next_folder();
        for digest in self.inner.files.digests(folder, before, BATCH as usize).await? {
            let _turn = self.inner.file_turn.lock().await;
            let reader = self.inner.db.reader().acquire().await;
            let mut connection = reader.map_err(db::DbError::from)?;
            let known = store::contents::load(&mut connection, &digest).await?;
            drop(connection);
            if known.is_none() && self.remove_unclaimed(&digest).await? {
                done += 1;
            }
        }
        Ok(done)
    }

    async fn remove_unclaimed(&self, digest: &str) -> Result<bool, VaultError> {
        if !self.others_collect() {
            self.inner.files.remove(digest).await?;
            return Ok(true);
        }
        // Never committed: it holds back others who keep the same file, until it is gone.
        let mut tx = self.inner.db.begin().await?;
        let unclaimed = store::contents::claim(&mut tx, digest).await?;
        if unclaimed {
            self.inner.files.remove(digest).await?;
        }
        Ok(unclaimed)
    }
}
