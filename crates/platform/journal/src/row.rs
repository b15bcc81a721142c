use db::DbError;
use kernel::{Actor, ActorKind, FactSeq, Subject, Time};
use serde_json::Value;
use sqlx::any::AnyRow;

use crate::RawRow;

/// One fact as the journal keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its number.
    pub seq: FactSeq,
    /// When it happened.
    pub at: Time,
    /// Who did it.
    pub actor: Actor,
    /// What happened: `alert.raised`.
    pub verb: String,
    /// To what.
    pub subject: Subject,
    /// The resource it concerns, if it concerns one.
    pub resource_id: Option<String>,
    /// The subject before.
    pub before: Option<Value>,
    /// The subject after.
    pub after: Option<Value>,
    /// The fact's own fields.
    pub detail: Value,
    /// The fact that led to it.
    pub cause: Option<FactSeq>,
    /// The request in which it happened; empty for the system's own.
    pub request_id: String,
    /// Where the request came from.
    pub source: String,
}

impl Row {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, DbError> {
        Ok(RawRow::read(row)?.into())
    }
}

impl From<RawRow> for Row {
    fn from(raw: RawRow) -> Self {
        let json = |text: String| serde_json::from_str(&text).ok();
        Self {
            seq: FactSeq(raw.seq),
            at: Time::from_micros(raw.at),
            actor: Actor {
                kind: ActorKind::from_name(&raw.actor_kind).unwrap_or(ActorKind::System),
                id: raw.actor_id,
                name: raw.actor_name,
            },
            verb: raw.verb,
            subject: Subject { kind: raw.subject_kind, id: raw.subject_id, name: raw.subject_name },
            resource_id: raw.resource_id,
            before: raw.before.and_then(json),
            after: raw.after.and_then(json),
            detail: json(raw.detail).unwrap_or(Value::Null),
            cause: raw.cause.map(FactSeq),
            request_id: raw.request_id,
            source: raw.source,
        }
    }
}
