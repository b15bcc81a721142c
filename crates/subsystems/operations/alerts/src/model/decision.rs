use std::time::Duration;

use kernel::Time;

use super::severity::Severity;

/// A value must move by this part of the threshold, or of what was told, to be news.
pub(crate) const NEWS_RATIO: f64 = 0.1;
/// A moved value is news at most this often.
pub(crate) const NEWS_INTERVAL: Duration = Duration::from_secs(300);

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
        /// Since when its condition holds no more, where that must last before it closes.
        quiet_since: Option<Time>,
    },
    /// Its alert is open and its condition holds no more: told apart from the alert that it goes
    /// with, as the records keep it.
    Quiet {
        /// Since then.
        since: Time,
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
    /// The condition of the open alert holds no more from now on; remember it.
    StartQuiet,
    /// An alert opens.
    Open(Reading),
    /// The open alert says something new.
    Update(Reading),
    /// The open alert ends: the subject is well.
    Close,
}
