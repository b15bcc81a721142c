//! What passed and what did not.

use super::known;
use std::collections::BTreeMap;

/// How many passed and failed.
type Counts = (usize, usize);

#[derive(Default)]
pub(crate) struct Report {
    file: String,
    passed: usize,
    failed: usize,
    known: usize,
    /// Evaluations that were run again in another way, by that.
    variants: BTreeMap<&'static str, Counts>,
    before: (usize, usize, usize),
    variants_before: BTreeMap<&'static str, Counts>,
    surprises: usize,
}

impl Report {
    pub(crate) fn begin(&mut self, file: &str) {
        file.clone_into(&mut self.file);
        self.before = (self.passed, self.failed, self.known);
        self.variants_before.clone_from(&self.variants);
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

    /// An evaluation that is run again in another way.
    pub(crate) fn variant(
        &mut self,
        way: &'static str,
        line: usize,
        query: &str,
        result: Result<(), String>,
    ) {
        if known::reason(&self.file, line).is_some() {
            return;
        }
        let counts = self.variants.entry(way).or_default();
        match result {
            Ok(()) => counts.0 += 1,
            Err(why) => {
                counts.1 += 1;
                println!("{}:{line}: FAILED {way} {query}: {why}", self.file);
            }
        }
    }

    pub(crate) fn broken(&mut self, line: usize, why: &str) {
        self.failed += 1;
        println!("{}:{line}: BROKEN {why}", self.file);
    }

    pub(crate) fn end(&self) {
        let (passed, failed, known) = self.before;
        let (passed, failed) = (self.passed - passed, self.failed - failed);
        let known = self.known - known;
        print!("{}: {passed} passed, {failed} failed, {known} known", self.file);
        for (way, counts) in &self.variants {
            let before = self.variants_before.get(way).copied().unwrap_or_default();
            print!("; {way} {} passed, {} failed", counts.0 - before.0, counts.1 - before.1);
        }
        println!();
    }

    /// Prints the total; tells whether nothing unexpected happened.
    pub(crate) fn holds(&self) -> bool {
        for (way, (passed, failed)) in &self.variants {
            println!("{way}: {passed} passed, {failed} failed");
        }
        println!("{} passed, {} failed, {} known", self.passed, self.failed, self.known);
        let varied = self.variants.values().all(|counts| counts.1 == 0);
        self.failed == 0 && varied && self.surprises == 0
    }

    /// How many evaluations passed.
    pub(crate) fn passed(&self) -> usize {
        self.passed
    }
}
