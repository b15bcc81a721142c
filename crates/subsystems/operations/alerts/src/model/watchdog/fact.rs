use kernel::{Fact, Subject, Text};
use serde::Serialize;

fn subject(word: &'static str) -> Subject {
    Subject::new("watchdog", word, word.replace('_', " "))
}

/// What a watcher outside is asked, or whether, was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OutsideWatcherChanged {
    /// Where it is; never its whole address.
    pub(crate) host: String,
}

impl Fact for OutsideWatcherChanged {
    const VERB: &'static str = "outside_watcher.changed";

    fn subject(&self) -> Subject {
        subject("outside_watcher")
    }
}

/// The watcher outside is not asked any more, because we do not work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OutsideWatcherStopped {
    /// What does not work.
    pub(crate) breaks: Vec<Text>,
}

impl Fact for OutsideWatcherStopped {
    const VERB: &'static str = "outside_watcher.stopped";

    fn subject(&self) -> Subject {
        subject("outside_watcher")
    }
}

/// The watcher outside is asked again: we work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct OutsideWatcherResumed {}

impl Fact for OutsideWatcherResumed {
    const VERB: &'static str = "outside_watcher.resumed";

    fn subject(&self) -> Subject {
        subject("outside_watcher")
    }
}

/// Who gets the heartbeat, or how often, was changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct HeartbeatChanged {
    /// Who gets it, for people.
    pub(crate) recipient_name: String,
}

impl Fact for HeartbeatChanged {
    const VERB: &'static str = "heartbeat.changed";

    fn subject(&self) -> Subject {
        subject("heartbeat")
    }
}
