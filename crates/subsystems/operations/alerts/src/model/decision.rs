use kernel::Time;

use super::severity::Severity;

/// How one subject of a rule stands: a series, or a check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Standing {
    /// Nothing is known against it.
    Idle,
    /// The condition holds, but not yet for long enough.
    Pending {
        /// Since then.
        since: Time,
    },
    /// An alert is open.
    Open {
        /// What it says.
        reading: Reading,
        /// When it last said something new.
        updated_at: Time,
    },
    /// Its alert was ended by hand while the condition held: it is let alone until it has been
    /// fine once.
    Dismissed {
        /// When that was.
        since: Time,
    },
}

/// What an open alert says about its subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The last known value; none for checks.
    pub(crate) value: Option<f64>,
    /// Whether the subject is silent: nothing says that it is well, so the alert stays.
    pub(crate) no_data: bool,
}

/// What follows from an observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Decision {
    /// Nothing.
    Hold,
    /// The condition holds from now on; remember it.
    StartPending,
    /// Forget what was remembered.
    ClearPending,
    /// An alert opens.
    Open(Reading),
    /// The open alert says something new.
    Update(Reading),
    /// The open alert ends: the subject is well.
    Close,
}
