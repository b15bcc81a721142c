use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, Fact, Time};

use crate::DutyError;

/// On which occasion something is written: who, when, and which fact led to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// Who acts.
    pub(crate) caller: &'a Caller,
    /// When.
    pub(crate) at: Time,
    /// What led to it.
    pub(crate) cause: Cause,
}

impl<'a> Occasion<'a> {
    /// `caller` acts at `at` by itself.
    pub(crate) fn new(caller: &'a Caller, at: Time) -> Self {
        Self { caller, at, cause: Cause::default() }
    }

    /// Writes a fact on this occasion.
    pub(crate) async fn note<F: Fact>(self, tx: &mut Tx, fact: &F) -> Result<(), DutyError> {
        journal::append(tx, Entry::new(self.caller, self.at, fact).because_of(self.cause)).await?;
        Ok(())
    }
}
