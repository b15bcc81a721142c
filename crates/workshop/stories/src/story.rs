use std::path::{Path, PathBuf};

use gherkin::{Feature, GherkinEnv, ParseFileError};

/// One story: a file with one scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The file.
    pub path: PathBuf,
    /// What it promises.
    pub name: String,
    /// What is said in it, line by line.
    pub steps: Vec<Said>,
}

/// One step of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The file's line, from 1.
    pub line: usize,
    /// What is said, without the keyword.
    pub text: String,
    /// The table below it: its rows, the headings first.
    pub table: Vec<Vec<String>>,
}

/// Why a file is no story.
#[derive(Debug, thiserror::Error)]
pub enum StoryFault {
    /// It cannot be read, or is not Gherkin.
    #[error("{path}: {said}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with the line.
        said: String,
    },
    /// A test is a file: it has one scenario.
    #[error("{path}: one scenario is expected, {found} were found")]
    NotOne {
        /// The file.
        path: PathBuf,
        /// How many there are.
        found: usize,
    },
}

impl Story {
    /// Reads a file; `# language: zh-CN` in its first line makes its keywords Chinese.
    ///
    /// Errors: [`StoryFault`], naming the file.
    pub fn read(path: &Path) -> Result<Self, StoryFault> {
        let unreadable = |error: ParseFileError| {
            let said = match error {
                ParseFileError::Reading { source, .. } => source.to_string(),
                ParseFileError::Parsing { source, .. } => source.to_string(),
            };
            StoryFault::Unreadable { path: path.to_owned(), said }
        };
        Self::of(path, Feature::parse_path(path, GherkinEnv::default()).map_err(unreadable)?)
    }

    fn of(path: &Path, feature: Feature) -> Result<Self, StoryFault> {
        let path = path.to_owned();
        let scenarios = <[_; 1]>::try_from(feature.scenarios);
        let [scenario] = scenarios
            .map_err(|found| StoryFault::NotOne { path: path.clone(), found: found.len() })?;
        let steps = scenario.steps.into_iter().map(|step| Said {
            line: step.position.line,
            text: step.value,
            table: step.table.map(|table| table.rows).unwrap_or_default(),
        });
        Ok(Self { steps: steps.collect(), name: scenario.name, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Story, StoryFault> {
        let feature = Feature::parse(text, GherkinEnv::default()).expect("it is Gherkin");
        Story::of(Path::new("x.story"), feature)
    }

    #[test]
    fn both_languages_are_read_and_lines_are_known() {
        let english = "Feature: f\n\n  Scenario: s\n    Given one\n    Then two\n      | a | b |\n";
        let english = read(english).expect("it is a story");
        assert_eq!((english.steps[1].line, english.steps[1].table.len()), (5, 1));
        let chinese = "# language: zh-CN\n功能: f\n\n  场景: s\n    假如一\n    那么二\n";
        let chinese = read(chinese).expect("it is a story");
        let said: Vec<&str> = chinese.steps.iter().map(|step| step.text.as_str()).collect();
        assert_eq!((said, chinese.name.as_str()), (vec!["一", "二"], "s"));
    }

    #[test]
    fn two_scenarios_in_a_file_are_refused() {
        let two = "Feature: f\n  Scenario: s\n    Given x\n  Scenario: t\n    Given x\n";
        let refused = read(two).expect_err("a test is a file").to_string();
        assert_eq!(refused, "x.story: one scenario is expected, 2 were found");
    }
}
