use db::Db;
use kernel::FactSeq;

use crate::{
    AnchorStatus, Anchors, ArchiveEntry, Checkpoint, JournalError, Sealer, archive, query,
    seal::store,
};

/// How the journal is kept: what is sealed, who outside knows, what is archived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalStatus {
    /// The newest row.
    pub latest: i64,
    /// The last row under a seal.
    pub sealed_seq: i64,
    /// When it was sealed, in UTC µs.
    pub sealed_at: Option<i64>,
    /// The newest checkpoint.
    pub checkpoint: Option<Checkpoint>,
    /// The key in force and its public key; `None` when the keys cannot be used.
    pub key: Option<(String, String)>,
    /// Why the last seal failed.
    pub failure: Option<String>,
    /// Places outside.
    pub anchors: Vec<AnchorStatus>,
    /// Archived ranges, the oldest first.
    pub archives: Vec<ArchiveEntry>,
    /// Since when the archive is held, in UTC µs.
    pub held_since: Option<i64>,
}

/// How the journal is kept.
///
/// Errors: those of the records.
pub async fn status(sealer: &Sealer, anchors: &Anchors) -> Result<JournalStatus, JournalError> {
    let db = &sealer.parts().db;
    let FactSeq(latest) = query::latest(db).await?;
    let seal = store::last_seal(db).await?;
    let anchors = anchors.status().await?;
    let mut reader = db.reader().acquire().await?;
    Ok(JournalStatus {
        latest,
        sealed_seq: seal.as_ref().map_or(0, |seal| seal.last_seq),
        sealed_at: seal.map(|seal| seal.sealed_at),
        checkpoint: store::last_checkpoint(&mut reader).await?,
        held_since: store::hold(&mut reader).await?.map(|(_, found)| found),
        archives: archive::entries(&mut reader).await?,
        key: sealer.public_key().await.ok(),
        failure: sealer.failure().await,
        anchors,
    })
}

/// The last archived row: what is older is in files and not in lists.
///
/// Errors: those of the records.
pub async fn archived_to(db: &Db) -> Result<Option<ArchiveEntry>, JournalError> {
    Ok(archive::last(&mut *db.reader().acquire().await?).await?.filter(|last| last.removed_to > 0))
}
