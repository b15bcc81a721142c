use std::sync::atomic::Ordering;

use journal::Entry;
use kernel::{Caller, Text, Time};
use sha2::{Digest, Sha256};
use tokio::{fs::File, io::AsyncReadExt};

use super::Done;
use crate::{
    Content, Vault, VaultError,
    facts::AttachmentsMoved,
    storage::{Incoming, disk},
    store,
};

/// Files moved in one run.
const BATCH: usize = 200;
/// Names looked at in each of the 256 folders of one run.
const FOLDER_MAX: usize = 10_000;
/// Read at once to work out a digest.
const PIECE_BYTES: usize = 256 * 1024;

/// What became of one file.
enum Moved {
    /// It is where it should be.
    Whole { size_bytes: u64 },
    /// Its bytes are not those it was named after.
    Damaged,
    /// No row names it, or it is gone.
    NotOurs,
}

impl Vault {
    /// Moves a batch of files from where they were to where they are to be, each verified by its
    /// digest on the way. Meanwhile they are served from where they are; it may be stopped
    /// anywhere and goes on from there.
    ///
    /// Errors: [`VaultError::Storage`], [`VaultError::Disk`], [`VaultError::Db`]. A file whose
    /// bytes are damaged stays where it is and is told in the message.
    pub async fn move_files(&self) -> Result<Done, VaultError> {
        if self.inner.moved.load(Ordering::Relaxed) {
            return Ok(Done::default());
        }
        let far = Time::from_micros(i64::MAX);
        let mut digests = Vec::new();
        for folder in 0..=u8::MAX {
            digests.extend(self.inner.files.left_behind(folder, far, FOLDER_MAX).await?);
        }
        let (mut done, mut bytes, mut left, mut damaged) = (0, 0, 0, Vec::new());
        let mut failed = None;
        for digest in digests {
            if done as usize >= BATCH {
                left += 1;
                continue;
            }
            match self.move_one(&digest).await {
                Ok(Moved::Whole { size_bytes }) => (done, bytes) = (done + 1, bytes + size_bytes),
                Ok(Moved::Damaged) => damaged.push(digest),
                Ok(Moved::NotOurs) => {}
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        // What has moved until then has moved, and is told.
        if done > 0 {
            self.note_move(done, bytes).await?;
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let all = left == 0 && damaged.is_empty();
        self.inner.moved.store(all && done == 0, Ordering::Relaxed);
        left += damaged.len() as u64;
        Ok(Done { done, left, message: told(&damaged) })
    }

    async fn move_one(&self, digest: &str) -> Result<Moved, VaultError> {
        let _turn = self.inner.file_turn.lock().await;
        let reader = self.inner.db.reader().acquire().await;
        let mut connection = reader.map_err(db::DbError::from)?;
        let known = store::contents::load(&mut connection, digest).await?;
        drop(connection);
        let Some(Content { size_bytes, .. }) = known else { return Ok(Moved::NotOurs) };
        let (files, name) = (&self.inner.files, self.inner.ids.uuid(self.now()).to_string());
        let fetched = match files.fetch_left_behind(&name, digest, size_bytes).await {
            Ok(Some(fetched)) => fetched,
            Ok(None) => return Ok(Moved::NotOurs),
            Err(VaultError::ContentLost { .. }) => return Ok(Moved::Damaged),
            Err(error) => return Err(error),
        };
        if digest_of(&fetched).await? != digest {
            return Ok(Moved::Damaged);
        }
        let mut fetched = fetched;
        files.keep(&mut fetched, digest, size_bytes).await?;
        files.remove_left_behind(digest).await?;
        Ok(Moved::Whole { size_bytes })
    }

    async fn note_move(&self, files: u64, bytes: u64) -> Result<(), VaultError> {
        let fact = AttachmentsMoved { files, bytes, to: self.inner.files.name() };
        let caller = Caller::system("vault");
        let mut tx = self.inner.db.begin().await?;
        journal::append(&mut tx, Entry::new(&caller, self.now(), &fact)).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn digest_of(file: &Incoming) -> Result<String, VaultError> {
    let unread = |error: std::io::Error| disk("read a file", &error);
    let mut file = File::open(file.path()).await.map_err(unread)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE_BYTES]);
    loop {
        let length = file.read(&mut piece).await.map_err(unread)?;
        if length == 0 {
            break;
        }
        hash.update(&piece[..length]);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn told(damaged: &[String]) -> Option<Text> {
    let first = damaged.first()?;
    tracing::error!(digest = %first, "{} attached files are damaged and stay", damaged.len());
    Some(Text::new(
        format!(
            "{} files are not what they were stored as and stay where they are, such as {first}",
            damaged.len()
        ),
        format!("{} 个文件内容与存入时不符，保留在原处未迁移，例如 {first}", damaged.len()),
    ))
}
