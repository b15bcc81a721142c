//! What happens to destinations, as the journal tells it: never a sample or a secret.

use kernel::{Fact, Subject};
use serde::Serialize;

use crate::{Destination, DestinationId, DestinationSettings};

/// What the journal keeps of a destination. Settings name a secret by id and hold none.
#[derive(Debug, Clone, Serialize)]
pub struct DestinationSnapshot {
    name: String,
    settings: DestinationSettings,
    enabled: bool,
}

impl From<&Destination> for DestinationSnapshot {
    fn from(destination: &Destination) -> Self {
        let Destination { name, settings, enabled, .. } = destination.clone();
        Self { name, settings, enabled }
    }
}

/// A destination was made.
#[derive(Debug, Clone, Serialize)]
pub struct DestinationCreated {
    /// Its id.
    pub destination_id: DestinationId,
    /// Its name.
    pub name: String,
}

/// A destination was changed.
#[derive(Debug, Clone, Serialize)]
pub struct DestinationChanged {
    /// Its id.
    pub destination_id: DestinationId,
    /// Its name now.
    pub name: String,
}

/// A destination was removed; what waited for it was given up.
#[derive(Debug, Clone, Serialize)]
pub struct DestinationRemoved {
    /// Its id.
    pub destination_id: DestinationId,
    /// Its name.
    pub name: String,
    /// How many samples waited.
    pub samples_waiting: u64,
}

/// A destination refused samples for good. Told once until the destination is changed or the
/// server restarts: figures tell how many.
#[derive(Debug, Clone, Serialize)]
pub struct DestinationRefused {
    /// Its id.
    pub destination_id: DestinationId,
    /// Its name.
    pub name: String,
    /// How many of the first request that was refused.
    pub samples: u64,
    /// The status it answered with.
    pub status: u16,
    /// What it said, shortened.
    pub said: String,
}

/// The queue of a destination dropped samples that it could keep no longer. Told once, as above.
#[derive(Debug, Clone, Serialize)]
pub struct DestinationDropped {
    /// Its id.
    pub destination_id: DestinationId,
    /// Its name.
    pub name: String,
    /// How many until now, because the queue was full.
    pub full: u64,
    /// How many until now, because they had waited too long.
    pub old: u64,
    /// How many until now, because the disk refused or damaged them.
    pub disk: u64,
}

impl Fact for DestinationCreated {
    const VERB: &'static str = "destination.created";

    fn subject(&self) -> Subject {
        subject(self.destination_id, &self.name)
    }
}

impl Fact for DestinationChanged {
    const VERB: &'static str = "destination.changed";

    fn subject(&self) -> Subject {
        subject(self.destination_id, &self.name)
    }
}

impl Fact for DestinationRemoved {
    const VERB: &'static str = "destination.removed";

    fn subject(&self) -> Subject {
        subject(self.destination_id, &self.name)
    }
}

impl Fact for DestinationRefused {
    const VERB: &'static str = "destination.refused";

    fn subject(&self) -> Subject {
        subject(self.destination_id, &self.name)
    }
}

impl Fact for DestinationDropped {
    const VERB: &'static str = "destination.dropped";

    fn subject(&self) -> Subject {
        subject(self.destination_id, &self.name)
    }
}

fn subject(id: DestinationId, name: &str) -> Subject {
    Subject::new("destination", id, name)
}
