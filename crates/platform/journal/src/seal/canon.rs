use db::DbError;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};

/// What every row's bytes begin with: bytes made for another purpose never pass for a row.
const DOMAIN: &[u8] = b"mainstay journal row 1\0";

/// A row with its texts as they stand in the table: this, and not what they mean, is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRow {
    /// Its number.
    pub seq: i64,
    /// When it happened, in UTC µs.
    pub at: i64,
    /// The sort of actor.
    pub actor_kind: String,
    /// The actor's id.
    pub actor_id: String,
    /// The actor's name.
    pub actor_name: String,
    /// What happened.
    pub verb: String,
    /// The subject's kind.
    pub subject_kind: String,
    /// The subject's id.
    pub subject_id: String,
    /// The subject's name.
    pub subject_name: String,
    /// The resource it concerns.
    pub resource_id: Option<String>,
    /// JSON of the subject before.
    pub before: Option<String>,
    /// JSON of the subject after.
    pub after: Option<String>,
    /// JSON of the fact's own fields.
    pub detail: String,
    /// The row that led to it.
    pub cause: Option<i64>,
    /// The request.
    pub request_id: String,
    /// The address it came from.
    pub source: String,
}

impl RawRow {
    pub(crate) fn read(row: &AnyRow) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.try_get("seq")?,
            at: row.try_get("at")?,
            actor_kind: row.try_get("actor_kind")?,
            actor_id: row.try_get("actor_id")?,
            actor_name: row.try_get("actor_name")?,
            verb: row.try_get("verb")?,
            subject_kind: row.try_get("subject_kind")?,
            subject_id: row.try_get("subject_id")?,
            subject_name: row.try_get("subject_name")?,
            resource_id: row.try_get("resource_id")?,
            before: row.try_get("before")?,
            after: row.try_get("after")?,
            detail: row.try_get("detail")?,
            cause: row.try_get("cause")?,
            request_id: row.try_get("request_id")?,
            source: row.try_get("source")?,
        })
    }

    /// Writes the bytes that are sealed over `out`: numbers as 8 bytes with the highest first,
    /// texts with their length before them, what may be absent with a byte that says whether it
    /// is. No two different rows have the same bytes.
    pub(crate) fn write_canonical(&self, out: &mut Vec<u8>) {
        out.clear();
        out.extend_from_slice(DOMAIN);
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.at.to_be_bytes());
        for text in [&self.actor_kind, &self.actor_id, &self.actor_name, &self.verb] {
            push_text(out, text);
        }
        for text in [&self.subject_kind, &self.subject_id, &self.subject_name] {
            push_text(out, text);
        }
        for text in [&self.resource_id, &self.before, &self.after] {
            push_optional(out, text.as_deref());
        }
        push_text(out, &self.detail);
        match self.cause {
            None => out.push(0),
            Some(cause) => {
                out.push(1);
                out.extend_from_slice(&cause.to_be_bytes());
            }
        }
        push_text(out, &self.request_id);
        push_text(out, &self.source);
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn push_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            out.push(1);
            push_text(out, text);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(seq: i64) -> RawRow {
        RawRow {
            seq,
            at: 1_800_000_000_000_000 + seq,
            actor_kind: "person".into(),
            actor_id: "u1".into(),
            actor_name: "Ada".into(),
            verb: "lamp.lit".into(),
            subject_kind: "lamp".into(),
            subject_id: "l1".into(),
            subject_name: "lamp".into(),
            resource_id: Some("r1".into()),
            before: None,
            after: Some("{}".into()),
            detail: "{}".into(),
            cause: None,
            request_id: "q".into(),
            source: "::1".into(),
        }
    }

    fn bytes(row: &RawRow) -> Vec<u8> {
        let mut out = Vec::new();
        row.write_canonical(&mut out);
        out
    }

    #[test]
    fn moving_a_letter_between_two_texts_changes_the_bytes() {
        let (mut left, mut right) = (row(1), row(1));
        left.actor_id = "ab".into();
        left.actor_name = "c".into();
        right.actor_id = "a".into();
        right.actor_name = "bc".into();
        assert_ne!(bytes(&left), bytes(&right));
    }

    #[test]
    fn absent_is_not_empty() {
        let mut empty = row(1);
        empty.before = Some(String::new());
        assert_ne!(bytes(&empty), bytes(&row(1)));
        let mut zero = row(1);
        zero.cause = Some(0);
        assert_ne!(bytes(&zero), bytes(&row(1)));
    }
}
