//! Open files of the whole system, from `/proc/sys/fs/file-nr`. Source: proc_sys_fs(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_filefd_allocated` and `node_filefd_maximum`.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("sys/fs/file-nr")?;
    let mut words = text.split_ascii_whitespace();
    let allocated = next_number("sys/fs/file-nr", &mut words)?;
    // The second number was "allocated but unused" and is always 0 since Linux 2.6.
    next_number("sys/fs/file-nr", &mut words)?;
    let maximum = next_number("sys/fs/file-nr", &mut words)?;
    out.push(Reading::plain("node_filefd_allocated", allocated));
    out.push(Reading::plain("node_filefd_maximum", maximum));
    Ok(())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn first_and_third_number_are_read() {
        expect![[r#"
            node_filefd_allocated 448
            node_filefd_maximum 2466170
        "#]]
        .assert_eq(
            &Fixture::new().with("proc/sys/fs/file-nr", "448\t0\t2466170\n").render(collect),
        );
        let cut = Fixture::new().with("proc/sys/fs/file-nr", "448\t0").render(collect);
        assert!(cut.starts_with("understand sys/fs/file-nr"), "{cut}");
    }
}
