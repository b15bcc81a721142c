//! Every fact of the journal reads as words in both languages.
//!
//! A fact's verb is a constant `VERB`, `CREATED`, `CHANGED` or `CLOSED` of the crate that writes
//! it; its wording stands in a catalogue of the journal in the web UI, the noun's beside it.

use crate::breach::Breach;
use crate::house::House;

const LAW: &str = "facts";
/// Where the catalogues stand: this one, and those of subsystems beside it (`verbsDuty.ts`).
const CATALOGUES: &str = "web/src/platform/journal/verbs";
const CATALOGUE: &str = "web/src/platform/journal/verbs.ts";
const CONSTANTS: [&str; 4] = ["VERB", "CREATED", "CHANGED", "CLOSED"];

/// Checks every verb that a crate which is shipped writes.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let catalogues = house.tree.texts().filter(|(path, _)| path.starts_with(CATALOGUES));
    let known: Vec<&str> = catalogues.map(|(_, text)| text).collect();
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        let shipped = path.starts_with("crates/") && path.contains("/src/");
        if !shipped || path.starts_with("crates/workshop/") || !path.ends_with(".rs") {
            continue;
        }
        for (number, verb) in verbs_of(text) {
            let noun = verb.split_inclusive('.').next().unwrap_or(verb);
            for word in [verb, noun] {
                let entry = format!("\"{word}\": {{");
                if !known.iter().any(|text| text.contains(&entry)) {
                    let what = format!("`{word}` has no words: add it to {CATALOGUE}");
                    breaches.push(Breach::new(LAW, path, number, what));
                }
            }
        }
    }
    breaches
}

/// The verbs in a file with their lines, up to its tests.
fn verbs_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let code = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    code.enumerate().filter_map(|(at, line)| Some((at + 1, verb_of(line)?)))
}

/// `alert.raised` of `const VERB: &'static str = "alert.raised";`.
fn verb_of(line: &str) -> Option<&str> {
    let declared = line.trim().strip_prefix("const ")?;
    let (name, value) = declared.split_once(": &'static str = \"")?;
    let verb = value.strip_suffix("\";")?;
    (CONSTANTS.contains(&name) && verb.contains('.')).then_some(verb)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::tree::Tree;

    const WORDS: &str = "\"door.opened\": { en: \"opened door\", zh: \"开门\" },\n\
        \"door.\": { en: \"Doors: all\", zh: \"门：全部\" },\n";

    fn checked(path: &str, catalogue: &str) -> String {
        let fact = "impl Fact for Opened {\n    const VERB: &'static str = \"door.opened\";\n}\n\
            #[cfg(test)]\nconst VERB: &'static str = \"lamp.lit\";\n";
        let tree = Tree::of(&[
            ("crates/platform/doors/src/fact.rs", fact),
            ("crates/platform/doors/tests/it/main.rs", fact),
            (path, catalogue),
        ]);
        listed(&check(&House { tree, crates: Vec::new() }))
    }

    #[test]
    fn a_fact_with_words_is_lawful() {
        assert_eq!(checked(CATALOGUE, WORDS), "");
        assert_eq!(checked("web/src/platform/journal/verbsDoors.ts", WORDS), "");
    }

    #[test]
    fn a_fact_without_words_is_a_breach() {
        expect![[r#"
            crates/platform/doors/src/fact.rs:2: facts: `door.opened` has no words: add it to web/src/platform/journal/verbs.ts
            crates/platform/doors/src/fact.rs:2: facts: `door.` has no words: add it to web/src/platform/journal/verbs.ts
        "#]]
        .assert_eq(&checked(CATALOGUE, ""));
    }
}
