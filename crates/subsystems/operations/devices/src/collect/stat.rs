//! Counters of the whole kernel, from `/proc/stat`. Source: proc_stat(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// First word of the line, and the metric its first number becomes.
const LINES: [(&str, &str); 6] = [
    ("intr", "node_intr_total"),
    ("ctxt", "node_context_switches_total"),
    ("btime", "node_boot_time_seconds"),
    ("processes", "node_forks_total"),
    ("procs_running", "node_procs_running"),
    ("procs_blocked", "node_procs_blocked"),
];

/// Adds interrupts, context switches, boot time (UTC seconds), forks, running and blocked tasks.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("stat")?;
    let before = out.len();
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let first = words.next().unwrap_or_default();
        if let Some((_, metric)) = LINES.iter().find(|(word, _)| *word == first) {
            out.push(Reading::plain(*metric, next_number("stat", &mut words)?));
        }
    }
    if out.len() == before {
        return Err(CollectError::malformed("stat", &text, "a counter"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn captured_file_gives_the_six_counters() {
        let machine = Fixture::new().with("proc/stat", include_str!("captured/stat.txt"));
        assert_eq!(machine.render(collect).lines().count(), 6);
    }

    #[test]
    fn only_the_first_number_of_a_line_counts() {
        let machine = Fixture::new().with(
            "proc/stat",
            "cpu 1\nintr 18446744073709551615 1 2 3\nctxt 7\nsoftirq 1 2\nnew_in_2030 5\n",
        );
        expect![[r#"
            node_intr_total 18446744073709552000
            node_context_switches_total 7
        "#]]
        .assert_eq(&machine.render(collect));
    }

    #[test]
    fn empty_file_and_counter_without_number_are_refused() {
        let empty = Fixture::new().with("proc/stat", "");
        assert!(empty.render(collect).starts_with("understand stat"));
        let cut = Fixture::new().with("proc/stat", "ctxt 5\nbtime");
        assert!(cut.render(collect).starts_with("understand stat"));
    }
}
