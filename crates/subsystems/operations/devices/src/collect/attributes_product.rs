//! Maker and model of this machine, and whether it is a virtual one.

use serde::Serialize;

use super::dmi;
use super::roots::{Roots, attribute};

/// What the firmware says about the machine; some of it only to root. Source: SMBIOS.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProductAttributes {
    /// Maker.
    pub vendor: Option<String>,
    /// Model.
    pub name: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Identity of the board or virtual machine.
    pub uuid: Option<String>,
    /// Version of the firmware.
    pub firmware_version: Option<String>,
    /// Date of the firmware, as written there.
    pub firmware_date: Option<String>,
}

/// Reads what the firmware says.
pub(crate) fn read(roots: &Roots) -> ProductAttributes {
    ProductAttributes {
        vendor: dmi::value(roots, "sys_vendor"),
        name: dmi::value(roots, "product_name"),
        serial: dmi::value(roots, "product_serial"),
        uuid: dmi::value(roots, "product_uuid"),
        firmware_version: dmi::value(roots, "bios_version"),
        firmware_date: dmi::value(roots, "bios_date"),
    }
}

/// Beginnings of the firmware's vendor or product, and the hypervisor they mean.
const HYPERVISORS: [(&str, &str); 12] = [
    ("KVM", "kvm"),
    ("QEMU", "qemu"),
    ("OpenStack", "kvm"),
    ("VMware", "vmware"),
    ("VirtualBox", "virtualbox"),
    ("innotek", "virtualbox"),
    ("Xen", "xen"),
    ("Virtual Machine", "hyper-v"),
    ("Amazon EC2", "amazon"),
    ("Google", "google"),
    ("Alibaba Cloud", "alibaba"),
    ("Parallels", "parallels"),
];

/// Container first, as it is nearer to us than the hypervisor below it.
pub(crate) fn virtualisation(
    roots: &Roots,
    product: &ProductAttributes,
    cpuinfo: &str,
) -> Option<String> {
    for (file, kind) in [(".dockerenv", "docker"), ("run/.containerenv", "podman")] {
        if roots.root.join(file).exists() {
            return Some(kind.to_owned());
        }
    }
    if let Some(kind) = attribute(&roots.root.join("run/systemd/container"))
        .or_else(|| attribute(&roots.sys.join("hypervisor/type")))
    {
        return Some(kind);
    }
    let told = [product.vendor.as_deref(), product.name.as_deref()];
    for text in told.into_iter().flatten() {
        if let Some((_, kind)) = HYPERVISORS.iter().find(|(start, _)| text.starts_with(start)) {
            return Some((*kind).to_owned());
        }
    }
    let flags = cpuinfo.lines().find(|line| line.starts_with("flags"))?;
    let guest = flags.split_ascii_whitespace().any(|flag| flag == "hypervisor");
    guest.then(|| "hypervisor".to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    fn kind(machine: &Fixture, cpuinfo: &str) -> Option<String> {
        let roots = machine.roots();
        virtualisation(&roots, &read(&roots), cpuinfo)
    }

    #[test]
    fn hypervisor_is_told_by_the_firmware_and_a_container_comes_first() {
        let machine = Fixture::new().with("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n");
        assert_eq!(kind(&machine, "").as_deref(), Some("vmware"));
        let container = machine.with("root/.dockerenv", "");
        assert_eq!(kind(&container, "").as_deref(), Some("docker"));
    }

    #[test]
    fn silent_firmware_leaves_the_processors_flag() {
        let machine = Fixture::new();
        assert_eq!(kind(&machine, "flags : fpu hypervisor\n").as_deref(), Some("hypervisor"));
        assert_eq!(kind(&machine, "flags : fpu\n"), None);
    }
}
