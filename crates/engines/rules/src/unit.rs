//! Unit tests of rules, as `promtool test rules` runs them.
//!
//! Source: Prometheus, "unit testing for rules", and `cmd/promtool/unittest.go`: what fails is
//! worded as there.

mod alerts;
mod expressions;
mod run;
mod show;
mod yaml;

use crate::FileError;
use yaml::TestFileYaml;

/// A file of unit tests.
#[derive(Debug)]
pub struct TestFile {
    raw: TestFileYaml,
}

/// The rule files that a test file names.
#[derive(Debug, Clone, Default)]
pub struct TestSources {
    /// The name and the text of each.
    pub files: Vec<(String, String)>,
}

impl TestFile {
    /// Reads a file of unit tests.
    ///
    /// Errors: [`FileError`] with what cannot be read.
    pub fn read(text: &str) -> Result<Self, FileError> {
        let raw = crate::file::yaml::read::<TestFileYaml>(text)?.unwrap_or_default();
        let mut seen = std::collections::BTreeSet::new();
        for name in raw.group_eval_order.iter().flatten() {
            if !seen.insert(name) {
                let message = format!("group name repeated in evaluation order: {name}");
                return Err(FileError { position: None, rule: None, message });
            }
        }
        Ok(Self { raw })
    }

    /// The rule files that it names, as they are written there: paths with wildcards.
    pub fn rule_files(&self) -> impl Iterator<Item = &str> {
        self.raw.rule_files.iter().flatten().map(String::as_str)
    }

    /// Runs all tests; what does not hold is said, one text each.
    #[must_use]
    pub fn run(&self, sources: &TestSources) -> Vec<String> {
        run::run(&self.raw, sources)
    }
}
