//! Pressure stall information, from `/proc/pressure`. Source: kernel's accounting/psi.rst.

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::Roots;

/// File, first word of the line, metric. A processor's "full" line is always zero for the whole
/// system, so it is not taken.
const LINES: [(&str, &str, &str); 5] = [
    ("pressure/cpu", "some", "node_pressure_cpu_waiting_seconds_total"),
    ("pressure/io", "some", "node_pressure_io_waiting_seconds_total"),
    ("pressure/io", "full", "node_pressure_io_stalled_seconds_total"),
    ("pressure/memory", "some", "node_pressure_memory_waiting_seconds_total"),
    ("pressure/memory", "full", "node_pressure_memory_stalled_seconds_total"),
];

/// Adds the seconds in which some or all tasks waited for processor, disk or memory.
///
/// Errors: absent on kernels before 4.20 and where PSI is switched off (`psi=0`).
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let mut open = ("", String::new());
    for (file, first, metric) in LINES {
        if open.0 != file {
            open = (file, read(roots, file)?);
        }
        let line = open.1.lines().find(|line| line.starts_with(first)).unwrap_or_default();
        let total_us = line
            .split_ascii_whitespace()
            .find_map(|word| word.strip_prefix("total="))
            .ok_or_else(|| CollectError::malformed(file, &open.1, "a total"))?;
        out.push(Reading::plain(metric, number(file, total_us)? / 1e6));
    }
    Ok(())
}

/// Opening works and reading says EOPNOTSUPP where PSI is compiled in but switched off.
fn read(roots: &Roots, file: &'static str) -> Result<String, CollectError> {
    roots.proc_text(file).map_err(|error| match error {
        CollectError::Unreadable { source, .. }
            if source.raw_os_error() == Some(rustix::io::Errno::OPNOTSUPP.raw_os_error()) =>
        {
            CollectError::Absent { what: file.to_owned() }
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    fn machine(io: &str) -> Fixture {
        Fixture::new()
            .with("proc/pressure/cpu", "some avg10=0.00 avg60=2.57 avg300=4.07 total=25715769\n")
            .with("proc/pressure/io", io)
            .with("proc/pressure/memory", include_str!("captured/pressure_memory.txt"))
    }

    #[test]
    fn totals_become_seconds() {
        let io = "some avg10=0.00 new=1 total=3245295\nfull avg10=0.00 total=2345527\n";
        expect![[r#"
            node_pressure_cpu_waiting_seconds_total 25.715769
            node_pressure_io_waiting_seconds_total 3.245295
            node_pressure_io_stalled_seconds_total 2.345527
            node_pressure_memory_waiting_seconds_total 0
            node_pressure_memory_stalled_seconds_total 0
        "#]]
        .assert_eq(&machine(io).render(collect));
    }

    #[test]
    fn captured_files_are_read() {
        let machine = machine(include_str!("captured/pressure_io.txt"))
            .with("proc/pressure/cpu", include_str!("captured/pressure_cpu.txt"));
        assert_eq!(machine.render(collect).lines().count(), 5);
    }

    #[test]
    fn truncated_file_is_refused_and_old_kernel_absent() {
        let cut = machine("some avg10=0.00").render(collect);
        assert!(cut.starts_with("understand pressure/io"), "{cut}");
        let old = Fixture::new().render(collect);
        assert_eq!(old, "find proc/pressure/cpu: this machine has none\n");
    }
}
