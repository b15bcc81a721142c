//! Memory and swap, from `/proc/meminfo`: every field, also those that a later kernel adds.
//! Source: proc_meminfo(5).

use super::error::CollectError;
use super::parse::next_number;
use super::reading::Reading;
use super::roots::Roots;

/// Adds `node_memory_<field>_bytes`, or `node_memory_<field>` where the field is a count.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let text = roots.proc_text("meminfo")?;
    let before = out.len();
    for line in text.lines() {
        let Some((field, rest)) = line.split_once(':') else {
            return Err(CollectError::malformed("meminfo", line, "a field and a colon"));
        };
        let mut words = rest.split_ascii_whitespace();
        let value = next_number("meminfo", &mut words)?;
        let (unit, factor) = match words.next() {
            Some("kB") => ("_bytes", 1024.0),
            _ => ("", 1.0),
        };
        out.push(Reading::plain(format!("node_memory_{}{unit}", name(field)), value * factor));
    }
    if out.len() == before {
        return Err(CollectError::malformed("meminfo", &text, "a field"));
    }
    Ok(())
}

/// `Active(anon)` is called `Active_anon`; anything else no metric name may hold becomes `_`.
fn name(field: &str) -> String {
    let open = field.replace('(', "_").replace(')', "");
    open.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn kilobytes_become_bytes_counts_stay_and_unknown_fields_come_along() {
        let text = "MemTotal:       24684084 kB\nActive(anon):  1512 kB\nHugePages_Free:    3\n\
                    Fresh-In2030: 1 kB\n";
        expect![[r#"
            node_memory_MemTotal_bytes 25276502016
            node_memory_Active_anon_bytes 1548288
            node_memory_HugePages_Free 3
            node_memory_Fresh_In2030_bytes 1024
        "#]]
        .assert_eq(&Fixture::new().with("proc/meminfo", text).render(collect));
    }

    #[test]
    fn captured_file_gives_a_reading_a_line() {
        let text = include_str!("captured/meminfo.txt");
        let rendered = Fixture::new().with("proc/meminfo", text).render(collect);
        assert_eq!(rendered.lines().count(), text.lines().count());
    }

    #[test]
    fn truncated_and_empty_files_are_refused() {
        for text in ["", "MemTotal:", "MemTotal: 1 kB\nMemFr"] {
            let rendered = Fixture::new().with("proc/meminfo", text).render(collect);
            assert!(rendered.starts_with("understand meminfo"), "{text:?}: {rendered}");
        }
    }
}
