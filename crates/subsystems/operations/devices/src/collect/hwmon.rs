//! Temperatures of the hardware monitors, from `/sys/class/hwmon`. Source: kernel's
//! hwmon/sysfs-interface.rst.

use std::path::Path;

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::{Roots, attribute, names};

/// End of the file's name and metric; all in thousandths of a degree Celsius.
const FILES: [(&str, &str); 3] = [
    ("_input", "node_hwmon_temp_celsius"),
    ("_max", "node_hwmon_temp_max_celsius"),
    ("_crit", "node_hwmon_temp_crit_celsius"),
];

/// Adds `node_hwmon_temp_*celsius{chip,sensor}`, and the names of chips and sensors.
///
/// Errors: absent where the machine has no monitors (virtual ones).
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let folder = roots.sys.join("class/hwmon");
    for monitor in names(&folder)? {
        add(&folder.join(&monitor), &monitor, out)?;
    }
    Ok(())
}

fn add(monitor: &Path, monitor_name: &str, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let name = attribute(&monitor.join("name")).map(|name| clean(&name));
    let chip = chip(monitor).or_else(|| name.clone()).unwrap_or_else(|| clean(monitor_name));
    if let Some(name) = name {
        let labels = vec![("chip", chip.clone()), ("chip_name", name)];
        out.push(Reading::with("node_hwmon_chip_names", labels, 1.0));
    }
    for file in names(monitor)? {
        let Some((sensor, _)) = file.split_once('_').filter(|(s, _)| s.starts_with("temp")) else {
            continue;
        };
        let Some(value) = attribute(&monitor.join(&file)) else { continue };
        let labels = vec![("chip", chip.clone()), ("sensor", sensor.to_owned())];
        if file.ends_with("_label") {
            let labels = labels.into_iter().chain([("label", value)]).collect();
            out.push(Reading::with("node_hwmon_sensor_label", labels, 1.0));
        } else if let Some((_, metric)) =
            FILES.iter().find(|(end, _)| file.strip_prefix(sensor) == Some(*end))
        {
            out.push(Reading::with(*metric, labels, number("class/hwmon", &value)? / 1000.0));
        }
    }
    Ok(())
}

/// Bus and place of the device, which stay the same after a restart when numbers change.
fn chip(monitor: &Path) -> Option<String> {
    let device = std::fs::canonicalize(monitor.join("device")).ok()?;
    let name = clean(device.file_name()?.to_str()?);
    let kind = clean(device.parent()?.file_name()?.to_str()?);
    match (kind.as_str(), name.as_str()) {
        (_, "") => None,
        ("", name) => Some(name.to_owned()),
        (kind, name) => Some(format!("{kind}_{name}")),
    }
}

/// Lower case, with `_` for what no metric name may hold, as node_exporter does it.
fn clean(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    lower.replace(|c: char| !c.is_ascii_alphanumeric() && c != ':', "_").trim_matches('_').into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn sensors_of_a_device_are_named_by_its_place() {
        let machine = Fixture::new()
            .with("sys/devices/platform/coretemp.0/hwmon/hwmon1/name", "coretemp\n")
            .with("sys/devices/platform/coretemp.0/hwmon/hwmon1/temp1_input", "41000\n")
            .with("sys/devices/platform/coretemp.0/hwmon/hwmon1/temp1_label", "Package\n")
            .with("sys/devices/platform/coretemp.0/hwmon/hwmon1/temp1_crit", "100000\n")
            .with("sys/devices/platform/coretemp.0/hwmon/hwmon1/temp1_crit_alarm", "0\n")
            .with("sys/devices/platform/coretemp.0/hwmon/hwmon1/fan1_input", "900\n")
            .with("sys/class/hwmon/hwmon2/name", "acpitz\n");
        let monitor = machine.path("sys/devices/platform/coretemp.0/hwmon/hwmon1");
        std::os::unix::fs::symlink("../..", monitor.join("device")).unwrap();
        std::os::unix::fs::symlink(&monitor, machine.path("sys/class/hwmon/hwmon1")).unwrap();
        expect![[r#"
            node_hwmon_chip_names{chip="platform_coretemp_0",chip_name="coretemp"} 1
            node_hwmon_temp_crit_celsius{chip="platform_coretemp_0",sensor="temp1"} 100
            node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"} 41
            node_hwmon_sensor_label{chip="platform_coretemp_0",sensor="temp1",label="Package"} 1
            node_hwmon_chip_names{chip="acpitz",chip_name="acpitz"} 1
        "#]]
        .assert_eq(&machine.render(collect));
    }

    #[test]
    fn virtual_machine_has_none_and_nonsense_is_refused() {
        let none = Fixture::new().render(collect);
        assert_eq!(none, "find sys/class/hwmon: this machine has none\n");
        let broken = Fixture::new().with("sys/class/hwmon/hwmon0/temp1_input", "hot");
        assert!(broken.render(collect).starts_with("understand class/hwmon"));
    }
}
