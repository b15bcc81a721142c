use db::{DbError, Tx};
use kernel::{Caller, Cause, Fact, FactSeq, Time};
use serde::Serialize;
use serde_json::Value;

/// A fact on its way into the journal: who did it, when, and what it looked like before and after.
#[derive(Debug)]
pub struct Entry<'a, F: Fact> {
    caller: &'a Caller,
    at: Time,
    fact: &'a F,
    before: Option<Value>,
    after: Option<Value>,
    cause: Cause,
}

impl<'a, F: Fact> Entry<'a, F> {
    /// `caller` did `fact` at `at`.
    pub fn new(caller: &'a Caller, at: Time, fact: &'a F) -> Self {
        Self { caller, at, fact, before: None, after: None, cause: Cause::default() }
    }

    /// What the subject was like before. Never give a secret: the row is read by many.
    #[must_use]
    pub fn before(mut self, before: &impl Serialize) -> Self {
        self.before = serde_json::to_value(before).ok();
        self
    }

    /// What the subject is like now.
    #[must_use]
    pub fn after(mut self, after: &impl Serialize) -> Self {
        self.after = serde_json::to_value(after).ok();
        self
    }

    /// The fact that led to it.
    #[must_use]
    pub fn because_of(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }
}

const NEXT_SEQ: &str = "
    UPDATE journal_counter
    SET seq = seq + 1
    WHERE id = 1
    RETURNING seq";

const INSERT: &str = "
    INSERT INTO journal_row (
        seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id, subject_name,
        resource_id, before, after, detail, cause, request_id, source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// Writes the fact in `tx`: it is there exactly if the change is.
///
/// Errors: [`DbError::JournalUnwritable`], [`DbError::Sql`]; the caller must then not commit: what
/// cannot be audited does not happen.
pub async fn append<F: Fact>(tx: &mut Tx, entry: Entry<'_, F>) -> Result<FactSeq, DbError> {
    let subject = entry.fact.subject();
    let detail = serde_json::to_string(entry.fact).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let seq: i64 = sqlx::query_scalar(NEXT_SEQ)
        .fetch_one(tx.connection())
        .await
        .map_err(DbError::of_journal)?;
    sqlx::query(INSERT)
        .bind(seq)
        .bind(entry.at.micros())
        .bind(entry.caller.actor.kind.name())
        .bind(entry.caller.actor.id.as_str())
        .bind(entry.caller.actor.name.as_str())
        .bind(F::VERB)
        .bind(subject.kind)
        .bind(subject.id)
        .bind(subject.name)
        .bind(entry.fact.resource_id())
        .bind(entry.before.map(|value| value.to_string()))
        .bind(entry.after.map(|value| value.to_string()))
        .bind(detail)
        .bind(entry.cause.0.map(|seq| seq.0))
        .bind(entry.caller.request_id.as_str())
        .bind(entry.caller.source.as_str())
        .execute(tx.connection())
        .await
        .map_err(DbError::of_journal)?;
    Ok(FactSeq(seq))
}
