//! Paging, swapping, page faults and out-of-memory kills, from `/proc/vmstat`.
//! Source: proc_vmstat(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_vmstat_<field>` for node_exporter's default selection of fields.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("vmstat")?;
    let before = out.len();
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let Some(field) = words.next().filter(|field| selected(field)) else { continue };
        let value = next_number("vmstat", &mut words)?;
        out.push(Reading::plain(format!("node_vmstat_{field}"), value));
    }
    if out.len() == before {
        return Err(CollectError::malformed("vmstat", &text, "a field we know"));
    }
    Ok(())
}

/// The fields that begin with `oom_kill`, `pgpg`, `pswp` or match `pg.*fault`.
fn selected(field: &str) -> bool {
    ["oom_kill", "pgpg", "pswp"].iter().any(|start| field.starts_with(start))
        || field.strip_prefix("pg").is_some_and(|rest| rest.contains("fault"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn default_fields_are_selected() {
        let text = "nr_free_pages 12\npgpgin 5\npswpout 18446744073709551615\npgmajfault 3\n\
                    oom_kill 0\npgsteal_kswapd 1\nfault_pg 1\n";
        expect![[r#"
            node_vmstat_pgpgin 5
            node_vmstat_pswpout 18446744073709552000
            node_vmstat_pgmajfault 3
            node_vmstat_oom_kill 0
        "#]]
        .assert_eq(&Fixture::new().with("proc/vmstat", text).render(collect));
    }

    #[test]
    fn captured_file_gives_seven_fields() {
        let text = include_str!("captured/vmstat.txt");
        assert_eq!(Fixture::new().with("proc/vmstat", text).render(collect).lines().count(), 7);
    }

    #[test]
    fn truncated_file_is_refused() {
        let rendered = Fixture::new().with("proc/vmstat", "nr_free 1\npgpgin").render(collect);
        assert!(rendered.starts_with("understand vmstat"), "{rendered}");
    }
}
