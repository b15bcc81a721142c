//! Every text of the web UI exists in both languages.
//!
//! A catalogue is a `words.ts` that exports `words`: entries `key: { en: "…", zh: "…" }`, which
//! may stand in groups of groups. Texts may be functions of what they mention.

mod object;

use object::{Entry, Value};

use crate::breach::Breach;
use crate::house::House;
use crate::tree::{file_name, line_of};

const LAW: &str = "words";
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// Checks every catalogue under `web/src`.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        if !path.starts_with("web/src/") || file_name(path) != "words.ts" {
            continue;
        }
        let Some(start) = start_of_catalogue(text) else {
            let what = "no catalogue: write `export const words = { key: { en: …, zh: … } }`";
            breaches.push(Breach::new(LAW, path, 1, what));
            continue;
        };
        match object::parse(text, start) {
            Ok(entries) => {
                let mut check = Check { path, text, breaches: &mut breaches };
                check.group(&entries);
            }
            Err(at) => {
                let what = "a catalogue that can't be read: write plain `key: value` entries";
                breaches.push(Breach::new(LAW, path, line_of(text, at), what));
            }
        }
    }
    breaches
}

/// Where the `{` of `export const words = {` stands.
fn start_of_catalogue(text: &str) -> Option<usize> {
    let declared = text.find("export const words")?;
    let assigned = declared + text[declared..].find('=')?;
    let brace = assigned + text[assigned..].find('{')?;
    text[assigned + 1..brace].trim().is_empty().then_some(brace)
}

struct Check<'c> {
    path: &'c str,
    text: &'c str,
    breaches: &'c mut Vec<Breach>,
}

impl Check<'_> {
    fn group(&mut self, entries: &[Entry]) {
        for entry in entries {
            match &entry.value {
                Value::Object(inside) if inside.iter().any(|e| is_language(&e.key)) => {
                    self.texts(entry, inside);
                }
                Value::Object(inside) if !inside.is_empty() => self.group(inside),
                _ => self.add(entry, format!("`{}` has no `en` and `zh`: give it both", entry.key)),
            }
        }
    }

    fn texts(&mut self, entry: &Entry, inside: &[Entry]) {
        for language in LANGUAGES {
            let text = inside.iter().find(|e| e.key == language);
            let empty = |e: &Entry| matches!(&e.value, Value::Text(t) if t.len() <= 2);
            if text.is_none_or(empty) {
                self.add(entry, format!("`{}` has no text in `{language}`: write it", entry.key));
            }
        }
        for other in inside.iter().filter(|e| !is_language(&e.key)) {
            let what = format!("`{}` is no language: only `en` and `zh` stand here", other.key);
            self.add(other, what);
        }
    }

    fn add(&mut self, entry: &Entry, what: String) {
        let line = line_of(self.text, entry.at);
        self.breaches.push(Breach::new(LAW, self.path, line, what));
    }
}

fn is_language(key: &str) -> bool {
    LANGUAGES.contains(&key)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::tree::Tree;

    fn checked(text: &str) -> String {
        let tree = Tree::of(&[("web/src/subsystems/alerts/words.ts", text), ("web/words.ts", "")]);
        listed(&check(&House { tree, crates: Vec::new() }))
    }

    #[test]
    fn a_complete_catalogue_is_lawful() {
        let text = r#"
            import type { Words } from "../kit/words";
            // What stands on the pages about alerts.
            export const words = {
              title: { en: "Alerts", zh: "告警" },
              'open-now': { zh: '当前{', en: 'Open "now"', },
              states: { /* as in the API */
                closed: { en: "closed", zh: "已关闭" },
              },
              count: { en: (n: number) => `${n} alert${n === 1 ? "" : "s"}`, zh: (n: number) => `${n} 条告警` },
              long: {
                en: "one " +
                  "two",
                zh: "一二",
              },
            } as const satisfies Words;
        "#;
        assert_eq!(checked(text), "");
    }

    #[test]
    fn missing_empty_and_strange_texts_are_breaches() {
        let text = r#"export const words = {
  title: { en: "Alerts" },
  none: { en: "", zh: "无" },
  bare: "Bare",
  group: {
    in: { zh: "内" },
    empty: {},
  },
  more: { en: "More", zh: "更多", fr: "Plus" },
};
"#;
        expect![[r#"
            web/src/subsystems/alerts/words.ts:2: words: `title` has no text in `zh`: write it
            web/src/subsystems/alerts/words.ts:3: words: `none` has no text in `en`: write it
            web/src/subsystems/alerts/words.ts:4: words: `bare` has no `en` and `zh`: give it both
            web/src/subsystems/alerts/words.ts:6: words: `in` has no text in `en`: write it
            web/src/subsystems/alerts/words.ts:7: words: `empty` has no `en` and `zh`: give it both
            web/src/subsystems/alerts/words.ts:9: words: `fr` is no language: only `en` and `zh` stand here
        "#]]
        .assert_eq(&checked(text));
    }

    #[test]
    fn a_file_without_catalogue_or_with_a_broken_one_is_a_breach() {
        expect![[r#"
            web/src/subsystems/alerts/words.ts:1: words: no catalogue: write `export const words = { key: { en: …, zh: … } }`
        "#]]
        .assert_eq(&checked("export const texts = {};\n"));
        expect![[r#"
            web/src/subsystems/alerts/words.ts:2: words: a catalogue that can't be read: write plain `key: value` entries
        "#]]
        .assert_eq(&checked("export const words = {\n  ...other,\n};\n"));
    }
}
