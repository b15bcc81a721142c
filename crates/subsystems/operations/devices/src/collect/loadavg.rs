//! Load averages, from `/proc/loadavg`. Source: proc_loadavg(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_load1`, `node_load5` and `node_load15`.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("loadavg")?;
    let mut words = text.split_ascii_whitespace();
    for metric in ["node_load1", "node_load5", "node_load15"] {
        out.push(Reading::plain(metric, next_number("loadavg", &mut words)?));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn three_averages_are_read() {
        expect![[r#"
            node_load1 1.62
            node_load5 0.51
            node_load15 1234.5
        "#]]
        .assert_eq(
            &Fixture::new().with("proc/loadavg", "1.62 0.51 1234.5 1/106 6979\n").render(collect),
        );
    }

    #[test]
    fn captured_file_is_read_and_truncated_one_refused() {
        let text = include_str!("captured/loadavg.txt");
        assert_eq!(Fixture::new().with("proc/loadavg", text).render(collect).lines().count(), 3);
        let cut = Fixture::new().with("proc/loadavg", "1.62 0.51").render(collect);
        assert!(cut.starts_with("understand loadavg"), "{cut}");
    }
}
