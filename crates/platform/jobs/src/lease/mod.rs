//! Who does what among several servers: leases with fencing tokens.

mod handle;
mod leases;

pub use handle::{Fence, LeaseHandle};
pub use leases::{LeaseParts, Leases, Sharing};
