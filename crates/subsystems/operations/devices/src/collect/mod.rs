//! Reading the Linux machine we run on: every ten seconds, all of it, for under 1 % of one core.
//!
//! Names and labels follow node_exporter, so that existing dashboards and rules fit; what it does
//! not have is called `mainstay_…`. Everything is read under [`Roots`], so the same code runs on
//! fixture trees, and one collector that fails hides none of the others.
//!
//! The text of `/proc` is parsed here and not by the crate `procfs`: that one reads fixed paths,
//! drops the fields it does not know (new kernels add some every year), and allocates a struct per
//! line where we need a few numbers. A whole reading here costs a few milliseconds.

mod attributes;
mod attributes_cpu;
mod attributes_disks;
mod attributes_network;
mod attributes_product;
mod collected;
mod collector;
mod conntrack;
mod cpu;
mod diskstats;
mod dmi;
mod entropy;
mod error;
mod filefd;
mod filesystem;
mod filesystem_mounts;
mod filesystem_worker;
#[cfg(test)]
mod fixture;
mod hwmon;
mod loadavg;
mod meminfo;
mod netclass;
mod netdev;
mod netstat;
mod os;
mod parse;
mod pressure;
mod process_groups;
mod process_stat;
mod processes;
mod reading;
mod roots;
mod sockstat;
mod stat;
mod systemd;
mod systemd_command;
mod tcpstat;
mod thermal_zone;
mod time;
mod timex;
mod uname;
mod users;
mod vmstat;

pub use attributes::{HostAttributes, OsAttributes};
pub use attributes_cpu::CpuAttributes;
pub use attributes_disks::DiskAttributes;
pub use attributes_network::InterfaceAttributes;
pub use attributes_product::ProductAttributes;
pub use collected::{CollectFault, Collected, FaultKind};
pub use collector::{Collector, MonotonicClock};
pub use reading::Reading;
pub use roots::Roots;
