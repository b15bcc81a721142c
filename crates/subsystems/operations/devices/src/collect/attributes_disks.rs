//! The disks of this machine, from `/sys/block`. Source: kernel's sysfs-block.

use serde::Serialize;

use super::diskstats::ignored;
use super::roots::{Roots, attribute, names};

/// Bytes of a sector in `size`, whatever the disk's own sector size is.
const SECTOR_BYTES: u64 = 512;

/// One disk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiskAttributes {
    /// Name of the device, `sda`.
    pub name: String,
    /// What its maker calls it; virtual disks have none.
    pub model: Option<String>,
    /// Serial number where the driver tells it.
    pub serial: Option<String>,
    /// Size.
    pub size_bytes: u64,
    /// Turns (a hard disk) or does not (flash); `None` where the driver does not say.
    pub rotational: Option<bool>,
}

/// Reads every disk with a size; loop and RAM disks are none.
pub(crate) fn read(roots: &Roots) -> Vec<DiskAttributes> {
    let folder = roots.sys.join("block");
    let devices = names(&folder).unwrap_or_default();
    let disks = devices.into_iter().filter(|name| !ignored(name)).map(|name| {
        let value = |file: &str| attribute(&folder.join(&name).join(file));
        let sectors: u64 = value("size").and_then(|text| text.parse().ok()).unwrap_or(0);
        DiskAttributes {
            model: value("device/model"),
            serial: value("device/serial").or_else(|| value("serial")),
            size_bytes: sectors.saturating_mul(SECTOR_BYTES),
            rotational: value("queue/rotational").map(|text| text == "1"),
            name,
        }
    });
    disks.filter(|disk| disk.size_bytes > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn disks_with_a_size_are_read() {
        let machine = Fixture::new()
            .with("sys/block/sda/size", "1953525168\n")
            .with("sys/block/sda/device/model", "EVO 870   \n")
            .with("sys/block/sda/queue/rotational", "0\n")
            .with("sys/block/sr0/size", "0\n")
            .with("sys/block/loop0/size", "100\n");
        let disk = DiskAttributes {
            name: "sda".into(),
            model: Some("EVO 870".into()),
            serial: None,
            size_bytes: 1_000_204_886_016,
            rotational: Some(false),
        };
        assert_eq!(read(&machine.roots()), [disk]);
        assert_eq!(read(&Fixture::new().roots()), []);
    }
}
