//! What happens to checks, as the journal tells it.

use kernel::{Fact, Subject, Text, Time};
use serde::{Deserialize, Serialize};

pub use crate::model::CheckState;

/// A check was made. The row's `after` holds its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckCreated {
    /// The check.
    pub check_id: String,
    /// Its name.
    pub check_name: String,
    /// The resource it asks.
    pub resource_id: String,
    /// How it asks.
    pub protocol: String,
    /// Who made it: `manual`, or the part that found it.
    pub source: String,
}

/// A check was changed. The row's `before` and `after` hold its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckChanged {
    /// The check.
    pub check_id: String,
    /// Its name now.
    pub check_name: String,
    /// The resource it asks.
    pub resource_id: String,
    /// Whether it runs now.
    pub enabled: bool,
}

/// A check was removed. The row's `before` holds its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRemoved {
    /// The check.
    pub check_id: String,
    /// Its last name.
    pub check_name: String,
    /// The resource it asked.
    pub resource_id: String,
}

/// A check is of another resource now: the two were found to be one, or two after all. The row's
/// `before` and `after` hold its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckMoved {
    /// The check.
    pub check_id: String,
    /// Its name now.
    pub check_name: String,
    /// The resource it is of now.
    pub resource_id: String,
    /// That resource's name.
    pub resource_name: String,
    /// The resource it was of.
    pub from_resource_id: String,
    /// Whether it runs now.
    pub enabled: bool,
}

/// A check's certain state changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckStateChanged {
    /// The check.
    pub check_id: String,
    /// Its name.
    pub check_name: String,
    /// The resource it asks.
    pub resource_id: String,
    /// That resource's name.
    pub resource_name: String,
    /// How it asks.
    pub protocol: String,
    /// The state before; `pending` when this is the first certain one.
    pub from: CheckState,
    /// The state now.
    pub to: CheckState,
    /// What the check said.
    pub summary: Text,
    /// When the new state began.
    pub since: Time,
}

impl Fact for CheckCreated {
    const VERB: &'static str = "check.created";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, &self.check_name)
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource_id.clone())
    }
}

impl Fact for CheckChanged {
    const VERB: &'static str = "check.changed";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, &self.check_name)
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource_id.clone())
    }
}

impl Fact for CheckMoved {
    const VERB: &'static str = "check.moved";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, &self.check_name)
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource_id.clone())
    }
}

impl Fact for CheckRemoved {
    const VERB: &'static str = "check.removed";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, &self.check_name)
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource_id.clone())
    }
}

impl Fact for CheckStateChanged {
    const VERB: &'static str = "check.state_changed";

    fn subject(&self) -> Subject {
        Subject::new("check", &self.check_id, &self.check_name)
    }

    fn resource_id(&self) -> Option<String> {
        Some(self.resource_id.clone())
    }
}
