//! Files are read in one sitting.

use crate::breach::Breach;
use crate::house::House;
use crate::rust_text::RustText;
use crate::tree::extension;

const LAW: &str = "size";
const LINES_MAX: usize = 500;
const LINES_WANTED: usize = 300;
/// Percent of all files that are within [`LINES_WANTED`].
const WITHIN_WANTED_MIN: usize = 90;
const WIDTH_MAX: usize = 100;
/// What people write and read as code.
const CODE: [&str; 10] = ["css", "html", "js", "mjs", "mts", "rs", "sh", "sql", "ts", "tsx"];
/// Written by a generator.
const GENERATED: [&str; 1] = ["web/src/api/schema.ts"];

/// Checks the length of files, the share of short ones, and the width of Rust lines.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let (mut files, mut long) = (0, Vec::new());
    for (path, text) in house.tree.texts() {
        if !CODE.contains(&extension(path)) || GENERATED.contains(&path) {
            continue;
        }
        let lines = text.lines().count();
        files += 1;
        if lines > LINES_WANTED {
            long.push((lines, path));
        }
        if lines > LINES_MAX {
            let what = format!("{lines} lines, {LINES_MAX} are allowed: one idea per file");
            breaches.push(Breach::new(LAW, path, LINES_MAX + 1, what));
        }
        if extension(path) == "rs" {
            breaches.extend(wide_lines(path, text));
        }
    }
    breaches.extend(share_of_short_files(files, long));
    breaches
}

fn wide_lines(path: &str, text: &str) -> Vec<Breach> {
    let parts = RustText::new(text);
    let mut breaches = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let width = line.chars().count();
        // Neither an address in a comment nor a value that spans lines or is compared as it
        // stands can be broken.
        let address = line.trim_start().starts_with("//") && line.contains("://");
        let value = parts.open_lines.contains(&at) || line.contains("expect![");
        if width > WIDTH_MAX && !address && !value {
            let what = format!("{width} characters wide, {WIDTH_MAX} are allowed: break the line");
            breaches.push(Breach::new(LAW, path, at + 1, what));
        }
    }
    breaches
}

fn share_of_short_files(files: usize, mut long: Vec<(usize, &str)>) -> Option<Breach> {
    let within = (files - long.len()) * 100;
    if within >= files * WITHIN_WANTED_MIN {
        return None;
    }
    long.sort_unstable();
    let (lines, path) = *long.last()?;
    let what = format!(
        "{} % of {files} files are within {LINES_WANTED} lines, {WITHIN_WANTED_MIN} % are wanted: \
         split this one ({lines} lines) or another long one",
        within / files
    );
    Some(Breach::new(LAW, path, LINES_WANTED + 1, what))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::tree::Tree;

    fn checked(files: &[(&str, &str)]) -> String {
        listed(&check(&House { tree: Tree::of(files), crates: Vec::new() }))
    }

    #[test]
    fn a_file_of_501_lines_and_too_few_short_ones_are_breaches() {
        let long = "\n".repeat(501);
        expect![[r#"
            a.rs:501: size: 501 lines, 500 are allowed: one idea per file
            a.rs:301: size: 50 % of 2 files are within 300 lines, 90 % are wanted: split this one (501 lines) or another long one
        "#]]
        .assert_eq(&checked(&[("a.rs", &long), ("b.rs", "")]));
    }

    #[test]
    fn one_longer_file_among_ten_is_lawful() {
        let longer = "\n".repeat(500);
        let names: Vec<String> = (0..9).map(|n| format!("web/src/{n}.tsx")).collect();
        let mut files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        files.push(("a.sql", &longer));
        assert_eq!(checked(&files), "");
    }

    #[test]
    fn generated_files_and_data_may_be_long() {
        let long = "\n".repeat(1000);
        assert_eq!(checked(&[("web/src/api/schema.ts", &long), ("Cargo.lock", &long)]), "");
    }

    #[test]
    fn a_line_of_101_characters_is_a_breach_but_not_an_address() {
        let text = format!(
            "// {}\n// https://{}\n// {}\n",
            "é".repeat(97),
            "a".repeat(100),
            "b".repeat(98)
        );
        expect![[r#"
            a.rs:3: size: 101 characters wide, 100 are allowed: break the line
        "#]]
        .assert_eq(&checked(&[("a.rs", &text)]));
    }

    #[test]
    fn a_wide_line_within_a_value_is_lawful() {
        let long = "a".repeat(200);
        let text = format!("const A: &str = \"\n{long}\n\";\ncheck(expect![\"{long}\"]);\n");
        assert_eq!(checked(&[("a.rs", &text)]), "");
    }
}
