//! The operating system, from `os-release`. Source: os-release(5).

use std::collections::BTreeMap;

use super::error::CollectError;
use super::parse::{number, unquoted};
use super::reading::Reading;
use super::roots::Roots;

/// Label and key of `node_os_info`, in the labels' order.
const LABELS: [(&str, &str); 12] = [
    ("build_id", "BUILD_ID"),
    ("id", "ID"),
    ("id_like", "ID_LIKE"),
    ("image_id", "IMAGE_ID"),
    ("image_version", "IMAGE_VERSION"),
    ("name", "NAME"),
    ("pretty_name", "PRETTY_NAME"),
    ("variant", "VARIANT"),
    ("variant_id", "VARIANT_ID"),
    ("version", "VERSION"),
    ("version_codename", "VERSION_CODENAME"),
    ("version_id", "VERSION_ID"),
];

/// Reads `/etc/os-release`, or `/usr/lib/os-release` where that is missing.
pub(crate) fn read(roots: &Roots) -> Result<BTreeMap<String, String>, CollectError> {
    let text = match roots.root_text("etc/os-release") {
        Err(CollectError::Absent { .. }) => roots.root_text("usr/lib/os-release")?,
        other => other?,
    };
    let pairs = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        Some((key.trim().to_owned(), unquoted(value).to_owned()))
    });
    Ok(pairs.collect())
}

/// Adds `node_os_info`, and `node_os_version` where the version begins with a number.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let os = read(roots)?;
    let value = |key: &str| os.get(key).cloned().unwrap_or_default();
    let labels = LABELS.iter().map(|(label, key)| (*label, value(key))).collect();
    out.push(Reading::with("node_os_info", labels, 1.0));
    if let Some(version) = major_minor(&value("VERSION_ID")) {
        let labels =
            vec![("id", value("ID")), ("id_like", value("ID_LIKE")), ("name", value("NAME"))];
        out.push(Reading::with("node_os_version", labels, version));
    }
    Ok(())
}

/// `22.04.3` is 22.04.
fn major_minor(version: &str) -> Option<f64> {
    let mut parts = version.splitn(3, '.');
    let major = parts.next().filter(|part| !part.is_empty())?;
    let text = match parts.next() {
        Some(minor) => format!("{major}.{minor}"),
        None => major.to_owned(),
    };
    number("os-release", &text).ok()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn captured_file_is_read() {
        let machine =
            Fixture::new().with("root/etc/os-release", include_str!("captured/os_release.txt"));
        expect![[r#"
            node_os_info{build_id=""
              id="debian"
              id_like=""
              image_id=""
              image_version=""
              name="Debian GNU/Linux"
              pretty_name="Debian GNU/Linux 12 (bookworm)"
              variant=""
              variant_id=""
              version="12 (bookworm)"
              version_codename="bookworm"
              version_id="12"} 1
            node_os_version{id="debian"
              id_like=""
              name="Debian GNU/Linux"} 12
        "#]]
        .assert_eq(&machine.render(collect).replace(',', "\n  "));
    }

    #[test]
    fn second_place_is_used_and_a_rolling_release_has_no_version() {
        let machine = Fixture::new().with("root/usr/lib/os-release", "# c\nID=arch\njunk\n");
        assert_eq!(machine.render(collect).lines().count(), 1);
        let none = Fixture::new().render(collect);
        assert_eq!(none, "find root/usr/lib/os-release: this machine has none\n");
    }

    #[test]
    fn version_is_cut_to_two_parts() {
        assert_eq!(major_minor("22.04.3"), Some(22.04));
        assert_eq!(major_minor("12"), Some(12.0));
        assert_eq!(major_minor(""), None);
        assert_eq!(major_minor("sid"), None);
    }
}
