use kernel::{Fact, Subject};
use serde::Serialize;

/// How labels of other systems are read was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct EventMappingChanged {
    /// How often it was changed.
    pub(crate) version: i64,
}

impl Fact for EventMappingChanged {
    const VERB: &'static str = "event_mapping.changed";

    fn subject(&self) -> Subject {
        Subject::new("event_mapping", "event_mapping", "event mapping")
    }
}
