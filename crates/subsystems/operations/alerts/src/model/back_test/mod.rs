//! What a rule would have done: pure, on what was stored.

mod difference;
mod pages;
mod play;

use kernel::Time;

pub(crate) use difference::{Difference, difference};
pub(crate) use pages::{House, WouldPage, pages};
pub(crate) use play::{Observed, play};

/// An alert that a rule would have opened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WouldAlert {
    /// The series.
    pub(crate) subject: String,
    /// When it would have opened.
    pub(crate) from: Time,
    /// When it would have closed; none: it would be open at the end.
    pub(crate) to: Option<Time>,
    /// The value that opens it.
    pub(crate) value: Option<f64>,
}
