use crate::model::fact::Event;

/// A mailbox was made.
#[derive(Debug, Clone)]
pub(crate) struct MailboxCreated;

impl Event for MailboxCreated {
    const VERB: &'static str = "mailbox.created";
}

/// A mailbox was changed.
#[derive(Debug, Clone)]
pub(crate) struct MailboxChanged;

impl Event for MailboxChanged {
    const VERB: &'static str = "mailbox.changed";
}

/// A mailbox was removed.
#[derive(Debug, Clone)]
pub(crate) struct MailboxRemoved;

impl Event for MailboxRemoved {
    const VERB: &'static str = "mailbox.removed";
}

/// A mailbox cannot be read.
#[derive(Debug, Clone)]
pub(crate) struct MailboxFailed;

impl Event for MailboxFailed {
    const VERB: &'static str = "mailbox.failed";
}

/// A mailbox can be read again.
#[derive(Debug, Clone)]
pub(crate) struct MailboxRecovered;

impl Event for MailboxRecovered {
    const VERB: &'static str = "mailbox.recovered";
}

/// A mail is nobody's: somebody must look at it.
#[derive(Debug, Clone)]
pub(crate) struct MailSetAside;

impl Event for MailSetAside {
    const VERB: &'static str = "mail.set_aside";
}

/// Somebody looked at a mail that was set aside, and nothing follows.
#[derive(Debug, Clone)]
pub(crate) struct MailDismissed;

impl Event for MailDismissed {
    const VERB: &'static str = "mail.dismissed";
}

/// A mail about a ticket did not arrive.
#[derive(Debug, Clone)]
pub(crate) struct TicketMailBounced;

impl Event for TicketMailBounced {
    const VERB: &'static str = "ticket.mail_bounced";
}
