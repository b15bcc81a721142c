use axum::{Json, extract::State, http::StatusCode};
use journal::{AnchorStatus, ArchiveEntry, JOURNAL_READ, JournalStatus};
use kernel::{Fault, Time};
use serde::Serialize;
use utoipa::ToSchema;

use super::JournalKeeping;
use crate::{Problem, Who};

/// How the journal is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalStatus)]
pub(crate) struct JournalStatusView {
    /// The newest fact.
    latest_seq: i64,
    /// The last fact under a seal; what comes after it is sealed within seconds.
    sealed_seq: i64,
    /// When it was sealed (RFC 3339).
    sealed_at: Option<String>,
    /// The last fact that a signed checkpoint covers.
    checkpoint_seq: i64,
    /// The checkpoint itself, as anchors keep it.
    checkpoint: Option<String>,
    /// The short name of the key in force.
    key_id: Option<String>,
    /// Its public key (Ed25519), in hexadecimal digits.
    public_key: Option<String>,
    /// Why the last seal failed; null when it did not.
    failure: Option<String>,
    /// Places outside that are told.
    anchors: Vec<AnchorView>,
    /// Archived ranges, the oldest first.
    archives: Vec<ArchiveView>,
    /// Since when archiving is held because the clock jumped (RFC 3339).
    archive_held_since: Option<String>,
}

/// A place outside that is told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalAnchor)]
pub(crate) struct AnchorView {
    /// `file`, `syslog`, `http` get checkpoints, `forward` gets every fact.
    name: String,
    target: String,
    /// The last fact it knows of.
    seq: i64,
    /// When it was told last (RFC 3339).
    anchored_at: Option<String>,
    /// Since when it fails (RFC 3339).
    failing_since: Option<String>,
    /// Why.
    failure: Option<String>,
}

/// Facts that were moved to a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalArchive)]
pub(crate) struct ArchiveView {
    first_seq: i64,
    last_seq: i64,
    /// When the first of them happened (RFC 3339).
    first_at: String,
    /// When the last of them happened (RFC 3339).
    last_at: String,
    file: String,
    sha256: String,
    bytes: i64,
}

/// A key of the journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalKey)]
pub(crate) struct JournalKeyView {
    key_id: String,
    public_key: String,
    /// The first seal it makes.
    from_seal: i64,
}

fn time(micros: i64) -> String {
    Time::from_micros(micros).to_string()
}

impl From<JournalStatus> for JournalStatusView {
    fn from(status: JournalStatus) -> Self {
        let (key_id, public_key) = status.key.unzip();
        Self {
            latest_seq: status.latest,
            sealed_seq: status.sealed_seq,
            sealed_at: status.sealed_at.map(time),
            checkpoint_seq: status.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.seq),
            checkpoint: status.checkpoint.map(|checkpoint| checkpoint.to_string()),
            key_id,
            public_key,
            failure: status.failure,
            anchors: status.anchors.into_iter().map(AnchorView::from).collect(),
            archives: status.archives.into_iter().map(ArchiveView::from).collect(),
            archive_held_since: status.held_since.map(time),
        }
    }
}

impl From<AnchorStatus> for AnchorView {
    fn from(status: AnchorStatus) -> Self {
        Self {
            name: status.name,
            target: status.target,
            seq: status.seq,
            anchored_at: status.anchored_at.map(time),
            failing_since: status.failing_since.map(time),
            failure: status.failure,
        }
    }
}

impl From<ArchiveEntry> for ArchiveView {
    fn from(entry: ArchiveEntry) -> Self {
        Self {
            first_seq: entry.first_seq,
            last_seq: entry.last_seq,
            first_at: time(entry.first_at),
            last_at: time(entry.last_at),
            file: entry.file,
            sha256: entry.sha256,
            bytes: entry.bytes,
        }
    }
}

/// How the journal is kept: sealed, anchored, archived. Needs the permission everywhere.
#[utoipa::path(get, path = "/api/v1/journal/status", tag = "journal",
    responses((status = 200, body = JournalStatusView)))]
pub(super) async fn status(
    State(keeping): State<JournalKeeping>,
    Who(caller): Who,
) -> Result<Json<JournalStatusView>, Problem> {
    if !caller.may_everywhere(JOURNAL_READ) {
        return Err(Fault::forbidden(JOURNAL_READ).into());
    }
    let status = journal::status(&keeping.sealer, &keeping.anchors).await.map_err(Fault::from)?;
    Ok(Json(status.into()))
}

/// Goes over to a new key; the change is a fact signed by both.
#[utoipa::path(post, path = "/api/v1/journal/key", tag = "journal",
    responses((status = 200, body = JournalKeyView)))]
pub(super) async fn change_key(
    State(keeping): State<JournalKeeping>,
    Who(caller): Who,
) -> Result<Json<JournalKeyView>, Problem> {
    let entry = keeping.sealer.change_key(&caller).await.map_err(Fault::from)?;
    let (key_id, public_key) = (entry.id, entry.public_key);
    Ok(Json(JournalKeyView { key_id, public_key, from_seal: entry.from_seal }))
}

/// Lets archiving go on after somebody has looked at the clock.
#[utoipa::path(post, path = "/api/v1/journal/archive/release", tag = "journal",
    responses((status = 204), (status = 409, description = "it is not held")))]
pub(super) async fn release_archive(
    State(keeping): State<JournalKeeping>,
    Who(caller): Who,
) -> Result<StatusCode, Problem> {
    keeping.sealer.release_archive(&caller).await.map_err(Fault::from)?;
    Ok(StatusCode::NO_CONTENT)
}
