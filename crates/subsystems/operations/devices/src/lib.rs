#![doc = include_str!("../README.md")]

pub mod collect;
mod error;
mod model;
mod store;

mod actions;
mod api;
pub mod subsystem;

pub use actions::{
    Host, HostParts, KnownHost, Progress, Vigil, VigilParts, free_bytes, memory_bytes,
    trial_reading,
};
pub use error::DevicesError;
pub use model::{
    ClockJumped, DiskGlance, FileSystemGlance, Glance, GroupBytes, GroupRatio, InterfaceGlance,
    Pressure, ProcessCounts, SocketCounts,
};
