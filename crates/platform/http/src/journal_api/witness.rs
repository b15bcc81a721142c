use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use journal::{KeyEntry, Receipt, Witness, Witnessed, WitnessedJournal};
use kernel::{Fault, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{Body, PageView, Problem, Query, Who};

/// A checkpoint of the caller's own journal.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WitnessedCheckpoint)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckpointBody {
    /// The line, as every anchor keeps it.
    checkpoint: String,
    /// The public parts of all its keys, the oldest first.
    keys: Vec<KeyBody>,
}

/// The public part of a journal's key.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WitnessedKey)]
#[serde(deny_unknown_fields)]
struct KeyBody {
    /// 1, 2, 3 …
    number: i64,
    /// Its short name.
    id: String,
    /// In hexadecimal digits.
    public_key: String,
    /// The key before it; empty for the first.
    previous_id: String,
    /// The first seal it makes.
    from_seal: i64,
    /// When it was entered, in UTC µs.
    since: i64,
    /// Its own signature over the entry.
    signature: String,
    /// The signature of the key before it; empty for the first.
    previous_signature: String,
}

/// What was taken, signed by this server's journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WitnessReceipt)]
pub(super) struct ReceiptView {
    /// By which the journal is known here.
    journal: String,
    number: i64,
    /// When it came first (RFC 3339).
    received_at: String,
    /// Whether it was known already.
    known: bool,
    /// What is signed.
    statement: String,
    key_id: String,
    /// Ed25519, in hexadecimal digits.
    signature: String,
}

/// A journal of another server, as it is known here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WitnessedJournal)]
pub(super) struct WitnessedJournalView {
    /// The short name of its first key.
    journal: String,
    /// Whom its first checkpoint came from.
    sender: String,
    /// When that was (RFC 3339).
    first_at: String,
    /// Grows when it is let begin anew.
    epoch: i64,
    /// The number of its newest checkpoint.
    checkpoint: Option<i64>,
    /// The last fact under it.
    seq: Option<i64>,
    /// When it came (RFC 3339).
    received_at: Option<String>,
    /// From which address.
    source: Option<String>,
    /// When it last contradicted itself (RFC 3339).
    contradicted_at: Option<String>,
    /// How: `fork`, `rolled_back` or `keys_swapped`.
    contradiction: Option<String>,
}

/// A checkpoint that is remembered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Witnessed)]
pub(super) struct WitnessedView {
    number: i64,
    seq: i64,
    /// The line itself.
    line: String,
    /// Checkpoints before it that were never told.
    skipped: i64,
    /// When it came (RFC 3339).
    received_at: String,
    /// From whom.
    sender: String,
    /// From which address.
    source: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckpointsQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500; 50 when not given.
    limit: Option<u32>,
}

/// Why a journal may begin anew.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WitnessBeginning)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginBody {
    /// 1 to 500 characters.
    reason: String,
}

/// Takes a checkpoint of the caller's own journal, and remembers it. One that contradicts what the
/// journal said before is refused and is a fact here.
#[utoipa::path(post, path = "/api/v1/journal/witnessed", tag = "journal",
    request_body = CheckpointBody,
    responses((status = 200, body = ReceiptView),
        (status = 409, description = "it contradicts what the journal said before")))]
pub(super) async fn take(
    State(witness): State<Witness>,
    Who(caller): Who,
    Body(body): Body<CheckpointBody>,
) -> Result<Json<ReceiptView>, Problem> {
    let keys: Vec<KeyEntry> = body.keys.into_iter().map(KeyEntry::from).collect();
    let receipt = witness.take(&caller, &body.checkpoint, &keys).await.map_err(Fault::from)?;
    Ok(Json(receipt.into()))
}

/// The journals of other servers that this one is a witness of. Needs the permission everywhere.
#[utoipa::path(get, path = "/api/v1/journal/witnessed", tag = "journal",
    responses((status = 200, body = PageView<WitnessedJournalView>)))]
pub(super) async fn journals(
    State(witness): State<Witness>,
    Who(caller): Who,
) -> Result<PageView<WitnessedJournalView>, Problem> {
    let journals = witness.journals(&caller).await.map_err(Fault::from)?;
    Ok(PageView::whole(journals.into_iter().map(WitnessedJournalView::from).collect()))
}

/// The checkpoints that are remembered of a journal since it last began anew, by number. Needs the
/// permission everywhere.
#[utoipa::path(get, path = "/api/v1/journal/witnessed/{journal}", tag = "journal",
    params(("journal" = String, Path, description = "the short name of its first key"),
        CheckpointsQuery),
    responses((status = 200, body = PageView<WitnessedView>), (status = 404)))]
pub(super) async fn checkpoints(
    State(witness): State<Witness>,
    Who(caller): Who,
    Path(journal): Path<String>,
    Query(query): Query<CheckpointsQuery>,
) -> Result<PageView<WitnessedView>, Problem> {
    let page = PageRequest { after: query.after, limit: query.limit }.checked()?;
    let found = witness.checkpoints(&caller, &journal, &page).await.map_err(Fault::from)?;
    Ok(PageView::of(found, WitnessedView::from))
}

/// Lets a witnessed journal begin anew, as after its server was restored from a backup: its next
/// checkpoint is taken whatever it says. What is remembered stays.
#[utoipa::path(post, path = "/api/v1/journal/witnessed/{journal}/anew", tag = "journal",
    params(("journal" = String, Path, description = "the short name of its first key")),
    request_body = BeginBody, responses((status = 204), (status = 404)))]
pub(super) async fn begin_anew(
    State(witness): State<Witness>,
    Who(caller): Who,
    Path(journal): Path<String>,
    Body(body): Body<BeginBody>,
) -> Result<StatusCode, Problem> {
    witness.begin_anew(&caller, &journal, &body.reason).await.map_err(Fault::from)?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<KeyBody> for KeyEntry {
    fn from(body: KeyBody) -> Self {
        Self {
            number: body.number,
            id: body.id,
            public_key: body.public_key,
            previous_id: body.previous_id,
            from_seal: body.from_seal,
            since: body.since,
            signature: body.signature,
            previous_signature: body.previous_signature,
        }
    }
}

impl From<Receipt> for ReceiptView {
    fn from(receipt: Receipt) -> Self {
        let (key_id, signature) = receipt.signed;
        Self {
            journal: receipt.journal,
            number: receipt.number,
            received_at: receipt.received_at.to_string(),
            known: receipt.known,
            statement: receipt.statement,
            key_id,
            signature,
        }
    }
}

impl From<WitnessedJournal> for WitnessedJournalView {
    fn from(journal: WitnessedJournal) -> Self {
        Self {
            journal: journal.journal,
            sender: journal.sender,
            first_at: journal.first_at.to_string(),
            epoch: journal.epoch,
            checkpoint: journal.newest.as_ref().map(|newest| newest.number),
            seq: journal.newest.map(|newest| newest.seq),
            received_at: journal.received_at.map(|at| at.to_string()),
            source: journal.source,
            contradicted_at: journal.contradicted_at.map(|at| at.to_string()),
            contradiction: journal.contradiction,
        }
    }
}

impl From<Witnessed> for WitnessedView {
    fn from(witnessed: Witnessed) -> Self {
        Self {
            number: witnessed.checkpoint.number,
            seq: witnessed.checkpoint.seq,
            line: witnessed.checkpoint.to_string(),
            skipped: witnessed.skipped,
            received_at: witnessed.received_at.to_string(),
            sender: witnessed.sender,
            source: witnessed.source,
        }
    }
}
