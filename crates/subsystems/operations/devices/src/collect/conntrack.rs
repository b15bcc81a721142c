//! Connection tracking of the packet filter. Source: kernel's nf_conntrack-sysctl.rst.

use super::error::CollectError;
use super::parse::{hex, number};
use super::reading::Reading;
use super::roots::Roots;

/// Files with one number, and their metric.
const FILES: [(&str, &str); 2] = [
    ("sys/net/netfilter/nf_conntrack_count", "node_nf_conntrack_entries"),
    ("sys/net/netfilter/nf_conntrack_max", "node_nf_conntrack_entries_limit"),
];
/// Columns of the table per processor, and their metric.
const COLUMNS: [(&str, &str); 8] = [
    ("found", "node_nf_conntrack_stat_found"),
    ("invalid", "node_nf_conntrack_stat_invalid"),
    ("ignore", "node_nf_conntrack_stat_ignore"),
    ("insert", "node_nf_conntrack_stat_insert"),
    ("insert_failed", "node_nf_conntrack_stat_insert_failed"),
    ("drop", "node_nf_conntrack_stat_drop"),
    ("early_drop", "node_nf_conntrack_stat_early_drop"),
    ("search_restart", "node_nf_conntrack_stat_search_restart"),
];
const TABLE: &str = "net/stat/nf_conntrack";

/// Adds entries, their limit and the counters summed over all processors.
///
/// Errors: absent where the kernel module is not loaded.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    for (file, metric) in FILES {
        let text = roots.proc_text(file)?;
        out.push(Reading::plain(metric, number(file, text.trim())?));
    }
    let text = roots.proc_text(TABLE)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split_ascii_whitespace().collect();
    let mut sums = vec![0u64; header.len()];
    for line in lines {
        for (sum, word) in sums.iter_mut().zip(line.split_ascii_whitespace()) {
            *sum = sum.wrapping_add(hex(TABLE, word)?);
        }
    }
    for (column, metric) in COLUMNS {
        // Kernels rename and drop columns; one that is gone is simply not reported.
        if let Some(at) = header.iter().position(|name| *name == column) {
            out.push(Reading::plain(metric, sums[at] as f64));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    fn machine(table: &str) -> Fixture {
        Fixture::new()
            .with("proc/sys/net/netfilter/nf_conntrack_count", "12\n")
            .with("proc/sys/net/netfilter/nf_conntrack_max", "262144\n")
            .with("proc/net/stat/nf_conntrack", table)
    }

    #[test]
    fn counters_are_summed_over_processors_by_column_name() {
        let table = "entries  clashres found drop fresh\n0c 0 0a 1 1\n0c 0 f0 2\n";
        expect![[r#"
            node_nf_conntrack_entries 12
            node_nf_conntrack_entries_limit 262144
            node_nf_conntrack_stat_found 250
            node_nf_conntrack_stat_drop 3
        "#]]
        .assert_eq(&machine(table).render(collect));
    }

    #[test]
    fn captured_table_gives_all_counters() {
        let table = include_str!("captured/nf_conntrack.txt");
        assert_eq!(machine(table).render(collect).lines().count(), 10);
    }

    #[test]
    fn without_the_module_it_is_absent_and_nonsense_is_refused() {
        let none = Fixture::new().render(collect);
        assert!(none.ends_with("this machine has none\n"), "{none}");
        let nonsense = machine("found\nzz\n").render(collect);
        assert!(nonsense.starts_with("understand net/stat/nf_conntrack"), "{nonsense}");
    }
}
