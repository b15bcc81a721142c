use std::{net::IpAddr, ops::RangeInclusive};

use kernel::{Id, Text, Time};
use probe::model::{CheckId, ResourceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::known::{Confidence, Transport};

/// The kind of a service that nothing is known of but its process or port.
pub const UNKNOWN_KIND: &str = "unknown";

/// The id of a discovered service.
pub type DiscoveredId = Id<Discovered>;

/// What tells one service of a host from all others of that host.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceKey {
    /// `tcp` or `udp`.
    pub proto: &'static str,
    /// The port.
    pub port: u16,
    /// Kind and process when it was first found, or what was known of the two: `nginx`,
    /// `dns/named`, `tool`, [`UNKNOWN_KIND`]. It stays, even if more becomes known later.
    pub name: String,
}

/// The process that holds the socket; the oldest, if several do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its id.
    pub pid: u32,
    /// Its name, at most 15 bytes.
    pub comm: String,
    /// Its program; none where we may not look.
    pub exe: Option<String>,
    /// Its systemd unit.
    pub unit: Option<String>,
    /// The user it acts as.
    pub user_id: u32,
}

/// A check that fits a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestedCheck {
    /// The protocol's name.
    pub protocol: String,
    /// What to ask, in the protocol's own terms.
    pub spec: Value,
}

/// What people want of a discovered service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiscoveryState {
    /// Nobody has decided yet.
    Suggested,
    /// It is a resource, and watched.
    Accepted,
    /// It is not wanted.
    Dismissed,
}

/// A service that was found listening on a host.
#[derive(Debug, Clone, PartialEq)]
pub struct Discovered {
    /// Its id.
    pub id: DiscoveredId,
    /// The host.
    pub host_resource_id: ResourceId,
    /// What tells it from the host's other services.
    pub key: ServiceKey,
    /// Where it listens, sorted; `0.0.0.0` and `::` stand for all addresses.
    pub addresses: Vec<IpAddr>,
    /// The process behind it; none where we may not look.
    pub process: Option<Owner>,
    /// The kind of service, such as `nginx`; [`UNKNOWN_KIND`] if not known.
    pub kind: String,
    /// The kind's name for people.
    pub title: Text,
    /// How sure the kind is; none if it is not known.
    pub confidence: Option<Confidence>,
    /// The check that fits, if one does.
    pub suggested_check: Option<SuggestedCheck>,
    /// What people want of it.
    pub state: DiscoveryState,
    /// Whether it listened at the last scan.
    pub listening: bool,
    /// The resource it became.
    pub resource_id: Option<ResourceId>,
    /// The check that watches it.
    pub check_id: Option<CheckId>,
    /// When it was first seen.
    pub first_seen_at: Time,
    /// When it was last seen, as last written: up to some minutes old while it listens.
    pub last_seen_at: Time,
}

/// Ports that Linux gives to sockets which ask for none. Source: the kernel's ip-sysctl,
/// `ip_local_port_range`.
const PASSING_PORTS: RangeInclusive<u16> = 32_768..=60_999;

impl Discovered {
    /// Whether it is likely to pass: a program that nobody knows, which nobody starts as a service,
    /// on a port that it was given. To be watched it waits for somebody who wants that, or its end
    /// would be the loudest alarm of the house.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let unit = self.process.as_ref().and_then(|process| process.unit.as_deref());
        // What people start by themselves is in a scope, or below their own manager of services.
        let started =
            unit.is_some_and(|unit| unit.ends_with(".service") && !unit.starts_with("user@"));
        self.confidence.is_none() && !started && PASSING_PORTS.contains(&self.key.port)
    }
}

impl DiscoveryState {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Suggested, Self::Accepted, Self::Dismissed]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

impl Discovered {
    /// What people call it: `nginx :8080`, `DNS :53/udp`.
    #[must_use]
    pub fn display_name(&self) -> String {
        let suffix = if self.key.proto == transport_name(Transport::Udp) { "/udp" } else { "" };
        format!("{} :{}{suffix}", self.title.en, self.key.port)
    }

    /// What tells it from all other services of all hosts: the identity of its resource.
    #[must_use]
    pub fn identity(&self) -> String {
        let ServiceKey { proto, port, name } = &self.key;
        format!("{}/{proto}/{port}/{name}", self.host_resource_id)
    }
}

/// The name of a transport on the wire and in the database.
pub(crate) const fn transport_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tcp => "tcp",
        Transport::Udp => "udp",
    }
}

/// The name of a confidence in the database; empty for none.
pub(crate) const fn confidence_name(confidence: Option<Confidence>) -> &'static str {
    match confidence {
        None => "",
        Some(Confidence::Possible) => "possible",
        Some(Confidence::Likely) => "likely",
        Some(Confidence::Certain) => "certain",
    }
}

/// The confidence of that name; none for any other.
pub(crate) fn confidence_from_name(name: &str) -> Option<Confidence> {
    [Confidence::Possible, Confidence::Likely, Confidence::Certain]
        .into_iter()
        .find(|confidence| confidence_name(Some(*confidence)) == name)
}
