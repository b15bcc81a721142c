use std::{future::Future, pin::Pin};

use kernel::{Caller, Fault, FieldFault, Text};

use crate::{Vault, VaultError};

/// The answer of a subject.
pub type SubjectFuture<'a> = Pin<Box<dyn Future<Output = Result<bool, Fault>> + Send + 'a>>;

/// What files can be attached to. The crate that owns the thing says who may see and change it.
pub trait AttachmentSubject: Send + Sync {
    /// The noun: `resource`.
    fn kind(&self) -> &'static str;

    /// Whether the thing exists and `caller` may see it.
    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a>;

    /// Whether the thing exists and `caller` may change it.
    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a>;
}

impl Vault {
    /// The owner of things of that kind.
    ///
    /// Errors: [`VaultError::WrongInput`] naming `kind` and the kinds there are.
    pub(super) fn subject(&self, kind: &str) -> Result<&dyn AttachmentSubject, VaultError> {
        let subjects = &self.inner.subjects;
        let found = subjects.iter().find(|subject| subject.kind() == kind);
        found.map(AsRef::as_ref).ok_or_else(|| {
            let kinds: Vec<&str> = subjects.iter().map(|subject| subject.kind()).collect();
            let kinds = kinds.join(", ");
            let expected = Text::new(format!("one of: {kinds}"), format!("以下之一：{kinds}"));
            FieldFault::new("kind", kind, expected).into()
        })
    }
}
