use kernel::{Fact, Subject, Text};
use serde::{Deserialize, Serialize};

use super::{Discovered, Owner};

/// A discovered service as a fact tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceNoted {
    /// The discovered service.
    pub service_id: String,
    /// What people call it: `nginx :8080`.
    pub service_name: String,
    /// The host.
    pub host_resource_id: String,
    /// `tcp` or `udp`.
    pub proto: String,
    /// The port.
    pub port: u16,
    /// Where it listens.
    pub addresses: Vec<String>,
    /// The kind of service, or `unknown`.
    pub kind: String,
    /// The kind's name for people.
    pub title: Text,
    /// The process behind it.
    pub process: Option<Owner>,
    /// The resource it became.
    pub resource_id: Option<String>,
    /// The check that watches it.
    pub check_id: Option<String>,
}

/// A service was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDiscovered(pub ServiceNoted);

/// A discovered service became a resource, and its check began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccepted(pub ServiceNoted);

/// Somebody does not want to hear of a discovered service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDismissed(pub ServiceNoted);

/// A service listens no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLost(pub ServiceNoted);

/// A service listens again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceReturned(pub ServiceNoted);

/// A discovered service is another resource, or on another host now: the two were found to be one,
/// or two after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceMoved(pub ServiceNoted);

impl ServiceNoted {
    /// What there is to tell of `item`.
    #[must_use]
    pub fn of(item: &Discovered) -> Self {
        Self {
            service_id: item.id.to_string(),
            service_name: item.display_name(),
            host_resource_id: item.host_resource_id.to_string(),
            proto: item.key.proto.to_owned(),
            port: item.key.port,
            addresses: item.addresses.iter().map(ToString::to_string).collect(),
            kind: item.kind.clone(),
            title: item.title.clone(),
            process: item.process.clone(),
            resource_id: item.resource_id.map(|id| id.to_string()),
            check_id: item.check_id.map(|id| id.to_string()),
        }
    }

    fn subject(&self) -> Subject {
        Subject::new("service", &self.service_id, self.service_name.clone())
    }

    /// Before it is a resource of its own, a service is the host's business.
    fn concerned(&self) -> Option<String> {
        Some(self.resource_id.clone().unwrap_or_else(|| self.host_resource_id.clone()))
    }
}

impl Fact for ServiceDiscovered {
    const VERB: &'static str = "service.discovered";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.concerned()
    }
}

impl Fact for ServiceAccepted {
    const VERB: &'static str = "service.accepted";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.concerned()
    }
}

impl Fact for ServiceDismissed {
    const VERB: &'static str = "service.dismissed";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.concerned()
    }
}

impl Fact for ServiceLost {
    const VERB: &'static str = "service.lost";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.concerned()
    }
}

impl Fact for ServiceReturned {
    const VERB: &'static str = "service.returned";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.concerned()
    }
}

impl Fact for ServiceMoved {
    const VERB: &'static str = "service.moved";

    fn subject(&self) -> Subject {
        self.0.subject()
    }

    fn resource_id(&self) -> Option<String> {
        self.0.concerned()
    }
}
