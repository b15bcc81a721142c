//! Photos of rounds: the vault is opened before duty, which says whose they are.

use std::sync::OnceLock;

use duty::Duty;
use kernel::Caller;
use vault::{AttachmentSubject, SubjectFuture};

/// Photos of rounds; nobody's until duty is there.
#[derive(Default)]
pub(super) struct RoundPhotos(OnceLock<Duty>);

impl RoundPhotos {
    /// Tells who says whose photos they are.
    pub(super) fn learn(&self, duty: Duty) {
        // The first one that is told stays.
        self.0.get_or_init(|| duty);
    }
}

impl AttachmentSubject for RoundPhotos {
    fn kind(&self) -> &'static str {
        "round"
    }

    fn may_read<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        match self.0.get() {
            Some(duty) => duty.may_read(caller, id),
            None => Box::pin(std::future::ready(Ok(false))),
        }
    }

    fn may_change<'a>(&'a self, caller: &'a Caller, id: &'a str) -> SubjectFuture<'a> {
        match self.0.get() {
            Some(duty) => duty.may_change(caller, id),
            None => Box::pin(std::future::ready(Ok(false))),
        }
    }
}
