//! Time per processor and mode, from `/proc/stat`. Source: proc_stat(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// The columns of a `cpuN` line that are modes of the processor, in the kernel's order.
const MODES: [&str; 8] = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
/// The two columns after them: time of guests, which the kernel also counts as user and nice.
const GUEST_MODES: [&str; 2] = ["user", "nice"];

/// Adds `node_cpu_seconds_total{cpu,mode}` and `node_cpu_guest_seconds_total{cpu,mode}`.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("stat")?;
    let ticks_per_second = rustix::param::clock_ticks_per_second() as f64;
    let mut cpus = 0;
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let Some(cpu) = words.next().and_then(|word| word.strip_prefix("cpu")) else { continue };
        if cpu.is_empty() {
            continue; // the sum over all processors
        }
        cpus += 1;
        for mode in MODES {
            let seconds = next_number("stat", &mut words)? / ticks_per_second;
            out.push(reading("node_cpu_seconds_total", cpu, mode, seconds));
        }
        // Kernels before 2.6.33 have no guest columns; columns after them are not ours to know.
        for (mode, word) in GUEST_MODES.into_iter().zip(words) {
            let seconds = super::parse::number("stat", word)? / ticks_per_second;
            out.push(reading("node_cpu_guest_seconds_total", cpu, mode, seconds));
        }
    }
    if cpus == 0 {
        return Err(CollectError::malformed("stat", &text, "a line per processor"));
    }
    Ok(())
}

fn reading(metric: &'static str, cpu: &str, mode: &str, seconds: f64) -> Reading {
    Reading::with(metric, vec![("cpu", cpu.to_owned()), ("mode", mode.to_owned())], seconds)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::fixture::Fixture;
    use super::*;

    fn check(stat: &str, expected: &Expect) {
        expected.assert_eq(&Fixture::new().with("proc/stat", stat).render(collect));
    }

    #[test]
    fn captured_file_gives_every_mode_of_every_cpu() {
        let rendered =
            Fixture::new().with("proc/stat", include_str!("captured/stat.txt")).render(collect);
        assert_eq!(rendered.lines().count(), 2 * 10, "{rendered}");
    }

    #[test]
    fn ticks_become_seconds_and_new_columns_are_ignored() {
        check(
            "cpu  1 2 3 4 5 6 7 8 9 10 11\ncpu7 100 200 300 400 500 600 700 800 900 1000 77\n",
            &expect![[r#"
                node_cpu_seconds_total{cpu="7",mode="user"} 1
                node_cpu_seconds_total{cpu="7",mode="nice"} 2
                node_cpu_seconds_total{cpu="7",mode="system"} 3
                node_cpu_seconds_total{cpu="7",mode="idle"} 4
                node_cpu_seconds_total{cpu="7",mode="iowait"} 5
                node_cpu_seconds_total{cpu="7",mode="irq"} 6
                node_cpu_seconds_total{cpu="7",mode="softirq"} 7
                node_cpu_seconds_total{cpu="7",mode="steal"} 8
                node_cpu_guest_seconds_total{cpu="7",mode="user"} 9
                node_cpu_guest_seconds_total{cpu="7",mode="nice"} 10
            "#]],
        );
    }

    #[test]
    fn truncated_line_and_file_without_cpus_are_refused() {
        check(
            "cpu0 1 2 3\n",
            &expect![[r#"
            understand stat: found "" where a number is expected
        "#]],
        );
        check(
            "ctxt 5\n",
            &expect![[r#"
            understand stat: found "ctxt 5\n" where a line per processor is expected
        "#]],
        );
    }

    #[test]
    fn missing_file_is_absent() {
        let rendered = Fixture::new().render(collect);
        assert_eq!(rendered, "find proc/stat: this machine has none\n");
    }
}
