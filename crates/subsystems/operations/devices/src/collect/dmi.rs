//! What the firmware says about the machine, from `/sys/class/dmi/id`. Source: SMBIOS (DMTF
//! DSP0134), kernel's sysfs-class-dmi.

use super::error::CollectError;
use super::reading::Reading;
use super::roots::{Roots, attribute};

/// Label and file of `node_dmi_info`, in the labels' order.
const LABELS: [(&str, &str); 20] = [
    ("bios_date", "bios_date"),
    ("bios_release", "bios_release"),
    ("bios_vendor", "bios_vendor"),
    ("bios_version", "bios_version"),
    ("board_asset_tag", "board_asset_tag"),
    ("board_name", "board_name"),
    ("board_serial", "board_serial"),
    ("board_vendor", "board_vendor"),
    ("board_version", "board_version"),
    ("chassis_asset_tag", "chassis_asset_tag"),
    ("chassis_serial", "chassis_serial"),
    ("chassis_vendor", "chassis_vendor"),
    ("chassis_version", "chassis_version"),
    ("product_family", "product_family"),
    ("product_name", "product_name"),
    ("product_serial", "product_serial"),
    ("product_sku", "product_sku"),
    ("product_uuid", "product_uuid"),
    ("product_version", "product_version"),
    ("system_vendor", "sys_vendor"),
];

/// Reads one value; `None` where it is missing, empty, or readable by root only.
pub(crate) fn value(roots: &Roots, file: &str) -> Option<String> {
    attribute(&roots.sys.join("class/dmi/id").join(file))
}

/// Adds `node_dmi_info`. Errors: absent on machines without SMBIOS (many ARM boards, micro-VMs).
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let folder = roots.sys.join("class/dmi/id");
    if !folder.is_dir() {
        return Err(CollectError::Absent { what: folder.display().to_string() });
    }
    let labels =
        LABELS.iter().filter_map(|(label, file)| Some((*label, value(roots, file)?))).collect();
    out.push(Reading::with("node_dmi_info", labels, 1.0));
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn readable_values_become_labels() {
        let machine = Fixture::new()
            .with("sys/class/dmi/id/sys_vendor", "Dell Inc.\n")
            .with("sys/class/dmi/id/product_name", "PowerEdge R650\n")
            .with("sys/class/dmi/id/product_serial", "\n");
        expect![[r#"
            node_dmi_info{product_name="PowerEdge R650",system_vendor="Dell Inc."} 1
        "#]]
        .assert_eq(&machine.render(collect));
        let none = Fixture::new().render(collect);
        assert_eq!(none, "find sys/class/dmi/id: this machine has none\n");
    }
}
