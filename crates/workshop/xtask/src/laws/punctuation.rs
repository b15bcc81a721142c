//! Chinese is punctuated as Chinese: no half-width comma, colon, semicolon, mark or bracket at a
//! Chinese character, in what the server says and in the catalogues of the web UI.

use crate::breach::Breach;
use crate::house::House;
use crate::rust_text::RustText;

const LAW: &str = "punctuation";
const HALF_WIDTH: [char; 7] = [',', ':', ';', '!', '?', '(', ')'];
/// What has its own punctuation: addresses, and what others wrote and is read here.
const EXEMPT: [&str; 5] = ["://", "file:", " :端口", "(班)", "(休)"];

/// Checks the strings of every crate that is shipped, up to its tests, and every catalogue.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        let shipped = path.starts_with("crates/") && path.contains("/src/");
        let catalogue = path.starts_with("web/src/") && path.ends_with(".ts");
        let told = match () {
            () if catalogue && !path.ends_with(".test.ts") => catalogue_strings(text),
            () if shipped && path.ends_with(".rs") && !path.ends_with("tests.rs") => {
                rust_strings(text)
            }
            () => Vec::new(),
        };
        for (number, said) in told.iter().filter(|(_, said)| is_mixed(said)) {
            let what = format!("`{said}` has half-width punctuation at a Chinese character");
            breaches.push(Breach::new(LAW, path, *number, what));
        }
    }
    breaches
}

/// The strings of a Rust file with their lines, up to its tests.
fn rust_strings(text: &str) -> Vec<(usize, String)> {
    let parts = RustText::new(text);
    let tests = parts.first_test_line();
    parts.strings.into_iter().filter(|(number, _)| *number < tests).collect()
}

/// What stands between quotes in a catalogue, with its lines.
fn catalogue_strings(text: &str) -> Vec<(usize, String)> {
    let quoted = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(at, line)| {
            let quoted: Vec<String> = quoted(line);
            quoted.into_iter().map(move |said| (at + 1, said))
        })
        .collect()
}

fn is_mixed(said: &str) -> bool {
    if EXEMPT.iter().any(|exempt| said.contains(exempt)) {
        return false;
    }
    let chars: Vec<char> = said.chars().collect();
    let pairs = chars.windows(2);
    pairs.into_iter().any(|pair| match pair {
        [one, other] => {
            is_chinese(*one) && HALF_WIDTH.contains(other)
                || HALF_WIDTH.contains(one) && is_chinese(*other)
        }
        _ => false,
    })
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::tree::Tree;

    fn checked(path: &str, text: &str) -> String {
        listed(&check(&House { tree: Tree::of(&[(path, text)]), crates: Vec::new() }))
    }

    #[test]
    fn full_width_punctuation_addresses_and_tests_are_lawful() {
        let text = "let a = (\"磁盘已满，请清理（见日志）\", \"ldap://主机:389\");\n\
            #[cfg(test)]\nlet csv = \"工号,姓名\";\n";
        assert_eq!(checked("crates/platform/db/src/error.rs", text), "");
        assert_eq!(checked("crates/platform/db/tests/it/main.rs", "\"工号,姓名\""), "");
    }

    #[test]
    fn half_width_punctuation_at_a_chinese_character_is_a_breach() {
        let text = "let said = [\"磁盘已满,请清理\", \"证书(PEM)\"];\n";
        expect![[r#"
            crates/platform/db/src/error.rs:1: punctuation: `磁盘已满,请清理` has half-width punctuation at a Chinese character
            crates/platform/db/src/error.rs:1: punctuation: `证书(PEM)` has half-width punctuation at a Chinese character
        "#]]
        .assert_eq(&checked("crates/platform/db/src/error.rs", text));
        let words = "  soft: { en: \"soft: {n}\", zh: \"待确认:第 {n} 次\" },\n";
        expect![[r#"
            web/src/platform/probe/words.ts:1: punctuation: `待确认:第 {n} 次` has half-width punctuation at a Chinese character
        "#]]
        .assert_eq(&checked("web/src/platform/probe/words.ts", words));
    }
}
