use db::{DbError, Tx};
use kernel::{Caller, Cause, Fact, FactSeq, Time};
use serde::Serialize;

use crate::batch::{Batch, NewRow};

/// A fact on its way into the journal: who did it, when, and what it looked like before and after.
#[derive(Debug)]
pub struct Entry<'a, F: Fact> {
    caller: &'a Caller,
    at: Time,
    fact: &'a F,
    before: Option<String>,
    after: Option<String>,
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
        self.before = serde_json::to_string(before).ok();
        self
    }

    /// What the subject is like now.
    #[must_use]
    pub fn after(mut self, after: &impl Serialize) -> Self {
        self.after = serde_json::to_string(after).ok();
        self
    }

    /// The fact that led to it.
    #[must_use]
    pub fn because_of(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }
}

/// Writes the fact in `tx`: it is there exactly if the change is. Facts of one change are gathered
/// and written together, at the latest when it commits.
///
/// Errors: [`DbError::JournalUnwritable`], [`DbError::Sql`], here or at the commit; the caller must
/// then not commit: what cannot be audited does not happen.
pub async fn append<F: Fact>(tx: &mut Tx, entry: Entry<'_, F>) -> Result<FactSeq, DbError> {
    let subject = entry.fact.subject();
    let detail = serde_json::to_string(entry.fact).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let (batch, connection) = tx.gathered::<Batch>();
    let seq = batch.next_seq(connection).await?;
    let row = NewRow {
        seq,
        at: entry.at.micros(),
        actor_kind: entry.caller.actor.kind.name(),
        actor_id: entry.caller.actor.id.clone(),
        actor_name: entry.caller.actor.name.clone(),
        verb: F::VERB,
        subject,
        resource_id: entry.fact.resource_id(),
        before: entry.before,
        after: entry.after,
        detail,
        cause: entry.cause.0.map(|seq| seq.0),
        request_id: entry.caller.request_id.clone(),
        source: entry.caller.source.clone(),
    };
    batch.add(connection, row).await?;
    Ok(FactSeq(seq))
}
