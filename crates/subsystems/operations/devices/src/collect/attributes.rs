//! What this machine is, as against what it does: read at the start and now and then.

use std::fs;

use serde::Serialize;

use super::attributes_cpu::{self, CpuAttributes};
use super::attributes_disks::{self, DiskAttributes};
use super::attributes_network::{self, InterfaceAttributes};
use super::attributes_product::{self, ProductAttributes};
use super::os;
use super::roots::{Roots, attribute};
use super::uname;

/// Everything that names and describes the machine. What cannot be read is `None` or empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HostAttributes {
    /// Name of the host.
    pub hostname: String,
    /// Name with its domain, where `/etc/hosts` or the host's name itself tells it.
    pub fqdn: Option<String>,
    /// Identity that lives as long as the installation. Source: machine-id(5).
    pub machine_id: Option<String>,
    /// The operating system.
    pub os: OsAttributes,
    /// Kernel release, `6.1.0-18-amd64`.
    pub kernel_release: String,
    /// Kernel build.
    pub kernel_version: String,
    /// Processor architecture, `x86_64`.
    pub architecture: String,
    /// Start of the machine, UTC seconds.
    pub booted_at_s: Option<i64>,
    /// The processors.
    pub cpu: CpuAttributes,
    /// Memory the kernel manages.
    pub memory_bytes: Option<u64>,
    /// Swap space.
    pub swap_bytes: Option<u64>,
    /// `kvm`, `vmware`, `docker` …; `None` on bare metal, or where nothing tells.
    pub virtualisation: Option<String>,
    /// What the firmware says.
    pub product: ProductAttributes,
    /// `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// Network interfaces with their addresses.
    pub interfaces: Vec<InterfaceAttributes>,
    /// Disks.
    pub disks: Vec<DiskAttributes>,
}

/// The operating system. Source: os-release(5).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OsAttributes {
    /// `debian`.
    pub id: Option<String>,
    /// `Debian GNU/Linux`.
    pub name: Option<String>,
    /// `12`.
    pub version: Option<String>,
    /// `Debian GNU/Linux 12 (bookworm)`.
    pub pretty_name: Option<String>,
}

/// Reads all attributes.
pub(crate) fn read(roots: &Roots) -> HostAttributes {
    let uname = uname::read(roots).ok();
    let hostname = match &uname {
        Some(uname) => uname.nodename.clone(),
        None => attribute(&roots.root.join("etc/hostname")).unwrap_or_default(),
    };
    let release = os::read(roots).unwrap_or_default();
    let cpuinfo = roots.proc_text("cpuinfo").unwrap_or_default();
    let memory = roots.proc_text("meminfo").unwrap_or_default();
    let product = attributes_product::read(roots);
    HostAttributes {
        fqdn: fqdn(roots, &hostname),
        machine_id: attribute(&roots.root.join("etc/machine-id")),
        os: OsAttributes {
            id: release.get("ID").cloned(),
            name: release.get("NAME").cloned(),
            version: release.get("VERSION_ID").cloned(),
            pretty_name: release.get("PRETTY_NAME").cloned(),
        },
        booted_at_s: booted_at_s(roots),
        cpu: attributes_cpu::parse(&cpuinfo),
        memory_bytes: kilobytes(&memory, "MemTotal:"),
        swap_bytes: kilobytes(&memory, "SwapTotal:"),
        virtualisation: attributes_product::virtualisation(roots, &product, &cpuinfo),
        product,
        timezone: timezone(roots),
        interfaces: attributes_network::read(roots),
        disks: attributes_disks::read(roots),
        hostname,
        kernel_release: uname.as_ref().map(|u| u.release.clone()).unwrap_or_default(),
        kernel_version: uname.as_ref().map(|u| u.version.clone()).unwrap_or_default(),
        architecture: uname.map(|u| u.machine).unwrap_or_default(),
    }
}

/// The first name with a point on the line of `/etc/hosts` that has the host's name.
fn fqdn(roots: &Roots, hostname: &str) -> Option<String> {
    if hostname.contains('.') {
        return Some(hostname.to_owned());
    }
    let hosts = roots.root_text("etc/hosts").ok()?;
    hosts.lines().find_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        let names: Vec<&str> = line.split_ascii_whitespace().skip(1).collect();
        if !names.contains(&hostname) {
            return None;
        }
        let of_host = |n: &&str| n.strip_prefix(hostname).is_some_and(|rest| rest.starts_with('.'));
        let full = names.into_iter().find(of_host);
        full.map(str::to_owned)
    })
}

fn booted_at_s(roots: &Roots) -> Option<i64> {
    let stat = roots.proc_text("stat").ok()?;
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

fn kilobytes(meminfo: &str, field: &str) -> Option<u64> {
    let rest = meminfo.lines().find_map(|line| line.strip_prefix(field))?;
    rest.split_ascii_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// `/etc/timezone` where it is, else what `/etc/localtime` points to.
fn timezone(roots: &Roots) -> Option<String> {
    if let Some(zone) = attribute(&roots.root.join("etc/timezone")) {
        return Some(zone);
    }
    let target = fs::read_link(roots.root.join("etc/localtime")).ok()?;
    Some(target.to_str()?.split_once("zoneinfo/")?.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn empty_machine_has_no_attributes_and_no_panic() {
        let host = read(&Fixture::new().roots());
        assert_eq!((host.hostname.as_str(), host.fqdn, host.machine_id), ("", None, None));
        assert_eq!(host.cpu, CpuAttributes::default());
    }

    #[test]
    fn captured_machine_is_described() {
        let machine = Fixture::new()
            .with("proc/cpuinfo", include_str!("captured/cpuinfo.txt"))
            .with("proc/meminfo", "MemTotal: 1024 kB\nSwapTotal: 0 kB\n")
            .with("proc/stat", "btime 1795474820\n")
            .with("root/etc/os-release", include_str!("captured/os_release.txt"))
            .with("root/etc/hostname", "db1\n")
            .with("root/etc/hosts", "127.0.0.1 localhost\n10.0.0.5 db1.example.net db1 # x\n")
            .with("root/etc/timezone", "Asia/Shanghai\n");
        let host = read(&machine.roots());
        assert_eq!(host.hostname, "db1");
        assert_eq!(host.fqdn.as_deref(), Some("db1.example.net"));
        assert_eq!(host.os.pretty_name.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(host.cpu.model.as_deref(), Some("AMD EPYC"));
        assert_eq!((host.cpu.sockets, host.cpu.threads), (1, 2));
        assert_eq!(host.cpu.mhz, Some(2596.13));
        assert_eq!((host.memory_bytes, host.swap_bytes), (Some(1_048_576), Some(0)));
        assert_eq!(host.booted_at_s, Some(1_795_474_820));
        assert_eq!(host.virtualisation.as_deref(), Some("hypervisor"));
        assert_eq!(host.timezone.as_deref(), Some("Asia/Shanghai"));
    }

    #[test]
    fn time_zone_is_also_found_behind_the_link() {
        let machine = Fixture::new().with("root/etc/hostname", "a\n");
        let link = machine.path("root/etc/localtime");
        std::os::unix::fs::symlink("/usr/share/zoneinfo/Europe/Berlin", link).unwrap();
        assert_eq!(read(&machine.roots()).timezone.as_deref(), Some("Europe/Berlin"));
    }
}
