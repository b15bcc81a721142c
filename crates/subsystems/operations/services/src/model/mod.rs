//! What listens on a host: nouns and rules; pure.

mod address;
mod candidates;
mod fact;
mod item;
mod reconcile;
mod seen;
mod suggestion;

pub use fact::{
    ServiceAccepted, ServiceDiscovered, ServiceDismissed, ServiceLost, ServiceMoved, ServiceNoted,
    ServiceReturned,
};
pub use item::{
    Discovered, DiscoveredId, DiscoveryState, Owner, ServiceKey, SuggestedCheck, UNKNOWN_KIND,
};
pub use reconcile::{Change, reconcile};
pub use seen::SeenService;

pub(crate) use address::address_to_check;
pub(crate) use candidates::Candidates;
pub(crate) use item::{confidence_from_name, confidence_name, transport_name};
pub(crate) use reconcile::strangers;
pub(crate) use seen::{Sighting, Surroundings, merged, sightings};
pub(crate) use suggestion::cautious;
