use db::DbError;
use kernel::{Actor, ActorKind, FactSeq, Subject, Time};
use serde_json::Value;
use sqlx::{Row as _, any::AnyRow};

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
        let kind: String = row.try_get("actor_kind")?;
        let json = |column: &str| -> Result<Option<Value>, DbError> {
            let text: Option<String> = row.try_get(column)?;
            Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
        };
        Ok(Self {
            seq: FactSeq(row.try_get("seq")?),
            at: Time::from_micros(row.try_get("at")?),
            actor: Actor {
                kind: ActorKind::from_name(&kind).unwrap_or(ActorKind::System),
                id: row.try_get("actor_id")?,
                name: row.try_get("actor_name")?,
            },
            verb: row.try_get("verb")?,
            subject: Subject {
                kind: row.try_get("subject_kind")?,
                id: row.try_get("subject_id")?,
                name: row.try_get("subject_name")?,
            },
            resource_id: row.try_get("resource_id")?,
            before: json("before")?,
            after: json("after")?,
            detail: json("detail")?.unwrap_or(Value::Null),
            cause: row.try_get::<Option<i64>, _>("cause")?.map(FactSeq),
            request_id: row.try_get("request_id")?,
            source: row.try_get("source")?,
        })
    }
}
