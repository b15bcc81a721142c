use std::time::Duration;

use kernel::{Text, Time};

use super::Standing;
use crate::outcome::Figure;

/// How a check stands, with its last answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckStatus {
    /// How it stands.
    pub standing: Standing,
    /// Its last run; none before the first.
    pub last_run: Option<LastRun>,
}

/// The last run of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct LastRun {
    /// When it began.
    pub at: Time,
    /// How long it took.
    pub duration: Duration,
    /// One line that says what is the matter.
    pub summary: Text,
    /// What was measured.
    pub figures: Vec<Figure>,
}
