//! Temperatures of the thermal zones, from `/sys/class/thermal`. Source: kernel's
//! sysfs-class-thermal.

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::{Roots, attribute, names};

/// Adds `node_thermal_zone_temp{type,zone}` in degrees Celsius. A machine without zones gives none.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let folder = roots.sys.join("class/thermal");
    for name in names(&folder)? {
        let Some(zone) = name.strip_prefix("thermal_zone") else { continue };
        // A zone that is switched off answers with an error instead of a temperature.
        let Some(millidegrees) = attribute(&folder.join(&name).join("temp")) else { continue };
        let kind = attribute(&folder.join(&name).join("type")).unwrap_or_default();
        let celsius = number("class/thermal", &millidegrees)? / 1000.0;
        let labels = vec![("type", kind), ("zone", zone.to_owned())];
        out.push(Reading::with("node_thermal_zone_temp", labels, celsius));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn zones_that_are_on_are_read() {
        let machine = Fixture::new()
            .with("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n")
            .with("sys/class/thermal/thermal_zone0/temp", "45500\n")
            .with("sys/class/thermal/thermal_zone1/type", "off\n")
            .with("sys/class/thermal/cooling_device0/type", "Fan\n");
        expect![[r#"
            node_thermal_zone_temp{type="x86_pkg_temp",zone="0"} 45.5
        "#]]
        .assert_eq(&machine.render(collect));
        let broken = machine.with("sys/class/thermal/thermal_zone1/temp", "hot").render(collect);
        assert!(broken.starts_with("understand class/thermal"), "{broken}");
    }
}
