use kernel::{Fact, Subject, Time};
use serde::Serialize;

use super::Jump;

/// Somebody set the clock of a host, or it slept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClockJumped {
    /// The host's resource.
    pub resource: String,
    /// The host's name.
    pub name: String,
    /// What the clock would have shown.
    pub from: Time,
    /// What it shows.
    pub to: Time,
    /// From there to here; below zero when it was set back.
    pub seconds: f64,
}

impl ClockJumped {
    pub(crate) fn new(resource: String, name: &str, jump: Jump) -> Self {
        let Jump { from, to } = jump;
        Self { resource, name: name.to_owned(), from, to, seconds: jump.seconds() }
    }
}

impl Fact for ClockJumped {
    const VERB: &'static str = "clock.jumped";

    fn subject(&self) -> Subject {
        Subject::new("resource", &self.resource, self.name.as_str())
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource.clone())
    }
}
