use journal::{ArchiveEntry, CauseNode, Causes, Row, Suspect, Suspects};
use kernel::{Actor, Subject, Time};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::TextView;

/// Whoever did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorView {
    kind: String,
    id: String,
    name: String,
}

/// What it was done to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subject)]
pub(crate) struct SubjectView {
    kind: String,
    id: String,
    name: String,
}

/// One row of the journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fact)]
pub(crate) struct FactView {
    /// Its number; grows by one.
    seq: i64,
    /// When it happened (RFC 3339, UTC).
    at: String,
    actor: ActorView,
    /// What happened, such as `alert.raised`.
    verb: String,
    subject: SubjectView,
    /// The resource it concerns.
    resource_id: Option<String>,
    /// The subject before the change.
    before: Option<Value>,
    /// The subject after the change.
    after: Option<Value>,
    /// The fact's own fields.
    detail: Value,
    /// The number of the fact that led to it.
    cause: Option<i64>,
    request_id: String,
    /// The address the request came from.
    source: String,
}

impl From<Row> for FactView {
    fn from(row: Row) -> Self {
        let Actor { kind, id, name } = row.actor;
        let actor = ActorView { kind: kind.name().to_owned(), id, name };
        let Subject { kind, id, name } = row.subject;
        Self {
            seq: row.seq.0,
            at: row.at.to_string(),
            actor,
            verb: row.verb,
            subject: SubjectView { kind, id, name },
            resource_id: row.resource_id,
            before: row.before,
            after: row.after,
            detail: row.detail,
            cause: row.cause.map(|cause| cause.0),
            request_id: row.request_id,
            source: row.source,
        }
    }
}

/// One page of the journal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FactPage)]
pub(crate) struct FactPageView {
    /// The facts, newest first. A page may be short and still have a next one.
    pub(crate) items: Vec<FactView>,
    /// The key to ask the next page with as `after`; null on the last page.
    pub(crate) next: Option<String>,
    /// Where what is older went, on the last page: facts up to this one are in archive files.
    pub(crate) archived: Option<ArchivedView>,
}

/// Where older facts are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JournalArchived)]
pub(crate) struct ArchivedView {
    /// The last fact that is in an archive file only.
    to_seq: i64,
    /// When the latest of them happened (RFC 3339).
    to_at: String,
    /// The newest file.
    file: String,
}

impl From<ArchiveEntry> for ArchivedView {
    fn from(entry: ArchiveEntry) -> Self {
        let to_at = Time::from_micros(entry.last_at).to_string();
        Self { to_seq: entry.removed_to, to_at, file: entry.file }
    }
}

/// Why a fact came to be, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Causes)]
pub(crate) struct CausesView {
    /// From the first cause to the last effects; each stands under the fact that its `cause`
    /// names.
    nodes: Vec<CauseView>,
    /// Whether there is more than is shown.
    cut: bool,
    /// Whether some of it is not for the caller.
    hidden: bool,
}

/// A fact in a tree of causes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub(crate) struct CauseView {
    /// Steps from the fact asked for: below zero what led to it, above zero what it led to.
    depth: i64,
    fact: FactView,
}

impl From<Causes> for CausesView {
    fn from(causes: Causes) -> Self {
        let view = |node: CauseNode| CauseView { depth: node.depth, fact: node.row.into() };
        let nodes = causes.nodes.into_iter().map(view).collect();
        Self { nodes, cut: causes.cut, hidden: causes.hidden }
    }
}

/// What changed around a resource before it broke.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspects)]
pub(crate) struct SuspectsView {
    /// The likeliest cause first.
    items: Vec<SuspectView>,
    /// Whether there was more than is looked at.
    cut: bool,
}

/// A change that may have led to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suspect)]
pub(crate) struct SuspectView {
    /// 0 to 1: how likely it led to it; the product of the next three.
    score: f64,
    /// What such a change weighs.
    weight: f64,
    /// 1 on the resource itself, less with every relation in between.
    nearness: f64,
    /// 1 at the moment itself, less the longer before.
    recency: f64,
    /// Relations in between.
    distance: u32,
    /// The same in a sentence.
    reason: TextView,
    fact: FactView,
}

impl From<Suspects> for SuspectsView {
    fn from(suspects: Suspects) -> Self {
        let items = suspects.items.into_iter().map(SuspectView::from).collect();
        Self { items, cut: suspects.cut }
    }
}

impl From<Suspect> for SuspectView {
    fn from(suspect: Suspect) -> Self {
        let rank = suspect.rank;
        Self {
            score: rank.score,
            weight: rank.weight,
            nearness: rank.nearness,
            recency: rank.recency,
            distance: suspect.distance,
            reason: rank.reason.into(),
            fact: suspect.row.into(),
        }
    }
}
