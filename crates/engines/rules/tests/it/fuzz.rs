//! Changed files of rules and of their tests: each is read or refused in words.

use crate::units::{HOLDS, RULES};
use proptest::prelude::*;
use rules::{RuleFile, TestFile, TestSources, read_values};

const WORDS: [&str; 24] = [
    "\n", "  ", "- ", ": ", "&a ", "*a", "<<: *a", "!!float ", "|\n", ">\n", "{", "}", "[", "]",
    "'", "\"", "{{ ", " }}", "$labels", "#", "5m", "null", "é", "\t",
];

const VALUES: &str = "([-+0-9a-fINx_. ]|stale|_x[0-9]{1,3}|\\{\\{|\\}\\}|schema:|sum:|\
                      buckets:\\[|\\]){0,24}";

/// The text with words put into it and pieces taken out.
fn changed(text: &'static str) -> impl Strategy<Value = String> {
    let place = any::<prop::sample::Index>;
    let change = (place(), 0_usize..12, prop::sample::select(WORDS.to_vec()));
    prop::collection::vec(change, 1..4).prop_map(move |changes| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, removed, word) in changes {
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            chars.splice(at..end, word.chars());
        }
        chars.into_iter().collect()
    })
}

/// So many cases, unless `FUZZ_CASES` says otherwise.
fn cases(usual: u32) -> ProptestConfig {
    let told = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(told.unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn rule_files(text in changed(RULES)) {
        let read = RuleFile::read(&text);
        prop_assert!(read.as_ref().err().is_none_or(|errors| !errors.is_empty()));
        // What can be read can be run.
        let file = TestFile::read(HOLDS).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let files = file.rule_files().map(|name| (name.to_owned(), text.clone())).collect();
        let _ = file.run(&TestSources { files });
    }

    #[test]
    fn test_files(text in changed(HOLDS)) {
        let _ = TestFile::read(&text);
    }
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn values(text in VALUES) {
        if let Ok(values) = read_values(&text) {
            prop_assert!(values.len() <= 1_000_000);
        }
    }
}
