//! No unfinished business, and nothing silenced.

use regex::Regex;

use crate::breach::Breach;
use crate::house::House;
use crate::pattern::pattern;
use crate::rust_text::RustText;
use crate::tree::{extension, file_name};

const LAW: &str = "hygiene";
const TEXT: [&str; 14] = [
    "css", "html", "js", "json", "md", "mjs", "mts", "rs", "service", "sh", "sql", "toml", "ts",
    "tsx",
];
const WEB: [&str; 5] = ["js", "mjs", "mts", "ts", "tsx"];
const BLANKS: &str = "blanks at the end of the line: remove them";

/// Patterns with the advice that goes with each.
type Rules = Vec<(Regex, &'static str)>;

struct Patterns {
    unfinished: Rules,
    rust: Rules,
    web: Rules,
    web_tests: Rules,
}

/// Checks every text file for what must not stay in it.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let patterns = Patterns::new();
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        let end = extension(path);
        if !TEXT.contains(&end) && file_name(path) != "Makefile" {
            continue;
        }
        if end == "rs" {
            breaches.extend(check_rust(path, text, &patterns));
            continue;
        }
        breaches.extend(lines_with_blanks(text).map(|line| Breach::new(LAW, path, line, BLANKS)));
        if end == "md" || end == "json" {
            continue;
        }
        breaches.extend(matches(path, text, &patterns.unfinished));
        if WEB.contains(&end) {
            breaches.extend(matches(path, text, &patterns.web));
        }
        if is_web_test(path) {
            breaches.extend(matches(path, text, &patterns.web_tests));
        }
    }
    breaches
}

impl Patterns {
    fn new() -> Self {
        let rule = |text: &'static str, advice| (pattern(text), advice);
        Self {
            unfinished: vec![rule(
                r"\b(?:TODO|FIXME|XXX)\b",
                "unfinished business: do it now, or open an issue and drop the note",
            )],
            rust: vec![
                rule(
                    r"#!?\[\s*(?:cfg_attr\(.*,\s*)?allow\(",
                    "a silenced lint: use `#[expect(lint, reason = \"…\")]`",
                ),
                rule(r"\b(?:todo|unimplemented)!", "unfinished business: write it or leave it out"),
                rule(r"#\[\s*ignore\b", "a test that is not run: mend it or remove it"),
            ],
            web: vec![rule(
                r"@ts-(?:ignore|nocheck)|(?:eslint|oxlint)-disable",
                "a silenced check: mend the cause",
            )],
            web_tests: vec![rule(
                r"\.(?:only|skip|fixme|todo)\(",
                "a test that is not run, or that keeps others from running: remove the mark",
            )],
        }
    }
}

fn check_rust(path: &str, text: &str, patterns: &Patterns) -> Vec<Breach> {
    let parts = RustText::new(text);
    let mut breaches = matches(path, &parts.comments, &patterns.unfinished);
    breaches.extend(matches(path, &parts.code, &patterns.rust));
    let blanks = lines_with_blanks(text).filter(|line| !parts.open_lines.contains(line));
    breaches.extend(blanks.map(|line| Breach::new(LAW, path, line, BLANKS)));
    breaches
}

/// The lines, from 1, that end in a blank.
fn lines_with_blanks(text: &str) -> impl Iterator<Item = usize> {
    let lines = text.lines().enumerate();
    lines.filter(|(_, line)| line.trim_end().len() < line.len()).map(|(at, _)| at + 1)
}

fn matches(path: &str, text: &str, rules: &Rules) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let broken = rules.iter().filter(|(pattern, _)| pattern.is_match(line));
        breaches.extend(broken.map(|(_, advice)| Breach::new(LAW, path, at + 1, *advice)));
    }
    breaches
}

fn is_web_test(path: &str) -> bool {
    let named = path.contains(".test.ts") || path.contains(".spec.ts");
    WEB.contains(&extension(path)) && (named || path.starts_with("web/e2e/"))
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
    fn unfinished_and_silenced_rust_is_a_breach() {
        let text = "// TODO later\n#[allow(dead_code)]\n#![allow(x)]\nfn f() { todo!() } \n\
            #[cfg_attr(test, allow(y))]\n#[ignore = \"slow\"]\nunimplemented!()\n";
        expect![[r#"
            a.rs:1: hygiene: unfinished business: do it now, or open an issue and drop the note
            a.rs:2: hygiene: a silenced lint: use `#[expect(lint, reason = "…")]`
            a.rs:3: hygiene: a silenced lint: use `#[expect(lint, reason = "…")]`
            a.rs:4: hygiene: unfinished business: write it or leave it out
            a.rs:5: hygiene: a silenced lint: use `#[expect(lint, reason = "…")]`
            a.rs:6: hygiene: a test that is not run: mend it or remove it
            a.rs:7: hygiene: unfinished business: write it or leave it out
            a.rs:4: hygiene: blanks at the end of the line: remove them
        "#]]
        .assert_eq(&checked(&[("a.rs", text)]));
    }

    #[test]
    fn words_in_strings_are_lawful() {
        let text = "const A: &str = \"TODO #[allow( todo!() \n  ends with a blank \n\";\n\
            // `allow` is a word, and so is ignore.\n#[expect(dead_code, reason = \"shown\")]\n";
        assert_eq!(checked(&[("a.rs", text)]), "");
    }

    #[test]
    fn skipped_web_tests_and_silenced_checks_are_breaches() {
        let text = "test.only('x', f)\ntest('y', f)\ndescribe.skip('z', f)\n// @ts-ignore\n";
        expect![[r#"
            web/e2e/a.ts:4: hygiene: a silenced check: mend the cause
            web/e2e/a.ts:1: hygiene: a test that is not run, or that keeps others from running: remove the mark
            web/e2e/a.ts:3: hygiene: a test that is not run, or that keeps others from running: remove the mark
            web/src/a.test.tsx:1: hygiene: a test that is not run, or that keeps others from running: remove the mark
        "#]]
        .assert_eq(&checked(&[
            ("web/e2e/a.ts", text),
            ("web/src/a.test.tsx", "it.skip('x', f)\n"),
            ("web/src/rows.ts", "rows.skip(3)\n"),
        ]));
    }

    #[test]
    fn scripts_and_documents_have_no_trailing_blanks() {
        expect![[r#"
            Makefile:1: hygiene: blanks at the end of the line: remove them
            a.sh:1: hygiene: unfinished business: do it now, or open an issue and drop the note
            b.md:1: hygiene: blanks at the end of the line: remove them
        "#]]
        .assert_eq(&checked(&[
            ("Makefile", "run: \n"),
            ("a.sh", "# FIXME\nmktemp /tmp/a.XXXXXX\n"),
            ("b.md", "A line  \n"),
            ("capture.txt", "as it came \n"),
        ]));
    }
}
