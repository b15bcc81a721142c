//! The verbs: load → permit → decide → save → journal, in one transaction.

mod attach;
mod change;
mod collect;
mod create;
mod expire;
mod keys;
mod move_over;
mod read;
mod reveal;
mod scan;
mod seals;
mod subject;

pub use attach::Upload;
pub use subject::{AttachmentSubject, SubjectFuture};

use kernel::{Caller, Permission, Place, Text};

use crate::VaultError;

/// What a batch of upkeep did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// Things done.
    pub done: u64,
    /// Things left to do.
    pub left: u64,
    /// A sentence, where the numbers do not say it.
    pub message: Option<Text>,
}

/// Errors: [`VaultError::NotAllowed`].
fn permit_at(caller: &Caller, permission: Permission, place: &Place<'_>) -> Result<(), VaultError> {
    if caller.may_at(permission, place) { Ok(()) } else { Err(VaultError::NotAllowed(permission)) }
}
