//! Mailboxes, the mails that come and go, and which ticket a mail belongs to.

pub(crate) mod answers;
pub(crate) mod fact;
pub(crate) mod fate;
pub(crate) mod mailbox;
pub(crate) mod message;
pub(crate) mod tag;
