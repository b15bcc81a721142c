use kernel::{Fault, Text, Time};
use serde::Serialize;

use super::parts::ScheduleParts;

/// The longest reason.
const REASON_MAX: usize = 500;

/// What people decided about a job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct JobSetting {
    /// Grows with every change; 0 when nothing was ever decided.
    pub(crate) version: i64,
    /// The schedule in place of the one the program brings.
    pub(crate) schedule: Option<ScheduleParts>,
    /// Since when it is paused, and why.
    pub(crate) paused: Option<Pause>,
    /// How many runs were asked for by hand.
    pub(crate) requested: i64,
}

/// A job that does not run by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Pause {
    /// Why.
    pub(crate) reason: String,
    /// Who paused it.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Time,
}

/// The reason of a pause.
///
/// Errors: [`Fault`] naming `reason`.
pub(crate) fn reason(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if (1..=REASON_MAX).contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(Fault::invalid("reason", text, Text::new("1 to 500 characters", "1 到 500 个字符")))
}
