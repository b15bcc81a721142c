//! Who does what among several servers: leases with fencing tokens.

mod balance;
mod handle;
mod leases;

pub(crate) use balance::JOB_PREFIX;
pub(crate) use handle::Busy;
pub use handle::{Fence, LeaseHandle};
pub use leases::{LeaseParts, Leases, Sharing};
