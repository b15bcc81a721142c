//! What tests need: a clock that stands still until it is told to move, ids that can be foreseen,
//! records that are thrown away, certificates of any kind, servers of mail, and a client that
//! calls routes as anybody. Never shipped.

mod certificate;
mod client;
mod clock;
mod cluster;
mod mail_servers;
mod object_store;
mod ports;
mod postgres;
mod records;

pub use certificate::{Certificate, Shown, TlsPort};
pub use client::{Answer, Client, StandInGate, administrator_grant, stack, viewer_grant};
pub use clock::{ManualClock, ManualTimer, SeededIds};
pub use cluster::Cluster;
pub use mail_servers::{Dovecot, Postfix};
pub use object_store::ObjectStore;
pub use ports::{free_address, free_port};
pub use postgres::Scratch;
pub use records::{TemporaryDb, temporary_db};
