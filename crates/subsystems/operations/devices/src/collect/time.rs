//! The machine's clock and how long it runs. Source: proc_uptime(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_time_seconds` (`unix_s`, as passed in) and `mainstay_uptime_seconds`.
pub(crate) fn collect(
    roots: &Roots,
    unix_s: f64,
    out: &mut Vec<Reading>,
) -> Result<(), CollectError> {
    out.push(Reading::plain("node_time_seconds", unix_s));
    let text = roots.proc_text("uptime")?;
    let uptime_s = next_number("uptime", &mut text.split_ascii_whitespace())?;
    out.push(Reading::plain("mainstay_uptime_seconds", uptime_s));
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn passed_time_and_uptime_are_given() {
        let machine = Fixture::new().with("proc/uptime", "727.64 1164.03\n");
        expect![[r#"
            node_time_seconds 1795475489.69
            mainstay_uptime_seconds 727.64
        "#]]
        .assert_eq(&machine.render(|roots, out| collect(roots, 1795475489.69, out)));
        let empty = machine.with("proc/uptime", "").render(|roots, out| collect(roots, 1.0, out));
        assert!(empty.starts_with("understand uptime"), "{empty}");
    }

    #[test]
    fn captured_file_is_read() {
        let machine = Fixture::new().with("proc/uptime", include_str!("captured/uptime.txt"));
        assert_eq!(machine.render(|roots, out| collect(roots, 1.0, out)).lines().count(), 2);
    }
}
