//! What follows from readings: pure, over plain data.

mod clock_jumped;
mod derived;
mod disks;
mod file_systems;
mod glance;
mod identity;
mod interfaces;
mod rates;
mod snapshot;
mod sorting;
mod timeline;

pub use clock_jumped::ClockJumped;
pub use glance::{
    DiskGlance, FileSystemGlance, Glance, GroupBytes, GroupRatio, InterfaceGlance, Pressure,
    ProcessCounts, SocketCounts,
};

pub(crate) use derived::derived;
pub(crate) use identity::{identity, name, register_attributes};
pub(crate) use snapshot::Snapshot;
pub(crate) use timeline::{Jump, Moment, Timeline};

#[cfg(test)]
pub(crate) use snapshot::tests::snapshot;
