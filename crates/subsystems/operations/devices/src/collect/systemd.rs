//! States of systemd's units, each sixth reading.
//! Source: systemctl(1), org.freedesktop.systemd1(5).

use std::collections::HashMap;

use super::error::CollectError;
use super::reading::Reading;
use super::roots::Roots;
use super::systemd_command::systemctl;

/// Readings of the machine from one reading of the units to the next.
const PERIOD: usize = 6;
/// Units watched at most.
const UNITS_MAX: usize = 2048;
/// Services whose type is asked in one call, so that its arguments stay short.
const TYPES_ASKED_MAX: usize = 256;
/// The states a unit may be in; each is a series with 1 or 0.
const STATES: [&str; 5] = ["activating", "active", "deactivating", "failed", "inactive"];
/// node_exporter's default: units of these kinds follow from others and are not watched.
const KINDS_EXCLUDED: [&str; 6] = ["automount", "device", "mount", "scope", "slice", "target"];

/// The units' collector, with its rhythm and the services' types, which do not change.
pub(crate) struct SystemdUnits {
    round: usize,
    types: HashMap<String, String>,
}

impl SystemdUnits {
    /// Reads the first time.
    pub(crate) fn new() -> Self {
        Self { round: 0, types: HashMap::new() }
    }

    /// Counts one reading of the machine; true if this collector takes part in it.
    pub(crate) fn due(&mut self) -> bool {
        self.round += 1;
        (self.round - 1).is_multiple_of(PERIOD)
    }

    /// Adds `node_systemd_unit_state{name,state,type}`, `node_systemd_units{state}` and
    /// `node_systemd_system_running`.
    ///
    /// Errors: absent where the machine was not started by systemd (sd_booted(3)).
    pub(crate) fn collect(
        &mut self,
        roots: &Roots,
        out: &mut Vec<Reading>,
    ) -> Result<(), CollectError> {
        if !roots.root.join("run/systemd/system").is_dir() {
            return Err(CollectError::Absent { what: "systemd".into() });
        }
        // Text and not JSON: older systemd knows no JSON, and no unit's name holds a space.
        let list = ["list-units", "--all", "--full", "--plain", "--no-legend", "--no-pager"];
        let text = systemctl(roots, &list)?;
        let mut loaded = Vec::new();
        for line in text.lines() {
            let mut words = line.split_ascii_whitespace();
            let (Some(name), Some(load), Some(active)) = (words.next(), words.next(), words.next())
            else {
                return Err(CollectError::malformed("systemctl list-units", line, "a unit"));
            };
            if load == "loaded" && loaded.len() < UNITS_MAX {
                loaded.push((name, active));
            }
        }
        let watched: Vec<_> = loaded.iter().filter(|(name, _)| watched(name)).copied().collect();
        self.learn_types(roots, &watched)?;
        for (name, active) in &watched {
            self.add_unit(name, active, out);
        }
        for state in STATES {
            let units = loaded.iter().filter(|(_, active)| *active == state).count();
            out.push(Reading::labelled("node_systemd_units", "state", state, units as f64));
        }
        let failed = loaded.iter().any(|(_, active)| *active == "failed");
        let running = if failed { 0.0 } else { 1.0 };
        out.push(Reading::plain("node_systemd_system_running", running));
        Ok(())
    }

    fn add_unit(&self, name: &str, active: &str, out: &mut Vec<Reading>) {
        for state in STATES {
            let labels = vec![
                ("name", name.to_owned()),
                ("state", state.to_owned()),
                ("type", self.types.get(name).cloned().unwrap_or_default()),
            ];
            let value = if state == active { 1.0 } else { 0.0 };
            out.push(Reading::with("node_systemd_unit_state", labels, value));
        }
    }

    /// Asks for the types of services not seen before, and forgets those that are gone.
    fn learn_types(&mut self, roots: &Roots, units: &[(&str, &str)]) -> Result<(), CollectError> {
        self.types.retain(|name, _| units.iter().any(|(unit, _)| unit == name));
        let fresh: Vec<&str> = units
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| name.ends_with(".service") && !self.types.contains_key(*name))
            .collect();
        for some in fresh.chunks(TYPES_ASKED_MAX) {
            let mut arguments = vec!["show", "--property=Id", "--property=Type", "--"];
            arguments.extend(some);
            let text = systemctl(roots, &arguments)?;
            for block in text.split("\n\n") {
                let value = |key| block.lines().find_map(|line| line.strip_prefix(key));
                if let (Some(id), Some(kind)) = (value("Id="), value("Type=")) {
                    self.types.insert(id.to_owned(), kind.to_owned());
                }
            }
        }
        Ok(())
    }
}

fn watched(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, kind)| !KINDS_EXCLUDED.contains(&kind))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::fixture::Fixture;
    use super::*;

    /// A machine whose `systemctl` is this script.
    fn machine(script: &str) -> Fixture {
        let machine = Fixture::new()
            .with("root/run/systemd/system/x", "")
            .with("root/usr/bin/systemctl", format!("#!/bin/sh\n{script}"));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(machine.path("root/usr/bin/systemctl"), executable).unwrap();
        machine
    }

    fn collect(machine: &Fixture) -> String {
        machine.render(|roots, out| SystemdUnits::new().collect(roots, out))
    }

    const LIST_AND_SHOW: &str = r#"
        if [ "$1" = show ]; then
            printf 'Type=notify\nId=nginx.service\n\nType=oneshot\nId=backup.service\n'
        else
            echo 'nginx.service loaded active running A web server'
            echo 'backup.service loaded failed failed Backup'
            echo 'gone.service not-found inactive dead gone.service'
            echo 'ssh.socket loaded active listening SSH'
            echo 'dev-sda.device loaded active plugged Disk'
        fi"#;

    #[test]
    fn loaded_units_have_state_and_type_and_derived_ones_are_left_out() {
        let rendered = collect(&machine(LIST_AND_SHOW));
        for expected in [
            "{name=\"nginx.service\",state=\"active\",type=\"notify\"} 1\n",
            "{name=\"nginx.service\",state=\"failed\",type=\"notify\"} 0\n",
            "{name=\"backup.service\",state=\"failed\",type=\"oneshot\"} 1\n",
            "{name=\"ssh.socket\",state=\"active\",type=\"\"} 1\n",
            "node_systemd_units{state=\"active\"} 3\n",
            "node_systemd_system_running 0\n",
        ] {
            assert!(rendered.contains(expected), "{expected}{rendered}");
        }
        assert!(!rendered.contains("gone.service") && !rendered.contains("sda"), "{rendered}");
    }

    #[test]
    fn machine_without_systemd_is_absent_and_not_failed() {
        let rendered = collect(&Fixture::new());
        assert_eq!(rendered, "find systemd: this machine has none\n");
    }

    #[test]
    fn refusal_nonsense_and_a_missing_program_are_faults() {
        let refused = collect(&machine("exit 1"));
        assert!(refused.starts_with("run root/usr/bin/systemctl: exit status: 1"), "{refused}");
        let nonsense = collect(&machine("echo one"));
        assert!(nonsense.starts_with("understand systemctl list-units"), "{nonsense}");
        let missing = Fixture::new().with("root/run/systemd/system/x", "");
        assert!(collect(&missing).starts_with("run root/usr/bin/systemctl"));
    }

    #[test]
    fn units_are_read_each_sixth_time() {
        let mut units = SystemdUnits::new();
        let due: Vec<bool> = (0..8).map(|_| units.due()).collect();
        assert_eq!(due, [true, false, false, false, false, false, true, false]);
    }
}
