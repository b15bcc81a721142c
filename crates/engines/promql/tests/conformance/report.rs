//! What passed and what did not.

use crate::known;

#[derive(Default)]
pub(crate) struct Report {
    file: String,
    passed: usize,
    failed: usize,
    known: usize,
    ranges: (usize, usize),
    before: (usize, usize, usize, (usize, usize)),
    surprises: usize,
}

impl Report {
    pub(crate) fn begin(&mut self, file: &str) {
        file.clone_into(&mut self.file);
        self.before = (self.passed, self.failed, self.known, self.ranges);
    }

    /// One evaluation.
    pub(crate) fn case(&mut self, line: usize, query: &str, result: Result<(), String>) {
        let known = known::reason(&self.file, line);
        match (result, known) {
            (Ok(()), None) => self.passed += 1,
            (Ok(()), Some(reason)) => {
                self.surprises += 1;
                println!("{}:{line}: PASSES although known to differ ({reason})", self.file);
            }
            (Err(_), Some(_)) => self.known += 1,
            (Err(why), None) => {
                self.failed += 1;
                println!("{}:{line}: FAILED {query}: {why}", self.file);
            }
        }
    }

    /// An instant evaluation run as the middle of a range.
    pub(crate) fn as_range(&mut self, line: usize, query: &str, result: Result<(), String>) {
        if known::reason(&self.file, line).is_some() {
            return;
        }
        match result {
            Ok(()) => self.ranges.0 += 1,
            Err(why) => {
                self.ranges.1 += 1;
                println!("{}:{line}: FAILED as range {query}: {why}", self.file);
            }
        }
    }

    pub(crate) fn broken(&mut self, line: usize, why: &str) {
        self.failed += 1;
        println!("{}:{line}: BROKEN {why}", self.file);
    }

    pub(crate) fn end(&self) {
        let (passed, failed, known, ranges) = self.before;
        let (passed, failed) = (self.passed - passed, self.failed - failed);
        let known = self.known - known;
        let ranges = (self.ranges.0 - ranges.0, self.ranges.1 - ranges.1);
        println!(
            "{}: {passed} passed, {failed} failed, {known} known; as ranges {} passed, {} failed",
            self.file, ranges.0, ranges.1
        );
    }

    /// Prints the total; tells whether nothing unexpected happened.
    pub(crate) fn holds(&self) -> bool {
        println!("as ranges: {} passed, {} failed", self.ranges.0, self.ranges.1);
        println!("{} passed, {} failed, {} known", self.passed, self.failed, self.known);
        self.failed == 0 && self.ranges.1 == 0 && self.surprises == 0
    }
}
